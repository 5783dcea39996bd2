"""The description as a whole, path by path. OpenAPI 3.1.1, sections 4.8.1 and 4.8.8 to 4.8.10."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.errors import Problem
from generator.model import security
from generator.model.api import Api, Operation, Parameter, RequestBody, Response, Server, Tag
from generator.model.bodies import request_body
from generator.model.context import Context
from generator.model.parameters import examples_of, parameter, parameters
from generator.model.responses import responses
from generator.model.samples import Samples
from generator.model.schemas import Schemas
from generator.reading import Document
from generator.reading.references import keyword_objects
from generator.reading.text import pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


def build_api(document: Document, concrete: Callable[[Any], Any]) -> tuple[Api, tuple[Problem, ...]]:
    """The model of ``document``, and the warnings that reading it gave.

    ``concrete`` puts real values in the place of placeholders in examples, for the checks of validity.
    """
    schemas = Schemas(document)
    context = Context(document, schemas, Samples(document, schemas, concrete))
    _remember_examples(context)
    root = document.root
    for at, what in security.unsupported(document):
        context.warn(at, what)
    info = root.get("info") or {}
    api = Api(
        name=document.name,
        title=" ".join(str(info.get("title", document.name)).split()),
        version=str(info.get("version", "")),
        description=str(info.get("description", "")),
        servers=tuple(_server(node) for node in root.get("servers") or ({"url": "/"},)),
        tags=tuple(Tag(str(n["name"]), str(n.get("description", ""))) for n in root.get("tags") or ()),
        operations=tuple(_operations(context)),
        token_urls=security.token_urls(document),
    )
    return api, tuple(context.warnings)


def _remember_examples(context: Context) -> None:
    """Collect every documented value by name, so that a parameter without an example can borrow one.

    Parameters first: the same parameter elsewhere is the nearest kin.
    """
    nodes = [node for _, node in keyword_objects(context.document.root)]
    for node in nodes:
        if "in" in node and "name" in node:
            schema = context.schemas.merged(node.get("schema", {}))
            given = [value for key, value in schema.items() if key == "example"]
            for value in (*examples_of(context, node), *given):
                context.samples.remember(str(node["name"]), value)
    for node in nodes:
        if "schema" in node and "in" not in node:
            for value in examples_of(context, node):
                context.samples.remember("", value)
        elif "example" in node and ("properties" in node or "type" in node):
            context.samples.remember("", node["example"])


def _operations(context: Context) -> Iterator[Operation]:
    ids: set[str] = set()
    for path, item in (context.document.root.get("paths") or {}).items():
        path_at = pointer("paths", path)
        path_item = context.document.follow(item)
        for method, node in path_item.items():
            if method in METHODS:
                yield _operation(context, path, method, path_item, node, path_at, ids)


def _operation(
    context: Context,
    path: str,
    method: str,
    path_item: Mapping[str, Any],
    node: Mapping[str, Any],
    path_at: str,
    ids: set[str],
) -> Operation:
    at = path_at + pointer(method)
    nodes = parameters(context, path_item, node, at, path_at)
    headers = (str(part["name"]) for part, _ in nodes if part.get("in") == "header")
    body = request_body(context, node.get("requestBody"), at + "/requestBody")
    answers = responses(context, node.get("responses") or {}, at + "/responses")
    id_ = _unique(str(node.get("operationId") or _made_id(method, path)), ids)
    return Operation(
        id=id_,
        method=method.upper(),
        path=path,
        name=" ".join(str(node.get("summary") or id_).split()),
        description=str(node.get("description") or path_item.get("description") or ""),
        tags=tuple(map(str, node.get("tags") or ())),
        parameters=_parameters(context, nodes, body, answers),
        body=body,
        responses=answers,
        credentials=security.credentials(context.document, node, headers),
        deprecated=node.get("deprecated") is True,
    )


def _parameters(
    context: Context,
    nodes: list[tuple[Mapping[str, Any], str]],
    body: RequestBody | None,
    answers: tuple[Response, ...],
) -> tuple[Parameter, ...]:
    sent = body.content[0].name if body else ""
    accepted = next((part.name for r in answers if r.status.startswith("2") for part in r.content), "")
    media_types = {"content-type": sent, "accept": accepted}
    return tuple(
        parameter(context, node, at, media_type=media_types.get(str(node["name"]).lower(), ""))
        for node, at in nodes
        if not (node.get("in") == "header" and security.is_credential(str(node["name"])))
    )


def _unique(name: str, taken: set[str]) -> str:
    unique, count = name, 2
    while unique in taken:
        unique, count = f"{name}_{count}", count + 1
    taken.add(unique)
    return unique


def _made_id(method: str, path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path)
    return method + "".join(word[:1].upper() + word[1:] for word in words)


def _server(node: Mapping[str, Any]) -> Server:
    variables = {
        name: tuple(dict.fromkeys([str(v.get("default", "")), *map(str, v.get("enum") or ())]))
        for name, v in (node.get("variables") or {}).items()
    }
    return Server(str(node.get("url", "/")), str(node.get("description", "")), variables)
