"""Which schemas a discriminator tells apart, and the word for each. OpenAPI 3.1.1, section 4.8.25.

A discriminator is either beside a choice (``oneOf``, ``anyOf``) or in a base type, which other schemas build
on by ``allOf``. Its ``mapping`` may name them; without one, a schema is called by its own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.identity import IdentityMemo, Same
from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas
from generator.reading.json_pointer import pointer_of, tokens
from generator.reading.lenient import mapping, sequence

_NOT_WRAPPING = frozenset("properties required additionalProperties patternProperties oneOf anyOf".split())


def component_name(reference: Any) -> str:
    """The name of the schema among the components that ``reference`` names; empty where it names another."""
    way = tokens(pointer_of(reference)) if isinstance(reference, str) and reference.startswith("#") else ()
    return way[2] if len(way) == 3 and way[:2] == ("components", "schemas") else ""


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

    def tells_apart(self, node: Mapping[str, Any]) -> bool:
        """Whether a discriminator says which branch of the ``oneOf`` in ``node`` is meant.

        It is beside the choice, or in a base type that all branches build on. More than one of them may then
        accept a value.
        """
        if isinstance(mapping(node.get("discriminator")).get("propertyName"), str):
            return True
        branches = [
            branch for branch in sequence(node.get("oneOf")) if self._schemas.types(branch) != ("null",)
        ]
        found = [{Same(base): word for base, word in self.words(branch)} for branch in branches]
        return len(found) > 1 and any(
            all(base in words for words in found) and len({words[base] for words in found}) == len(found)
            for base in found[0]
        )

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
        return self.layers(schema)[-1]

    def layers(self, schema: Schema) -> list[Schema]:
        """``schema`` and what it only wraps, from the outside to its core; references followed."""
        target = self._schemas.target(schema)
        found = [target]
        seen: set[Same] = set()
        while isinstance(target, dict) and Same(target) not in seen:
            seen.add(Same(target))
            inner = list(self._parts(target))
            if len(inner) != 1 or not _NOT_WRAPPING.isdisjoint(target):
                break
            target = self._schemas.target(inner[0])
            found.append(target)
        return found

    def implicit_word(self, branch: Schema) -> str:
        """The word for a ``branch`` that no ``mapping`` names: the name by which the choice refers to it.

        Of a wrapper without a name, it is that of what is wrapped.
        """
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        own = component_name(reference)
        name = own or next(filter(None, map(self._schemas.name, self.layers(branch))), "")
        return name or (reference.rpartition("/")[2] if isinstance(reference, str) else "")

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
