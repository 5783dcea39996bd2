"""JSONPath queries (RFC 9535) with limits, since overlays may come from untrusted sources.

The functions ``match`` and ``search`` take I-Regexp (RFC 9485), which needs no backtracking: patterns run in
the engine of jsonschema-rs, in linear time. The nodes that a query visits are counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import jsonpath
import jsonschema_rs
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.match import JSONPathMatch

#: Nodes that the segments of one query may match, in addition to twice the nodes of the data.
MOST_NODES = 50_000
#: Descendant segments in one filter: each visits everything below a node, for every node that is filtered.
MOST_DESCENTS = 2
#: Characters of a query: the parser recurses into its parts.
LONGEST = 1_000


class TooMuchWorkError(ValueError):
    """A query exceeds a limit. The message says which, as a sentence without its full stop."""


def places(query: str, root: Any) -> list[tuple[str | int, ...]]:
    """The places in ``root`` that ``query`` selects, each once, in document order.

    Raises ``jsonpath.JSONPathError`` for an invalid query, and ``TooMuchWorkError`` beyond the limits.
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
    """The number of nodes in ``root``; objects and lists that are shared count once."""
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
    """A class of matches that raises ``TooMuchWorkError`` once more than ``most`` have been created."""
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
    """The functions ``match`` (``whole``) and ``search`` of RFC 9535, sections 2.4.6 and 2.4.7."""

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
    """``pattern`` compiled without backtracking; ``None``, which matches nothing, if it is refused."""
    try:
        return jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (ValueError, jsonschema_rs.ValidationError):
        return None
