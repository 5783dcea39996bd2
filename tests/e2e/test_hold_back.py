"""What must not be sent is not sent in any runtime, not even in those that can't skip a request.

Every reason to hold a request back, in every runtime, with and without a proxy: servers of this machine keep each
byte that reaches them. The reasons and their requests are in ``HELD``.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from recorder import Wire, wire
from runtimes import OLD_RUNTIMES, RUNTIMES, Runtime
from support import OFFLINE, TOOLS, environment_file, items

from generator import generate, load

NEWMAN, CLI, FORMAT_3 = RUNTIMES
NEWMANS = (*OLD_RUNTIMES, NEWMAN)
TOO_OLD = "This runtime is too old to skip a request: Newman 6.1 or newer is needed"
#: What a request that was held back must not show, wherever it stood in it.
MARKER = "marker"
TOKEN = "a-token-of-nobody"


class Reason(NamedTuple):
    """Why a request is held back: the failing test, empty where it is skipped; words; what else is sent, ended."""

    failure: str
    words: str
    asks: bool = False
    """Whether the token server is asked before."""
    ends: bool = False
    """Whether the iteration ends in every runtime."""


_WRITES = Reason("", "not sent, because it writes")
_FAILED = Reason(
    "The request is prepared", "Not sent: a script of this collection failed unexpectedly (TypeError)"
)
SCHEMES = ("bearer", "basic", "digest", "inHeader", "inQuery", "inCookie", "byCode")
#: Authorizations that no description asks for: a person may have chosen them.
BY_HAND: dict[str, dict[str, str]] = {
    "awsv4": {"accessKey": MARKER, "secretKey": MARKER, "region": MARKER, "service": MARKER},
    "oauth1": {"consumerKey": MARKER, "consumerSecret": MARKER, "token": MARKER, "tokenSecret": MARKER},
    "oauth2": {"accessToken": MARKER, "addTokenTo": "queryParams"},
    "apikey": {"key": MARKER, "value": MARKER, "in": "query"},
    "basic": {"username": MARKER, "password": MARKER},
    "ntlm": {"username": MARKER, "password": MARKER},
    "hawk": {"authId": MARKER, "authKey": MARKER, "algorithm": "sha256"},
}
#: Each request that is held back, by its name.
HELD: dict[str, Reason] = {
    **{f"Write {scheme}": _WRITES for scheme in SCHEMES},
    "Host": Reason("Credentials go to the API alone", "by http, which anybody can read"),
    "Address": Reason("The address is complete", "Not sent: no value for thing"),
    "File": Reason("The body is complete", "Not sent: no file is chosen for file"),
    "Row": Reason("The row fits the body", "Not sent: the body has no place for the column body.nope"),
    "Broken": _FAILED,
    "Broken row": _FAILED,
    "Broken exchange": _FAILED._replace(asks=True),
    "Token missing": Reason("Access token", "Not sent: no value in the environment", ends=True),
    "Token refused": Reason("Access token", "holds no access token", asks=True, ends=True),
}
HELD_BY_HAND = {f"Write {kind}, by hand": _WRITES for kind in BY_HAND}
GROWN = "note: 401 characters, more than 400"


# --- The API ------------------------------------------------------------------------------------------------


def _operation(name: str, **more: Any) -> dict[str, Any]:
    return {"operationId": name, "summary": name, "responses": {"200": {"description": "Fine"}}, **more}


def _body(**more: Any) -> dict[str, Any]:
    note = {"type": "string", "example": f"{MARKER} {{IMS_ORG}}", **more}
    return {"content": {"application/json": {"schema": {"type": "object", "properties": {"note": note}}}}}


def _parameter(location: str, name: str, **more: Any) -> dict[str, Any]:
    return {"in": location, "name": name, "required": True, "schema": {"type": "string"}, **more}


def _machine(name: str) -> dict[str, Any]:
    return {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": f"https://login.example.com/{name}", "scopes": {}}},
    }


_MULTIPART = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}, "note": {"type": "string"}},
}
_MARKED = [
    _parameter("header", "X-Marked", example=MARKER),
    _parameter("query", "marked", example=MARKER),
    _parameter("cookie", "marked", example=MARKER),
]
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Held", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "security": [{"bearer": []}],
    "paths": {
        **{
            f"/{MARKER}/write/{scheme}": {
                "post": _operation(
                    f"Write {scheme}", security=[{scheme: []}], requestBody=_body(), parameters=_MARKED
                )
            }
            for scheme in SCHEMES
        },
        f"/{MARKER}/host": {"get": _operation("Host", servers=[{"url": "https://other.example"}])},
        f"/{MARKER}/{{thing}}": {"get": _operation("Address", parameters=[_parameter("path", "thing")])},
        f"/{MARKER}/file": {
            "query": _operation(
                "File", requestBody={"content": {"multipart/form-data": {"schema": _MULTIPART}}}
            )
        },
        f"/{MARKER}/row": {"query": _operation("Row", requestBody=_body(), parameters=_MARKED)},
        f"/{MARKER}/grown": {"query": _operation("Grown", requestBody=_body(maxLength=400))},
        f"/{MARKER}/broken": {"get": _operation("Broken")},
        f"/{MARKER}/row/broken": {"query": _operation("Broken row", requestBody=_body(), parameters=_MARKED)},
        f"/{MARKER}/exchange": {"get": _operation("Broken exchange", security=[{"second": []}])},
        "/fine": {"get": _operation("Fine")},
        "/missing": {"get": _operation("Token missing", security=[{"first": []}])},
        f"/{MARKER}/refused": {"get": _operation("Token refused", security=[{"second": []}])},
        "/last": {"get": _operation("Last")},
    },
    "components": {
        "securitySchemes": {
            **{scheme: {"type": "http", "scheme": scheme} for scheme in ("bearer", "basic", "digest")},
            **{
                f"in{place.title()}": {"type": "apiKey", "in": place, "name": f"{place}-key"}
                for place in ("header", "query", "cookie")
            },
            "byCode": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://login.example.com/authorize",
                        "tokenUrl": "https://login.example.com/code",
                        "scopes": {},
                    }
                },
            },
            "first": _machine("first"),
            "second": _machine("second"),
        }
    },
}
_PROJECT = """\
description: api.json
guards: {writes: true, hosts: true, redirects: true}
data: [Row, Broken row]
variations: {enabled: true, kinds: [length]}
"""
#: What breaks a script where nobody foresaw it: a line of it, and what stands there instead.
_FAULTS = {
    "const missing = missingInAddress();": "const missing = pm.info.requestName === 'Broken' ? undefined.x : missingInAddress();",
    "if (outcome.problem) {": "if (pm.info.requestName === 'Broken exchange' ? undefined.x : outcome.problem) {",
    "const row = pm.iterationData ?": "const row = pm.info.requestName === 'Broken row' ? undefined.x : pm.iterationData ?",
    "function growBody() {": "function growBody() { undefined.x;",
}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated folder, with faults in its scripts, and in the file requests that were changed by hand."""
    folder = tmp_path_factory.mktemp("held")
    (folder / "api.json").write_text(json.dumps(DESCRIPTION))
    (folder / "callsheet.yaml").write_text(_PROJECT)
    plan = load(project_file=folder / "callsheet.yaml")
    generate(plan, folder / "out")
    broken = set()
    for path in [*(folder / "out").glob("*_collection.json"), *(folder / "out" / "postman").rglob("*.yaml")]:
        text = path.read_text()
        for line, fault in _FAULTS.items():
            broken |= {line} if line in text else set()
            text = text.replace(line, fault)
        path.write_text(text)
    assert broken == set(_FAULTS)
    _change_by_hand(CLI.collection(folder / "out"))
    return folder / "out"


def _change_by_hand(path: Path) -> None:
    """Give copies of a request that writes other authorizations, at the beginning of the collection."""
    collection = json.loads(path.read_text())
    (sample,) = (item for item in items(collection) if item["name"] == "Write bearer")
    copies = []
    for kind, values in BY_HAND.items():
        rows = [{"key": key, "value": value, "type": "string"} for key, value in values.items()]
        request = {**sample["request"], "auth": {"type": kind, kind: rows}}
        copies.append(
            {**sample, "id": f"by-hand-{kind}", "name": f"Write {kind}, by hand", "request": request}
        )
    path.write_text(json.dumps({**collection, "item": [*copies, *collection["item"]]}))


# --- Servers and environments -------------------------------------------------------------------------------


class Servers(NamedTuple):
    """The API and its token server, on this machine; another host; and, where one is used, a proxy."""

    api: Wire
    other: Wire
    proxy: Wire | None

    @property
    def env(self) -> dict[str, str]:
        """What makes a tool use the proxy, or none."""
        if self.proxy is None:
            return {**OFFLINE, "http_proxy": OFFLINE["HTTP_PROXY"], "no_proxy": OFFLINE["NO_PROXY"]}
        return dict.fromkeys(("HTTP_PROXY", "http_proxy"), self.proxy.address) | {
            **{"HTTPS_PROXY": OFFLINE["HTTPS_PROXY"], "NO_PROXY": "", "no_proxy": ""}
        }

    def taken(self) -> tuple[list[str], bytes]:
        """The requests that came, and every byte; what the Postman CLI sends by itself is not among them."""
        found = [self.api, self.other, *([self.proxy] if self.proxy else [])]
        assert self.other.received == []
        requests = [line for each in found for line in each.requests]
        received = b"\n".join(part for each in found for part in each.received)
        for each in found:
            each.received.clear()
        return requests, received


@contextlib.contextmanager
def _servers(*, proxied: bool) -> Iterator[Servers]:
    with contextlib.ExitStack() as stack:
        api, other = stack.enter_context(wire()), stack.enter_context(wire("127.0.0.2"))
        yield Servers(api, other, stack.enter_context(wire()) if proxied else None)


def _environment(output: Path, folder: Path, servers: Servers, **values: str) -> Path:
    (source,) = (output / "environments").iterdir()
    names = {value["key"] for value in json.loads(source.read_text())["values"]}
    secrets = dict.fromkeys(names & {*_SECRETS}, f"{MARKER}-secret")
    return environment_file(
        folder,
        source,
        **{
            **secrets,
            "baseUrl": servers.api.address,
            "baseUrl_other_example": servers.other.address,
            "ACCESS_TOKEN": TOKEN,
            "thing": "",
            "SECOND_CLIENT_ID": "second",
            "SECOND_CLIENT_SECRET": "hidden",
            "SECOND_TOKEN_URL": f"{servers.api.address}/token",
            **values,
        },
    )


_SECRETS = (
    *("API_USERNAME", "API_PASSWORD", "DIGEST_API_USERNAME", "DIGEST_API_PASSWORD"),
    *("KEY", "QUERY_KEY", "COOKIE_KEY", "HEADER_KEY", "CLIENT_SECRET", "BY_CODE_ACCESS_TOKEN"),
)
_REFUSED_ROW = {"body.nope": MARKER}


def _rows(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "rows.json"
    path.write_text(json.dumps(rows))
    return path


# --- Newman: each reason in a run of its own, many runs in one start ------------------------------------------


class Outcome(NamedTuple):
    """What came of one run: as Newman tells it, and as the servers saw it."""

    failures: list[tuple[str, str]]
    skipped: list[str]
    requests: list[str]
    received: bytes
    log: str


PROXIED = pytest.mark.parametrize("proxied", [False, True], ids=["directly", "by a proxy"])
Outcomes = dict[tuple[str, bool], Outcome]


@pytest.fixture(scope="module", params=NEWMANS, ids=[each.name for each in NEWMANS])
def newman(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.param
    return found


@pytest.fixture(scope="module")
def outcomes(newman: Runtime, output: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Two rows for each reason, with *Last* after the request that is held back."""
    found: Outcomes = {}
    for proxied in (False, True):
        folder = tmp_path_factory.mktemp(newman.tool)
        found |= {
            (name, proxied): outcome for name, outcome in _run_all(newman, output, folder, proxied=proxied)
        }
    return found


def _run_all(newman: Runtime, output: Path, folder: Path, *, proxied: bool) -> Iterator[tuple[str, Outcome]]:
    with _servers(proxied=proxied) as servers, _process(newman) as process:
        job = {
            "collection": str(newman.collection(output)),
            "environment": str(_environment(output, folder, servers)),
            "rows": str(_rows(folder, _REFUSED_ROW, _REFUSED_ROW)),
            "env": servers.env,
        }
        for name in (*HELD, *HELD_BY_HAND):
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps({**job, "only": [name, "Last"]}) + "\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            assert told["error"] == ""
            requests, received = servers.taken()
            failures = [(title, message) for title, message in told["failures"]]
            yield name, Outcome(failures, told["skipped"], requests, received, told["log"])


@contextlib.contextmanager
def _process(newman: Runtime) -> Iterator[subprocess.Popen[str]]:
    command = ["node", str(TOOLS.parent.parent / "run-newman.js"), newman.tool]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


@PROXIED
@pytest.mark.parametrize("name", [*HELD, *HELD_BY_HAND])
def test_newman_sends_no_byte_of_it(name, proxied, newman, outcomes):
    outcome, reason = outcomes[name, proxied], {**HELD, **HELD_BY_HAND}[name]
    asked = ["POST /token"] if reason.asks else []
    if not newman.skips:
        assert outcome.requests == asked  # the run has ended, and the next row, too
    elif reason.ends:
        assert outcome.requests == asked * 2
    else:
        # The next request has its credentials again.
        assert outcome.requests == [*asked, "GET /last"] * 2
        assert outcome.received.count(f"Authorization: Bearer {TOKEN}".encode()) == 2
    assert MARKER.encode() not in outcome.received


@PROXIED
@pytest.mark.parametrize("name", [*HELD, *HELD_BY_HAND])
def test_newman_says_why(name, proxied, newman, outcomes):
    outcome, reason = outcomes[name, proxied], {**HELD, **HELD_BY_HAND}[name]
    failures = [title for title, _ in outcome.failures]
    messages = [message for _, message in outcome.failures]
    if newman.skips:
        # What is skipped fails nothing; a test script that finds no response says nothing.
        assert failures == [reason.failure] * (2 if reason.failure else 0)
        assert len(outcome.skipped) == (0 if reason.failure else 2)
    else:
        errors = ["Error"] * 2  # of the runtime, for the scheme that it doesn't know: one for each row
        assert sorted(failures) == sorted(
            [*filter(None, [reason.failure]), "The runtime can skip a request", *errors]
        )
        assert messages.count("Invalid protocol: not-sent:") == 2
        assert sum(message.startswith(TOO_OLD) for message in messages) == 1
    assert any(reason.words in text for text in (*messages, *outcome.skipped, outcome.log))
    assert MARKER not in outcome.log.replace(f"{MARKER}/", "")


@pytest.mark.parametrize("newman", NEWMANS, ids=[each.name for each in NEWMANS])
def test_newmans_exit_code_tells_a_run_that_is_too_old(newman, output, tmp_path):
    with _servers(proxied=False) as servers:
        environment = _environment(output, tmp_path, servers)
        done = newman.run(
            newman.collection(output), environment, tmp_path, only="Write bearer", env=servers.env
        )
        requests, _ = servers.taken()
    assert requests == []
    assert done.code == (0 if newman.skips else 1), done.output
    assert (TOO_OLD in _words(done.output)) is not newman.skips


def _words(text: str) -> str:
    return " ".join(text.split())
