"""Remember how values are written in a file: ``1.10`` is 1.1, ``1e3`` 1000.0, ``+49`` 49, ``True`` true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from generator.identity import IdentityMemo

Numeral = tuple[float, str]
"""A number, known by its identity, and its text in the file, where JSON would write it differently."""


class Spelling(NamedTuple):
    """A boolean, known by its place since it has no identity, that JSON would write differently."""

    owner: dict[Any, Any] | list[Any]
    key: str | int
    text: str


Written = Numeral | Spelling
"""A value and its text in the file."""
#: Python has a single object for each of these, so that equal ones can't be distinguished by identity.
_SHARED = range(-5, 257)


def numeral(number: float, text: str) -> tuple[Numeral, ...]:
    """A tuple of one numeral.

    Empty if ``number`` would be written as ``text`` anyway, or if it has no identity of its own.
    """
    is_known = repr(number) == text or (isinstance(number, int) and number in _SHARED)
    return () if is_known else ((number, text),)


def spelling(owner: dict[Any, Any] | list[Any], key: str | int, text: str) -> tuple[Spelling, ...]:
    """A tuple of one spelling of the boolean ``owner[key]``; empty if JSON writes it so too."""
    return () if text in ("true", "false") else (Spelling(owner, key, text),)


def apart(number: int, text: str) -> float:
    """``number``, or an equal float if Python has a single object for it and it is written differently.

    So each gets an identity of its own. ``settle`` turns the floats into whole numbers again.
    """
    return float(number) if number in _SHARED and repr(number) != text else number


def settle(trees: Iterable[Any], numerals: Iterable[Written]) -> None:
    """Turn the floats made by ``apart`` into whole numbers again, in place."""
    written: IdentityMemo[str] = IdentityMemo()
    for number, text in (each for each in numerals if not isinstance(each, Spelling)):
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
