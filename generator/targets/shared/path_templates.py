"""Splits a path template into segments and query. OpenAPI 3.1.1, section 4.8.8."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from generator.model.types import Operation

#: Splits a template so that every other part is the name of a parameter.
PARAMETER = re.compile(r"\{([^{}]+)\}")
_QUERY = re.compile(r"((?:[^?{}]|\{[^{}]*\})*)\?(.*)", re.DOTALL)


class Route(NamedTuple):
    """A path template. The specification allows no query and no fragment in it, but many have one."""

    path: str
    query: tuple[tuple[str, str | None], ...]
    """Names and values after a question mark in the template; ``None`` without a ``=``."""

    @classmethod
    def of(cls, operation: Operation) -> Route:
        """The route of an operation."""
        path = operation.path
        return _route(path) if "?" in path or "#" in path else cls(path, ())

    @property
    def segments(self) -> list[str]:
        """The segments of the path; a trailing slash gives an empty one: ``/a/`` → ``["a", ""]``."""
        return self.path[1:].split("/") if self.path.strip("/") else []


@lru_cache(maxsize=256)
def _route(template: str) -> Route:
    path, _, fragment = template.partition("#")
    if PARAMETER.search(fragment):
        path = template
    # Any other fragment only distinguishes operations: it is never sent.
    parted = _QUERY.fullmatch(path)
    if parted is None:
        return Route(path, ())
    pairs = (part.partition("=") for part in parted[2].split("&") if part)
    return Route(parted[1], tuple((name, text if mark else None) for name, mark, text in pairs))
