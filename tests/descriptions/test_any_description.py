"""Any flawed description is either converted or refused with the place of the error, without a traceback."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import OURS

from generator import generate, load, validate
from generator.errors import CallsheetError

ROOT = yaml.safe_load(OURS.read_text())


def _paths(node: Any, at: tuple = ()) -> list[tuple]:
    found = [at] if at else []
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        found += _paths(child, (*at, key))
    return found


REFERENCES = [
    "#/components/schemas/JobDetails",
    "#/nope",
    "#/info",
    "#/info/title",
    "#/tags",
    "#/paths",
    "x.yaml",
]
REPLACEMENTS = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        "",
        "x",
        "{{x}}",
        [],
        {},
        [1],
        {"a": 1},
        {"allOf": []},
        {"not": {}},
        ["string", "null"],
    ]
    + [{"$ref": reference} for reference in REFERENCES]
)


@given(at=st.sampled_from(_paths(ROOT)), new=REPLACEMENTS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_description_with_any_node_replaced_is_converted_or_refused_with_its_place(tmp_path, at, new):
    root = copy.deepcopy(ROOT)
    node = root
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = new
    file = tmp_path / "privacy-service.json"
    file.write_text(json.dumps(root))
    try:
        files = load(file).render()
    except CallsheetError as error:
        files, problems = {}, error.problems
    else:
        problems = ()
    assert problems or any(path.endswith(".postman_collection.json") for path in files)
    assert all(problem.place.file == str(file) and problem.what for problem in problems)


@pytest.mark.parametrize("name", [{}, [], 5, None, True, ["a"], {"a": 1}])
def test_a_discriminator_without_a_property_name_is_a_finding(name, tmp_path):
    pet = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": name}}
    description = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": pet}}},
                    "responses": {
                        "200": {"description": "x", "content": {"application/json": {"schema": pet}}}
                    },
                }
            }
        },
        "components": {
            "schemas": {"Cat": {"allOf": [{"properties": {"a": {}}}], "discriminator": pet["discriminator"]}}
        },
    }
    (tmp_path / "a.json").write_text(json.dumps(description))
    generate(load(tmp_path / "a.json"), tmp_path / "out")
    assert [p for p in validate(tmp_path / "a.json") if (p.place.pointer or "").endswith("propertyName")]
