"""Kinds: the schemas that discriminators distinguish, each by a word. OpenAPI 3.1.1, section 4.8.25.

A discriminator is either beside a choice (``oneOf``, ``anyOf``) or in a base type, which other schemas extend
by ``allOf``. The words may be keys of its ``mapping``; otherwise the word for a schema is its own name.
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
    """The name in a ``reference`` to a schema of the components; empty for any other reference."""
    way = tokens(pointer_of(reference)) if isinstance(reference, str) and reference.startswith("#") else ()
    return way[2] if len(way) == 3 and way[:2] == ("components", "schemas") else ""


class _Base(NamedTuple):
    """A schema with a discriminator."""

    schema: Schema
    discriminator: Mapping[str, Any]
    branches: frozenset[Same]
    """The identities of the schemas it is a choice of; empty for a base type."""


class _Lineage(NamedTuple):
    """A schema and all schemas that it extends by ``$ref`` and ``allOf``, directly or indirectly."""

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
        """The discriminators of ``schema``, or of schemas that it extends, with their words for it."""
        target = self._schemas.target(schema)
        if not isinstance(target, dict) or target.keys().isdisjoint(("$ref", "allOf", "discriminator")):
            return ()
        known = self._words.get(target)
        return self._words.keep(target, tuple(self._words_for(target))) if known is None else known

    def _words_for(self, target: Schema) -> Iterator[tuple[Mapping[str, Any], str]]:
        lineage = self._lineage(target)
        for base in lineage.bases:
            mapped = self.mapped(base.discriminator)
            # A schema without a name is of the kind of the nearest schema that it extends.
            for identity, member in lineage.members.items():
                word = mapped[identity][1] if identity in mapped else ""
                is_kind = not base.branches or identity in base.branches
                word = word or (self._schemas.name(member) if is_kind else "")
                if word:
                    yield base.discriminator, word
                    break

    def tells_apart(self, node: Mapping[str, Any]) -> bool:
        """Whether a discriminator identifies the branch of the ``oneOf`` in ``node`` that applies.

        It is beside the choice, or in a base type that all branches extend. More than one branch may then
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
        """The word that ``mapping`` has for ``schema``; empty if it has none."""
        return self.mapped(discriminator).get(self._schemas.identity(schema), (schema, ""))[1]

    def children(self, schema: Schema) -> tuple[Schema, ...]:
        """The mapped kinds of a base type, or of a schema that extends one without being one of its kinds."""
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
        """The schema that a kind of ``target`` has to extend: ``target``, or its parent if it has no name."""
        core = self.core(target)
        members = [core, *lineage.members.values()]
        return Same(next((member for member in members if self._schemas.name(member)), core))

    def core(self, schema: Schema) -> Schema:
        """The schema that ``schema`` only wraps, as ``allOf: [$ref]`` does; ``schema`` itself if none."""
        return self.layers(schema)[-1]

    def layers(self, schema: Schema) -> list[Schema]:
        """``schema`` and the schemas that it only wraps, from the outermost to its core, resolved."""
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
        """The word for a ``branch`` that is not in ``mapping``: the name by which the choice refers to it.

        For a wrapper without a name, it is the name of what it wraps.
        """
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        own = component_name(reference)
        name = own or next(filter(None, map(self._schemas.name, self.layers(branch))), "")
        return name or (reference.rpartition("/")[2] if isinstance(reference, str) else "")

    def mapped(self, discriminator: Mapping[str, Any]) -> dict[Same, tuple[Schema, str]]:
        """The schemas in ``mapping`` with their words, by identity, in its order."""
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
