"""Merge schemas that all apply to a value into one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Protocol

from generator.identity import IdentityMemo, Same
from generator.model.schemas.facts import Schema
from generator.model.schemas.patterns import finds

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
#: Keywords that can't be combined: each occurrence is kept, in ``allOf``.
_KEPT_APART = frozenset({"oneOf", "anyOf", "pattern"})
#: Keywords that only have a meaning beside another one, and are moved together with it.
_WITH: dict[str, tuple[str, ...]] = {"if": ("then", "else"), "contains": ("minContains", "maxContains")}
#: Lists of at least ``_MANY`` values are looked up by hashes, which are kept for ``_MOST_KEPT`` lists.
_MANY = 32
_MOST_KEPT = 16
_MANY_VALUES: IdentityMemo[frozenset[Any]] = IdentityMemo()
_DESCRIPTIVE = frozenset("description default example examples readOnly writeOnly".split())


class Uniter(Protocol):
    """Combines two schemas; the same two give the same object."""

    def both(self, first: Schema, second: Schema) -> Schema:
        """A schema with the requirements of both."""


class Folding:
    """Merges schemas into ``result`` by adding one after the other.

    Values that grow with each part are changed in place, so that the cost is proportional to the parts.
    ``most`` is the number of entries (keywords, and names inside them) that may be added; ``is_cut`` says
    whether there were more.
    """

    def __init__(self, uniter: Uniter, most: int, start: Mapping[str, Any] | None = None) -> None:
        self._uniter = uniter
        self._left = most
        self._own: dict[str, Any] = {}
        """Values of ``result`` that are copies and may be changed; for ``required``, its names as keys."""
        self._all_known: set[Same] | None = None
        """The identities of the schemas in ``allOf``, once they are needed."""
        self.result: dict[str, Any] = {}
        self.is_cut = False
        if start is not None:
            self.result.update(start)
            self._left -= len(start)

    def add(self, part: Mapping[str, Any], *, own: bool = False) -> None:
        """Merge ``part`` into the result. Its annotations, such as a description, win if it is ``own``."""
        result = self.result
        self._left -= len(part)
        if self._left < 0:
            self.is_cut = True
            return
        for key in _WITH:
            if key in part and key in result and part[key] != result[key]:
                apart = {name: result.pop(name) for name in (key, *_WITH[key]) if name in result}
                self._keep_apart(apart)
        for key, value in part.items():
            if key not in result:
                result[key] = value
                self._own.pop(key, None)
            elif result[key] == value and type(result[key]) is type(value):
                continue
            elif key in _KEPT_APART:
                self._keep_apart({key: result[key]})
                result[key] = value
            elif key == "multipleOf":
                self._multiple(value)
            elif key in _GROWING:
                _GROWING[key](self, key, value)
            else:
                result[key] = _both(self._uniter, key, result[key], value, own=own)
                if key in ("type", "enum") and not result[key]:
                    result |= {key: value, "not": {}}

    def close(self, part: Mapping[str, Any]) -> None:
        """Remove the properties that ``part``, which allows no additional ones, neither names nor matches."""
        properties = self.result.get("properties")
        if not properties:
            return
        allowed = part.get("properties") or {}
        patterns = part.get("patternProperties") or {}
        self._left -= len(properties) * (1 + len(patterns))
        if self._left < 0:
            self.is_cut = True
            return
        self.result["properties"] = {
            name: child
            for name, child in properties.items()
            if name in allowed or any(finds(pattern, name) for pattern in patterns)
        }
        self._own.pop("properties", None)

    def _keep_apart(self, schema: dict[str, Any]) -> None:
        """Add ``schema`` to ``allOf``."""
        if "allOf" in self.result:
            self._all("allOf", [schema])
        else:
            self.result["allOf"] = self._own["allOf"] = [schema]

    def _take(self, count: int) -> bool:
        """Count ``count`` entries, and return whether that many could be added."""
        self._left -= count
        self.is_cut = self.is_cut or self._left < 0
        return self._left >= 0

    def _map(self, key: str, new: Mapping[str, Any]) -> None:
        """Merge a keyword that maps names to schemas."""
        old = self._mine(key, dict)
        if old is not None and self._take(len(new)):
            for name, child in new.items():
                old[name] = self._uniter.both(old[name], child) if name in old else child

    def _all(self, key: str, new: list[Any]) -> None:
        """Merge lists of schemas that all apply, without repeating any."""
        old = self._mine(key, list)
        if old is not None and self._take(len(new)):
            if self._all_known is None:
                self._all_known = set(map(Same, old))
            for part in new:
                if Same(part) not in self._all_known:
                    self._all_known.add(Same(part))
                    old.append(part)

    def _names(self, key: str, new: Iterable[str]) -> None:
        """Merge lists of required names."""
        if key not in self._own and self._take(len(self.result[key])):
            self._own[key] = dict.fromkeys(self.result[key])
            self.result[key] = list(self._own[key])
        known = self._own.get(key)
        if known is None:
            return
        for name in new:
            if name not in known and self._take(1):
                known[name] = None
                self.result[key].append(name)

    def _name_lists(self, key: str, new: Mapping[str, Iterable[str]]) -> None:
        """Merge a keyword that maps a name to the names that it requires."""
        old = self._mine(key, dict)
        for name, names in new.items():
            before = old.get(name, ()) if old is not None else ()
            if old is not None and self._take(len(before) + 1):
                old[name] = list(dict.fromkeys([*before, *names]))

    def _mine(self, key: str, kind: Callable[[Any], Any]) -> Any:
        """The value of ``key`` as a copy that may be changed; ``None`` if the limit doesn't allow a copy."""
        if key not in self._own:
            if not self._take(len(self.result[key])):
                return None
            self.result[key] = self._own[key] = kind(self.result[key])
        return self._own[key]

    def _multiple(self, step: Any) -> None:
        """Combine two ``multipleOf``: in their least common multiple, or both if that can't be a number."""
        both = _common_multiple(self.result["multipleOf"], step)
        if both is None:
            self._keep_apart({"multipleOf": step})
        else:
            self.result["multipleOf"] = both


#: The keywords whose values are changed in place, and the methods that do so.
_GROWING: Mapping[str, Callable[[Folding, str, Any], None]] = {
    "properties": Folding._map,
    "patternProperties": Folding._map,
    "dependentSchemas": Folding._map,
    "allOf": Folding._all,
    "required": Folding._names,
    "dependentRequired": Folding._name_lists,
}


def _both(uniter: Uniter, key: str, old: Any, new: Any, *, own: bool) -> Any:
    """The combined value of a keyword that both schemas have."""
    if key in _TIGHTEST:
        return _TIGHTEST[key](old, new)
    if key in ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames"):
        return uniter.both(old, new)
    if key == "prefixItems":
        both = [uniter.both(first, second) for first, second in zip(old, new, strict=False)]
        return [*both, *(old if len(old) > len(new) else new)[len(both) :]]
    if key == "type":
        return _common_types(old, new)
    if key == "enum":
        return _common_values(old, new)
    if key == "not":
        return {} if {} in (old, new) else {"anyOf": [old, new]}
    if key == "uniqueItems":
        return old or new
    return new if own or key not in _DESCRIPTIVE else old


def same(first: Any, second: Any) -> bool:
    """Whether two values are equal in JSON Schema: ``1`` equals ``1.0``, but not ``true``."""
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def is_among(value: Any, values: Sequence[Any]) -> bool:
    """Whether ``value`` is one of ``values``. If these are many, their hashes are kept for the next call."""
    if len(values) < _MANY:
        return any(same(value, item) for item in values)
    known = _MANY_VALUES.get(values)
    if known is None:
        if len(_MANY_VALUES) >= _MOST_KEPT:
            _MANY_VALUES.clear()
        known = _MANY_VALUES.keep(values, frozenset(map(_comparable, values)))
    return _comparable(value) in known


def _common_types(first: Any, second: Any) -> Any:
    """The types that both allow, as a string if it is one; an integer is a number."""
    old = [first] if isinstance(first, str) else first
    new = [second] if isinstance(second, str) else second
    common = [t for t in new if t in old or (t == "integer" and "number" in old)]
    common += [t for t in old if t == "integer" and "number" in new and t not in common]
    return common[0] if len(common) == 1 else common


def _common_values(first: list[Any], second: list[Any]) -> list[Any]:
    """The ``second`` values that are among the ``first``."""
    known = {_comparable(value) for value in first}
    return [value for value in second if _comparable(value) in known]


def _comparable(value: Any) -> Any:
    """A hashable key that two values share if, and only if, they are the ``same``."""
    return isinstance(value, bool), _hashable(value)


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return frozenset((name, _hashable(child)) for name, child in value.items()), "object"
    return (tuple(map(_hashable, value)), "array") if isinstance(value, list) else value


def _common_multiple(first: Any, second: Any) -> Any:
    """The least common multiple; ``None`` if it is too large for a double."""
    one, two = Fraction(str(first)), Fraction(str(second))
    denominator = one.denominator * two.denominator
    common = Fraction(lcm(one.numerator * two.denominator, two.numerator * one.denominator), denominator)
    if common > sys.float_info.max:
        return None
    return int(common) if common.denominator == 1 else float(common)
