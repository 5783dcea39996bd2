"""Outlines: what readers see of a schema, level by level."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator import load
from generator.model.presentation.outlines import Outline, Outlines
from generator.model.schemas.direction import Direction


@pytest.fixture
def outline(tmp_path):
    def made(schema: Any, components: dict[str, Any] | None = None, **options: Any) -> Outline:
        description = {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {},
            "components": {"schemas": {**(components or {}), "Shown": schema}},
        }
        (tmp_path / "a.json").write_text(json.dumps(description))
        schemas = load(tmp_path / "a.json").api.schemas
        return Outlines(schemas).outline(dict(schemas.components)["Shown"], **options)

    return made


def _tree(outline: Outline) -> Any:
    return {part.name or part.kind: _tree(part) for part in (*outline.parts, *outline.choices)}


def test_properties_are_listed_with_their_constraints(outline):
    found = outline(
        {
            "type": "object",
            "required": ["a"],
            "properties": {
                "a": {
                    "type": "string",
                    "format": "date",
                    "pattern": "^2",
                    "description": "A day.",
                    "example": "2026",
                },
                "b": {"type": "integer", "minimum": 1, "deprecated": True},
            },
        }
    )
    a, b = found.parts
    assert (a.name, a.required, a.format, a.pattern, a.description) == ("a", True, "date", "^2", "A day.")
    assert a.examples == ("2026",)
    assert (b.required, b.deprecated, b.facts.limits) == (False, True, ("at least 1",))


def test_an_array_is_replaced_by_the_outline_of_its_items(outline):
    item = {"type": "object", "properties": {"n": {"type": "integer"}}}
    found = outline({"type": "array", "items": {"$ref": "#/components/schemas/Item"}}, {"Item": item})
    assert _tree(found) == {"n": {}}
    assert found.facts.type == "array of objects"
    nested = outline(
        {"properties": {"all": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}},
        {"Item": item},
    )
    assert nested.parts[0].schema == "Item"


def test_every_kind_of_part_is_listed(outline):
    found = outline(
        {
            "properties": {"p": {}},
            "patternProperties": {"^x": {"type": "string"}},
            "additionalProperties": {"type": "integer"},
        }
    )
    assert [(part.kind, part.name) for part in found.parts] == [
        ("property", "p"),
        ("pattern", "^x"),
        ("additional", ""),
    ]
    found = outline({"type": "array", "prefixItems": [{}, {}], "contains": {"const": 1}})
    assert [(part.kind, part.name) for part in found.parts] == [
        ("position", "1"),
        ("position", "2"),
        ("contains", ""),
    ]


def test_recursion_ends_at_the_repeated_schema(outline):
    found = outline(
        {"properties": {"child": {"$ref": "#/components/schemas/Shown"}, "name": {"type": "string"}}}
    )
    child, _ = found.parts
    assert (child.schema, child.closed, child.parts) == ("Shown", True, ())


def test_a_component_with_a_description_beside_the_reference_keeps_its_name(outline):
    day = {"type": "string", "format": "date"}
    found = outline(
        {"properties": {"d": {"$ref": "#/components/schemas/Day", "description": "When."}}}, {"Day": day}
    )
    assert (found.parts[0].schema, found.parts[0].description) == ("Day", "When.")


def test_read_only_properties_are_left_out_of_requests_and_write_only_ones_of_responses(outline):
    schema = {"properties": {"r": {"readOnly": True}, "w": {"writeOnly": True}, "both": {}}}
    assert list(_tree(outline(schema, direction=Direction.REQUEST))) == ["w", "both"]
    assert list(_tree(outline(schema, direction=Direction.RESPONSE))) == ["r", "both"]
    assert list(_tree(outline(schema))) == ["r", "w", "both"]


def test_choices_are_listed_by_name(outline):
    parts = {name: {"type": "object", "properties": {name.lower(): {}}} for name in ("Cat", "Dog")}
    references = [{"$ref": f"#/components/schemas/{name}"} for name in parts]
    found = outline({"oneOf": references}, parts)
    assert found.choice == "one of"
    assert _tree(found) == {"Cat": {"cat": {}}, "Dog": {"dog": {}}}


def test_null_and_one_alternative_do_not_make_a_choice(outline):
    found = outline({"anyOf": [{"type": "null"}, {"type": "object", "properties": {"a": {}}}]})
    assert (found.choice, _tree(found)) == ("", {"a": {}})


def test_components_can_be_left_out_and_named_instead(outline):
    components = {"Item": {"properties": {"n": {}}}}
    found = outline({"properties": {"i": {"$ref": "#/components/schemas/Item"}}}, components, named=False)
    assert (found.parts[0].schema, found.parts[0].closed, found.parts[0].parts) == ("Item", True, ())


def test_the_size_of_an_outline_is_limited(outline):
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {f"p{n}": {"type": "object"} for n in range(50)},
    }
    for child in schema["properties"].values():
        child["properties"] = {f"q{n}": {} for n in range(50)}

    def count(each: Outline) -> int:
        return 1 + sum(map(count, (*each.parts, *each.choices)))

    assert count(outline(schema, most=100)) == 1 + 50 + 100


def test_omitted_parts_are_counted_and_outer_parts_come_first(outline):
    inner = {"type": "object", "properties": {f"q{n}": {} for n in range(8)}}
    found = outline({"properties": {"a": inner, "b": inner, "c": {}}}, most=10)
    assert [part.name for part in found.parts] == ["a", "b", "c"]
    assert [(len(part.parts), part.more) for part in found.parts] == [(8, 0), (2, 6), (0, 0)]
    assert outline({"properties": {f"p{n}": {} for n in range(1200)}}).more == 200


def test_an_array_of_arrays_has_the_name_of_the_component(outline):
    lists = {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}
    found = outline({"properties": {"all": lists}}, {"Item": {"properties": {"n": {}}}}, named=False)
    assert found.parts[0].schema == "Item"


def test_both_kinds_of_choices_are_listed(outline):
    found = outline({"oneOf": [{"title": "A"}, {"title": "B"}], "anyOf": [{"title": "C"}, {"title": "D"}]})
    assert (found.choice, [choice.name for choice in found.choices]) == ("one of", ["A", "B"])
    (besides,) = found.parts
    assert (besides.kind, besides.choice, [c.name for c in besides.choices]) == (
        "besides",
        "any of",
        ["C", "D"],
    )


def test_a_choice_with_only_required_properties_is_named_after_them(outline):
    found = outline({"properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]})
    assert [choice.name for choice in found.choices] == ["with a", "with b"]


def test_forbidden_properties_are_not_listed(outline):
    assert _tree(outline({"properties": {"a": {}, "b": False}})) == {"a": {}}


def test_parts_beyond_the_depth_limit_are_counted(outline):
    schema: dict[str, Any] = {"type": "string"}
    for number in range(16):
        schema = {"type": "object", "properties": {f"p{number}": schema}}
    found = outline(schema)
    while found.parts:
        (found,) = found.parts
    assert (found.closed, found.more) == (False, 1)


def test_details_beyond_the_budget_are_left_out_and_the_outline_says_so(outline):
    schema = {"type": "string", "pattern": "^a" * 2000, "description": "Short."}
    whole, short = outline(schema), outline(schema, left=1)
    assert (whole.pattern, whole.shortened) == ("^a" * 2000, False)
    assert (short.pattern, short.description, short.shortened) == ("", "Short.", True)
