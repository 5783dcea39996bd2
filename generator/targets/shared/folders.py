"""Divides a collection into folders: by tags, by paths (if there are no tags, too), or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Literal

import msgspec

from generator.model import Api
from generator.model.types import Operation, Tag

#: How many requests a folder has at least that is made of paths in the place of tags, and one inside it.
_FEWEST = 2
_FEWEST_INSIDE = 4
#: How many folders of paths are in each other at most.
_DEEPEST = 20
_OF_KIND = {
    "webhook": Tag(
        "Webhooks", "Requests that the API sends on its own account, to an address that you give it."
    ),
    "callback": Tag("Callbacks", "Requests that the API sends to an address in one of your requests."),
}


class Folder(msgspec.Struct, frozen=True):
    """A folder, which is never empty. ``path`` is the names of the folders above it and its own."""

    path: tuple[str, ...]
    description: str
    items: tuple[Folder | Operation, ...]
    title: str = ""

    @property
    def name(self) -> str:
        """The folder's name, on one line."""
        return " ".join((self.title or self.path[-1]).split())


#: A folder or a request.
_Part = Folder | Operation


def folders(api: Api, strategy: Literal["tags", "paths", "flat"]) -> tuple[Folder | Operation, ...]:
    """The top level of the collection. Operations that belong to no folder are beside the folders."""
    requests = tuple(operation for operation in api.operations if operation.kind == "path")
    parts: tuple[Folder | Operation, ...]
    if strategy == "flat":
        parts = requests
    elif strategy == "paths":
        parts = _by_paths(requests)
    elif not any(operation.home for operation in requests):
        parts = _joined(_by_paths(requests), {op.id: index for index, op in enumerate(requests)})
    else:
        parts = _by_tags(api, requests)
    others = [(tag, tuple(op for op in api.operations if op.kind == kind)) for kind, tag in _OF_KIND.items()]
    # No tag or path has this name, so that no id is used twice.
    of_kind = (Folder(("", tag.name), tag.description, found) for tag, found in others if found)
    return (*parts, *of_kind)


def _by_tags(api: Api, operations: tuple[Operation, ...]) -> tuple[Folder | Operation, ...]:
    """A folder for each tag, inside that of its parent. OpenAPI 3.2.0, section 4.8.22.

    An operation with several tags appears once, in the folder of its ``home``.
    """
    tags = {tag.name: tag for tag in api.tags}
    own: dict[str, list[Operation]] = {}
    for operation in operations:
        own.setdefault(operation.home, []).append(operation)
    for name in own:
        if name and name not in tags:
            tags[name] = Tag(name)
    children: dict[str, list[Tag]] = {}
    for tag in tags.values():
        children.setdefault(tag.parent, []).append(tag)

    def folder(tag: Tag, above: tuple[str, ...]) -> Folder | None:
        path = (*above, tag.name)
        below = [f for f in (folder(child, path) for child in children.get(tag.name, ())) if f is not None]
        items = (*below, *own.get(tag.name, ()))
        return Folder(path, tag.description, items, tag.title) if items else None

    found = [f for f in (folder(tag, ()) for tag in children.get("", ())) if f is not None]
    return (*found, *own.get("", ()))


def _by_paths(operations: tuple[Operation, ...]) -> tuple[Folder | Operation, ...]:
    """A folder for each segment that paths share.

    Segments that always occur together share a folder: ``/a/b/x`` and ``/a/b/y`` are in ``/a/b``.
    """
    return _level(operations, (), 0)


def _joined(parts: tuple[_Part, ...], order: Mapping[str, int]) -> tuple[_Part, ...]:
    """``parts`` without folders of few requests, whose requests join their neighbours.

    A single folder around everything is left out, too. ``order`` is the position of each operation by its id.
    """
    found = _in_order(chain.from_iterable(_unfolded(part, _FEWEST) for part in parts), order)
    if len(found) == 1 and isinstance(found[0], Folder):
        return found[0].items
    return found


def _in_order(parts: Iterable[_Part], order: Mapping[str, int]) -> tuple[_Part, ...]:
    """``parts`` in the order of their first operations, and so inside folders."""

    def first(part: _Part) -> int:
        return first(part.items[0]) if isinstance(part, Folder) else order[part.id]

    def sorted_inside(part: _Part) -> _Part:
        if isinstance(part, Folder):
            return msgspec.structs.replace(part, items=_in_order(part.items, order))
        return part

    return tuple(sorted(map(sorted_inside, parts), key=first))


def _unfolded(part: _Part, fewest: int) -> tuple[_Part, ...]:
    """A folder, or what is in it if it has fewer than ``fewest`` requests."""
    if not isinstance(part, Folder):
        return (part,)
    items = tuple(chain.from_iterable(_unfolded(item, _FEWEST_INSIDE) for item in part.items))
    return (msgspec.structs.replace(part, items=items),) if _count(items) >= fewest else items


def _count(items: tuple[_Part, ...]) -> int:
    return sum(_count(item.items) if isinstance(item, Folder) else 1 for item in items)


def _level(
    operations: tuple[Operation, ...], above: tuple[str, ...], depth: int
) -> tuple[Folder | Operation, ...]:
    if len(above) >= _DEEPEST:
        return operations
    groups: dict[str, list[Operation]] = {}
    parts: list[Folder | Operation] = []
    for operation in operations:
        segments = operation.path.strip("/").split("/")
        if depth < len(segments) and segments[depth]:
            groups.setdefault(segments[depth], []).append(operation)
        else:
            parts.append(operation)
    for segment, group in groups.items():
        below, names = depth + 1, [segment]
        while True:
            following = {tuple(op.path.strip("/").split("/")[below : below + 1]) for op in group}
            if len(following) != 1 or following == {()}:
                break
            names.append(next(iter(following))[0])
            below += 1
        path = (*above, "/" + "/".join(names))
        parts.append(Folder(path, "", _level(tuple(group), path, below)))
    return tuple(parts)
