"""The collection of variations: when it is written, its folders, and the names of its requests."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support import OURS, SECRET, items
from support.varied import SHOP, shop

from generator import generate, load
from generator.errors import ProjectFileError
from generator.project.project_file import load_project

FILE = "privacy-service.variations.postman_collection.json"


def _shop(folder: Path, **variations: Any) -> dict[str, Any]:
    generate(load(project_file=shop(folder, **variations)), folder / "out", ["postman"])
    return dict(json.loads((folder / "out" / "shop.variations.postman_collection.json").read_text()))


@pytest.fixture(scope="module")
def second(ours: Any) -> dict[str, Any]:
    return dict(json.loads((ours.folder / FILE).read_text()))


def test_only_the_privacy_service_has_one_unless_the_project_file_enables_it(generated, tmp_path):
    assert (generated.folder / FILE).is_file()
    (tmp_path / "shop.json").write_text(json.dumps(SHOP))
    generate(load(tmp_path / "shop.json"), tmp_path / "out", ["postman"])
    written = (tmp_path / "out").glob("*.postman_collection.json")
    assert [path.name for path in written] == ["shop.postman_collection.json"]
    _shop(tmp_path)


def test_the_project_file_can_disable_it(tmp_path):
    project = tmp_path / "callsheet.yaml"
    project.write_text(f"description: {OURS}\nvariations: {{ enabled: false }}\n")
    generate(load(project_file=project), tmp_path / "out", ["postman"])
    assert not list((tmp_path / "out").glob("*.variations.*"))


def test_no_description_is_empty(tmp_path):
    def without_words(node: Any) -> bool:
        if isinstance(node, dict):
            return node.get("description") == "" or any(map(without_words, node.values()))
        return isinstance(node, list) and any(map(without_words, node))

    assert not any(without_words(item["request"]) for item in items(_shop(tmp_path)))


def test_an_unknown_kind_is_refused_with_a_list_of_the_known_ones(tmp_path):
    project = tmp_path / "callsheet.yaml"
    project.write_text(f"description: {OURS}\nvariations: {{ kinds: [mood] }}\n")
    with pytest.raises(ProjectFileError, match=r"token, key, organization, unknown, missing"):
        load_project(project)


def test_kinds_and_limit_select_variations_and_a_limit_keeps_some_of_each_kind(tmp_path):
    whole = _shop(tmp_path)
    kinds = _shop(tmp_path, kinds=["missing", "bound"])
    assert {item["name"] for item in items(kinds)} == {
        "without header X-Trace",
        "without a body",
        "without name",
        "without lines",
        "without lines[0].sku",
        "without pay.card",
        "without user",
        "id: 0 is below 1",
        "price: 0 is not above 0",
        "price: 1.25 is not a multiple of 0.5",
        "lines[0].count: 0 is below 1",
        "age: 151 is above 150",
    }
    limited = _shop(tmp_path, limit=9)
    assert [len(folder["item"]) for folder in limited["item"]] == [9, 9, 8]
    of_replace = [item["name"] for item in limited["item"][1]["item"]]
    assert of_replace[:2] == ["no API key in key", 'id: "text" is not an integer']
    assert "a body that is not JSON" in of_replace
    assert [i["id"] for i in items(limited)] == [
        i["id"] for i in items(whole) if i["id"] in {i["id"] for i in items(limited)}
    ]


def test_without_variations_no_collection_is_written(tmp_path):
    project = shop(tmp_path, kinds=["organization"])
    generate(load(project_file=project), tmp_path / "out", ["postman"])
    assert not list((tmp_path / "out").glob("*.variations.*"))


def test_there_is_a_folder_for_each_operation_in_the_descriptions_order(ours, second):
    assert second["info"]["name"] == "Adobe Privacy Service - variations"
    assert [folder["name"] for folder in second["item"]] == [op.name for op in ours.plan.api.operations]
    assert all("item" not in item for folder in second["item"] for item in folder["item"])


def test_names_say_what_is_wrong_and_descriptions_say_where(second):
    create = {item["name"]: item for item in second["item"][1]["item"]}
    name = 'users[0].action[0]: "unknown" is none of access, delete'
    assert name in create
    text = create[name]["request"]["description"]
    assert text.startswith("Wrong: users\\[0\\].action\\[0\\]: ")
    assert text.endswith("Expected: 400 Bad Request. In the description: `/components/schemas/Action/enum`.")
    assert json.loads(re.sub(r"\{\{IMS_ORG\}\}", "x", create[name]["request"]["body"]["raw"]))["users"][0][
        "action"
    ] == ["unknown"]


def test_a_request_has_its_required_parts_and_the_invalid_one(second):
    listed = {item["name"]: item["request"] for item in second["item"][0]["item"]}
    assert listed["page: -1 is below 0"]["url"]["raw"] == "{{baseUrl}}/jobs?regulation=ccpa&page=-1"
    assert listed["without regulation"]["url"]["raw"] == "{{baseUrl}}/jobs"
    (one,) = (f["item"] for f in second["item"] if f["name"] == "Retrieve a privacy job")
    (unknown,) = (i for i in one if "unknown" in i["name"])
    (variable,) = unknown["request"]["url"]["variable"]
    assert variable["value"] == "00000000-0000-4000-8000-000000000000"
    known = next(i for i in one if i["name"] == "no access token")
    assert known["request"]["url"]["variable"][0]["value"] == "{{JOB_ID}}"


def test_credentials_are_missing_or_wrong_one_at_a_time(second):
    listed = {item["name"]: item["request"] for item in second["item"][0]["item"]}

    def carried(name: str) -> dict[str, str]:
        request = listed[name]
        rows = {row["key"]: row["value"] for row in request["header"] if row["key"] != "Accept"}
        bearer = request.get("auth", {"bearer": [{"value": "{{ACCESS_TOKEN}}"}]}).get("bearer")
        return {**rows, **({"token": bearer[0]["value"]} if bearer else {})}

    every = {"token": "{{ACCESS_TOKEN}}", "x-api-key": "{{API_KEY}}", "x-gw-ims-org-id": "{{IMS_ORG}}"}
    assert carried("without regulation") == every
    for what, key, wrong in (
        ("access token", "token", "{{WRONG_ACCESS_TOKEN}}"),
        ("API key in x-api-key", "x-api-key", "{{WRONG_API_KEY}}"),
        ("organization", "x-gw-ims-org-id", "{{WRONG_IMS_ORG}}"),
    ):
        assert carried(f"no {what}") == {k: v for k, v in every.items() if k != key}
        other = "foreign" if what == "organization" else "wrong"
        assert carried(f"a {other} {what}") == {**every, key: wrong}
    assert listed["no access token"]["auth"] == {"type": "noauth"}
    variables = {v["key"]: v["value"] for v in second["variable"]}
    assert {k: v for k, v in variables.items() if k.startswith("WRONG_")} == {
        "WRONG_ACCESS_TOKEN": "not-a-token",
        "WRONG_API_KEY": "not-a-key",
        "WRONG_IMS_ORG": "000000000000000000000000@AdobeOrg",
    }
    assert variables["ALLOW_VARIATIONS"] == "false"


def test_long_values_are_abbreviated(ours, second):
    text = (ours.folder / FILE).read_text()
    assert len(text) < 600_000
    assert max(map(len, text.splitlines())) < 4000
    (many,) = (item for item in items(second) if "1001 items" in item["name"])
    assert [event["listen"] for event in many["event"]] == ["prerequest", "test"]
    assert SECRET not in text


def _tests_of(part: dict[str, Any]) -> list[str]:
    return ["\n".join(e["script"]["exec"]) for e in part.get("event", ()) if e["listen"] == "test"]


def test_checks_are_in_the_collection_and_what_they_expect_in_the_folders(second):
    (shared,) = _tests_of(second)
    assert "Body fits its schema" in shared
    for folder in second["item"]:
        (script,) = _tests_of(folder)
        assert "callsheet.expect(pm, {" in script


def test_different_scripts_are_in_the_folders(tmp_path):
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    paths = {
        f"/{kind}": {
            "get": {
                "parameters": [page],
                "responses": {"400": {"description": "No", **_content({"type": kind})["requestBody"]}},
            }
        }
        for kind in ("object", "array")
    }
    (tmp_path / "shop.json").write_text(json.dumps({**SHOP, "paths": paths}))
    (tmp_path / "callsheet.yaml").write_text("description: shop.json\nvariations: { enabled: true }\n")
    generate(load(project_file=tmp_path / "callsheet.yaml"), tmp_path / "out", ["postman"])
    differing = json.loads((tmp_path / "out" / "shop.variations.postman_collection.json").read_text())
    scripts = [script for folder in differing["item"] for script in _tests_of(folder)]
    assert len(scripts) == len(set(scripts)) == 2


def _ids(root: Any, folder: Path) -> dict[str, str]:
    """``"folder: name"`` → id of each request; asserts that all ids are distinct."""
    folder.mkdir()
    (folder / "shop.json").write_text(json.dumps(root))
    (folder / "callsheet.yaml").write_text("description: shop.json\nvariations: { enabled: true }\n")
    generate(load(project_file=folder / "callsheet.yaml"), folder / "out", ["postman"])
    second = json.loads((folder / "out" / "shop.variations.postman_collection.json").read_text())
    found = [(f"{f['name']}: {i['name']}", i["id"]) for f in second["item"] for i in f["item"]]
    scripts = [e["script"]["id"] for f in second["item"] for e in [*f.get("event", ())]]
    scripts += [e["script"]["id"] for i in items(second) for e in i["event"]]
    taken = [*(id_ for _, id_ in found), *(f["id"] for f in second["item"]), *scripts]
    assert [id_ for id_, count in Counter(taken).items() if count > 1] == []
    return dict(found)


def test_ids_are_unique_and_do_not_change_if_something_is_added_before(tmp_path):
    before = _ids(SHOP, tmp_path / "before")
    root = json.loads(json.dumps(SHOP))
    get = root["paths"]["/orders/{id}"]["get"]
    get["parameters"].insert(
        0, {"name": "first", "in": "query", "required": True, "schema": {"type": "integer"}}
    )
    order = root["components"]["schemas"]["Order"]
    order["properties"] = {"first": {"type": "boolean"}, **order["properties"]}
    order["required"].insert(0, "first")
    root["paths"] = {"/first": {"get": {"responses": {}, "security": [{"key": []}]}}, **root["paths"]}
    after = _ids(root, tmp_path / "after")
    assert {name: after.get(name) for name in before} == before
    assert len(after) > len(before)


def test_ids_of_two_items_that_share_a_schema_differ(tmp_path):
    point = {"type": "object", "properties": {"x": {"type": "integer", "minimum": 0}}}
    shared = {"type": "array", "prefixItems": [{"$ref": "#/components/schemas/P"}] * 2}
    schema = {"type": "object", "properties": {"pt": shared}}
    body = {"content": {"application/json": {"schema": schema, "example": {"pt": [{"x": 1}, {"x": 2}]}}}}
    root = {
        **{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}},
        "paths": {"/x": {"post": {"requestBody": body, "responses": {"400": {"description": "No"}}}}},
        "components": {"schemas": {"P": point}},
    }
    below = [name for name in _ids(root, tmp_path / "made") if "below" in name]
    assert len(below) == 2


def test_only_the_first_of_very_many_constraints_are_tried_as_the_description_says(tmp_path):
    names = [f"property{number}" for number in range(1200)]
    body = {"type": "object", "properties": {name: {"type": "boolean"} for name in names}}
    (tmp_path / "shop.json").write_text(
        json.dumps(
            {
                **SHOP,
                "paths": {
                    "/x": {"post": {**_content(body), "summary": "Many", "responses": {}}},
                    "/y": {"post": {**_content({"type": "object"}), "summary": "Few", "responses": {}}},
                },
            }
        )
    )
    (tmp_path / "callsheet.yaml").write_text(
        "description: shop.json\nvariations: { kinds: [type], enabled: true }\n"
    )
    generate(load(project_file=tmp_path / "callsheet.yaml"), tmp_path / "out", ["postman"])
    second = json.loads((tmp_path / "out" / "shop.variations.postman_collection.json").read_text())
    many, few = second["item"]
    assert (
        many["description"]
        == "What must be refused of *Many*. More can be wrong with its body than is tried here."
    )
    assert 100 < len(many["item"]) < 1000
    assert few["description"] == "What must be refused of *Few*."
    assert [item["name"] for item in few["item"]] == ['the body: "text" is not an object']


def _content(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}
