"""How numbers are written in a file: YAML and JSON make 1.1 of ``1.10``, 1000 of ``1e3``, 49 of ``+49``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.identity import IdentityMemo

Numeral = tuple[float, str]
"""A number that is known by its identity, and how it is written where JSON would write it otherwise."""
#: Python keeps one object for each of these, so that no one of them can be told from the others.
_SHARED = range(-5, 257)


def numeral(number: float, text: str) -> tuple[Numeral, ...]:
    """The numeral ``text`` in a tuple of one; nothing where ``number`` shows how it is written."""
    is_known = repr(number) == text or (isinstance(number, int) and number in _SHARED)
    return () if is_known else ((number, text),)


def apart(number: int, text: str) -> float:
    """``number``, or an equal one of its own where Python has one object for all that are as small.

    ``settle`` makes whole numbers of them again.
    """
    return float(number) if number in _SHARED and repr(number) != text else number


def settle(trees: Iterable[Any], numerals: Iterable[Numeral]) -> None:
    """Make whole numbers of those in ``trees`` that were only kept ``apart``; in place."""
    written: IdentityMemo[str] = IdentityMemo()
    for number, text in numerals:
        if isinstance(number, float) and text.lstrip("+-").isdigit():
            written.keep(number, text)
    seen: set[int] = set()
    waiting = list(trees) if written else []
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if value in written:
                node[key] = int(value)
            elif isinstance(value, dict | list):
                waiting.append(value)
