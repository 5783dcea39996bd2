"""What an Encoding Object adds to the parts of multipart bodies: headers, and parts inside parts.

OpenAPI 3.2.0, section 4.15.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from generator.identity import Same
from generator.model.context import Context
from generator.model.media.media_types import is_multipart
from generator.model.media.parts import further, parts, places
from generator.model.parameters import is_token, is_written_by_clients, parameter
from generator.model.schemas.direction import Direction
from generator.model.styles import header_text
from generator.model.types import Part
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, members, sequence

#: Headers that are not taken from ``headers``, since the media type sets them.
_OWN_HEADERS = frozenset({"content-type", "content-transfer-encoding"})


def with_headers(
    context: Context, fields: Mapping[str, Part], node: Mapping[str, Any], at: str
) -> dict[str, Part]:
    """``fields`` with the headers that the media type ``node``, at JSON pointer ``at``, adds to them."""
    encoding = mapping(node.get("encoding"))
    return {
        name: _with(context, part, encoding.get(name), at + pointer("encoding", name))
        for name, part in fields.items()
    }


def places_with_headers(
    context: Context, found: tuple[Part, ...], node: Mapping[str, Any], at: str
) -> tuple[Part, ...]:
    """``found`` with the headers that ``prefixEncoding`` adds to them. OpenAPI 3.2.0, section 4.15.1."""
    encodings = sequence(node.get("prefixEncoding"))
    return tuple(
        _with(context, part, encodings[index], at + pointer("prefixEncoding", index))
        for index, part in enumerate(found)
    )


def further_with_headers(
    context: Context, part: Part | None, node: Mapping[str, Any], at: str
) -> Part | None:
    """``part`` with the headers that ``itemEncoding`` adds to it."""
    return part and _with(context, part, node.get("itemEncoding"), at + "/itemEncoding")


def _with(context: Context, part: Part, encoding: Any, at: str) -> Part:
    """``part`` with its headers and, if it is a multipart body itself, its parts.

    What an encoding adds is made once, since a YAML alias can repeat it in itself many times over.
    """
    if not isinstance(encoding, dict):
        return part
    inner = Same(part.schema) if is_multipart(part.content_type) else None
    return replace(
        part, **context.shared(encoding, ("part", inner), lambda own: _added(own, part, encoding, at))
    )


def _added(context: Context, part: Part, encoding: Mapping[str, Any], at: str) -> dict[str, Any]:
    """The fields of a part that ``encoding`` changes."""
    found: dict[str, Any] = {"headers": tuple(_headers(context, encoding, at))}
    if is_multipart(part.content_type):
        found["parts"] = with_headers(context, parts(context, part.schema, encoding), encoding, at)
        found["places"] = places_with_headers(context, places(context, part.schema, encoding), encoding, at)
        found["further"] = further_with_headers(
            context, further(context, part.schema, encoding), encoding, at
        )
    return found


def _headers(context: Context, encoding: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """The names and values of the headers that an encoding adds and that a client doesn't write itself."""
    for name, reference in members(encoding.get("headers")):
        if not is_token(name) or is_written_by_clients(name) or name.lower() in _OWN_HEADERS:
            continue
        node = mapping(context.document.follow(reference))
        made = parameter(context, node, at + pointer("headers", name), name=name, direction=Direction.REQUEST)
        yield name, header_text(made)
