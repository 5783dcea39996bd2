"""Limit the regular expressions of a description by what they take to compile.

An engine without backtracking expands repetitions: a Unicode class that is repeated a hundred times takes
megabytes. So the weight of an expression, in characters and repetitions, is estimated before it is compiled.
"""

from __future__ import annotations

import re
from typing import Any

from generator.budget import MOST_PATTERNS

#: The weight of any expression by itself, and of its parts other than plain characters, which weigh 1.
_OF_EACH = 200
_OF_CLASS = 2
_OF_NEGATED = 8
_OF_UNICODE = 600
_UNICODE = ("\\p", "\\P")
#: A weight beyond all limits.
_HEAVIEST = 1 << 40
_TOKEN = re.compile(
    r"\\[pP](?:\{[^}]{0,64}\})?|\\u[0-9a-fA-F]{4}|\\.|\[\^?|[\]()*+?.]|\{(?P<least>\d+)(?P<open>,(?P<most>\d*))?\}|.",
    re.DOTALL,
)


class Patterns:
    """The expressions of one document that may be compiled: the first ones met, up to the limit."""

    def __init__(self) -> None:
        self._left = MOST_PATTERNS
        self._fits: dict[str, bool] = {}

    @property
    def ignored(self) -> list[str]:
        """The expressions that were left out, in the order in which they were met."""
        return [pattern for pattern, fits in self._fits.items() if not fits]

    def kept(self, node: dict[str, Any]) -> dict[str, Any]:
        """The schema ``node`` without expressions that exceed the limit, nor keywords that depend on them."""
        pattern, named = node.get("pattern"), node.get("patternProperties")
        left_out: set[str] = set()
        if pattern is not None and not self._has_room(pattern):
            left_out = {"pattern"}
        if named:
            fitting = {name: child for name, child in named.items() if self._has_room(name)}
            if len(fitting) < len(named):
                # Without these patterns, it can't be decided which names are additional.
                left_out |= {"patternProperties", "additionalProperties", "unevaluatedProperties"}
                node = {**node, "patternProperties": fitting}
        if not left_out:
            return node
        kept = {key: value for key, value in node.items() if key not in left_out}
        return {**kept, "patternProperties": node["patternProperties"]} if named else kept

    def _has_room(self, pattern: str) -> bool:
        known = self._fits.get(pattern)
        if known is None:
            needed = weight(pattern)
            known = self._fits[pattern] = needed <= self._left
            if known:
                self._left -= needed
        return known


def weight(pattern: str) -> int:
    """What ``pattern`` takes to compile: its characters, each counted as often as it may be repeated."""
    groups = [_OF_EACH]
    last = 0
    in_class = False
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if in_class:
            in_class = text != "]"
            added = _OF_UNICODE if text.startswith(_UNICODE) else int(not text.isascii())
            last += added
            groups[-1] += added
        elif text == "(":
            groups.append(0)
        elif text == ")":
            last = groups.pop() if len(groups) > 1 else 0
            groups[-1] += last
        elif token["least"] or text in ("*", "+", "?"):
            times = _times(token)
            groups[-1] = min(groups[-1] + last * (times - 1), _HEAVIEST)
            last = min(last * times, _HEAVIEST)
        else:
            in_class = text.startswith("[")
            last = _weight_of(text)
            groups[-1] += last
    return sum(groups)


def _times(token: re.Match[str]) -> int:
    """How many copies a quantifier makes of what precedes it; an open one makes one more than its minimum."""
    if not token["least"]:
        return 2 if token[0] != "?" else 1
    given = token["most"] or token["least"]
    times = int(given) if len(given) < len(str(_HEAVIEST)) else _HEAVIEST
    return max(times, 1) + (token["open"] == ",")


def _weight_of(text: str) -> int:
    if text.startswith(_UNICODE):
        return _OF_UNICODE
    if text in (".", "[^", "\\D", "\\W", "\\S"):
        return _OF_NEGATED
    return _OF_CLASS if text in ("[", "\\d", "\\w", "\\s") else 1
