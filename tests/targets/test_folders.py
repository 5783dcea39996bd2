"""Folders of a collection (by tags, by paths, or none), names of requests, and unique ids."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support import items

from generator import Options, Plan, load

OK = {"responses": {"200": {"description": "Fine"}}}


def _plan(folder: Path, root: dict[str, Any], **options: Any) -> Plan:
    file = folder / "api.json"
    base = {
        "openapi": "3.2.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://a.example"}],
        "paths": {},
    }
    file.write_text(json.dumps(base | root))
    return load(file, options=Options(**options))


def _collection(plan: Plan) -> dict[str, Any]:
    return json.loads(plan.render(("postman",))["api.postman_collection.json"].text)


def _shape(parts: list[dict[str, Any]]) -> list[Any]:
    """Folders as ``{name: [...]}``, requests as their names."""
    return [{part["name"]: _shape(part["item"])} if "item" in part else part["name"] for part in parts]


def _paths(*operations: str) -> dict[str, Any]:
    """Paths from texts such as ``name tag,tag``: each is ``/name`` with a GET of that operationId."""
    found = {}
    for operation in operations:
        name, _, tags = operation.partition(" ")
        found[f"/{name}"] = {"get": OK | {"operationId": name} | ({"tags": tags.split(",")} if tags else {})}
    return found


TAGS: dict[str, tuple[dict[str, Any], list[str], list[Any]]] = {
    "order of the tags, then what has none": (
        {"tags": [{"name": "B"}, {"name": "A"}]},
        ["one", "two A", "three B", "four A"],
        [{"B": ["three"]}, {"A": ["two", "four"]}, "one"],
    ),
    "undeclared tags in the order of their use": (
        {"tags": [{"name": "Z"}]},
        ["one B", "two A", "three Z"],
        [{"Z": ["three"]}, {"B": ["one"]}, {"A": ["two"]}],
    ),
    "several tags: once, with the first": ({}, ["one A,B", "two B"], [{"A": ["one"]}, {"B": ["two"]}]),
    "a tag without operations": ({"tags": [{"name": "A"}, {"name": "B"}]}, ["one B"], [{"B": ["one"]}]),
    "summary of a tag as its name (3.2)": (
        {"tags": [{"name": "A", "summary": "All of A"}]},
        ["one A"],
        [{"All of A": ["one"]}],
    ),
    "x-displayName": ({"tags": [{"name": "A", "x-displayName": "All"}]}, ["one A"], [{"All": ["one"]}]),
    "parent, declared before": (
        {"tags": [{"name": "P"}, {"name": "C", "parent": "P"}]},
        ["one C", "two P"],
        [{"P": [{"C": ["one"]}, "two"]}],
    ),
    "parent, declared after, three levels": (
        {"tags": [{"name": "C", "parent": "B"}, {"name": "B", "parent": "A"}, {"name": "A"}]},
        ["one C"],
        [{"A": [{"B": [{"C": ["one"]}]}]}],
    ),
    "parent that is not declared": (
        {"tags": [{"name": "C", "parent": "P"}]},
        ["one C", "two P"],
        [{"P": [{"C": ["one"]}, "two"]}],
    ),
    "parent that is itself": ({"tags": [{"name": "A", "parent": "A"}]}, ["one A"], [{"A": ["one"]}]),
    "parents in a circle": (
        {"tags": [{"name": "A", "parent": "B"}, {"name": "B", "parent": "A"}, {"name": "C", "parent": "A"}]},
        ["one A", "two B", "three C"],
        [{"A": [{"B": ["two"]}, {"C": ["three"]}, "one"]}],
    ),
    "a badge is no folder": (
        {"tags": [{"name": "Beta", "kind": "badge"}, {"name": "Users", "kind": "nav"}]},
        ["one Beta,Users", "two Beta"],
        [{"Users": ["one"]}, "two"],
    ),
    "an audience is no folder": (
        {"tags": [{"name": "Partners", "kind": "audience"}, {"name": "Users"}]},
        ["one Partners,Users"],
        [{"Users": ["one"]}],
    ),
    "a kind made up comes after navigation": (
        {"tags": [{"name": "Team", "kind": "owner"}, {"name": "Users", "kind": "nav"}]},
        ["one Team,Users", "two Team"],
        [{"Team": ["two"]}, {"Users": ["one"]}],
    ),
    "x-tagGroups": (
        {
            "tags": [{"name": "A"}, {"name": "B"}, {"name": "C"}],
            "x-tagGroups": [{"name": "G", "tags": ["B", "A"]}, {"name": "H", "tags": ["A"]}],
        },
        ["one A", "two B", "three C"],
        [{"G": [{"A": ["one"]}, {"B": ["two"]}]}, {"C": ["three"]}],
    ),
    "x-tagGroups of undeclared tags": (
        {"x-tagGroups": [{"name": "G", "tags": ["A"]}]},
        ["one A"],
        [{"G": [{"A": ["one"]}]}],
    ),
    "x-tagGroups with the name of a tag of theirs": (
        {"tags": [{"name": "Users"}], "x-tagGroups": [{"name": "Users", "tags": ["Users", "Admins"]}]},
        ["one Users", "two Admins"],
        [{"Users": [{"Users": ["one"]}, {"Admins": ["two"]}]}],
    ),
    "names that JavaScript knows": (
        {"tags": [{"name": "constructor"}, {"name": "__proto__", "parent": "constructor"}]},
        ["one __proto__", "two toString"],
        [{"constructor": [{"__proto__": ["one"]}]}, {"toString": ["two"]}],
    ),
    "tags that are none": (
        {"tags": ["A", None, {"name": 5}, {"name": ""}, {"name": "A", "parent": 7}]},
        ["one A", "two 5", "three  "],
        [{"5": ["two"]}, {"7": [{"A": ["one"]}]}, "three"],
    ),
}


@pytest.mark.parametrize("case", TAGS)
def test_tags_are_folders(case, tmp_path):
    root, operations, shape = TAGS[case]
    plan = _plan(tmp_path, root | {"paths": _paths(*operations)})
    assert _shape(_collection(plan)["item"]) == shape


@pytest.mark.parametrize(
    ("tags", "what", "pointer"),
    [
        ([{"name": "A", "parent": "P"}], "'P' is not a declared tag", "/tags/0/parent"),
        ([{"name": "A", "parent": "A"}], "inside itself", "/tags/0/parent"),
    ],
)
def test_an_unknown_or_circular_parent_is_a_warning_with_its_place(tags, what, pointer, tmp_path):
    (warning,) = _plan(tmp_path, {"tags": tags, "paths": _paths("one A")}).warnings
    assert what in warning.what
    assert warning.place.pointer == pointer


def test_curl_has_a_page_for_each_tag_that_groups_operations(tmp_path):
    tags = [{"name": "Beta", "kind": "badge"}, {"name": "Users"}]
    plan = _plan(tmp_path, {"tags": tags, "paths": _paths("one Beta,Users", "two Beta")})
    pages = {path for path in plan.render(("curl",)) if path.endswith(".md")}
    assert pages == {"curl/README.md", "curl/users.md", "curl/other.md"}


PATHS: dict[str, tuple[list[str], list[Any]]] = {
    "a segment that is shared": (
        ["/a", "/a/b", "/c"],
        [{"/a": ["GET /a", {"/b": ["GET /a/b"]}]}, {"/c": ["GET /c"]}],
    ),
    "segments that never part": (
        ["/v1/a/{id}", "/v1/a/{id}/b"],
        [{"/v1/a/{id}": ["GET /v1/a/{id}", {"/b": ["GET /v1/a/{id}/b"]}]}],
    ),
    "the root": (["/", "/a"], ["GET /", {"/a": ["GET /a"]}]),
    "a slash at the end": (["/a", "/a/"], [{"/a": ["GET /a", "GET /a/"]}]),
    "order": (
        ["/b/x", "/a", "/b/y"],
        [{"/b": [{"/x": ["GET /b/x"]}, {"/y": ["GET /b/y"]}]}, {"/a": ["GET /a"]}],
    ),
}


@pytest.mark.parametrize("case", PATHS)
def test_paths_are_folders(case, tmp_path):
    paths, shape = PATHS[case]
    plan = _plan(tmp_path, {"paths": {path: {"get": OK} for path in paths}}, folders="paths")
    assert _shape(_collection(plan)["item"]) == shape


def test_a_flat_collection_has_the_order_of_the_description(tmp_path):
    plan = _plan(tmp_path, {"paths": _paths("c X", "a", "b X")}, folders="flat")
    assert _shape(_collection(plan)["item"]) == ["c", "a", "b"]


OPERATION = {"summary": " Get\n it ", "operationId": "getIt"}
NAMES = {
    "summary": (OPERATION, "summary", "Get it"),
    "operationId": (OPERATION, "operationId", "getIt"),
    "path": (OPERATION, "path", "/it/{id}"),
    "no summary": ({"operationId": "getIt"}, "summary", "getIt"),
    "neither": ({}, "summary", "GET /it/{id}"),
    "blank ones": ({"summary": " ", "operationId": "\t"}, "summary", "GET /it/{id}"),
    "no operationId": ({"summary": "Get it"}, "operationId", "GET /it/{id}"),
}


UNTAGGED: dict[str, tuple[list[str], list[Any]]] = {
    "few of each": (["/a", "/b", "/a/{id}"], [{"/a": 2}, "GET /b"]),
    "one folder around everything": (
        ["/v1/a", "/v1/a/{id}", "/v1/b"],
        ["GET /v1/a", "GET /v1/a/{id}", "GET /v1/b"],
    ),
    "a single path": (["/a"], ["GET /a"]),
    "many below one": (
        ["/a", "/a/{id}", "/a/{id}/b", "/a/{id}/c", "/a/{id}/d", "/e", "/e/{id}"],
        [{"/a": ["GET /a", {"/{id}": 4}]}, {"/e": 2}],
    ),
}


@pytest.mark.parametrize("case", UNTAGGED)
def test_without_tags_paths_are_folders_of_at_least_two_requests(case, tmp_path):
    paths, expected = UNTAGGED[case]
    plan = _plan(tmp_path, {"paths": {path: {"get": OK} for path in paths}})
    found = _shape(_collection(plan)["item"])
    assert [_counted(part, wanted) for part, wanted in zip(found, expected, strict=True)] == expected


def test_paths_inside_each_other_without_end_are_folders_of_a_limited_depth(tmp_path):
    paths = ["/a" * number for number in range(1, 400)]
    collection = _collection(_plan(tmp_path, {"paths": {path: {"get": OK} for path in paths}}))
    assert [item["name"] for item in items(collection)] == [f"GET {path}" for path in paths]
    assert _depth(collection) == 19  # without the one around everything


def _depth(part: dict[str, Any]) -> int:
    """How many folders are inside each other."""
    return max((1 + _depth(child) for child in part["item"] if "item" in child), default=0)


def _counted(part: Any, wanted: Any) -> Any:
    """A folder as it is wanted: with the number of its requests, or with its parts."""
    if not isinstance(part, dict) or not isinstance(wanted, dict):
        return part
    ((name, inside),) = part.items()
    (inner,) = wanted.values()
    if isinstance(inner, int):
        return {name: len(inside)}
    return {name: [_counted(each, like) for each, like in zip(inside, inner, strict=True)]}


@pytest.mark.parametrize("case", NAMES)
def test_requests_are_named_by_the_chosen_field(case, tmp_path):
    node, names, name = NAMES[case]
    plan = _plan(tmp_path, {"paths": {"/it/{id}": {"get": OK | node}}}, names=names)
    (item,) = items(_collection(plan))
    assert item["name"] == name


WORDS = "Many " + "word " * 30
SUMMARIES = {
    "a short text with several sentences": ("Get it. Then go.", "Get it. Then go.", "More."),
    "a long text": (f"Get it. {WORDS}end.", "Get it.", f"{WORDS}end.\n\nMore."),
    "an abbreviation": (
        f"Get it, e.g. by A. Smith (no. 5, v. 2). {WORDS}end.",
        "Get it, e.g. by A. Smith (no. 5, v. 2).",
        f"{WORDS}end.\n\nMore.",
    ),
    "a period inside of code, a link and a number": (
        f"Get `a. B` by [see. This](/x. y) of 1.5 GB! {WORDS}end.",
        "Get `a. B` by [see. This](/x. y) of 1.5 GB!",
        f"{WORDS}end.\n\nMore.",
    ),
    "a first paragraph without a period": (
        f"Get it\nnow\n\n- {WORDS}\n- end",
        "Get it now",
        f"- {WORDS}\n- end\n\nMore.",
    ),
    "a sentence that is too long": (
        f"Get {WORDS}end. Then go.",
        f"Get Many {'word ' * 22}".strip() + "…",
        f"Get {WORDS}end. Then go.\n\nMore.",
    ),
    "one word": ("a" * 1353, "a" * 119 + "…", "a" * 1353 + "\n\nMore."),
    "Chinese": ("获取作业。" + "说" * 120 + "。", "获取作业。", "说" * 120 + "。\n\nMore."),
}


@pytest.mark.parametrize("case", SUMMARIES)
def test_a_request_with_a_long_summary_is_named_by_its_first_sentence(case, tmp_path):
    summary, name, description = SUMMARIES[case]
    node = OK | {"summary": summary, "description": "More."}
    plan = _plan(tmp_path, {"paths": {"/it": {"get": node}}})
    (operation,) = plan.api.operations
    assert (operation.name, operation.description) == (name, description)
    assert len(name) <= 120


@pytest.mark.parametrize(
    "description", ["", "Get it. Then {0}", "{0}\n\nMore."], ids=["none", "the summary", "its rest"]
)
def test_the_rest_of_a_summary_begins_the_description_once(description, tmp_path):
    rest = f"{WORDS}end."
    node = OK | {"summary": f"Get it. {rest}", "description": description.format(rest)}
    (operation,) = _plan(tmp_path, {"paths": {"/it": {"get": node}}}).api.operations
    assert operation.description == (description.format(rest) or rest)


def test_an_example_with_a_long_summary_is_named_by_its_first_sentence(tmp_path):
    examples = {key: {"value": key, "summary": f"Case {key}. {WORDS}end."} for key in "ab"}
    content = {"application/json": {"examples": examples}}
    node = {
        "requestBody": {"content": content},
        "responses": {"200": {"description": "", "content": content}},
    }
    (item,) = items(_collection(_plan(tmp_path, {"paths": {"/it": {"post": node}}})))
    assert [saved["name"] for saved in item["response"]] == ["200 OK: Case a.", "200 OK: Case b."]


def test_names_and_folders_do_not_change_the_ids_of_requests(tmp_path):
    root = {"tags": [{"name": "A"}], "paths": _paths("one A", "two")}
    ids = [
        [
            item["id"]
            for item in sorted(items(_collection(_plan(tmp_path, root, **choice))), key=lambda i: i["id"])
        ]
        for choice in ({}, {"names": "path"}, {"folders": "paths"}, {"folders": "flat"})
    ]
    assert ids[0] == ids[1] == ids[2] == ids[3]


# --- Operations -----------------------------------------------------------------------------------------


def test_every_method_of_3_2_is_a_request(tmp_path):
    methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]
    item = dict.fromkeys(methods, OK) | {"additionalOperations": {"PURGE": OK, "copy": OK}}
    plan = _plan(tmp_path, {"paths": {"/a": item}})
    sent = [item["request"]["method"] for item in items(_collection(plan))]
    # DELETE comes last.
    others = [method.upper() for method in methods if method != "delete"]
    assert sent == [*others, "PURGE", "copy", "DELETE"]
    names = [item["name"] for item in items(_collection(plan))]
    assert names[-4:] == ["QUERY /a", "PURGE /a", "copy /a", "DELETE /a"]


TWICE = {
    "two spellings of a method": ({"/a": {"get": OK, "GET": OK}}, 1, "GET /a is there already"),
    "a method that stands twice": (
        {"/a": {"get": OK, "additionalOperations": {"GET": OK}}},
        1,
        "GET /a is there already",
    ),
    "two spellings of a path": ({"/a": {"get": OK}, "a": {"get": OK}}, 1, "GET /a is there already"),
    "an operationId": (
        {"/a": {"get": OK | {"operationId": "x"}}, "/b": {"get": OK | {"operationId": "x"}}},
        2,
        "'x' is used twice",
    ),
}


@pytest.mark.parametrize("case", TWICE)
def test_a_duplicate_is_a_warning_and_ids_are_unique(case, tmp_path):
    paths, count, what = TWICE[case]
    plan = _plan(tmp_path, {"paths": paths})
    requests = items(_collection(plan))
    assert len(requests) == count
    assert len({item["id"] for item in requests}) == count
    assert [warning for warning in plan.warnings if what in warning.what]


# --- Webhooks and callbacks -----------------------------------------------------------------------------


def _with_events() -> dict[str, Any]:
    event = OK | {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    callback = {"{$request.body#/url}/done": {"post": event | {"operationId": "done"}}}
    return {
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "callbacks": {"Shared": {"{$request.query.to}": {"post": event | {"operationId": "shared"}}}},
        },
        "tags": [{"name": "Webhooks"}],
        "paths": {
            "/a": {
                "post": OK
                | {
                    "operationId": "one",
                    "tags": ["Webhooks"],
                    "callbacks": {"done": callback, "shared": {"$ref": "#/components/callbacks/Shared"}},
                },
                "additionalOperations": {
                    "WATCH": OK
                    | {
                        "operationId": "watch",
                        "callbacks": {
                            "seen": {
                                "http://b.example/seen?x={$url}": {"put": event | {"operationId": "seen"}}
                            }
                        },
                    }
                },
            },
            "/b": {
                "post": OK
                | {"operationId": "two", "callbacks": {"again": {"$ref": "#/components/callbacks/Shared"}}}
            },
        },
        "webhooks": {
            "newPet": {"post": event | {"tags": ["Pets"]}},
            "x-ping": {"post": event | {"security": [{"token": []}]}},
        },
    }


def test_webhooks_and_callbacks_are_left_out_unless_enabled(tmp_path):
    assert _shape(_collection(_plan(tmp_path, _with_events()))["item"]) == [
        {"Webhooks": ["one"]},
        "watch",
        "two",
    ]


@pytest.mark.parametrize("folders", ["tags", "paths", "flat"])
def test_webhooks_and_callbacks_have_separate_folders(folders, tmp_path):
    collection = _collection(_plan(tmp_path, _with_events(), webhooks=True, callbacks=True, folders=folders))
    assert _shape(collection["item"])[-2:] == [
        {"Webhooks": ["newPet", "x-ping"]},
        {"Callbacks": ["done", "shared", "seen"]},
    ]
    # A tag may have the name of such a folder; its id differs all the same.
    ids = [part["id"] for part in collection["item"]]
    assert len(set(ids)) == len(ids)


def test_a_callback_that_refers_to_itself_ends(tmp_path):
    callback = {
        "{$request.body#/url}": {"post": OK | {"callbacks": {"again": {"$ref": "#/components/callbacks/C"}}}}
    }
    root = {
        "components": {"callbacks": {"C": callback}},
        "paths": {"/a": {"post": OK | {"callbacks": {"c": {"$ref": "#/components/callbacks/C"}}}}},
    }
    collection = _collection(_plan(tmp_path, root, callbacks=True))
    assert _shape(collection["item"])[-1] == {"Callbacks": ["POST {$request.body#/url}"]}


def test_webhooks_and_callbacks_are_sent_to_a_receiver_without_the_credentials_of_the_api(tmp_path):
    collection = _collection(_plan(tmp_path, _with_events(), webhooks=True, callbacks=True))
    found = {item["name"]: item["request"] for item in items(collection)}
    assert {name: request["url"]["raw"] for name, request in found.items()} == {
        "one": "{{baseUrl}}/a",
        "watch": "{{baseUrl}}/a",
        "two": "{{baseUrl}}/b",
        "newPet": "{{baseUrl_receiver}}",
        "x-ping": "{{baseUrl_receiver}}",
        "done": "{{baseUrl_receiver}}/done",
        "shared": "{{baseUrl_receiver}}",
        "seen": "{{baseUrl_b_example}}/seen",
    }
    variables = {variable["key"]: variable["value"] for variable in collection["variable"]}
    assert variables["baseUrl_receiver"] == "http://localhost"
    # A webhook with its own security requirement is sent with that credential.
    assert {name for name, request in found.items() if request.get("auth") != {"type": "noauth"}} == {
        *("one", "watch", "two"),
        "x-ping",
    }
    assert "baseUrl_receiver" in found["newPet"]["description"]


def test_ids_are_unique_even_if_a_range_means_a_media_type_that_is_listed_too(tmp_path):
    content = {"*/*": {"example": 1}, "application/json": {"example": 2}, "application/*": {"example": 3}}
    responses = {"200": {"description": "Fine", "content": content}}
    collection = _collection(_plan(tmp_path, {"paths": {"/a": {"get": {"responses": responses}}}}))
    (item,) = items(collection)
    assert [(saved["name"], saved["body"]) for saved in item["response"]] == [("200 OK", "2")]
    found = json.dumps(collection)
    ids = re.findall(r'"(?:_postman_)?id": "([^"]+)"', found)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("count", "named"), [(1, True), (8, True), (9, False), (60, False)])
def test_requests_that_write_are_named_unless_there_are_too_many(tmp_path, count, named):
    writes = {f"/w{n}": {"post": OK | {"operationId": f"write{n}"}} for n in range(count)}
    project = tmp_path / "callsheet.yaml"
    project.write_text("description: api.json\nguards: {writes: true}\n")
    _plan(tmp_path, {"paths": writes})
    words = _collection(load(project_file=project))["info"]["description"]
    assert "Requests that write" in words
    assert ("write0" in words) is named
    assert len(words) < 1000


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ({}, "The description has no operations."),
        ({"webhooks": {"paid": {"post": OK}}}, "Its webhooks (1) become requests with `--webhooks`."),
    ],
)
def test_an_empty_collection_is_reported(tmp_path, root, words):
    assert any(words in str(warning) for warning in _plan(tmp_path, root).warnings)
    assert not any("no operations" in str(w) for w in _plan(tmp_path, root, webhooks=True).warnings)
