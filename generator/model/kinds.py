"""Which schemas a discriminator tells apart, and the word for each. OpenAPI 3.1.1, section 4.8.25.

A discriminator is either beside a choice (``oneOf``, ``anyOf``) or in a base type, which other schemas build
on by ``allOf``. Its ``mapping`` may name them; without one, a schema is called by its own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.identity import IdentityMemo, Same
from generator.model.api import Schema
from generator.model.schemas import Schemas
from generator.reading.nodes import mapping, sequence

_NOT_WRAPPING = frozenset("properties required additionalProperties patternProperties oneOf anyOf".split())


class _Base(NamedTuple):
    """A schema with a discriminator, its references followed."""

    schema: Schema
    discriminator: Mapping[str, Any]
    branches: frozenset[Same]
    """The schemas that it is a choice of, by their identity; none of a base type."""


class _Lineage(NamedTuple):
    """A schema and everything that it builds on by ``$ref`` and ``allOf``."""

    members: Mapping[Same, Schema]
    bases: tuple[_Base, ...]


class Kinds:
    """The kinds of one document's schemas."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._lineages: IdentityMemo[_Lineage] = IdentityMemo()
        self._mapped: IdentityMemo[dict[Same, tuple[Schema, str]]] = IdentityMemo()
        self._words: IdentityMemo[tuple[tuple[Mapping[str, Any], str], ...]] = IdentityMemo()
        self._children: IdentityMemo[tuple[Schema, ...]] = IdentityMemo()

    def words(self, schema: Schema) -> tuple[tuple[Mapping[str, Any], str], ...]:
        """The discriminators, of its own or of what it builds on, that have a word for ``schema``."""
        target = self._schemas.target(schema)
        if not isinstance(target, dict) or target.keys().isdisjoint(("$ref", "allOf", "discriminator")):
            return ()
        known = self._words.get(target)
        return self._words.keep(target, tuple(self._words_for(target))) if known is None else known

    def _words_for(self, target: Schema) -> Iterator[tuple[Mapping[str, Any], str]]:
        lineage = self._lineage(target)
        for base in lineage.bases:
            mapped = self.mapped(base.discriminator)
            # What has no name is of the kind of the nearest schema that it builds on.
            for identity, member in lineage.members.items():
                word = mapped[identity][1] if identity in mapped else ""
                is_kind = not base.branches or identity in base.branches
                word = word or (self._schemas.name(member) if is_kind else "")
                if word:
                    yield base.discriminator, word
                    break

    def word(self, discriminator: Mapping[str, Any], schema: Schema) -> str:
        """The word that ``mapping`` has for ``schema``; empty where it has none."""
        return self.mapped(discriminator).get(self._schemas.identity(schema), (schema, ""))[1]

    def children(self, schema: Schema) -> tuple[Schema, ...]:
        """The mapped kinds that a value of ``schema`` may be of, where that is a base type, or builds on one
        without being one of its kinds."""
        target = self._schemas.target(schema)
        if not isinstance(target, dict) or target.keys().isdisjoint(("$ref", "allOf", "discriminator")):
            return ()
        known = self._children.get(target)
        return self._children.keep(target, tuple(self._children_of(target))) if known is None else known

    def _children_of(self, target: Schema) -> Iterator[Schema]:
        lineage = self._lineage(target)
        for base in lineage.bases:
            mapped = self.mapped(base.discriminator)
            if base.branches or not mapped.keys().isdisjoint(lineage.members):
                continue
            own = self._named(target, lineage)
            for identity, (child, _) in mapped.items():
                if identity != own and (own == Same(base.schema) or own in self._lineage(child).members):
                    yield child

    def _named(self, target: Schema, lineage: _Lineage) -> Same:
        """What a kind has to build on to stand for ``target``: that, or its parent where it has no name."""
        core = self.core(target)
        members = [core, *lineage.members.values()]
        return Same(next((member for member in members if self._schemas.name(member)), core))

    def core(self, schema: Schema) -> Schema:
        """What ``schema`` is but for words: of ``allOf: [$ref]``, what the reference leads to."""
        target = self._schemas.target(schema)
        seen: set[Same] = set()
        while isinstance(target, dict) and Same(target) not in seen:
            seen.add(Same(target))
            inner = list(self._parts(target))
            if len(inner) != 1 or not _NOT_WRAPPING.isdisjoint(target):
                break
            target = self._schemas.target(inner[0])
        return target

    def mapped(self, discriminator: Mapping[str, Any]) -> dict[Same, tuple[Schema, str]]:
        """The schemas that ``mapping`` names, in its order: by identity, each with its word."""
        known = self._mapped.get(discriminator)
        if known is None:
            found: dict[Same, tuple[Schema, str]] = {}
            names = dict(self._schemas.components)
            for word, to in mapping(discriminator.get("mapping")).items():
                if isinstance(to, str):
                    reference = {"$ref": to} if to.startswith("#") else names.get(to)
                    target = self._schemas.target(reference) if reference is not None else None
                    if isinstance(target, dict) and target:
                        found.setdefault(Same(target), (target, str(word)))
            known = self._mapped.keep(discriminator, found)
        return known

    def _lineage(self, schema: Schema) -> _Lineage:
        known = self._lineages.get(schema)
        if known is None:
            members: dict[Same, Schema] = {}
            bases: list[_Base] = []
            waiting = [schema]
            while waiting:
                target = self._schemas.target(waiting.pop(0))
                if not isinstance(target, dict) or Same(target) in members:
                    continue
                members[Same(target)] = target
                discriminator = self._schemas.node(target).get("discriminator")
                if isinstance(discriminator, dict):
                    bases.append(_Base(target, discriminator, frozenset(self._branches(target))))
                waiting.extend(self._parts(target))
            known = self._lineages.keep(schema, _Lineage(members, tuple(bases)))
        return known

    def _parts(self, target: Mapping[str, Any]) -> Iterator[Schema]:
        node = self._schemas.node(target)
        if isinstance(node.get("$ref"), str):
            yield {"$ref": node["$ref"]}
        yield from sequence(node.get("allOf"))

    def _branches(self, target: Mapping[str, Any]) -> Iterator[Same]:
        for keyword in ("oneOf", "anyOf"):
            for branch in sequence(target.get(keyword)):
                if isinstance(branch, dict) and isinstance(branch.get("$ref"), str):
                    yield self._schemas.identity({"$ref": branch["$ref"]})
