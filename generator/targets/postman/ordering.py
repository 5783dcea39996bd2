"""The order of requests: what is produced comes before what needs it, all else stays as it is described."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from generator.model import Api
from generator.model.types import Expression, Operation
from generator.targets.postman.precedence import Pair, sorted_by
from generator.targets.shared.folders import Folder
from generator.targets.shared.link_values import Feed, feeds

_Part = Folder | Operation
#: Pairs of numbers of the parts of one folder, by the place of the folder.
_Pairs = dict[tuple[int, ...], set[Pair]]
#: Ways to get one value of which all pairs are looked at.
_MOST_SOURCES = 10_000


def ordered(parts: Sequence[_Part], api: Api) -> tuple[_Part, ...]:
    """``parts`` so that a request stands after those whose answers it needs.

    That is what links say, and where they say nothing what methods and paths do: what a POST creates is used
    below its path, and a DELETE comes last. Of requests that give the same value, those that only look come
    first: what follows uses what was made. Folders stay whole, and are ordered among each other by what is in
    them. In a circle the links count, in a circle of links the description's order.
    """
    given = list(feeds(api))
    own = [operation for operation in api.operations if operation.kind == "path"]
    places = dict(_places(parts, ()))
    firm = _by_folder(_by_links(given), places)
    loose = _by_folder((*_by_paths(own), *_looks_first(given)), places)
    return _level(parts, (), firm, loose) if firm or loose else tuple(parts)


def _places(parts: Sequence[_Part], above: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each operation's id, and its way from the top: the number of the part at each level."""
    for index, part in enumerate(parts):
        if isinstance(part, Operation):
            yield part.id, (*above, index)
        else:
            yield from _places(part.items, (*above, index))


def _by_folder(pairs: Iterable[tuple[str, str]], places: Mapping[str, tuple[int, ...]]) -> _Pairs:
    """Pairs of operations as pairs of parts of the folder in which their ways separate."""
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


def _by_links(given: Iterable[Feed]) -> Iterator[tuple[str, str]]:
    """The operations that give and take, but for what both have in their paths anyhow."""
    for feed in given:
        if feed.owner.id != feed.target.id and not _repeats(feed):
            yield feed.owner.id, feed.target.id


def _repeats(feed: Feed) -> bool:
    """Whether the value is only the one that the request before was sent with, in the same place."""
    own = feed.parameter
    given = feed.value
    return (
        own is not None
        and own.location == "path"
        and isinstance(given, Expression)
        and given.source == "path"
        and _before(feed.owner.path, given.name) == _before(feed.target.path, own.name)
    )


def _by_paths(operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
    """What is created comes before what is below it, and a DELETE after everything at its path and below."""
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


def _looks_first(given: Iterable[Feed]) -> Iterator[tuple[str, str]]:
    """Of those that give one value, the safe methods before those that write."""
    sources: dict[tuple[str, ...], tuple[dict[str, Operation], dict[str, Operation]]] = {}
    for feed in given:
        if not _repeats(feed):
            pair = sources.setdefault(_taken(feed), ({}, {}))
            pair[feed.owner.writes][feed.owner.id] = feed.owner
    for looks, writes in sources.values():
        if len(looks) * len(writes) <= _MOST_SOURCES:
            for first in looks.values():
                for second in writes.values():
                    if not first.path.startswith(f"{second.path.rstrip('/')}/{{"):
                        yield first.id, second.id


def _taken(feed: Feed) -> tuple[str, ...]:
    """What a feed gives: the same for all requests below one path."""
    if feed.parameter is None:
        return (feed.target.id,)
    if feed.parameter.location == "path":
        return (_before(feed.target.path, feed.parameter.name), feed.parameter.name)
    return (feed.target.id, feed.parameter.location, feed.parameter.name)


def _before(path: str, parameter: str) -> str:
    return _anonymous(path.partition("{" + parameter + "}")[0])


def _anonymous(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", path)
