"""The fields of forms and the parts of multipart bodies. OpenAPI 3.1.1, section 4.8.15."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from generator.model.context import Context
from generator.model.media.media_types import is_bytes, is_json, is_media, is_xml
from generator.model.schemas.facts import Schema
from generator.model.types import Part
from generator.reading.lenient import mapping, sequence, text

#: The most nested unions in which an alternative is looked for.
_DEEPEST = 8
#: The root element of a part in XML that is identified by position and so has no name.
_ITEM = "item"
#: Formats of strings with bytes encoded as text. OpenAPI 3.0.4, section 4.4.
_TEXT_FORMATS = frozenset({"byte", "base64", "base64url"})


def parts(context: Context, schema: Schema, node: Mapping[str, Any]) -> dict[str, Part]:
    """The fields of a form whose media type is ``node``, without headers. OpenAPI 3.1.1, section 4.8.15.1."""
    encoding = mapping(node.get("encoding"))
    merged = context.schemas.merged(schema)
    required = frozenset(sequence(merged.get("required")))
    return {
        name: _named(
            context,
            name,
            child,
            mapping(encoding.get(name)),
            required=name in required,
        )
        for name, child in _fields(context, merged).items()
    }


def places(context: Context, schema: Schema, node: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts that ``prefixEncoding`` describes. OpenAPI 3.2.0, section 4.15.1."""
    prefix = sequence(context.schemas.merged(schema).get("prefixItems"))
    return tuple(
        _part(
            context,
            _ITEM,
            prefix[index] if index < len(prefix) else True,
            mapping(given),
        )
        for index, given in enumerate(sequence(node.get("prefixEncoding")))
    )


def further(context: Context, schema: Schema, node: Mapping[str, Any]) -> Part | None:
    """The parts that ``itemEncoding`` describes."""
    if "itemEncoding" not in node:
        return None
    items = context.schemas.merged(schema).get("items", True)
    return _part(context, _ITEM, items, mapping(node["itemEncoding"]))


def _fields(context: Context, merged: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a form, including those of its alternatives."""
    found = dict(mapping(merged.get("properties")))
    for branch in (*sequence(merged.get("oneOf")), *sequence(merged.get("anyOf"))):
        found = {**mapping(context.schemas.merged(branch).get("properties")), **found}
    return found


def _named(context: Context, name: str, schema: Schema, given: Mapping[str, Any], *, required: bool) -> Part:
    """A field by its name. A list is sent as a part for each item, unless its XML wraps the items."""
    merged = alternative(context, schema)
    hints = mapping(merged.get("xml"))
    wrapped = hints.get("wrapped") is True or hints.get("nodeType") == "element"
    each = merged.get("items", {}) if "array" in _types(merged) and not wrapped else schema
    # It `repeats` without a list in the schema as well, since an example may have one.
    return _part(context, name, each, given, required=required, repeats=not wrapped)


def _part(
    context: Context,
    name: str,
    schema: Schema,
    given: Mapping[str, Any],
    *,
    required: bool = True,
    repeats: bool = False,
) -> Part:
    """A part with ``schema``, which is that of each item if the part ``repeats``."""
    merged = alternative(context, schema)
    style = text(given.get("style")) or "form"
    explode = given.get("explode")
    content_type = text(given.get("contentType")).split(",")[0].strip()
    return Part(
        content_type=content_type,
        file=is_file(merged) or _is_file_by_type(merged, content_type),
        style=style,
        explode=explode if isinstance(explode, bool) else style == "form",
        allow_reserved=given.get("allowReserved") is True,
        by_style=any(key in given for key in ("style", "explode", "allowReserved")),
        required=required,
        repeats=repeats,
        markup=functools.partial(_markup, context, schema, name) if is_xml(content_type) else None,
        schema=schema,
    )


def _is_file_by_type(merged: Mapping[str, Any], content_type: str) -> bool:
    """Whether a part is a file by its media type, and its schema doesn't describe a text instead.

    From 3.1 on, the schema for bytes is empty. OpenAPI 3.1.1, section 4.4.5.1.
    """
    if not (is_media(content_type) or is_bytes(content_type)) or merged.get("format") in _TEXT_FORMATS:
        return False
    return set(_types(merged)) <= {None, "string"} and not merged.keys() & {
        "contentEncoding",
        "properties",
        "enum",
        "const",
    }


def _markup(context: Context, schema: Schema, name: str, value: Any) -> str:
    """The value of a part as an XML document. The module for that is imported only if there is XML."""
    from generator.model.media import xml

    return xml.document(context.schemas, schema, value, name)


def alternative(context: Context, schema: Schema) -> Mapping[str, Any]:
    """The merged ``schema``, or that of the first alternative that is not ``null`` if it is a union.

    ``anyOf: [{type: string, format: binary}, {type: 'null'}]`` is how frameworks write an optional file.
    """
    merged: Mapping[str, Any] = context.schemas.merged(schema)
    for _ in range(_DEEPEST):
        branches = (*sequence(merged.get("oneOf")), *sequence(merged.get("anyOf")))
        if is_file(merged) or not branches:
            break
        chosen = next((b for b in branches if context.schemas.types(b) != ("null",)), None)
        if chosen is None:
            break
        merged = context.schemas.merged(chosen)
    return merged


def is_file(merged: Mapping[str, Any]) -> bool:
    """Whether a value is raw bytes, not a JSON string. OpenAPI 3.1.1, section 4.4.5.1."""
    return merged.get("format") == "binary" or (
        "contentMediaType" in merged
        and "contentEncoding" not in merged
        and "contentSchema" not in merged
        and not is_json(text(merged["contentMediaType"]))
    )


def _types(merged: Mapping[str, Any]) -> Any:
    """The types that a schema names, as a list; ``[None]`` if it names none."""
    given = merged.get("type")
    return given if isinstance(given, list) else [given]
