"""Links: what a later operation takes from an answer. OpenAPI 3.1.1, sections 4.8.20 and 4.8.20.4."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.model.api import Link, LinkParameter, Operation, Parameter
from generator.model.context import Context
from generator.model.sources import METHODS
from generator.reading.nodes import mapping, members, text
from generator.reading.text import pointer

#: A runtime expression: its source, and what of it is meant.
EXPRESSION = re.compile(
    r"\$(?:(url|method|statusCode)"
    r"|(request|response)\.(?:(header)\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)"
    r"|(query|path)\.([^{}]+)"
    r"|(body)(?:#((?:/(?:[^~/{}]|~[01])*)*))?))"
)
#: Splits a text: every other part is an expression in braces.
EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")
_QUALIFIED = re.compile(r"(path|query|header|cookie)\.(.+)", re.DOTALL)


def links(context: Context, node: Any, at: str) -> tuple[Link, ...]:
    """The links of an answer whose operation is among those that were asked for."""
    found = []
    for name, reference in members(node):
        link = mapping(context.document.follow(reference))
        place = at + pointer(name)
        target = _target(context, link, place)
        if "requestBody" in link:
            context.warn(place, "What a link says of a whole request body is not followed.")
        if target:
            parameters = tuple(_parameters(context, link, place))
            found.append(Link(name, target, text(link.get("description")), parameters, place))
    return tuple(found)


def _target(context: Context, link: Mapping[str, Any], at: str) -> str:
    """The id of the operation that a link leads to; empty where it leads to none that is wanted."""
    reference, name = link.get("operationRef"), link.get("operationId")
    if isinstance(reference, str):
        if not reference.startswith("#/"):
            context.warn(at, f"The link leads to {reference!r}, which is outside; it is not followed.")
            return ""
        node = context.document.follow({"$ref": reference})
        if not node:
            return ""  # the reference itself is a finding
        return context.operations.get(id(node), "")
    if isinstance(name, str):
        if name in context.operations:
            return context.operations[name]
        if name not in _operation_ids(context):
            advice = "Name the operationId of another operation."
            context.warn(at, f"The link leads to {name!r}, which no operation is called.", advice)
    else:
        context.warn(at, "The link names no operation.", "Give it an `operationId`.")
    return ""


def _operation_ids(context: Context) -> set[str]:
    """The ids of all operations, those that nobody asked for as well."""
    found = set()
    for _, reference in members(context.document.root.get("paths")):
        for key, node in mapping(context.document.follow(reference)).items():
            if key.lower() in METHODS:
                found.add(text(mapping(node).get("operationId")))
    return found


def _parameters(context: Context, link: Mapping[str, Any], at: str) -> Iterator[LinkParameter]:
    for key, value in mapping(link.get("parameters")).items():
        qualified = _QUALIFIED.fullmatch(key)
        if isinstance(value, str):
            parts = [value] if value.startswith("$") else EMBEDDED.findall(value)
            wrong = [part for part in parts if not EXPRESSION.fullmatch(part)]
            if wrong:
                context.warn(at + pointer("parameters", key), f"{wrong[0]!r} is no runtime expression.")
                continue
        yield LinkParameter(
            name=qualified[2] if qualified else key, location=qualified[1] if qualified else "", value=value
        )


def parameter_of(operation: Operation, given: LinkParameter) -> Parameter | None:
    """The parameter of ``operation`` that a link gives a value; a path parameter before any other."""
    order = ("path", "query", "header", "cookie")
    named = [p for p in operation.parameters if p.name == given.name and p.location in order]
    named = [p for p in named if not given.location or p.location == given.location]
    return min(named, key=lambda p: order.index(p.location), default=None)


def check(context: Context, operations: Iterable[Operation]) -> None:
    """Tell of parameters of links that the operations they lead to don't have."""
    known = {operation.id: operation for operation in operations}
    for operation in known.values():
        for response in operation.responses:
            for link in response.links:
                target = known.get(link.operation)
                for given in link.parameters:
                    if target is not None and parameter_of(target, given) is None:
                        context.warn(
                            link.at + pointer("parameters"),
                            f"The link gives {given.name!r}, which {target.id!r} has no parameter for.",
                        )
