"""Sample values of random schemas: valid or with a warning, complete, and the same each time.

The schemas are built around a value that they accept, so that a valid value is known to exist. Samples are
validated against the original schema by a validator that is independent of the generator.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from support.random_schemas import BOUNDS, SETTINGS, accepted, described, sample, wholes

from generator.model.schemas.quick_checks import NOTHING


@given(described())
@SETTINGS
def test_a_sample_is_valid_or_has_a_warning(made):
    schema, components, value = made
    if not accepted(schema, value, components):
        return  # accepted only while a schema that it refers to was unfinished
    found, warnings = sample(schema, components)
    if found is NOTHING or not accepted(schema, found, components):
        assert warnings


def test_almost_every_satisfiable_schema_gets_a_valid_sample():
    found = []

    # Many, since Hypothesis tries several schemas that differ little: one hard schema counts repeatedly.
    @given(described())
    @settings(SETTINGS, max_examples=4 * SETTINGS.max_examples)
    def look(made):
        schema, components, value = made
        if accepted(schema, value, components):
            made_value, _ = sample(schema, components)
            found.append(made_value is not NOTHING and accepted(schema, made_value, components))

    look()
    assert sum(found) >= 0.98 * len(found) > 30


@given(described())
@SETTINGS
def test_a_property_is_left_out_only_if_its_presence_makes_the_value_invalid(made):
    schema, components, _ = made
    found, _ = sample(schema, components)
    while isinstance(schema, dict) and len(schema) == 1 and "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if not isinstance(schema, dict) or not isinstance(found, dict) or not accepted(schema, found, components):
        return
    for name, child in schema.get("properties", {}).items():
        if name not in found and "$ref" not in str(child):
            value, warnings = sample(child, components)
            assert warnings or not accepted(schema, {**found, name: value}, components)


def lacking(schema: Any, value: Any, components: dict[str, Any], open_: frozenset[str]) -> list[str]:
    """Properties that ``value`` lacks although they close no circle, and those that it should not have."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return lacking(components[name], value, components, open_ | {name})
    if isinstance(value, list):
        return [found for item in value for found in lacking(schema["items"], item, components, open_)]
    wrong = []
    for name, child in schema.get("properties", {}).items():
        if "readOnly" in child:
            wrong += [name] if name in value else []
        elif name in value:
            wrong += lacking(child, value[name], components, open_)
        elif "$ref" not in child or child["$ref"].rpartition("/")[2] not in open_:
            wrong.append(name)
    return wrong


@given(wholes())
@SETTINGS
def test_a_body_has_every_property_at_each_depth_until_a_circle_closes(made):
    schema, components = made
    value, warnings = sample({"$ref": "#/components/schemas/S0"}, components)
    assert not warnings
    assert lacking(schema, value, components, frozenset({"S0"})) == []


@given(described())
@SETTINGS
def test_a_schema_gives_the_same_sample_each_time(made):
    schema, components, _ = made
    assert repr(sample(schema, components)) == repr(sample(*copy.deepcopy((schema, components))))


def in_3_0(schema: Any) -> Any:
    """Convert a schema to the dialect of OpenAPI 3.0: `nullable`, and boolean `exclusiveMinimum`."""
    if isinstance(schema, list):
        return [in_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    node = {key: in_3_0(value) for key, value in schema.items()}
    if isinstance(node.get("type"), list):
        node |= {"type": node["type"][0], "nullable": True}
    for bound, exclusive in BOUNDS:
        if exclusive in node:
            node |= {bound: node[exclusive], exclusive: True}
    return node


def of_3_0(schema: Any) -> Any:
    """Convert it to JSON Schema. OpenAPI 3.0.4, sections 4.7.23 and 4.7.24: `$ref`'s siblings are ignored."""
    if isinstance(schema, list):
        return [of_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    node = {key: of_3_0(value) for key, value in schema.items() if key != "nullable"}
    if "nullable" in schema:
        node["type"] = [node["type"], "null"]
    for bound, exclusive in BOUNDS:
        if exclusive in node:
            node[exclusive] = node.pop(bound)
    return node


@given(described())
@SETTINGS
def test_a_sample_of_openapi_3_0_is_valid_or_has_a_warning(made):
    schema, components = map(in_3_0, made[:2])
    plain, around = of_3_0(schema), {name: of_3_0(part) for name, part in components.items()}
    found, warnings = sample(schema, components, "3.0")
    assert warnings or accepted(plain, found, around)
