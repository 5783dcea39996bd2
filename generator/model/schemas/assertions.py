"""LeanSchemas schemas: the assertions of a description's schemas, without annotations, for the validator.

A description's schemas refer to each other, so that a validator for one may need most of the others. Each has
a short name here, and equal schemas may share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.budget import COMPARED, MOST_APPLIED, MOST_COMPARED, nodes
from generator.identity import IdentityMemo
from generator.model.schemas.check_costs import IN_PLACE, Costs
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.kinds import Kinds
from generator.model.schemas.patterns import is_pattern
from generator.model.schemas.resolved import Schemas
from generator.reading import Document
from generator.reading.validation.schema_dialects import ASSERTIONS, NAMED, ONE, SEVERAL

_TOO_COSTLY = f"it applies more than {MOST_APPLIED:,} schemas to one place, which is the limit"
#: Keywords whose members a value is compared with one after the other, and the cost of each member.
_WIDE = {"enum": 1, "patternProperties": 4}
#: The most levels of schemas written inside each other; deeper ones become references.
_DEEPEST = 20
#: Up to this number of comparisons, a schema is so cheap that they needn't be counted.
_FEW = 200
REF = "#/$defs/"
"""The beginning of a reference to a lean schema, followed by its name."""


class LeanSchemas:
    """The lean schemas of one document, by short names, for requests or for responses."""

    def __init__(self, document: Document, schemas: Schemas, direction: Direction) -> None:
        self._document = document
        self._schemas = schemas
        self._kinds = Kinds(schemas)
        self._direction = direction
        self._names: IdentityMemo[str] = IdentityMemo()
        self._by_content: dict[str, str] = {}
        self._kept: list[Schema] = []
        """The original schemas; a name is an index into this list."""
        self._lean: dict[str, Any] = {}
        self._needs: dict[str, dict[str, None]] = {}
        self._dropped: dict[str, str] = {}
        self._whys: dict[str, str] = {}
        self.costs = Costs(self._lean, REF)
        self._branching: list[tuple[str, dict[str, Any]]] = []
        """Names and lean schemas that apply others in place, and whose costs are not known yet."""
        self._current = ""
        self._widths: dict[str, int] = {}
        """The number of schemas, patterns and values that one value may be compared with, by name."""
        self._widest = 0
        self._reached: dict[str, int] = {}
        self._compared = COMPARED

    def name(self, schema: Schema) -> str:
        """The name of the lean schema for ``schema``."""
        known = self._names.get(schema)
        if known is None:
            content = _content(schema)
            known = self._by_content.get(content) if content else None
            if known is None:
                known = str(len(self._kept))
                self._kept.append(schema)
                if content:
                    self._by_content[content] = known
            self._names.keep(schema, known)
        return known

    def closure(self, names: Iterable[str]) -> dict[str, Any]:
        """The lean schemas called ``names`` and all that they refer to, directly or indirectly, by name."""
        found: dict[str, Any] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                if name not in self._lean:
                    self._make(name)
                found[name] = self._lean[name]
                waiting.extend(self._needs[name])
        if self._branching:
            pruned = self.costs.prune(schema for _, schema in self._branching)
            for name, schema in self._branching:
                if id(schema) in pruned:
                    self._dropped.setdefault(name, _TOO_COSTLY)
                self._note_width(name, self.costs.applied(schema))
            self._branching.clear()
        return found

    def _note_width(self, name: str, width: int) -> None:
        self._widths[name] = max(self._widths.get(name, 0), width)
        self._widest = max(self._widest, width)

    @property
    def is_wide(self) -> bool:
        """Whether some schema makes so many comparisons that they have to be counted."""
        return self._widest > _FEW

    def has_room(self, value: Any, name: str) -> bool:
        """Whether the limits allow checking ``value`` against the schema ``name``. If so, count the cost."""
        if not self.is_wide:
            return True
        compared = nodes(value, MOST_COMPARED) * self._width(name)
        if compared > min(MOST_COMPARED, self._compared):
            return False
        self._compared -= compared
        return True

    def _width(self, name: str) -> int:
        """The most comparisons of one value by the schema called ``name``, or by one that it refers to."""
        if name not in self._reached:
            self._reached = {}
            using: dict[str, list[str]] = {}
            for user, needs in self._needs.items():
                for need in needs:
                    using.setdefault(need, []).append(user)
            for widest in sorted(self._widths, key=lambda each: -self._widths[each]):
                waiting = [widest]
                while waiting:
                    user = waiting.pop()
                    if user not in self._reached:
                        self._reached[user] = self._widths[widest]
                        waiting.extend(using.get(user, ()))
        return self._reached.get(name, 0)

    def why_unchecked(self, schema: Schema) -> str:
        """The first reason why some of ``schema`` isn't checked; empty if all of it is."""
        if not self._dropped:
            return ""
        name = self.name(schema)
        if name not in self._whys:
            self._whys[name] = next(
                (self._dropped[n] for n in self.closure([name]) if n in self._dropped), ""
            )
        return self._whys[name]

    def _make(self, name: str) -> None:
        self._needs[name] = {}
        self._current = name
        self._lean[name] = self._of(self._kept[int(name)])

    def _within(self, schema: Schema, level: int) -> Any:
        """The lean form of a schema inside another one, or a reference to it.

        It is a reference if other schemas refer to it as well, or if it is nested deeply.
        """
        if isinstance(schema, dict) and (level > _DEEPEST or schema in self._names):
            return self._reference(schema)
        return self._of(schema, level)

    def _reference(self, schema: Schema) -> dict[str, str]:
        name = self.name(schema)
        self._needs[self._current][name] = None
        return {"$ref": REF + name}

    def _of(self, schema: Schema, level: int = 0) -> Any:
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else True
        node = self._document.schema(schema)
        if "allOf" in node and hides_in_branches(self._schemas, schema, self._direction):
            node = self._schemas.merged(schema)
        result: dict[str, Any] = {}
        for key, value in node.items():
            if key not in ASSERTIONS:
                continue
            if key == "$ref" or key == "$dynamicRef":
                result |= self._reference(self._schemas.target({"$ref": value}))
            elif key in NAMED:
                result[key] = {part: self._within(child, level + 1) for part, child in value.items()}
            elif key in ONE:
                result[key] = self._within(value, level + 1)
            elif key == "oneOf" and self._kinds.tells_apart(node):
                # The discriminator identifies the branch, so more than one may accept the value.
                any_of = [self._within(child, level + 1) for child in value]
                result.setdefault("allOf", []).append({"anyOf": any_of})
            elif key in SEVERAL:
                result.setdefault(key, []).extend(self._within(child, level + 1) for child in value)
            elif key == "required":
                result[key] = still_required(self._schemas, node, value, self._direction)
            elif key == "pattern" and not is_pattern(value):
                self._dropped[self._current] = f"{value!r} is not a pattern of ECMA-262"
            else:
                result[key] = value
        if "patternProperties" in result:
            result["patternProperties"] = {
                p: s for p, s in result["patternProperties"].items() if is_pattern(p)
            }
        self._note_width(
            self._current, sum(cost * len(result[key]) for key, cost in _WIDE.items() if key in result)
        )
        if not IN_PLACE.isdisjoint(result):
            self._branching.append((self._current, result))
        if node.get("nullable") is True and result:
            return {"anyOf": [{"type": "null"}, result]}
        return result


def still_required(
    schemas: Schemas, node: Mapping[str, Any], names: Iterable[str], direction: Direction
) -> list[str]:
    """The required ``names`` without those of properties that aren't sent in a ``direction``."""
    properties = node.get("properties") or {}
    return [
        name
        for name in dict.fromkeys(names)
        if name not in properties or not direction.hides(schemas.merged(properties[name]))
    ]


def hides_in_branches(schemas: Schemas, schema: Schema, direction: Direction) -> bool:
    """Whether one branch requires a property that another one hides, so that they have to be merged."""
    merged = schemas.merged(schema)
    properties = merged.get("properties") or {}
    return any(
        name in properties and direction.hides(schemas.merged(properties[name]))
        for name in merged.get("required") or ()
    )


def _content(schema: Schema) -> str:
    """The assertions of a schema without subschemas, as a text: equal texts are equal schemas.

    Parameters often repeat the same schema. Empty if the schema has subschemas, except for such ``items``.
    """
    if not isinstance(schema, dict):
        return ""
    found = []
    for key, value in schema.items():
        if key in ASSERTIONS or key in ("nullable", "x-nullable"):
            if key == "items" and (inner := _content(value)):
                found.append(f"items=({inner})")
            elif isinstance(value, dict) or (
                isinstance(value, list) and isinstance(next(iter(value), 0), dict)
            ):
                return ""
            else:
                found.append(f"{key}={value!r}")
    return "\n".join(found)
