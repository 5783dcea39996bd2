"""Warnings about a description: what is wrong but doesn't stop the run, and what a limit cut."""

from __future__ import annotations

from generator.budget import Limit
from generator.errors import Problem
from generator.model.schemas.resolved import Schemas
from generator.reading import Document


class Warnings:
    """Warnings about one document, each once, in the order in which they were made."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._found: dict[tuple[str, str, str], None] = {}
        self._limited: dict[str, dict[str, None]] = {}
        """JSON pointers to what each limit cut, by the sentence that describes the limit."""

    def warn(self, at: str, what: str, advice: str = "") -> None:
        """Record a warning. The same one is recorded once."""
        self._found[at, what, advice] = None

    def cut(self, limit: str, at: str) -> None:
        """Record that something at the JSON pointer ``at`` was cut by a limit, which a sentence describes."""
        self._limited.setdefault(limit, {})[at] = None

    def problems(self, limit: int | None = None) -> tuple[Problem, ...]:
        """The warnings, or the first ``limit`` of them, with their places in the file."""
        found = [*self._found, *self._cuts()]
        return tuple(self._document.problem(*warning) for warning in found[:limit])

    def __len__(self) -> int:
        """The number of warnings."""
        return len(self._found) + len(self._cuts())

    def _cuts(self) -> list[tuple[str, str, str]]:
        """A warning for each limit that cut something, at the first place."""
        found = []
        limited = {**self._limited, **self._schemas.limited()}
        if ignored := self._document.ignored_patterns():
            limited[Limit.PATTERNS.value] = ignored
        for limit, places in limited.items():
            more = f"So are {len(places) - 1:,} more." if len(places) > 1 else ""
            found.append((next(iter(places)), limit, more))
        return found
