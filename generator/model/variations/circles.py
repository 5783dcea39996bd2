"""Find conditions that apply the schema they are in to the same value again.

``S: {if: {$ref: S}, then: …}`` has no meaning: what it refuses depends on where a validator ends the circle.
JSON Schema 2020-12 core, section 9.4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.identity import IdentityMemo, Same
from generator.model.schemas.facts import Schema

#: The most schemas that are followed from one condition. What has more is taken for a circle.
_MOST = 10_000
#: Keywords by which the result for a value turns into its opposite, or depends on how many schemas accept it.
_TURNING = ("if", "not", "oneOf")


class Circles:
    """Looks for circles in the schemas of one description.

    ``node`` gives a schema as JSON Schema 2020-12, and ``referred`` the target of a reference.
    """

    def __init__(
        self, node: Callable[[Schema], Mapping[str, Any]], referred: Callable[[str], Schema]
    ) -> None:
        self._node = node
        self._referred = referred
        self._known: IdentityMemo[frozenset[str]] = IdentityMemo()

    def turning(self, schema: Schema) -> frozenset[str]:
        """The keywords among ``if``, ``not`` and ``oneOf`` of ``schema`` by which it applies itself."""
        node = self._node(schema)
        if node.keys().isdisjoint(_TURNING):
            return frozenset()
        known = self._known.get(schema)
        if known is None:
            found = (k for k in _TURNING if k in node and self._leads(_applied(node, (k,)), schema))
            known = self._known.keep(schema, frozenset(found))
        return known

    def _leads(self, waiting: Iterator[Any], to: Schema) -> bool:
        """Whether a schema among ``waiting`` applies ``to`` to the same value, directly or indirectly."""
        left, seen = list(waiting), set[Same]()
        while left:
            schema = left.pop()
            if isinstance(schema, str):
                schema = self._referred(schema)
            if schema is to or len(seen) > _MOST:
                return True
            if isinstance(schema, dict) and Same(schema) not in seen:
                seen.add(Same(schema))
                left += _applied(self._node(schema))
        return False


def _applied(
    node: Mapping[str, Any],
    keywords: tuple[str, ...] = ("if", "then", "else", "not", "allOf", "anyOf", "oneOf", "dependentSchemas"),
) -> Iterator[Any]:
    """The schemas that ``node`` applies to the same value by ``keywords``, and the references to such."""
    for keyword in ("$ref", "$dynamicRef"):
        if isinstance(node.get(keyword), str) and len(keywords) > 1:
            yield node[keyword]
    for keyword in keywords:
        found = node.get(keyword)
        if isinstance(found, list):
            yield from found
        elif keyword == "dependentSchemas" and isinstance(found, dict):
            yield from found.values()
        elif isinstance(found, dict):
            yield found
