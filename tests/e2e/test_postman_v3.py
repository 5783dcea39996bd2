"""Format 3 in the real Postman CLI: lint is silent, and a run sends the same requests as format 2.1.0.

The CLI runs format 2.1.0 with its older runtime and format 3 with a new one. Differences that don't depend
on the request (``PostmanRuntime``'s version, the case of header names, a length of zero, line ends in the
text of a multipart form) are left out of the comparison; nothing else is. The new runtime has no report but
its printed output: ``--reporters json`` is refused. The printed outputs are therefore compared, and for 2.1.0
also with the report.

The new runtime never responds to a digest challenge: it sends the first request, as the other does, and
stops there. For digest authentication, only that first request is compared.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from support import (
    OFFLINE,
    SECRET,
    TOOLS,
    UPSTREAM,
    UPSTREAM_ABSENT,
    Run,
    environment_file,
    items,
    postman_cli,
    run,
    wire_cases,
)
from support.recorder import recorder

from generator import Plan, generate, load
from generator.mock.server import running
from generator.mock.settings import MockSettings
from generator.targets.shared.variables import Variables

#: Headers that differ between the runtimes for any request, or contain the port of the recorder.
OWN = {"user-agent", "postman-token", "host", "connection", "content-length"}
FLOW = {"authorizationUrl": "https://example.com/a", "tokenUrl": "https://example.com/t", "scopes": {}}
SCHEMES: dict[str, Any] = {
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "k[e]y &"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "code": {"type": "oauth2", "flows": {"authorizationCode": FLOW}},
    "implicit": {"type": "oauth2", "flows": {"implicit": FLOW}},
    "password": {"type": "oauth2", "flows": {"password": FLOW}},
    "machine": {"type": "oauth2", "flows": {"clientCredentials": FLOW}},
}
BODIES: dict[str, tuple[str, Any]] = {
    "html": ("text/html", "<p>\n  a  \n</p>\n"),
    "javascript": ("application/javascript", "f('\\n');\n\n\tg(\"x\")\n"),
    "yaml": ("application/yaml", "a: |\n  b\nc: yes\n"),
    "spaces": ("text/plain", "  begins\nends  \n\n"),
    "returns": ("text/plain", "a\r\nb\rc\u0085d\u2028e\u00a0"),
    "number": ("application/json", 1e300),
    "empty-form": ("application/x-www-form-urlencoded", None),
    "empty-parts": ("multipart/form-data", None),
    "half": ("text/plain", "\ud83d"),
}
#: Names with a meaning to file systems or YAML parsers; some of their folders are nested in others.
NAMES = [
    "CON",
    "con",
    "..",
    "../up",
    ".resources",
    "a.request.yaml",
    "😀 ünïcode",
    "yes",
    "{{CLIENT_SECRET}}",
]
NAMES += [
    "x" * 90,
    "x" * 91,
    "two\nlines",
    "- a: b #c",
    "[a]*?",
    "{a,b}",
    "%41",
    "0x10",
    "~",
    "'",
    '"',
    " ",
    "é",
    "e\u0301",
]


def _operation(summary: str, tag: str, **more: Any) -> dict[str, Any]:
    return {"summary": summary, "tags": [tag], "responses": {"200": {"description": "Yes"}}, **more}


def _everything() -> dict[str, Any]:
    """A description with every authorization, every body that ``wire_cases`` doesn't have, and all names."""
    paths: dict[str, Any] = {}
    for name, where in (
        *((name, [{name: []}]) for name in SCHEMES),
        ("none", []),
        ("two", [{"bearer": [], "header": []}]),
    ):
        paths[f"/auth-{name}"] = {"get": _operation(name, "CON", security=where)}
    for name, (kind, example) in BODIES.items():
        content = {kind: {"schema": {}, **({"example": example} if example is not None else {})}}
        paths[f"/body-{name}"] = {"post": _operation(name, "con", requestBody={"content": content})}
    for number, name in enumerate(NAMES):
        paths[f"/name-{number}"] = {"get": _operation(name, NAMES[number - 1])}
    inner = [{"name": name, "parent": NAMES[number]} for number, name in enumerate(NAMES[1:])]
    return {
        "openapi": "3.2.0",
        "info": {"title": "..: <Every> kind / of\tthing?", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9"}],
        "security": [{"bearer": []}],
        "tags": [{"name": NAMES[0]}, *inner],
        "paths": paths,
        "components": {"securitySchemes": SCHEMES},
    }


# --- Running both formats ---------------------------------------------------------------------------------


class Event(NamedTuple):
    """An event that the CLI printed: the name of a request, what happened, and the name of a test."""

    request: str
    what: str
    title: str = ""


class Side(NamedTuple):
    """A run of one format: the requests sent, in order, and the printed output."""

    sent: list[dict[str, Any]]
    run: Run

    @property
    def events(self) -> list[Event]:
        """Every request sent, and every test with its outcome, in order."""
        printed = self.run.output.partition("Running your collection")[2].partition("\n-----")[0]
        found, name = [], ""
        for match in _PRINTED.finditer(printed):
            kind, text = str(match.lastgroup), match[str(match.lastgroup)]
            if kind == "name":
                name = text
            else:
                found.append(Event(name, kind, "" if kind == "sent" else text))
        return found


_PRINTED = re.compile(
    r"^(?:(?:Sub-folder|Root) (?P<name>.*)| +(?:Pass  (?P<passed>.*)|\d+\. (?P<failed>.*)"
    r"|-  \[skipped\] (?P<skipped>.*)|(?P<sent>[A-Z]+ http.*) \[.*))$",
    re.MULTILINE,
)


class Sides(NamedTuple):
    """The runs of both formats, and the tests in the report of format 2.1.0."""

    old: Side
    new: Side
    reported: list[Event]


Server = Callable[[], contextlib.AbstractContextManager[tuple[Mapping[str, str], Callable[[], list[Any]]]]]


@contextlib.contextmanager
def _recording() -> Iterator[tuple[Mapping[str, str], Callable[[], list[Any]]]]:
    """Run a recorder; yields variables with its address, and a function that returns its requests."""
    with recorder() as server:
        yield (
            {"baseUrl": server.address},
            lambda: [{**sent._asdict(), "headers": dict(sent.headers)} for sent in server.in_order],
        )


def _mocking(plan: Plan) -> Server:
    @contextlib.contextmanager
    def start() -> Iterator[tuple[Mapping[str, str], Callable[[], list[Any]]]]:
        settings = MockSettings(port=0, job_id=Variables.of(plan.api).path["JOB_ID"])
        with running(plan.document.root, settings) as mock:
            yield {"baseUrl": mock.base_url, "IMS": mock.ims}, lambda: list(mock.log)

    return start


def _side_by_side(
    old: Path, new: Path, environment: Path, folder: Path, server: Server, variables: Mapping[str, str]
) -> Sides:
    """Run both formats at the same time, each against its own server."""

    def start(collection: Path) -> Side:
        own = folder / f"run-{collection.name[:8]}-{collection.is_dir()}"
        own.mkdir()
        with server() as (addresses, sent):
            changed = environment_file(own, environment, **{**addresses, **variables})
            done = postman_cli(collection, changed, own)
            return Side(sent(), done)

    with ThreadPoolExecutor() as pool:
        sides = tuple(pool.map(start, (old, new)))
    tests = [
        Event(execution["item"]["name"], _outcome(assertion), assertion["assertion"])
        for execution in sides[0].run.report["run"]["executions"]
        for assertion in execution.get("assertions") or ()
    ]
    return Sides(*sides, tests)


def _outcome(assertion: Mapping[str, Any]) -> str:
    if assertion.get("skipped"):
        return "skipped"
    return "failed" if "error" in assertion else "passed"


def _generated(root: Mapping[str, Any], folder: Path) -> tuple[Path, Path, Path]:
    """Generate the collection in both formats, and the environment."""
    (folder / "api.json").write_text(json.dumps(root))
    output = folder / "out"
    generate(load(folder / "api.json"), output, ["postman", "postman-v3", "environments"])
    old = output / "api.postman_collection.json"
    new = next(f for f in (output / "postman" / "collections").iterdir() if "variations" not in f.name)
    return old, new, next((output / "environments").iterdir())


def _folder(plan: Plan, output: Path) -> Path:
    return output / "postman" / "collections" / plan.settings.collection_name


# --- The collections --------------------------------------------------------------------------------------


def _mocked(plan: Plan, output: Path, folder: Path, second: str = "") -> Sides:
    """Run the collection of the Privacy Service, or its variations, in both formats with the local mock."""
    old = output / f"privacy-service{second}.postman_collection.json"
    new = _folder(plan, output)
    new = new.with_name(f"{new.name} - variations") if second else new
    environment = output / "environments" / "local.postman_environment.json"
    return _side_by_side(old, new, environment, folder, _mocking(plan), {})


@pytest.fixture(scope="module")
def of_ours(ours: Any, tmp_path_factory: pytest.TempPathFactory) -> Sides:
    return _mocked(ours.plan, ours.folder, tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def of_the_publishers(tmp_path_factory: pytest.TempPathFactory) -> Sides:
    if not UPSTREAM.exists():
        pytest.skip(UPSTREAM_ABSENT)
    folder = tmp_path_factory.mktemp("publishers")
    plan = load(UPSTREAM)
    generate(plan, folder / "out")
    return _mocked(plan, folder / "out", folder)


@pytest.fixture(scope="module")
def of_variations(ours: Any, tmp_path_factory: pytest.TempPathFactory) -> Sides:
    """Our collection of variations: requests that must be refused, almost all of them unusual."""
    return _mocked(ours.plan, ours.folder, tmp_path_factory.mktemp("second"), ".variations")


@pytest.fixture(scope="module")
def of_hard_cases(tmp_path_factory: pytest.TempPathFactory) -> Sides:
    """Every style and body of ``wire_cases``; those that need a file also with a file chosen."""
    folder = tmp_path_factory.mktemp("wire")
    old, new, environment = _generated(wire_cases.description("http://127.0.0.1:9"), folder)
    # A quote in a file name is written as `"` by one runtime, and as `%22` by the other.
    upload = folder / "a photo ;é.png"
    upload.write_bytes(b"\x89PNG\r\n\x00\xff")
    _choose(old, new, str(upload))
    return _side_by_side(old, new, environment, folder, _recording, {"ALLOW_WRITES": "true"})


def _choose(old: Path, new: Path, file: str) -> None:
    """Add copies of the requests that need a file, with a file chosen as if by hand."""
    collection = json.loads(old.read_text())
    for number, name in enumerate(("bytes", "upload")):
        item = next(item for item in items(collection) if item["name"] == name)
        copy = {**json.loads(json.dumps(item)), "id": f"{name}-chosen", "name": f"{name}, chosen"}
        body = copy["request"]["body"]
        written = yaml.safe_load((new / f"{name}.request.yaml").read_text())
        written |= {"id": copy["id"], "order": 1_000_000 + number}
        content = written["body"]["content"]
        for fields in (
            body.get("formdata") or [body["file"]],
            content if isinstance(content, list) else [content],
        ):
            next(field for field in fields if "src" in field)["src"] = file
        collection["item"].append(copy)
        (new / f"{name}, chosen.request.yaml").write_text(yaml.safe_dump(written))
    old.write_text(json.dumps(collection))


@pytest.fixture(scope="module")
def of_everything(tmp_path_factory: pytest.TempPathFactory) -> Sides:
    """Every kind of authorization and body, nested folders, and names with a meaning."""
    folder = tmp_path_factory.mktemp("everything")
    old, new, environment = _generated(_everything(), folder)
    lint = _lint(new, folder)
    assert "No issues found" in lint.output, lint.output
    values = json.loads(environment.read_text())["values"]
    variables = {v["key"]: f"value of {v['key']}" for v in values if not v["value"]}
    return _side_by_side(old, new, environment, folder, _recording, {**variables, "ALLOW_WRITES": "true"})


@pytest.fixture(params=["of_ours", "of_the_publishers", "of_variations", "of_hard_cases", "of_everything"])
def sides(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def _comparable(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A request without the parts that differ for any request; a form as its parts, without its boundary."""
    headers = {name.lower(): value for name, value in entry["headers"].items()}
    if headers.get("authorization", "").startswith("Bearer ey"):
        # Each local mock issues its own token.
        headers["authorization"] = "Bearer a token of the local mock"
    body: Any = entry["body"]
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        content = body if isinstance(body, bytes) else body.encode()
        message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + content)
        parts = message.get_payload()
        assert isinstance(parts, list)
        body = [(sorted(part.items()), _payload(part)) for part in parts]
        headers["content-type"] = "multipart/form-data"
    kept = {name: value for name, value in headers.items() if name not in OWN}
    return {**{key: entry[key] for key in ("method", "path", "query")}, "headers": kept, "body": body}


def _payload(part: Any) -> bytes:
    content = bytes(part.get_payload(decode=True))
    return content if part.get_filename() else content.replace(b"\r\n", b"\n")


def _lint(folder: Path, home: Path) -> Run:
    command = (TOOLS / "postman", "collection", "lint", folder)
    return run(*command, env={**OFFLINE, "HOME": str(home)}, cwd=home)


# --- The promises -----------------------------------------------------------------------------------------


def test_both_formats_send_identical_requests_in_the_same_order(sides):
    old, new = ([_comparable(entry) for entry in side.sent] for side in sides[:2])
    assert len(old) > 4
    assert [each["path"] for each in new] == [each["path"] for each in old], sides.new.run.output
    for one, other in zip(old, new, strict=True):
        assert other == one


def test_both_formats_make_the_same_assertions_with_the_same_outcomes(sides):
    old, new = sides.old.events, sides.new.events
    assert len([event for event in old if event.what == "passed"]) > 4
    assert new == old
    # If a report resolved a name of the description, it would differ from the printed one.
    assert [event for event in old if event.what != "sent"] == sides.reported
    executed = re.search(r"assertions \|\s+(\d+)", sides.new.run.output)
    assert executed
    assert int(executed[1]) == len(sides.reported)
    assert sides.new.run.code == sides.old.run.code


@pytest.mark.parametrize("api", ["of_ours", "of_the_publishers"])
def test_a_run_passes_with_one_token_request_without_authorization(api, request):
    done = request.getfixturevalue(api).new
    assert done.run.code == 0, done.run.output
    tokens = [entry for entry in done.sent if entry["path"].startswith("/ims/")]
    assert len(tokens) == 1
    assert "authorization" not in tokens[0]["headers"]
    assert len(done.sent) == 6
    assert all(200 <= entry["status"] < 300 for entry in done.sent)
    assert SECRET not in done.run.output


def test_lint_is_silent(generated, tmp_path):
    for folder in (generated.folder / "postman" / "collections").iterdir():
        done = _lint(folder, tmp_path)
        assert done.code == 0, done.output
        assert "No issues found" in done.output


def test_an_environment_of_format_3_is_accepted(ours, tmp_path):
    written = ours.folder / "postman" / "environments" / "local.environment.yaml"
    environment = tmp_path / "local.environment.yaml"
    with _mocking(ours.plan)() as (addresses, sent):
        text = written.read_text()
        content = yaml.safe_load(text)
        for each in content["values"]:
            old = f"  - key: {each['key']}\n    value: {each['value']}\n"
            if each["key"] in addresses:
                assert old in text
                text = text.replace(old, f"  - key: {each['key']}\n    value: {addresses[each['key']]}\n")
        environment.write_text(text)
        done = postman_cli(_folder(ours.plan, ours.folder), environment, tmp_path)
        assert done.code == 0, done.output
        assert len(sent()) == 6


def test_a_request_without_its_file_is_not_sent_in_either_format(of_hard_cases):
    for side in of_hard_cases[:2]:
        assert "Not sent: no file is chosen for photo." in side.run.output
        assert "Not sent: no file is chosen for the body." in side.run.output
        paths: Sequence[str] = [entry["path"] for entry in side.sent]
        assert (paths.count("/upload"), paths.count("/bytes")) == (1, 1)
