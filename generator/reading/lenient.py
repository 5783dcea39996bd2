"""Typed access to data that may be invalid: a value of the wrong type counts as absent.

The structure check reports every such place; the code that reads the data later must not fail on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def mapping(node: Any) -> dict[str, Any]:
    """``node`` if it is an object, else an empty object."""
    return node if isinstance(node, dict) else {}


def sequence(node: Any) -> list[Any]:
    """``node`` if it is an array, else an empty array."""
    return node if isinstance(node, list) else []


def text(node: Any) -> str:
    """``node`` if it is a string, its digits if it is a number, else an empty string."""
    if isinstance(node, str):
        return node
    return str(node) if isinstance(node, int | float) and not isinstance(node, bool) else ""


def members(node: Any) -> Iterator[tuple[str, Any]]:
    """The members of an object, without its extensions (``x-…``)."""
    for key, value in mapping(node).items():
        if not key.startswith("x-"):
            yield key, value
