"""Servers: their addresses are always whole. OpenAPI 3.2.0, sections 4.8.5 and 4.8.6."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from generator.model.api import Server
from generator.model.context import Context
from generator.reading.nodes import mapping, sequence, text

#: Where a relative address starts: nothing tells where the description was published, and on this machine
#: no credential can reach a stranger.
ORIGIN = "http://localhost"


def servers(context: Context, node: Any, at: str) -> tuple[Server, ...]:
    """The servers that an object lists, or none."""
    found = (_server(context, mapping(part), f"{at}/servers/{i}") for i, part in enumerate(sequence(node)))
    return tuple(server for server in found if server is not None)


def default_server(context: Context) -> Server:
    """The server of a description that names none."""
    context.warn(
        "", "The description names no server.", f"Requests go to {ORIGIN}; set `baseUrl`, or add `servers`."
    )
    return Server(ORIGIN)


def _server(context: Context, node: dict[str, Any], at: str) -> Server | None:
    url = text(node.get("url")).strip()
    if not url and "url" not in node:
        return None
    variables = {}
    given = mapping(node.get("variables"))
    for name in dict.fromkeys(re.findall(r"\{([^{}]+)\}", url)):
        variable = mapping(given.get(name))
        accepted = [text(v) for v in sequence(variable.get("enum")) if text(v)]
        default = text(variable.get("default"))
        values = [default, *accepted] if default or not accepted else accepted
        # Without a value the name itself stands in: a person sees at once what to put there.
        variables[name] = tuple(dict.fromkeys(value for value in values if value)) or (name,)
    return Server(_whole(context, url, at), text(node.get("description")), variables, text(node.get("name")))


def _whole(context: Context, url: str, at: str) -> str:
    """``url`` with scheme and host, without query, and with single slashes."""
    url = re.sub(r"[?#].*$", "", url)
    if url.startswith("//"):
        url = "https:" + url
    parts = urlsplit(re.sub(r"\{[^{}]*\}", "x", url))
    if not url.startswith("{") and not parts.scheme:
        if not (at.count("/") > 2 and url in ("", "/")):
            context.warn(
                at,
                f"The server's address {url!r} is relative.",
                f"Requests go to {ORIGIN}; set `baseUrl` where they should go.",
            )
        url = f"{ORIGIN}/{url.lstrip('/')}"
    scheme, separator, rest = url.partition("://")
    return scheme + separator + re.sub(r"/{2,}", "/", rest) if separator else re.sub(r"/{2,}", "/", url)
