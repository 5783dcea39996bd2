"""Requests that must not be sent are never sent, not even by runtimes that can't skip a request.

Every reason to hold a request back is tried in every runtime, with and without a proxy: local servers keep
each byte that reaches them. The reasons and their requests are in ``HELD``.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support import OFFLINE, TOOLS, environment_file, items, run_collection
from support.recorder import Sent, Wire, wire
from support.runtimes import OLD_RUNTIMES, RUNTIMES, Runtime
from support.scripted_server import Response, scripted_server

from generator import generate, load

CLI = RUNTIMES[1]
TOO_OLD = tuple(runtime for runtime in OLD_RUNTIMES if not runtime.skips)
ABLE = tuple(runtime for runtime in (*OLD_RUNTIMES, *RUNTIMES) if runtime.skips)
TOO_OLD_WORDS = "This runtime is too old to skip a request: Newman 6.1 or newer is needed"
#: A text in all parts of the requests that are held back, which shows that one of them was sent.
MARKER = "marker"
TOKEN = "a-token-of-nobody"


class Reason(NamedTuple):
    """Why a request is held back."""

    failure: str
    """The failing test; empty if the request counts as skipped."""
    words: str
    asks: bool = False
    """Whether a token is requested before."""


_WRITES = Reason("", "not sent, because it writes")
_FAULT = Reason(
    "The request is prepared", "Not sent: a script of this collection failed unexpectedly (TypeError)"
)
SCHEMES = ("bearer", "basic", "digest", "inHeader", "inQuery", "inCookie", "byCode")
#: Kinds of authorization that no description requires, but that a person may have chosen.
BY_HAND: dict[str, dict[str, str]] = {
    "awsv4": {"accessKey": MARKER, "secretKey": MARKER, "region": MARKER, "service": MARKER},
    "oauth1": {"consumerKey": MARKER, "consumerSecret": MARKER, "token": MARKER, "tokenSecret": MARKER},
    "oauth2": {"accessToken": MARKER, "addTokenTo": "queryParams"},
    "apikey": {"key": MARKER, "value": MARKER, "in": "query"},
    "basic": {"username": MARKER, "password": MARKER},
    "ntlm": {"username": MARKER, "password": MARKER},
    "hawk": {"authId": MARKER, "authKey": MARKER, "algorithm": "sha256"},
}
#: Request that is held back while the run continues → the reason.
HELD: dict[str, Reason] = {
    **{f"Write {scheme}": _WRITES for scheme in SCHEMES},
    "Host": Reason("Credentials go to the API alone", "by http, which anybody can read"),
    "Address": Reason("The address is complete", "Not sent: no value for thing"),
    "File": Reason("The body is complete", "Not sent: no file is chosen for file"),
    "Row": Reason("The row fits the body", "Not sent: the body has no place for the column body.nope"),
    "Broken": _FAULT,
    "Broken row": _FAULT,
    "Broken exchange": _FAULT._replace(asks=True),
}
HELD_BY_HAND = {f"Write {kind}, by hand": _WRITES for kind in BY_HAND}
#: Request that ends the run, since the next one would fail in the same way → the reason.
ENDING: dict[str, Reason] = {
    "Token missing": Reason("Access token", "Not sent: no value in the environment"),
    "Token refused": Reason("Access token", "holds no access token", asks=True),
}
#: A request of the collection of variations.
GROWN = "note: 401 characters, more than 400"
_VARIATION = Reason("", "not sent, because it must be refused and this is another machine")


# --- The API ------------------------------------------------------------------------------------------------


def _operation(name: str, **more: Any) -> dict[str, Any]:
    return {"operationId": name, "summary": name, "responses": {"200": {"description": "Fine"}}, **more}


def _body(**more: Any) -> dict[str, Any]:
    note = {"type": "string", "example": MARKER, **more}
    return {"content": {"application/json": {"schema": {"type": "object", "properties": {"note": note}}}}}


def _parameter(location: str, name: str, **more: Any) -> dict[str, Any]:
    return {"in": location, "name": name, "required": True, "schema": {"type": "string"}, **more}


def _flow(name: str, **urls: str) -> dict[str, Any]:
    return {"type": "oauth2", "flows": {name: {**urls, "scopes": {}}}}


_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
_MARKED: dict[str, Any] = {
    "requestBody": _body(),
    "parameters": [_parameter(place, "x-marked", example=MARKER) for place in ("header", "query", "cookie")],
}
#: The path of every request that is held back contains the marker.
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Held", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "security": [{"bearer": []}],
    "paths": {
        **{
            f"/{MARKER}/write/{scheme}": {
                "post": _operation(f"Write {scheme}", security=[{scheme: []}], **_MARKED)
            }
            for scheme in SCHEMES
        },
        f"/{MARKER}/host": {"get": _operation("Host", servers=[{"url": "https://other.example"}])},
        f"/{MARKER}/{{thing}}": {"get": _operation("Address", parameters=[_parameter("path", "thing")])},
        f"/{MARKER}/file": {
            "query": _operation("File", requestBody={"content": {"multipart/form-data": {"schema": _FORM}}})
        },
        f"/{MARKER}/row": {"query": _operation("Row", **_MARKED)},
        f"/{MARKER}/broken": {"get": _operation("Broken")},
        f"/{MARKER}/broken/row": {"query": _operation("Broken row", **_MARKED)},
        f"/{MARKER}/broken/exchange": {"get": _operation("Broken exchange", security=[{"second": []}])},
        "/fine": {"get": _operation("Fine")},
        f"/{MARKER}/missing": {"get": _operation("Token missing", security=[{"first": []}])},
        f"/{MARKER}/refused": {"get": _operation("Token refused", security=[{"second": []}])},
        "/last": {"get": _operation("Last")},
        f"/{MARKER}/grown": {
            "post": _operation("Grown", requestBody=_body(maxLength=400), security=[{"inQuery": []}])
        },
    },
    "components": {
        "securitySchemes": {
            **{scheme: {"type": "http", "scheme": scheme} for scheme in ("bearer", "basic", "digest")},
            **{
                f"in{place.title()}": {"type": "apiKey", "in": place, "name": f"{place}-key"}
                for place in ("header", "query", "cookie")
            },
            "byCode": _flow(
                "authorizationCode",
                authorizationUrl="https://login.example.com/authorize",
                tokenUrl="https://login.example.com/code",
            ),
            "first": _flow("clientCredentials", tokenUrl="https://login.example.com/first"),
            "second": _flow("clientCredentials", tokenUrl="https://login.example.com/second"),
        }
    },
}
_PROJECT = """\
description: api.json
collection: {folders: flat}
guards: {writes: true, hosts: true, redirects: true}
data: [Row, Broken row]
variations: {enabled: true, kinds: [length]}
"""
#: Places for unexpected errors in scripts: the text before an expression, the expression, and the request.
_FAULTS = (
    ("const missing = ", "missingInAddress()", "Broken"),
    ("if (", "outcome.problem", "Broken exchange"),
    ("const row = ", "pm.iterationData ?", "Broken row"),
    ("const whole = ", "{ body:", GROWN),
)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated folder with errors put into its scripts; format 2.1.0 also has hand-made requests."""
    folder = tmp_path_factory.mktemp("held")
    (folder / "api.json").write_text(json.dumps(DESCRIPTION))
    (folder / "callsheet.yaml").write_text(_PROJECT)
    generate(load(project_file=folder / "callsheet.yaml"), folder / "out")
    broken: set[str] = set()
    for path in [*(folder / "out").glob("*_collection.json"), *(folder / "out" / "postman").rglob("*.yaml")]:
        text = path.read_text()
        for before, expression, name in _FAULTS:
            broken |= {name} if before + expression in text else set()
            fault = f"pm.info.requestName === '{name}' ? undefined.x : {expression}"
            text = text.replace(before + expression, before + fault)
        path.write_text(text)
    assert broken == {name for _, _, name in _FAULTS}
    _change_by_hand(CLI.collection(folder / "out"))
    return folder / "out"


def _change_by_hand(path: Path) -> None:
    """Insert copies of a request that writes, each with another authorization, before all other requests."""
    collection = json.loads(path.read_text())
    (sample,) = (item for item in items(collection) if item["name"] == "Write bearer")
    copies = []
    for kind, values in BY_HAND.items():
        rows = [{"key": key, "value": value, "type": "string"} for key, value in values.items()]
        request = {**sample["request"], "auth": {"type": kind, kind: rows}}
        name = f"Write {kind}, by hand"
        copies.append({**sample, "id": f"by-hand-{kind}", "name": name, "request": request})
    path.write_text(json.dumps({**collection, "item": [*copies, *collection["item"]]}))


def _variations(runtime: Runtime, output: Path) -> Path:
    """The collection of variations."""
    first = runtime.collection(output)
    return next(each for each in first.parent.iterdir() if "variations" in each.name)


# --- Servers and environments -------------------------------------------------------------------------------


class Servers(NamedTuple):
    """Local servers: the API with its token endpoint, another host, and a proxy if one is used."""

    api: Wire
    other: Wire
    proxy: Wire | None

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that make a tool use the proxy, or none."""
        names = ("HTTP_PROXY", "http_proxy"), ("NO_PROXY", "no_proxy")
        values = (self.proxy.address, "") if self.proxy else (OFFLINE["HTTP_PROXY"], OFFLINE["NO_PROXY"])
        chosen = {name: value for pair, value in zip(names, values, strict=True) for name in pair}
        return {"HTTPS_PROXY": OFFLINE["HTTPS_PROXY"], **chosen}

    def taken(self) -> tuple[list[str], bytes]:
        """The requests received since the last call, and every byte of them."""
        assert self.other.received == []
        found = [self.api, *([self.proxy] if self.proxy else [])]
        requests = [line for each in found for line in each.requests]
        received = b"\n".join(part for each in found for part in each.received)
        for each in found:
            each.received.clear()
        return requests, received


PROXIED = pytest.mark.parametrize("proxied", [False, True], ids=["directly", "by a proxy"])


@contextlib.contextmanager
def _servers(*, proxied: bool) -> Iterator[Servers]:
    with contextlib.ExitStack() as stack:
        api, other = stack.enter_context(wire()), stack.enter_context(wire("127.0.0.2"))
        yield Servers(api, other, stack.enter_context(wire()) if proxied else None)


def _environment(output: Path, folder: Path, servers: Servers, **values: str) -> Path:
    """An environment with all values, except for a path variable and the credentials for one token."""
    (source,) = (output / "environments").iterdir()
    names = [value["key"] for value in json.loads(source.read_text())["values"]]
    secrets = ("PASSWORD", "USERNAME", "KEY", "BY_CODE_ACCESS_TOKEN")
    given = {
        **{name: f"{MARKER}-secret" for name in names if name.endswith(secrets)},
        "baseUrl": servers.api.address,
        "baseUrl_other_example": servers.other.address,
        "ACCESS_TOKEN": TOKEN,
        "thing": "",
        "SECOND_CLIENT_ID": "second",
        "SECOND_CLIENT_SECRET": "hidden",
        "SECOND_TOKEN_URL": f"{servers.api.address}/token",
    }
    return environment_file(folder, source, **{**given, **values})


def _rows(folder: Path, *rows: Mapping[str, str]) -> Path:
    path = folder / "rows.json"
    path.write_text(json.dumps(rows))
    return path


_REFUSED = {"body.nope": MARKER}


# --- Runtimes that can't skip: the first request that is held back ends the run ----------------------------


class Outcome(NamedTuple):
    """The outcome of one run, as reported by Newman and as seen by the servers."""

    failures: list[str]
    """Names of failing tests or errors."""
    messages: list[str]
    environment: dict[str, str]
    """The variables of the environment after the run."""
    requests: list[str]
    received: bytes


class Session:
    """A single process of Newman for many runs."""

    def __init__(self, newman: Runtime, servers: Servers, process: subprocess.Popen[str]) -> None:
        self._servers = servers
        self._process = process

    def run(self, **job: Any) -> Outcome:
        """Run a job for ``run-newman.js``, which documents its keys."""
        assert self._process.stdin
        assert self._process.stdout
        line = json.dumps({**job, "env": self._servers.env}, default=str)
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        report = json.loads(self._process.stdout.readline())
        assert report["error"] == ""
        failures = [name for name, _ in report["failures"]]
        messages = [message for _, message in report["failures"]]
        return Outcome(failures, [*messages, report["log"]], report["environment"], *self._servers.taken())


@contextlib.contextmanager
def _session(newman: Runtime, servers: Servers) -> Iterator[Session]:
    command = ["node", str(TOOLS.parent.parent / "run-newman.js"), newman.tool]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Session(newman, servers, process)


@pytest.fixture(scope="module", params=TOO_OLD, ids=[each.name for each in TOO_OLD])
def outcomes(
    request: pytest.FixtureRequest, output: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, bool], Outcome]:
    """The outcome of a run for each request: the request, then *Last*, with two rows."""
    newman: Runtime = request.param
    found = {}
    for proxied in (False, True):
        folder = tmp_path_factory.mktemp(newman.tool)
        with _servers(proxied=proxied) as servers, _session(newman, servers) as session:
            environment = _environment(output, folder, servers)
            rows = _rows(folder, _REFUSED, _REFUSED)
            collection = newman.collection(output)
            for name in (*HELD, *HELD_BY_HAND, *ENDING):
                found[name, proxied] = session.run(
                    collection=collection, environment=environment, rows=rows, only=[name, "Last"]
                )
            collection = _variations(newman, output)
            here, there = servers.api.address, servers.other.address
            for name, address, allowed in (("Variation", there, "false"), ("Broken growth", here, "true")):
                permissions = dict.fromkeys(("ALLOW_VARIATIONS", "ALLOW_WRITES"), allowed)
                environment = _environment(output, folder, servers, baseUrl=address, **permissions)
                found[name, proxied] = session.run(collection=collection, environment=environment, rows=rows)
    return found


OF_OLD = {**HELD, **HELD_BY_HAND, **ENDING, "Variation": _VARIATION, "Broken growth": _FAULT}


@PROXIED
@pytest.mark.parametrize("name", OF_OLD)
def test_a_runtime_that_cannot_skip_sends_nothing_and_ends_the_run(name, proxied, outcomes):
    outcome, reason = outcomes[name, proxied], OF_OLD[name]
    # Neither the request, nor the one after it, nor the next row is sent; a token is requested at most once.
    assert outcome.requests == (["POST /token"] if reason.asks else [])
    assert MARKER.encode() not in outcome.received
    # The reason, the message about the old runtime, and the runtime's own error for each row; no other tests.
    own = [reason.failure] if reason.failure else []
    # (Only the collection's script can end such a run; the script of a request leaves that to the next one.)
    errors = 3 if name == "Row" else 2
    assert sorted(outcome.failures) == sorted([*own, "The runtime can skip a request", *["Error"] * errors])
    assert outcome.messages.count("Invalid protocol: not-sent:") == errors
    assert [message.startswith(TOO_OLD_WORDS) for message in outcome.messages].count(True) == 1
    assert any(reason.words in message for message in outcome.messages)
    assert "secret" not in "".join(outcome.messages)
    # Nothing is left in the environment, which a Postman app keeps for the next run.
    assert outcome.environment["ACCESS_TOKEN"] == TOKEN
    assert "heldBack" not in outcome.environment


def _in(*runtimes: Runtime) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("runtime", runtimes, ids=[each.name for each in runtimes])


@_in(*TOO_OLD, OLD_RUNTIMES[2])
def test_the_exit_code_shows_that_a_runtime_is_too_old(runtime, output, tmp_path):
    with _servers(proxied=False) as servers:
        environment = _environment(output, tmp_path, servers)
        collection = runtime.collection(output)
        done = runtime.run(collection, environment, tmp_path, only="Write bearer", env=servers.env)
        assert servers.taken() == ([], b"")
    assert done.code == (0 if runtime.skips else 1), done.output
    assert (TOO_OLD_WORDS in _words(done.output)) is not runtime.skips


def _words(text: str) -> str:
    return " ".join(text.split())


@_in(TOO_OLD[0], *RUNTIMES[:2])
def test_a_script_stopped_while_waiting_for_a_token_sends_nothing(runtime, output, tmp_path):
    """The token server takes longer than ``--timeout-script`` allows. (Format 3 ignores the option.)"""

    def slowly(_: Sent) -> Response:
        time.sleep(5)
        return Response(200, {"access_token": TOKEN})

    with _servers(proxied=False) as servers, scripted_server(slowly) as token_server:
        address = f"{token_server.address}/token"
        environment = _environment(output, tmp_path, servers, SECOND_TOKEN_URL=address)
        done = run_collection(
            runtime.tool,
            *(runtime.collection(output), environment, tmp_path),
            *(runtime.chooses, "Token refused", "--timeout-script", "2500"),
            env=servers.env,
        )
        assert len(token_server.sent) == 1
        assert servers.taken() == ([], b""), done.output
    assert done.code == 1


# --- Runtimes that can skip: the run continues -------------------------------------------------------------


@PROXIED
@_in(*ABLE)
def test_a_runtime_that_can_skip_sends_nothing_and_continues(proxied, runtime, output, tmp_path):
    """All requests are in one run. In the second row, a pasted token replaces the missing one.

    Without a token the iteration ends, but in format 3 the runtime ignores that call of a skipped request.
    """
    held = {**HELD, **({} if runtime.format3 else HELD_BY_HAND)}
    with _servers(proxied=proxied) as servers:
        environment = _environment(output, tmp_path, servers)
        pasted = {**_REFUSED, "FIRST_ACCESS_TOKEN": "pasted"}
        rows = _rows(tmp_path, _REFUSED, pasted)
        done = runtime.run(runtime.collection(output), environment, tmp_path, data=rows, env=servers.env)
        requests, received = servers.taken()
    begin = ["POST /token", "GET /fine"]  # the first is for the exchange with an error in its script
    end = ["POST /token", "GET /last"]
    first, second = (end, end) if runtime.format3 else ([], end[:1])
    assert requests == [*begin, *first, *begin, f"GET /{MARKER}/missing", *second], done.output
    assert received.count(MARKER.encode()) == 1
    # Requests that are sent have their token.
    with_token = sum(line in ("GET /fine", "GET /last") for line in requests)
    assert received.lower().count(f"authorization: bearer {TOKEN}".encode()) == with_token
    assert done.code == 1
    words = _words(done.output)
    for name, reason in held.items():
        if not reason.failure:
            assert words.count(f"{name}: {reason.words}") >= 2
    failing = [reason for reason in held.values() if reason.failure] * 2 + list(ENDING.values())
    failing += [ENDING["Token refused"]] if runtime.format3 else []
    for failure in {reason.failure for reason in failing}:
        times = [reason.failure for reason in failing].count(failure)
        assert words.count(f"AssertionError {failure}") == times, done.output
    for reason in failing:
        assert reason.words in words
    assert "too old" not in words
    assert f"{MARKER}-secret" not in words
    assert "hidden" not in words


@PROXIED
@_in(*ABLE)
def test_a_runtime_that_can_skip_holds_variations_back(proxied, runtime, output, tmp_path):
    """The first row is for another machine, which isn't allowed; in the second, a script fails."""
    with _servers(proxied=proxied) as servers:
        environment = _environment(output, tmp_path, servers, ALLOW_WRITES="true")
        rows = _rows(tmp_path, {"baseUrl": servers.other.address}, {"baseUrl": servers.api.address})
        done = runtime.run(_variations(runtime, output), environment, tmp_path, data=rows, env=servers.env)
        assert servers.taken() == ([], b"")
    words = _words(done.output)
    assert f"{GROWN}: {_VARIATION.words}" in words
    assert _FAULT.words in words
    assert words.count("AssertionError") == 1
    assert done.code == 1
    assert f"{MARKER}-secret" not in words
