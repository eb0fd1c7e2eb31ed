"""The page served on this machine, to this machine alone."""

import re
import sys
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from evograft.representations import _check
from evograft.studies.bench.view import page_data
from evograft.studies.bench.view.growth_events import played_growth
from evograft.studies.bench.view.page import page_parts, policy
from evograft.studies.bench.view.source import PageSource

ADDRESS = "127.0.0.1"

ENTRY = re.compile(r"/entries/([0-9]{1,18})/(genome|growth)")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PageServer(ThreadingHTTPServer):
    """Serves the page of *source* on 127.0.0.1; read-only, and only to its own names.

    ``serve_forever()`` until ``shutdown()`` or Ctrl-C; ``address`` is where.

    Parameters
    ----------
    source : PageSource
    port : int, 0 to 65535
        0 for one that is free.

    Raises
    ------
    TypeError, ValueError
        Where the port breaks its rule, is taken, or may not be used.
    """

    daemon_threads = True

    def __init__(self, source: PageSource, port: int = 0) -> None:
        _check.integer("port", port, minimum=0, maximum=65535)
        described = page_data.safe_json(page_data.description(source, "served"))
        data = f'<script type="application/json" id="page-data">{described}</script>'
        self.page = data.join(page_parts(served=True)).encode("utf-8")
        self.columns = b"".join(
            [
                page_data.numbers(source).tobytes(),
                *(page_data.column(values).tobytes() for values in source.columns.values()),
            ]
        )
        self._known = frozenset(source.numbers.tolist())
        self._source = source
        self._tellers: dict[str, Callable[[int], Any]] = {
            "genome": self._genome,
            "growth": lru_cache(maxsize=16)(self._growth),
        }
        # One growth at a time is recorded, for its memory; genomes are told meanwhile.
        self._reading, self._growing = threading.Lock(), threading.Lock()
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            reason = error.strerror
            raise ValueError(f"port must be one that is free, got {port}: {reason}") from None
        self.names = {f"{name}:{self.server_port}" for name in (ADDRESS, "localhost")}
        if self.server_port == 80:
            self.names |= {ADDRESS, "localhost"}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that goes away in the middle of an answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{ADDRESS}:{self.server_port}/"

    def tell(self, number: int, what: str) -> tuple[HTTPStatus, dict[str, Any]]:
        """The genome or the growth of an entry, or why it cannot be had."""
        if number not in self._known:
            return HTTPStatus.NOT_FOUND, {"error": f"there is no entry {number}"}
        try:
            return HTTPStatus.OK, {what: self._tellers[what](number)}
        except (OSError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            return HTTPStatus.OK, {"error": " ".join(str(error).split())}

    def _genome(self, number: int) -> Mapping[str, Any]:
        with self._reading:
            return self._source.genome(number)

    def _growth(self, number: int) -> dict[str, Any]:
        fields = self._genome(number)
        with self._growing:
            return played_growth(fields)


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        # Another site whose name leads here (DNS rebinding) is told nothing.
        if self.headers.get("Host", "") not in self.server.names:
            self._answer(HTTPStatus.FORBIDDEN, "text/plain", b"wrong host\n")
        elif self.path == "/":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", self.server.page)
        elif self.path == "/columns":
            self._answer(HTTPStatus.OK, "application/octet-stream", self.server.columns)
        elif entry := ENTRY.fullmatch(self.path):
            status, told = self.server.tell(int(entry[1]), entry[2])
            self._answer(status, "application/json", page_data.safe_json(told).encode("ascii"))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Content-Security-Policy", f"{policy(served=True)}; frame-ancestors 'none'"
        )
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is the user's."""
