"""Schemas before and after, property by property. OpenAPI 3.1.1, section 4.8.24."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.changes import demands, words
from generator.changes.demands import Difference
from generator.changes.sameness import Sameness
from generator.changes.types import Change, Kind
from generator.model.api import Schema
from generator.model.schemas import Schemas
from generator.reading import Document

#: How many pairs of schemas one value may need, and how deep it may be: what goes beyond is not compared.
_PAIRS, _DEPTH = 5_000, 60
#: After how many pairs in all each further value may have few.
_EVERY, _FEW, _SHALLOW = 50_000, 200, 6
_Pair = tuple[int, int]


class Sides(NamedTuple):
    """The schemas of both descriptions."""

    before: Schemas
    after: Schemas
    sameness: Sameness
    compared: Counter[str]
    """How many pairs of schemas have been compared."""

    @classmethod
    def of(cls, before: Schemas | None, after: Schemas | None) -> Sides:
        """Both, with nothing compared yet. An API that was not read from a description has none."""
        none = Schemas(Document("", "", b"", {}))
        before, after = before or none, after or none
        return cls(before, after, Sameness(before, after), Counter())


class _Found(NamedTuple):
    kind: Kind
    subject: str
    difference: Difference
    within: tuple[_Pair, ...]
    """The pairs of schemas that it was found in, the outermost first."""


def changes(sides: Sides, before: Schema, after: Schema, subject: str, *, given: bool) -> list[Change]:
    """What differs in a value that ``subject`` names: ``the request body``.

    ``given`` is whether the client gives the value, and doesn't get it. A schema that stands at several
    places is compared once, and it is told where else it stands; so circles end.
    """
    return _Comparison(sides, subject, given).changes(before, after)


class _Comparison:
    """Compares one value with all that is in it."""

    def __init__(self, sides: Sides, subject: str, given: bool) -> None:
        self._sides = sides
        self._subject = subject
        self._given = given
        self._hidden = "readOnly" if given else "writeOnly"
        self._found: list[_Found] = []
        self._places: dict[_Pair, list[str]] = {}
        """Where a pair stands, the place where it was compared first."""
        self._cut = False
        tired = sides.compared["pairs"] > _EVERY
        self._most, self._deepest = (_FEW, _SHALLOW) if tired else (_PAIRS, _DEPTH)

    def changes(self, before: Schema, after: Schema) -> list[Change]:
        """All that differs, in the description's order."""
        self._compare(before, after, "", ())
        found = [Change(f.kind, self._sentence(f), f.difference.breaking) for f in self._found]
        if self._cut:
            what = (
                f"{words.begun(self._subject)} is too large to be compared as a whole: more may have changed."
            )
            found.append(Change("changed", what))
        return list(dict.fromkeys(found))

    def _sentence(self, found: _Found) -> str:
        places = dict.fromkeys(place for pair in found.within for place in self._places[pair][1:])
        also = f" Likewise at {words.listed(map(words.code, places))}." if places else ""
        return f"{words.begun(found.subject)} {found.difference.what}{also}"

    def _name(self, path: str) -> str:
        return f"the property {words.code(path)} of {self._subject}" if path else self._subject

    def _tell(
        self, within: tuple[_Pair, ...], subject: str, found: Iterator[Difference], kind: Kind = "changed"
    ) -> None:
        self._found += [_Found(kind, subject, difference, within) for difference in found]

    def _compare(
        self, before: Schema, after: Schema, path: str, within: tuple[_Pair, ...], *, item: bool = False
    ) -> None:
        sides = self._sides
        pair = (sides.before.identity(before), sides.after.identity(after))
        if pair in self._places:
            if pair not in within and path and path != self._places[pair][0]:
                self._places[pair].append(path)
            return
        if sides.sameness.same(before, after):
            return
        if len(self._places) >= self._most or len(within) >= self._deepest:
            self._cut = True
            return
        sides.compared["pairs"] += 1
        self._places[pair] = [path]
        within = (*within, pair)
        old, new = sides.before.merged(before), sides.after.merged(after)
        if not self._of_value(before, after, path, within, item=item):
            return
        branches = _branches(sides.before, before), _branches(sides.after, after)
        if bool(branches[0]) == bool(branches[1]):
            self._of_items(old, new, path, within)
            self._of_properties(old, new, path, within)
            self._of_others(old, new, path, within)
        else:  # what has no alternatives is the only one
            branches = branches[0] or _only(sides.before, before), branches[1] or _only(sides.after, after)
        self._of_alternatives(*branches, path, within)

    def _of_value(
        self, before: Schema, after: Schema, path: str, within: tuple[_Pair, ...], *, item: bool
    ) -> bool:
        """Tell what the value itself must keep to; whether there is more in it to compare."""
        given, sides = self._given, self._sides
        old, new = sides.before.merged(before), sides.after.merged(after)
        facts = sides.before.facts(before), sides.after.facts(after)
        types = demands.kinds(sides.before, before), demands.kinds(sides.after, after)
        subject = ("each item of " if item else "") + self._name(path)
        self._tell(within, subject, demands.of_type(*types, (facts[0].type, facts[1].type), given))
        if not types[0] & types[1] - {"null"}:
            return False
        if not item or ("enum" not in old and "enum" not in new):  # an item's values are told of its list
            self._tell(within, subject, demands.of_facts(*facts, given))
        self._tell(within, subject, demands.of_limits(old, new, given))
        self._tell(within, subject, self._conditions(old, new))
        return True

    def _conditions(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
        changed = [
            key
            for key in demands.CONDITIONS
            if (key in old or key in new)
            and not (
                key in old and key in new and self._sides.sameness.same({key: old[key]}, {key: new[key]})
            )
        ]
        if changed:
            narrows = any(key in new for key in changed)
            yield Difference(
                f"has other conditions now: {words.listed(map(words.code, changed))}.",
                self._given and narrows,
            )

    def _of_items(
        self, old: Mapping[str, Any], new: Mapping[str, Any], path: str, within: tuple[_Pair, ...]
    ) -> None:
        if "items" in old or "items" in new:
            self._compare(old.get("items", True), new.get("items", True), path, within, item=True)

    def _of_properties(
        self, old: Mapping[str, Any], new: Mapping[str, Any], path: str, within: tuple[_Pair, ...]
    ) -> None:
        given = self._given
        before, after = self._shown(self._sides.before, old), self._shown(self._sides.after, new)
        needed_before, needed = _required(old), _required(new)
        for name, child in after.items():
            dotted = f"{path}.{name}" if path else name
            if name not in before:
                added = "was added, and is required." if given and name in needed else "was added."
                breaking = given and name in needed
                self._tell(within, self._name(dotted), iter([Difference(added, breaking)]), "added")
                continue
            self._tell(within, self._name(dotted), of_need(name in needed_before, name in needed, given))
            self._compare(before[name], child, dotted, within)
        for name in before:
            if name not in after:
                dotted = f"{path}.{name}" if path else name
                self._tell(within, self._name(dotted), iter([Difference("was removed.", True)]), "removed")

    def _shown(self, schemas: Schemas, merged: Mapping[str, Any]) -> dict[str, Schema]:
        """The properties that travel in this direction. OpenAPI 3.1.1, section 4.8.24.1."""
        properties = merged.get("properties")
        if not isinstance(properties, dict):
            return {}
        return {
            n: child for n, child in properties.items() if schemas.merged(child).get(self._hidden) is not True
        }

    def _of_others(
        self, old: Mapping[str, Any], new: Mapping[str, Any], path: str, within: tuple[_Pair, ...]
    ) -> None:
        """Properties that have no name. JSON Schema Core 2020-12, section 10.3.2.3."""
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if before is not False and after is not False:
            if before is not True or after is not True:
                self._compare(before, after, f"{path}.*" if path else "*", within)
        elif before is not after and self._given:
            what = "takes properties of any other name now."
            if after is False:
                what = "takes no properties of other names any more."
            self._tell(within, self._name(path), iter([Difference(what, after is False)]))

    def _of_alternatives(
        self, olds: dict[str, Schema], news: dict[str, Schema], path: str, within: tuple[_Pair, ...]
    ) -> None:
        """The branches of ``oneOf`` and ``anyOf`` that hold others; plain ones are in the type."""
        gone = [name for name in olds if name not in news]
        come = [name for name in news if name not in olds]
        if len(gone) == len(come) == 1:  # one that has another name now
            olds[come[0]] = olds.pop(gone[0])
            gone, come = [], []
        for name, branch in news.items():
            if name in olds:
                self._compare(olds[name], branch, path, within)
        expect = "." if self._given else ": a client has to expect it."
        found = [Difference(f"may be {name} as well now{expect}") for name in come]
        found += [Difference(f"can't be {name} any more.", self._given) for name in gone]
        self._tell(within, self._name(path), iter(found))


def of_need(before: bool, after: bool, given: bool) -> Iterator[Difference]:
    """Whether something has to be there: required breaks who gives it, optional breaks who reads it."""
    if before and not after:
        yield Difference("is optional now." if given else "may be missing now.", not given)
    elif after and not before:
        yield Difference("is required now." if given else "is always there now.", given)


def _required(merged: Mapping[str, Any]) -> set[str]:
    names = merged.get("required")
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def _branches(schemas: Schemas, schema: Schema) -> dict[str, Schema]:
    """The alternatives that are objects or lists, by what they are called."""
    merged = schemas.merged(schema)
    given = merged.get("oneOf") or merged.get("anyOf")
    if not isinstance(given, list):
        return {}
    found: dict[str, Schema] = {}
    for branch in given:
        if not demands.kinds(schemas, branch) & {"object", "array"}:
            continue
        name = _label(schemas, branch)
        count = sum(1 for other in found if other == name or other.startswith(f"{name} ("))
        found[f"{name} ({count + 1})" if count else name] = branch
    return found


def _only(schemas: Schemas, schema: Schema) -> dict[str, Schema]:
    return {_label(schemas, schema): schema}


def _label(schemas: Schemas, branch: Schema) -> str:
    """What an alternative is called: its name, its title or its type."""
    name = schemas.name(branch) or str(schemas.merged(branch).get("title") or "")
    return words.code(name) if name else f"another {words.code(schemas.facts(branch).type or 'value')}"
