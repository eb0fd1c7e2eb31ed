"""The page: one HTML text from its template, its style and its scripts."""

import base64
import hashlib
from functools import cache
from importlib import resources

SCRIPTS = (
    "elements.js",
    "numbers.js",
    "palette.js",
    "data.js",
    "state.js",
    "statistics.js",
    "projection.js",
    "points.js",
    "axes.js",
    "scatter_keys.js",
    "scatter.js",
    "filters.js",
    "selection_view.js",
    "heat_table.js",
    "growth_replay.js",
    "tissue_canvas.js",
    "growth_player.js",
    "entry_panel.js",
    "page.js",
)
"""In the order in which they stand in the page; they share one scope, which is closed."""


def page_parts(*, served: bool) -> tuple[str, str]:
    """Return what comes before and after the data, which are script elements without a script."""
    text = _part("page.html")
    parts = {
        "policy": policy(served=served),
        "style": _part("page.css"),
        "script": _script(),
    }
    for mark, part in parts.items():
        text = text.replace(f"<!-- {mark} -->", part, 1)
    head, _, tail = text.partition("<!-- data -->")
    return head, tail


@cache
def policy(*, served: bool) -> str:
    """The content security policy: our own style and script, by their hashes, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(_script())}",
            f"style-src {_hash(_part('page.css'))}",
            "img-src data:",
            f"connect-src {chr(39)}{'self' if served else 'none'}{chr(39)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def _script() -> str:
    parts = "\n".join(_part(name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


@cache
def _part(name: str) -> str:
    folder = resources.files("evograft.studies.bench.view").joinpath("page")
    return folder.joinpath(name).read_text(encoding="utf-8")
