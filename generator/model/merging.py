"""What two schemas that both apply demand together: one merged schema folded into another."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any, Protocol

from generator.model.api import Schema

_TIGHTEST = {
    "minimum": max,
    "exclusiveMinimum": max,
    "minLength": max,
    "minItems": max,
    "minContains": max,
    "minProperties": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxContains": min,
    "maxProperties": min,
}
#: Of these every branch has a say, so that each is kept for itself.
_KEPT_APART = frozenset({"oneOf", "anyOf", "pattern"})
#: What belongs to one of these and goes with it.
_WITH: dict[str, tuple[str, ...]] = {"if": ("then", "else"), "contains": ("minContains", "maxContains")}
_DESCRIPTIVE = frozenset("description default example examples readOnly writeOnly".split())


class Uniter(Protocol):
    """What makes one schema of two; the same one of the same two."""

    def both(self, first: Schema, second: Schema) -> Schema:
        """A schema that demands what both do."""


def fold(uniter: Uniter, result: dict[str, Any], part: Mapping[str, Any], *, own: bool = False) -> None:
    """Add to ``result`` what ``part`` demands as well; of two descriptions, an ``own`` one wins."""
    for key in _WITH:
        if key in part and key in result and part[key] != result[key]:
            apart = {name: result.pop(name) for name in (key, *_WITH[key]) if name in result}
            result["allOf"] = [*result.get("allOf", ()), apart]
    for key, value in part.items():
        if key not in result:
            result[key] = value
        elif result[key] == value and type(result[key]) is type(value):
            continue
        elif key in _KEPT_APART:
            result["allOf"] = [*result.get("allOf", ()), {key: result[key]}]
            result[key] = value
        else:
            result[key] = _both(uniter, key, result[key], value, own=own)
            if key in ("type", "enum") and not result[key]:
                result |= {key: value, "not": {}}


def _both(uniter: Uniter, key: str, old: Any, new: Any, *, own: bool) -> Any:
    """What is demanded by a keyword that stands in both."""
    if key in _TIGHTEST:
        return _TIGHTEST[key](old, new)
    if key in ("properties", "patternProperties", "dependentSchemas"):
        return {
            **old,
            **{name: uniter.both(old[name], child) if name in old else child for name, child in new.items()},
        }
    if key in ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames"):
        return uniter.both(old, new)
    if key == "required":
        return list(dict.fromkeys([*old, *new]))
    if key == "dependentRequired":
        return {
            name: list(dict.fromkeys([*old.get(name, ()), *new.get(name, ())])) for name in {**old, **new}
        }
    if key == "allOf":
        return [*old, *new]
    if key == "prefixItems":
        both = [uniter.both(first, second) for first, second in zip(old, new, strict=False)]
        return [*both, *(old if len(old) > len(new) else new)[len(both) :]]
    if key == "type":
        return _common_types(old, new)
    if key == "enum":
        return [item for item in new if any(same(item, other) for other in old)]
    if key == "multipleOf":
        return _common_multiple(old, new)
    if key == "not":
        return {} if {} in (old, new) else {"anyOf": [old, new]}
    if key == "uniqueItems":
        return old or new
    return new if own or key not in _DESCRIPTIVE else old


def same(first: Any, second: Any) -> bool:
    """Whether two values are one to JSON Schema: ``1`` is ``1.0`` but not ``true``."""
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def _common_types(first: Any, second: Any) -> Any:
    """The types that both allow, if any; an integer is a number."""
    old = [first] if isinstance(first, str) else first
    new = [second] if isinstance(second, str) else second
    common = [t for t in new if t in old or (t == "integer" and "number" in old)]
    common += [t for t in old if t == "integer" and "number" in new and t not in common]
    return common[0] if len(common) == 1 else common


def _common_multiple(first: Any, second: Any) -> Any:
    """The least number that is a multiple of both."""
    one, two = Fraction(str(first)), Fraction(str(second))
    common = Fraction(
        lcm(one.numerator * two.denominator, two.numerator * one.denominator),
        one.denominator * two.denominator,
    )
    return int(common) if common.denominator == 1 else float(common)
