"""Which known word a mistyped one was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable


def suggestion(given: str, known: Iterable[str], form: str = "{}") -> str:
    """``Did you mean 'tags'?`` for the known word closest to ``given``; empty where none is close.

    Case, hyphens, underscores and spaces don't count. ``form`` is how the word is written where it is used.
    """
    from difflib import get_close_matches  # needed after a mistake alone

    words: dict[str, str] = {}
    for word in known:
        words.setdefault(_plain(word), word)
    found = get_close_matches(_plain(given), words, n=1)
    return f"Did you mean {form.format(words[found[0]])!r}?" if found else ""


def _plain(word: str) -> str:
    return re.sub(r"[-_\s]", "", word).casefold()
