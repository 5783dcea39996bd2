"""List the operations of a description. OpenAPI 3.2.0, sections 4.8.8 to 4.8.10 and 4.8.18."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.identity import Same
from generator.model.context import Context
from generator.model.operation_source import METHODS, Kind, Source
from generator.model.selection import Selection
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, members, text
from generator.unused_names import unused

#: The key that API Gateway exports for a resource that accepts every method.
_ANY_METHOD = "x-amazon-apigateway-any-method"


def sources(context: Context, selection: Selection, *, webhooks: bool, callbacks: bool) -> list[Source]:
    """The selected operations: those of paths, their callbacks, then webhooks and their callbacks.

    A callback belongs to the operations that declare it, and is included with the first one selected.
    """
    finder = _Finder(context)
    found = [source for source in finder.of_paths() if _taken(selection, source)]
    if callbacks:
        found += finder.callbacks(found, selection)
    if webhooks:
        hooks = [source for source in finder.webhooks() if _taken(selection, source)]
        found += hooks
        if callbacks:
            found += finder.callbacks(hooks, selection)
    return found


def _taken(selection: Selection, source: Source) -> bool:
    return selection.takes(source.node, source.id, source.method, source.path)


class _Finder:
    """Finds operations, and keeps track of the ids in use and of the callbacks already found."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ids: set[str] = set()
        self._places: set[tuple[Kind, str, str]] = set()
        self._callbacks: set[Same] = set()

    def of_paths(self) -> Iterator[Source]:
        """The operations of ``paths``."""
        for path, item in members(self._context.document.root.get("paths")):
            at = pointer("paths", path)
            if not path.startswith("/"):
                self._context.warn(at, f"The path {path!r} doesn't begin with a slash.")
                path = f"/{path}"
            yield from self._of_item("path", path, item, at)

    def webhooks(self) -> Iterator[Source]:
        """The operations of ``webhooks``, and of ``x-webhooks``, as descriptions in OpenAPI 3.0 have them."""
        for key in ("webhooks", "x-webhooks"):
            for name, item in mapping(self._context.document.root.get(key)).items():
                yield from self._of_item("webhook", name, item, pointer(key, name))

    def callbacks(self, owners: list[Source], selection: Selection) -> list[Source]:
        """The callbacks of ``owners``, and recursively their callbacks; each is listed once."""
        found: list[Source] = []
        for owner in owners:
            for name, reference in mapping(owner.node.get("callbacks")).items():
                callback = self._context.document.follow(reference)
                if Same(callback) in self._callbacks:
                    continue
                self._callbacks.add(Same(callback))
                at = owner.at + pointer("callbacks", name)
                own = [
                    source
                    for expression, item in members(callback)
                    for source in self._of_item("callback", expression, item, at + pointer(expression))
                    if not selection.refuses(source.node, source.id, source.method, source.path)
                ]
                found += own
                found += self.callbacks(own, selection)
        return found

    def _of_item(self, kind: Kind, path: str, reference: Any, at: str) -> Iterator[Source]:
        item = mapping(self._context.document.follow(reference))
        for key, node in item.items():
            if key.lower() in METHODS:
                yield from self._one(kind, path, key.upper(), item, at, node, at + pointer(key))
            elif key == "additionalOperations":
                for method, other in mapping(node).items():
                    yield from self._one(kind, path, method, item, at, other, at + pointer(key, method))
            elif key == _ANY_METHOD:
                self._context.warn(
                    at + pointer(key),
                    f"API Gateway takes any other method at {path}. OpenAPI has no operation for that, so "
                    "there is no request for it.",
                    "Describe each method that clients use, such as `get`.",
                )

    def _one(
        self, kind: Kind, path: str, method: str, item: Mapping[str, Any], item_at: str, node: Any, at: str
    ) -> Iterator[Source]:
        if not isinstance(node, dict):
            return
        if kind == "path":
            if (kind, path, method) in self._places:
                self._context.warn(at, f"{method} {path} is there already.", "The first is taken.")
                return
            self._places.add((kind, path, method))
        yield Source(kind, path, method, item, item_at, node, at, self._id(node, method, path, at))

    def _id(self, node: Mapping[str, Any], method: str, path: str, at: str) -> str:
        given = text(node.get("operationId"))
        name = given if given.strip() else _made_id(method, path)
        unique = unused(name, self._ids.__contains__)
        if given and unique != given:
            self._context.warn(
                at + "/operationId", f"The operationId {given!r} is used twice.", "Each must be unique."
            )
        self._ids.add(unique)
        return unique


def _made_id(method: str, path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path)
    start = method.lower() if method.lower() in METHODS else method
    return start + "".join(word[:1].upper() + word[1:] for word in words)
