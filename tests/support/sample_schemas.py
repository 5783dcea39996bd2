"""Components for difficult cases of sample values, and sample values of schemas that refer to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.model.context import Context
from generator.model.schemas.direction import Direction
from generator.reading import Document

COMPONENTS: dict[str, Any] = {
    "Text": {"type": "string"},
    "Address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
    "Tree": {
        "type": "object",
        "required": ["value", "children"],
        "properties": {
            "value": {"type": "integer"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    },
    "Chain": {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"anyOf": [{"$ref": "#/components/schemas/Chain"}, {"type": "null"}]}},
    },
    "Endless": {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
    },
    "Itself": {"anyOf": [{"$ref": "#/components/schemas/Itself"}, {"type": "boolean"}]},
    "Pet": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/components/schemas/Dog"}},
    },
    "Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"properties": {"bark": {"type": "boolean"}}, "required": ["bark"]},
        ]
    },
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"properties": {"purrs": {"type": "boolean"}}, "required": ["purrs"]},
        ]
    },
}


def ref(name: str) -> dict[str, Any]:
    """A reference to one of ``COMPONENTS``."""
    return {"$ref": f"#/components/schemas/{name}"}


def sample(
    schema: Any,
    version: str = "3.1",
    *,
    direction: Direction = Direction.REQUEST,
    components: Mapping[str, Any] = COMPONENTS,
) -> tuple[Any, list[str]]:
    """The sample value of ``schema`` in a request (or a response), and the texts of the warnings about it."""
    root = {"openapi": version + ".0", "components": {"schemas": components}}
    context = Context(Document("d", "d.yaml", b"", root, version=version), lambda value: value)
    context.made(schema, "", "/components", direction=direction)
    context.settle()
    value = context.made(schema, "", "/components", direction=direction)
    return value, [warning.what for warning in context.warnings.problems()]


def an_object(**properties: Any) -> dict[str, Any]:
    """An object schema with these properties."""
    return {"type": "object", "properties": properties}
