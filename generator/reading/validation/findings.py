"""How many findings about one description are listed.

A description below a megabyte may be wrong in fifty thousand places. Nobody reads so many findings, and each
takes time to be located.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

#: The most findings of one kind that are listed.
MOST_FINDINGS = 1_000


def first(findings: Iterable[tuple[str, str]], kind: str) -> list[tuple[str, str]]:
    """The first of ``findings`` (JSON pointer, sentence), and one more that names the limit if it is met.

    What comes after the limit is not asked for. ``kind`` says in the plural what is found.
    """
    remaining = iter(findings)
    found = list(islice(remaining, MOST_FINDINGS))
    if next(remaining, None) is not None:
        found.append(("", more(kind)))
    return found


def more(kind: str) -> str:
    """The sentence that names the limit."""
    return f"There are more {kind} than the limit of {MOST_FINDINGS:,}; only the first are listed."
