"""Suggest the known word that a mistyped one was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable


def suggestion(given: str, known: Iterable[str], form: str = "{}") -> str:
    """``Did you mean 'tags'?`` for the known word closest to ``given``, or an empty string if none is close.

    Case, hyphens, underscores and spaces are ignored. ``form`` formats the word as it is used: ``{}=value``.
    """
    from difflib import get_close_matches  # needed only after a mistake

    words: dict[str, str] = {}
    for word in known:
        words.setdefault(_plain(word), word)
    found = get_close_matches(_plain(given), words, n=1)
    return f"Did you mean {form.format(words[found[0]])!r}?" if found else ""


def _plain(word: str) -> str:
    return re.sub(r"[-_\s]", "", word).casefold()
