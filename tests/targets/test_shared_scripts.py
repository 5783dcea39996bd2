"""The scripts of a collection: code and schemas once, and in each request only what is particular to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, TOOLS, items, run

from generator import Options, load

FILE = "privacy-service.postman_collection.json"
#: Prints a script's longest function, and which functions of ``callsheet`` reach a ``pm`` not given to them.
_READ = (TOOLS.parent.parent / "shared-functions.js").resolve()
SETTINGS_BEGIN, END = "// callsheet:settings", "// callsheet:end"


def _collections(**options: Any) -> dict[str, Any]:
    files = load(options=Options(**options)).render(("postman",))
    return {
        path: json.loads("".join(file.text))
        for path, file in files.items()
        if path.endswith("_collection.json")
    }


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return _collections()


def _scripts(part: dict[str, Any]) -> dict[str, str]:
    return {event["listen"]: "\n".join(event["script"]["exec"]) for event in part.get("event", ())}


def _all(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield part
    for child in part.get("item", ()):
        yield from _all(child)


def test_a_request_of_the_privacy_service_has_few_lines_of_script(made):
    for item in items(made[FILE]):
        for listen, script in _scripts(item).items():
            lines = script.splitlines()
            assert len(lines) <= 25, (item["name"], listen)
            assert max(map(len, lines)) <= 100, (item["name"], listen)


def test_the_scripts_of_requests_define_nothing_and_contain_no_schema(made):
    for collection in made.values():
        for part in (each for child in collection["item"] for each in _all(child)):
            for script in _scripts(part).values():
                assert not re.search(r"\bfunction\b|\bclass\b|\bproperties:|\btype: 'object'", script)
                assert "callsheet." in script


def test_what_is_generated_in_a_request_is_between_marks_that_name_its_operation(made):
    for item in items(made[FILE]):
        for script in _scripts(item).values():
            first, *_, last = script.splitlines()
            assert re.fullmatch(r"// callsheet:begin (GET|POST) /\S+", first)
            assert last == END


def test_settings_are_between_marks_at_the_top(made):
    expected = {"prerequest": "GUARD_WRITES GUARD_HOSTS KNOWN_HOSTS", "test": "STATUS ENUMERATIONS BODY"}
    for listen, script in _scripts(made[FILE]).items():
        before, _, rest = script.partition(SETTINGS_BEGIN)
        assert "Contents" in before
        settings = rest.partition(END)[0]
        for name in expected[listen].split():
            assert f"const {name} = " in settings
            # Everything else reads the setting.
            assert name in rest.partition(END)[2]
            assert f"const {name} = " not in rest.partition(END)[2]


def _read(script: str, folder: Path) -> dict[str, Any]:
    (folder / "script.js").write_text(script)
    done = run("node", _READ, folder / "script.js")
    assert done.code == 0, done.output
    found: dict[str, Any] = json.loads(done.output)
    return found


def test_functions_for_requests_use_no_pm_but_the_one_that_they_are_given(tmp_path):
    """The ``pm`` of the collection's script has no effect in that of a request: a guard would do nothing."""
    (tmp_path / "callsheet.yaml").write_text(
        f"description: {ROOT / 'specs' / 'privacy-service.yaml'}\n"
        "token: adobe-ims\ntests: {paging: true}\ndata: [createPrivacyJob]\nvariations: {enabled: true}\n"
    )
    plan = load(project_file=tmp_path / "callsheet.yaml")
    seen: set[str] = set()
    for path, file in plan.render(("postman",)).items():
        if path.endswith("_collection.json"):
            for script in _scripts(json.loads("".join(file.text))).values():
                found = _read(script, tmp_path)
                assert found["free"] == {}
                seen |= set(found["shared"])
    names = {"isGuarded", "fillBody", "growBody", "expect", "keep", "nextPage", "expectRefusal"}
    assert seen == names


def test_the_check_of_functions_finds_a_pm_that_is_not_given(tmp_path):
    script = (
        "function inner() { return pm.info; }\nfunction outer(pm) { return inner(); }\ncallsheet = { outer };"
    )
    assert _read(script, tmp_path)["free"] == {"outer": ["inner"]}


def test_no_function_of_a_collection_is_long(made, tmp_path):
    for collection in made.values():
        for script in _scripts(collection).values():
            longest = _read(script, tmp_path)["longest"]
            assert longest["lines"] <= 24, longest


def test_schemas_are_in_the_collection_once(made):
    script = _scripts(made[FILE])["test"]
    assert script.count("\n  JobsCreated: {") == 1
    assert sum("JobsCreated" in s for item in items(made[FILE]) for s in _scripts(item).values()) == 1


def test_an_inline_schema_is_named_after_its_request_and_status(tmp_path):
    schema = {"type": "object", "required": ["a"]}
    content = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "Fine", "content": content}}
    paths = {f"/{name}": {"get": {"summary": name, "responses": responses}} for name in ("one", "two")}
    root = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}
    (tmp_path / "a.json").write_text(json.dumps(root))
    files = load(tmp_path / "a.json").render(("postman",))
    collection = json.loads("".join(files["a.postman_collection.json"].text))
    names = [
        re.search(r"'application/json': '(.*?)'", _scripts(item)["test"])[1] for item in items(collection)
    ]
    assert names == ["one 200", "two 200"]
    assert "'one 200': { type: 'object', required: ['a'] }," in _scripts(collection)["test"]
