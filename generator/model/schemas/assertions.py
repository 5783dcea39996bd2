"""The schemas of a description made lean: what a value is held against, nothing that only describes.

A description's schemas refer to each other, so that a validator for one may need most of the others. Each has
a short name here, and those that demand the same have the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.budget import COMPARED, MOST_APPLIED, MOST_COMPARED, nodes
from generator.identity import IdentityMemo
from generator.model.schemas.check_costs import IN_PLACE, Costs
from generator.model.schemas.facts import Schema
from generator.model.schemas.kinds import Kinds
from generator.model.schemas.patterns import is_pattern
from generator.model.schemas.resolved import Schemas
from generator.reading import Document
from generator.reading.validation.schema_dialects import ASSERTIONS, NAMED, ONE, SEVERAL

_TOO_COSTLY = f"it applies more than {MOST_APPLIED:,} schemas to one place, which is the limit"
#: Keywords whose parts a value is compared with, one after the other, and what each of them counts.
_WIDE = {"enum": 1, "patternProperties": 4}
#: Levels of schemas that are written within each other; what is deeper is referred to.
_DEEPEST = 20
#: A schema with fewer takes no value to the limit.
_FEW = 200
REF = "#/$defs/"
"""What the reference to a lean schema begins with; its name follows."""


class Lean:
    """The schemas of one document, lean, each under a short name; for requests or for answers."""

    def __init__(self, document: Document, schemas: Schemas, request: bool) -> None:
        self._document = document
        self._schemas = schemas
        self._kinds = Kinds(schemas)
        self._hidden = "readOnly" if request else "writeOnly"
        self._names: IdentityMemo[str] = IdentityMemo()
        self._by_content: dict[str, str] = {}
        self._kept: list[Schema] = []
        """By name."""
        self._lean: dict[str, Any] = {}
        self._needs: dict[str, dict[str, None]] = {}
        self._dropped: dict[str, str] = {}
        self._whys: dict[str, str] = {}
        self.costs = Costs(self._lean, REF)
        self._branching: list[tuple[str, dict[str, Any]]] = []
        """Schemas not yet looked at that apply others in place, with the names that they belong to."""
        self._current = ""
        self._widths: dict[str, int] = {}
        """How many schemas, patterns and values one value may be compared with, by name."""
        self._widest = 0
        self._reached: dict[str, int] = {}
        self._compared = COMPARED

    def name(self, schema: Schema) -> str:
        """The name of ``schema`` among the lean ones."""
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
        """The lean schemas called ``names`` and all that they refer to, by name."""
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
        """Whether some schema compares a value with so much that it has to be counted."""
        return self._widest > _FEW

    def has_room(self, value: Any, name: str) -> bool:
        """Whether ``value`` may be checked against the schema called ``name``; counts what that takes."""
        if not self.is_wide:
            return True
        compared = nodes(value, MOST_COMPARED) * self._width(name)
        if compared > min(MOST_COMPARED, self._compared):
            return False
        self._compared -= compared
        return True

    def _width(self, name: str) -> int:
        """The most that one value is compared with by the schema called ``name``, or by one it refers to."""
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
        """Why not all of ``schema`` is checked: the first reason that is found; empty where all of it is."""
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
        """A schema that is written within another one, or a reference to it.

        What others refer to as well, or what is deep, is not written again in all that it is in.
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
        if "allOf" in node and hides_in_branches(self._schemas, schema, self._hidden):
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
                # Which of the branches is meant, the discriminator says: several may accept the value.
                any_of = [self._within(child, level + 1) for child in value]
                result.setdefault("allOf", []).append({"anyOf": any_of})
            elif key in SEVERAL:
                result.setdefault(key, []).extend(self._within(child, level + 1) for child in value)
            elif key == "required":
                result[key] = demanded(self._schemas, node, value, self._hidden)
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


def demanded(schemas: Schemas, node: Mapping[str, Any], names: Iterable[str], hidden: str) -> list[str]:
    """Those of the required ``names`` that are not ``hidden`` (``readOnly`` or ``writeOnly``)."""
    properties = node.get("properties") or {}
    return [
        name
        for name in dict.fromkeys(names)
        if name not in properties or schemas.merged(properties[name]).get(hidden) is not True
    ]


def hides_in_branches(schemas: Schemas, schema: Schema, hidden: str) -> bool:
    """Whether one branch demands what another one hides: they must then be judged together."""
    merged = schemas.merged(schema)
    properties = merged.get("properties") or {}
    return any(
        name in properties and schemas.merged(properties[name]).get(hidden) is True
        for name in merged.get("required") or ()
    )


def _content(schema: Schema) -> str:
    """What a schema without others in it asserts: the same for the same demands. Parameters repeat theirs."""
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
