"""Parameters and headers. OpenAPI 3.1.1, sections 4.8.12 and 4.8.21."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from generator.budget import MOST_IN_PARAMETER
from generator.model.context import Context
from generator.model.media import parts
from generator.model.media.media_types import is_form
from generator.model.samples import scalars
from generator.model.samples.documented import Origin, documented_by
from generator.model.schemas.direction import Direction
from generator.model.schemas.quick_checks import NOTHING, fits
from generator.model.types import Parameter
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, members, sequence, text

_MEDIA_TYPE_IN_TEXT = re.compile(r"`([a-z]+/[A-Za-z0-9.+-]+)`")
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
    "querystring": ("form",),
}
#: RFC 9110, sections 7.2, 7.6.1 and 8.6, and RFC 9112, section 6.1.
_OF_CLIENTS = frozenset({"content-length", "host", "transfer-encoding", "connection"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Headers that follow from media types; a parameter of that name only gives them a value (section 4.8.12.1).
_OWN_HEADERS = frozenset({"accept", "content-type"})


class Node(NamedTuple):
    """A Parameter Object with its reference resolved, and where it is in the description."""

    node: Mapping[str, Any]
    at: str
    shared: bool = False
    """Whether it was reached by a reference, so that other operations may have it as well."""
    home: str = ""
    """The JSON pointer of the object itself, to which ``at`` may refer."""

    @property
    def name(self) -> str:
        """The parameter's name."""
        return text(self.node.get("name"))

    @property
    def location(self) -> str:
        """``path``, ``query``, ``header``, ``cookie`` or ``querystring``."""
        return text(self.node.get("in"))


def is_token(name: str) -> bool:
    """Whether ``name`` is a valid name of a header. RFC 9110, section 5.6.2."""
    return _TOKEN.fullmatch(name) is not None


def is_written_by_clients(name: str) -> bool:
    """Whether HTTP clients write that header themselves, so that another value would spoil the request."""
    return name.lower() in _OF_CLIENTS


def nodes(
    context: Context, path_item: Mapping[str, Any], operation: Mapping[str, Any], at: str, path_at: str
) -> list[Node]:
    """The nodes of an operation's parameters, in the description's order; they override the path item's."""
    found: dict[tuple[str, str], Node] = {}
    for owner, where in ((path_item, path_at), (operation, at)):
        for index, item in enumerate(sequence(owner.get("parameters"))):
            place = where + pointer("parameters", index)
            reference = mapping(item).get("$ref")
            home = unquote(reference[1:]) if isinstance(reference, str) else place
            node = Node(mapping(context.document.follow(item)), place, reference is not None, home)
            if node.name and node.location in _STYLES:
                key = (node.location, node.name.lower() if node.location == "header" else node.name)
                found[key] = node
                if node.location == "header" and not is_token(node.name):
                    context.warn(place, f"No header can be called {node.name!r}: it is not sent.")
            elif node.node:
                context.warn(place, "This is not a parameter: it lacks `name`, or `in` names no place.")
    return list(found.values())


def parameter(
    context: Context,
    node: Mapping[str, Any],
    at: str,
    *,
    name: str = "",
    media_type: str = "",
    direction: Direction = Direction.REQUEST,
    shared: bool = False,
) -> Parameter:
    """Read one parameter, or one header if ``name`` is given.

    ``media_type`` is the value of ``Content-Type`` or ``Accept`` if the description has none: the media type
    of the request body, or of the response.
    """
    made: Parameter = context.shared(
        node,
        (name, media_type, direction, shared),
        lambda own: _parameter(own, node, at, name, media_type, direction=direction, shared=shared),
    )
    return made


def _parameter(
    context: Context,
    node: Mapping[str, Any],
    at: str,
    name: str,
    media_type: str,
    *,
    direction: Direction,
    shared: bool,
) -> Parameter:
    name = name or text(node.get("name"))
    location: Any = text(node.get("in")) or "header"
    content = next(members(node.get("content")), None) if "schema" not in node else None
    owner = mapping(context.document.follow(content[1])) if content else node
    schema = owner.get("schema", {})
    styles = _STYLES.get(location, ("simple",))
    style = text(node.get("style")) if node.get("style") in styles else styles[0]
    explode = (
        node["explode"]
        if isinstance(node.get("explode"), bool)
        else style in ("form", "cookie", "deepObject")
    )
    return Parameter(
        name=name,
        location=location,
        required=node.get("required") is True or location == "path",
        description=text(node.get("description")) or text(context.schemas.merged(schema).get("description")),
        facts=context.schemas.facts(schema),
        sample=_sample(context, node, owner, schema, at, name, media_type, direction=direction),
        deprecated=node.get("deprecated") is True,
        style=style,
        explode=explode,
        allow_reserved=node.get("allowReserved") is True,
        media_type=content[0] if content else "",
        parts=parts.parts(context, schema, owner) if content and is_form(content[0]) else {},
        named=_named(context, (node, owner), schema, name, at) if direction.is_request else {},
        schema=schema,
        shared=shared,
        at=at,
    )


def examples_of(context: Context, node: Mapping[str, Any]) -> Iterator[Any]:
    """The documented values of a parameter, header or media type itself, without those of its schema."""
    if "example" in node:
        yield node["example"]
    for _, example in members(node.get("examples")):
        value = context.document.follow(example)
        if isinstance(value, dict):
            yield from (value[key] for key in ("dataValue", "value") if key in value)


def _named(
    context: Context, owners: tuple[Mapping[str, Any], ...], schema: Any, name: str, at: str
) -> dict[str, Any]:
    """The values of ``examples`` by their keys, in the description's order."""
    found: dict[str, Any] = {}
    for owner in owners:
        for key, example in members(owner.get("examples")):
            value = mapping(context.document.follow(example))
            kind = next((kind for kind in ("dataValue", "value") if kind in value), None)
            if kind and key not in found:
                found[key] = context.usable(value[kind], schema, name, at, direction=Direction.REQUEST)
    return found


def _sample(
    context: Context,
    node: Mapping[str, Any],
    owner: Mapping[str, Any],
    schema: Any,
    at: str,
    name: str,
    media_type: str,
    *,
    direction: Direction,
) -> Any:
    merged = context.schemas.merged(schema)
    given = next(examples_of(context, node), NOTHING)
    if given is NOTHING and owner is not node:
        given = next(examples_of(context, owner), NOTHING)
    origin: Origin = "example"
    if given is NOTHING:
        given, origin = next(documented_by(merged), (NOTHING, origin))
    if text(node.get("in")) == "path" and (given is None or given == ""):
        given = NOTHING  # a path parameter must not be empty
    if given is NOTHING and name.lower() in _OWN_HEADERS:
        # The parameter's description may name the value, as in: Must be `application/json`.
        named = _MEDIA_TYPE_IN_TEXT.search(text(node.get("description")))
        wanted = media_type or (named.group(1) if named else "*/*")
        given = wanted if fits(wanted, merged) else NOTHING
    if given is not NOTHING:
        return context.usable(given, schema, name, at, direction=direction, origin=origin)
    context.borrow()
    said = _said(context, merged, text(node.get("description")), name)
    if said is not NOTHING:
        return context.usable(said, schema, name, at, direction=direction)
    # In a query, `size` is that of a page, and `state` is not a part of a country.
    meant = context.samples.meant_among(name, ("page",)) if text(node.get("in")) == "query" else name
    value = context.made(schema, meant, at, direction=direction, most=MOST_IN_PARAMETER)
    if text(node.get("in")) == "path" and (value is NOTHING or value is None or value == ""):
        return name
    return "" if value is NOTHING else value


#: Keywords of a schema that says little of its values: only their type, their range or their length.
_PLAIN = frozenset("type minimum maximum minLength maxLength title description deprecated nullable".split())


def _said(context: Context, merged: Mapping[str, Any], description: str, name: str) -> Any:
    """A value that the parameter's own description suggests, else ``NOTHING``. Its schema must be plain."""
    if not description or not merged.keys() <= _PLAIN or context.samples.is_documented(name):
        return NOTHING
    found = scalars.said_of(text(merged.get("type")), description, name)
    return next((value for value in found if fits(value, merged)), NOTHING)
