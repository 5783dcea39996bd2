"""A schema to one sample value that the schema accepts: the same value each time.

Documented values come first, whatever they are; then what the schema allows. Values are made by rules that
hold for nearly every schema, without asking a validator; ``Context`` has all of them checked together, and
what is refused there is looked for anew in ``repairs``, with the validator at every step.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.model.api import Schema
from generator.model.fitting import (
    NOTHING,
    coerced,
    documented,
    fits,
    fits_bounds,
    fits_length,
    is_excluded,
    meant,
    with_dependents,
)
from generator.model.patterns import finds, matching
from generator.model.plausible import fold, numbers, other, singular, strings
from generator.model.schemas import Schemas
from generator.reading.dialects import ASSERTIONS

_DEPTHS = (12, 8, 6, 5, 4, 3, 2, 1, 0)
#: What a schema says of itself, not of its alternatives.
_DESCRIPTIVE = frozenset("title description example examples default discriminator".split())


class _TooLargeError(Exception):
    """A value outgrew its budget."""


class Samples:
    """Makes the sample values of one document.

    ``known`` gives the documented values of parameters and properties by name, to be borrowed where none is
    given. ``budget`` is the number of values that one sample may hold: a description whose objects hold each
    other many times over has samples that would fill a disk; they are cut at the greatest depth that fits.
    """

    def __init__(self, schemas: Schemas, budget: int = 4000) -> None:
        self._schemas = schemas
        self.budget = budget
        self._known: dict[str, list[Any]] = {}
        self._memo: dict[tuple[int, bool, int, str], tuple[Schema, Any, int, bool]] = {}
        self._combined: dict[tuple[int, str, int], Schema] = {}
        self._taken: dict[int, frozenset[int]] = {}
        self._stripped: dict[tuple[int, bool], Any] = {}
        self._left = 0
        self._low = 0
        self._by_name = False

    def remember(self, name: str, value: Any) -> None:
        """Keep a documented value of the parameter or property ``name``."""
        self._known.setdefault(fold(name), []).append(value)

    def made(self, schema: Schema, name: str = "", *, request: bool) -> Any:
        """A value for ``schema``, nearly always a valid one, or ``NOTHING``."""
        try:
            return self._whole(schema, name, request, -1)
        except _TooLargeError:
            pass
        for depth in _DEPTHS:
            with contextlib.suppress(_TooLargeError):
                return self._whole(schema, name, request, depth)
        return NOTHING

    def _whole(self, schema: Schema, name: str, request: bool, depth: int) -> Any:
        self._left = self.budget
        self._low = 1 << 30
        return self._make(schema, name, request, {}, depth)

    def _make(self, schema: Schema, name: str, request: bool, open_: dict[int, int], depth: int) -> Any:
        """``open_`` numbers the schemas that this one is inside of; ``depth`` is what is left, or -1."""
        target = self._schemas.target(schema)
        if not name and target is not schema and isinstance(schema, dict):
            name = str(schema.get("$ref", "")).rpartition("/")[2]
        key = (id(target), request, depth, "")
        known = self._memo.get(key) or self._memo.get((*key[:3], name))
        if known is not None:
            self._spend(known[2])
            self._by_name = self._by_name or known[3]
            return known[1]
        number = open_.get(id(target))
        if number is not None:
            self._low = min(self._low, number)
            return NOTHING
        before, low, mine, by_name = self._left, self._low, len(open_), self._by_name
        self._low, self._by_name = 1 << 30, False
        self._spend(1)
        open_[id(target)] = mine
        try:
            value = next(
                (v for v in self._candidates(target, name, request, open_, depth) if v is not NOTHING),
                NOTHING,
            )
        finally:
            del open_[id(target)]
        if self._low >= mine:
            # What closes the circle is inside of this schema: the value is the same wherever it is used, or
            # wherever it is used by this name.
            key = (*key[:3], name if self._by_name else "")
            self._memo[key] = (target, value, before - self._left, self._by_name)
            self._low = low
        else:
            self._low = min(low, self._low)
        self._by_name = self._by_name or by_name
        return value

    def _spend(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise _TooLargeError

    def alternatives(self, schema: Schema, name: str, request: bool) -> list[Any]:
        """A value by each alternative of ``oneOf``, ``anyOf`` and ``if``, as far as they fit the budget."""
        for depth in (-1, 3, 1):
            self._left, self._low = self.budget * 4, 1 << 30
            with contextlib.suppress(_TooLargeError):
                return list(self._choices(schema, name, request, {}, depth))
        return []

    def of_type(self, type_: str, merged: Mapping[str, Any], name: str, request: bool) -> list[Any]:
        """The first values of one JSON type that a merged schema may accept."""
        self._left, self._low = self.budget, 1 << 30
        with contextlib.suppress(_TooLargeError):
            return list(itertools.islice(self._of_type(type_, merged, name, request, {}, 2), 12))
        return []

    # --- What may stand for a schema, the best first ------------------------------------------------------

    def _candidates(
        self, schema: Schema, name: str, request: bool, open_: dict[int, int], depth: int
    ) -> Iterator[Any]:
        merged = self._schemas.merged(schema)
        if "not" in merged and merged["not"] in ({}, True):
            return
        yield from self._documented(merged, request)
        types = self._schemas.types(schema)
        if self._known and types not in (("object",), ("array",)) and not self._schemas.has_choice(merged):
            self._by_name = True
            yield from (v for v in self._known.get(fold(name), ()) if fits(v, merged))
        if "const" in merged:
            yield merged["const"]
        if "enum" in merged:
            yield from (v for v in merged["enum"] if v is not None and fits(v, merged))
            yield from (v for v in merged["enum"] if v is None)
            # Not valid by the letter, but what is meant by `true` among the values of a string.
            plain = {"type": merged.get("type")}
            yield from (
                v for item in merged["enum"] for v in coerced(item) if "type" in merged and fits(v, plain)
            )
        yield from self._choices(schema, name, request, open_, depth)
        if not types and ("oneOf" in merged or "anyOf" in merged):
            # A circle may close here, or none of them can be: it is for none of them to be text.
            types = ()
        elif not types:
            types = ("object",) if "required" in merged else ("string",)
        for type_ in types:
            values: Iterable[Any] = self._of_type(type_, merged, name, request, open_, depth)
            if type_ == "object":
                self._by_name = False
                values = (self._told_kind(value, schema) for value in values)
            if "not" in merged:
                values = (value for value in values if not is_excluded(value, merged["not"]))
            yield from values
        if merged.get("nullable") is True:
            yield None

    def _documented(self, merged: Mapping[str, Any], request: bool) -> Iterator[Any]:
        for value in documented(merged):
            value = self.without_hidden(value, merged, request)
            if fits(value, merged):
                yield value
            else:
                yield from (v for v in meant(value, merged) if fits(v, merged))

    def without_hidden(self, value: Any, merged: Mapping[str, Any], request: bool) -> Any:
        """An example without what only answers hold, in a request, or only requests hold, in an answer."""
        properties = merged.get("properties")
        if not isinstance(value, dict) or not isinstance(properties, dict):
            return value
        known = self._stripped.get((id(value), request))
        if known is None:
            hidden = "readOnly" if request else "writeOnly"
            kept = {
                key: child
                for key, child in value.items()
                if self._schemas.merged(properties.get(key, {})).get(hidden) is not True
            }
            known = self._stripped[id(value), request] = kept if len(kept) < len(value) else value
        return known

    def _choices(
        self, schema: Schema, name: str, request: bool, open_: dict[int, int], depth: int
    ) -> Iterator[Any]:
        """A value by each alternative of ``oneOf``, ``anyOf`` and ``if``, ``null`` last."""
        merged = self._schemas.merged(schema)
        for keyword in ("oneOf", "anyOf"):
            branches = merged.get(keyword) or ()
            for index in sorted(range(len(branches)), key=lambda i: self._rank(branches[i], merged)):
                part = self._with(schema, merged, keyword, index)
                if self._names_nothing(part):
                    continue
                value = self._make(part, name, request, open_, depth)
                if value is not NOTHING:
                    value = self._discriminated(value, merged, branches[index])
                yield value
        if "if" in merged:
            order = ("then", "else") if not self._rank(merged["if"], merged) else ("else", "then")
            for keyword in order:
                index = int(keyword == "else")
                part = self._with(schema, merged, keyword, index)
                if not self._names_nothing(part):
                    yield self._make(part, name, request, open_, depth)

    def _rank(self, branch: Schema, merged: Mapping[str, Any]) -> int:
        """How late an alternative is tried: ``null`` last, after those that refuse a property's example."""
        if self._schemas.types(branch) == ("null",):
            return 2
        properties = merged.get("properties") or {}
        demands = self._schemas.merged(branch).get("properties") or {} if properties else {}
        return int(
            any(
                not fits(value, self._schemas.merged(demands[name]))
                for name in demands
                if name in properties
                for value in itertools.islice(documented(self._schemas.merged(properties[name])), 1)
            )
        )

    def _names_nothing(self, part: Schema) -> bool:
        """Whether an alternative names values that the rest of its schema refuses."""
        merged = self._schemas.merged(part)
        if "const" in merged:
            return not fits(merged["const"], merged)
        return "enum" in merged and not any(fits(value, merged) for value in merged["enum"])

    def _with(self, schema: Schema, merged: Mapping[str, Any], keyword: str, index: int) -> Schema:
        """``schema`` with one alternative taken; the same object each time.

        ``False`` where the alternative was taken before: a schema that only leads back to itself.
        """
        key = (id(schema), keyword, index)
        known = self._combined.get(key)
        if known is not None:
            return known
        if keyword in ("then", "else"):
            rest = {k: v for k, v in merged.items() if k not in ("if", "then", "else")}
            # The condition holds, or doesn't: what is made must not slip into the other case.
            taken = [merged["if"] if index == 0 else {"not": merged["if"]}, merged.get(keyword, True)]
        else:
            rest = {k: v for k, v in merged.items() if k != keyword and k not in _DESCRIPTIVE}
            taken = [merged[keyword][index]]
        before = self._taken.get(id(schema), frozenset({id(schema)}))
        here = {id(self._schemas.target(part)) for part in taken if isinstance(part, dict)}
        demands = any(k in ASSERTIONS for k in rest)
        result: Schema = taken[0] if not demands and len(taken) == 1 else {"allOf": [rest, *taken]}
        if before & here:
            result = False
        elif isinstance(result, dict):
            self._taken[id(result)] = before | here
        self._combined[key] = result
        return result

    def _discriminated(self, value: Any, merged: Mapping[str, Any], branch: Schema) -> Any:
        """``value`` with the discriminator's property naming the branch. OpenAPI 3.1.1, section 4.8.25."""
        discriminator = merged.get("discriminator")
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        if not isinstance(discriminator, dict) or not isinstance(reference, str):
            return self._told_kind(value, self._schemas.target(branch))
        return self._naming(value, branch, discriminator, reference.rpartition("/")[2])

    def _told_kind(self, value: Any, schema: Schema) -> Any:
        """``value`` naming ``schema``, where that is one of the kinds that a discriminator tells apart."""
        for discriminator, kind in self._schemas.kinds(schema):
            value = self._naming(value, schema, discriminator, kind)
        return value

    def _naming(self, value: Any, schema: Schema, discriminator: Mapping[str, Any], kind: str) -> Any:
        """``value`` with the word for the schema called ``kind``, unless its author gave another."""
        name = discriminator.get("propertyName")
        properties = self._schemas.merged(schema).get("properties") or {name: {}}
        if not isinstance(value, dict) or name not in properties:
            return value
        mapping = discriminator.get("mapping")
        pairs = mapping.items() if isinstance(mapping, dict) else ()
        word = next((key for key, to in pairs if isinstance(to, str) and to.rpartition("/")[2] == kind), kind)
        property_ = self._schemas.merged(properties[name])
        given = next(documented(property_), None)
        return {**value, name: word} if given is None and fits(word, property_) else value

    def _of_type(
        self,
        type_: str,
        merged: Mapping[str, Any],
        name: str,
        request: bool,
        open_: dict[int, int],
        depth: int,
    ) -> Iterable[Any]:
        if type_ == "object":
            return [self._object(merged, request, open_, depth)]
        if type_ == "array":
            return self._arrays(merged, name, request, open_, depth)
        self._by_name = self._by_name or type_ in ("string", "integer", "number")
        if type_ == "string":
            return (text for text in strings(merged, name) if fits_length(text, merged))
        if type_ in ("integer", "number"):
            whole = type_ == "integer"
            return (n for n in numbers(merged, name, whole=whole) if fits_bounds(n, merged))
        return [True, False] if type_ == "boolean" else [None]

    def _object(self, merged: Mapping[str, Any], request: bool, open_: dict[int, int], depth: int) -> Any:
        required = merged.get("required") or ()
        properties = merged.get("properties") or {}
        hidden = "readOnly" if request else "writeOnly"
        result: dict[str, Any] = {}
        for key, child in properties.items():
            part = self._schemas.merged(child)
            if child is False or part.get(hidden) is True:
                continue
            if depth == 0 and key not in required and self._schemas.holds_others(child):
                continue
            value = self._make(child, key, request, open_, depth - 1 if depth > 0 else depth)
            if value is not NOTHING:
                result[key] = value
            elif key in required:
                return NOTHING
        required = with_dependents(required, result, merged.get("dependentRequired") or {})
        for key in required:
            if key not in properties and key not in result:
                value = self._extra(merged, key, request, open_, depth)
                if value is NOTHING:
                    return NOTHING
                result[key] = value
        self._fill(result, merged, request, open_, depth)
        most = merged.get("maxProperties")
        while most is not None and len(result) > most:
            optional = [key for key in result if key not in required]
            if not optional:
                break
            del result[optional[-1]]
        return result

    def _extra(
        self,
        merged: Mapping[str, Any],
        key: str,
        request: bool,
        open_: dict[int, int],
        depth: int,
        name: str = "",
    ) -> Any:
        """A value for a name that ``properties`` doesn't list; a ``name`` for one that is made up."""
        for pattern, child in (merged.get("patternProperties") or {}).items():
            if finds(pattern, key):
                return self._make(child, name or key, request, open_, depth - 1 if depth > 0 else depth)
        schema = merged.get("additionalProperties", merged.get("unevaluatedProperties", True))
        return self._make(schema, name or key, request, open_, depth - 1 if depth > 0 else depth)

    def _fill(
        self,
        result: dict[str, Any],
        merged: Mapping[str, Any],
        request: bool,
        open_: dict[int, int],
        depth: int,
    ) -> None:
        """Add names that the author of the body chooses: one that shows how, and as many as are demanded."""
        additional = merged.get("additionalProperties")
        by_pattern = merged.get("patternProperties") or {}
        least = int(merged.get("minProperties", 0))
        shown = 1 if (isinstance(additional, dict) and additional) or by_pattern else 0
        wanted = max(least, shown if not merged.get("properties") else 0)
        names = self._names(merged, by_pattern)
        for key in names:
            if len(result) >= wanted or (depth == 0 and len(result) >= least):
                return
            value = self._extra(merged, key, request, open_, depth, "value")
            if value is NOTHING:
                return
            result.setdefault(key, value)

    def _names(self, merged: Mapping[str, Any], by_pattern: Mapping[str, Any]) -> Iterator[str]:
        for pattern in by_pattern:
            found = (text for text in strings({"pattern": pattern}, "key") if text and finds(pattern, text))
            yield from itertools.islice(dict.fromkeys(found), 3)
        if merged.get("additionalProperties") is False:
            return
        names = merged.get("propertyNames")
        given = self.made_names(names) if isinstance(names, dict) else ()
        yield from given
        if not given:
            yield "key"
            yield from (f"key{count}" for count in range(2, 200))

    def made_names(self, schema: Schema) -> tuple[str, ...]:
        """Names that ``propertyNames`` allows."""
        merged = self._schemas.merged(schema)
        found = [*(merged.get("enum") or ()), *([merged["const"]] if "const" in merged else ())]
        if not found:
            found = [text for text in strings(merged, "key") if fits_length(text, merged)][:20]
            if "pattern" in merged:
                found = [*matching(merged["pattern"]), *found]
        return tuple(name for name in dict.fromkeys(found) if isinstance(name, str))

    def _arrays(
        self, merged: Mapping[str, Any], name: str, request: bool, open_: dict[int, int], depth: int
    ) -> Iterator[Any]:
        prefix = merged.get("prefixItems") or ()
        head = [self._make(part, name, request, open_, depth - 1 if depth > 0 else depth) for part in prefix]
        least, most = int(merged.get("minItems", 0)), merged.get("maxItems")
        items = merged.get("items", merged.get("unevaluatedItems", {} if not prefix else True))
        contained = [
            self._schemas.both(part["contains"], items)
            for part in (merged, *merged.get("allOf", ()))
            if "contains" in part
            for _ in range(min(int(part.get("minContains", 1)), 1000))
        ]
        wanted = max(least, 1 if (not prefix or least > len(head)) and not contained else 0)
        if most is not None:
            wanted = min(wanted, int(most))
        if NOTHING in head:
            head = head[: head.index(NOTHING)]
        rest: list[Any] = []
        for index, schema in enumerate(contained):
            value = self._make(schema, name, request, open_, depth - 1 if depth > 0 else depth)
            if value is not NOTHING:
                rest.append(other(value, index) if merged.get("uniqueItems") is True else value)
        missing = wanted - len(head) - len(rest)
        if missing > 0 and items is not False:
            rest += self._items(items, missing, merged, name, request, open_, depth)
        value = [*head, *rest]
        if len(value) >= least:
            yield value
        if least == 0:
            yield []

    def _items(
        self,
        items: Schema,
        count: int,
        merged: Mapping[str, Any],
        name: str,
        request: bool,
        open_: dict[int, int],
        depth: int,
    ) -> list[Any]:
        first = self._make(items, singular(name), request, open_, depth - 1 if depth > 0 else depth)
        if first is NOTHING:
            return []
        if count == 1:
            return [first]
        count = min(count, 1000)
        self._spend(count)
        if merged.get("uniqueItems") is not True:
            return [first] * count
        inner = self._schemas.merged(items)
        accepted = [v for v in inner.get("enum") or () if fits(v, inner)] or [first]
        if "enum" not in inner:
            accepted = [other(first, index) for index in range(count)]
            types = self._schemas.types(items)
            if inner.get("multipleOf") is not None and isinstance(first, int | float):
                accepted = [first + index * inner["multipleOf"] for index in range(count)]
            elif types == ("boolean",):
                accepted = [True, False]
            elif any(not fits(v, inner) for v in accepted) and isinstance(first, str):
                accepted = [v for v in dict.fromkeys(strings(inner, name)) if fits(v, inner)]
        return accepted[:count]
