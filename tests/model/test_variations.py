"""Variations that must be refused: the constraint, its wording, and that it is really violated."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from support.random_schemas import SETTINGS, accepted, described, sample, wholes
from support.varied import body, grown, plan, variations

from generator import load
from generator.model.context import Context
from generator.model.schemas.quick_checks import NOTHING
from generator.model.schemas.value_paths import value_at
from generator.model.types import Variation
from generator.model.variations.of_schema import Demands
from generator.reading import Document
from generator.targets.postman.variations import changed


def _of_body(tmp_path: Path, schema: Any, **more: Any) -> list[Variation]:
    """The variations that come from the schema of a body alone."""
    skipped = ("content", "syntax")
    return [v for v in variations(tmp_path, body(schema, **more)) if v.place.keyword not in skipped]


# --- Violated constraints -------------------------------------------------------------------------------

#: A schema of the property `p`, an example, the keyword, what is wrong, and the value sent instead.
BROKEN = [
    ({"type": "string"}, "a", "type", "p: 5 is not a string", 5),
    ({"type": ["string", "null"]}, "a", "type", "p: 5 is neither string nor null", 5),
    ({"type": "integer"}, 1, "type", 'p: "text" is not an integer', "text"),
    ({"type": "boolean"}, True, "type", 'p: "text" is not a boolean', "text"),
    ({"type": "null"}, None, "type", 'p: "text" is not null', "text"),
    ({"enum": ["a", "b"]}, "a", "enum", 'p: "unknown" is none of a, b', "unknown"),
    ({"enum": [1, 2]}, 1, "enum", "p: 3 is none of 1, 2", 3),
    ({"enum": ["true", "null"]}, "true", "enum", 'p: "unknown" is none of "true", "null"', "unknown"),
    ({"const": "a"}, "a", "const", 'p: "unknown" is not a', "unknown"),
    ({"type": "integer", "minimum": 3}, 5, "minimum", "p: 2 is below 3", 2),
    ({"type": "integer", "exclusiveMinimum": 3}, 5, "exclusiveMinimum", "p: 3 is not above 3", 3),
    ({"type": "integer", "maximum": 9}, 5, "maximum", "p: 10 is above 9", 10),
    ({"type": "number", "exclusiveMaximum": 9.5}, 5, "exclusiveMaximum", "p: 9.5 is not below 9.5", 9.5),
    ({"type": "integer", "minimum": 6, "multipleOf": 3}, 6, "minimum", "p: 3 is below 6", 3),
    ({"type": "integer", "multipleOf": 5}, 5, "multipleOf", "p: 6 is not a multiple of 5", 6),
    ({"type": "number", "multipleOf": 1}, 5, "multipleOf", "p: 5.5 is not a multiple of 1", 5.5),
    ({"type": "string", "minLength": 3}, "abc", "minLength", "p: 2 characters, fewer than 3", "ab"),
    ({"type": "string", "minLength": 1}, "a", "minLength", "p: no characters, fewer than 1", ""),
    ({"type": "string", "maxLength": 3}, "abc", "maxLength", "p: 4 characters, more than 3", "abca"),
    (
        {"type": "string", "maxLength": 3, "pattern": "^[0-9]+$"},
        "12",
        "maxLength",
        "p: 4 characters, more than 3",
        "1212",
    ),
    ({"type": "string", "pattern": "^[a-z]+$"}, "ab", "pattern", 'p: "ab!" does not match ^[a-z]+$', "ab!"),
    ({"type": "string", "pattern": "^.{2}$"}, "ab", "pattern", 'p: "ab!" does not match ^.{2}$', "ab!"),
    (
        {"type": "string", "format": "date"},
        "2026-01-15",
        "format",
        'p: "2026-02-30" is not a valid date',
        "2026-02-30",
    ),
    (
        {"type": "string", "format": "email"},
        "a@b.example",
        "format",
        'p: "dsmith@" is not a valid email',
        "dsmith@",
    ),
    (
        {"type": "string", "format": "uuid"},
        "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6",
        "format",
        'p: "00000000-0000-0000-0000-00000000000g" is not a valid uuid',
        "00000000-0000-0000-0000-00000000000g",
    ),
    ({"type": "array", "minItems": 1}, [1], "minItems", "p: no items, fewer than 1", []),
    ({"type": "array", "minItems": 2}, [1, 2], "minItems", "p: 1 item, fewer than 2", [1]),
    ({"type": "array", "maxItems": 2}, [1], "maxItems", "p: 3 items, more than 2", [1, 1, 1]),
    (
        {"type": "array", "maxItems": 2, "uniqueItems": True},
        ["a"],
        "maxItems",
        "p: 3 items, more than 2",
        ["a", "a-2", "a-3"],
    ),
    ({"type": "array", "uniqueItems": True}, [1], "uniqueItems", "p: an item is repeated", [1, 1]),
    (
        {"type": "array", "contains": {"const": 1}},
        [1, 2],
        "contains",
        "p: no item is 1",
        [2],
    ),
    (
        {"type": "array", "contains": {"properties": {"of": {"const": "a"}, "n": {}}, "required": ["of"]}},
        [{"of": "a"}, {"of": "b"}],
        "contains",
        "p: no item with of a",
        [{"of": "b"}],
    ),
    (
        {"type": "array", "contains": {"type": "integer"}},
        [1, "a"],
        "contains",
        "p: the item that has to be there is missing",
        ["a"],
    ),
    (
        {"type": "array", "contains": {"const": 1}, "minContains": 2, "minItems": 3},
        [1, 1, 1],
        "minContains",
        "p: fewer than 2 of the items that have to be there",
        [1, 2, 2],
    ),
    (
        {"type": "array", "contains": {"const": 1}, "maxContains": 2},
        [1],
        "maxContains",
        "p: more than 2 of an item",
        [1, 1, 1],
    ),
    (
        {"type": "array", "prefixItems": [{"type": "integer"}], "items": False},
        [1],
        "items",
        "p: more items than are described",
        [1, "text"],
    ),
    ({"type": "object", "required": ["a"]}, {"a": 1, "b": 2}, "required", "without p.a", {"b": 2}),
    (
        {"type": "object", "required": ["a b"]},
        {"a b": 1, "b": 2},
        "required",
        'without p["a b"]',
        {"b": 2},
    ),
    (
        {"type": "object", "dependentRequired": {"a": ["b"]}},
        {"a": 1, "b": 2},
        "dependentRequired",
        "without p.b, which p.a needs",
        {"a": 1},
    ),
    (
        {"type": "object", "additionalProperties": False, "properties": {"a": {}}},
        {"a": 1},
        "additionalProperties",
        'p: the property "unknown" is not described',
        {"a": 1, "unknown": "text"},
    ),
    (
        {"type": "object", "unevaluatedProperties": False, "allOf": [{"properties": {"a": {}}}]},
        {"a": 1},
        "unevaluatedProperties",
        'p: the property "unknown" is not described',
        {"a": 1, "unknown": "text"},
    ),
    (
        {"type": "object", "properties": {"a": {}, "b": False}},
        {"a": 1},
        "properties",
        'p: the property "b" is not allowed',
        {"a": 1, "b": "text"},
    ),
    (
        {"type": "object", "propertyNames": {"maxLength": 2}},
        {"a": 1},
        "propertyNames",
        'p: a property may not be called "unknown"',
        {"a": 1, "unknown": 1},
    ),
    (
        {"type": "object", "minProperties": 2},
        {"a": 1, "b": 2},
        "minProperties",
        "p: 1 property, fewer than 2",
        {"a": 1},
    ),
    (
        {"type": "object", "maxProperties": 1},
        {"a": 1},
        "maxProperties",
        "p: 2 properties, more than 1",
        {"a": 1, "key1": "value"},
    ),
    (
        {"oneOf": [{"type": "integer"}, {"type": "boolean"}]},
        1,
        "oneOf",
        'p: "text" is neither an integer nor a boolean',
        "text",
    ),
    (
        {"oneOf": [{"type": "boolean"}, {"type": "string", "enum": ["true", "false"]}]},
        True,
        "oneOf",
        'p: "unknown" is neither a boolean nor "true" or "false"',
        "unknown",
    ),
    (
        {"oneOf": [{"type": ["integer", "null"]}, {"const": 7.5}]},
        1,
        "oneOf",
        "p: 8.5 is neither an integer or null nor 7.5",
        8.5,
    ),
    (
        {"oneOf": [{"type": "integer"}, {"minimum": 10}]},
        1,
        "oneOf",
        "p: 1.5 fits none of the alternatives",
        1.5,
    ),
    (
        {"oneOf": [{"type": "string", "minLength": 9}, {"type": "string", "maxLength": 2}]},
        "a",
        "oneOf",
        'p: "text" fits none of the alternatives',
        "text",
    ),
    (
        {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        1,
        "anyOf",
        'p: "text" is neither an integer nor a boolean',
        "text",
    ),
    ({"type": "string", "not": {"const": "root"}}, "a", "not", 'p: "root" is excluded', "root"),
    (
        {"type": "object", "not": {"required": ["a", "b"]}},
        {"a": 1},
        "not",
        'p: {"a":1,"b":"text"} is excluded',
        {"a": 1, "b": "text"},
    ),
]


@pytest.mark.parametrize(("schema", "example", "keyword", "what", "instead"), BROKEN)
def test_each_keyword_is_violated_by_a_value_that_violates_no_other(
    tmp_path, schema, example, keyword, what, instead
):
    whole = {"type": "object", "properties": {"p": schema}}
    found = _of_body(tmp_path, whole, example={"p": example, "q": 1})
    first = next(v for v in found if v.place.keyword == keyword and v.place.path.startswith("p"))
    assert (first.what, first.value) == (what, ({"p": instead, "q": 1},))
    assert (
        first.place.at
        == f"/paths/~1x/post/requestBody/content/application~1json/schema/properties/p/{keyword}"
        + ({"dependentRequired": "/a", "properties": "/b"}.get(keyword, ""))
    )


def test_a_constraint_behind_a_reference_or_in_a_branch_is_named_by_its_own_place(tmp_path):
    schema = {"allOf": [{"$ref": "#/components/schemas/Named"}, {"required": ["age"]}]}
    named = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}
    found = variations(
        tmp_path,
        body(schema, example={"name": "Ann", "age": 5}),
        components={"schemas": {"Named": named}},
    )
    places = {v.place.at: v.place.path for v in found}
    assert places["/components/schemas/Named/properties/name/maxLength"] == "name"
    at = "/paths/~1x/post/requestBody/content/application~1json/schema/allOf/1/required"
    assert places[at] == "age"


def test_a_part_missing_from_the_sample_is_added_before_it_is_violated(tmp_path):
    schema = {
        "type": "object",
        "properties": {
            "deep": {"type": "object", "properties": {"list": {"type": "array", "items": {"enum": ["a"]}}}}
        },
    }
    found = _of_body(tmp_path, schema, example={})
    (broken,) = [v for v in found if v.place.keyword == "enum"]
    assert broken.what == 'deep.list[0]: "unknown" is not a'
    assert broken.value == ({"deep": {"list": ["unknown"]}},)


def test_every_alternative_is_violated_in_a_body_that_uses_it(tmp_path):
    def kind(of: str, **more: Any) -> dict[str, Any]:
        properties = {"kind": {"const": of}, **more}
        return {"type": "object", "required": list(properties), "properties": properties}

    cat, dog = kind("cat", lives={"type": "integer", "maximum": 9}), kind("dog", name={"type": "string"})
    found = _of_body(tmp_path, {"oneOf": [cat, dog]})
    assert {v.what for v in found} >= {"lives: 10 is above 9", "name: 5 is not a string", "without name"}
    (bounded,) = [v for v in found if v.place.keyword == "maximum"]
    assert bounded.value == ({"kind": "cat", "lives": 10},)


def test_a_value_that_no_alternative_accepts_is_tried_once(tmp_path):
    plain = [
        {"type": "boolean"},
        {"type": "string", "enum": ["true", "false"]},
        {"$ref": "#/components/schemas/N"},
    ]
    schema = {"type": "object", "properties": {"a": {"oneOf": plain}, "b": {"anyOf": plain[:1]}}}
    number = {"type": "integer", "maximum": 9}
    found = variations(tmp_path, body(schema, example={"a": True}), components={"schemas": {"N": number}})
    assert [v.what for v in found if v.place.path in ("a", "b")] == [
        'a: "unknown" is neither a boolean nor "true" or "false" nor an integer',
        "a: 10 is above 9",
        'b: "text" is not a boolean',
    ]


def test_the_applicable_branch_of_a_condition_is_violated(tmp_path):
    schema = {
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "if": {"properties": {"a": {"const": 1}}},
        "then": {"required": ["b"]},
        "else": {"required": ["c"]},
        "dependentSchemas": {"b": {"required": ["d"]}},
    }
    found = [v.what for v in _of_body(tmp_path, schema, example={"a": 1, "b": 2, "d": 3})]
    assert "without b" in found
    assert "without d" in found
    assert "without c" not in found


def test_a_circle_is_followed_once(tmp_path):
    node = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "left": {"$ref": "#/components/schemas/Node"},
            "right": {"$ref": "#/components/schemas/Node"},
        },
    }
    found = variations(
        tmp_path,
        body({"$ref": "#/components/schemas/Node"}),
        components={"schemas": {"Node": node}},
    )
    assert sorted(v.what for v in found if v.place.keyword in ("required", "type")) == [
        "name: 5 is not a string",
        'the body: "text" is not an object',
        "without name",
    ]


S0, S1 = ({"$ref": f"#/components/schemas/{name}"} for name in ("S0", "S1"))


def _of_s0(components: dict[str, Any], **more: Any) -> list[Variation]:
    """The variations of the component S0. As in a file, no two references are the same object."""
    return _made({**S0, **more}, copy.deepcopy(components))[1]


@pytest.mark.parametrize(
    "components",
    [
        {"S0": {"if": S0, "then": {"const": 1}}},
        {"S0": {"if": S0, "then": {"const": 1}, "else": {"type": "string"}}},
        {"S0": {"if": S1, "then": {"const": 1}}, "S1": {"allOf": [S0]}},
        {"S0": {"if": {"anyOf": [S1]}, "then": {"const": 1}}, "S1": {"allOf": [{"not": S0}]}},
        {"S0": {"not": {"not": S0}}},
        {"S0": {"oneOf": [S1, {"const": 1}]}, "S1": {"dependentSchemas": {"a": S0}}},
    ],
)
def test_a_condition_that_applies_its_own_schema_has_no_variation(components):
    assert _of_s0(components) == []


def test_the_other_constraints_of_a_schema_that_applies_itself_are_violated():
    components = {"S0": {"type": "integer", "if": S0, "then": {"const": 1}}}
    assert [v.place.keyword for v in _of_s0(components)] == ["type"]


def test_a_condition_on_what_a_value_holds_has_variations():
    holder = {"type": "object", "properties": {"a": S0}}
    components = {"S0": {"if": holder, "then": {"properties": {"b": {"const": 1}}}}}
    assert "const" in {v.place.keyword for v in _of_s0(components, example={"b": 1})}


def test_a_component_is_violated_at_each_place_that_uses_it(tmp_path):
    address = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
    both = {name: {"$ref": "#/components/schemas/Address"} for name in ("home", "work")}
    found = variations(
        tmp_path,
        body({"type": "object", "properties": both}),
        components={"schemas": {"Address": address}},
    )
    assert {"without home.city", "without work.city"} <= {v.what for v in found}


def test_read_only_properties_have_no_variations(tmp_path):
    schema = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "string", "readOnly": True}, "name": {"type": "string"}},
    }
    assert {v.place.path for v in _of_body(tmp_path, schema)} == {"", "name"}


def test_a_constraint_that_no_value_violates_has_no_variation(tmp_path):
    schema = {"type": "object", "properties": {"n": {"type": "integer", "format": "int32"}, "any": {}}}
    assert [v.place.keyword for v in _of_body(tmp_path, schema)] == ["type", "type"]
    assert _of_body(tmp_path, {}) == []


def test_an_invalid_sample_has_no_variations(tmp_path):
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "not": {}}}}
    assert _of_body(tmp_path, schema) == []


# --- Values too long to be shown ------------------------------------------------------------------------


def test_a_long_list_or_text_is_shown_short_with_its_full_length(tmp_path):
    schema = {
        "type": "object",
        "properties": {
            "list": {"type": "array", "maxItems": 1000, "items": {"type": "object"}},
            "text": {"type": "string", "maxLength": 5000},
            "short": {"type": "string", "maxLength": 100},
        },
    }
    found = _of_body(tmp_path, schema, example={"list": [{"a": 1}], "text": "abc", "short": "x"})
    long = {v.place.path: v for v in found if v.place.keyword in ("maxItems", "maxLength")}
    assert long["list"].value == ({"list": [{"a": 1}], "text": "abc", "short": "x"},)
    assert len(grown(long["list"])["list"]) == 1001
    assert long["text"].value[0]["text"] == "abc"
    assert grown(long["text"])["text"] == ("abc" * 2000)[:5001]
    assert long["short"].growth is None
    assert long["short"].value[0]["short"] == "x" * 101


def test_a_value_too_long_for_any_service_is_left_out(tmp_path):
    schema = {"type": "object", "properties": {"file": {"type": "string", "maxLength": 10**9}}}
    assert "maxLength" not in {v.place.keyword for v in _of_body(tmp_path, schema)}


def test_a_parameter_or_field_that_is_too_long_is_sent_in_full(tmp_path):
    long = {"type": "string", "maxLength": 300, "example": "abc"}
    form = {"content": {"application/x-www-form-urlencoded": {"schema": {"properties": {"note": long}}}}}
    operation = {"parameters": [{"name": "filter", "in": "query", "schema": long}], "requestBody": form}
    found = [v for v in variations(tmp_path, operation) if v.place.keyword == "maxLength"]
    assert [v.place.location for v in found] == ["query", "body"]
    assert [v.growth for v in found] == [None, None]
    assert len(found[0].value[0]) == len(found[1].value[0]["note"]) == 301


@pytest.mark.parametrize("more", [{}, {"multipleOf": 0.01}, {"minimum": -1.7976931348623157e308}])
def test_a_bound_that_no_number_exceeds_has_no_variation(tmp_path, more):
    schema = {"properties": {"n": {"type": "number", "maximum": 1.7976931348623157e308, **more}}}
    found = _of_body(tmp_path, schema, example={"n": 1})
    assert not {v.place.keyword for v in found} & {"maximum", "minimum"}
    json.dumps([v.value for v in found], allow_nan=False)


def test_an_infinite_length_limit_is_read(tmp_path):
    (tmp_path / "t.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/x: {get: {parameters: "
        "[{name: q, in: query, schema: {type: string, maxLength: .inf}}], "
        "responses: {'200': {description: Y}}}}}\n"
    )
    (operation,) = load(tmp_path / "t.yaml").api.operations
    assert operation.parameters[0].name == "q"


def test_constraints_of_additional_properties_are_violated_at_an_unused_name(tmp_path):
    schema = {
        "properties": {"key": {"type": "string"}},
        "additionalProperties": {"type": "integer", "minimum": 3},
    }
    found = _of_body(tmp_path, schema, example={"key": "text"})
    assert [v.place.path for v in found if v.place.keyword == "minimum"] == ["another"]


def test_the_place_of_a_variation_is_that_of_the_shared_body(tmp_path):
    shared = {
        "required": True,
        **body({"type": "object", "required": ["a"]}, example={"a": 1})["requestBody"],
    }
    components = {"requestBodies": {"A B": shared, "Alias": {"$ref": "#/components/requestBodies/A%20B"}}}
    operation = {"requestBody": {"$ref": "#/components/requestBodies/Alias"}}
    found = variations(tmp_path, operation, components=components)
    assert "/components/requestBodies/A B/required" in {v.place.at for v in found}


def test_two_keys_with_the_same_name_in_header_and_query_are_omitted_one_at_a_time(tmp_path):
    keys = {"H": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    keys["Q"] = {"type": "apiKey", "in": "query", "name": "X-Key"}
    made = plan(tmp_path, {"security": [{"H": [], "Q": []}]}, components={"securitySchemes": keys})
    (operation,) = made.api.operations
    without = [v for v in operation.variations() if v.kind == "key" and not v.value]
    left = [{c.location for c in changed(operation, v)[0].credentials} for v in without]
    assert left == [{"query"}, {"header"}]


# --- Random values --------------------------------------------------------------------------------------


def _path(text: str) -> list[Any]:
    """`users[0].action["a b"]` as a list."""
    parts = re.findall(r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.\[\]]+)', text)
    return [
        int(index) if index else name if name else json.loads(f'"{quoted}"') for index, quoted, name in parts
    ]


def _made(schema: Any, components: dict[str, Any]) -> tuple[Any, list[Variation]]:
    root = {"openapi": "3.1.0", "components": {"schemas": components}}
    context = Context(Document("d", "d.yaml", b"", root, version="3.1"), lambda value: value)
    value, _ = sample(schema, components)
    if value is NOTHING:
        return value, []
    return value, list(Demands(context, "body", schema).variations("/components", value, "", ""))


@given(described())
@SETTINGS
def test_each_variation_of_any_schema_is_refused_and_differs_at_its_place(made):
    schema, components, _ = made
    value, found = _made(schema, components)
    for variation in found:
        whole = grown(variation)
        assert not accepted(schema, whole, components), variation
        path = _path(variation.place.path)
        assert repr(value_at(whole, path)) != repr(value_at(value, path)) or variation.kind == "missing"
        if variation.kind == "missing":
            assert path[-1] not in value_at(whole, path[:-1])


@given(wholes())
@SETTINGS
def test_a_schema_gives_the_same_distinct_variations_in_the_same_order(made):
    schema, components = made
    first, second = _made(schema, components)[1], _made(schema, components)[1]
    assert first == second
    bodies = [json.dumps(v.value) + str(v.growth) for v in first]
    assert len(set(bodies)) == len(bodies)
