"""Selecting operations by tag, path, method, operationId, deprecation or extension."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support import items

from generator import Options, Plan, load
from generator.cli.main import main
from generator.model.selection import Filter

OK: dict[str, Any] = {"responses": {"200": {"description": "Fine"}}}
ROOT: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "T", "version": "1"},
    "servers": [{"url": "https://a.example"}],
    "paths": {
        "/users": {
            "get": OK | {"operationId": "listUsers", "tags": ["Users"]},
            "post": OK | {"operationId": "addUser", "tags": ["Users", "Writes"], "x-internal": True},
        },
        "/users/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": OK | {"operationId": "getUser", "tags": ["Users"], "x-internal": False, "x-team": "red"},
            "delete": OK
            | {"operationId": "dropUser", "tags": ["Writes"], "deprecated": True, "x-team": "blue"},
        },
        "/ping[1]": {
            "get": OK | {"x-team": 5, "deprecated": False},
            "additionalOperations": {"PURGE": OK | {"operationId": "purge", "x-empty": None}},
        },
    },
}
ALL = ["listUsers", "addUser", "getUser", "dropUser", "getPing1", "purge"]


def _ids(plan: Plan) -> list[str]:
    return [operation.id for operation in plan.api.operations]


def _file(folder: Path, root: dict[str, Any] = ROOT) -> Path:
    file = folder / "api.json"
    file.write_text(json.dumps(root))
    return file


CRITERIA: dict[str, tuple[list[str], list[str], list[str]]] = {
    "nothing": ([], [], ALL),
    "tag": (["tag=Users"], [], ["listUsers", "addUser", "getUser"]),
    "a tag that is not the first": (["tag=Writes"], [], ["addUser", "dropUser"]),
    "two tags": (["tag=Writes", "tag=Nope"], [], ["addUser", "dropUser"]),
    "tags by a pattern": (["tag=U*"], [], ["listUsers", "addUser", "getUser"]),
    "a tag in other letters": (["tag=users"], [], []),
    "path": (["path=/users"], [], ["listUsers", "addUser"]),
    "paths by a pattern": (["path=/users*"], [], ALL[:4]),
    "path with braces": (["path=/users/{id}"], [], ["getUser", "dropUser"]),
    "path with brackets": (["path=/ping[1]"], [], ["getPing1", "purge"]),
    "method": (["method=get"], [], ["listUsers", "getUser", "getPing1"]),
    "methods": (["method=POST", "method=Delete"], [], ["addUser", "dropUser"]),
    "method of its own": (["method=purge"], [], ["purge"]),
    "operationId": (["operation-id=addUser"], [], ["addUser"]),
    "operationIds by a pattern": (["operation-id=*User"], [], ["addUser", "getUser", "dropUser"]),
    "an operationId that is made": (["operation-id=getPing1"], [], ["getPing1"]),
    "deprecated": (["deprecated"], [], ["dropUser"]),
    "not deprecated": (["deprecated=false"], [], [*ALL[:3], *ALL[4:]]),
    "extension": (["extension=x-internal"], [], ["addUser"]),
    "extension that is nothing": (["extension=x-empty"], [], []),
    "extension with a value": (["extension=x-team=red"], [], ["getUser"]),
    "extension with a number": (["extension=x-team=5"], [], ["getPing1"]),
    "extension that is false": (["extension=x-internal=false"], [], ["getUser"]),
    "two kinds must both hold": (["tag=Users", "method=post"], [], ["addUser"]),
    "exclude tag": ([], ["tag=Users"], ["dropUser", "getPing1", "purge"]),
    "exclude path": ([], ["path=/users*"], ["getPing1", "purge"]),
    "exclude method": ([], ["method=get"], ["addUser", "dropUser", "purge"]),
    "exclude operationId": ([], ["operation-id=purge"], ALL[:5]),
    "exclude deprecated": ([], ["deprecated"], [*ALL[:3], *ALL[4:]]),
    "exclude extension": ([], ["extension=x-internal"], ["listUsers", *ALL[2:]]),
    "exclude of what is included": (["tag=Users"], ["method=post"], ["listUsers", "getUser"]),
    "excluded only where two kinds hold": ([], ["tag=Users", "method=post"], ["listUsers", *ALL[2:]]),
}


@pytest.mark.parametrize("case", CRITERIA)
def test_the_command_selects_what_its_options_say(case, tmp_path):
    include, exclude, expected = CRITERIA[case]
    options = [*(f"--include={each}" for each in include), *(f"--exclude={each}" for each in exclude)]
    out = tmp_path / "out"
    arguments = [
        "generate",
        str(_file(tmp_path)),
        "-o",
        str(out),
        "--target",
        "postman",
        "--names=operationId",
    ]
    done = CliRunner().invoke(main, [*arguments, *options])
    if not expected:
        assert done.exit_code == 2, done.output
        assert f"No operation is left: `include` ({include[0]}) matches none of 6." in done.output
        assert not out.exists()
        return
    assert done.exit_code == 0, done.output
    collection = json.loads((out / "api.postman_collection.json").read_text())
    # (An operation without an operationId is named after its method and path.)
    names = {"getPing1": "GET /ping[1]"}
    assert sorted(item["name"] for item in items(collection)) == sorted(names.get(n, n) for n in expected)


PROJECT = {
    "tags: [Writes]": ["addUser", "dropUser"],
    "paths: [/users/*]": ["getUser", "dropUser"],
    "methods: [get, purge]": ["listUsers", "getUser", "getPing1", "purge"],
    "operationIds: ['*User']": ["addUser", "getUser", "dropUser"],
    "deprecated: true": ["dropUser"],
    "deprecated: false": [*ALL[:3], *ALL[4:]],
    "extensions: [x-team=red, x-internal]": ["addUser", "getUser"],
}


def _project(folder: Path, text: str) -> Path:
    file = folder / "callsheet.yaml"
    file.write_text(f"description: {_file(folder).name}\n{text}\n")
    return file


@pytest.mark.parametrize("criteria", PROJECT)
def test_the_project_file_selects_what_it_says(criteria, tmp_path):
    included = load(project_file=_project(tmp_path, f"include: {{{criteria}}}"))
    assert _ids(included) == PROJECT[criteria]
    excluded = load(project_file=_project(tmp_path, f"exclude: {{{criteria}}}"))
    assert _ids(excluded) == [each for each in ALL if each not in PROJECT[criteria]]


def test_each_option_overrides_its_setting_in_the_project_file(tmp_path):
    file = _project(tmp_path, "include: {tags: [Users]}\nexclude: {methods: [post]}")
    assert _ids(load(project_file=file)) == ["listUsers", "getUser"]
    include, exclude = Options(include=Filter(tags=("Writes",))), Options(exclude=Filter(methods=("get",)))
    assert _ids(load(project_file=file, options=include)) == ["dropUser"]
    assert _ids(load(project_file=file, options=exclude)) == ["addUser"]


@pytest.mark.parametrize(
    "criterion", ["tags=Users", "tag", "tag=", "deprecated=maybe", "", "x-internal", "=x"]
)
def test_an_invalid_criterion_is_refused(criterion, tmp_path):
    done = CliRunner().invoke(main, ["generate", str(_file(tmp_path)), "--include", criterion])
    assert done.exit_code == 2
    assert "--include" in done.output
    assert "is none of tag=…, path=…" in done.output


def test_tags_and_folders_without_operations_are_left_out(tmp_path):
    root = ROOT | {"tags": [{"name": "Writes"}, {"name": "Users"}]}
    plan = load(_file(tmp_path, root), options=Options(include=Filter(methods=("get",))))
    collection = json.loads(plan.render(("postman",))["api.postman_collection.json"].text)
    assert [part["name"] for part in collection["item"]] == ["Users", "GET /ping[1]"]


def test_excluding_operations_changes_no_id_and_no_name(tmp_path):
    paths = ROOT["paths"] | {"/b": {"get": OK | {"operationId": "listUsers"}}}
    root = ROOT | {"paths": paths}
    every = {operation.path: operation.id for operation in load(_file(tmp_path, root)).api.operations}
    assert every["/b"] == "listUsers_2"
    some = load(_file(tmp_path, root), options=Options(include=Filter(paths=("/b",))))
    assert _ids(some) == ["listUsers_2"]


def test_a_callback_is_selected_with_its_operation_and_a_webhook_by_itself(tmp_path):
    def event(**more: Any) -> dict[str, Any]:
        return {"{$request.body#/url}": {"post": OK | more}}

    root = ROOT | {
        "paths": {
            "/a": {
                "post": OK | {"operationId": "a", "tags": ["A"], "callbacks": {"x": event(operationId="ofA")}}
            },
            "/b": {
                "post": OK
                | {
                    "operationId": "b",
                    "callbacks": {
                        "x": event(operationId="ofB"),
                        "y": event(operationId="old", deprecated=True),
                    },
                }
            },
        },
        "webhooks": {
            "w": {"post": OK | {"operationId": "w", "tags": ["A"]}},
            "v": {"post": OK | {"operationId": "v"}},
        },
    }
    file = _file(tmp_path, root)

    def taken(**filters: Filter) -> list[str]:
        return _ids(load(file, options=Options(webhooks=True, callbacks=True, **filters)))

    assert taken() == ["a", "b", "ofA", "ofB", "old", "w", "v"]
    assert taken(include=Filter(tags=("A",))) == ["a", "ofA", "w"]
    assert taken(exclude=Filter(tags=("A",))) == ["b", "ofB", "old", "v"]
    assert taken(exclude=Filter(deprecated=True)) == ["a", "b", "ofA", "ofB", "w", "v"]
    assert taken(include=Filter(paths=("/b",)), exclude=Filter(operation_ids=("ofB",))) == ["b", "old"]


def test_webhooks_and_callbacks_can_be_enabled_in_the_project_file_too(tmp_path):
    root = ROOT | {"paths": {}, "webhooks": {"w": {"post": OK | {"operationId": "w"}}}}
    (tmp_path / "callsheet.yaml").write_text("description: api.json\nwebhooks: true\ncallbacks: true\n")
    _file(tmp_path, root)
    assert _ids(load(project_file=tmp_path / "callsheet.yaml")) == ["w"]
    assert _ids(load(project_file=tmp_path / "callsheet.yaml", options=Options(webhooks=False))) == []
