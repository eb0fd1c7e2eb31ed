"""How fast a benchmark of grown networks is made, and what it takes of memory and disk.

Run ``python benchmarks/bench_generation.py [--mode random] [--accepted 1000] [--workers 2]``. The
time is that of `generate` with the workers already there: drawing, growing (20 x 20 sites, 200
steps), filtering, all metrics, and writing Parquet shards. ``--out`` keeps what is made. The memory
is the most that this process has had, and the largest of any worker.
"""

import argparse
import resource
import tempfile
from contextlib import ExitStack
from pathlib import Path

from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.metrics import measure
from evograft.problems.benchmark_generation.samplers import SAMPLERS, sampler
from evograft.studies import engines
from evograft.studies.bench.generation_bar import GenerationBar


def peak_megabytes(who: int) -> float:
    """The largest resident set so far of this process, or of an ended child."""
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    """Print rate, yield, memory and size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", choices=[*SAMPLERS], default="random")
    parser.add_argument("--accepted", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out")
    options = parser.parse_args()
    with ExitStack() as stack:
        out = options.out or stack.enter_context(tempfile.TemporaryDirectory())
        drawn = sampler(options.mode, seed=options.seed)
        with engines.processes(options.workers, chunksize=1) as engine:
            engine(abs, range(options.workers))  # they are started
            with GenerationBar(options.accepted) as bar:
                report = generate(
                    Path(out, options.mode),
                    drawn,
                    accepted=options.accepted,
                    measure=measure,
                    map=engine,
                    progress=bar.show,
                )
    print(f"accepted       {report.accepted} of {report.attempts} ({report.acceptance:.2%})")
    print(f"time           {report.seconds:.1f} s with {options.workers} processes")
    print(f"rate           {report.accepted / report.seconds:.1f} accepted a second")
    print(f"attempts       {report.attempts / report.seconds:.0f} a second")
    print(f"memory         {peak_megabytes(resource.RUSAGE_SELF):.0f} MB in this process")
    print(f"               {peak_megabytes(resource.RUSAGE_CHILDREN):.0f} MB in a worker")
    print(f"size           {report.size / 1e6:.1f} MB, {report.size / report.accepted:.0f} B each")
    print(f"content hash   {report.content_hash}")


if __name__ == "__main__":
    main()
