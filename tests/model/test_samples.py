"""Sample values: documented ones first, each valid, and a warning if one had to be changed."""

from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import OURS

from generator.model import build_api
from generator.model.context import Context
from generator.model.schemas.direction import Direction
from generator.reading import Document


def _context(components: dict | None = None) -> Context:
    root = {"openapi": "3.1.0", "components": {"schemas": components or {}}}
    return Context(Document("d", "d.yaml", b"", root), lambda value: value)


def _settled(value: object, schema: object) -> tuple[object, list[str]]:
    """The value that a documented value becomes, and the texts of the warnings about it."""
    context = _context()
    context.usable(value, schema, "", "/x")
    context.settle()
    return context.usable(value, schema, "", "/x"), [w.what for w in context.warnings.problems()]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "example": 0}, 0),
        ({"type": "boolean", "example": False}, False),
        ({"type": "string", "example": ""}, ""),
        ({"type": ["string", "null"], "example": None}, None),
        ({"type": "string", "examples": ["a", "b"]}, "a"),
        ({"type": "integer", "default": 25, "minimum": 1}, 25),
        ({"const": "x"}, "x"),
        ({"enum": ["b", "a"]}, "b"),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "integer", "exclusiveMinimum": 7}, 8),
        ({"type": "number", "multipleOf": 5, "minimum": 12}, 15),
        ({"type": "string", "minLength": 10, "maxLength": 12}, "text-text-te"),
        ({"type": "string", "format": "email"}, "dsmith@example.com"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"type": "object", "properties": {"city": {"type": "string"}}}, {"city": "San Jose"}),
        ({"oneOf": [{"type": "boolean"}, {"type": "string"}]}, True),
    ],
)
def test_the_sample_of_a_schema(schema, value):
    assert _context().samples.made(schema, "", direction=Direction.REQUEST) == value


def test_read_only_properties_are_left_out_of_requests_and_write_only_ones_of_responses():
    schema = {
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "key": {"type": "string", "writeOnly": True},
            "name": {"type": "string"},
        }
    }
    samples = _context().samples
    assert set(samples.made(schema, "", direction=Direction.REQUEST)) == {"key", "name"}
    assert set(samples.made(schema, "", direction=Direction.RESPONSE)) == {"id", "name"}


def test_recursion_ends_at_the_first_valid_place():
    node = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "parent": {"$ref": "#/components/schemas/Node"},
        },
    }
    context = _context({"Node": node})
    assert context.samples.made(node, "", direction=Direction.REQUEST) == {"name": "Example", "children": []}


def test_recursion_through_a_reference_with_siblings_ends_too():
    node = {"properties": {"parent": {"$ref": "#/components/schemas/Node", "description": "Above it."}}}
    context = _context({"Node": node})
    assert context.samples.made(node, "", direction=Direction.REQUEST) == {"parent": {}}
    assert [p.name for p in context.schemas.properties(node, direction=Direction.REQUEST)] == [
        "parent",
        "parent.parent",
    ]


def test_branches_of_allof_are_merged_into_one_object():
    schema = {
        "allOf": [
            {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"b": {"type": "boolean"}}},
        ]
    }
    assert _context().samples.made(schema, "", direction=Direction.REQUEST) == {"a": 1, "b": True}


@pytest.mark.parametrize(
    ("value", "schema", "repaired"),
    [
        (False, {"type": "string", "enum": ["true", "false"]}, "false"),
        ("5", {"type": "integer"}, 5),
        (5, {"type": "string"}, "5"),
        ("a", {"type": "array", "items": {"type": "string"}}, ["a"]),
        ({"a": "1"}, {"properties": {"a": {"type": "integer"}}}, {"a": 1}),
        ({}, {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"a": 1}),
        ([{"a": "x"}], {"items": {"properties": {"a": {"enum": ["y"]}}}}, [{"a": "y"}]),
        (
            {"a": 1, "b": 2},
            {"properties": {"a": {"type": "integer"}}, "additionalProperties": False},
            {"a": 1},
        ),
    ],
)
def test_an_invalid_example_is_repaired_and_reported(value, schema, repaired):
    found, warnings = _settled(value, schema)
    assert found == repaired
    kept_its_meaning = value != repaired and (
        str(value).lower() == str(repaired).lower() or repaired == [value]
    )
    assert kept_its_meaning or [what for what in warnings if "repaired" in what]


def test_an_unsatisfiable_schema_keeps_the_example_with_a_warning():
    found, warnings = _settled("x", {"type": "string", "not": {}})
    assert found == "x"
    assert "no valid value" in warnings[0]


def test_a_pattern_in_an_unknown_dialect_is_reported_and_refuses_nothing():
    found, warnings = _settled("x", {"type": "string", "pattern": "(?<name"})
    assert found == "x"
    assert "No value can be checked" in warnings[0]


SCHEMAS = st.deferred(
    lambda: st.one_of(
        st.fixed_dictionaries({"type": st.just("integer")}, optional={"minimum": st.integers(-99, 99)}),
        st.fixed_dictionaries(
            {"type": st.just("string")},
            optional={"minLength": st.integers(0, 9), "maxLength": st.integers(9, 30)},
        ),
        st.sampled_from(
            [{"type": "string", "format": f} for f in ("date", "uuid", "date-time", "ipv4", "uri")]
        ),
        st.fixed_dictionaries({"enum": st.lists(st.text(max_size=5) | st.none(), min_size=1, max_size=3)}),
        st.builds(
            lambda items, least: {"type": "array", "items": items, "minItems": least},
            SCHEMAS,
            st.integers(0, 3),
        ),
        st.builds(
            lambda children: {"type": "object", "properties": children, "required": list(children)},
            st.dictionaries(st.sampled_from(["id", "name", "when", "items"]), SCHEMAS, max_size=3),
        ),
        st.builds(lambda a, b: {"anyOf": [a, b]}, SCHEMAS, SCHEMAS),
    )
)


@given(SCHEMAS)
@settings(max_examples=150, deadline=None)
def test_samples_of_simple_schemas_are_valid_and_the_same_each_time(schema):
    first, second = (_context().samples.made(schema, "", direction=Direction.REQUEST) for _ in range(2))
    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(first)
    assert first == second


def test_a_parameter_without_an_example_uses_that_of_the_same_parameter_elsewhere():
    def get(schema):
        parameter = {"name": "JOB_ID", "in": "path", "required": True, "schema": schema}
        return {"get": {"parameters": [parameter], "responses": {}}}

    root = {
        "openapi": "3.1.0",
        "paths": {
            "/a/{JOB_ID}": get({"type": "string"}),
            "/b/{JOB_ID}": get({"type": "string", "example": "job-7"}),
        },
    }
    api, context = build_api(Document("d", "d.yaml", b"", root), lambda value: value)
    assert [op.parameters[0].sample for op in api.operations] == ["job-7", "job-7"]
    assert not [w for w in context.warnings.problems() if "server" not in w.what]


def test_every_value_in_a_request_is_valid_against_its_schema(generated):
    document = generated.plan.document
    for operation in generated.plan.api.operations:
        path = document.root["paths"][operation.path]
        node = path[operation.method.lower()]
        given = {
            p["name"]: p
            for p in map(document.follow, [*path.get("parameters", ()), *node.get("parameters", ())])
        }
        for parameter in operation.parameters:
            schema = {**given[parameter.name]["schema"], "components": document.root["components"]}
            assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(
                parameter.sample
            )
        if operation.body:
            media_type = operation.body.content[0]
            body = document.follow(node["requestBody"])["content"][media_type.name]["schema"]
            schema = {"allOf": [body], "components": document.root["components"]}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            assert [e.message for e in validator.iter_errors(media_type.examples[0].value)] == []


def test_the_warning_names_the_line_of_the_example(generated):
    if generated.description.parent == OURS.parent:
        assert generated.plan.warnings == ()
    else:
        warning = next(w for w in generated.plan.warnings if "expandIds" in w.what)
        lines = generated.description.read_text().splitlines()
        assert warning.place.line is not None
        assert lines[warning.place.line - 1].strip() == "example:"


_SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, 1.0, -2.5, "", "a", "abc", "5"])
)
_PLAIN_SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "null", ["string", "null"]]),
        "enum": st.lists(_SCALARS, min_size=1, max_size=3),
        "const": _SCALARS,
        "minimum": st.integers(-3, 3),
        "maximum": st.integers(-3, 3),
        "exclusiveMinimum": st.integers(-3, 3),
        "exclusiveMaximum": st.integers(-3, 3),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
    },
)


@given(_PLAIN_SCHEMAS, _SCALARS)
@settings(derandomize=True, max_examples=400, deadline=None)
def test_a_documented_value_of_a_plain_schema_is_valid_or_has_a_warning(schema, value):
    kept, said = _settled(value, schema)
    assert said or jsonschema_rs.Draft202012Validator(schema).is_valid(kept)


def test_every_invalid_value_among_very_many_is_reported():
    context = _context()
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    wrong = {0, 1999, 2000, 2001, 4499}
    for number in range(4500):
        context.usable({"n": "x" if number in wrong else number}, schema, "", f"/{number}")
    context.settle()
    assert {int(w.place.pointer[1:]) for w in context.warnings.problems()} == wrong


def test_an_invalid_value_is_reported_wherever_it_is_used():
    context = _context()
    value, schema = {"n": "x"}, {"type": "object", "properties": {"n": {"type": "integer"}}}
    for place in ("/a", "/b", "/c"):
        context.shown(value, schema, place)
    context.settle()
    assert [w.place.pointer for w in context.warnings.problems()] == ["/a", "/b", "/c"]
