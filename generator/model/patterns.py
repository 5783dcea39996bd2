"""A string for a regular expression, by rstr: short, and the same each time."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

#: Characters that a reader takes for text, the likeliest first.
_PLEASANT = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TRANSLATIONS = (
    (re.compile(r"\(\?<(?![=!])"), "(?P<"),
    (re.compile(r"\\p\{(?:Alpha|L|Letter|Ll|Lower)\}"), "[a-z]"),
    (re.compile(r"\\p\{(?:Lu|Upper)\}"), "[A-Z]"),
    (re.compile(r"\\p\{(?:N|Nd|Digit)\}"), "[0-9]"),
    (re.compile(r"\\p\{(?:Alnum|IsAlphabetic)\}"), "[a-z0-9]"),
    (re.compile(r"\\p\{[^}]*\}"), "[a-z]"),
    (re.compile(r"\\u([0-9a-fA-F]{4})"), lambda match: re.escape(chr(int(match[1], 16)))),
)


class _Steady(random.Random):
    """Picks the plainest of what there is, moving on from pick to pick: no chance is in it."""

    def __init__(self, extra: int) -> None:
        super().__init__(0)
        self._extra = extra
        self._picks = extra

    def choice(self, seq: Any) -> Any:
        """The next pleasant character of ``seq``; of anything else, the next in turn."""
        self._picks += 1
        if isinstance(seq, str) or (seq and all(isinstance(c, str) and len(c) == 1 for c in seq)):
            found = [c for c in _PLEASANT if c in seq]
            if found:
                letters = [c for c in found if c.isalpha()] or found
                return letters[self._picks % len(letters)]
            return min(seq, key=lambda c: (ord(c) < 33, c))
        return seq[self._extra % len(seq)] if seq else ""

    def randint(self, a: int, b: int) -> int:
        """The least, or a little more."""
        return min(b, a + self._extra)

    def sample(self, population: Any, k: int, **_: Any) -> list[Any]:
        """The first ones."""
        return list(population)[:k]


@lru_cache(maxsize=8192)
def finds(pattern: str, text: str) -> bool:
    """Whether ``pattern`` is found in a property's name, as ``patternProperties`` means it."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


@lru_cache(maxsize=1024)
def matching(pattern: str) -> tuple[str, ...]:
    """Strings that should match ``pattern``, the shortest first; the caller checks each."""
    return tuple(dict.fromkeys(_matching(pattern)))


def _matching(pattern: str) -> Iterator[str]:
    import rstr

    for regex, replacement in _TRANSLATIONS:
        pattern = regex.sub(replacement, pattern)
    warnings.simplefilter("ignore", FutureWarning)
    for extra in (0, 1, 2, 3, 5, 7, 11, 15, 23, 35):
        try:
            yield rstr.Rstr(_Steady(extra)).xeger(pattern)
        except (
            re.error,
            ValueError,
            KeyError,
            IndexError,
            NotImplementedError,
            RecursionError,
            OverflowError,
        ):
            return
