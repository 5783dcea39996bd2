"""JSONPath (RFC 9535) over data, with bounds: an overlay may come from anywhere.

The functions ``match`` and ``search`` take I-Regexp (RFC 9485), which no engine has to backtrack for: the
patterns run in that of jsonschema-rs, in linear time. The nodes that a query looks at are counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import jsonpath
import jsonschema_rs
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.match import JSONPathMatch

#: Nodes that the segments of one query may find, beside twice those that there are.
MOST_NODES = 50_000
#: Descendant segments in one filter, which looks at all below a node for each node.
MOST_DESCENTS = 2
#: Characters of a query; its parts nest in the parser.
LONGEST = 1_000


class TooMuchWorkError(ValueError):
    """A query that exceeds a limit. The message is a sentence without its full stop."""


def places(query: str, root: Any) -> list[tuple[str | int, ...]]:
    """The places in ``root`` that ``query`` names, each once, in document order.

    Raises ``jsonpath.JSONPathError`` for what is no query, ``TooMuchWorkError`` beyond the limits.
    """
    if len(query) > LONGEST:
        raise TooMuchWorkError(f"it is longer than the limit of {LONGEST:,} characters")
    path = _environment().compile(query)
    if not isinstance(path, jsonpath.JSONPath):
        raise TooMuchWorkError("it is several queries in one")
    descents = max((str(segment).count("..") for segment in path.segments), default=0)
    if descents > MOST_DESCENTS:
        raise TooMuchWorkError(f"a filter has more `..` than the limit of {MOST_DESCENTS}")
    matches: Iterable[JSONPathMatch] = [
        _counting(MOST_NODES + 2 * _size(root))(
            filter_context={}, obj=root, parent=None, path="$", parts=(), root=root
        )
    ]
    for segment in path.segments:
        matches = segment.resolve(matches)
    return list(dict.fromkeys(match.parts for match in matches))


@cache
def _environment() -> jsonpath.JSONPathEnvironment:
    made = jsonpath.JSONPathEnvironment(strict=True)
    made.function_extensions |= {"match": _Matches(whole=True), "search": _Matches(whole=False)}
    return made


def _size(root: Any) -> int:
    """The nodes of ``root``, what is shared counted once."""
    seen = {id(root)}
    stack, count = [root], 0
    while stack:
        node = stack.pop()
        count += 1
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            if not isinstance(child, dict | list):
                count += 1
            elif id(child) not in seen:
                seen.add(id(child))
                stack.append(child)
    return count


def _counting(most: int) -> type[JSONPathMatch]:
    looked_at = 0

    class Counted(JSONPathMatch):
        __slots__ = ()

        def __init__(self, **given: Any) -> None:
            nonlocal looked_at
            looked_at += 1
            if looked_at > most:
                raise TooMuchWorkError(f"it looks at more nodes than the limit of {most:,}")
            super().__init__(**given)

    return Counted


class _Matches(FilterFunction):
    """RFC 9535, sections 2.4.6 and 2.4.7: whether a text matches, whole or in part."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        expression = _expression(f"^(?:{pattern})$" if self._whole else pattern)
        return expression is not None and bool(expression.is_valid(value))


@lru_cache(maxsize=64)
def _expression(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    """``pattern`` for an engine without backtracking; what it doesn't take matches nothing."""
    try:
        return jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (ValueError, jsonschema_rs.ValidationError):
        return None
