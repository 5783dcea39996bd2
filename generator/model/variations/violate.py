"""Values that violate one constraint of a schema and, if possible, no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from generator.model.context import Context
from generator.model.schemas.facts import Schema
from generator.model.schemas.quick_checks import NOTHING
from generator.model.schemas.validator import Violation
from generator.model.schemas.value_paths import with_value
from generator.model.variations.constraints import Constraint
from generator.model.variations.violate_containers import STRUCTURES
from generator.model.variations.violate_scalars import VALUES

_BROKEN = {**VALUES, **STRUCTURES}
#: The most values tried for one constraint.
_TRIES = 16

Readings = Callable[[Any], Iterator[Any]]


def as_it_is(value: Any) -> Iterator[Any]:
    """The only reading of a value that isn't serialized as text: itself."""
    yield value


def broken(
    context: Context, root: Schema, constraint: Constraint, readings: Readings = as_it_is
) -> Iterator[Any]:
    """Values to replace ``constraint.value``, so that ``root`` refuses the sample, the best first.

    Each is refused in all of its ``readings``. A value without any reading can't be sent, and is skipped.
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


def _others(constraint: Constraint, refusals: list[Violation]) -> Any:
    """The number of errors other than the intended one; ``NOTHING`` if there are no errors at all."""
    if not refusals:
        return NOTHING
    return sum(not _is_meant(constraint, refusal) for refusal in refusals)


def _is_meant(constraint: Constraint, refusal: Violation) -> bool:
    keyword = getattr(refusal.kind, "name", "")
    return tuple(refusal.path) == constraint.path and keyword == constraint.keyword
