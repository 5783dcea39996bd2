"""Media types of requests and answers. OpenAPI 3.1.1, sections 4.8.13 to 4.8.15."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.api import Example, MediaType, Part, Property, RequestBody
from generator.model.contents import is_encoded
from generator.model.context import Context
from generator.model.fitting import NOTHING, documented, fits
from generator.model.form_fields import NONE, omitted_of_example, omitted_of_sample
from generator.model.media_types import (
    BOUNDARY,
    concrete,
    essence,
    is_bytes,
    is_form,
    is_json,
    is_media,
    is_multipart,
    is_sequence,
    is_xml,
)
from generator.reading.nodes import mapping, members, sequence, text
from generator.reading.text import pointer


def request_body(context: Context, node: Any, at: str) -> RequestBody | None:
    """The request body, its media types ordered: JSON first, else the description's order."""
    node = mapping(context.document.follow(node))
    found = sorted(members(node.get("content")), key=lambda member: _rank(member[0]))
    content = [
        media_type(context, name, part, at + pointer("content", name), request=True) for name, part in found
    ]
    if not content:
        return None
    # A range that was made concrete may name what stands there already.
    unique = {part.name: part for part in reversed(content)}
    content = [part for part in content if unique[part.name] is part]
    return RequestBody(text(node.get("description")), node.get("required") is True, tuple(content))


def _rank(name: str) -> int:
    """JSON before its relatives before anything else that a person can read; ranges last."""
    if essence(name) == "application/json":
        return 0
    if is_json(name):
        return 1
    return 3 if "*" in name else 2


def media_type(context: Context, name: str, node: Any, at: str, *, request: bool) -> MediaType:
    """One media type with its examples, made from its schema where none is given."""
    node = mapping(context.document.follow(node))
    by_item = "itemSchema" in node
    schema = {"type": "array", "items": node["itemSchema"]} if by_item else node.get("schema", {})
    if by_item:
        schema = context.keep(at, schema)
    binary = _is_binary(context, name, schema, node)
    own = concrete(name, binary=binary)
    fields = parts(context, schema, node) if is_form(own) or is_multipart(own) else {}
    if request and is_multipart(own) and not is_form(own) and "boundary=" not in own:
        own = f"{own}; boundary={BOUNDARY}"
    return MediaType(
        name=own,
        examples=()
        if binary
        else tuple(
            _examples(
                context,
                name,
                node,
                schema,
                at,
                fields=fields if request and is_form(own) else {},
                request=request,
            )
        ),
        binary=binary,
        parts=fields,
        sequence=by_item or is_sequence(name),
        markup=functools.partial(_document, context, schema) if is_xml(name) else None,
        describe=_nothing if binary else context.described[request],
        schema=schema,
        at=at,
        documented=name,
    )


def _nothing(_schema: Any, _most: int) -> tuple[Property, ...]:
    """The properties of a file."""
    return ()


def _document(context: Context, schema: Any, value: Any) -> str:
    """A value as an XML document; what writes one is imported where there is XML."""
    from generator.model import xml

    return xml.document(context.schemas, schema, value)


def _is_binary(context: Context, name: str, schema: Any, node: Mapping[str, Any]) -> bool:
    if is_form(name) or is_json(name) or is_multipart(name):
        return False
    merged = context.schemas.merged(schema)
    if _is_file(merged) and not (merged.get("format") != "binary" and essence(name).startswith("text/")):
        return True
    if "example" in node or "examples" in node or is_encoded(merged):
        return False
    return is_media(name) or (is_bytes(name) and merged.get("type") in (None, "string"))


def _is_file(merged: Mapping[str, Any]) -> bool:
    """Whether a value is bytes that no JSON string holds. OpenAPI 3.1.1, section 4.4.5.1."""
    return merged.get("format") == "binary" or (
        "contentMediaType" in merged
        and "contentEncoding" not in merged
        and "contentSchema" not in merged
        and not is_json(text(merged["contentMediaType"]))
    )


def _examples(
    context: Context,
    name: str,
    node: Mapping[str, Any],
    schema: Any,
    at: str,
    *,
    fields: Mapping[str, Part],
    request: bool,
) -> Iterator[Example]:
    structured = (
        is_json(name)
        or is_form(name)
        or is_multipart(name)
        or is_xml(name)
        or "*" in name
        or is_sequence(name)
    )

    def fit(value: Any, where: str) -> Any:
        if not structured and not isinstance(value, dict | list):
            return value
        if is_xml(name) and isinstance(value, str):
            return value  # a document already: the schema describes what it means, not its text
        if request:
            return context.usable(value, schema, "", where)
        return context.shown(value, schema, where)

    if "example" in node:
        value = fit(node["example"], at + "/example")
        yield Example(value, omitted=omitted_of_example(value, fields))
        return
    found = False
    for key, reference in members(node.get("examples")):
        example = mapping(context.document.follow(reference))
        where = at + pointer("examples", key, "value")
        summary, words = text(example.get("summary")), text(example.get("description"))
        if "serializedValue" in example:
            yield Example(text(example["serializedValue"]), key, summary, words, serialized=True)
        elif "dataValue" in example or "value" in example:
            value = example["dataValue"] if "dataValue" in example else example["value"]
            value = fit(value, where)
            yield Example(value, key, summary, words, omitted=omitted_of_example(value, fields))
        else:
            continue
        found = True
    if found:
        return
    merged = context.schemas.merged(schema)
    if not merged and schema is not True:
        if request and is_json(name):
            yield Example({})  # anything goes; there has to be something
        return
    for value in documented(merged):
        if value is None and not fits(value, merged):
            continue
        value = context.samples.without_hidden(value, merged, request)
        value = fit(value, _example_pointer(node, at))
        yield Example(value, omitted=omitted_of_example(value, fields))
        return
    value = context.made(schema, "", at, request=request)
    omitted = omitted_of_sample(context.schemas, schema, value, fields) if fields else NONE
    yield Example(None if value is NOTHING else value, omitted=omitted)


def _example_pointer(node: Mapping[str, Any], at: str) -> str:
    """Where the schema's own example stands, for a message: beside the schema that is referred to."""
    reference = mapping(node.get("schema")).get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        return f"{reference[1:]}/example"
    return at + "/schema/example"


def parts(context: Context, schema: Any, node: Mapping[str, Any]) -> dict[str, Part]:
    """The fields of a form. OpenAPI 3.1.1, section 4.8.15.1."""
    encoding = mapping(node.get("encoding"))
    merged = context.schemas.merged(schema)
    required = frozenset(sequence(merged.get("required")))
    return {
        name: _part(context, child, mapping(encoding.get(name)), required=name in required)
        for name, child in _fields(context, merged).items()
    }


def _fields(context: Context, merged: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a form, those of its alternatives as well."""
    found = dict(mapping(merged.get("properties")))
    for branch in (*sequence(merged.get("oneOf")), *sequence(merged.get("anyOf"))):
        found = {**mapping(context.schemas.merged(branch).get("properties")), **found}
    return found


def _part(context: Context, schema: Any, given: Mapping[str, Any], *, required: bool) -> Part:
    merged = context.schemas.merged(schema)
    items = context.schemas.merged(merged.get("items", {})) if "array" in _types(merged) else merged
    style = text(given.get("style")) or "form"
    explode = given.get("explode")
    return Part(
        content_type=text(given.get("contentType")).split(",")[0].strip(),
        file=_is_file(items),
        style=style,
        explode=explode if isinstance(explode, bool) else style == "form",
        allow_reserved=given.get("allowReserved") is True,
        by_style=any(key in given for key in ("style", "explode", "allowReserved")),
        required=required,
    )


def _types(merged: Mapping[str, Any]) -> Any:
    """The type or types that a schema names, to look for one in."""
    given = merged.get("type")
    return given if isinstance(given, list) else [given]
