"""The order of requests: those that produce a value come before those that need it.

Otherwise the order is that of the description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from generator.model import Api
from generator.model.types import Expression, Operation
from generator.targets.postman.precedence import Pair, sorted_by
from generator.targets.shared.folders import Folder
from generator.targets.shared.link_values import LinkValue, link_values

_Part = Folder | Operation
#: Pairs of indexes of parts of the same folder, by the place of the folder.
_Pairs = dict[tuple[int, ...], set[Pair]]
#: With more pairs of requests that give the same value than this, their order is not considered.
_MOST_SOURCES = 10_000


def ordered(parts: Sequence[_Part], api: Api) -> tuple[_Part, ...]:
    """Order ``parts`` so that each request comes after those whose responses it needs.

    Links decide that. Without links, methods and paths do: what a POST creates is used below its path, and a
    DELETE comes last. Of requests that give the same value, those with safe methods come first, so that later
    requests use what was created. Folders stay together, and are ordered by their contents. In a cycle only
    links count; in a cycle of links, the order of the description.
    """
    given = list(link_values(api))
    own = [operation for operation in api.operations if operation.kind == "path"]
    places = dict(_places(parts, ()))
    firm = _by_folder(_by_links(given), places)
    loose = _by_folder((*_by_paths(own), *_looks_first(given)), places)
    return _level(parts, (), firm, loose) if firm or loose else tuple(parts)


def _places(parts: Sequence[_Part], above: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each operation's id and its place: the index of the part at each level, from the top."""
    for index, part in enumerate(parts):
        if isinstance(part, Operation):
            yield part.id, (*above, index)
        else:
            yield from _places(part.items, (*above, index))


def _by_folder(pairs: Iterable[tuple[str, str]], places: Mapping[str, tuple[int, ...]]) -> _Pairs:
    """Turn pairs of operations into pairs of parts of the innermost folder that contains both."""
    found: _Pairs = {}
    for first, second in pairs:
        way, other = places[first], places[second]
        depth = next((i for i, (a, b) in enumerate(zip(way, other, strict=False)) if a != b), None)
        if depth is not None:
            found.setdefault(way[:depth], set()).add((way[depth], other[depth]))
    return found


def _level(parts: Sequence[_Part], above: tuple[int, ...], firm: _Pairs, loose: _Pairs) -> tuple[_Part, ...]:
    inner = [
        msgspec.structs.replace(part, items=_level(part.items, (*above, index), firm, loose))
        if isinstance(part, Folder)
        else part
        for index, part in enumerate(parts)
    ]
    order = sorted_by(len(inner), firm.get(above, ()), loose.get(above, ()))
    return tuple(inner[index] for index in order)


# --- What comes before what ------------------------------------------------------------------------------


def _by_links(given: Iterable[LinkValue]) -> Iterator[tuple[str, str]]:
    """Pairs of operations of which the first gives the second a value that it doesn't have anyway."""
    for linked in given:
        if linked.owner.id != linked.target.id and not _repeats(linked):
            yield linked.owner.id, linked.target.id


def _repeats(linked: LinkValue) -> bool:
    """Whether the value is merely the one that the earlier request had in the same place of its path."""
    own = linked.parameter
    given = linked.value
    return (
        own is not None
        and own.location == "path"
        and isinstance(given, Expression)
        and given.source == "path"
        and _before(linked.owner.path, given.name) == _before(linked.target.path, own.name)
    )


def _by_paths(operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
    """Pairs by path: a POST comes before what is below it, a DELETE after everything at or below its path."""
    found: dict[tuple[str, str], str] = {}
    paths = {operation.id: _anonymous(operation.path.rstrip("/")) for operation in operations}
    for operation in operations:
        found.setdefault((operation.method, paths[operation.id]), operation.id)
    for id_, path in paths.items():
        if ("DELETE", path) in found:
            yield id_, found["DELETE", path]
        while path:
            path, _, last = path.rpartition("/")
            if "{" in last and ("POST", path) in found:
                yield found["POST", path], id_
            if ("DELETE", path) in found:
                yield id_, found["DELETE", path]


def _looks_first(given: Iterable[LinkValue]) -> Iterator[tuple[str, str]]:
    """Pairs of operations that give the same value: those with safe methods before those that write."""
    sources: dict[tuple[str, ...], tuple[dict[str, Operation], dict[str, Operation]]] = {}
    for linked in given:
        if not _repeats(linked):
            pair = sources.setdefault(_taken(linked), ({}, {}))
            pair[linked.owner.writes][linked.owner.id] = linked.owner
    for looks, writes in sources.values():
        if len(looks) * len(writes) <= _MOST_SOURCES:
            for first in looks.values():
                for second in writes.values():
                    if not first.path.startswith(f"{second.path.rstrip('/')}/{{"):
                        yield first.id, second.id


def _taken(linked: LinkValue) -> tuple[str, ...]:
    """What identifies the value that a link gives: the same for all requests below one path."""
    if linked.parameter is None:
        return (linked.target.id,)
    if linked.parameter.location == "path":
        return (_before(linked.target.path, linked.parameter.name), linked.parameter.name)
    return (linked.target.id, linked.parameter.location, linked.parameter.name)


def _before(path: str, parameter: str) -> str:
    return _anonymous(path.partition("{" + parameter + "}")[0])


def _anonymous(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", path)
