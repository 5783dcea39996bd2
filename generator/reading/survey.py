"""What one walk over a whole description finds, for findings about parts that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from generator.reading.json_pointer import pointer
from generator.reading.references.resolver import References


class BrokenReference(NamedTuple):
    """A reference that leads nowhere."""

    at: str
    """Its JSON pointer."""
    reference: str
    why: str
    """The reason, as a sentence."""


class Survey(NamedTuple):
    """The result of the walk."""

    with_default: tuple[tuple[str, dict[str, Any]], ...]
    """The objects with a ``default``, and their JSON pointers."""
    broken: tuple[BrokenReference, ...]


def survey(objects: Iterable[tuple[str, dict[str, Any]]], references: References) -> Survey:
    """Look at all ``objects`` of a description, which come with their JSON pointers."""
    with_default, broken = [], []
    for at, node in objects:
        if "default" in node:
            with_default.append((at, node))
        for keyword in ("$ref", "$dynamicRef"):
            reference = node.get(keyword)
            if isinstance(reference, str) and (why := references.why_not(node)):
                broken.append(BrokenReference(at + pointer(keyword), reference, why))
    return Survey(tuple(with_default), tuple(broken))
