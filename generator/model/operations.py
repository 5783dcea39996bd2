"""The description as a whole, path by path. OpenAPI 3.2.0, sections 4.8.1 and 4.8.8 to 4.8.10."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from generator.model import parameters as parameters_
from generator.model import security
from generator.model.api import Api, Operation, Parameter, RequestBody, Response
from generator.model.bodies import is_json, request_body
from generator.model.context import Context
from generator.model.responses import responses
from generator.model.selection import Selection
from generator.model.servers import default_server, servers
from generator.model.tags import tags
from generator.reading import Document
from generator.reading.nodes import mapping, members, sequence, text
from generator.reading.text import pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
#: The number of values that one sample may hold, by the number of operations: what a large description has
#: more of, each of its samples has less of.
_BUDGETS = ((500, 4000), (2000, 1000), (10**9, 250))


class _Source(NamedTuple):
    """Where an operation stands in the description."""

    kind: Literal["path", "webhook", "callback"]
    path: str
    method: str
    item: Mapping[str, Any]
    item_at: str
    node: Mapping[str, Any]
    at: str
    id: str


def build_api(
    document: Document,
    concrete: Callable[[Any], Any],
    selection: Selection | None = None,
    *,
    webhooks: bool = False,
    callbacks: bool = False,
) -> tuple[Api, Context]:
    """The model of ``document``, and the context with the findings that reading it gave.

    ``concrete`` puts real values in the place of placeholders in examples, for the checks of validity.
    ``selection`` says which operations are wanted.
    """
    context = Context(document, concrete)
    sources = list(_sources(context, webhooks=webhooks, callbacks=callbacks))
    if selection is not None:
        sources = [s for s in sources if selection.takes(s.node, s.id, s.method, s.path)]
    context.limit(next(budget for most, budget in _BUDGETS if len(sources) <= most))
    schemes = security.Schemes(context)
    operations = [_read(context, schemes, source, index) for index, source in enumerate(sources)]
    for index in sorted(context.settle()):
        operations[index] = _read(context, schemes, sources[index], index)
    root = document.root
    info = mapping(root.get("info"))
    api = Api(
        name=document.name,
        title=" ".join(text(info.get("title")).split()) or document.name,
        version=text(info.get("version")),
        description=text(info.get("description") or info.get("summary")),
        servers=servers(context, root.get("servers"), "") or (default_server(context),),
        tags=tags(root),
        operations=tuple(operations),
        token_urls=schemes.token_urls,
    )
    return api, context


def _sources(context: Context, *, webhooks: bool, callbacks: bool) -> Iterator[_Source]:
    """Every operation that is asked for, in the description's order."""
    ids: set[str] = set()
    root = context.document.root
    for path, item in members(root.get("paths")):
        if not path.startswith("/"):
            context.warn(pointer("paths", path), f"The path {path!r} doesn't begin with a slash.")
        yield from _of_item(
            context, "path", path if path.startswith("/") else "/" + path, item, pointer("paths", path), ids
        )
    if callbacks:
        yield from _callbacks(context, ids)
    if webhooks:
        for key in ("webhooks", "x-webhooks"):
            for name, item in mapping(root.get(key)).items():
                yield from _of_item(context, "webhook", name, item, pointer(key, name), ids)


def _callbacks(context: Context, ids: set[str]) -> Iterator[_Source]:
    for path, item in members(context.document.root.get("paths")):
        for method, node in members(context.document.follow(item)):
            for name, reference in members(mapping(node).get("callbacks")):
                at = pointer("paths", path, method, "callbacks", name)
                for expression, callback in members(context.document.follow(reference)):
                    yield from _of_item(
                        context, "callback", expression, callback, at + pointer(expression), ids
                    )


def _of_item(
    context: Context,
    kind: Literal["path", "webhook", "callback"],
    path: str,
    item: Any,
    at: str,
    ids: set[str],
) -> Iterator[_Source]:
    item = mapping(context.document.follow(item))
    for key, node in item.items():
        if key.lower() in METHODS and isinstance(node, dict):
            method = key.upper()
            yield _Source(
                kind,
                path,
                method,
                item,
                at,
                node,
                at + pointer(key),
                _id(context, node, key.lower(), path, at, ids),
            )
        elif key == "additionalOperations":
            for method, other in mapping(node).items():
                if isinstance(other, dict):
                    where = at + pointer(key, method)
                    yield _Source(
                        kind,
                        path,
                        method,
                        item,
                        at,
                        other,
                        where,
                        _id(context, other, method, path, where, ids),
                    )


def _id(context: Context, node: Mapping[str, Any], method: str, path: str, at: str, ids: set[str]) -> str:
    given = text(node.get("operationId"))
    name = given or _made_id(method, path)
    unique, count = name, 2
    while unique in ids:
        unique, count = f"{name}_{count}", count + 1
    if given and unique != given:
        context.warn(at + "/operationId", f"The operationId {given!r} stands twice.", "Each must be unique.")
    ids.add(unique)
    return unique


def _read(context: Context, schemes: security.Schemes, source: _Source, index: int) -> Operation:
    context.owner = index
    node, at = source.node, source.at
    nodes = parameters_.nodes(context, source.item, node, at, source.item_at)
    headers = [n.name for n in nodes if n.location == "header"]
    body = (
        request_body(context, node.get("requestBody"), at + "/requestBody") if "requestBody" in node else None
    )
    answers = responses(context, node.get("responses"), at + "/responses")
    credentials = schemes.of(node, headers, at)
    path = source.path
    if source.kind != "path":
        path = "/" + path.strip("/") if re.fullmatch(r"[/\w.-]+", path) else "/"
    return Operation(
        id=source.id,
        method=source.method,
        path=path,
        name=" ".join((text(node.get("summary")) or text(node.get("operationId")) or source.id).split()),
        description=text(node.get("description")) or text(source.item.get("description")),
        tags=tuple(text(tag) for tag in sequence(node.get("tags")) if text(tag)),
        parameters=_parameters(context, source, nodes, body, answers, credentials),
        body=body,
        responses=answers,
        credentials=credentials,
        deprecated=node.get("deprecated") is True,
        servers=servers(context, node.get("servers"), at)
        or servers(context, source.item.get("servers"), source.item_at),
        kind=source.kind,
        extensions={key: value for key, value in node.items() if key.startswith("x-")},
    )


def _parameters(
    context: Context,
    source: _Source,
    nodes: list[parameters_.Node],
    body: RequestBody | None,
    answers: tuple[Response, ...],
    credentials: tuple[Any, ...],
) -> tuple[Parameter, ...]:
    sent = body.content[0].name if body else ""
    accepted = _accepted(answers)
    media_types = {"content-type": sent, "accept": accepted}
    taken = {(c.location, c.header.lower() if c.location == "header" else c.header) for c in credentials}
    found = []
    for node, at in nodes:
        location, name = text(node.get("in")), text(node.get("name"))
        key = (location, name.lower() if location == "header" else name)
        if key not in taken:
            found.append(
                parameters_.parameter(
                    context,
                    node,
                    at,
                    media_type=media_types.get(name.lower(), "") if location == "header" else "",
                )
            )
    declared = {p.name for p in found if p.location == "path"}
    for name in dict.fromkeys(re.findall(r"\{([^{}]+)\}", source.path)):
        if source.kind == "path" and name not in declared:
            what = f"The path names {{{name}}}, which no parameter describes."
            context.warn(source.at, what, "Add it to `parameters`, with `in: path`.")
            found.append(
                parameters_.parameter(
                    context, {"name": name, "in": "path", "schema": {"type": "string"}}, source.at
                )
            )
    for name in declared - set(re.findall(r"\{([^{}]+)\}", source.path)):
        if source.kind == "path":
            context.warn(
                source.at, f"The path parameter {name!r} is not in the path.", "Name it there, in braces."
            )
    return tuple(
        p for p in found if p.location != "path" or "{" + p.name + "}" in source.path or source.kind != "path"
    )


def _accepted(answers: tuple[Response, ...]) -> str:
    """The media type that a successful answer has; JSON where it is offered."""
    names = [part.name for r in answers if r.status.startswith("2") for part in r.content]
    if not names:
        names = [part.name for r in answers if r.status == "default" for part in r.content]
    return next((name for name in names if is_json(name)), names[0] if names else "")


def _made_id(method: str, path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path)
    return method + "".join(word[:1].upper() + word[1:] for word in words)
