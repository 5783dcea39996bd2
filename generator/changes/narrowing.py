"""Changes of what is accepted as a single value. JSON Schema validation 2020-12, section 6.

Narrowing breaks a client that sends the value, because what it sent so far may be refused. Widening may break
a client that reads the value: a wider type is reported as breaking, but an additional value or a wider limit
is not, since clients have to expect those.

``direction.is_request`` says whether the client sends the value; otherwise it receives it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from generator.changes import prose
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Facts, Schema
from generator.model.schemas.resolved import Schemas

#: Limits that are stricter the larger they are, and those that are stricter the smaller they are.
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minContains", "minProperties")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxContains", "maxProperties")
_LIMITS = (*_LEAST, *_MOST, "multipleOf", "uniqueItems", "pattern", "format")
CONDITIONS: tuple[str, ...] = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "prefixItems",
    "patternProperties",
    "propertyNames",
)
CONDITIONS += ("dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems")
"""Keywords that are compared as a whole, without finding out which side is stricter.

Of ``prefixItems`` and ``patternProperties`` this applies to what only one side has.
"""
_ANY = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
_DEPTH = 4


class Difference(NamedTuple):
    """A predicate to follow the name of a value, such as ``is required now.``"""

    what: str
    breaking: bool = False


def kinds(schemas: Schemas, schema: Schema, depth: int = 0) -> frozenset[str]:
    """The JSON types that a value may have; every integer is a number (JSON Schema Core, section 4.2.1)."""
    types = schemas.types(schema)
    if types:
        return frozenset(types) | ({"integer"} if "number" in types else set())
    merged = schemas.merged(schema)
    branches = merged.get("oneOf") or merged.get("anyOf")
    if isinstance(branches, list) and branches and depth < _DEPTH:
        return frozenset().union(*(kinds(schemas, branch, depth + 1) for branch in branches))
    values = [merged["const"]] if "const" in merged else merged.get("enum")
    if isinstance(values, list) and values:
        return frozenset().union(*map(_kinds_of, values))
    return _ANY


def _kinds_of(value: Any) -> frozenset[str]:
    if value is None or isinstance(value, bool):
        return frozenset({"null" if value is None else "boolean"})
    if isinstance(value, int | float):
        whole = float(value).is_integer() if abs(value) < 1 << 53 else isinstance(value, int)
        return frozenset({"integer", "number"} if whole else {"number"})
    return frozenset(
        {"string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"}
    )


def of_type(
    old: frozenset[str], new: frozenset[str], names: tuple[str, str], direction: Direction
) -> Iterator[Difference]:
    """The change of a type, if any; ``names`` are the names of the old and the new type."""
    if old == new:
        return
    before, after = (prose.code(name) if name else "any type" for name in names)
    if before == after:
        before, after = (prose.listed(map(prose.code, sorted(each))) for each in (old, new))
    yield Difference(
        f"is {after} now, and was {before}.", bool(old - new if direction.is_request else new - old)
    )


def of_need(before: bool, after: bool, direction: Direction) -> Iterator[Difference]:
    """The change between required and optional, if any.

    Becoming required breaks a client that sends the value, becoming optional one that reads it.
    """
    if before and not after:
        yield Difference(
            "is optional now." if direction.is_request else "may be missing now.", not direction.is_request
        )
    elif after and not before:
        yield Difference(
            "is required now." if direction.is_request else "is always there now.", direction.is_request
        )


def of_deprecation(before: bool, after: bool) -> Iterator[Difference]:
    """The change of ``deprecated``, if any."""
    if before != after:
        yield Difference("is deprecated now." if after else "is no longer deprecated.")


def of_facts(before: Facts, after: Facts, direction: Direction) -> Iterator[Difference]:
    """Changes of the accepted values (``enum``, ``const``) and of the default."""
    yield from _of_accepted(before.accepted, after.accepted, direction)
    if _texts(before.default) != _texts(after.default):
        old, new = (prose.value(each[0]) if each else "" for each in (before.default, after.default))
        if old and new:
            yield Difference(f"has the default {new} now, and had {old}.")
        else:
            yield Difference(f"has the default {new} now." if new else f"no longer has the default {old}.")


def _of_accepted(
    before: tuple[Any, ...], after: tuple[Any, ...], direction: Direction
) -> Iterator[Difference]:
    old, new = _texts(before), _texts(after)
    if not before or not after:
        if after:
            how = "takes no other value than" if direction.is_request else "has no other value than"
            yield Difference(f"{how} {prose.values(after)} now.", direction.is_request)
        elif before:
            how = "takes" if direction.is_request else "may have"
            yield Difference(f"{how} other values than {prose.values(before)} now.")
        return
    gone = [each for text, each in old.items() if text not in new]
    come = [each for text, each in new.items() if text not in old]
    if gone:
        yield Difference(
            f"no longer {'takes' if direction.is_request else 'has'} {prose.values(gone)}.",
            direction.is_request,
        )
    if come and direction.is_request:
        yield Difference(f"takes {prose.values(come)} as well now.")
    elif come:
        yield Difference(f"may be {prose.values(come)} as well now: a client has to expect it.")


def _texts(values: tuple[Any, ...]) -> dict[str, Any]:
    """Values by their JSON text, which tells ``true`` from 1."""
    return {json.dumps(each, sort_keys=True): each for each in values}


def of_limits(
    before: Mapping[str, Any], after: Mapping[str, Any], direction: Direction
) -> Iterator[Difference]:
    """Changes of limits between two merged schemas, in a fixed order."""
    for key in _LIMITS:
        old, new = before.get(key), after.get(key)
        if key == "uniqueItems":
            old, new = old or None, new or None
        if old == new:
            continue
        narrows, widens = _directions(key, old, new)
        how = "is limited otherwise" if narrows == widens else "is limited " + ("more" if narrows else "less")
        yield Difference(f"{how}: {_from_to(key, old, new)}", direction.is_request and narrows)


def _from_to(key: str, old: Any, new: Any) -> str:
    if old is None:
        return f"{prose.code(key)} is {prose.value(new)}, where there was none."
    if new is None:
        return f"{prose.code(key)} was {prose.value(old)}, and there is none now."
    return f"{prose.code(key)} is {prose.value(new)} now, and was {prose.value(old)}."


def _directions(key: str, old: Any, new: Any) -> tuple[bool, bool]:
    """Whether the new limit refuses values that the old one accepted, and whether it accepts others."""
    if old is None or new is None:
        return new is not None, old is not None
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    if not numbers or key in ("pattern", "format"):
        return True, True
    if key == "multipleOf":
        # As they are written: 0.1 is not a multiple of 0.01 in binary floating point.
        old, new = Fraction(str(old)), Fraction(str(new))
        return not (new and old % new == 0), not (old and new % old == 0)
    larger = new > old
    return (larger, not larger) if key in _LEAST else (not larger, larger)
