"""Make one sample value for a schema, the same value each time.

Documented values come first, then values that the schema allows. They are made by rules that are right for
nearly every schema, without a validator. ``Context`` validates all of them together later, and ``repair``
replaces those that are invalid, with the validator at every step.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, NamedTuple

from generator.budget import (
    CHARACTERS_OF_A_NODE,
    MOST_ALTERNATIVES,
    MOST_CHOICES,
    MOST_IN_SAMPLE,
    MOST_ITEMS,
    MOST_LEVELS,
    MOST_NAMES,
    Limit,
    Meter,
    SpentError,
    count,
    name_nodes,
    nodes,
)
from generator.identity import IdentityMemo, Same
from generator.model.media.contents import content, holds_content, holds_value
from generator.model.samples.alternatives import Alternatives
from generator.model.samples.documented import coerced, documented, meant
from generator.model.samples.scalars import (
    AMBIGUOUS,
    key_names,
    meant_among,
    numbers,
    other,
    shortened,
    strings,
)
from generator.model.samples.words import fold, singular
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.patterns import finds, matching
from generator.model.schemas.quick_checks import (
    NOTHING,
    fits,
    fits_bounds,
    fits_length,
    fitting_values,
    is_excluded,
    with_dependents,
)
from generator.model.schemas.resolved import Schemas
from generator.reading.lenient import mapping

#: The depths at which a sample may be cut; -1 is not to cut it.
_DEPTHS = (-1, 12, 8, 6, 5, 4, 3, 2, 1, 0)


class _TooLargeError(Exception):
    """A value exceeds its budget."""


_TOO_LARGE: Any = object()
#: The schema of JSON text without a ``contentSchema``. It is one object: schemas are known by identity.
_ANY_OBJECT: Schema = {"type": "object"}
#: The number of values in every sample that are free, so that a small one is never left out.
_LEAST = 50
#: One sample may take a quarter of what is left of a share, so that it can be made at several depths.
_PART = 4
#: The number of alternatives whose ranking counts as one step.
_RANKED_IN_A_STEP = 4


class Budget(NamedTuple):
    """The most values in one sample. Requests are sent, and so need more than responses, which are read."""

    request: int = 10_000
    response: int = 1500

    def of(self, direction: Direction) -> int:
        """The limit for a request or a response."""
        return self.request if direction.is_request else self.response


class Samples:
    """Makes the sample values of one document.

    Documented values are remembered by name, to be borrowed for parameters and properties without any.
    ``budget`` limits the values in one sample. If objects contain each other many times over, a whole sample
    would fill a disk: it is cut at the greatest depth that fits.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.budget = Budget()
        self._known: dict[str, list[Any]] = {}
        self._memo: IdentityMemo[tuple[Any, int, bool]] = IdentityMemo()
        self._alternatives = Alternatives(schemas)
        self._stripped: IdentityMemo[Any] = IdentityMemo()
        self._depths: dict[tuple[Same, Direction, int], int] = {}
        """Indexes in ``_DEPTHS`` of the depths that fitted schemas before."""
        self._too_large: set[tuple[Same, Direction, int]] = set()
        """Schemas whose samples exceed the budget at every depth."""
        self._limit = MOST_IN_SAMPLE
        """The most values in the sample that is being made."""
        self._size = 0
        """The number of values in the last sample."""
        self._left = 0
        self._low = 0
        self._by_name = False
        self._lenient = False
        self.meter = Meter(MOST_IN_SAMPLE)
        """Counts the values that are made, including those that are discarded."""
        self.limits: set[str] = set()
        """The sentences of the limits that cut the last sample."""
        self._free = 0
        self._steps = 0
        self._chosen = 0
        """How many alternatives are chosen, one inside the other, around the value being made."""

    def forget(self) -> None:
        """Forget the values made so far, which are large. They are made again when they are needed."""
        self._memo.clear()

    def remember(self, name: str, value: Any) -> None:
        """Remember a documented value of the parameter or property ``name``."""
        self._known.setdefault(fold(name), []).append(value)

    def made(
        self, schema: Schema, name: str = "", *, direction: Direction, most: int = MOST_IN_SAMPLE
    ) -> Any:
        """A value for ``schema``, nearly always a valid one; ``NOTHING`` if no value can be made.

        It holds at most ``most`` values, and no more than the budget for a request or a response. Parts that
        samples have in common are counted for each sample, since each is written whole.

        If a part contradicts itself, the rest is made all the same: a person can correct one value, but not a
        body that is missing.
        """
        self.limits, self._free, self._size = set(), _LEAST, 0
        self._limit = min(most, self.budget.of(direction))
        value = self._cut(schema, name, direction)
        if value is NOTHING and not self.limits and self._schemas.target(schema) is not False:
            memo, self._memo, self._lenient = self._memo, IdentityMemo(), True
            try:
                value = self._cut(schema, name, direction)
            finally:
                self._memo, self._lenient = memo, False
        self.meter.take(self._size)
        return value

    def _cut(self, schema: Schema, name: str, direction: Direction) -> Any:
        """A value that is cut at the greatest depth that fits the budget."""
        key = (self._schemas.identity(schema), direction, self._limit)
        if key in self._too_large:
            self._note_values()
            return NOTHING
        known = self._depths.get(key, 0)
        value = self._at_depth(schema, name, direction, _DEPTHS[known])
        if value is not _TOO_LARGE:
            if known:
                self._note_values()
            return value
        # Start with the least depth, since each further one takes many times as much.
        value = NOTHING
        for index in range(len(_DEPTHS) - 1, known, -1):
            deeper = self._at_depth(schema, name, direction, _DEPTHS[index])
            if deeper is _TOO_LARGE:
                break
            value, self._depths[key] = deeper, index
        if key not in self._depths and self._most() == self._limit:
            self._too_large.add(key)
        self._note_values()
        return value

    def _note_values(self) -> None:
        if self._most() < self._limit:
            self.limits.add(Limit.WORK.value.format(self.meter.total))
        else:
            self.limits.add(Limit.VALUES.value.format(self._limit))

    def _most(self) -> int:
        return min(self._limit, max(self.meter.left // _PART, _LEAST))

    def _at_depth(self, schema: Schema, name: str, direction: Direction, depth: int) -> Any:
        """A value that is cut at ``depth``; ``_TOO_LARGE`` if it exceeds the budget."""
        most = self._left = self._most()
        self._steps = self.meter.left // _PART
        self._low = 1 << 30
        try:
            value = self._make(schema, name, direction, {}, depth)
        except (_TooLargeError, SpentError):
            return _TOO_LARGE
        self._size = most - self._left
        return value

    def _make(
        self, schema: Schema, name: str, direction: Direction, open_: dict[int, int], depth: int
    ) -> Any:
        """Make a value. ``open_`` numbers the schemas around; ``depth`` is the depth left, -1 for any."""
        self._work()
        target = self._schemas.target(schema)
        if not name and target is not schema and isinstance(schema, dict):
            name = str(schema.get("$ref", "")).rpartition("/")[2]
        about = (direction, depth, "")
        known = self._memo.get(target, about) or self._memo.get(target, (direction, depth, name))
        if known is not None:
            self._spend(known[1])
            self._by_name = self._by_name or known[2]
            return known[0]
        # Ids are safe as keys here: the calls around this one keep the objects alive.
        number = open_.get(id(target))
        if number is not None:
            self._low = min(self._low, number)
            return NOTHING
        if len(open_) >= MOST_LEVELS:
            self.limits.add(Limit.LEVELS.value)
            raise _TooLargeError
        before, low, mine, by_name = self._left, self._low, len(open_), self._by_name
        self._low, self._by_name = 1 << 30, False
        self._spend(1)
        open_[id(target)] = mine
        try:
            value = next(
                (v for v in self._candidates(target, name, direction, open_, depth) if v is not NOTHING),
                NOTHING,
            )
            if value is NOTHING and self._lenient:
                value = next(self._nearly(target, name), NOTHING)
        finally:
            del open_[id(target)]
        if self._low >= mine:
            # No circle leads out of this schema, so that its value is the same wherever it is used, or
            # wherever it is used by this name.
            made = (value, self._cost(value, before - self._left), self._by_name)
            self._memo.keep(target, made, (direction, depth, name) if self._by_name else about)
            self._low = low
        else:
            self._low = min(low, self._low)
        self._by_name = self._by_name or by_name
        return value

    def _cost(self, value: Any, spent: int) -> int:
        """The number of values that each further use of ``value`` counts: of a documented one, all in it."""
        return nodes(value, self._limit) if spent <= 1 and isinstance(value, str | dict | list) else spent

    def _work(self, steps: int = 1) -> None:
        """Count steps. The first ones of every sample are free, so that a small one is never left out."""
        if self._free >= steps:
            self._free -= steps
            return
        self._steps -= steps
        if self._steps < 0:
            raise _TooLargeError
        self.meter.spend(steps)

    def _spend(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise _TooLargeError

    def alternatives(self, schema: Schema, name: str, direction: Direction) -> list[Any]:
        """A value for each alternative of ``oneOf``, ``anyOf`` and ``if``, as far as they fit the budget."""
        for depth in (-1, 3, 1):
            self._left, self._low = self.budget.of(direction) * 4, 1 << 30
            self._free, self._steps = _LEAST, self.meter.left // _PART
            try:
                found = self._choices(schema, name, direction, {}, depth)
                return list(itertools.islice((v for v in found if v is not NOTHING), MOST_ALTERNATIVES))
            except _TooLargeError:
                continue
            except SpentError:
                break
        return []

    def of_type(self, type_: str, merged: Mapping[str, Any], name: str, direction: Direction) -> list[Any]:
        """The first candidates of one JSON type for a merged schema."""
        self._left, self._low = self.budget.of(direction), 1 << 30
        self._free, self._steps = _LEAST, self.meter.left // _PART
        try:
            return list(itertools.islice(self._of_type(type_, merged, name, direction, {}, 2), 12))
        except (_TooLargeError, SpentError):
            return []

    def _nearly(self, schema: Schema, name: str) -> Iterator[Any]:
        """Values that the author would recognize, for a schema for which no value was found."""
        merged = self._schemas.merged(schema)
        yield from documented(merged)
        without = {
            key: value for key, value in merged.items() if key not in ("pattern", "minimum", "maximum")
        }
        for type_ in self._schemas.types(schema):
            yield from strings(without, name) if type_ == "string" else ()
            yield from numbers(without, name, whole=True) if type_ in ("integer", "number") else ()

    @cached_property
    def _objects(self) -> frozenset[str]:
        """The folded names of the components that are objects with a text as their ``id``."""
        return frozenset(
            fold(name)
            for name, schema in self._schemas.components
            if "string" in self._schemas.types(mapping(mapping(schema).get("properties")).get("id", {}))
        )

    # --- Candidates for a schema, the best first ----------------------------------------------------------

    def _candidates(
        self, schema: Schema, name: str, direction: Direction, open_: dict[int, int], depth: int
    ) -> Iterator[Any]:
        merged = self._schemas.merged(schema)
        if "not" in merged and merged["not"] in ({}, True):
            return
        yield from self._documented(merged, direction)
        types = self._schemas.types(schema)
        if self._known and types not in (("object",), ("array",)) and not self._schemas.has_choice(merged):
            self._by_name = True
            yield from (v for v in self._known.get(fold(name), ()) if fits(v, merged))
        if "const" in merged:
            yield merged["const"]
        if "enum" in merged:
            yield from (v for v in fitting_values(merged) if v is not None)
            yield from (v for v in merged["enum"] if v is None)
            # Not strictly valid, but what `true` means in the `enum` of a string.
            plain = {"type": merged.get("type")}
            yield from (
                v
                for item in merged["enum"][:MOST_ITEMS]
                for v in coerced(item)
                if "type" in merged and fits(v, plain)
            )
        yield from self._choices(schema, name, direction, open_, depth)
        if not types and ("oneOf" in merged or "anyOf" in merged):
            # No value was made for any alternative, as in a circle: a text wouldn't match one either.
            types = ()
        elif not types:
            types = ("object",) if "required" in merged else ("string",)
        for type_ in types:
            values: Iterable[Any] = self._of_type(type_, merged, name, direction, open_, depth)
            if type_ == "object":
                self._by_name = False
                values = (self._alternatives.with_kind(value, schema) for value in values)
            if "not" in merged:
                values = (value for value in values if not is_excluded(value, merged["not"]))
            yield from values
        if merged.get("nullable") is True:
            yield None

    def _documented(self, merged: Mapping[str, Any], direction: Direction) -> Iterator[Any]:
        for value in documented(merged):
            value = self.without_hidden(value, merged, direction)
            if fits(value, merged):
                yield value
            else:
                yield from (v for v in meant(value, merged) if fits(v, merged))

    def without_hidden(self, value: Any, merged: Mapping[str, Any], direction: Direction) -> Any:
        """``value`` without ``readOnly`` properties in a request, or ``writeOnly`` ones in a response."""
        if not isinstance(value, dict | list):
            return value
        shown = self._stripped.get(value, direction)
        if shown is None:
            shown = self._shown(value, merged, direction)
            self._stripped.keep(value, shown, direction)
        return shown

    def _shown(self, value: Any, merged: Mapping[str, Any], direction: Direction) -> Any:
        """``value`` without hidden properties at any depth; the same object if there are none."""
        result: Any = value
        if isinstance(value, list) and "items" in merged:
            items = self._schemas.merged(merged["items"])
            result = [self._shown(item, items, direction) for item in value]
            return value if all(new is old for new, old in zip(result, value, strict=True)) else result
        properties = merged.get("properties")
        if isinstance(value, dict) and properties:
            parts = {key: self._schemas.merged(properties.get(key, True)) for key in value}
            result = {
                key: self._shown(child, parts[key], direction)
                for key, child in value.items()
                if not direction.hides(parts[key])
            }
            if len(result) == len(value) and all(result[key] is child for key, child in value.items()):
                return value
        return result

    def _choices(
        self, schema: Schema, name: str, direction: Direction, open_: dict[int, int], depth: int
    ) -> Iterator[Any]:
        """A value for each alternative of ``oneOf``, ``anyOf`` and ``if``; it may be ``NOTHING``."""
        if self._chosen >= MOST_CHOICES:
            return
        merged = self._schemas.merged(schema)
        together = len(merged.get("allOf", ()))
        branches = max(len(merged.get(keyword) or ()) for keyword in ("oneOf", "anyOf"))
        self._work(branches // _RANKED_IN_A_STEP)
        for part, branch in self._alternatives.of(schema):
            self._work(1 + together)
            self._chosen += 1
            try:
                value = self._make(part, name, direction, open_, depth)
            finally:
                self._chosen -= 1
            if value is not NOTHING and branch is not None:
                value = self._alternatives.named(value, schema, branch)
            yield value

    def _of_type(
        self,
        type_: str,
        merged: Mapping[str, Any],
        name: str,
        direction: Direction,
        open_: dict[int, int],
        depth: int,
    ) -> Iterable[Any]:
        if type_ == "object":
            return [self._object(merged, direction, open_, depth)]
        if type_ == "array":
            return self._arrays(merged, name, direction, open_, depth)
        self._by_name = self._by_name or type_ in ("string", "integer", "number")
        if type_ == "string":
            texts = strings(shortened(merged), name, lambda: self._objects)
            if holds_content(merged):
                texts = itertools.chain(self._contents(merged, direction, open_, depth), texts)
            return self._texts(merged, texts)
        if type_ in ("integer", "number"):
            whole = type_ == "integer"
            return (n for n in numbers(merged, name, whole=whole) if fits_bounds(n, merged))
        return [True, False] if type_ == "boolean" else [None]

    def _contents(
        self, merged: Mapping[str, Any], direction: Direction, open_: dict[int, int], depth: int
    ) -> Iterator[str]:
        """Texts with encoded bytes, or with a value in JSON, XML or YAML, as the schema describes."""
        inner, value = merged.get("contentSchema", _ANY_OBJECT), None
        if holds_value(merged):
            value = self._make(inner, "", direction, open_, depth - 1 if depth > 0 else depth)
        if value is not NOTHING:
            yield from content(shortened(merged), value, partial(self._xml, inner))

    def _xml(self, schema: Schema, value: Any) -> str:
        """A value as an XML document. The module for that is imported only if there is XML."""
        from generator.model.media import xml

        return xml.document(self._schemas, schema, value)

    def _texts(self, merged: Mapping[str, Any], texts: Iterable[str]) -> Iterator[str]:
        """The ``texts`` of a valid length and pattern, with ``minLength`` lowered as by ``shortened``."""
        reachable = shortened(merged)
        if reachable is not merged:
            self.limits.add(Limit.TEXT.value)
        for text in texts:
            if fits_length(text, reachable):
                if len(text) >= CHARACTERS_OF_A_NODE:
                    self._spend(len(text) // CHARACTERS_OF_A_NODE)
                    self.meter.spend(len(text) // CHARACTERS_OF_A_NODE)
                yield text

    def _object(
        self, merged: Mapping[str, Any], direction: Direction, open_: dict[int, int], depth: int
    ) -> Any:
        required: Mapping[str, None] = dict.fromkeys(merged.get("required") or ())
        properties = merged.get("properties") or {}

        result: dict[str, Any] = {}
        for key, child in properties.items():
            part = self._schemas.merged(child)
            if child is False or direction.hides(part):
                continue
            if depth == 0 and key not in required and self._schemas.holds_others(child):
                continue
            self._spend(name_nodes(key))
            name = self.meant_among(key, properties)
            value = self._make(child, name, direction, open_, depth - 1 if depth > 0 else depth)
            if value is not NOTHING:
                result[key] = value
            elif key in required and not self._lenient:
                return NOTHING
        required = with_dependents(required, result, merged.get("dependentRequired") or {})
        for key in required:
            if key not in properties and key not in result:
                value = self._extra(merged, key, direction, open_, depth)
                if value is not NOTHING:
                    result[key] = value
                elif not self._lenient:
                    return NOTHING
        self._fill(result, merged, direction, open_, depth)
        most = merged.get("maxProperties", len(result))
        optional = [key for key in result if key not in required]
        while len(result) > most and optional:
            del result[optional.pop()]
        return result

    def meant_among(self, name: str, others: Iterable[str]) -> str:
        """``name``, or what it means beside ``others``: ``size`` → ``pageSize`` beside ``page``.

        A name that has a documented value is not changed.
        """
        if name.lower() not in AMBIGUOUS or self.is_documented(name):
            return name
        return meant_among(name, others)

    def is_documented(self, name: str) -> bool:
        """Whether some parameter or property called ``name`` has a documented value to borrow."""
        return fold(name) in self._known

    def _extra(
        self,
        merged: Mapping[str, Any],
        key: str,
        direction: Direction,
        open_: dict[int, int],
        depth: int,
        name: str = "",
    ) -> Any:
        """A value for a property that ``properties`` doesn't list.

        ``name`` is the name to make the value by, if ``key`` is made up.
        """
        for pattern, child in (merged.get("patternProperties") or {}).items():
            if finds(pattern, key):
                return self._make(child, name or key, direction, open_, depth - 1 if depth > 0 else depth)
        schema = merged.get("additionalProperties", merged.get("unevaluatedProperties", True))
        return self._make(schema, name or key, direction, open_, depth - 1 if depth > 0 else depth)

    def _fill(
        self,
        result: dict[str, Any],
        merged: Mapping[str, Any],
        direction: Direction,
        open_: dict[int, int],
        depth: int,
    ) -> None:
        """Add properties whose names a client chooses: as many as required, else one to show them."""
        additional = merged.get("additionalProperties")
        by_pattern = merged.get("patternProperties") or {}
        least = count(merged.get("minProperties", 0))
        if least > MOST_NAMES:
            self.limits.add(Limit.NAMES.value)
        shown = 1 if (isinstance(additional, dict) and additional) or by_pattern else 0
        wanted = max(least, shown if not merged.get("properties") else 0)
        names = self._names(merged, by_pattern)
        name = "value" if self.is_documented("value") else "mapValue"
        for key in names:
            if len(result) >= wanted or (depth == 0 and len(result) >= least):
                return
            value = self._extra(merged, key, direction, open_, depth, name)
            if value is NOTHING:
                return
            result.setdefault(key, value)

    def _names(self, merged: Mapping[str, Any], by_pattern: Mapping[str, Any]) -> Iterator[str]:
        for pattern in by_pattern:
            found = (text for text in key_names({"pattern": pattern}) if text and finds(pattern, text))
            yield from itertools.islice(dict.fromkeys(found), 3)
        if merged.get("additionalProperties") is False:
            return
        names = merged.get("propertyNames")
        given = self.made_names(names) if isinstance(names, dict) else ()
        yield from given
        if not given:
            yield "key"
            yield from (f"key{number}" for number in range(2, MOST_NAMES))

    def made_names(self, schema: Schema) -> tuple[str, ...]:
        """Candidates for names that ``propertyNames`` allows."""
        merged = self._schemas.merged(schema)
        found = [*(merged.get("enum") or ()), *([merged["const"]] if "const" in merged else ())]
        if not found:
            found = [text for text in key_names(merged) if fits_length(text, merged)][:20]
            if "pattern" in merged:
                found = [*matching(merged["pattern"]), *found]
        return tuple(name for name in dict.fromkeys(found) if isinstance(name, str))

    def _arrays(
        self, merged: Mapping[str, Any], name: str, direction: Direction, open_: dict[int, int], depth: int
    ) -> Iterator[Any]:
        prefix = merged.get("prefixItems") or ()
        head = [
            self._make(part, name, direction, open_, depth - 1 if depth > 0 else depth) for part in prefix
        ]
        least, most = count(merged.get("minItems", 0)), merged.get("maxItems")
        items = merged.get("items", merged.get("unevaluatedItems", {} if not prefix else True))
        contained = [
            self._schemas.both(part["contains"], items)
            for part in (merged, *merged.get("allOf", ()))
            if "contains" in part
            for _ in range(min(count(part.get("minContains", 1)), MOST_ITEMS))
        ]
        wanted = max(least, 1 if (not prefix or least > len(head)) and not contained else 0)
        if most is not None:
            wanted = min(wanted, count(most))
        if wanted > MOST_ITEMS:
            self.limits.add(Limit.ITEMS.value)
        end = next((index for index, part in enumerate(head) if part is NOTHING), len(head))
        head = head[:end]
        rest: list[Any] = []
        for index, schema in enumerate(contained):
            value = self._make(schema, name, direction, open_, depth - 1 if depth > 0 else depth)
            if value is not NOTHING:
                rest.append(other(value, index) if merged.get("uniqueItems") is True else value)
        missing = wanted - len(head) - len(rest)
        if missing > 0 and items is not False:
            rest += self._items(items, missing, merged, name, direction, open_, depth)
        value = [*head, *rest]
        if len(value) >= least:
            yield value
        if least == 0:
            yield []

    def _items(
        self,
        items: Schema,
        wanted: int,
        merged: Mapping[str, Any],
        name: str,
        direction: Direction,
        open_: dict[int, int],
        depth: int,
    ) -> list[Any]:
        items = self._alternatives.described(items, merged)
        first = self._make(items, singular(name), direction, open_, depth - 1 if depth > 0 else depth)
        if first is NOTHING:
            return []
        if wanted == 1:
            return [first]
        wanted = min(wanted, MOST_ITEMS)
        self._spend(wanted)
        if merged.get("uniqueItems") is not True:
            # Each item is written whole, and so counts whole.
            self._spend((wanted - 1) * nodes(first, self._left + 1))
            return [first] * wanted
        inner = self._schemas.merged(items)
        accepted = list(itertools.islice(fitting_values(inner), wanted)) or [first]
        if "enum" not in inner:
            accepted = [other(first, index) for index in range(wanted)]
            types = self._schemas.types(items)
            if inner.get("multipleOf") is not None and isinstance(first, int | float):
                accepted = [first + index * inner["multipleOf"] for index in range(wanted)]
            elif types == ("boolean",):
                accepted = [True, False]
            elif any(not fits(v, inner) for v in accepted) and isinstance(first, str):
                accepted = [v for v in dict.fromkeys(strings(inner, name)) if fits(v, inner)]
        return accepted[:wanted]
