"""The regular expressions of a description, bounded by what they take to compile.

An engine without backtracking writes out what is repeated: a class of Unicode, a hundred times, takes
megabytes. So expressions are weighed in characters and repetitions before anything compiles them.
"""

from __future__ import annotations

import re
from typing import Any

from generator.budget import MOST_PATTERNS

#: What any expression weighs by itself, and what its parts weigh, beside plain characters.
_OF_EACH = 200
_OF_CLASS = 2
_OF_NEGATED = 8
_OF_UNICODE = 600
_UNICODE = ("\\p", "\\P")
#: Beyond all limits.
_HEAVIEST = 1 << 40
_TOKEN = re.compile(
    r"\\[pP](?:\{[^}]{0,64}\})?|\\u[0-9a-fA-F]{4}|\\.|\[\^?|[\]()*+?.]|\{(?P<least>\d+)(?P<open>,(?P<most>\d*))?\}|.",
    re.DOTALL,
)


class Patterns:
    """The expressions of one document, as many as may be compiled together: the first ones that are met."""

    def __init__(self) -> None:
        self._left = MOST_PATTERNS
        self._fits: dict[str, bool] = {}

    @property
    def ignored(self) -> list[str]:
        """The expressions that were left out, in the order in which they were met."""
        return [pattern for pattern, fits in self._fits.items() if not fits]

    def kept(self, node: dict[str, Any]) -> dict[str, Any]:
        """A schema without expressions that exceed the limit, and without what is judged by them."""
        pattern, named = node.get("pattern"), node.get("patternProperties")
        left_out: set[str] = set()
        if pattern is not None and not self._has_room(pattern):
            left_out = {"pattern"}
        if named:
            fitting = {name: child for name, child in named.items() if self._has_room(name)}
            if len(fitting) < len(named):
                # Which other names are allowed can't be told without them.
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
    """What ``pattern`` takes to compile, counted in characters, what is repeated as often as it may be."""
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
    """How often a quantifier has what is before it written out; without end is once more than it must be."""
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
