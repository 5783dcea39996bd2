"""Compares two surfaces, and separates intended differences from others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from sources.surface import LISTS, Node, Path, Surface, shown


class Explained(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Intended differences, as lines in which ``*`` matches any text, with their reason and source."""

    differences: tuple[str, ...]
    reason: str
    source: str
    times: int | None = None
    """The number of differences; may be left out if no line has a ``*``, and is the number of lines then."""

    def matches(self, difference: str) -> bool:
        """Whether one of the lines matches ``difference``."""
        return any(_matches(line, difference) for line in self.differences)


class Outcome(msgspec.Struct, frozen=True):
    """Differences grouped by the explanations that cover them, and problems."""

    explained: tuple[tuple[Explained, tuple[str, ...]], ...]
    unexplained: tuple[str, ...]
    outdated: tuple[str, ...]
    """A sentence for each explanation that no longer applies."""


def compare(ours: Surface, theirs: Surface, name: str, other: str) -> list[str]:
    """A line for each difference; ``name`` and ``other`` are the names of the two descriptions.

    Nodes below one that only one description has are not listed.
    """
    found: list[str] = []
    for path in dict.fromkeys((*ours, *theirs)):
        if path in ours and path in theirs:
            found += _of_nodes(path, ours[path], theirs[path], name, other)
        elif len(path) == 1 or (path[:-1] in ours) == (path[:-1] in theirs):
            found.append(f"{shown(path)}: {name if path in ours else other} only")
    return found


def _of_nodes(path: Path, ours: Node, theirs: Node, name: str, other: str) -> Iterator[str]:
    for key in dict.fromkeys((*ours.attributes, *theirs.attributes)):
        mine, its = ours.attributes.get(key), theirs.attributes.get(key)
        if mine == its and type(mine) is type(its):
            continue
        if key in LISTS:
            yield from _of_lists(shown(path, key), mine or [], its or [], name, other)
        else:
            yield f"{shown(path, key)}: {_value(mine)} {name}, {_value(its)} {other}"


def _of_lists(at: str, mine: Sequence[Any], its: Sequence[Any], name: str, other: str) -> Iterator[str]:
    """A line for each value that one list lacks; a missing list allows any value, so it is one difference."""
    if not mine or not its:
        yield f"{at}: {_value(mine or None)} {name}, {_value(its or None)} {other}"
        return
    yield from (f"{at} {_word(value)}: {name} only" for value in mine if value not in its)
    yield from (f"{at} {_word(value)}: {other} only" for value in its if value not in mine)


def _value(value: Any) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def explain(found: Iterable[str], explanations: Sequence[Explained]) -> Outcome:
    """Assign each difference to the first explanation that covers it."""
    covered: list[list[str]] = [[] for _ in explanations]
    unexplained: list[str] = []
    for line in found:
        index = next((i for i, each in enumerate(explanations) if each.matches(line)), None)
        (unexplained if index is None else covered[index]).append(line)
    outdated = [
        problem
        for each, lines in zip(explanations, covered, strict=True)
        for problem in _outdated(each, lines)
    ]
    pairs = ((each, tuple(lines)) for each, lines in zip(explanations, covered, strict=True) if lines)
    return Outcome(tuple(pairs), tuple(unexplained), tuple(outdated))


def _outdated(explained: Explained, lines: Sequence[str]) -> Iterator[str]:
    for pattern in explained.differences:
        if not any(_matches(pattern, line) for line in lines):
            yield f"{pattern!r} is explained, but no longer differs (or an earlier explanation covers it)."
    expected = len(explained.differences) if explained.times is None else explained.times
    if len(lines) != expected and lines:
        yield f"{explained.differences[0]!r} is explained for {expected} differences; there are {len(lines)}."


def _matches(pattern: str, line: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), line) is not None
