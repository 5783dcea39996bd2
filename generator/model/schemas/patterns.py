"""Regular expressions: make strings that match one, with rstr, and match strings against one.

The strings are short, and the same in every run.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs

from generator.budget import LONGEST_TEXT

#: Characters that make a readable text, the best ones first.
_PLEASANT = "abcdefghijklmnopqrstuvwxyz1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: A hash, for patterns of hexadecimal digits.
_HEX = "6fc09b53c24f4a6c9ca2c6076b0842b6"
#: A length in characters beyond most limits.
_LONG = 300
#: The most characters of a pattern for which strings are made.
_LONGEST = 4_000
#: The most steps for making one string.
_MOST_STEPS = 20 * LONGEST_TEXT
#: The characters of a range that count as one step.
_IN_A_STEP = 100
#: Classes of characters that Python's `re` doesn't know, by their names in other dialects.
_CLASSES = (
    (frozenset("Alpha L Letter Ll Lower IsAlphabetic Alphabetic".split()), "a-z"),
    (frozenset("Lu Upper".split()), "A-Z"),
    (frozenset("N Nd Digit".split()), "0-9"),
    (frozenset("P Punct".split()), "."),
    (frozenset("Z Zs Space".split()), " "),
)
#: A lookahead, with groups at most one level deep in it.
_AHEAD = re.compile(r"\(\?=(?:[^()\\\[]|\\.|\[(?:\\.|[^\]\\])*\]|\([^()]*\))*\)")
_SPELLINGS = {"(?<": "(?P<", r"\z": r"\Z"}
_TOKEN = re.compile(r"\\p\{\^?([^}]{0,64})\}|\\u([0-9a-fA-F]{4})|\(\?<(?![=!])|\\.|\[|\]", re.DOTALL)


def _pythonic(pattern: str) -> str:
    """``pattern`` translated to the dialect of Python's ``re``, closely enough to make strings from it."""
    within = False

    def translated(token: re.Match[str]) -> str:
        nonlocal within
        text = token[0]
        if token[1] is not None:
            known = next((known for names, known in _CLASSES if token[1] in names), "a-z0-9")
            return known if within else f"[{known}]"
        if token[2] is not None:
            return re.escape(chr(int(token[2], 16)))
        if text in _SPELLINGS:
            return _SPELLINGS[text]
        if text in "[]":
            # A bracket inside a class is literal.
            within, inside = text == "[", within
            return "\\[" if inside and text == "[" else text
        return text

    return _TOKEN.sub(translated, pattern)


@lru_cache(maxsize=4096)
def _pleasant(characters: str) -> str:
    """The readable ones among ``characters``, only letters if there are any; never empty."""
    found = [c for c in _PLEASANT if c in characters]
    letters = [c for c in found if c.isalpha()] or found
    if len(letters) == 6 and len(found) == 16:
        return _HEX.upper() if "A" in found else _HEX
    return "".join(letters) or min(characters, key=lambda c: (ord(c) < 33, c))


@lru_cache(maxsize=4096)
def _mixed(characters: str) -> str:
    """Characters of every kind in turn: lower case, upper case, digits and others, as in a password."""
    kinds = ("abcdefghijk", "ABCDEFGHIJK", "1234567890", "!@#$%^&*-_.")
    found = [[c for c in kind if c in characters] for kind in kinds]
    turns = [kind[turn % len(kind)] for turn in range(9) for kind in found if kind]
    return "".join(turns) or characters


class _Steady(random.Random):
    """Replaces the random generator of rstr: it makes the plainest choices, without randomness.

    Repetitions are ``extra`` longer than they must be: all of them, or ``only`` the one with that number.
    Characters are ``mixed`` for patterns that look ahead for one of each kind.
    """

    def __init__(self, extra: int, only: int | None = None, *, mixed: bool = False) -> None:
        super().__init__(0)
        self._extra = extra
        self._mixed = mixed
        self._only = only
        self._picks = extra if only is None else 0
        self._repetitions = -1

    def choice(self, seq: Any) -> Any:
        """The next readable character of ``seq``; of other members, the first or the one at ``extra``."""
        if seq and isinstance(seq[0], str):
            self._picks += 1
            characters = (_mixed if self._mixed else _pleasant)("".join(seq))
            return characters[(self._picks - 1) % len(characters)]
        return seq[(self._extra if self._only is None else 0) % len(seq)] if seq else ""

    def randint(self, a: int, b: int) -> int:
        """The least number, or ``extra`` more for repetitions that are made longer."""
        if a >= b:
            return a  # rstr limits repetitions to a hundred, but this one needs more
        self._repetitions += 1
        if self._only is not None and self._repetitions != self._only:
            return a
        return min(b, a + self._extra)

    def steps(self, parsed: Any) -> int:
        """An upper bound on the steps for making a string for a ``parsed`` pattern."""
        if self._only is None:
            return _steps(parsed, self._extra, {})
        return _steps(parsed, 0, {}) * (1 + self._extra)

    def sample(self, population: Any, k: int, **_: Any) -> list[Any]:
        """The first ``k`` members."""
        return list(population)[:k]


@lru_cache(maxsize=8192)
def finds(pattern: str, text: str) -> bool:
    """Whether ``pattern`` matches somewhere in a property's name, as in ``patternProperties``.

    The pattern comes from the description. It runs in the engine of jsonschema-rs, in linear time, or with
    lookarounds and backreferences in a bounded number of steps. (Python's own engine has no bound.)
    """
    return is_pattern(pattern) and pattern_accepts(pattern, text)


class _Kept(Iterable[str]):
    """Strings from an iterator, made on demand and kept for further iterations."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._found: list[str] = []

    def __iter__(self) -> Iterator[str]:
        """Iterate over the strings, without duplicates."""
        index = 0
        while index < len(self._found) or self._more():
            yield self._found[index]
            index += 1

    def _more(self) -> bool:
        """Make one more string, and return whether there was one."""
        new = next((text for text in self._source if text not in self._found), None)
        if new is not None:
            self._found.append(new)
        return new is not None


@lru_cache(maxsize=1024)
def matching(pattern: str, least: int = 0) -> Iterable[str]:
    """Strings that should match ``pattern``, the shortest first; the caller has to check each.

    Some of them have ``least`` characters, if one of the pattern's repetitions can be made that long.
    """
    return _Kept(_matching(pattern, least))


def _matching(pattern: str, least: int) -> Iterator[str]:
    if len(pattern) > _LONGEST:
        return
    pattern = _pythonic(pattern)
    shortest = _made(pattern, _Steady(0))
    if shortest is None:
        return
    yield shortest
    missing = least - len(shortest)
    steady = [_Steady(missing, repetition) for repetition in range(4)] if missing > 0 else []
    yield from filter(None, (_made(pattern, each) for each in steady))
    if "(?=" in pattern:
        plain = _AHEAD.sub("", pattern)
        yield from filter(None, (_made(plain, _Steady(extra, mixed=True)) for extra in (0, 4, 8)))
    for extra in (1, 2, 3, 5, 7, 11, 15, 23, 35):
        longer = _made(pattern, _Steady(extra))
        if longer is None:
            return
        yield longer
        if len(longer) > max(_LONG, least):
            return  # nested repetitions multiply


def _made(pattern: str, steady: _Steady) -> str | None:
    """The string that ``steady`` chooses; ``None`` if Python or rstr can't handle the pattern."""
    from re import _parser

    import rstr

    warnings.simplefilter("ignore", FutureWarning)
    try:
        if steady.steps(_parser.parse(pattern)) > _MOST_STEPS:
            return None
        return str(rstr.Rstr(steady).xeger(pattern))
    except (re.error, ValueError, LookupError, NotImplementedError, RecursionError, OverflowError):
        return None


def _steps(parsed: Any, extra: int, groups: dict[int, int]) -> int:
    """An upper bound on the steps for a string whose repetitions are ``extra`` longer than they must be.

    ``groups`` has the steps of each group so far.
    """
    total = 0
    for operation, given in parsed:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, part = given
            total += min(least + extra, most) * (1 + _steps(part, extra, groups))
        elif name == "SUBPATTERN":
            steps = _steps(given[3], extra, groups)
            groups[given[0]] = steps
            total += steps
        elif name == "BRANCH":
            total += max(_steps(part, extra, groups) for part in given[1])
        elif name == "IN":
            total += (
                1 + sum(part[1][1] - part[1][0] for part in given if str(part[0]) == "RANGE") // _IN_A_STEP
            )
        elif name == "GROUPREF":
            total += groups.get(given, 1)
        elif name in ("ASSERT", "ATOMIC_GROUP"):
            total += _steps(given[1] if name == "ASSERT" else given, extra, groups)
        total = min(total + 1, 1 << 53)
    return total


@lru_cache(maxsize=128)  # each takes a hundred kilobytes
def _pattern(pattern: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return None


@lru_cache(maxsize=8192)
def is_pattern(pattern: str) -> bool:
    """Whether the validator accepts ``pattern`` as a regular expression."""
    return _pattern(pattern) is not None


@lru_cache(maxsize=8192)
def pattern_accepts(pattern: str, text: str) -> bool:
    """Whether ``pattern`` matches somewhere in ``text``; always true for an invalid pattern."""
    validator = _pattern(pattern)
    return validator is None or bool(validator.is_valid(text))
