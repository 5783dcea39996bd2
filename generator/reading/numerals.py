"""How numbers are written in a file. YAML and JSON make 1.1 of ``1.10``, and 1000 of ``1e3``."""

from __future__ import annotations

Numeral = tuple[float, str]
"""A number that is known by its identity, and how it is written where JSON would write it otherwise."""
#: Python keeps one object for each of these, so that no one of them can be told from the others.
_SHARED = range(-5, 257)


def numeral(number: float, text: str) -> tuple[Numeral, ...]:
    """The numeral ``text`` in a tuple of one; nothing where ``number`` shows how it is written."""
    is_known = repr(number) == text or (isinstance(number, int) and number in _SHARED)
    return () if is_known else ((number, text),)
