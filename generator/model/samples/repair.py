"""Repair a value that its schema refuses, by changing as little as possible.

The validator's errors say where. Other values are tried at each of these places, and the one that leaves the
fewest errors is kept, until there are no errors or nothing helps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from generator.budget import MOST_ERRORS, REPAIR, REPAIRS, nodes
from generator.identity import Same
from generator.model.samples.build import Samples
from generator.model.samples.documented import coerced, documented
from generator.model.samples.scalars import other
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.quick_checks import NOTHING, fits
from generator.model.schemas.resolved import Schemas
from generator.model.schemas.validator import Checker, Violation
from generator.model.schemas.value_paths import value_at, with_value, without_value

_STEPS = 40
_TRIES = 40
#: How many of the values tried in one step are compared by the number of their errors.
_COMPARED = 8
#: The most validations for one schema before it is given up, and for all schemas of a description.
_CHECKS = 200
_CHECKS_OF_ALL = 6000
_DOCUMENTED = frozenset({"example", "examples", "default"})
#: The keyword that each kind of the validator's errors is about, and the type that it applies to.
_LEAST = {"MinProperties": ("minProperties", "object"), "MinItems": ("minItems", "array")}


class Repairs:
    """Finds valid values for the schemas of one document, in a limited number of steps."""

    def __init__(self, schemas: Schemas, samples: Samples, checker: Checker) -> None:
        self._schemas = schemas
        self._samples = samples
        self._checker = checker
        self._granted = self._left = _CHECKS
        self._left_of_all = _CHECKS_OF_ALL
        self._nodes_of_all = REPAIRS
        self._size = 1
        """The number of nodes in the value that is being repaired."""
        self._hopeless: set[tuple[Same, Direction]] = set()

    def repaired(self, value: Any, schema: Schema, name: str, *, direction: Direction) -> Any:
        """The valid value nearest to ``value`` that was found, or ``NOTHING``."""
        if self._checker.accepts(value, schema, direction):
            return value
        mended: Any = NOTHING
        if isinstance(value, dict | list):
            self._begin(value)
            mended = self._mended(value, schema, direction)
        for candidate in (mended, *coerced(value)):
            if candidate is not NOTHING and self._checker.accepts(candidate, schema, direction):
                return candidate
        return self.found(schema, name, direction=direction)

    def found(self, schema: Schema, name: str, *, direction: Direction) -> Any:
        """A valid value for ``schema``, or ``NOTHING``."""
        key = (self._schemas.identity(schema), direction)
        if key in self._hopeless:
            return NOTHING
        made = self._samples.made(schema, name, direction=direction)
        self._begin(made)
        # A value that is too large to be made is too large to be found step by step.
        is_too_large = made is NOTHING and bool(self._samples.limits)
        value = NOTHING if is_too_large else self._found(schema, name, direction)
        if value is NOTHING:
            self._hopeless.add(key)
            return value
        return self._completed(
            value, self._samples.made(schema, name, direction=direction), schema, direction
        )

    def _completed(self, value: Any, whole: Any, schema: Schema, direction: Direction) -> Any:
        """Restore the properties of ``whole`` that repair has removed from ``value``, if it stays valid."""
        for path, key, child in list(_missing(value, whole, ())):
            holder = value_at(whole, path)
            order = {name: index for index, name in enumerate(holder)}
            # At its former position.
            put = {**value_at(value, path), key: child}
            put = dict(sorted(put.items(), key=lambda item: order.get(item[0], len(order))))
            candidate = with_value(value, path, put)
            self._left -= 1
            if self._checker.accepts(candidate, schema, direction):
                value = candidate
            if self._left <= 0:
                break
        return value

    def _begin(self, value: Any = None) -> None:
        """Begin a search: grant the validations that it may take, from what is left for the description.

        A validation of a large value counts as many.
        """
        spent = self._granted - max(self._left, 0)
        self._left_of_all -= spent
        self._nodes_of_all -= spent * self._size
        self._size = nodes(value, REPAIR)
        affordable = min(REPAIR, max(self._nodes_of_all, 0)) // self._size
        self._granted = self._left = max(min(_CHECKS, self._left_of_all, affordable), 0)

    def _found(self, schema: Schema, name: str, direction: Direction) -> Any:
        tried = 0
        for candidate in self._starts(schema, name, direction):
            if candidate is NOTHING:
                continue
            if self._checker.accepts(candidate, schema, direction):
                return candidate
            mended = self._mended(candidate, schema, direction)
            if mended is not NOTHING:
                return mended
            tried += 1
            if tried >= 12 or self._left <= 0:
                break
        return NOTHING

    def _starts(self, schema: Schema, name: str, direction: Direction) -> Iterator[Any]:
        """Values to start from: the usual one, one for each alternative, documented ones, and empty ones."""
        yield self._samples.made(schema, name, direction=direction)
        yield from self._samples.alternatives(schema, name, direction)
        merged = self._schemas.merged(schema)
        yield from documented(merged)
        yield from merged.get("enum") or ()
        types = self._schemas.types(schema)
        empty: dict[str, Any] = {
            "object": {},
            "array": [],
            "null": None,
            "string": "",
            "integer": 0,
            "number": 0,
            "boolean": True,
        }
        yield from (empty[type_] for type_ in types or ("object", "string", "integer", "array", "null"))

    def _mended(self, value: Any, schema: Schema, direction: Direction) -> Any:
        """``value``, changed step by step until it is valid; ``NOTHING`` if that fails."""
        errors = self._checker.errors(value, schema, direction)
        if len(errors) >= MOST_ERRORS or any(error.kind is None for error in errors):
            return NOTHING  # with so many changes it would be another value
        value, errors = self._mended_at_once(value, errors, schema, direction)
        self._left = min(self._left, REPAIR // (self._size + 10 * len(errors)))
        seen = {fingerprint(value)}
        sideways = 0
        for _ in range(_STEPS):
            if not errors:
                return value
            tried: list[Any] = []
            for candidate in self._changes(value, schema, errors[0], direction):
                known = fingerprint(candidate)
                if known in seen:
                    continue
                seen.add(known)
                tried.append(candidate)
                self._left -= 1
                if self._checker.accepts(candidate, schema, direction):
                    return candidate
                if len(tried) >= _TRIES or self._left <= 0:
                    break
            better = [
                (len(e), i, e)
                for i, c in enumerate(tried[:_COMPARED])
                if (e := self._checker.errors(c, schema, direction))
            ]
            self._left -= len(better)
            if not better or self._left <= 0:
                return NOTHING
            count, index, left = min(better, key=lambda found: found[:2])
            sideways += count >= len(errors)
            if count > len(errors) or sideways > 3:
                return NOTHING
            value, errors = tried[index], left
        return NOTHING

    def _mended_at_once(
        self, value: Any, errors: list[Violation], schema: Schema, direction: Direction
    ) -> tuple[Any, list[Violation]]:
        """``value`` with the likeliest change at the place of every error, and the errors that are left."""
        for _ in range(6):
            if self._left <= 0:
                break
            changed = value
            for error in errors[: min(200, self._left)]:
                path = list(error.path)
                current = value_at(changed, path)
                if current is NOTHING:
                    continue
                instead = next(iter(self._likely(current, schema, path, error, direction)), NOTHING)
                if instead is not NOTHING:
                    changed = with_value(changed, path, instead)
            left = self._checker.errors(changed, schema, direction) if changed is not value else errors
            self._left -= 1
            if len(left) >= len(errors):
                break
            value, errors = changed, left
            if not errors:
                break
        return value, errors

    def _likely(
        self, current: Any, schema: Schema, path: list[Any], error: Any, direction: Direction
    ) -> Iterator[Any]:
        """Replacements for ``current`` that follow from the error itself, the likeliest first."""
        merged = [self._schemas.merged(part) for part in self._schemas_at(schema, path)]
        missing = getattr(error.kind, "property", None)
        unexpected = getattr(error.kind, "unexpected", None)
        if isinstance(current, dict) and isinstance(missing, str):
            for part in self._alternatives(self._schemas_at(schema, path)):
                child = (self._schemas.merged(part).get("properties") or {}).get(missing)
                made = (
                    self._samples.made(child, missing, direction=direction) if child is not None else NOTHING
                )
                if made is not NOTHING:
                    yield {**current, missing: made}
        elif isinstance(current, dict) and isinstance(unexpected, list):
            yield {key: value for key, value in current.items() if key not in unexpected}
        elif isinstance(current, dict | list):
            yield from self._filled(current, merged, error, direction)
        else:
            name = next((part for part in reversed(path) if isinstance(part, str)), "")
            yield from (v for part in merged for v in coerced(current) if fits(v, part))
            for part in self._schemas_at(schema, path):
                plain = {k: v for k, v in self._schemas.merged(part).items() if k not in _DOCUMENTED}
                yield from (
                    v
                    for t in self._schemas.types(part)
                    for v in self._samples.of_type(t, plain, name, direction)
                )

    def _changes(self, value: Any, schema: Schema, error: Any, direction: Direction) -> Iterator[Any]:
        """Versions of ``value`` with one change each that may remove ``error``."""
        path = list(error.path)
        current = value_at(value, path)
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        schemas = list(self._schemas_at(schema, path))
        for instead in self._instead(current, schemas, error, name, direction):
            if instead is not NOTHING:
                yield with_value(value, path, instead)
        # A part that can't be repaired is left out, or one around it, the innermost first.
        for length in range(len(path), 0, -1):
            yield without_value(value, path[:length])

    def _instead(
        self, current: Any, schemas: Sequence[Schema], error: Any, name: str, direction: Direction
    ) -> Iterator[Any]:
        merged = [self._schemas.merged(schema) for schema in schemas]
        if isinstance(current, dict):
            yield from self._objects(current, merged, error, direction)
        if not isinstance(current, dict | list):
            yield from coerced(current)
        for schema in schemas:
            yield self._samples.made(schema, name, direction=direction)
        if isinstance(current, list):
            yield from _lists(current)
        for schema, part in zip(schemas, merged, strict=True):
            yield from documented(part)
            yield from part.get("enum") or ()
            yield from self._samples.alternatives(schema, name, direction)
            for type_ in self._schemas.types(schema) or ("string", "integer", "boolean", "null", "object"):
                plain = {key: v for key, v in part.items() if key not in _DOCUMENTED}
                yield from self._samples.of_type(type_, plain, name, direction)
        if isinstance(current, dict):
            yield from (without_value(current, [key]) for key in reversed(list(current)))
            yield {**current, "key": "text"}

    def _objects(
        self, current: dict[str, Any], merged: Iterable[dict[str, Any]], error: Any, direction: Direction
    ) -> Iterator[Any]:
        """``current`` with properties added or removed, as the error requires."""
        kind = type(error.kind).__name__
        missing = getattr(error.kind, "property", None)
        unexpected = getattr(error.kind, "unexpected", None)
        if isinstance(unexpected, list):
            yield {key: value for key, value in current.items() if key not in unexpected}
        if isinstance(missing, str) and kind.endswith("Required"):
            for part in merged:
                child = (part.get("properties") or {}).get(missing, part.get("additionalProperties", True))
                made = self._samples.made(child, missing, direction=direction)
                if made is not NOTHING:
                    yield {**current, missing: made}
            yield {**current, missing: "text"}
        required = {name for part in merged for name in part.get("required") or ()}
        yield from (without_value(current, [key]) for key in reversed(list(current)) if key not in required)
        if len(required) < len(current):
            yield {key: value for key, value in current.items() if key in required}

    def _filled(
        self, current: Any, merged: Iterable[dict[str, Any]], error: Any, direction: Direction
    ) -> Iterator[Any]:
        """``current`` with as many properties or items as the error requires.

        If only a condition requires them, one more alone doesn't reduce the number of errors.
        """
        keyword, type_ = _LEAST.get(type(error.kind).__name__, ("", ""))
        for part in merged if keyword else ():
            plain = {key: value for key, value in part.items() if key not in _DOCUMENTED}
            wanted = {**plain, keyword: error.kind.limit}
            for made in self._samples.of_type(type_, wanted, "", direction):
                if isinstance(made, dict):
                    yield {**made, **current}
                elif isinstance(made, list):
                    yield [*current, *made[len(current) :]]

    def _schemas_at(self, schema: Schema, path: Sequence[Any]) -> Iterator[Schema]:
        """The schemas that may apply at ``path`` in a value for ``schema``."""
        nodes = [schema]
        for part in path:
            below: list[Schema] = []
            for node in self._alternatives(nodes):
                merged = self._schemas.merged(node)
                if isinstance(part, str):
                    properties = merged.get("properties") or {}
                    child = properties.get(part, merged.get("additionalProperties"))
                    below += [child] if child is not None else []
                    below += list((merged.get("patternProperties") or {}).values())
                else:
                    prefix = merged.get("prefixItems") or ()
                    below.append(prefix[part] if part < len(prefix) else merged.get("items", True))
            nodes = below[:20]
        yield from nodes

    def _alternatives(self, schemas: Iterable[Schema], depth: int = 0) -> Iterator[Schema]:
        for schema in schemas:
            yield schema
            merged = self._schemas.merged(schema)
            if depth < 4:
                for keyword in ("oneOf", "anyOf", "allOf"):
                    yield from self._alternatives(merged.get(keyword) or (), depth + 1)
                parts = [merged[k] for k in ("if", "then", "else") if isinstance(merged.get(k), dict)]
                yield from self._alternatives(parts, depth + 1)


def _lists(current: list[Any]) -> Iterator[list[Any]]:
    """``current`` without duplicates, without its last item, empty, and with one more item."""
    yield [item for index, item in enumerate(current) if item not in current[:index]]
    yield current[:-1]
    yield []
    if current:
        yield [*current, other(current[-1], len(current))]


def _missing(value: Any, whole: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    """The properties in ``whole`` that ``value`` lacks: the path of the object, the name and the value."""
    if isinstance(value, dict) and isinstance(whole, dict):
        for key, child in whole.items():
            if key not in value:
                yield path, key, child
            else:
                yield from _missing(value[key], child, (*path, key))
    elif isinstance(value, list) and isinstance(whole, list):
        for index, (first, second) in enumerate(zip(value, whole, strict=False)):
            yield from _missing(first, second, (*path, index))


def fingerprint(value: Any) -> bytes:
    """A digest that is the same for equal values, to be kept in their place, since they may be large."""
    return hashlib.blake2b(encoded(value), digest_size=16).digest()


def encoded(value: Any) -> bytes:
    """A value as JSON with sorted names, in bytes."""
    try:
        return msgspec.json.encode(value, order="sorted")
    except (OverflowError, UnicodeError, ValueError):
        # Integers of more than 64 bits, and lone surrogates.
        return json.dumps(value, sort_keys=True).encode()
