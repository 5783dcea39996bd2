"""Outlines of schemas, to be opened level by level. JSON Schema 2020-12, OpenAPI 3.1.1, section 4.8.24."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Literal, NamedTuple

import msgspec

from generator.budget import CHARACTERS_SHOWN, MOST_FIELDS, Meter, characters, rows
from generator.identity import IdentityMemo, Same
from generator.model.presentation.shown_again import shortened
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Facts, Schema
from generator.model.schemas.resolved import Schemas
from generator.reading.lenient import mapping, sequence, text

_DEPTH = 12
_NAMELESS = "null"
MOST_AT_TOP = 1000


class Outline(msgspec.Struct, frozen=True):
    """A schema to be opened level by level. It is finite, even if the schema is recursive."""

    facts: Facts
    kind: Literal["", "property", "pattern", "additional", "position", "contains", "choice", "besides"] = ""
    """Its role in the outline around it."""
    name: str = ""
    """A property's name, the pattern of a ``pattern``, the number of a ``position``, or a choice's title."""
    schema: str = ""
    """The name of the component for it, or for its items."""
    description: str = ""
    format: str = ""
    pattern: str = ""
    examples: tuple[Any, ...] = ()
    required: bool = False
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    items: Outline | None = None
    """The items of an array, without parts and choices: these are in the outline of the array."""
    parts: tuple[Outline, ...] = ()
    """What a value may contain, properties first."""
    choices: tuple[Outline, ...] = ()
    choice: Literal["", "one of", "any of"] = ""
    """How many of the choices have to match."""
    more: int = 0
    """The number of further parts and choices that were left out by a limit."""
    closed: bool = False
    """Whether it isn't opened here, since it is open further up or is described elsewhere."""
    shortened: bool = False
    """Whether details that may be long were left out by a limit: facts, format, pattern and examples."""

    def rows(self) -> int:
        """The number of fields it counts as in budgets, including those inside."""
        return rows(self.characters()) + sum(part.rows() for part in (*self.parts, *self.choices))

    def characters(self) -> int:
        """Its approximate length in characters, without its parts and choices."""
        said = (self.name, self.schema, self.description, self.format, self.pattern, *self.examples)
        of_items = self.items.characters() if self.items else 0
        return self.facts.characters + sum(map(characters, said)) + of_items

    def brief(self) -> Outline:
        """A copy without what may be long, except for its parts and choices."""
        return msgspec.structs.replace(
            self,
            facts=self.facts.brief(),
            name=shortened(self.name),
            schema="",
            description=shortened(self.description),
            format="",
            pattern="",
            examples=(),
            items=None,
            shortened=True,
        )


_LEFT_OUT = Outline(Facts())


class _Walk(NamedTuple):
    """The options for the outline of one schema, and what is left of its limits."""

    direction: Direction | None
    named: bool
    left: Iterator[int]
    """Yields a number for each further outline that is allowed."""
    left_at_top: Iterator[int]
    """The same for the parts of the schema itself, which have a limit of their own."""
    shown: Meter
    """The characters that may still be shown."""

    def may_go_on(self, *, at_top: bool) -> bool:
        return next(self.left_at_top if at_top else self.left, None) is not None

    def within_limit(self, outline: Outline) -> Outline:
        """``outline``, or ``_LEFT_OUT`` if it has more characters than may still be shown."""
        length = outline.characters()
        if length > self.shown.left:
            return _LEFT_OUT
        self.shown.take(length)
        return outline


class Outlines:
    """Makes outlines of the schemas of one description."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: IdentityMemo[list[Schema]] = IdentityMemo()

    def outline(
        self,
        schema: Schema,
        *,
        direction: Direction | None = None,
        named: bool = True,
        most: int = 400,
        at_top: int = MOST_AT_TOP,
        left: int = MOST_FIELDS,
    ) -> Outline:
        """The outline of ``schema``, with at most ``at_top`` parts of its own and about ``most`` in these.

        Parts that don't fit into the ``left`` fields of all pages are left out as well, and so are properties
        that aren't sent in ``direction``; with ``None``, all are shown. Components inside are opened if
        ``named``, otherwise only named.
        """
        shown = Meter(CHARACTERS_SHOWN * left)
        most, at_top = min(most, left), min(at_top, left)
        walk = _Walk(direction, named, iter(range(most)), iter(range(at_top)), shown)
        found = self._outline(schema, (), walk)
        return found if rows(found.characters()) <= left + 1 else found.brief()

    def _outline(self, schema: Schema, above: tuple[Same, ...], walk: _Walk) -> Outline:
        schemas = self._schemas
        merged = schemas.merged(schema)
        items = merged.get("items") if "array" in schemas.types(schema) else None
        items = items if isinstance(items, dict) else None
        inner = self._name(schema) or ("" if items is None else self._name_of_items(items))
        outline = Outline(
            facts=schemas.facts(schema),
            schema=inner,
            description=text(merged.get("description")),
            format=text(merged.get("format")),
            pattern=text(merged.get("pattern")),
            examples=_examples(merged),
            deprecated=merged.get("deprecated") is True,
            read_only=merged.get("readOnly") is True,
            write_only=merged.get("writeOnly") is True,
        )
        identity = schemas.identity(schema)
        if not self._holds_others(merged, items):
            return outline
        if len(above) >= _DEPTH:
            return msgspec.structs.replace(outline, more=max(len(mapping(merged.get("properties"))), 1))
        if identity in above or (above and inner and not walk.named):
            return msgspec.structs.replace(outline, closed=True)
        return self._opened(outline, merged, items, (*above, identity), walk)

    def _opened(
        self,
        outline: Outline,
        merged: Mapping[str, Any],
        items: Schema | None,
        above: tuple[Same, ...],
        walk: _Walk,
    ) -> Outline:
        parts = list(self._parts(merged, above, walk))
        also: Iterator[Outline] = iter(())
        if isinstance(merged.get("contains"), dict):
            also = self._part("contains", "", merged["contains"], above, walk)
        word, choices = self._choices(merged, outline.facts, above, walk, "oneOf")
        other = self._choices(merged, outline.facts, above, walk, "anyOf")
        if choices and other[1]:
            parts.append(Outline(Facts(), kind="besides", choice=other[0], choices=other[1]))
        elif other[1]:
            word, choices = other
        if items is not None:
            item = self._outline(items, above, walk)
            parts += item.parts
            word, choices = (word, choices) if choices else (item.choice, item.choices)
            outline = msgspec.structs.replace(outline, more=item.more, closed=item.closed)
            item = msgspec.structs.replace(item, parts=(), choices=(), choice="", more=0)
            outline = msgspec.structs.replace(outline, items=item)
        parts += also
        if len(choices) == 1 and not parts:
            return _only(outline, choices[0])
        shown = tuple(part for part in parts if part is not _LEFT_OUT)
        chosen = tuple(choice for choice in choices if choice is not _LEFT_OUT)
        more = outline.more + len(parts) - len(shown) + len(choices) - len(chosen)
        return msgspec.structs.replace(outline, parts=shown, choices=chosen, choice=word, more=more)

    def _name_of_items(self, items: Schema) -> str:
        """The name of the component for an array's items, or for the items of nested arrays."""
        for _ in range(_DEPTH):
            name = self._name(items)
            inner = self._schemas.merged(items).get("items")
            if name or not isinstance(inner, dict):
                return name
            items = inner
        return ""

    def _name(self, schema: Schema) -> str:
        """The name of the component that a schema is or refers to, even with keywords beside ``$ref``."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        own = self._schemas.name(schema)
        return own or (self._schemas.name({"$ref": reference}) if isinstance(reference, str) else "")

    def _holds_others(self, merged: Mapping[str, Any], items: Schema | None) -> bool:
        keywords = ("properties", "patternProperties", "prefixItems", "oneOf", "anyOf", "contains")
        return (
            items is not None
            or any(merged.get(keyword) for keyword in keywords)
            or isinstance(merged.get("additionalProperties"), dict)
        )

    def _parts(self, merged: Mapping[str, Any], above: tuple[Same, ...], walk: _Walk) -> Iterator[Outline]:
        required = frozenset(sequence(merged.get("required")))
        for name, child in mapping(merged.get("properties")).items():
            if child is not False and not self._is_left_out(child, walk.direction):
                yield from self._part("property", name, child, above, walk, required=name in required)
        for name, child in mapping(merged.get("patternProperties")).items():
            yield from self._part("pattern", name, child, above, walk)
        if isinstance(merged.get("additionalProperties"), dict):
            yield from self._part("additional", "", merged["additionalProperties"], above, walk)
        for number, child in zip(count(1), sequence(merged.get("prefixItems")), strict=False):
            yield from self._part("position", str(number), child, above, walk)

    def _part(
        self,
        kind: Any,
        name: str,
        schema: Schema,
        above: tuple[Same, ...],
        walk: _Walk,
        *,
        required: bool = False,
    ) -> Iterator[Outline]:
        """One part of an outline; ``_LEFT_OUT`` if there are too many."""
        if not walk.may_go_on(at_top=len(above) == 1):
            yield _LEFT_OUT
        else:
            found = self._outline(schema, above, walk)
            yield walk.within_limit(msgspec.structs.replace(found, kind=kind, name=name, required=required))

    def _is_left_out(self, schema: Schema, direction: Direction | None) -> bool:
        return direction is not None and direction.hides(self._schemas.merged(schema))

    def _choices(
        self, merged: Mapping[str, Any], facts: Facts, above: tuple[Same, ...], walk: _Walk, keyword: str
    ) -> tuple[Any, tuple[Outline, ...]]:
        """How many alternatives have to match, and these, without ``null``, which the type includes."""
        branches = self._branches(sequence(merged.get(keyword)))
        if not branches or (facts.accepted and not mapping(merged.get("properties"))):
            return "", ()
        found = tuple(self._choice(branch, above, walk) for branch in branches)
        return ("one of" if keyword == "oneOf" else "any of"), found

    def _choice(self, branch: Schema, above: tuple[Same, ...], walk: _Walk) -> Outline:
        """One alternative; ``_LEFT_OUT`` if there are too many."""
        if not walk.may_go_on(at_top=len(above) == 1):
            return _LEFT_OUT
        found = self._outline(branch, above, walk)
        return walk.within_limit(msgspec.structs.replace(found, kind="choice", name=self._title(branch)))

    def _branches(self, given: list[Schema]) -> list[Schema]:
        """The alternatives of a schema, except those that only accept ``null``."""
        known = self._known.get(given)
        if known is None:
            found = [branch for branch in given if self._schemas.types(branch) != (_NAMELESS,)]
            known = self._known.keep(given, found)
        return known

    def _title(self, branch: Schema) -> str:
        """The title of a choice, from its component, its title or what it requires; else empty."""
        merged = self._schemas.merged(branch)
        if merged.keys() == {"required"}:
            return f"with {', '.join(map(str, sequence(merged['required'])))}"
        return self._name(branch) or text(merged.get("title"))


def _examples(merged: Mapping[str, Any]) -> tuple[Any, ...]:
    given = (merged["example"],) if "example" in merged else tuple(sequence(merged.get("examples")))
    return tuple(value for value in given if not isinstance(value, dict | list))


def _only(outline: Outline, choice: Outline) -> Outline:
    """Combine a schema with its only choice beside ``null``, which is part of the type."""
    return msgspec.structs.replace(
        outline,
        parts=choice.parts,
        choices=choice.choices,
        choice=choice.choice,
        more=choice.more,
        closed=choice.closed,
        schema=outline.schema or choice.schema,
        description=outline.description or choice.description,
    )
