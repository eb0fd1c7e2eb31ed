"""The data card of a benchmark: what it is, for people, as Markdown."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.metrics import METRICS, Definition
from evograft.problems.benchmark_generation.metrics.definitions import table
from evograft.problems.benchmark_generation.samplers import SAMPLERS
from evograft.problems.benchmark_generation.splits import FOLDS, SPLIT_SEED
from evograft.problems.benchmark_generation.tiers import Tier, tier_of
from evograft.representations.files import replacing

CARD = "README.md"

LICENCE = "MIT, as the package that has made it."

_BENCH = """\
DIR is this directory.

```python
from evograft.problems.benchmark_generation.dataset import Bench

bench = Bench.open("DIR")
bench.table()                                        # number, metrics and scores
bench.edge_index(int(bench.numbers[0]))              # (2, m) int64
```
"""

_READ = {
    "parquet": """\
```python
import pandas as pd

table = pd.read_parquet("DIR/shards")                # all columns of all entries
```

```python
import pyarrow.dataset as ds

columns = ["number", "edge_sources", "edge_targets"]
for batch in ds.dataset("DIR/shards").to_batches(columns=columns):
    ...                                              # any language that reads Parquet will do
```
""",
    "json": """\
```python
import json
from pathlib import Path

for path in sorted(Path("DIR").glob("genome_*.json")):
    entry = json.loads(path.read_text())             # number, genome, network, metrics
```
""",
}

_COLUMNS = """\
| column | type | what it is |
| --- | --- | --- |
| `number` | int64 | of the attempt that the entry is; ascending |
| `max_growth_steps` … `weight_adjustment_rate` | int64, float64 | the scalar fields of the genome |
| `num_morphogens` | int64 | K |
| `progenitor_secretion_rates`, `neuron_secretion_rates` | list of K float64 | |
| `inhibition_matrix` | list of K x K float64 | by rows |
| `diffusion_patterns` | list of K x 3 x 3 float64 | kernels, by rows |
| `xs`, `ys` | lists of int32 | sites of the neurons on the torus |
| `edge_sources`, `edge_targets` | lists of int32 | ends of the edges, as places among the neurons |
| `digest` | text | 32 hexadecimal digits: ids, sites, edges and exact weights of the network |
"""

_LIMITS = """\
- Weights are not stored: growing the genome again gives them, and `digest` says if they agree.
- Most accepted networks fill the grid, so sizes vary little.
- In mode `random`, genomes are as the method draws them, and not uniform over the space of genomes.
- The filter's rules are those of the published MorphoNAS-Bench, their precise form is ours, and so
  are the definitions of the metrics that it names: values cannot be compared with published ones.
- Growth is exact to the last bit where arithmetic follows IEEE 754 in the order written; metrics
  that use BLAS may differ in the last digits between machines.
"""


def write_card(directory: Path, metadata: Mapping[str, Any]) -> None:
    """Write the card of a finished benchmark; OSError names the file where that cannot be."""
    with replacing(directory / CARD) as file:
        file.write(data_card(metadata))


def data_card(metadata: Mapping[str, Any]) -> str:
    """The card for what ``generation_metadata.json`` tells.

    It depends on the metadata alone: the same benchmark has the same card.
    """
    return "\n".join(_sections(metadata))


def _sections(metadata: Mapping[str, Any]) -> Iterator[str]:
    tier = tier_of(metadata)
    if tier is not None and tier.content_hash not in (None, metadata["content_hash"]):
        tier = None  # it should have been this one
    mode = metadata["sampler"]["name"]
    yield f"# MorphoNAS-Bench: {tier.name if tier else mode}\n"
    yield (
        f"{metadata['accepted']} genomes of mode `{mode}` and the directed networks that they grow "
        "into (MorphoNAS), for the study of architectures, of graph learning and of search. "
        + _origin(mode, tier)
        + "\n"
    )
    yield "## How it was made\n"
    yield _table(
        "setting", "value", metadata["sampler"], "drawn" if mode in SAMPLERS else "not told"
    )
    if mode == "given":
        yield "`sources.csv` has the file of each. None was left out, and nothing was drawn.\n"
    else:
        yield from _filter_and_yield(metadata)
    yield "## Columns\n"
    yield _COLUMNS
    if metadata["metrics"]:
        yield from _metrics(metadata["metrics"])
    if metadata["scores"]:
        listed = ", ".join(f"`{name}`" for name in metadata["scores"])
        yield (
            "Scores, float64, `TASK_SEED` at full fidelity, else `TASK_FIDELITY_SEED`; `_cost` has "
            f"the floating-point operations of each evaluation: {listed}.\n"
        )
    yield "## How to read it\n"
    yield _BENCH
    yield _READ[metadata["layout"]]
    yield "## Splits\n"
    yield (
        "The part of an entry depends on its number alone: train 80 %, validation 10 %, test 10 %, "
        f"and {FOLDS} folds of train and validation "
        "(`evograft.problems.benchmark_generation.splits`). The digest is BLAKE2b, 8 bytes, of the "
        f"text `evograft split {SPLIT_SEED} NUMBER`, little-endian; its remainder by 10 is 0 to 7 "
        f"for train, 8 for validation, 9 for test, and its quotient by 10, modulo {FOLDS}, the "
        "fold.\n"
    )
    yield "## Identity\n"
    identity = {"content hash": metadata["content_hash"], **metadata["versions"]}
    yield _table("", "", identity, "not installed")
    yield (
        "The hash is SHA-256 over numbers, genomes and digests; `evograft bench validate DIR` "
        "checks it and all files, and of a sample, 1000 entries and 1024 attempts, what makes "
        "them; with `--regrow all --redraw all`, of all.\n"
    )
    yield "## Known limits\n"
    yield _LIMITS
    yield "## Licence\n"
    yield f"{LICENCE}\n"


def _origin(mode: str, tier: Tier | None) -> str:
    """Where the genomes are from, and what makes them again."""
    if mode == "given":
        return (
            "The genomes were there before: `evograft bench measure` has read them from files, "
            "grown and measured them."
        )
    if mode not in SAMPLERS:
        return "Made with a sampler of the maker's own."
    named = f" --tier {tier.name}" if tier else ""
    return (
        f"Made by `evograft bench generate{named}`; the settings below make exactly the same again."
    )


def _filter_and_yield(metadata: Mapping[str, Any]) -> Iterator[str]:
    yield "An attempt is one genome; it becomes an entry if its network passes the filter.\n"
    yield _table("filter", "value", metadata["quality"], "any")
    yield "## Yield\n"
    attempts = metadata["attempts"]
    counts = {"all": attempts, "accepted": metadata["accepted"]} | {
        f"rejected for {rule}": n for rule, n in metadata["rejected"].items()
    }
    yield _table(
        "attempts", "number", {key: f"{n} ({_share(n, attempts)})" for key, n in counts.items()}
    )


def _metrics(names: list[str]) -> Iterator[str]:
    yield "Metrics, float64; n and m are nodes and edges, U is the undirected projection.\n"
    unknown = Definition("by a measure of the maker's own", "", "not known")
    yield table({name: METRICS.get(name, unknown) for name in names})


def _table(head: str, value: str, rows: Mapping[str, Any], none: str = "none") -> str:
    lines = [f"| {head} | {value} |", "| --- | --- |"]
    lines += [f"| {key} | {none if told is None else told} |" for key, told in rows.items()]
    return "\n".join([*lines, ""])


def _share(n: int, total: int) -> str:
    return f"{n / total:.2%}" if total else "none"
