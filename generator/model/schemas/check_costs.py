"""What it costs to hold a value against a schema: what would take longer than linear time is not checked.

A validator applies every schema of ``allOf``, ``anyOf`` and ``oneOf`` in turn, and remembers nothing: three
alternatives that have three alternatives each are nine, and ten levels of them are sixty thousand. Where two
branches describe the same property, whatever it holds is looked at twice, and what that holds four times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.budget import MOST_APPLIED
from generator.identity import IdentityMemo
from generator.reading.validation.schema_dialects import NAMED, SEVERAL

#: Levels of a value for which the cost is settled. Where it still grows, deeper values are not checked.
LEVELS = 12
_WITHIN = ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contains")
_ALONE = ("not", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf")
#: Keywords by which schemas are applied to the same value.
IN_PLACE = frozenset((*_ALONE, *_LISTS, "dependentSchemas"))
_PARTS = frozenset((*_WITHIN, *IN_PLACE, *NAMED, *SEVERAL, "$ref"))


class Costs:
    """The costs of the lean schemas of one document, which are changed: what costs too much accepts anything.

    ``lean`` has them by name; ``ref`` is what a reference to one begins with.
    """

    def __init__(self, lean: Mapping[str, Any], ref: str) -> None:
        self._lean = lean
        self._ref = ref
        self._applied: IdentityMemo[int] = IdentityMemo()
        """How many schemas each one applies to the value that it is for, itself among them."""
        self.grows = False
        """Whether the cost of some schema grows with the levels of the value."""

    def applied(self, schema: Any) -> int:
        """How many schemas ``schema`` applies to one value, itself among them."""
        return self._applied.get(schema) or 1

    def prune(self, branching: Iterable[Any]) -> set[int]:
        """Empty what costs too much in schemas that apply others in place; the ids of what was emptied."""
        branching = list(branching)
        pruned: set[int] = set()
        for schema in branching:
            pruned |= self._settle(schema)
        return pruned | self._prune_deep(branching)

    def _settle(self, schema: Any) -> set[int]:
        """Count what each schema applies in place, the innermost first; with too much it is emptied."""
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

    # --- Places below -----------------------------------------------------------------------------------

    def _prune_deep(self, branching: list[Any]) -> set[int]:
        """Empty the schemas whose parts are applied ever more often to what a value holds."""
        # What is in the place of another one has no groups that the other one doesn't have.
        within: set[int] = set()
        waiting: list[Any] = [part for schema in branching for part in self._in_place(schema)]
        while waiting:
            part = waiting.pop()
            if id(part) not in within:
                within.add(id(part))
                # (A reference is none of the branching ones, but what it leads to may be.)
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
        """The schemas that are for one and the same place below the value, for each such place."""
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
    """Whether other schemas are applied where this one is."""
    return isinstance(schema, dict) and not schema.keys().isdisjoint(_PARTS)
