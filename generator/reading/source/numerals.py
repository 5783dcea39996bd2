"""Remember how numbers are written in a file: as values, ``1.10`` becomes 1.1, ``1e3`` 1000.0, ``+49`` 49."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.identity import IdentityMemo

Numeral = tuple[float, str]
"""A number, known by its identity, and its text in the file, where JSON would write it differently."""
#: Python has a single object for each of these, so that equal ones can't be distinguished by identity.
_SHARED = range(-5, 257)


def numeral(number: float, text: str) -> tuple[Numeral, ...]:
    """A tuple of one numeral.

    Empty if ``number`` would be written as ``text`` anyway, or if it has no identity of its own.
    """
    is_known = repr(number) == text or (isinstance(number, int) and number in _SHARED)
    return () if is_known else ((number, text),)


def apart(number: int, text: str) -> float:
    """``number``, or an equal float if Python has a single object for it and it is written differently.

    So each gets an identity of its own. ``settle`` turns the floats into whole numbers again.
    """
    return float(number) if number in _SHARED and repr(number) != text else number


def settle(trees: Iterable[Any], numerals: Iterable[Numeral]) -> None:
    """Turn the floats made by ``apart`` into whole numbers again, in place."""
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
