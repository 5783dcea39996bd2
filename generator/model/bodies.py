"""Media types of requests and answers. OpenAPI 3.1.1, sections 4.8.13 and 4.8.14."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.api import Example, MediaType, RequestBody
from generator.model.context import Context
from generator.model.samples import documented
from generator.reading.text import pointer


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON or has the suffix ``+json`` (RFC 6839, section 3.1)."""
    essence = media_type.split(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def request_body(context: Context, node: Mapping[str, Any] | None, at: str) -> RequestBody | None:
    """The request body, its media types ordered: JSON first, else the description's order."""
    if node is None:
        return None
    node = context.document.follow(node)
    content = [
        media_type(context, name, part, at + pointer("content", name), request=True)
        for name, part in (node.get("content") or {}).items()
    ]
    if not content:
        return None
    content.sort(key=lambda part: not is_json(part.name))
    return RequestBody(str(node.get("description", "")), node.get("required") is True, tuple(content))


def media_type(context: Context, name: str, node: Mapping[str, Any], at: str, *, request: bool) -> MediaType:
    """One media type with its examples, made from its schema where none is given."""
    node = context.document.follow(node)
    schema = node.get("schema", {})
    binary = _is_binary(context, name, schema)
    return MediaType(
        name=name,
        examples=() if binary else tuple(_examples(context, node, schema, at, request=request)),
        properties=() if binary else context.schemas.properties(schema, request=request),
        binary=binary,
    )


def _is_binary(context: Context, name: str, schema: Any) -> bool:
    merged = context.schemas.merged(schema)
    if merged.get("format") == "binary" or "contentMediaType" in merged:
        return True
    return (not merged and name.split("/")[0] in ("image", "audio", "video")) or name in (
        "application/octet-stream",
        "application/zip",
        "application/pdf",
    )


def _examples(
    context: Context, node: Mapping[str, Any], schema: Any, at: str, *, request: bool
) -> Iterator[Example]:
    def fit(value: Any, where: str) -> Any:
        if request:
            return context.usable(value, schema, "", where)
        return context.shown(value, schema, where)

    if "example" in node:
        yield Example(fit(node["example"], at + "/example"))
        return
    named = [(key, context.document.follow(example)) for key, example in (node.get("examples") or {}).items()]
    if named:
        for key, example in named:
            if "value" in example:
                value = fit(example["value"], at + pointer("examples", key, "value"))
                summary, text = str(example.get("summary", "")), str(example.get("description", ""))
                yield Example(value, key, summary, text)
        return
    merged = context.schemas.merged(schema)
    if not merged:
        return
    for value in documented(merged):
        yield Example(fit(value, _example_pointer(node, at)))
        return
    value = context.samples.made(schema, "", request=request)
    if not context.samples.accepts(value, schema):
        context.warn(at, "No value was found that this schema accepts.", "Give it an `example`.")
    yield Example(value)


def _example_pointer(node: Mapping[str, Any], at: str) -> str:
    """Where the schema's own example stands, for a message: beside the schema that is referred to."""
    reference = node.get("schema", {}).get("$ref")
    return f"{reference[1:]}/example" if isinstance(reference, str) else at + "/schema/example"
