"""Media types of requests and responses. OpenAPI 3.1.1, sections 4.8.13 to 4.8.15."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.budget import Limit
from generator.model.context import Context
from generator.model.media.contents import is_encoded
from generator.model.media.form_fields import NONE, omitted_of_example, omitted_of_sample
from generator.model.media.media_types import (
    BOUNDARY,
    concrete,
    essence,
    is_binary_encoding,
    is_bytes,
    is_form,
    is_json,
    is_media,
    is_multipart,
    is_never_json,
    is_sequence,
    is_xml,
)
from generator.model.media.part_headers import further_with_headers, places_with_headers, with_headers
from generator.model.media.parts import alternative, further, is_file, parts, places
from generator.model.media.sequences import describes_one, in_values, values_of
from generator.model.samples.documented import Origin, documented_by
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Property
from generator.model.schemas.quick_checks import NOTHING, fits
from generator.model.types import Example, MediaType, Part, RequestBody
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, members, text

JSON_PATCH = "application/json-patch+json"
#: The sample JSON Patch, if the description gives none. RFC 6902, section 4.
_PATCH = [{"op": "replace", "path": "/name", "value": "value"}]


def request_body(context: Context, node: Any, at: str) -> RequestBody | None:
    """Read a request body. Its media types are ordered: JSON first, otherwise as in the description."""
    node = mapping(context.document.follow(node))
    found = sorted(members(node.get("content")), key=lambda member: _rank(member[0]))
    content = [
        media_type(context, name, part, at + pointer("content", name), direction=Direction.REQUEST)
        for name, part in found
    ]
    if not content:
        return None
    # The media type chosen for a range may be documented itself.
    unique = {part.name: part for part in reversed(content)}
    content = [part for part in content if unique[part.name] is part]
    return RequestBody(text(node.get("description")), node.get("required") is True, tuple(content))


def _rank(name: str) -> int:
    """The preference of a media type, lowest first: JSON, types with JSON values, JSON Patch, others, ranges.

    A merge patch (RFC 7396) looks like what it changes, while a JSON Patch (RFC 6902) lists operations.
    """
    if essence(name) == "application/json":
        return 0
    if essence(name) == JSON_PATCH:
        return 2
    if is_json(name):
        return 1
    return 4 if "*" in name else 3


def media_type(context: Context, name: str, node: Any, at: str, *, direction: Direction) -> MediaType:
    """Read one media type. If it has no example, one is made from its schema."""
    node = mapping(context.document.follow(node))
    by_item = "itemSchema" in node
    schema = {"type": "array", "items": node["itemSchema"]} if by_item else node.get("schema", {})
    binary = _is_binary(context, name, schema, node) or (
        direction.is_request and _is_file_to_send(name, node) and not is_encoded(alternative(context, schema))
    )
    given = schema
    if not by_item and not binary and is_sequence(name) and describes_one(context.schemas, schema):
        schema = {"type": "array", "items": schema}
    if schema is not given or by_item:
        schema = context.keep(at, schema)
    own = concrete(name, binary=binary)
    fields = parts(context, schema, node) if is_form(own) or is_multipart(own) else {}
    if is_multipart(own):
        fields = with_headers(context, fields, node, at)
    if direction.is_request and is_multipart(own) and not is_form(own) and "boundary=" not in own:
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
                (schema, given),
                at,
                fields=fields if direction.is_request and is_form(own) else {},
                direction=direction,
            )
        ),
        binary=binary,
        parts=fields,
        places=places_with_headers(context, places(context, schema, node), node, at)
        if is_multipart(own)
        else (),
        further=further_with_headers(context, further(context, schema, node), node, at)
        if is_multipart(own)
        else None,
        sequence=(by_item and not is_multipart(own)) or is_sequence(name),
        markup=_markup(context, schema, at) if is_xml(name) else None,
        describe=_nothing if binary else context.described[direction],
        schema=schema,
        at=at,
        documented=name,
    )


def _nothing(_schema: Any, _most: int) -> tuple[Property, ...]:
    """The properties of a file, which has none."""
    return ()


def _markup(context: Context, schema: Any, at: str) -> Callable[[Any], str]:
    """A function that serializes a value as an XML document. Its module is imported only if there is XML."""
    from generator.model.media import xml

    if xml.has_long_names(context.schemas, schema, context.seen_for_xml):
        context.cut(Limit.XML.value, at)
    return functools.partial(xml.document, context.schemas, schema)


def _is_file_to_send(name: str, node: Mapping[str, Any]) -> bool:
    """Whether only a file can be sent, since text can't represent the bytes of such a type."""
    return is_binary_encoding(name) or (is_bytes(name) and "example" not in node and "examples" not in node)


def _is_binary(context: Context, name: str, schema: Any, node: Mapping[str, Any]) -> bool:
    if is_form(name) or is_json(name) or is_multipart(name):
        return False
    merged = alternative(context, schema)
    if is_file(merged) and not (merged.get("format") != "binary" and essence(name).startswith("text/")):
        return True
    if "example" in node or "examples" in node or is_encoded(merged):
        return False
    return is_media(name) or (is_bytes(name) and merged.get("type") in (None, "string"))


def _examples(
    context: Context,
    name: str,
    node: Mapping[str, Any],
    schemas: tuple[Any, Any],
    at: str,
    *,
    fields: Mapping[str, Part],
    direction: Direction,
) -> Iterator[Example]:
    """The documented examples, or one that is made.

    ``schemas`` are the schema of the value and the description's own, whose examples are used. They differ
    if the value is a sequence.
    """
    schema, given = schemas
    structured = (
        is_json(name)
        or is_form(name)
        or is_multipart(name)
        or is_xml(name)
        or "*" in name
        or is_sequence(name)
    )
    # A schema of type `string` describes the whole text of a sequence, not its values.
    schema_is_text = is_sequence(name) and context.schemas.types(schema)[:1] == ("string",)

    def fit(value: Any, where: str, origin: Origin = "example") -> Any:
        if is_sequence(name):
            value = in_values(name, value)
            if isinstance(value, str) and not schema_is_text:
                context.look_at(values_of(name, value), schema, where, direction=direction)
            if isinstance(value, str) or schema_is_text:
                return value
        if not structured and not isinstance(value, dict | list):
            return value
        if is_xml(name) and isinstance(value, str):
            return value  # a document already: the schema describes its content, not its text
        if direction.is_request:
            return context.usable(value, schema, "", where, origin=origin)
        return context.shown(value, schema, where, origin)

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
    if direction.is_request and essence(name) == JSON_PATCH and _is_open(context, schema):
        yield Example(_PATCH)
        return
    merged = context.schemas.merged(given)
    if not merged and schema is not True:
        if direction.is_request and is_json(name):
            yield Example({})  # any value is valid, and a body needs one
        return
    for value, origin in documented_by(merged):
        if value is None and not fits(value, merged):
            continue
        value = context.samples.without_hidden(value, merged, direction)
        if isinstance(value, dict | list) and is_never_json(name):
            return
        value = fit(value, _value_pointer(node, at, origin), origin)
        yield Example(value, omitted=omitted_of_example(value, fields))
        return
    value = context.made(schema, "", at, direction=direction)
    if schema_is_text and value is not NOTHING:
        value = in_values(name, value)
    if is_xml(name) and isinstance(value, str):
        value = _markup(context, schema, at)(value)
    omitted = omitted_of_sample(context.schemas, schema, value, fields) if fields else NONE
    if not (isinstance(value, dict | list) and is_never_json(name)):
        yield Example(None if value is NOTHING else value, omitted=omitted)


def _is_open(context: Context, schema: Any) -> bool:
    """Whether a schema says nothing about the members of an object, or of the objects in a list."""
    merged = context.schemas.merged(schema)
    if "array" in context.schemas.types(schema):
        merged = context.schemas.merged(merged.get("items", {}))
    return not merged.keys() & {
        "properties",
        "oneOf",
        "anyOf",
        "enum",
        "const",
        "example",
        "examples",
        "default",
    }


def _value_pointer(node: Mapping[str, Any], at: str, keyword: Origin) -> str:
    """The JSON pointer of the schema's own example or default, for a message.

    It is that in the referenced schema, if there is one.
    """
    reference = mapping(node.get("schema")).get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        return f"{reference[1:]}/{keyword}"
    return f"{at}/schema/{keyword}"
