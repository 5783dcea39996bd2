"""Links: values that a later operation takes from a response. OpenAPI 3.1.1, section 4.8.20."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from generator.identity import Same
from generator.model.context import Context
from generator.model.expressions import ExpressionError, expressions, value
from generator.model.media.media_types import is_json
from generator.model.operation_source import METHODS, Source
from generator.model.servers import servers
from generator.model.types import Expression, Link, LinkParameter, Operation, Parameter, Server
from generator.reading.json_pointer import UnresolvedReferenceError, pointer, tokens
from generator.reading.lenient import mapping, members, text

_QUALIFIED = re.compile(r"(path|query|header|cookie)\.(.+)", re.DOTALL)
#: Where parameters share a name, the order in which one is chosen for a link that names no location.
_LOCATIONS = ("path", "query", "header", "cookie")
#: Headers that whoever sends the request derives from it.
_OF_REQUESTS = frozenset("accept content-type content-length host connection transfer-encoding".split())


def links(context: Context, node: Any, at: str) -> tuple[Link, ...]:
    """The links of a response that lead to an operation of the API, in the description's order."""
    found = []
    for name, reference in members(node):
        link = mapping(context.document.follow(reference))
        place = at + pointer(name)
        # A reference that can't be resolved is reported elsewhere.
        target = _target(context, link, place) if link or "$ref" not in mapping(reference) else ""
        if target:
            own = servers(context, [link["server"]], place) if "server" in link else ()
            found.append(
                Link(
                    name,
                    target,
                    text(link.get("description")),
                    tuple(_parameters(context, link, place)),
                    place,
                    tuple(_body(context, link, place)),
                    own[0] if own else None,
                )
            )
    return tuple(found)


# --- Where a link leads ---------------------------------------------------------------------------------


def targets(sources: Sequence[Source]) -> Mapping[Same | str, str]:
    """The ids of operations, by what a link may name them by: node, JSON pointer and ``operationId``."""
    found: dict[Same | str, str] = {}
    for source in reversed(sources):
        given = text(source.node.get("operationId"))
        found[Same(source.node)] = source.id
        if given:
            found[given] = source.id
    return found | {source.at: source.id for source in sources}


def _target(context: Context, link: Mapping[str, Any], at: str) -> str:
    """The id of the operation that a link leads to; empty if that is not one of the API's."""
    reference, name = link.get("operationRef"), text(link.get("operationId"))
    if isinstance(reference, str) and reference:
        return _referred(context, reference, at)
    if name and name in context.targets():
        return context.targets()[name]
    if not name:
        context.warn(at, "The link names no operation.", "Give it an `operationId`.")
    elif name not in context.shared(context.document, "operationIds", _operation_ids):
        advice = "Name the operationId of an operation of this description."
        context.warn(at, f"The link leads to {name!r}, which no operation is called.", advice)
    return ""


def _referred(context: Context, reference: str, at: str) -> str:
    """The id of the operation that an ``operationRef`` names; empty if it is in another description."""
    file, _, place = reference.partition("#")
    if file not in ("", Path(context.document.file).name) or not place.startswith("/"):
        context.warn(at, f"The link leads to {reference!r}, which is outside; it is not followed.")
        return ""
    targets = context.targets()
    for known in (unquote(place), place):
        if known in targets:
            return targets[known]
    try:
        node = context.document.references.resolve(f"#{place}")
    except UnresolvedReferenceError:
        context.warn(at, f"The link leads to {reference!r}, which is not there.")
        return ""
    if Same(node) not in targets and not _is_operation(place):
        context.warn(at, f"The link leads to {reference!r}, which is not an operation.")
    return targets.get(Same(node), "")


def _is_operation(place: str) -> bool:
    *_, before, last = ("", *tokens(place))
    return last.lower() in METHODS or before == "additionalOperations"


def _operation_ids(context: Context) -> frozenset[str]:
    """The ``operationId`` of every operation in the description, including those that are not selected."""
    return frozenset(
        text(node["operationId"])
        for at, node in context.document.objects()
        if "operationId" in node and tokens(at)[-2:-1] != ("links",)
    )


# --- Values that it passes on ---------------------------------------------------------------------------


def _parameters(context: Context, link: Mapping[str, Any], at: str) -> Iterator[LinkParameter]:
    for key, given in mapping(link.get("parameters")).items():
        for read in _read(context, given, at + pointer("parameters", key)):
            yield LinkParameter(key, read)


def _body(context: Context, link: Mapping[str, Any], at: str) -> Iterator[Any]:
    if "requestBody" in link:
        yield from _read(context, link["requestBody"], at + "/requestBody")


def _read(context: Context, given: Any, at: str) -> Iterator[Any]:
    """A value with its expressions parsed; nothing if one of them is invalid."""
    try:
        yield value(given)
    except ExpressionError as error:
        context.warn(at, str(error), error.advice or "It is not followed.")


def parameter_of(operation: Operation, key: str) -> Parameter | None:
    """The parameter of ``operation`` that a link means by ``key``, which is ``id`` or ``path.id``."""
    qualified = _QUALIFIED.fullmatch(key)
    found = _named(operation, qualified[2], (qualified[1],)) if qualified else []
    return next(iter(found or _named(operation, key, _LOCATIONS)), None)


def _named(operation: Operation, name: str, locations: Sequence[str]) -> list[Parameter]:
    return [
        parameter
        for location in locations
        for parameter in operation.parameters_in(location)
        if parameter.name == name or (location == "header" and parameter.name.lower() == name.lower())
    ]


# --- Links that can't be followed -----------------------------------------------------------------------


def why_not_given(owner: Operation, given: Any) -> str:
    """Why a link's value is not available after a request of ``owner``; empty if it is."""
    return next(filter(None, (_why_not(owner, each) for each in expressions(given))), "")


def _why_not(owner: Operation, expression: Expression) -> str:
    """Why one expression is not available. Links never pass a credential on to another place."""
    carried = [c for c in owner.credentials if c.kind != "other"]
    if expression.source == "url" and any(c.location == "query" for c in carried):
        return f"{expression.text!r} holds a credential"
    if expression.message != "request":
        return ""
    if expression.source == "body":
        return "" if owner.body else f"{expression.text!r} asks for a body, and {owner.id!r} has none"
    secrets = {(c.location, c.header.lower()) for c in carried} | {("header", "authorization")}
    if (expression.source, expression.name.lower()) in secrets | {("header", "cookie")}:
        return f"{expression.text!r} is a credential"
    # Any header is accepted, since it may be one that every request has.
    known = expression.source == "header" or _named(owner, expression.name, (expression.source,))
    return "" if known else f"{expression.text!r} asks for a parameter that {owner.id!r} has not"


def why_not_taken(target: Operation, parameter: Parameter) -> str:
    """Why a parameter of ``target`` can't be set to a single text; empty if it can."""
    name = f"the parameter {parameter.name!r} of {target.id!r}"
    if parameter.location == "header" and parameter.name.lower() in _OF_REQUESTS:
        return f"{name} is for whoever sends the request to say"
    if parameter.media_type or not isinstance(parameter.sample, dict | list):
        return ""
    if isinstance(parameter.sample, dict):
        return f"{name} is an object of several parts"
    one = {"path": parameter.style == "simple", "query": parameter.style != "deepObject", "header": True}
    return "" if one.get(parameter.location) else f"{name} is a list of several parts"


def why_no_body(target: Operation) -> str:
    """Why a link can't set the body of ``target``; empty if it can."""
    if target.body is None:
        return f"{target.id!r} has no request body"
    return "" if is_json(target.body.content[0].name) else f"the body of {target.id!r} is not JSON"


def check(context: Context, operations: Iterable[Operation], api: Sequence[Server]) -> None:
    """Warn of what links ask for that can't be done; ``api`` are the servers of the description."""
    known = {operation.id: operation for operation in operations}
    for owner in known.values():
        for link in (link for response in owner.responses for link in response.links):
            for place, why in _problems(owner, known[link.operation], link, api):
                context.warn(link.at + place, f"The link is not followed as it says: {why}.")


def _problems(
    owner: Operation, target: Operation, link: Link, api: Sequence[Server]
) -> Iterator[tuple[str, str]]:
    for given in link.parameters:
        parameter = parameter_of(target, given.key)
        if parameter is not None:
            why = why_not_given(owner, given.value) or why_not_taken(target, parameter)
        elif _is_credential(target, given.key):
            why = f"{given.key!r} is a credential of {target.id!r}"
        else:
            why = f"{target.id!r} has no parameter {given.key!r}"
        if why:
            yield pointer("parameters", given.key), why
    for body in link.body:
        why = why_no_body(target) or why_not_given(owner, body)
        if why:
            yield "/requestBody", why
    own = {server.address() for server in target.servers or api}
    if link.server is not None and own:
        address = link.server.address()
        if address not in own:
            yield "/server", f"requests to {target.id!r} go to its own server, and not to {address}"


def _is_credential(operation: Operation, key: str) -> bool:
    qualified = _QUALIFIED.fullmatch(key)
    names = {key.lower(), qualified[2].lower() if qualified else ""}
    return any(credential.header.lower() in names for credential in operation.credentials)
