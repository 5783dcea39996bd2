"""The alternatives of a schema (``oneOf``, ``anyOf``, ``if`` and kinds), each as a schema of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.identity import IdentityMemo, Same
from generator.model.samples.documented import documented
from generator.model.schemas.facts import Schema
from generator.model.schemas.kinds import Kinds
from generator.model.schemas.quick_checks import NOTHING, fits, fitting_values
from generator.model.schemas.resolved import Schemas
from generator.reading.lenient import mapping, sequence
from generator.reading.validation.schema_dialects import ASSERTIONS

#: Annotations of a schema that don't apply to its alternatives.
_DESCRIPTIVE = frozenset("title description example examples default discriminator".split())

_SCALARS = ("string", "integer", "number")


class Alternatives:
    """The alternatives of the schemas of one document: the same objects for the same schema each time."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._combined: IdentityMemo[Schema] = IdentityMemo()
        self._taken: IdentityMemo[frozenset[Same]] = IdentityMemo()
        self._kinds = Kinds(schemas)

    def of(self, schema: Schema) -> Iterator[tuple[Schema, Schema | None]]:
        """``schema`` with one alternative chosen, and its branch of ``oneOf`` or ``anyOf``; best first."""
        merged = self._schemas.merged(schema)
        for index, child in enumerate(self._kinds.children(schema)):
            yield self._as_kind(schema, merged, index, child), None
        for keyword in ("oneOf", "anyOf"):
            branches = merged.get(keyword) or ()
            for index in self._ranked(branches, merged):
                part = self._with(schema, merged, keyword, index)
                if not self._names_nothing(part):
                    yield part, branches[index]
        if "if" in merged:
            order = ("then", "else") if not self._rank(merged["if"], merged) else ("else", "then")
            for keyword in order:
                part = self._with(schema, merged, keyword, int(keyword == "else"))
                if not self._names_nothing(part):
                    yield part, None

    def _ranked(self, branches: Sequence[Schema], merged: Mapping[str, Any]) -> Iterator[int]:
        """The indexes of ``branches`` by rank. Branches are ranked on demand."""
        later: dict[int, list[int]] = {1: [], 2: []}
        for index, branch in enumerate(branches):
            rank = self._rank(branch, merged)
            if rank:
                later[rank].append(index)
            else:
                yield index
        yield from (*later[1], *later[2])

    def _rank(self, branch: Schema, merged: Mapping[str, Any]) -> int:
        """The rank of a branch, lowest first: 2 for ``null``, 1 if it refuses a documented value, else 0."""
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
        """Whether an alternative enumerates values, none of which fits the rest of its schema."""
        merged = self._schemas.merged(part)
        if "const" in merged:
            return not fits(merged["const"], merged)
        return "enum" in merged and next(fitting_values(merged), NOTHING) is NOTHING

    def _with(self, schema: Schema, merged: Mapping[str, Any], keyword: str, index: int) -> Schema:
        """``schema`` with one alternative chosen; the same object each time.

        It is ``False`` if the alternative was chosen before, in a schema that only leads back to itself.
        """
        known = self._combined.get(schema, (keyword, index))
        if known is not None:
            return known
        if keyword in ("then", "else"):
            rest = {k: v for k, v in merged.items() if k not in ("if", "then", "else")}
            # The condition is part of the schema, so that a value can't fall into the other case.
            taken = [merged["if"] if index == 0 else {"not": merged["if"]}, merged.get(keyword, True)]
        else:
            rest = {k: v for k, v in merged.items() if k != keyword and k not in _DESCRIPTIVE}
            taken = [self.described(merged[keyword][index], merged)]
        before = self._taken.get(schema) or frozenset((Same(schema),))
        here = {self._schemas.identity(part) for part in taken if isinstance(part, dict)}
        demands = any(k in ASSERTIONS for k in rest)
        result: Schema = taken[0] if not demands and len(taken) == 1 else {"allOf": [rest, *taken]}
        if before & here:
            result = False
        elif isinstance(result, dict):
            self._taken.keep(result, before | here)
        return self._combined.keep(schema, result, (keyword, index))

    def described(self, schema: Schema, owner: Mapping[str, Any]) -> Schema:
        """``schema``, if it is a string or number without a description, with that of its ``owner``.

        The description of a union or an array usually describes its values.
        """
        words = owner.get("description")
        if not isinstance(words, str) or not isinstance(schema, dict) or "description" in schema:
            return schema
        if "$ref" in schema or schema.get("type") not in _SCALARS:
            return schema
        known = self._combined.get(schema, ("described", words))
        return known or self._combined.keep(schema, {**schema, "description": words}, ("described", words))

    def _as_kind(self, schema: Schema, merged: Mapping[str, Any], index: int, child: Schema) -> Schema:
        """``schema`` combined with one of its mapped kinds; the same object each time."""
        known = self._combined.get(schema, ("kind", index))
        if known is None:
            rest = {k: v for k, v in merged.items() if k not in _DESCRIPTIVE}
            known = self._combined.keep(schema, {"allOf": [rest, child]}, ("kind", index))
        return known

    def named(self, value: Any, schema: Schema, branch: Schema) -> Any:
        """``value`` with its discriminator's property set for ``branch``. OpenAPI 3.1.1, section 4.8.25."""
        discriminator = self._schemas.merged(schema).get("discriminator")
        layers = self._kinds.layers(branch)
        kind = layers[-1]
        words = (self._kinds.word(discriminator, layer) for layer in layers) if discriminator else ()
        word = next(filter(None, words), "")
        if not word and self._kinds.children(kind):
            return value  # it is one of these kinds, and names it already
        if not isinstance(discriminator, dict):
            return self.with_kind(value, branch)
        if not word and self._schemas.has_choice(self._schemas.merged(kind)):
            return self._named_within(value, discriminator, kind)
        word = word or self._kinds.implicit_word(branch)
        return self._naming(value, kind, discriminator, word) if word else self.with_kind(value, branch)

    def _named_within(self, value: Any, discriminator: Mapping[str, Any], kind: Schema) -> Any:
        """``value`` with the word for a branch of a choice inside a choice.

        It is unchanged if the inner choice has a discriminator for the same property, which has set it.
        """
        merged = self._schemas.merged(kind)
        if mapping(merged.get("discriminator")).get("propertyName") == discriminator.get("propertyName"):
            return value
        for branch in (*sequence(merged.get("oneOf")), *sequence(merged.get("anyOf"))):
            inner = self._kinds.core(branch)
            word = self._kinds.word(discriminator, inner)
            if word:
                return self._naming(value, inner, discriminator, word)
        return self.with_kind(value, kind)

    def with_kind(self, value: Any, schema: Schema) -> Any:
        """``value`` with the word for ``schema``, if that is a kind that discriminators distinguish."""
        for discriminator, word in self._kinds.words(schema):
            value = self._naming(value, schema, discriminator, word)
        return value

    def _has_room(self, merged: Mapping[str, Any], value: Mapping[str, Any], name: str, word: str) -> bool:
        """Whether a schema accepts ``value`` with a further property that it doesn't declare."""
        if name in value or len(value) >= merged.get("maxProperties", len(value) + 1):
            return False
        extra = merged.get("additionalProperties", merged.get("unevaluatedProperties", True))
        return extra is not False and fits(word, self._schemas.merged(extra))

    def _naming(self, value: Any, schema: Schema, discriminator: Mapping[str, Any], word: str) -> Any:
        """``value`` with the discriminator's property set to ``word``, unless that has a documented value.

        Some frameworks don't declare the property in the kinds; it is added where a kind has room for it.
        """
        name = discriminator.get("propertyName")
        if not isinstance(name, str) or not isinstance(value, dict):
            return value
        merged = self._schemas.merged(schema)
        properties = merged.get("properties") or {name: {}}
        if name not in properties:
            return {name: word, **value} if self._has_room(merged, value, name, word) else value
        property_ = self._schemas.merged(properties[name])
        given = next(documented(property_), None)
        return {**value, name: word} if given is None and fits(word, property_) else value
