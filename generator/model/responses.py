"""Documented responses. OpenAPI 3.1.1, sections 4.8.16 and 4.8.17."""

from __future__ import annotations

from typing import Any

import msgspec

from generator.model.context import Context
from generator.model.links import links
from generator.model.media.bodies import media_type
from generator.model.media.media_types import is_json
from generator.model.parameters import parameter
from generator.model.schemas.direction import Direction
from generator.model.types import MediaType, Response
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, members, text


def responses(context: Context, node: Any, at: str) -> tuple[Response, ...]:
    """The responses of an operation, in the description's order."""
    return tuple(
        _shared(context, str(status), context.document.follow(part), at + pointer(status))
        for status, part in members(context.document.follow(node))
    )


def accepted(found: tuple[Response, ...]) -> tuple[str, ...]:
    """The media types to accept: those of successful responses, else of the default response; JSON first."""
    successes = [each for each in found if each.status.startswith("2")]
    asked_for = successes or [each for each in found if each.status == "default"]
    names = [part.name for each in asked_for for part in each.content]
    chosen = next((name for name in names if is_json(name)), None)
    return tuple(dict.fromkeys(names if chosen is None else (chosen, *names)))


def without_bodies(found: tuple[Response, ...]) -> tuple[Response, ...]:
    """Responses to HEAD: with the media types of GET, but without bodies. RFC 9110, section 9.3.2."""
    return tuple(msgspec.structs.replace(each, content=tuple(map(_bodiless, each.content))) for each in found)


def _bodiless(part: MediaType) -> MediaType:
    return MediaType(name=part.name, examples=(), at=part.at, documented=part.documented)


def _shared(context: Context, status: str, node: Any, at: str) -> Response:
    """A response, which is the same object for all operations that refer to it."""
    made: Response = context.shared(node, status, lambda own: _response(own, status, node, at))
    return made


def _response(context: Context, status: str, node: Any, at: str) -> Response:
    node = mapping(node)
    headers = tuple(
        parameter(
            context,
            mapping(context.document.follow(part)),
            at + pointer("headers", name),
            name=name,
            direction=Direction.RESPONSE,
        )
        for name, part in members(node.get("headers"))
        if name.lower() != "content-type"
    )
    content: dict[str, MediaType] = {}
    for name, part in members(node.get("content")):
        made = media_type(context, name, part, at + pointer("content", name), direction=Direction.RESPONSE)
        # The media type chosen for a range may be documented itself.
        if made.name == name or made.name not in content:
            content[made.name] = made
    shown = {part.documented for part in content.values()}
    status = status.upper() if status.lower() != "default" else "default"
    return Response(
        status,
        text(node.get("description") or node.get("summary")),
        headers,
        tuple(content.values()),
        links(context, node["links"], at + "/links") if "links" in node else (),
        tuple(name for name, _ in members(node.get("content")) if name not in shown),
    )
