"""Selection of operations by tags, paths, methods, ids, deprecation and extensions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from generator.reading.lenient import sequence, text


class Filter(msgspec.Struct, frozen=True):
    """Criteria that an operation has to meet, all of those that are given.

    Texts are matched like file names in a shell: ``*`` matches anything.
    """

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    operation_ids: tuple[str, ...] = ()
    deprecated: bool | None = None
    extensions: tuple[str, ...] = ()
    """``x-name`` for any value but ``false`` and ``null``, ``x-name=value`` for that value."""

    @property
    def is_empty(self) -> bool:
        """Whether no criterion is given."""
        return (
            not (self.tags or self.paths or self.methods or self.operation_ids or self.extensions)
            and self.deprecated is None
        )

    def matches(self, node: Mapping[str, Any], operation_id: str, method: str, path: str) -> bool:
        """Whether an operation meets every criterion that is given."""
        tags = [text(tag) for tag in sequence(node.get("tags"))]
        return (
            (not self.tags or any(_like(tag, self.tags) for tag in tags))
            and (not self.paths or _like(path, self.paths))
            and (not self.methods or method.upper() in {m.upper() for m in self.methods})
            and (not self.operation_ids or _like(operation_id, self.operation_ids))
            and (self.deprecated is None or (node.get("deprecated") is True) == self.deprecated)
            and (not self.extensions or any(_extends(node, wanted) for wanted in self.extensions))
        )


class Selection(msgspec.Struct, frozen=True):
    """The operations to include, without those to exclude."""

    include: Filter = Filter()
    exclude: Filter = Filter()

    @property
    def is_empty(self) -> bool:
        """Whether it selects every operation."""
        return self.include.is_empty and self.exclude.is_empty

    def takes(self, node: Mapping[str, Any], operation_id: str, method: str, path: str) -> bool:
        """Whether it selects an operation."""
        if not self.include.is_empty and not self.include.matches(node, operation_id, method, path):
            return False
        return not self.refuses(node, operation_id, method, path)

    def refuses(self, node: Mapping[str, Any], operation_id: str, method: str, path: str) -> bool:
        """Whether ``exclude`` matches an operation."""
        return not self.exclude.is_empty and self.exclude.matches(node, operation_id, method, path)


def _like(value: str, patterns: tuple[str, ...]) -> bool:
    # Brackets and braces are common in paths, and are taken literally.
    return any(fnmatchcase(value, re.sub(r"\[", "[[]", pattern)) for pattern in patterns)


def _extends(node: Mapping[str, Any], wanted: str) -> bool:
    name, equals, value = wanted.partition("=")
    given = node.get(name)
    if not equals:
        return name in node and given is not False and given is not None
    return text(given) == value or (isinstance(given, bool) and str(given).lower() == value.lower())
