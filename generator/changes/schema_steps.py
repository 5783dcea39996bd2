"""One step of a comparison: the differences of a pair of schemas, and the pairs inside it to compare next.

The step is made once for each pair, wherever it occurs. OpenAPI 3.1.1, section 4.8.24.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from generator.changes import narrowing, prose
from generator.changes.narrowing import Difference
from generator.changes.schema_equality import Sameness
from generator.changes.types import Kind
from generator.identity import Same
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas
from generator.reading.lenient import mapping, sequence

Pair = tuple[Same, Same]
_Branches = dict[str, Schema]
_Choices = dict[str, list[Schema]]
_Shape = tuple[str, frozenset[str]]
_EMPTY = "(empty)"


class Step(NamedTuple):
    """Either a difference to report, or a pair of schemas to compare next."""

    name: str = ""
    """The property, position or pattern it applies to; empty for the value itself."""
    difference: Difference | None = None
    kind: Kind = "changed"
    before: Schema = True
    after: Schema = True
    item: bool = False
    """Whether it applies to each item of an array."""


class Steps:
    """Compares pairs of schemas of values that a client sends (``REQUEST``), or that it receives."""

    def __init__(self, before: Schemas, after: Schemas, sameness: Sameness, direction: Direction) -> None:
        self._before = before
        self._after = after
        self._sameness = sameness
        self._direction = direction
        self._known: dict[tuple[Pair, bool], tuple[Step, ...]] = {}

    def pair(self, before: Schema, after: Schema) -> Pair:
        """A key for two schemas, the same by whichever references they are reached."""
        return self._before.identity(before), self._after.identity(after)

    def of(self, before: Schema, after: Schema, *, item: bool) -> tuple[Step, ...]:
        """The steps for a pair of schemas, in the description's order; none if the schemas are equal."""
        key = (self.pair(before, after), item)
        if key not in self._known:
            is_same = self._sameness.same(before, after)
            self._known[key] = () if is_same else tuple(self._of(before, after, item))
        return self._known[key]

    def _of(self, before: Schema, after: Schema, item: bool) -> Iterator[Step]:
        old, new = self._before.merged(before), self._after.merged(after)
        types = narrowing.kinds(self._before, before), narrowing.kinds(self._after, after)
        facts = self._before.facts(before), self._after.facts(after)
        yield from _steps_of(narrowing.of_type(*types, (facts[0].type, facts[1].type), self._direction), item)
        if not types[0] & types[1] - {"null"}:
            return
        # (The accepted values of items are reported for their array.)
        if not item or ("enum" not in old and "enum" not in new):
            yield from _steps_of(narrowing.of_facts(*facts, self._direction), item)
        limits = _nullable(self._before, old), _nullable(self._after, new)
        yield from _steps_of(narrowing.of_limits(*limits, self._direction), item)
        yield from _steps_of(self._conditions(old, new), item)
        yield from _steps_of(
            narrowing.of_deprecation(old.get("deprecated") is True, new.get("deprecated") is True), item
        )
        yield from self._of_positions(old, new)
        yield from self._of_patterns(old, new)
        choices = _choices(self._before, old), _choices(self._after, new)
        if bool(choices[0]) == bool(choices[1]):
            if "items" in old or "items" in new:
                yield from self._onward("", old.get("items", True), new.get("items", True), item=True)
            yield from self._of_properties(old, new)
            yield from self._of_others(old, new)
        else:  # a schema without alternatives counts as the only alternative
            only = {next(iter(choices[0] or choices[1])): [before if choices[1] else after]}
            choices = choices[0] or only, choices[1] or only
        yield from self._of_choices(*choices, item)

    def _onward(self, name: str, before: Schema, after: Schema, *, item: bool = False) -> Iterator[Step]:
        if not self._sameness.same(before, after):
            yield Step(name, before=before, after=after, item=item)

    def _conditions(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
        changed = [key for key in narrowing.CONDITIONS if not self._is_alike(key, old, new)]
        if changed:
            narrows = self._direction.is_request and any(key in new for key in changed)
            yield Difference(f"has other conditions now: {prose.listed(map(prose.code, changed))}.", narrows)

    def _is_alike(self, key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Whether a condition is unchanged.

        Members of ``prefixItems`` and ``patternProperties`` are compared one by one elsewhere: here only
        their number or names have to be the same.
        """
        if key == "prefixItems":
            return len(sequence(old.get(key))) == len(sequence(new.get(key)))
        if key == "patternProperties":
            return mapping(old.get(key)).keys() == mapping(new.get(key)).keys()
        if key in old and key in new:
            return self._sameness.same({key: old[key]}, {key: new[key]})
        return key not in old and key not in new

    def _of_positions(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
        """Items by their position in an array, counted from 1. JSON Schema Core 2020-12, section 10.3.1.1."""
        before, after = sequence(old.get("prefixItems")), sequence(new.get("prefixItems"))
        for number, pair in enumerate(zip(before, after, strict=False), 1):
            yield from self._onward(str(number), *pair)

    def _of_patterns(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
        """Properties by the patterns of their names. JSON Schema Core 2020-12, section 10.3.2.2."""
        before = self._shown(self._before, old, "patternProperties")
        after = self._shown(self._after, new, "patternProperties")
        for pattern, child in after.items():
            if pattern in before:
                yield from self._onward(pattern or _EMPTY, before[pattern], child)

    def _of_properties(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
        before = self._shown(self._before, old, "properties")
        after = self._shown(self._after, new, "properties")
        needed_before, needed = _required(old), _required(new)
        for key, child in after.items():
            name = key or _EMPTY
            if key in before:
                need = narrowing.of_need(key in needed_before, key in needed, self._direction)
                yield from (Step(name, difference) for difference in need)
                yield from self._onward(name, before[key], child)
            elif self._direction.is_request and key in needed:
                yield Step(name, Difference("was added, and is required.", True), "added")
            else:
                yield Step(name, Difference("was added."), "added")
        for key in before:
            if key not in after:
                yield Step(key or _EMPTY, Difference("was removed.", True), "removed")

    def _shown(self, schemas: Schemas, merged: Mapping[str, Any], keyword: str) -> dict[str, Schema]:
        """The properties that are sent in this direction. OpenAPI 3.1.1, section 4.8.24.1."""
        return {
            name: child
            for name, child in mapping(merged.get(keyword)).items()
            if not self._direction.hides(schemas.merged(child))
        }

    def _of_others(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
        """Properties that the schema doesn't name. JSON Schema Core 2020-12, section 10.3.2.3."""
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if before is not False and after is not False:
            yield from self._onward("*", before, after)
        elif before is not after and self._direction.is_request and after is False:
            yield Step("", Difference("takes no properties of other names any more.", True))
        elif before is not after and self._direction.is_request:
            yield Step("", Difference("takes properties of any other name now."))

    def _of_choices(self, olds: _Choices, news: _Choices, item: bool) -> Iterator[Step]:
        """Compare alternatives, where possible those of the same keyword (``oneOf``, ``anyOf``).

        If no keyword is on both sides, the first of each side are compared. The other keywords are conditions
        that changed.
        """
        pairs = {keyword: keyword for keyword in news if keyword in olds}
        if olds and news and not pairs:
            pairs = {next(iter(olds)): next(iter(news))}
        for before, after in pairs.items():
            yield from self._of_alternatives(olds[before], news[after])
        gone = [keyword for keyword in olds if keyword not in pairs]
        come = [keyword for keyword in news if keyword not in pairs.values()]
        if gone or come:
            what = f"has other conditions now: {prose.listed(map(prose.code, gone + come))}."
            yield from _steps_of([Difference(what, self._direction.is_request and bool(come))], item)

    def _of_alternatives(self, before: list[Schema], after: list[Schema]) -> Iterator[Step]:
        """Compare the branches of a keyword that are objects or arrays; others are in the type."""
        left = self._differing(before, after)
        olds, news = _named(self._before, left[0]), _named(self._after, left[1])
        gone = [name for name in olds if name not in news]
        come = [name for name in news if name not in olds]
        if len(gone) == len(come) == 1:  # taken as one branch with a new name
            olds = {come[0] if name == gone[0] else name: branch for name, branch in olds.items()}
            gone, come = [], []
        for name, branch in news.items():
            if name in olds:
                yield from self._onward("", olds[name], branch)
        expect = "." if self._direction.is_request else ": a client has to expect it."
        yield from (Step("", Difference(f"may be {name} as well now{expect}")) for name in come)
        yield from (
            Step("", Difference(f"can't be {name} any more.", self._direction.is_request)) for name in gone
        )

    def _differing(self, before: list[Schema], after: list[Schema]) -> tuple[list[Schema], list[Schema]]:
        """The branches of each side that have no equal on the other side, whatever their order."""
        places: dict[_Shape, list[int]] = {}
        for place, branch in enumerate(before):
            places.setdefault(_shape(branch), []).append(place)
        news = []
        for branch in after:
            left = places.get(_shape(branch), [])
            same = next((place for place in left if self._sameness.same(before[place], branch)), None)
            if same is None:
                news.append(branch)
            else:
                left.remove(same)
        return [before[place] for place in sorted(chain(*places.values()))], news


def _steps_of(found: Iterable[Difference], item: bool) -> Iterator[Step]:
    return (Step("", difference, item=item) for difference in found)


def _nullable(schemas: Schemas, merged: Mapping[str, Any]) -> Mapping[str, Any]:
    """``merged`` with the keywords of its only alternative other than ``null``, if that is a plain value."""
    branches = [*sequence(merged.get("oneOf")), *sequence(merged.get("anyOf"))]
    others = [branch for branch in branches if schemas.types(branch) != ("null",)]
    if len(others) != 1 or schemas.holds_others(others[0]):
        return merged
    return {**schemas.merged(others[0]), **merged}


def _required(merged: Mapping[str, Any]) -> set[str]:
    names = merged.get("required")
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def _choices(schemas: Schemas, merged: Mapping[str, Any]) -> _Choices:
    """The alternatives that are objects or arrays, by keyword: ``oneOf`` and ``anyOf``."""
    found = {
        keyword: [
            branch
            for branch in sequence(merged.get(keyword))
            if narrowing.kinds(schemas, branch) & {"object", "array"}
        ]
        for keyword in ("oneOf", "anyOf")
    }
    return {keyword: branches for keyword, branches in found.items() if branches}


def _shape(schema: Schema) -> _Shape:
    """A cheap key that equal schemas share, so that few of many alternatives have to be compared."""
    node = mapping(schema)
    return str(node.get("$ref")), frozenset(mapping(node.get("properties")))


def _named(schemas: Schemas, branches: Iterable[Schema]) -> _Branches:
    """Alternatives by unique labels: a label that is taken gets a number, as in ``Job (2)``."""
    found: _Branches = {}
    for branch in branches:
        name = _label(schemas, branch)
        count = sum(1 for other in found if other == name or other.startswith(f"{name} ("))
        found[f"{name} ({count + 1})" if count else name] = branch
    return found


def _label(schemas: Schemas, branch: Schema) -> str:
    """A label for an alternative: its component's name, its title, or its type."""
    name = schemas.name(branch) or str(schemas.merged(branch).get("title") or "")
    return prose.code(name) if name else f"another {prose.code(schemas.facts(branch).type or 'value')}"
