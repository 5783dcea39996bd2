"""Format 3: lint is silent, a run passes, and it sends what the file in format 2.1.0 sends."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from recorder import recorder
from support import OFFLINE, TOOLS, Run, environment_file, postman_cli, run
from wire_cases import description

from generator import generate, load

#: What differs between the CLI's two runtimes, whatever the request.
OWN = {"user-agent", "postman-token", "host", "connection"}
SECURED = {
    "openapi": "3.1.0",
    "info": {"title": "..: <Every> kind / of\tauthorization?", "version": "1"},
    "servers": [{"url": "http://127.0.0.1:9"}],
    "tags": [{"name": "CON"}, {"name": "con"}, {"name": "../up", "parent": "CON"}],
    "paths": {
        f"/{name}": {
            "get": {
                "tags": [tag],
                "summary": summary,
                "security": security,
                "responses": {"200": {"description": "Yes"}},
            }
        }
        for name, tag, summary, security in [
            ("basic", "CON", "aux", [{"basic": []}]),
            ("bearer", "CON", "AUX", [{"bearer": []}]),
            ("header", "con", "Key: in a *header*", [{"header": []}]),
            ("query", "../up", "{{CLIENT_SECRET}}", [{"query": []}]),
            ("cookie", "../up", "x" * 90, [{"cookie": []}]),
            ("two", "../up", "x" * 91, [{"bearer": [], "header": []}]),
            ("browser", "con", "...", [{"browser": []}]),
            ("nothing", "con", "😀 ünïcode", []),
        ]
    },
    "components": {
        "securitySchemes": {
            "basic": {"type": "http", "scheme": "basic"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "query": {"type": "apiKey", "in": "query", "name": "key"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
            "browser": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://example.com/a",
                        "tokenUrl": "https://example.com/t",
                        "scopes": {},
                    }
                },
            },
        }
    },
}


class Sides(NamedTuple):
    """What the CLI sent and printed of either format, in order."""

    sent: tuple[list[Any], list[Any]]
    runs: tuple[Run, Run]


def _folder(output: Path) -> Path:
    found = [
        folder for folder in (output / "postman" / "collections").iterdir() if "variations" not in folder.name
    ]
    assert len(found) == 1
    return found[0]


def _collection(output: Path) -> Path:
    return next(file for file in output.glob("*.postman_collection.json") if "variations" not in file.name)


def _sent(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """A request to compare: its multipart body as parts, since the boundary is made up by the runtime.

    The runtime for format 3 tells the length of a body that isn't there, and ends the lines in parts of a
    form as browsers do.
    """
    headers = {name.lower(): value for name, value in entry["headers"].items()}
    body = entry["body"]
    if headers.get("content-type", "").startswith("multipart/form-data"):
        message = message_from_bytes(f"Content-Type: {headers['content-type']}\r\n\r\n".encode() + body)
        body = [
            (sorted(part.items()), part.get_payload(decode=True).replace(b"\r\n", b"\n"))
            for part in message.get_payload()
        ]
        headers |= {"content-type": "multipart/form-data", "content-length": ""}
    if headers.get("content-length") == "0":
        del headers["content-length"]
    return (
        entry["method"],
        entry["path"],
        entry["query"],
        {k: v for k, v in headers.items() if k not in OWN},
        body,
    )


def _side_by_side(output: Path, folder: Path, variables: Mapping[str, str]) -> Sides:
    environments = output / "environments"
    local = environments / "local.postman_environment.json"
    source = local if local.exists() else next(environments.iterdir())

    def start(collection: Path, name: str) -> tuple[list[Any], Run]:
        own = folder / name
        own.mkdir()
        with recorder() as server:
            environment = environment_file(own, source, baseUrl=server.address, **variables)
            done = postman_cli(collection, environment, own)
            entries = [
                {
                    "method": s.method,
                    "path": s.path,
                    "query": s.query,
                    "headers": dict(s.headers),
                    "body": s.body,
                }
                for s in server.in_order
            ]
        return [_sent(entry) for entry in entries], done

    with ThreadPoolExecutor() as pool:
        first, second = pool.map(start, (_collection(output), _folder(output)), ("2.1.0", "3.0.0"))
    return Sides((first[0], second[0]), (first[1], second[1]))


def _outcomes(output: str) -> list[tuple[str, str]]:
    """Each test's title and how it went, in order."""
    found = re.findall(
        r"^\s*(Pass|Fail|\d+\.|✓|→|↳)?\s*(Pass|\d+\.)\s+(.+?)\s*$", output.split("│")[0], re.MULTILINE
    )
    titles = [(("pass" if mark == "Pass" else "fail"), title) for _, mark, title in found]
    return [entry for entry in titles if "Error" not in entry[1]]


def _lint(folder: Path, home: Path) -> Run:
    return run(
        *(TOOLS / "postman", "collection", "lint", folder), env={**OFFLINE, "HOME": str(home)}, cwd=home
    )


def _generated(root: Mapping[str, Any], folder: Path) -> Path:
    (folder / "api.json").write_text(json.dumps(root))
    generate(load(folder / "api.json"), folder / "out")
    return folder / "out"


def test_lint_is_silent(generated, tmp_path):
    done = _lint(_folder(generated.folder), tmp_path)
    assert done.code == 0, done.output
    assert "No issues found" in done.output


def test_a_run_passes_with_one_token_call_that_carries_no_authorization(generated, mocked, tmp_path):
    local = mocked(generated)
    done = postman_cli(_folder(generated.folder), local.environment, tmp_path)
    assert done.code == 0, done.output
    tokens = [entry for entry in local.mock.log if entry["path"].startswith("/ims/")]
    calls = [entry for entry in local.mock.log if not entry["path"].startswith("/ims/")]
    assert len(tokens) == 1
    assert "authorization" not in tokens[0]["headers"]
    assert all(200 <= entry["status"] < 300 for entry in local.mock.log)
    assert len({(c["method"], re.sub("[0-9a-f-]{36}", "", c["path"])) for c in calls}) == 5


def test_an_environment_of_format_3_is_taken(ours, mocked, tmp_path):
    local = mocked(ours)
    values = {v["key"]: v["value"] for v in json.loads(local.environment.read_text())["values"]}
    written = yaml.safe_load(
        (ours.folder / "postman" / "environments" / "local.environment.yaml").read_text()
    )
    for each in written["values"]:
        each["value"] = values[each["key"]]
    environment = tmp_path / "local.environment.yaml"
    environment.write_text(yaml.safe_dump(written))
    done = postman_cli(_folder(ours.folder), environment, tmp_path)
    assert done.code == 0, done.output


@pytest.fixture(scope="module")
def mocked_sides(ours, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sides")
    return _side_by_side(
        ours.folder, folder, {"ACCESS_TOKEN": "a-token-that-tells-no-expiry", "ALLOW_WRITES": "true"}
    )


@pytest.fixture(scope="module")
def wire_sides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wire-v3")
    output = _generated(description("http://127.0.0.1:9"), folder)
    assert _lint(_folder(output), folder).code == 0
    return _side_by_side(output, folder, {"ALLOW_WRITES": "true"})


@pytest.fixture(scope="module")
def secured_sides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secured-v3")
    output = _generated(SECURED, folder)
    assert _lint(_folder(output), folder).code == 0
    names = [v["key"] for v in json.loads(next((output / "environments").iterdir()).read_text())["values"]]
    variables = {n: f"value-of-{n}" for n in names if n.isupper() or "_" in n}
    return _side_by_side(output, folder, {**variables, "ALLOW_WRITES": "true"})


@pytest.mark.parametrize("sides", ["mocked_sides", "wire_sides", "secured_sides"])
def test_both_formats_send_identical_requests_in_the_same_order(sides, request):
    first, second = request.getfixturevalue(sides).sent
    assert len(first) == len(second) > 4
    for one, other in zip(first, second, strict=True):
        assert one == other


@pytest.mark.parametrize("sides", ["mocked_sides", "wire_sides", "secured_sides"])
def test_both_formats_make_the_same_assertions(sides, request):
    runs = request.getfixturevalue(sides).runs
    outcomes = [_outcomes(done.output) for done in runs]
    assert len(outcomes[0]) > 4
    assert outcomes[0] == outcomes[1]


def test_a_request_without_its_file_is_not_sent_in_either_format(wire_sides):
    for done in wire_sides.runs:
        assert "Not sent: no file is chosen for photo." in done.output
        assert "Not sent: no file is chosen for the body." in done.output
    assert not any(sent[1] in ("/upload", "/bytes") for sent in wire_sides.sent[1])


def _files(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): f.read_text() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_one_changed_request_is_one_changed_file(tmp_path):
    root = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            f"/{name}": {"get": {"summary": name, "responses": {"200": {"description": "Yes"}}}}
            for name in ("first", "second", "third")
        },
    }
    before = _files(_generated(root, tmp_path) / "postman")
    root["paths"]["/second"]["get"]["description"] = "Now with a word on it."
    after = _files(_generated(root, tmp_path) / "postman")
    assert [path for path in before if after[path] != before[path]] == [
        "collections/Shop/second.request.yaml"
    ]


def test_a_renamed_request_leaves_no_file_behind(tmp_path):
    root = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            "/a": {"get": {"tags": ["t"], "summary": "Old", "responses": {"200": {"description": "Yes"}}}}
        },
    }
    output = _generated(root, tmp_path)
    root["paths"]["/a"]["get"] |= {"summary": "New", "tags": ["u"]}
    _generated(root, tmp_path)
    names: Sequence[str] = [str(path.relative_to(output)) for path in (output / "postman").rglob("*")]
    assert not any("Old" in name or name.endswith("/t") for name in names)
    shutil.rmtree(output)
