"""Typed looks at data that somebody else wrote: what isn't what it should be counts as absent.

The structure check names every such place; what reads on after it must not fall over them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def mapping(node: Any) -> dict[str, Any]:
    """``node`` if it is an object, else an empty one."""
    return node if isinstance(node, dict) else {}


def sequence(node: Any) -> list[Any]:
    """``node`` if it is an array, else an empty one."""
    return node if isinstance(node, list) else []


def text(node: Any) -> str:
    """``node`` if it is a string, a number's digits if it is one, else nothing."""
    if isinstance(node, str):
        return node
    return str(node) if isinstance(node, int | float) and not isinstance(node, bool) else ""


def members(node: Any) -> Iterator[tuple[str, Any]]:
    """The members of an object but its extensions (``x-…``)."""
    for key, value in mapping(node).items():
        if not key.startswith("x-"):
            yield key, value
