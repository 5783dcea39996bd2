"""Samples that break one demand of a schema and, as far as there are such, no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from generator.model.context import Context
from generator.model.schemas.facts import Schema
from generator.model.schemas.quick_checks import NOTHING
from generator.model.schemas.validator import Refusal
from generator.model.schemas.value_paths import with_value
from generator.model.variations.constraints import Constraint
from generator.model.variations.violate_containers import STRUCTURES
from generator.model.variations.violate_scalars import VALUES

_BROKEN = {**VALUES, **STRUCTURES}
#: Values tried for one demand.
_TRIES = 16

Readings = Callable[[Any], Iterator[Any]]


def as_it_is(value: Any) -> Iterator[Any]:
    """How a value is read that arrives as it was sent."""
    yield value


def broken(
    context: Context, root: Schema, constraint: Constraint, readings: Readings = as_it_is
) -> Iterator[Any]:
    """Values for the place of ``constraint.value`` with which ``root`` refuses the sample, the best first.

    Each is refused whichever of its ``readings`` a service takes; none of them, and it can't be sent.
    """
    found: list[tuple[int, int, Any]] = []
    candidates = _BROKEN[constraint.keyword](context, constraint) if constraint.keyword in _BROKEN else ()
    for index, value in enumerate(islice(candidates, _TRIES)):
        others = [
            _others(constraint, context.checker.errors(_whole(constraint, read), root))
            for read in readings(value)
        ]
        if others and NOTHING not in others:
            if max(others) == 0:
                yield value
            found.append((max(others), index, value))
    yield from (value for count, _, value in sorted(found, key=lambda each: each[:2]) if count)


def _whole(constraint: Constraint, value: Any) -> Any:
    return with_value(constraint.base, constraint.path, value)


def _others(constraint: Constraint, refusals: list[Refusal]) -> Any:
    """How much is refused beside what should be; ``NOTHING`` where nothing is refused."""
    if not refusals:
        return NOTHING
    return sum(not _is_meant(constraint, refusal) for refusal in refusals)


def _is_meant(constraint: Constraint, refusal: Refusal) -> bool:
    keyword = getattr(refusal.kind, "name", "")
    return tuple(refusal.path) == constraint.path and keyword == constraint.keyword
