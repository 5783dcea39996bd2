"""Media types of requests and answers. OpenAPI 3.1.1, sections 4.8.13 to 4.8.15."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model import xml
from generator.model.api import Example, MediaType, Part, RequestBody
from generator.model.context import Context
from generator.model.samples import NOTHING, documented, fits
from generator.reading.nodes import mapping, members, text
from generator.reading.text import pointer

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
#: Media types whose body is a sequence of JSON values. OpenAPI 3.2.0, section 4.14.3.
_SEQUENCES = (
    "application/jsonl",
    "application/x-ndjson",
    "application/ndjson",
    "application/json-seq",
    "application/geo+json-seq",
    "text/event-stream",
    "application/x-jsonlines",
)
_BINARY = frozenset(
    "application/octet-stream application/zip application/pdf application/gzip application/x-tar "
    "application/x-gzip application/x-zip-compressed application/vnd.ms-excel".split()
)


def essence(media_type: str) -> str:
    """A media type without its parameters, in lower case (RFC 9110, section 8.3.1)."""
    return media_type.split(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON or has the suffix ``+json`` (RFC 6839, section 3.1)."""
    name = essence(media_type)
    return name in ("application/json", "text/json") or name.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Whether a media type is XML or has the suffix ``+xml`` (RFC 7303)."""
    name = essence(media_type)
    return name in ("application/xml", "text/xml") or name.endswith("+xml")


def is_form(media_type: str) -> bool:
    """Whether a media type is one of the two that HTML forms have."""
    return essence(media_type) in (URLENCODED, MULTIPART)


def is_sequence(media_type: str) -> bool:
    """Whether a media type holds one JSON value after the other."""
    return essence(media_type) in _SEQUENCES or essence(media_type).endswith("+json-seq")


def request_body(context: Context, node: Any, at: str) -> RequestBody | None:
    """The request body, its media types ordered: JSON first, else the description's order."""
    node = mapping(context.document.follow(node))
    content = [
        media_type(context, name, part, at + pointer("content", name), request=True)
        for name, part in members(node.get("content"))
    ]
    if not content:
        return None
    content.sort(key=lambda part: _rank(part.name))
    return RequestBody(text(node.get("description")), node.get("required") is True, tuple(content))


def _rank(name: str) -> int:
    """JSON before its relatives before anything else that a person can read; wildcards last."""
    if essence(name) == "application/json":
        return 0
    if is_json(name):
        return 1
    return 3 if "*" in name else 2


def media_type(context: Context, name: str, node: Any, at: str, *, request: bool) -> MediaType:
    """One media type with its examples, made from its schema where none is given."""
    node = mapping(context.document.follow(node))
    sequence = "itemSchema" in node
    schema = {"type": "array", "items": node["itemSchema"]} if sequence else node.get("schema", {})
    if sequence:
        schema = context.keep(at, schema)
    binary = _is_binary(context, name, schema, node)
    return MediaType(
        name=_concrete(name),
        examples=() if binary else tuple(_examples(context, name, node, schema, at, request=request)),
        binary=binary,
        parts=_parts(context, schema, node) if is_form(name) else {},
        sequence=sequence or is_sequence(name),
        markup=functools.partial(xml.document, context.schemas, schema) if is_xml(name) else None,
        describe=functools.partial(context.schemas.properties, schema, request=request)
        if not binary
        else tuple,
    )


def _concrete(name: str) -> str:
    """A media type that can be sent: of a range, its plainest member."""
    known = {"*/*": "application/json", "application/*": "application/json", "text/*": "text/plain"}
    return known.get(essence(name), name)


def _is_binary(context: Context, name: str, schema: Any, node: Mapping[str, Any]) -> bool:
    if is_form(name) or is_json(name):
        return False
    merged = context.schemas.merged(schema)
    if merged.get("format") == "binary" or "contentMediaType" in merged:
        return True
    if "example" in node or "examples" in node:
        return False
    image = essence(name).split("/")[0] in ("image", "audio", "video", "font")
    return (image and not is_xml(name)) or (
        essence(name) in _BINARY and merged.get("type") in (None, "string")
    )


def _examples(
    context: Context, name: str, node: Mapping[str, Any], schema: Any, at: str, *, request: bool
) -> Iterator[Example]:
    structured = is_json(name) or is_form(name) or is_xml(name) or "*" in name or is_sequence(name)

    def fit(value: Any, where: str) -> Any:
        if not structured and not isinstance(value, dict | list):
            return value
        if is_xml(name) and isinstance(value, str):
            return value  # a document already: the schema describes what it means, not its text
        if request:
            return context.usable(value, schema, "", where)
        return context.shown(value, schema, where)

    if "example" in node:
        yield Example(fit(node["example"], at + "/example"))
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
            yield Example(fit(value, where), key, summary, words)
        else:
            if "externalValue" in example:
                context.warn(
                    at + pointer("examples", key, "externalValue"),
                    "This file was not found beside the description.",
                )
            continue
        found = True
    if found:
        return
    merged = context.schemas.merged(schema)
    if not merged and schema is not True:
        return
    for value in documented(merged):
        if value is None and not fits(value, merged):
            continue
        value = context.samples.without_hidden(value, merged, request)
        yield Example(fit(value, _example_pointer(node, at)))
        return
    value = context.made(schema, "", at, request=request)
    yield Example(None if value is NOTHING else value)


def _example_pointer(node: Mapping[str, Any], at: str) -> str:
    """Where the schema's own example stands, for a message: beside the schema that is referred to."""
    reference = mapping(node.get("schema")).get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        return f"{reference[1:]}/example"
    return at + "/schema/example"


def _parts(context: Context, schema: Any, node: Mapping[str, Any]) -> dict[str, Part]:
    """The fields of a form. OpenAPI 3.1.1, section 4.8.15.1."""
    encoding = mapping(node.get("encoding"))
    parts = {}
    for name, child in mapping(context.schemas.merged(schema).get("properties")).items():
        given = mapping(encoding.get(name))
        merged = context.schemas.merged(child)
        items = context.schemas.merged(merged.get("items", {})) if merged.get("type") == "array" else merged
        styled = any(key in given for key in ("style", "explode", "allowReserved"))
        style = text(given.get("style")) or "form"
        explode = given.get("explode")
        parts[name] = Part(
            content_type=text(given.get("contentType")).split(",")[0].strip(),
            file=items.get("format") == "binary" or "contentMediaType" in items,
            style=style,
            explode=explode if isinstance(explode, bool) else style == "form",
            allow_reserved=given.get("allowReserved") is True,
            by_style=styled,
        )
    return parts
