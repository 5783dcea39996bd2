"""Members to which ``unevaluatedProperties`` and ``unevaluatedItems`` don't apply.

JSON Schema 2020-12, section 11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas
from generator.reading import Document


class Properties(NamedTuple):
    """The properties that a schema evaluates, itself or by schemas that it applies to the same object."""

    names: tuple[str, ...]
    patterns: tuple[str, ...]
    every: bool
    """Whether it evaluates all properties."""
    conditional: bool
    """Whether some of them are only evaluated on a condition."""


class Items(NamedTuple):
    """The items that a schema evaluates: the ``first`` ones, or ``every`` one."""

    first: int
    every: bool
    conditional: bool


def properties(document: Document, schemas: Schemas, schema: Schema) -> Properties:
    """The properties that ``schema`` evaluates, without its own ``unevaluatedProperties``."""
    names: dict[str, None] = {}
    patterns: dict[str, None] = {}
    every = conditional = False
    for number, (node, on_condition) in enumerate(_applied(document, schemas, schema)):
        looks = [node.get("properties") or {}, node.get("patternProperties") or {}]
        names |= dict.fromkeys(looks[0])
        patterns |= dict.fromkeys(looks[1])
        rest = "additionalProperties" in node or (number > 0 and "unevaluatedProperties" in node)
        every = every or rest
        conditional = conditional or (on_condition and (rest or any(looks)))
    return Properties(tuple(names), tuple(patterns), every, conditional)


def items(document: Document, schemas: Schemas, schema: Schema) -> Items:
    """The items that ``schema`` evaluates, without its own ``unevaluatedItems``."""
    longest = 0
    every = conditional = False
    for number, (node, on_condition) in enumerate(_applied(document, schemas, schema)):
        first = len(node.get("prefixItems") or ())
        longest = max(longest, first)
        rest = "items" in node or (number > 0 and "unevaluatedItems" in node)
        # `contains` evaluates the items that it accepts, whichever they are.
        every = every or rest or "contains" in node
        conditional = conditional or (on_condition and (rest or first > 0)) or "contains" in node
    return Items(longest, every, conditional)


def _applied(
    document: Document, schemas: Schemas, schema: Schema
) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Every schema applied to the same value, starting with ``schema``, and whether it is on a condition."""
    waiting: list[tuple[Schema, bool]] = [(schema, False)]
    seen: set[tuple[int, bool]] = set()
    while waiting:
        current, on_condition = waiting.pop(0)
        target = schemas.target(current)
        if not isinstance(target, dict) or (id(target), on_condition) in seen:
            continue
        seen.add((id(target), on_condition))
        node = document.schema(target)
        yield node, on_condition
        always = [{"$ref": node[key]} for key in ("$ref", "$dynamicRef") if key in node]
        perhaps = [node[key] for key in ("if", "then", "else") if key in node]
        for key in ("anyOf", "oneOf"):
            perhaps += node.get(key, ())
        perhaps += node.get("dependentSchemas", {}).values()
        waiting += [(part, on_condition) for part in (*always, *node.get("allOf", ()))]
        waiting += [(part, True) for part in perhaps]
