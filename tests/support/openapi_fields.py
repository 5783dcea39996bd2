"""Lists every field of an OpenAPI description that takes text, according to the published JSON Schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

_Node = Any
#: A text that only an unrestrictive pattern matches.
_ANY_TEXT = "'$(x) <y>"


def text_fields() -> set[str]:
    """Fields such as ``info.title`` of OpenAPI 3.1 and 3.2 and of JSON Schema, and names in maps.

    Fields that the schemas restrict to a few words or to a pattern are left out.
    """
    found: set[str] = set()
    for version in ("v3.1", "v3.2"):
        schema = _openapi(version)
        found |= set(_of(schema, "root", top=True))
        for owner, node in schema["$defs"].items():
            found |= set(_of(node, owner))
    old = _openapi("v3.0")["definitions"]
    for owner in ("Schema", "Discriminator", "XML"):
        found |= set(_of(old[owner], owner.lower()))
    vocabularies = files("jsonschema_specifications") / "schemas" / "draft202012" / "vocabularies"
    for vocabulary in vocabularies.iterdir():
        found |= set(_of(json.loads(vocabulary.read_text()), "schema"))
    return found


def _openapi(version: str) -> _Node:
    folder = files("openapi_spec_validator") / "resources" / "schemas" / version
    return json.loads((folder / "schema.json").read_text())


def _of(node: _Node, owner: str, *, top: bool = False) -> Iterator[str]:
    """The fields of one object, wherever its schema lists them."""
    if not isinstance(node, dict):
        return
    for name, child in node.get("properties", {}).items():
        yield from _of_value(child, f"{owner}.{name}")
    for pattern, child in node.get("patternProperties", {}).items():
        if pattern == "^/":
            yield f"{owner}.<path>"
        elif pattern == "^x-":
            yield from _of_value(child, f"{owner}.<x->")
    if isinstance(node.get("additionalProperties"), dict):
        yield f"{owner}.<name>"
        yield from _of_value(node["additionalProperties"], f"{owner}.<value>")
    for keyword in ("allOf", "anyOf", "oneOf"):
        for child in node.get(keyword, ()):
            yield from _of(child, owner)
    for keyword in ("if", "then", "else"):
        yield from _of(node.get(keyword), owner)
    for child in node.get("dependentSchemas", {}).values():
        yield from _of(child, owner)
    for child in () if top else node.get("$defs", {}).values():
        yield from _of(child, owner)


def _of_value(node: _Node, field: str) -> Iterator[str]:
    if node is True or node == {}:
        yield field
        return
    if not isinstance(node, dict) or "enum" in node or "const" in node:
        return
    if not re.search(node.get("pattern", ""), _ANY_TEXT):
        return
    kinds = node.get("type", "")
    if "string" in ([kinds] if isinstance(kinds, str) else kinds) or _is_text(node.get("$ref", "")):
        yield field
    if kinds == "array" or node.get("$ref", "").endswith("stringArray"):
        yield from _of_value(node.get("items", {"type": "string"}), field)
    if node.get("$ref", "").endswith("map-of-strings"):
        yield from (f"{field}.<name>", f"{field}.<value>")
    # The names of components are restricted by a pattern that is elsewhere in the schema.
    if isinstance(node.get("additionalProperties"), dict) and "components." not in field:
        yield f"{field}.<name>"
        yield from _of_value(node["additionalProperties"], f"{field}.<value>")


def _is_text(reference: str) -> bool:
    """Whether a reference within JSON Schema's meta-schemas leads to a string."""
    return reference.endswith(("uriString", "uriReferenceString"))
