"""Requests outside their collection, and the functions that requests share with it, in every runtime."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import OFFLINE, environment_file, items
from support.recorder import Wire, wire
from support.runtimes import OLD_RUNTIMES, RUNTIMES, Runtime

from generator import generate, load

EVERY = (*OLD_RUNTIMES, *RUNTIMES)
NOT_SENT = "Not sent: its collection has the guards. Open it there."
MISSING = "This request's tests use the scripts of its collection: open it there."
TOKEN = "a-token-of-nobody"
MARKER = "marker"


def _operation(name: str, **more: Any) -> dict[str, Any]:
    return {"summary": name, "responses": {"204": {"description": "Nothing"}}, **more}


_NOTE = {"type": "object", "properties": {"note": {"type": "string", "example": MARKER}}}
_BODY = {"content": {"application/json": {"schema": _NOTE}}}
DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://shop.example.com"}],
    "security": [{"bearer": []}],
    "paths": {
        f"/{MARKER}/list": {"get": _operation("List", tags=["Orders"])},
        f"/{MARKER}/create": {"post": _operation("Create", tags=["Orders"], requestBody=_BODY)},
        f"/{MARKER}/rows": {
            "query": _operation("Rows", operationId="Rows", tags=["Orders"], requestBody=_BODY, security=[])
        },
        "/public": {"get": _operation("Public", tags=["Others"], security=[])},
    },
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
}
_in = pytest.mark.parametrize("runtime", EVERY, ids=[each.name for each in EVERY])


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taken")
    (folder / "shop.json").write_text(json.dumps(DESCRIPTION))
    (folder / "callsheet.yaml").write_text("description: shop.json\ndata: [Rows]\nguards: {writes: true}\n")
    generate(load(project_file=folder / "callsheet.yaml"), folder / "out")
    return folder / "out"


@pytest.fixture
def server() -> Iterator[Wire]:
    with wire() as found:
        yield found


def _environment(output: Path, folder: Path, server: Wire, **values: str) -> Path:
    (source,) = (output / "environments").iterdir()
    given = {"baseUrl": server.address, "ACCESS_TOKEN": TOKEN, "ALLOW_WRITES": "true"}
    return environment_file(folder, source, **{**given, **values})


def _without_collection(runtime: Runtime, output: Path, folder: Path, *names: str) -> Path:
    """A collection without scripts that has the folder of orders, or the requests of these names."""
    source = runtime.collection(output)
    if runtime.format3:
        made = folder / "taken"
        shutil.copytree(source / "Orders" if not names else source / "Others", made / "Taken")
        definition = made / ".resources" / "definition.yaml"
        definition.parent.mkdir()
        definition.write_text("$kind: collection\nname: Taken\n")
        return made
    collection = json.loads(source.read_text())
    if names:
        found = [item for item in items(collection) if item["name"] in names]
    else:
        found = [item for item in collection["item"] if item["name"] == "Orders"]
    made = folder / "taken.json"
    # (The authorization and the variables of the collection go along, as in the worst case.)
    made.write_text(json.dumps({**collection, "event": [], "item": found}))
    return made


def _words(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("proxied", [False, True], ids=["directly", "by a proxy"])
@_in
def test_a_guarded_request_that_left_its_collection_is_not_sent(runtime, proxied, output, server, tmp_path):
    collection = _without_collection(runtime, output, tmp_path)
    environment = _environment(output, tmp_path, server)
    names = ("HTTP_PROXY", "http_proxy")
    env = (
        {**OFFLINE, **dict.fromkeys(names, server.address), "NO_PROXY": "", "no_proxy": ""} if proxied else {}
    )
    done = runtime.run(collection, environment, tmp_path, env=env)
    assert server.received == []
    assert done.code == 1, done.output
    assert _words(done.output).count(NOT_SENT) == 3, done.output
    assert TOKEN not in done.output


@pytest.mark.parametrize("runtime", [RUNTIMES[0], RUNTIMES[1]], ids=["Newman", "Postman CLI"])
def test_the_tests_of_a_request_say_that_they_need_its_collection(runtime, output, server, tmp_path):
    collection = _without_collection(runtime, output, tmp_path, "Public")
    done = runtime.run(collection, _environment(output, tmp_path, server), tmp_path)
    assert server.requests == ["GET /public"]
    assert done.code == 1
    assert MISSING in _words(done.output)


@_in
def test_an_expectation_that_is_not_met_fails_the_run(runtime, output, server, tmp_path):
    """It is checked by a function of the collection's script. The server responds with 200, not 204."""
    environment = _environment(output, tmp_path, server)
    done = runtime.run(runtime.collection(output), environment, tmp_path, only="List")
    assert server.requests == [f"GET /{MARKER}/list"]
    assert done.code == 1, done.output
    assert "The response is 200 OK, which is not documented" in _words(done.output)


def _edited(runtime: Runtime, output: Path, folder: Path, before: str, after: str) -> Path:
    """The collection with a change in its own scripts, as a person may make it."""
    source = runtime.collection(output)
    made = folder / source.name
    (shutil.copytree if runtime.format3 else shutil.copy)(source, made)
    file = made / ".resources" / "definition.yaml" if runtime.format3 else made
    assert file.read_text().count(before) == 1
    file.write_text(file.read_text().replace(before, after))
    return made


@pytest.mark.parametrize("before", ["const HELD_BACK = ", "const REASONS = [", "function run() {"])
@_in
def test_if_the_script_of_the_collection_is_broken_no_guarded_request_is_sent(
    runtime, before, output, server, tmp_path
):
    """An error ends the script before it defines its functions, after that, or before it runs them."""
    broken = _edited(runtime, output, tmp_path, before, f"nothing.called(); {before}")
    done = runtime.run(broken, _environment(output, tmp_path, server), tmp_path, only="Orders")
    assert server.received == []
    assert done.code == 1, done.output
    # (In format 3, the runtime itself sends nothing after an error.)
    assert _words(done.output).count(NOT_SENT) == (0 if runtime.format3 else 3), done.output


@pytest.mark.parametrize("runtime", [RUNTIMES[0], RUNTIMES[2]], ids=["Newman", "Postman CLI, format 3"])
def test_a_guard_that_is_switched_off_in_the_settings_is_off(runtime, output, server, tmp_path):
    setting = "const GUARD_WRITES = "
    collection = _edited(runtime, output, tmp_path, f"{setting}true;", f"{setting}false;")
    environment = _environment(output, tmp_path, server, ALLOW_WRITES="false")
    runtime.run(collection, environment, tmp_path, only="Create")
    assert server.requests == [f"POST /{MARKER}/create"]


@pytest.mark.parametrize("runtime", [RUNTIMES[0], RUNTIMES[2]], ids=["Newman", "Postman CLI, format 3"])
def test_a_test_that_is_switched_off_in_the_settings_is_off(runtime, output, server, tmp_path):
    """The server responds with 200, not 204."""
    collection = _edited(runtime, output, tmp_path, "const STATUS = 'success';", "const STATUS = 'off';")
    done = runtime.run(collection, _environment(output, tmp_path, server), tmp_path, only="List")
    assert server.requests == [f"GET /{MARKER}/list"]
    assert done.code == 0, done.output
