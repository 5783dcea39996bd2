"""The state of converting one schema to draft 7: where it is, and what it has found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from generator.model.draft7.ajv import Losses, whole
from generator.model.draft7.names import DefinitionNames
from generator.model.schemas.assertions import hides_in_branches
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas
from generator.reading import Document
from generator.reading.json_pointer import pointer

REF = "#/definitions/"
"""The beginning of a reference to a definition, followed by its name."""


#: Keywords whose values may be long, and so count in ``size``.
_LONG = ("properties", "required", "enum")


#: The most levels of nested schemas: Ajv generates nested code for them, and JavaScript's stack is limited.
_DEEPEST = 40


class Around(NamedTuple):
    """What the conversions of all schemas of one document share."""

    document: Document
    schemas: Schemas
    names: DefinitionNames
    losses: Losses
    loose_formats: frozenset[str]


class Turn:
    """Converts one schema and those nested in it; ``readers`` are the functions that convert keywords."""

    def __init__(
        self,
        around: Around,
        at: str,
        loose: frozenset[str],
        circles: frozenset[tuple[bool, str]],
        readers: Readers,
    ) -> None:
        self.document = around.document
        self.schemas = around.schemas
        self.loose_formats = around.loose_formats
        self._names = around.names
        self._losses = around.losses
        self._at = at
        self._loose = loose
        self._circles = circles
        self._readers = readers
        self._path: list[str] = []
        self._depth = 0
        self.deepest = 0
        self.size = 0
        self._always: bool | None = True
        """Whether the current schema applies to the root's value always or perhaps; ``None`` if not to it."""
        self.hidden: frozenset[str] = frozenset()
        """Properties of the current value that no response has, according to a schema around this one."""
        self.uses: list[str] = []
        self.guarded: set[str] = set()
        self.in_place: dict[bool, set[str]] = {True: set(), False: set()}
        self.lossy = 0
        """The number of parts that accept more than the original."""

    def schema(self, schema: Schema) -> Any:
        """Convert ``schema`` to draft 7."""
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else True
        if self._depth > _DEEPEST:
            self.note("what is nested deeper", "that is more than JavaScript can hold")
            return True
        node: Mapping[str, Any] = self.document.schema(schema)
        if "allOf" in node and hides_in_branches(self.schemas, schema, Direction.RESPONSE):
            node = self.schemas.merged(schema)
            self.lossy += 1
        out: dict[str, Any] = {}
        others: list[Any] = []
        hidden = self.hidden
        for keywords, read in self._readers:
            if not keywords.isdisjoint(node):
                read(self, node, out, others)
        self.hidden = hidden
        self.size += len(out) + len(others) + sum(len(out[key]) for key in _LONG if key in out)
        if node.get("nullable") is True and (out or others):
            return {"anyOf": [{"type": "null"}, whole(out, others)]}
        return whole(out, others)

    def within(self, schema: Schema, *place: str | int) -> Any:
        """Convert a schema of a value inside the current one; ``place`` is its path in the current schema."""
        always, hidden = self._always, self.hidden
        self._always, self.hidden = None, frozenset()
        result = self._below(schema, place)
        self._always, self.hidden = always, hidden
        return result

    def same(self, schema: Schema, *place: str | int, always: bool = False) -> Any:
        """Convert a schema of the current value, which applies ``always`` or perhaps."""
        before = self._always
        self._always = before and always
        result = self._below(schema, place)
        self._always = before
        return result

    def judged(self, schema: Schema, *place: str | int) -> tuple[Any, list[str] | None]:
        """Convert a schema of the current value where loosening it would make the whole stricter.

        With the result come the definitions that have to be exact; ``None`` if the result itself isn't.
        """
        lossy, used = self.lossy, len(self.uses)
        result = self.same(schema, *place)
        uses = self.uses[used:]
        exact = self.lossy == lossy and self._loose.isdisjoint(uses)
        return result, uses if exact else None

    def _below(self, schema: Schema, place: tuple[str | int, ...]) -> Any:
        self._path.extend(map(str, place))
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)
        result = self.schema(schema)
        self._depth -= 1
        del self._path[len(self._path) - len(place) :]
        return result

    def refer(self, target: Schema, at: str, *, always: bool = True) -> Any:
        """A reference to ``target``, whose JSON pointer is ``at`` unless it is a component."""
        if not isinstance(target, dict) or not target:
            return target if isinstance(target, bool) else True
        name = self._names.name(target, at)
        if self._always is not None:
            always = self._always and always
            self.in_place[always].add(name)
            if (always, name) in self._circles:
                self.note(f"{name!r} within itself", "that has no end")
                return True
        self.uses.append(name)
        return {"$ref": REF + name}

    def note(self, what: str, why: str = "Postman's validator can't", *, once: bool = False) -> None:
        """Record that ``what`` isn't checked; ``once`` for all places."""
        self.lossy += 1
        self._losses.note(self._at + "".join(map(pointer, self._path)), what, why, once=once)


_Read = Callable[["Turn", Mapping[str, Any], dict[str, Any], list[Any]], None]
Readers = tuple[tuple[frozenset[str], _Read], ...]
"""Functions with the keywords that they convert.

They add to the keywords of the converted schema, and to the list of other schemas that apply as well.
"""
