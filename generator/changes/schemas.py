"""Changes of a schema and of all schemas in it. OpenAPI 3.1.1, section 4.8.24."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from generator.changes import prose
from generator.changes.schema_equality import Sameness
from generator.changes.schema_steps import Pair, Step, Steps
from generator.changes.types import Change
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas

#: The number of pairs of schemas compared for one value, and how deep; what goes beyond is not compared.
_PAIRS, _DEPTH = 5_000, 60
#: After ``_EVERY`` pairs in all, these lower limits apply to each further value.
_EVERY, _FEW, _SHALLOW = 50_000, 200, 6


class Sides(NamedTuple):
    """The schemas of both descriptions, and what is known from earlier comparisons."""

    steps: Mapping[Direction, Steps]
    """Comparisons of values that a client sends (``REQUEST``), and of those that it receives."""
    compared: Counter[str]
    """The number of pairs of schemas compared so far, by the key ``pairs``."""

    @classmethod
    def of(cls, before: Schemas, after: Schemas) -> Sides:
        """Both descriptions' schemas, with nothing compared yet."""
        sameness = Sameness(before, after)
        steps = {direction: Steps(before, after, sameness, direction) for direction in Direction}
        return cls(steps, Counter())


class _Found(NamedTuple):
    path: str
    step: Step
    within: tuple[Pair, ...]
    """The pairs of schemas around the difference, the outermost first."""


def changes(sides: Sides, before: Schema, after: Schema, subject: str, direction: Direction) -> list[Change]:
    """Changes of a value that ``subject`` names, such as ``the request body``.

    ``direction`` is ``REQUEST`` if the client sends the value, as it does in its response to a webhook. A
    schema that occurs at several places is compared once, and its changes list the other places; so circular
    references end.
    """
    comparison = _Comparison(sides, direction)
    comparison.compare(before, after)
    found = comparison.changes(subject)
    if comparison.cut:
        what = f"{prose.begun(subject)} is too large to be compared as a whole: more may have changed."
        found.append(Change("changed", what))
    return list(dict.fromkeys(found))


class _Comparison:
    """Compares the schemas of one value, to any depth."""

    def __init__(self, sides: Sides, direction: Direction) -> None:
        self._steps = sides.steps[direction]
        self._compared = sides.compared
        self._found: list[_Found] = []
        self._places: dict[Pair, list[str]] = {}
        """The paths at which each pair occurs, first the one at which it was compared."""
        tired = sides.compared["pairs"] > _EVERY
        self._most, self._deepest = (_FEW, _SHALLOW) if tired else (_PAIRS, _DEPTH)
        self.cut = False
        """Whether a limit ended the comparison early."""

    def compare(
        self,
        before: Schema,
        after: Schema,
        path: str = "",
        within: tuple[Pair, ...] = (),
        *,
        item: bool = False,
    ) -> None:
        """Find the differences of two schemas at ``path``."""
        pair = self._steps.pair(before, after)
        places = self._places.get(pair)
        if places is not None:
            if pair not in within and path and path != places[0]:
                places.append(path)
            return
        if len(self._places) >= self._most or len(within) >= self._deepest:
            self.cut = True
            return
        self._places[pair] = [path]
        self._compared["pairs"] += 1
        within = (*within, pair)
        for step in self._steps.of(before, after, item=item):
            dotted = f"{path}.{step.name}" if path and step.name else path or step.name
            if step.difference:
                self._found.append(_Found(dotted, step, within))
            else:
                self.compare(step.before, step.after, dotted, within, item=step.item)

    def changes(self, subject: str) -> list[Change]:
        """The changes found, in the description's order."""
        return [self._change(found, subject) for found in self._found]

    def _change(self, found: _Found, subject: str) -> Change:
        step, difference = found.step, found.step.difference
        assert difference is not None
        name = f"the property {prose.code(found.path)} of {subject}" if found.path else subject
        whole = prose.begun(f"each item of {name}" if step.item else name)
        places = dict.fromkeys(place for pair in found.within for place in self._places[pair][1:])
        also = f" Likewise at {prose.listed(map(prose.code, places))}." if places else ""
        return Change(step.kind, f"{whole} {difference.what}{also}", difference.breaking)
