"""Limit the number of findings that are listed for one description.

A description of less than a megabyte can be wrong in fifty thousand places. Nobody reads so many findings,
and locating each takes time.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

#: The most findings of one kind that are listed.
MOST_FINDINGS = 1_000


def first(findings: Iterable[tuple[str, str]], kind: str) -> list[tuple[str, str]]:
    """The first of ``findings`` (JSON pointer, sentence), and one that names the limit if there are more.

    Those beyond the limit are not computed. ``kind`` is the plural noun for what is found.
    """
    remaining = iter(findings)
    found = list(islice(remaining, MOST_FINDINGS))
    if next(remaining, None) is not None:
        found.append(("", more(kind)))
    return found


def more(kind: str) -> str:
    """A sentence that names the limit."""
    return f"There are more {kind} than the limit of {MOST_FINDINGS:,}; only the first are listed."
