"""One schema in JSON Schema draft 7.

Where a looser part would make the whole stricter (below ``not``, as the condition of ``if``, in ``oneOf``,
which must fit once), the whole is loosened as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from generator.model.api import Schema
from generator.model.draft7 import choices, members, values
from generator.model.draft7.names import Names
from generator.model.draft7.rules import HIDDEN, Losses, whole
from generator.model.lean import hides_in_branches
from generator.model.schemas import Schemas
from generator.reading import Document
from generator.reading.references import pointer_of
from generator.reading.text import pointer

REF = "#/definitions/"
"""What the reference to a definition begins with; its name follows."""
#: Keywords whose value may be longer than anything else.
_LONG = ("properties", "required", "enum")
#: Ajv writes a function for what is nested, and JavaScript's stack has an end.
_DEEPEST = 40


class Around(NamedTuple):
    """What all schemas of one document are turned with."""

    document: Document
    schemas: Schemas
    names: Names
    losses: Losses
    loose_formats: frozenset[str]


class Turned(NamedTuple):
    """A schema in draft 7, and what it takes of others."""

    schema: Any
    needs: tuple[str, ...]
    """The definitions that it refers to, in order."""
    guarded: frozenset[str]
    """Those of them that must be exact, lest it becomes stricter."""
    always: frozenset[str]
    """Those that are applied to the same value, whatever it is."""
    perhaps: frozenset[str]
    """Those that are one of several, or depend on a condition."""
    lossy: bool
    """Whether it accepts more than the original, even if all those are exact."""
    depth: int
    """How many schemas are nested in each other, itself the first; references are not followed."""
    size: int
    """How many keywords, names and values it is made of, nearly."""


def turned(
    around: Around,
    schema: Schema,
    at: str,
    *,
    loose: frozenset[str] = frozenset(),
    circles: frozenset[tuple[bool, str]] = frozenset(),
) -> Turned:
    """``schema``, which stands at JSON pointer ``at``, in draft 7.

    ``loose`` names the definitions that accept more than their originals, ``circles`` those that would be
    applied to the same value without end (and whether always, or perhaps): they are left out.
    """
    turn = Turn(around, at, loose, circles)
    result = turn.schema(schema)
    return Turned(
        result,
        tuple(dict.fromkeys(turn.uses)),
        frozenset(turn.guarded),
        frozenset(turn.in_place[True]),
        frozenset(turn.in_place[False]),
        turn.lossy > 0,
        turn.deepest + 1,
        turn.size,
    )


class Turn:
    """Turns one schema and those written out within it; ``_READERS`` say how each keyword is read."""

    def __init__(
        self, around: Around, at: str, loose: frozenset[str], circles: frozenset[tuple[bool, str]]
    ) -> None:
        self.document = around.document
        self.schemas = around.schemas
        self.loose_formats = around.loose_formats
        self._names = around.names
        self._losses = around.losses
        self._at = at
        self._loose = loose
        self._circles = circles
        self._path: list[str] = []
        self._depth = 0
        self.deepest = 0
        self.size = 0
        self._always: bool | None = True
        """Whether what is read applies to the whole's own value always (or perhaps); nothing if to others."""
        self.hidden: frozenset[str] = frozenset()
        """Properties of the value that is described which no answer has, told by a schema around."""
        self.uses: list[str] = []
        self.guarded: set[str] = set()
        self.in_place: dict[bool, set[str]] = {True: set(), False: set()}
        self.lossy = 0
        """Counts whatever accepts more than the original."""

    def schema(self, schema: Schema) -> Any:
        """``schema`` in draft 7."""
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else True
        if self._depth > _DEEPEST:
            self.note("what is nested deeper", "that is more than JavaScript can hold")
            return True
        node: Mapping[str, Any] = self.document.schema(schema)
        if "allOf" in node and hides_in_branches(self.schemas, schema, HIDDEN):
            node = self.schemas.merged(schema)
            self.lossy += 1
        out: dict[str, Any] = {}
        others: list[Any] = []
        hidden = self.hidden
        for keywords, read in _READERS:
            if not keywords.isdisjoint(node):
                read(self, node, out, others)
        self.hidden = hidden
        self.size += len(out) + len(others) + sum(len(out[key]) for key in _LONG if key in out)
        if node.get("nullable") is True and (out or others):
            return {"anyOf": [{"type": "null"}, whole(out, others)]}
        return whole(out, others)

    def within(self, schema: Schema, *place: str | int) -> Any:
        """A schema of a value that the described one holds; ``place`` leads to it."""
        always, hidden = self._always, self.hidden
        self._always, self.hidden = None, frozenset()
        result = self._below(schema, place)
        self._always, self.hidden = always, hidden
        return result

    def same(self, schema: Schema, *place: str | int, always: bool = False) -> Any:
        """A schema of the same value, which applies ``always`` or perhaps."""
        before = self._always
        self._always = before and always
        result = self._below(schema, place)
        self._always = before
        return result

    def judged(self, schema: Schema, *place: str | int) -> tuple[Any, list[str] | None]:
        """The same where looser may be stricter: the definitions that matter, nothing if it is looser."""
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
        """A reference to ``target``, which stands at ``at`` where it is no component."""
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
        """Note that ``what`` is not checked; ``once``, of however many places."""
        self.lossy += 1
        self._losses.note(self._at + "".join(map(pointer, self._path)), what, why, once=once)


def _references(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    """Core 2020-12, section 8.2.3. Beside a ``$ref`` draft 7 looks at nothing."""
    for key in ("$ref", "$dynamicRef"):
        if key in node:
            others.append(turn.refer(turn.schemas.target({"$ref": node[key]}), pointer_of(node[key])))


def _all_of(turn: Turn, node: Mapping[str, Any], out: dict[str, Any], others: list[Any]) -> None:
    others += [turn.same(part, "allOf", index, always=True) for index, part in enumerate(node["allOf"])]


_Read = Callable[[Turn, Mapping[str, Any], dict[str, Any], list[Any]], None]
#: What reads which keywords, in the order in which it is done. Each adds to the keywords of the schema and to
#: the others that apply as well.
_READERS: tuple[tuple[frozenset[str], _Read], ...] = tuple(
    (frozenset(keywords.split()), read)
    for keywords, read in (
        ("$ref $dynamicRef", _references),
        ("type const enum", values.kinds),
        ("minLength maxLength minItems maxItems minProperties maxProperties", values.counts),
        ("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf", values.bounds),
        ("pattern format", values.strings),
        ("items prefixItems unevaluatedItems uniqueItems", members.items),
        ("contains", members.contains),
        ("properties patternProperties additionalProperties unevaluatedProperties", members.properties),
        ("propertyNames", members.property_names),
        ("required", members.required),
        ("properties", members.hide),
        ("allOf", _all_of),
        ("dependentRequired dependentSchemas", members.dependencies),
        ("anyOf oneOf", choices.choices),
        ("not", choices.negation),
        ("if", choices.condition),
    )
)
