"""Read a description as a whole, operation by operation. OpenAPI 3.2.0, sections 4.8.1 and 4.8.10."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from generator.escaping.markup.tags import plain
from generator.identity import IdentityMemo, Same
from generator.model import links
from generator.model import parameters as parameters_
from generator.model.context import Context
from generator.model.draft7 import Draft7
from generator.model.media.bodies import request_body
from generator.model.operation_index import sources
from generator.model.operation_source import Source
from generator.model.presentation.shown_again import Shown
from generator.model.presentation.titles import Title, opened, titled
from generator.model.responses import accepted, responses, without_bodies
from generator.model.samples.build import Budget
from generator.model.security import requirements
from generator.model.selection import Selection
from generator.model.servers import default_server, servers, target
from generator.model.tags import home, tags
from generator.model.types import Api, Operation, Parameter, RequestBody, Response, Server, Variation
from generator.reading import Document
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, sequence, text

T = TypeVar("T")
NameSource = Literal["summary", "operationId", "path"]
#: Up to each number of operations: the size of one sample, and the number of definitions in the schema that
#: one response is validated against. The more operations there are, the smaller each sample and test.
_BUDGETS: tuple[tuple[int, Budget, int], ...] = (
    (100, Budget(), 400),
    (500, Budget(), 100),
    (2000, Budget(4000, 500), 100),
    (10**9, Budget(400, 60), 10),
)


def build_api(
    document: Document,
    concrete: Callable[[Any], Any],
    selection: Selection | None = None,
    *,
    webhooks: bool = False,
    callbacks: bool = False,
    names: NameSource = "summary",
) -> tuple[Api, Context]:
    """Build the model of ``document``, and return it with the context that has the findings.

    ``concrete`` replaces placeholders in examples with real values, so that they can be validated.
    ``selection`` chooses the operations, and ``names`` what their names are taken from.
    """
    context = Context(document, concrete)
    selection = selection or Selection()
    found = sources(context, selection, webhooks=webhooks, callbacks=callbacks)
    if not found and selection.is_empty and not webhooks:
        hooks = len(mapping(document.root.get("webhooks") or document.root.get("x-webhooks")))
        advice = f"Its webhooks ({hooks}) become requests with `--webhooks`." if hooks else ""
        context.warn("/paths", "The description has no operations.", advice)
    _, budget, definitions = next(limits for limits in _BUDGETS if len(found) <= limits[0])
    context.limit(budget)
    context.share(len(found))
    context = context.including(found, links.targets)
    reader = _Reader(context, names)
    operations = [reader.operation(source, index) for index, source in enumerate(found)]
    again = sorted(context.settle())
    context.share(len(again))
    for index in again:
        operations[index] = reader.operation(found[index], index)
    operations = list(_shown(context, operations))
    links.check(context, operations, reader.servers)
    root = document.root
    info = mapping(root.get("info"))
    api = Api(
        name=document.name,
        title=plain(text(info.get("title"))) or document.name,
        version=text(info.get("version")),
        description=text(info.get("description") or info.get("summary")),
        servers=reader.servers or _servers_of(operations) or (default_server(context),),
        tags=reader.tags,
        operations=tuple(operations),
        token_urls=reader.schemes.token_urls,
        contracts=cache(partial(Draft7, document, context.schemas, definitions)),
        schemas=context.schemas,
    )
    return api, context


def _shown(context: Context, operations: list[Operation]) -> Iterator[Operation]:
    """The operations, with texts and values shortened that would be shown too often."""
    shown = Shown(context.document.size, len(operations))
    for operation, source in zip(operations, context.sources, strict=True):
        found, is_cut = shown.operation(operation)
        if is_cut:
            context.cut(shown.limit, source.at)
            varied = _Variations((context, source, found.parameters, found.body, found.credentials))
            found = replace(found, variations=varied)
        yield found


def _servers_of(operations: list[Operation]) -> tuple[Server, ...]:
    """The servers of the first operation, where each has its own and the description has none."""
    requests = [operation for operation in operations if operation.kind == "path"]
    return requests[0].servers if requests and all(op.servers for op in requests) else ()


class _Reader:
    """Reads operations one after the other."""

    def __init__(self, context: Context, names: NameSource) -> None:
        self._context = context
        self._names = names
        self.schemes = requirements.Schemes(context)
        self.servers = servers(context, context.document.root.get("servers"), "")
        self.tags = tags(context)
        self._kinds = {tag.name: tag.kind for tag in self.tags}
        self._descriptions: IdentityMemo[str] = IdentityMemo()

    def operation(self, source: Source, index: int) -> Operation:
        """Read the operation at ``source``, whose index in the API is ``index``."""
        context = self._context.of(index)
        context.samples.meter.next_share()
        node, at = source.node, source.at
        nodes = parameters_.nodes(context, source.item, node, at, source.item_at)
        headers = [n.node for n in nodes if n.location == "header"]
        body = (
            request_body(context, node.get("requestBody"), at + "/requestBody")
            if "requestBody" in node
            else None
        )
        documented = responses(context, node.get("responses"), at + "/responses")
        if source.method == "HEAD":
            documented = without_bodies(documented)
        # The API sends webhooks and callbacks to other parties, which don't share its credentials.
        own = source.kind == "path" or "security" in node
        credentials = self.schemes.of(node if own else {**node, "security": []}, headers, at)
        path, elsewhere = target(source.kind, source.path)
        own_tags = tuple(dict.fromkeys(t for t in map(text, sequence(node.get("tags"))) if t.strip()))
        parameters = _parameters(context, source, nodes, body, documented, credentials)
        name = _name(source, self._names)
        return Operation(
            id=source.id,
            method=source.method,
            path=path,
            name=name.name,
            description=self._description(source, name.rest),
            tags=own_tags,
            home=home(own_tags, self._kinds),
            parameters=parameters,
            body=body,
            responses=documented,
            credentials=credentials,
            deprecated=node.get("deprecated") is True,
            servers=servers(context, node.get("servers"), at, self.servers)
            or servers(context, source.item.get("servers"), source.item_at, self.servers)
            or elsewhere,
            kind=source.kind,
            extensions={key: value for key, value in node.items() if key.startswith("x-")},
            variations=_Variations((self._context, source, parameters, body, credentials)),
        )

    def _description(self, source: Source, rest: str) -> str:
        """The description of an operation, after the ``rest`` of its summary.

        It is the same object for several paths that share the operation.
        """
        said = text(source.node.get("description")) or text(source.item.get("description"))
        if not rest:
            return said
        known = self._descriptions.get(source.node, Same(source.item))
        return known or self._descriptions.keep(source.node, opened(said, rest), Same(source.item))


class _Variations:
    """Makes an operation's variations once, for both formats of a collection.

    There is one for each operation, and a cached function would take four times the memory.
    """

    __slots__ = ("_made", "_read")

    def __init__(self, read: tuple[Any, ...]) -> None:
        self._read = read
        self._made: tuple[Variation, ...] | None = None

    def __call__(self) -> tuple[Variation, ...]:
        if self._made is None:
            self._made = self._making(*self._read)
        return self._made

    @staticmethod
    def _making(context: Context, source: Source, *read: Any) -> tuple[Variation, ...]:
        # Few runs need variations: the import and the parameters' nodes are left until they are asked for.
        from generator.model.variations import varied_requests

        nodes = parameters_.nodes(context, source.item, source.node, source.at, source.item_at)
        given = varied_requests.OperationParts(source.node, source.at, source.method, nodes, *read)
        return varied_requests.variations(context, given)


def _name(source: Source, names: NameSource) -> Title:
    """The name of an operation in one line: its summary, operationId or path, by ``names``.

    Without these, it is what the description has: ``GET /jobs/{jobId}``, or a webhook's name.
    """
    title = titled(text(source.node.get("summary")))
    if names == "summary" and title.name:
        return title
    given = {"operationId": text(source.node.get("operationId")), "path": source.path}
    last = source.path if source.kind == "webhook" else f"{source.method} {source.path}"
    choices = (given.get(names, given["operationId"]), given["operationId"], last, source.id)
    lines = (" ".join(words.split()) for words in choices)
    return Title(next(line for line in lines if line))


def _parameters(
    context: Context,
    source: Source,
    nodes: list[parameters_.Node],
    body: RequestBody | None,
    documented: tuple[Response, ...],
    credentials: tuple[Any, ...],
) -> tuple[Parameter, ...]:
    sent = body.content[0].name if body else ""
    # A declared `Accept` needs a value, even if only an error has a body.
    errors = tuple(each for each in documented if not each.status.startswith("2"))
    offered = accepted(documented) or accepted(errors)
    media_types = {"content-type": sent, "accept": next(iter(offered), "")}
    taken = {(c.location, c.header.lower() if c.location == "header" else c.header) for c in credentials}
    found = []
    for node, at, shared, _ in nodes:
        location, name = text(node.get("in")), text(node.get("name"))
        key = (location, name.lower() if location == "header" else name)
        if key not in taken:
            found.append(
                parameters_.parameter(
                    context,
                    node,
                    at,
                    media_type=media_types.get(name.lower(), "") if location == "header" else "",
                    shared=shared,
                )
            )
    declared = {p.name for p in found if p.location == "path"}
    named = dict.fromkeys(re.findall(r"\{([^{}]+)\}", source.path))
    if source.kind == "path" and set("{}") & set(re.sub(r"\{[^{}]+\}", "", source.path)):
        what = "The path has a brace that isn't part of a parameter's `{name}`: it is sent percent-encoded."
        context.warn(pointer("paths", source.path), what, "Remove it, or write it as %7B or %7D.")
    for name in named:
        if source.kind == "path" and name not in declared:
            what = f"The path names {{{name}}}, which no parameter describes."
            context.warn(source.at, what, "Add it to `parameters`, with `in: path`.")
            # One node for each name, so that all paths with that name share one parameter.
            given = {"name": name, "in": "path", "schema": {"type": "string"}}
            node = mapping(context.keep(f"{{{name}}}", given))
            found.append(parameters_.parameter(context, node, source.at))
    for name in sorted(declared - named.keys()):
        if source.kind == "path":
            context.warn(
                source.at, f"The path parameter {name!r} is not in the path.", "Name it there, in braces."
            )
    return tuple(
        p for p in found if p.location != "path" or "{" + p.name + "}" in source.path or source.kind != "path"
    )
