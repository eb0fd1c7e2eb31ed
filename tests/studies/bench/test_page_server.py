import contextlib
import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from page_sources import hostile_source, small_source

from evograft.studies.bench.commands import view_command
from evograft.studies.bench.view.growth_events import played_growth
from evograft.studies.bench.view.server import PageServer


@contextlib.contextmanager
def serving(source):
    with PageServer(source) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def server():
    with serving(small_source()) as running:
        yield running


def ask(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def test_the_page_comes_with_a_policy_that_lets_nothing_else_in(server):
    status, headers, body = ask(server, "/")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert b'"mode":"served"' in body
    directives = headers["Content-Security-Policy"]
    assert directives.startswith("default-src 'none'; script-src 'sha256-")
    assert "frame-ancestors 'none'" in directives
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_columns_are_numbers_and_then_every_column(server):
    status, headers, body = ask(server, "/columns")
    assert (status, headers["Content-Type"]) == (200, "application/octet-stream")
    source = small_source()
    np.testing.assert_array_equal(np.frombuffer(body[: 8 * 60], "<f8"), source.numbers)
    columns = np.frombuffer(body[8 * 60 :], "<f4").reshape(4, 60)
    np.testing.assert_array_equal(columns[1], source.columns["up"])


def test_genomes_and_growths_are_told_one_by_one(server):
    status, headers, body = ask(server, "/entries/89/genome")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {"genome": small_source().genome(89)}
    growth = played_growth(small_source().genome(89))
    body = ask(server, "/entries/89/growth")[2]
    assert json.loads(body) == {"growth": json.loads(json.dumps(growth))}


@pytest.mark.parametrize("number", ["1", "140", "999999999999999999"])
def test_an_entry_that_is_not_there_is_said_to_be_so(server, number):
    status, _, body = ask(server, f"/entries/{number}/growth")
    assert status == 404
    assert json.loads(body) == {"error": f"there is no entry {number}"}


def test_a_growth_that_cannot_be_had_says_why():
    with serving(hostile_source()) as server:
        status, _, body = ask(server, "/entries/1/growth")
    assert status == 200
    assert json.loads(body)["error"].startswith("data must have all fields of a genome")


def test_genomes_are_told_while_a_growth_takes_long(monkeypatch):
    begun, may_end = threading.Event(), threading.Event()

    def slow(fields):
        begun.set()
        return {"in time": may_end.wait(5)}

    monkeypatch.setattr("evograft.studies.bench.view.server.played_growth", slow)
    with serving(small_source()) as server, ThreadPoolExecutor() as others:
        growth = others.submit(ask, server, "/entries/89/growth")
        assert begun.wait(5)
        assert json.loads(ask(server, "/entries/89/genome")[2])["genome"]["max_growth_steps"] == 60
        may_end.set()
        assert json.loads(growth.result()[2]) == {"growth": {"in time": True}}


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/page/page.js",
        "/entries/89/genome/",
        "/entries/89/../../columns",
        "/entries/-1/genome",
        "/entries/1e3/genome",
        "/entries/9999999999999999999/genome",
        "/columns?x=1",
        "*",
    ],
)
def test_there_are_no_other_paths(server, path):
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_can_be_changed(server, method):
    assert ask(server, "/", method)[0] == 501


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil:{port}", "localhost:1", ""]
)
def test_names_that_are_not_this_machines_are_told_nothing(server, host):
    for path in ("/", "/columns", "/entries/89/genome"):
        status, _, body = ask(server, path, Host=host.format(port=server.server_port))
        assert (status, body) == (403, b"wrong host\n")


def test_localhost_is_this_machine_and_nobody_else_is_listened_to(server):
    assert ask(server, "/", Host=f"localhost:{server.server_port}")[0] == 200
    assert server.server_address[0] == "127.0.0.1"


def test_a_taken_port_and_one_that_is_none_are_refused(server):
    port = server.server_port
    with pytest.raises(ValueError, match=f"port must be one that is free, got {port}: Address"):
        PageServer(small_source(2), port)
    with pytest.raises(ValueError, match=r"port must be an integer from 0 to 65535, got 65536"):
        PageServer(small_source(2), 65536)


def test_a_browser_that_goes_away_is_not_worth_a_word(server, capsys, monkeypatch):
    def gone(handler, *_):
        raise BrokenPipeError

    monkeypatch.setattr(server.RequestHandlerClass, "_answer", gone)
    with pytest.raises(http.client.RemoteDisconnected):
        ask(server, "/columns")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("browser", [False, True])
def test_the_command_prints_the_address_and_ends_with_ctrl_c(monkeypatch, capsys, browser):
    opened: list[str] = []
    served: list[PageServer] = []

    def interrupted(server):
        served.append(server)
        raise KeyboardInterrupt

    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(PageServer, "serve_forever", interrupted)
    view_command.serve(small_source(2), 0, browser=browser)
    (server,) = served
    assert capsys.readouterr().out == f"{server.address} (Ctrl-C ends it)\nended\n"
    assert opened == [server.address] * browser
    assert server.socket.fileno() == -1  # closed
