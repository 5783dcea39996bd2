"""Limits of what a client can use of the local mock, and which hosts it serves."""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from click.testing import CliRunner

from generator.auth.ims import MOCK, SCOPES, TOKEN_PATH
from generator.cli.main import main
from generator.mock import jobs, limits, request_log, tokens
from generator.mock.server import MockError, Running, running
from generator.mock.settings import MockSettings
from generator.mock.tokens import Tokens

JOB = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"
FORM = {
    "grant_type": "client_credentials",
    "client_id": MOCK.values["API_KEY"],
    "client_secret": MOCK.values["CLIENT_SECRET"],
    "scope": SCOPES,
}


@pytest.fixture
def mock(ours) -> Iterator[Running]:
    with running(ours.plan.document.root, MockSettings(port=0, job_id=JOB)) as found:
        yield found


@contextmanager
def _connected(mock: Running) -> Iterator[socket.socket]:
    address = ("127.0.0.1", int(mock.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=30) as connection:
        yield connection


def _said(connection: socket.socket) -> bytes:
    """Everything received until the connection is closed or reset."""
    found = b""
    try:
        while part := connection.recv(1 << 16):
            found += part
    except ConnectionError:
        pass
    return found


def _status(mock: Running, request: bytes) -> int:
    with _connected(mock) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
        return int(connection.makefile("rb").readline().split()[1])


def _get(host: str, more: str = "") -> bytes:
    return f"GET /nothing HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8080", "[::1]:80"])
def test_names_of_this_machine_are_served(host, mock):
    assert _status(mock, _get(host)) == 404
    assert len(mock.log) == 1


@pytest.mark.parametrize(
    "host",
    [
        *("example.com", "localhost.example.com", "127.0.0.1.example.com:80", "example.com:8080", "0.0.0.0"),
        *("localhost@example.com", "", "[::2]", "localhost:80:80", "127.0.0.2", "www.localhost"),
    ],
)
@pytest.mark.parametrize("path", ["/nothing", TOKEN_PATH, "/data/core/privacy/jobs"])
def test_a_foreign_host_name_that_resolves_to_this_machine_is_refused(host, path, mock):
    """As in DNS rebinding, where a page's host name is changed to resolve to this machine."""
    assert _status(mock, _get(host).replace(b"/nothing", path.encode())) == 400
    assert mock.log == []


@pytest.mark.parametrize("head", ["", "Host: localhost\r\nHost: example.com\r\n"])
def test_a_request_without_a_host_or_with_two_is_refused(head, mock):
    assert _status(mock, f"GET / HTTP/1.1\r\n{head}\r\n".encode()) == 400
    assert _status(mock, f"GET / HTTP/1.0\r\n{head}\r\n".encode()) == 400
    assert mock.log == []


BIG = limits.MOST_BODY + 1


def test_a_body_with_too_large_a_content_length_is_refused_before_it_is_read(mock):
    head = f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10**12}\r\n\r\n"
    assert _status(mock, head.encode()) == 413
    assert mock.log == []


def test_a_body_that_grows_too_large_is_refused_and_not_kept(mock):
    head = f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with _connected(mock) as connection:
        connection.sendall(head)
        for _ in range(1600):
            connection.sendall(chunk)
        assert connection.recv(12) == b"HTTP/1.1 413"
    assert mock.log == []
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 50_000, f"{after - before} KiB more"


def test_the_largest_allowed_body_is_accepted(mock):
    head = f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {limits.MOST_BODY}\r\n\r\n"
    assert _status(mock, head.encode() + b"x" * limits.MOST_BODY) == 400
    assert len(mock.log) == 1


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("where", ["one header", "many headers", "path", "query"])
def test_a_head_that_is_too_large_is_refused(where, at_once, mock):
    size = limits.MOST_HEAD * (2 if at_once else 4)
    heads = {
        "one header": _get("localhost", f"X: {'x' * size}\r\n"),
        "many headers": _get("localhost", "".join(f"X-{n}: {'x' * 90}\r\n" for n in range(size // 100))),
        "path": _get("localhost").replace(b"/nothing", b"/" + b"x" * size),
        "query": _get("localhost").replace(b"/nothing", b"/?" + b"x" * size),
    }
    with _connected(mock) as connection:
        head = heads[where]
        for part in [head] if at_once else [head[n : n + 9000] for n in range(0, len(head), 9000)]:
            try:
                connection.sendall(part)
            except ConnectionError:
                break
            time.sleep(0 if at_once else 0.01)
        said = _said(connection)
    assert said.startswith(b"HTTP/1.1 431 ") or said == b""
    assert mock.log == []


def test_nesting_that_is_too_deep_is_refused_and_the_mock_keeps_running(mock, capfd):
    connection = http.client.HTTPConnection("127.0.0.1", int(mock.url.rpartition(":")[2]), timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", TOKEN_PATH, "&".join(f"{k}={v}" for k, v in FORM.items()), headers)
    token = json.loads(connection.getresponse().read())["access_token"]
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "x-api-key": MOCK.values["API_KEY"],
        "x-gw-ims-org-id": MOCK.values["IMS_ORG"],
    }
    for body in (
        "[" * 500_000,
        '{"users":' * 100_000,
        '{"a":' * 900 + "1" + "}" * 900,
        "1e999",
        "NaN",
        "\udcff",
    ):
        content = body.encode("utf-8", "surrogateescape")
        connection.request("POST", "/data/core/privacy/jobs", content, headers)
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (400, True), body[:20]
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits._Protocol, "patience", 0.6)


SLOW = {
    "says nothing": (b"", b""),
    "a head that never ends": (b"GET / HTTP/1.1\r\n", b"X: 1\r\n"),
    "a line that never ends": (b"GET /", b"x"),
    "a body that never ends": (
        f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n".encode(),
        b"x",
    ),
    "chunks that never end": (
        f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode(),
        b"1\r\nx\r\n",
    ),
    "a second request that never ends": (
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\n",
        b"X: 1\r\n",
    ),
    "a second request whose body never ends": (
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        + f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n".encode(),
        b"x",
    ),
    "a second request whose body is not sent": (
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        + f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\nx".encode(),
        b"",
    ),
    "a body that is refused and goes on": (
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10**9}\r\n\r\n".encode(),
        b"x",
    ),
}


@pytest.mark.parametrize("case", SLOW)
def test_a_slow_client_is_disconnected(case, mock, impatient, capfd):
    first, then = SLOW[case]
    began = time.monotonic()
    with _connected(mock) as connection:
        connection.sendall(first)
        connection.settimeout(0.1)
        while time.monotonic() - began < 15:
            try:
                connection.sendall(then)
                if connection.recv(1 << 16) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert time.monotonic() - began < 10
    assert _status(mock, _get("localhost")) == 404
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_client_that_does_not_read_is_disconnected(ours, impatient):
    with running(ours.plan.document.root, MockSettings(port=0, job_id=JOB, ims_error="echo")) as mock:
        with _connected(mock) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            body = b"x" * 900_000
            head = f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
            dropped = False
            for _ in range(60):
                try:
                    connection.settimeout(1)
                    connection.sendall(head.encode() + body)
                except TimeoutError:
                    continue
                except ConnectionError:
                    dropped = True
                    break
            assert dropped
        assert _status(mock, _get("localhost")) == 404


def test_the_number_of_connections_is_bounded_and_the_mock_recovers(mock, monkeypatch, impatient):
    monkeypatch.setattr(limits, "MOST_CONNECTIONS", 20)
    with ExitStack() as stack:
        opened = [stack.enter_context(_connected(mock)) for _ in range(40)]
        time.sleep(0.2)
        assert sum(_is_closed(connection) for connection in opened) >= 20
    time.sleep(1)
    assert _status(mock, _get("localhost")) == 404


def _is_closed(connection: socket.socket) -> bool:
    connection.settimeout(0.001)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


# --- Stored data ----------------------------------------------------------------------------------------


def _entry(body: str) -> dict[str, object]:
    return {"method": "POST", "path": "/", "query": "", "headers": {}, "body": body}


def test_the_log_keeps_the_newest_entries_that_fit(monkeypatch):
    monkeypatch.setattr(request_log, "_MOST", 3)
    monkeypatch.setattr(request_log, "_MOST_BYTES", 50)
    log = request_log.RequestLog()
    for number in range(6):
        log.append(_entry(str(number)))
    assert [entry["body"] for entry in log] == ["3", "4", "5"]
    log.append(_entry("x" * 46))
    assert [entry["body"][:1] for entry in log] == ["5", "x"]
    log.append(_entry("y" * 500))
    assert [entry["body"][:1] for entry in log] == ["y"]
    log.clear()
    log.append(_entry("z" * 40))
    log.append(_entry("z"))
    assert len(log) == 2


def test_the_command_keeps_no_requests(ours):
    from generator.mock.app import _Mock

    assert _Mock(ours.plan.document.root, MockSettings(), None)._log is None


def _create(store: jobs.Jobs, key: str) -> list[str]:
    user = {"key": key, "action": ["access", "delete"], "userIDs": []}
    made = store.create({"users": [user], "include": ["Analytics"], "regulation": "gdpr"})
    return [job["jobId"] for job in made["jobs"]]


def test_the_first_job_and_the_newest_jobs_are_kept(monkeypatch):
    monkeypatch.setattr(jobs, "_MOST", 5)
    store = jobs.Jobs(MockSettings(job_id=JOB))
    made = [id_ for number in range(6) for id_ in _create(store, f"user {number}")]
    assert len(set(made)) == 12
    assert [id_ for id_ in made if store.get(id_)] == made[-4:]
    assert store.get(JOB) is not None


def test_as_many_large_jobs_are_kept_as_fit(monkeypatch):
    monkeypatch.setattr(jobs, "_MOST_BYTES", 10_000)
    store = jobs.Jobs(MockSettings(job_id=JOB))
    made = [id_ for _ in range(20) for id_ in _create(store, "x" * 1000)]
    assert 5 <= sum(store.get(id_) is not None for id_ in made) <= 10
    _create(store, "x" * 50_000)
    assert store.get(JOB) is not None
    assert len(store._jobs) == 2


def test_only_the_newest_tokens_are_accepted(monkeypatch):
    monkeypatch.setattr(tokens, "_MOST", 3)
    store = Tokens(MockSettings())
    issued = [str(store.issue()["access_token"]) for _ in range(5)]
    assert [store.accepts(token) for token in issued] == [False, False, True, True, True]


# --- Options --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["99999", "-1", "65536", "http", "1e3"])
@pytest.mark.parametrize("command", ["mock", "docs"])
def test_an_invalid_port_is_a_usage_error(command, port):
    done = CliRunner().invoke(main, [command, "--port", port])
    assert done.exit_code == 2
    assert "Invalid value for '--port'" in done.output
    assert "Traceback" not in done.output


def test_an_invalid_port_from_a_program_raises(ours):
    with (
        pytest.raises(MockError, match="a port is a number from 0 to 65535"),
        running(ours.plan.document.root, MockSettings(port=99999)),
    ):
        pass


@pytest.mark.parametrize("option", ["--processing", "--token-lifetime"])
@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "-1", "soon", "1e12"])
def test_an_invalid_duration_is_a_usage_error(option, value):
    done = CliRunner().invoke(main, ["mock", option, value])
    assert done.exit_code == 2
    assert f"{value!r} is not a number of seconds from 0 to " in done.output


@pytest.mark.parametrize("option", ["--rate-limit", "--revoke-after"])
def test_a_negative_number_of_calls_is_a_usage_error(option):
    done = CliRunner().invoke(main, ["mock", option, "-1"])
    assert (done.exit_code, f"Invalid value for '{option}'" in done.output) == (2, True)
