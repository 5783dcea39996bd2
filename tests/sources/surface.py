"""The surface of an API: a flat list of every operation, parameter, property, enumeration value and limit.

Two descriptions of one API may name and split their schemas differently; their surfaces can be compared line
by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.reading import Document
from generator.reading.json_pointer import UnresolvedReferenceError
from generator.reading.lenient import mapping, sequence, text

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
#: Keywords that constrain a value, or give its default.
_LIMITS = (
    *("format", "default", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "contains"),
)
#: Attributes that are lists, in which each value is compared by itself.
LISTS = ("enum", "media", "scopes")

Path = tuple[str, ...]
"""``("POST /jobs", "request", ".users", "[]", ".key")``."""


class Node(NamedTuple):
    """An operation, parameter, body or property: its attributes and its descriptive text."""

    attributes: Mapping[str, Any]
    words: str = ""


Surface = dict[Path, Node]


def shown(path: Path, *attribute: str) -> str:
    """A path as text, with an attribute after it: ``POST /jobs request users[].key maxLength``."""
    words = [part for part in path if part[0] not in ".["]
    properties = "".join(part for part in path if part[0] in ".[").removeprefix(".")
    return " ".join((*words, *filter(None, (properties,)), *attribute))


def of(document: Document) -> Surface:
    """Build the surface of ``document``."""
    return dict(_Reader(document).nodes())


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = document.root

    def nodes(self) -> Iterator[tuple[Path, Node]]:
        """Every node, parents before children."""
        info = mapping(self._root.get("info"))
        yield ("API",), Node({}, text(info.get("description")))
        for server in map(mapping, sequence(self._root.get("servers"))):
            path = ("server", text(server.get("url")))
            yield path, Node({}, text(server.get("description")))
            for name, variable in mapping(server.get("variables")).items():
                yield (
                    (*path, name),
                    Node({"default": variable.get("default"), "enum": variable.get("enum", [])}),
                )
        yield from self._token()
        for route, item in mapping(self._root.get("paths")).items():
            for method in METHODS:
                if method in item:
                    yield from self._operation(f"{method.upper()} {route}", item, item[method])

    def _token(self) -> Iterator[tuple[Path, Node]]:
        schemes = mapping(mapping(self._root.get("components")).get("securitySchemes"))
        for scheme in map(self._document.follow, schemes.values()):
            for name, flow in mapping(scheme.get("flows")).items():
                attributes = {"tokenUrl": flow.get("tokenUrl"), "scopes": list(mapping(flow.get("scopes")))}
                yield ("token", name), Node(attributes, text(scheme.get("description")))

    def _operation(
        self, name: str, item: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> Iterator[tuple[Path, Node]]:
        attributes = {key: operation.get(key) for key in ("summary", "operationId")}
        yield (name,), Node(attributes, text(operation.get("description")))
        yield from self._headers_of_credentials(name, operation)
        for given in (*sequence(item.get("parameters")), *sequence(operation.get("parameters"))):
            parameter = self._document.follow(given)
            place, key = text(parameter.get("in")), text(parameter.get("name"))
            # OpenAPI 3.1.1, section 4.8.12.2, ignores this parameter; the body's media type says the same.
            if (place, key.lower()) != ("header", "content-type"):
                schema = parameter.get("schema")
                yield from self._value(
                    (name, place, key), schema, parameter.get("required") is True, parameter
                )
        body = self._document.follow(operation.get("requestBody"))
        if body:
            yield from self._content((name, "request"), body)
        for status, response in mapping(operation.get("responses")).items():
            yield from self._content((name, str(status)), self._document.follow(response))

    def _headers_of_credentials(self, name: str, operation: Mapping[str, Any]) -> Iterator[tuple[Path, Node]]:
        """The headers that security schemes imply; other descriptions declare these as parameters."""
        schemes = mapping(mapping(self._root.get("components")).get("securitySchemes"))
        for requirement in sequence(operation.get("security", self._root.get("security"))):
            for key in requirement:
                scheme = mapping(self._document.follow(schemes.get(key)))
                header = scheme.get("name") if scheme.get("in") == "header" else "Authorization"
                yield (name, "header", text(header)), Node({"required": True, "type": "string"})

    def _content(self, path: Path, owner: Mapping[str, Any]) -> Iterator[tuple[Path, Node]]:
        """A request body or a response: its media types, and its value as JSON."""
        content = mapping(owner.get("content"))
        schema = next(
            (mapping(media).get("schema") for name, media in content.items() if "json" in name), None
        )
        own = Node({"media": list(content)}, text(owner.get("description")))
        if "request" in path:
            own = Node({**own.attributes, "required": owner.get("required") is True}, own.words)
        if schema is None:
            yield path, own
            return
        (_, first), *below = self._value(path, schema, None, owner)
        yield path, Node({**first.attributes, **own.attributes}, own.words)
        yield from below

    def _value(
        self,
        path: Path,
        schema: Any,
        required: bool | None,
        owner: Mapping[str, Any],
        open_: frozenset[int] = frozenset(),
    ) -> Iterator[tuple[Path, Node]]:
        """A value, its items and its properties; recursion stops where a schema contains itself."""
        merged = self._merged(schema)
        attributes = {} if required is None else {"required": required}
        attributes |= _attributes(merged)
        yield path, Node(attributes, text(owner.get("description") or merged.get("description")))
        marks = self._objects(schema)
        if marks & open_:
            return
        open_ |= marks
        if "items" in merged:
            yield from self._value((*path, "[]"), merged["items"], None, {}, open_)
        for name, part in mapping(merged.get("properties")).items():
            needed = name in merged.get("required", [])
            yield from self._value((*path, f".{name}"), part, needed, {}, open_)

    def _target(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """The schema that ``node`` refers to, without the keywords beside the reference."""
        try:
            return mapping(self._document.references.resolve(text(node["$ref"])))
        except UnresolvedReferenceError:
            return {}

    def _objects(self, schema: Any) -> frozenset[int]:
        """The ids of the object schemas that ``schema`` consists of, by which recursion is recognized.

        Array schemas don't count, since some descriptions inline them and others refer to them.
        """
        node = mapping(schema)
        found = {id(node)} if "properties" in node else set()
        if "$ref" in node:
            found |= self._objects(self._target(node))
        for part in sequence(node.get("allOf")):
            found |= self._objects(part)
        return frozenset(found)

    def _merged(self, schema: Any) -> dict[str, Any]:
        """Merge a reference, the keywords beside it, the schemas of ``allOf``, and alternatives into one."""
        node = mapping(schema)
        merged: dict[str, Any] = {}
        if "$ref" in node:
            merged = self._merged(self._target(node))
        parts = [self._merged(part) for part in sequence(node.get("allOf"))]
        for part in (*parts, {key: value for key, value in node.items() if key not in ("$ref", "allOf")}):
            merged = {
                **merged,
                **part,
                "properties": {**merged.get("properties", {}), **mapping(part.get("properties"))},
                "required": [*merged.get("required", []), *sequence(part.get("required"))],
            }
        for key in ("oneOf", "anyOf"):
            alternatives = [self._merged(part) for part in sequence(merged.pop(key, None))]
            if alternatives:
                merged["type"] = [kind for part in alternatives for kind in _types(part)]
                merged["enum"] = [value for part in alternatives for value in part.get("enum", [])]
        return merged


def _types(schema: Mapping[str, Any]) -> list[str]:
    given = schema.get("type")
    return list(given) if isinstance(given, list) else [given] if given else []


def _attributes(schema: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": " or ".join(sorted(_types(schema))) or None}
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values:
        found["enum"] = list(values)
    for key in _LIMITS:
        if key in schema and not (key == "uniqueItems" and schema[key] is False):
            value = schema[key]
            found[key] = json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value
    return found
