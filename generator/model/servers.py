"""Servers, with absolute addresses. OpenAPI 3.2.0, sections 4.8.5 and 4.8.6."""

from __future__ import annotations

import re
from typing import Any, Literal

from generator.model.addresses import ORIGIN, is_relative, names_a_bad_host
from generator.model.context import Context
from generator.model.types import Server
from generator.reading.lenient import mapping, sequence, text


def servers(context: Context, node: Any, at: str, api: tuple[Server, ...] = ()) -> tuple[Server, ...]:
    """The servers of a list ``node``, which may be missing.

    ``api`` are the API's servers if ``node`` belongs to a path or an operation: an address without a host is
    then at the host of the API, the only one that is known.
    """
    base = api[0].address() if api else ORIGIN
    found = (
        _server(context, mapping(part), f"{at}/servers/{i}", base) for i, part in enumerate(sequence(node))
    )
    return tuple(server for server in found if server is not None)


def default_server(context: Context) -> Server:
    """The server for a description that lists none, with a warning."""
    context.warn(
        "", "The description names no server.", f"Requests go to {ORIGIN}; set `baseUrl`, or add `servers`."
    )
    return Server(ORIGIN)


def target(kind: Literal["path", "webhook", "callback"], path: str) -> tuple[str, tuple[Server, ...]]:
    """The path of an operation, and the servers to send it to if these are not the API's.

    A webhook's name is not a path, and a callback's expression begins with an address that only the request
    before it contains: both are sent to a receiver, whose address is a variable. OpenAPI 3.2.0, section
    4.8.18.
    """
    if kind == "path":
        return path, ()
    receiver = Server(ORIGIN, "Where the API sends requests of its own.", name="receiver")
    if kind == "webhook":
        return "", (receiver,)
    rest = re.split("[?#]", re.sub(r"^\{\$[^{}]*\}", "", path), maxsplit=1)[0]
    if "://" in rest:
        scheme, _, rest = rest.partition("://")
        authority, slash, rest = rest.partition("/")
        receiver = Server(f"{scheme}://{authority}", receiver.description)
        rest = slash + rest
    return (rest if re.fullmatch(r"(?:/[\w.~-]+)+", rest) else ""), (receiver,)


def _server(context: Context, node: dict[str, Any], at: str, base: str) -> Server | None:
    if "url" not in node:
        return None
    # `{{host}}` is taken as `{host}`; doubled braces would be a variable of Postman's.
    url = re.sub(r"(?<!\{)\{+([^{}]*)\}+", r"{\1}", text(node["url"]).strip())
    variables = {}
    given = mapping(node.get("variables"))
    for name in dict.fromkeys(re.findall(r"\{([^{}]+)\}", url)):
        variables[name] = _values(mapping(given.get(name))) or (name,)
        if name not in given:
            what = f"The server's variable {{{name}}} is not described."
            context.warn(at, what, "Its name stands in; add it to `variables`, with a `default`.")
    server = Server(url, text(node.get("description")), variables, text(node.get("name")), base)
    if names_a_bad_host(server.filled()):
        context.warn(
            at,
            f"The server's address {server.filled()!r} names no host that an address can have.",
            f"Requests go to {ORIGIN}; correct `url`, or set `baseUrl`.",
        )
    if at.startswith("/servers/") and is_relative(server.filled()):
        context.warn(
            at,
            f"The server's address {server.filled()!r} is relative.",
            f"Requests go to {ORIGIN}; set `baseUrl` where they should go.",
        )
    return server


def _values(variable: dict[str, Any]) -> tuple[str, ...]:
    """The values of a server variable, the default first. An empty string is a value as well."""
    given = [variable.get("default"), *sequence(variable.get("enum"))]
    return tuple(dict.fromkeys(text(value) for value in given if text(value) or value == ""))
