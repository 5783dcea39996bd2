"""The order of requests: what is produced comes before what needs it, all else stays as it is described."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from generator.model import Api
from generator.model.api import Operation
from generator.targets.chains import needs
from generator.targets.folders import Folder


def ordered(parts: Sequence[Folder | Operation], api: Api) -> tuple[Folder | Operation, ...]:
    """``parts`` so that a request stands after those whose answers it needs.

    That is what links say, and where they say nothing what methods and paths do: what is created by a POST is
    used below its path, and a DELETE comes last. Folders stay whole, and are ordered among each other by what
    is in them. In a circle the description's order holds.
    """
    linked = set(needs(api))
    edges = [*linked, *(pair for pair in _by_path(api.operations) if pair[::-1] not in linked)]
    after: dict[str, list[str]] = {}
    for first, second in edges:
        after.setdefault(first, []).append(second)
    return _level(parts, after) if after else tuple(parts)


def _by_path(operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
    """Pairs of operations, the first to come before the second by method and path."""
    found: dict[tuple[str, str], str] = {}
    own = [operation for operation in operations if operation.kind == "path"]
    for operation in own:
        found.setdefault((operation.method, operation.path.rstrip("/")), operation.id)
    for operation in own:
        path = operation.path.rstrip("/")
        delete = found.get(("DELETE", path))
        if delete is not None and delete != operation.id:
            yield operation.id, delete
        while path:
            path, _, last = path.rpartition("/")
            create, delete = found.get(("POST", path)), found.get(("DELETE", path))
            if create is not None and last.startswith("{"):
                yield create, operation.id
            if delete is not None:
                yield operation.id, delete


def _level(
    parts: Sequence[Folder | Operation], after: Mapping[str, list[str]]
) -> tuple[Folder | Operation, ...]:
    parts = [
        msgspec.structs.replace(part, items=_level(part.items, after)) if isinstance(part, Folder) else part
        for part in parts
    ]
    owner = {id_: index for index, part in enumerate(parts) for id_ in _ids(part)}
    edges = {
        (index, owner[second])
        for id_, index in owner.items()
        for second in after.get(id_, ())
        if owner.get(second, index) != index
    }
    return tuple(parts[index] for index in sorted_by(len(parts), edges)) if edges else tuple(parts)


def _ids(part: Folder | Operation) -> Iterator[str]:
    if isinstance(part, Operation):
        yield part.id
    else:
        for item in part.items:
            yield from _ids(item)


def sorted_by(count: int, edges: Iterable[tuple[int, int]]) -> list[int]:
    """The numbers below ``count``, the first of each of ``edges`` before the second.

    The smallest number comes first wherever edges let it; in a circle as if it were free.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for first, second in set(edges):
        after[first].append(second)
        waiting[second] += 1
    free = [index for index in range(count) if not waiting[index]]
    left = iter(range(count))
    placed = [False] * count
    found: list[int] = []
    while len(found) < count:
        index = heapq.heappop(free) if free else next(i for i in left if not placed[i])
        if placed[index]:
            continue
        placed[index] = True
        found.append(index)
        for second in after[index]:
            waiting[second] -= 1
            if not waiting[second] and not placed[second]:
                heapq.heappush(free, second)
    return found
