"""Translate regular expressions to JavaScript without the flag ``u``, as Postman's validator compiles them.

JSON Schema uses ECMA-262 with that flag (core 2020-12, section 6.4). Without it, a character beyond U+FFFF
counts as two, ``\\p{…}`` and ``\\u{…}`` have other meanings, and invalid escapes are taken as letters.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_ESCAPE = re.compile(
    r"\\(?:(?P<set>[dDwWsS])|(?P<edge>[bB])|(?P<same>[tnvfr]|0(?![0-9])|c[A-Za-z])"
    r"|x(?P<byte>[0-9a-fA-F]{2})|u(?P<unit>[0-9a-fA-F]{4})|u\{(?P<point>[0-9a-fA-F]{1,8})\}"
    r"|(?P<back>[1-9][0-9]*)|k<(?P<name>[A-Za-z_$][\w$]*)>|(?P<itself>[ -/:-@\[-`{-~]))"
)
_GROUP = re.compile(r"\((?:\?(?:(?P<look><?[=!])|:|<(?P<name>[A-Za-z_$][\w$]*)>)|(?!\?))", re.ASCII)
_QUANTIFIER = re.compile(r"(?:([*+?])|\{([0-9]+)(?:(,)([0-9]*))?\})\??")
#: A character beyond U+FFFF.
_PAIR = r"[\uD800-\uDBFF][\uDC00-\uDFFF]"


class Pattern(NamedTuple):
    """A pattern for ``new RegExp(text)``."""

    text: str
    exact: bool
    """Whether it matches exactly what the original does; otherwise it matches more."""


class _NotTakenError(Exception):
    """A pattern is invalid, or can't be expressed without the flag."""


@lru_cache(maxsize=4096)
def without_unicode_flag(pattern: str) -> Pattern | None:
    """A pattern with the meaning of ``pattern``, but without the flag ``u``; ``None`` if there is none."""
    try:
        return _Reader(pattern).read()
    except _NotTakenError:
        return None


class _Character(NamedTuple):
    text: str
    point: int | None
    """The code point; ``None`` for a set of characters."""


class _Reader:
    """Translates one pattern. ECMA-262, section 22.2.1, as far as patterns with and without ``u`` agree."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._parts: list[str] = []
        self._open: list[tuple[bool, int, int]] = []
        """Open groups: whether each is a lookaround, its index in ``_parts``, and ``_found`` before it."""
        self._forbidding = 0
        """How many of the open groups are negative lookarounds."""
        self._groups = 0
        self._names: list[str] = []
        self._back: list[str | int] = []
        self._found = 0
        """The least number of characters that unbounded sets with characters beyond U+FFFF must match."""
        self._run = 0
        """The same since the last character that can't be half of a surrogate pair."""
        self._exact = True

    def read(self) -> Pattern:
        """Translate the whole pattern. Raises ``_NotTakenError``."""
        while self._at < len(self._pattern):
            self._term(self._pattern[self._at])
        known = {*self._names, *range(1, self._groups + 1)}
        if self._open or len(set(self._names)) < len(self._names) or not known.issuperset(self._back):
            raise _NotTakenError
        return Pattern("".join(self._parts), self._exact)

    def _term(self, first: str) -> None:
        if first in "^$|":
            self._at += 1
            self._parts.append(first)
        elif first == "(":
            self._begin()
        elif first == ")":
            self._end()
        elif first == "[":
            text, wide = self._class()
            self._atom(text, wide=wide)
        elif first == ".":
            self._at += 1
            self._atom(first, wide=True)
        elif first == "\\":
            self._escaped()
        elif first in "*+?{":
            raise _NotTakenError  # there is nothing to repeat
        else:
            self._at += 1
            self._atom(first, pair=ord(first) > 0xFFFF)

    def _begin(self) -> None:
        group = _GROUP.match(self._pattern, self._at)
        if group is None:
            raise _NotTakenError
        self._at = group.end()
        looks = group["look"] or ""
        if not looks and (group["name"] or group[0] == "("):
            self._groups += 1
        if group["name"]:
            self._names.append(group["name"])
        self._forbidding += looks.endswith("!")
        self._open.append((bool(looks), len(self._parts), self._found))
        self._parts.append(group[0])

    def _end(self) -> None:
        if not self._open:
            raise _NotTakenError
        looks, begin, found = self._open.pop()
        self._forbidding -= looks and self._parts[begin].endswith("!")
        self._at += 1
        self._parts.append(")")
        times = _QUANTIFIER.match(self._pattern, self._at)
        if times is None:
            return
        if looks:
            raise _NotTakenError
        if self._found > found:
            self._exact = False
            self._refuse_if_forbidden()
        self._repeat(times)

    def _escaped(self) -> None:
        escape = self._escape()
        if escape["edge"]:
            self._parts.append(escape[0])
        elif escape["back"] or escape["name"]:
            self._back.append(escape["name"] or int(escape["back"]))
            self._atom(escape[0])
        elif escape["set"]:
            self._atom(escape[0], wide=escape[0][1].isupper())
        else:
            text, point = self._character(escape)
            self._atom(text, pair=point is not None and point > 0xFFFF)

    def _escape(self) -> re.Match[str]:
        escape = _ESCAPE.match(self._pattern, self._at)
        if escape is None:
            raise _NotTakenError
        self._at = escape.end()
        return escape

    def _character(self, escape: re.Match[str]) -> _Character:
        """The character that an escape represents."""
        if escape["same"]:
            return _Character(escape[0], 0 if escape[0][1] == "0" else ord(escape[0][-1]) % 32)
        if escape["byte"]:
            return _Character(escape[0], int(escape["byte"], 16))
        if escape["itself"]:
            return _Character(escape[0], ord(escape["itself"]))
        point = int(escape["unit"] or escape["point"], 16)
        if 0xD800 <= point < 0xDC00 and escape["unit"]:
            low = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})").match(self._pattern, self._at)
            if low is None:
                raise _NotTakenError
            self._at = low.end()
            return _Character(escape[0] + low[0], 0x10000 + (point - 0xD800 << 10) + int(low[1], 16) - 0xDC00)
        if 0xD800 <= point < 0xE000 or point > 0x10FFFF:
            raise _NotTakenError
        if escape["unit"]:
            return _Character(escape[0], point)
        if point <= 0xFFFF:
            return _Character(f"\\u{point:04X}", point)
        high, low_half = 0xD800 + (point - 0x10000 >> 10), 0xDC00 + (point & 0x3FF)
        return _Character(f"\\u{high:04X}\\u{low_half:04X}", point)

    def _class(self) -> tuple[str, bool]:
        """A class of characters, and whether it contains some beyond U+FFFF."""
        begin = "[^" if self._pattern.startswith("[^", self._at) else "["
        self._at += len(begin)
        wide = begin == "[^"
        members: list[_Character] = []
        while not self._pattern.startswith("]", self._at):
            member = self._member()
            wide = wide or (member.point is None and member.text[1].isupper())
            if member.point is not None and member.point > 0xFFFF:
                raise _NotTakenError
            if len(members) > 1 and members[-1] == ("-", ord("-")):
                low, high = members[-2].point, member.point
                if low is not None and high is not None and low > high:
                    raise _NotTakenError
                if low is not None and high is not None:
                    # The range is complete, so that a hyphen after it doesn't continue it.
                    text = members[-2].text + "-" + member.text
                    members[-2:] = [_Character(text, None)]
                    continue
            members.append(member)
        self._at += 1
        if not members:
            raise _NotTakenError  # in other dialects, a bracket that comes first is literal
        return begin + "".join(member.text for member in members) + "]", wide

    def _member(self) -> _Character:
        if self._at >= len(self._pattern):
            raise _NotTakenError
        first = self._pattern[self._at]
        if first != "\\":
            if first == "[" and self._pattern[self._at + 1 : self._at + 2] in (":", ".", "="):
                raise _NotTakenError  # a POSIX class
            self._at += 1
            return _Character(first, ord(first))
        escape = self._escape()
        if escape["set"]:
            return _Character(escape[0], None)
        if escape["edge"] == "b":
            return _Character(escape[0], 8)
        if escape["edge"] or escape["back"] or escape["name"]:
            raise _NotTakenError
        return self._character(escape)

    def _atom(self, text: str, *, wide: bool = False, pair: bool = False) -> None:
        """Add an atom with its quantifier; a ``wide`` one matches characters beyond U+FFFF as well."""
        times = _QUANTIFIER.match(self._pattern, self._at)
        unbounded = times is not None and (times[1] in ("*", "+") or (times[3] == "," and not times[4]))
        least = 0 if times is not None and times[1] in ("*", "?") else int((times and times[2]) or 1)
        if wide and not unbounded:
            text = f"(?:{_PAIR}|{text})"
            self._exact = False  # it matches lone halves of pairs as well
            self._refuse_if_forbidden()
        elif wide:
            self._found += least
            self._run += least
            if least > 0 and self._run > 1:
                self._exact = False  # two of them may match the halves of one character
                self._refuse_if_forbidden()
        elif pair and times is not None:
            text = f"(?:{text})"
        if least > 0 and not wide and not self._open:
            self._run = 0
        self._parts.append(text)
        if times is not None:
            self._repeat(times)

    def _repeat(self, times: re.Match[str]) -> None:
        if times[4] and int(times[2]) > int(times[4]):
            raise _NotTakenError
        self._at = times.end()
        self._parts.append(times[0])

    def _refuse_if_forbidden(self) -> None:
        """Refuse a looser part in a negative lookaround, which would become stricter."""
        if self._forbidding:
            raise _NotTakenError
