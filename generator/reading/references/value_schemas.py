"""Find the schemas that describe a documented value and its parts, cheaply and without validation."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.reading.lenient import mapping, sequence
from generator.reading.references.resolver import References

#: How many schemas may be visited to find those of all values of a description.
MOST_LOOKS = 1_000_000
_BRANCHES = ("allOf", "oneOf", "anyOf")


class TooManyLooksError(Exception):
    """More schemas were visited than the limit allows."""


class ValueSchemas:
    """The schemas of the values of one description. Its methods raise ``TooManyLooksError``."""

    def __init__(self, references: References, most: int) -> None:
        self._references = references
        self._left = most

    def all(self, schemas: Iterable[Any]) -> list[Mapping[str, Any]]:
        """The objects among ``schemas`` and their ``allOf``, ``oneOf`` and ``anyOf``, references followed."""
        waiting, seen = deque(schemas), set()
        found: list[Mapping[str, Any]] = []
        while waiting:
            self._look()
            node = self._references.follow(waiting.popleft())
            if isinstance(node, dict) and id(node) not in seen:
                seen.add(id(node))
                found.append(node)
                waiting += [branch for keyword in _BRANCHES for branch in sequence(node.get(keyword))]
        return found

    def of_member(self, parts: Iterable[Mapping[str, Any]], key: str | int) -> tuple[Any, ...]:
        """The schemas of the property or item ``key`` of a value that all ``parts`` describe."""
        if isinstance(key, int):
            return tuple(part["items"] for part in parts if "items" in part)
        return tuple(self._of_property(parts, key))

    def _of_property(self, parts: Iterable[Mapping[str, Any]], name: str) -> Iterator[Any]:
        for part in parts:
            self._look()
            properties = mapping(part.get("properties"))
            yield properties[name] if name in properties else part.get("additionalProperties")

    def _look(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooManyLooksError


def described_by(node: Mapping[str, Any]) -> tuple[Any, ...]:
    """The schemas of the values that a Schema, Parameter, Header or Media Type Object documents.

    For a Schema Object, that is the object itself.
    """
    return (node["schema"],) if "schema" in node else (node,)
