"""A value as an XML document, by the ``xml`` objects of its schema. OpenAPI 3.1.1, section 4.8.26."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from generator.model.api import Schema
from generator.model.schemas import Schemas
from generator.model.styles import plain_text
from generator.reading.nodes import mapping, text


def document(schemas: Schemas, schema: Schema, value: Any) -> str:
    """``value`` as an XML document; the root is named by ``xml.name`` or the schema's own name."""
    if isinstance(value, str) and value.lstrip().startswith("<"):
        return value
    namespaces: dict[str, str] = {}
    name = _root_name(schemas, schema)
    elements = _elements(schemas, schema, value, name, namespaces, root=True)
    root = elements[0] if len(elements) == 1 else ElementTree.Element(_name(name))
    if len(elements) != 1:
        root.extend(elements)
    for prefix, uri in namespaces.items():
        root.set(f"xmlns:{prefix}" if prefix else "xmlns", uri)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _root_name(schemas: Schemas, schema: Schema) -> str:
    own = text(mapping(schemas.merged(schema).get("xml")).get("name"))
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return own or (reference.rpartition("/")[2] if isinstance(reference, str) else "") or "root"


def _elements(
    schemas: Schemas, schema: Schema, value: Any, name: str, namespaces: dict[str, str], *, root: bool = False
) -> list[ElementTree.Element]:
    """The element or elements of a value: a list gives one for each item, or one that wraps them."""
    merged = schemas.merged(schema)
    hints = mapping(merged.get("xml"))
    if isinstance(value, list):
        items = merged.get("items", {})
        wrapped = hints.get("wrapped") is True or hints.get("nodeType") == "element" or root
        inner = text(mapping(schemas.merged(items).get("xml")).get("name")) or (
            name if not root else _item_name(items, name)
        )
        children = [e for item in value for e in _elements(schemas, items, item, inner, namespaces)]
        if not wrapped:
            return children
        element = ElementTree.Element(_qualified(hints, text(hints.get("name")) or name, namespaces))
        element.extend(children)
        return [element]
    element = ElementTree.Element(_qualified(hints, text(hints.get("name")) or name, namespaces))
    if isinstance(value, dict):
        _fill(element, schemas, merged, value, namespaces)
    elif value is not None:
        element.text = plain_text(value)
    return [element]


def _item_name(items: Schema, name: str) -> str:
    reference = items.get("$ref") if isinstance(items, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else name


def _fill(
    element: ElementTree.Element,
    schemas: Schemas,
    merged: Mapping[str, Any],
    value: Mapping[str, Any],
    namespaces: dict[str, str],
) -> None:
    properties = mapping(merged.get("properties"))
    for key, child in value.items():
        schema = properties.get(key, merged.get("additionalProperties", {}))
        hints = mapping(schemas.merged(schema).get("xml"))
        kind = hints.get("nodeType")
        if hints.get("attribute") is True or kind == "attribute":
            element.set(_qualified(hints, text(hints.get("name")) or key, namespaces), plain_text(child))
        elif kind in ("text", "cdata"):
            element.text = plain_text(child)
        else:
            element.extend(_elements(schemas, schema, child, key, namespaces))


def _qualified(hints: Mapping[str, Any], name: str, namespaces: dict[str, str]) -> str:
    prefix, uri = text(hints.get("prefix")), text(hints.get("namespace"))
    if uri and (prefix or "" not in namespaces):
        namespaces[prefix] = uri
    return f"{prefix}:{_name(name)}" if prefix else _name(name)


def _name(name: str) -> str:
    """``name`` as XML allows one. XML 1.0, section 2.3."""
    name = re.sub(r"[^\w.:-]", "_", name) or "_"
    return name if re.match(r"[A-Za-z_]", name) else "_" + name
