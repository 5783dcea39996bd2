"""Facts from public guides, in a form against which descriptions can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sources.surface import Surface, shown


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source, and the month in which it was read (``2026-11``)."""

    title: str
    read: str
    url: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.title, self.url, f"read {self.read}")))


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact about ``at``: an operation, parameter, property or attribute in the notation of ``surface``."""

    at: str
    source: str
    equals: Any = msgspec.UNSET
    """The value of an attribute; for a list, all its values in any order."""
    holds: tuple[Any, ...] = ()
    """Values that a list contains."""
    lacks: tuple[Any, ...] = ()
    mentions: tuple[str, ...] = ()
    """Phrases in its descriptive text; line breaks don't matter."""
    absent: bool = False
    """Whether ``at`` must not exist."""
    of: tuple[str, ...] = ("embedded", "overlaid")
    """The descriptions for which the fact has to hold."""


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``facts.yaml``."""

    sources: Mapping[str, Source]
    facts: tuple[Fact, ...]


def contradictions(facts: Sequence[Fact], surface: Surface, name: str) -> Iterator[tuple[Fact, str]]:
    """Each fact that doesn't hold for the description ``name``, and what the description says instead."""
    values: dict[str, Any] = {}
    words: dict[str, str] = {}
    for path, node in surface.items():
        values[shown(path)] = True
        words[shown(path)] = " ".join(node.words.split())
        values |= {shown(path, key): value for key, value in node.attributes.items()}
    for fact in facts:
        if name in fact.of:
            yield from ((fact, what) for what in _wrong(fact, values, words))


def _wrong(fact: Fact, values: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    there = fact.at in values
    if fact.absent or not there:
        if there or not fact.absent:
            yield "it is there" if there else "it is not there"
        return
    value = values[fact.at]
    if fact.equals is not msgspec.UNSET and _plain(value) != _plain(fact.equals):
        yield f"{fact.equals!r} is right, and it says {value!r}"
    listed = value if isinstance(value, list) else []
    yield from (f"it lacks {each!r}" for each in fact.holds if each not in listed)
    yield from (f"it holds {each!r}" for each in fact.lacks if each in listed)
    said = words.get(fact.at, "")
    yield from (f"its words don't mention {each!r}" for each in fact.mentions if each not in said)


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list | tuple) else value
