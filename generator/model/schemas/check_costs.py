"""The cost of validating values: schemas that would take more than linear time are not checked.

A validator applies every schema of ``allOf``, ``anyOf`` and ``oneOf`` in turn, and remembers nothing: three
alternatives that have three alternatives each are nine, and ten levels of them are sixty thousand. If two
branches describe the same property, its value is visited twice, and the values inside that four times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.budget import MOST_APPLIED
from generator.identity import IdentityMemo
from generator.reading.validation.schema_dialects import NAMED, SEVERAL

#: The levels of a value for which costs are computed. If they still grow then, deeper values aren't checked.
LEVELS = 12
_WITHIN = ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contains")
_ALONE = ("not", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf")
#: Keywords that apply schemas to the same value.
IN_PLACE = frozenset((*_ALONE, *_LISTS, "dependentSchemas"))
_PARTS = frozenset((*_WITHIN, *IN_PLACE, *NAMED, *SEVERAL, "$ref"))


class Costs:
    """The costs of one document's lean schemas. One that costs too much is emptied, and accepts any value.

    ``lean`` has the schemas by name; ``ref`` is the beginning of a reference to one.
    """

    def __init__(self, lean: Mapping[str, Any], ref: str) -> None:
        self._lean = lean
        self._ref = ref
        self._applied: IdentityMemo[int] = IdentityMemo()
        """The number of schemas that each one applies to its value, including itself."""
        self.grows = False
        """Whether the cost of some schema grows with every level of the value."""

    def applied(self, schema: Any) -> int:
        """The number of schemas that ``schema`` applies to one value, including itself."""
        return self._applied.get(schema) or 1

    def prune(self, branching: Iterable[Any]) -> set[int]:
        """Empty the schemas that cost too much, and return their ids.

        ``branching`` are schemas that apply others in place.
        """
        branching = list(branching)
        pruned: set[int] = set()
        for schema in branching:
            pruned |= self._settle(schema)
        return pruned | self._prune_deep(branching)

    def _settle(self, schema: Any) -> set[int]:
        """Count the schemas that each one applies in place, innermost first; empty those with too many."""
        pruned: set[int] = set()
        stack: list[tuple[Any, bool]] = [(schema, False)]
        open_: set[int] = set()
        while stack:
            node, done = stack.pop()
            if not isinstance(node, dict):
                continue
            if done:
                parts = list(self._in_place(node))
                cost = 1 + sum(self.applied(part) for part in parts)
                if cost > MOST_APPLIED or any(id(part) in open_ for part in parts):
                    node.clear()
                    pruned.add(id(node))
                    cost = 1
                self._applied.keep(node, cost)
                open_.discard(id(node))
            elif node not in self._applied and id(node) not in open_:
                open_.add(id(node))
                stack.append((node, True))
                stack.extend((part, False) for part in self._in_place(node))
        return pruned

    def _in_place(self, node: dict[str, Any]) -> Iterator[Any]:
        """The schemas that are applied to the same value."""
        if "$ref" in node:
            yield self._lean.get(node["$ref"].removeprefix(self._ref), True)
        for key in _LISTS:
            yield from node.get(key, ())
        yield from (node[key] for key in _ALONE if key in node)
        yield from node.get("dependentSchemas", {}).values()

    # --- Members and items of a value -------------------------------------------------------------------

    def _prune_deep(self, branching: list[Any]) -> set[int]:
        """Empty the schemas whose subschemas are applied more and more often at each level of a value."""
        # A schema that another one applies in place adds no groups to those of that one.
        within: set[int] = set()
        waiting: list[Any] = [part for schema in branching for part in self._in_place(schema)]
        while waiting:
            part = waiting.pop()
            if id(part) not in within:
                within.add(id(part))
                # A reference is not among the branching schemas, but its target may be.
                waiting.extend(self._in_place(part) if isinstance(part, dict) else ())
        branching = [schema for schema in branching if id(schema) not in within]
        shared = [group for schema in branching for group in self._groups(schema) if len(group) > 1]
        if not shared:
            return set()
        units: dict[int, tuple[Any, list[list[Any]]]] = {}
        waiting = [*(part for group in shared for part in group), *branching]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict) and id(node) not in units:
                units[id(node)] = node, self._groups(node)
                waiting.extend(part for group in units[id(node)][1] for part in group)
        own = {number: self._applied.get(node) or 1 for number, (node, _) in units.items()}
        costs, before = own, own
        pruned: set[int] = set()
        for _ in range(LEVELS):
            before, costs = costs, {}
            for number, (node, groups) in units.items():
                below = (sum(before.get(id(part), 1) for part in group) for group in groups)
                costs[number] = 1 if number in pruned else max([own[number], *below])
                if costs[number] > MOST_APPLIED:
                    node.clear()
                    pruned.add(number)
                    costs[number] = 1
            if costs == before:
                return pruned
        self.grows = True
        return pruned

    def _groups(self, schema: Any) -> list[list[Any]]:
        """Groups of schemas that are applied to the same member or item of the value."""
        named: dict[str | int, list[Any]] = {}
        everywhere: list[Any] = []
        seen: set[int] = set()
        waiting = [schema]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, dict) or id(node) in seen:
                continue
            seen.add(id(node))
            for name, child in node.get("properties", {}).items():
                if _has_parts(child):
                    named.setdefault(name, []).append(child)
            for place, child in enumerate(node.get("prefixItems", ())):
                if _has_parts(child):
                    named.setdefault(place, []).append(child)
            everywhere += filter(_has_parts, node.get("patternProperties", {}).values())
            everywhere += [node[key] for key in _WITHIN if key in node and _has_parts(node[key])]
            waiting.extend(self._in_place(node))
        if not everywhere:
            return list(named.values())
        return [*([*group, *everywhere] for group in named.values()), everywhere]


def _has_parts(schema: Any) -> bool:
    """Whether a schema has subschemas or a reference."""
    return isinstance(schema, dict) and not schema.keys().isdisjoint(_PARTS)
