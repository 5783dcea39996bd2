"""Documented answers. OpenAPI 3.1.1, sections 4.8.16 and 4.8.17."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.model.api import Response
from generator.model.bodies import media_type
from generator.model.context import Context
from generator.model.parameters import parameter
from generator.reading.text import pointer


def responses(context: Context, node: Mapping[str, Any], at: str) -> tuple[Response, ...]:
    """The answers of an operation, in the description's order."""
    return tuple(
        _response(context, str(status), context.document.follow(part), at + pointer(status))
        for status, part in node.items()
        if not str(status).startswith("x-")
    )


def _response(context: Context, status: str, node: Mapping[str, Any], at: str) -> Response:
    headers = tuple(
        parameter(context, context.document.follow(part), at + pointer("headers", name), name=name)
        for name, part in (node.get("headers") or {}).items()
        if name.lower() != "content-type"
    )
    content = tuple(
        media_type(context, name, part, at + pointer("content", name), request=False)
        for name, part in (node.get("content") or {}).items()
    )
    return Response(status, str(node.get("description", "")), headers, content)
