"""Validate values against their schemas with jsonschema-rs: one at a time, or all of a description at once.

A description's schemas refer to each other, so that a validator for one may need most of the others. They
are passed in their lean form: assertions only, without annotations or meaningless keywords. All values of a
description are validated together by one validator; only values that it refuses are looked at one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import jsonschema_rs

from generator.budget import (
    MOST_COMPARED,
    MOST_ERRORS,
    MOST_LISTED,
    copied_nodes,
)
from generator.errors import shortened
from generator.identity import IdentityMemo
from generator.model.schemas.assertions import REF, LeanSchemas
from generator.model.schemas.check_costs import LEVELS
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.quick_checks import NOTHING
from generator.model.schemas.resolved import Schemas
from generator.reading import Document

_TOO_DEEP = (
    f"it may be applied ever more often to what a value holds, and this one is deeper than {LEVELS} levels, "
    "which is the limit"
)
_TOO_WIDE = (
    "with the patterns, alternatives and enumerated values that it has, a value of this size takes more "
    f"comparisons than the limit of {MOST_COMPARED:,}"
)
_TOO_LARGE = (
    "it does not match its schema; where is not looked for in a value that holds more than the limit of "
    f"{MOST_LISTED:,} values, each counted once for every level above it"
)
#: The most values passed to the validator in one call, which copies them.
_AT_ONCE = 2000
#: The most errors of values checked together. If there are more, fewer values are checked at a time.
_MOST_TOGETHER = 5 * MOST_ERRORS


class Site(NamedTuple):
    """A value and its schema. In a request, ``readOnly`` properties are not required."""

    value: Any
    schema: Schema
    direction: Direction


class Violation(NamedTuple):
    """One error in a value: its path, a message, and the validator's own kind of error.

    The kind is ``None`` if it is only known that the value as a whole is invalid.
    """

    path: list[str | int]
    message: str
    kind: Any

    def __str__(self) -> str:
        """The path and the message, as a sentence without its full stop."""
        at = "".join(f"/{part}" for part in self.path)
        return f"{at or 'The value'}: {shortened(self.message)}"


#: The name of a lean schema, and the indexes of the sites with the same value for it.
_Use = tuple[str, list[int]]


class _Errors(NamedTuple):
    """The errors found in one value."""

    value: Any
    schema: Schema
    direction: Direction
    found: list[Violation]


class _Compiled(NamedTuple):
    """A validator for one schema, or for objects of lists, whose list ``member`` has values of the schema."""

    validator: jsonschema_rs.Draft202012Validator
    member: str | None = None

    def accepts(self, value: Any) -> bool:
        """Whether ``value`` is valid. Raises ``ValueError`` if it is nested too deeply."""
        return bool(self.validator.is_valid(value if self.member is None else {self.member: [value]}))

    def refusals(self, value: Any, most: int) -> list[Violation]:
        """The first ``most`` errors, or one for the whole value if it is too large to list them.

        Raises ``ValueError`` if the value is nested too deeply.
        """
        value, outside = (value, 0) if self.member is None else ({self.member: [value]}, 2)
        if self.validator.is_valid(value):  # far quicker than listing errors
            return []
        if copied_nodes(value, MOST_LISTED) > MOST_LISTED:
            return [Violation([], _TOO_LARGE, None)]
        return [
            Violation(list(error.instance_path[outside:]), shortened(error.message), error.kind)
            for error in islice(self.validator.iter_errors(value), most)
        ]


class Checker:
    """Validates the values of one document.

    ``concrete`` replaces the placeholders of examples (``{CLIENT_ID}``) with real values before they are
    validated.
    """

    def __init__(self, document: Document, schemas: Schemas, concrete: Callable[[Any], Any]) -> None:
        self._document = document
        self._schemas = schemas
        self._concrete = concrete
        self._lean = {direction: LeanSchemas(document, schemas, direction) for direction in Direction}
        """The lean schemas for values of requests and of responses."""
        self._validators: IdentityMemo[_Compiled] = IdentityMemo()
        self._together: dict[tuple[str, Direction], _Compiled] = {}
        """Validators that were compiled for many schemas at once, by the names of these."""
        self._reasons: IdentityMemo[str] = IdentityMemo()
        """Reasons why values of a schema, or some of them, can't be checked."""
        self._last: _Errors | None = None

    def refused(self, sites: Sequence[Site]) -> dict[int, list[str]]:
        """The indexes of the ``sites`` whose value is invalid or can't be checked, each with its errors.

        The list of errors, as sentences, is empty if the value has to be checked by itself. Sites with the
        value ``NOTHING`` are not checked, but their schemas are compiled for the checks that follow.
        """
        refused: dict[int, list[str]] = {}
        for direction in Direction:
            # The same value for the same schema is checked once, however many sites use it.
            uses: dict[str, dict[int, list[int]]] = {}
            for index, (value, schema, own) in enumerate(sites):
                if own is direction:
                    same = uses.setdefault(self._lean[direction].name(schema), {})
                    if value is not NOTHING:
                        same.setdefault(id(value), []).append(index)
            if uses:
                refused |= self._refused_of(sites, uses, direction)
        return refused

    def _refused_of(
        self, sites: Sequence[Site], uses: dict[str, dict[int, list[int]]], direction: Direction
    ) -> dict[int, list[str]]:
        compiled = self._compile_together(uses, direction)
        refused: dict[int, list[str]] = {}
        lean = self._lean[direction]
        is_counted = lean.costs.grows or lean.is_wide
        waiting = deque(
            _portions(
                [
                    (name, same)
                    for name, sames in uses.items()
                    for same in sames.values()
                    if not (is_counted and self._is_too_much(*sites[same[0]]))
                ]
            )
        )
        while waiting:
            portion = waiting.popleft()
            try:
                if compiled is None:
                    raise ValueError
                found = self._refused_together(compiled, sites, portion)
            except ValueError:
                # A schema can't be compiled, or a value is nested too deeply: check each value by itself.
                indexes = [same[0] for _, same in portion]
                found = {index: [] for index in indexes if self._is_in_question(sites[index])}
            if found is None:
                waiting.extendleft(reversed([*_portions(portion, -(-len(portion) // 2))]))
            else:
                refused |= found
        return refused

    def _refused_together(
        self, compiled: _Compiled, sites: Sequence[Site], portion: Sequence[_Use]
    ) -> dict[int, list[str]] | None:
        """The invalid values in ``portion``, as in ``refused``; ``None`` with too many errors to list.

        Raises ``ValueError`` if a value is nested too deeply.
        """
        is_one = len(portion) == 1
        most = MOST_ERRORS if is_one else _MOST_TOGETHER
        by_name: dict[str, list[list[int]]] = {}
        for name, same in portion:
            by_name.setdefault(name, []).append(same)
        values = {name: [sites[same[0]].value for same in sames] for name, sames in by_name.items()}
        refusals = compiled.refusals(self._concrete(values), most)
        if not is_one and (len(refusals) == most or any(refusal.kind is None for refusal in refusals)):
            return None
        refused: dict[int, list[str]] = {}
        for refusal in refusals:
            at = refusal.path[:2] or (portion[0][0], 0)
            words = str(refusal._replace(path=refusal.path[2:]))
            for index in by_name[str(at[0])][int(at[1])]:
                refused.setdefault(index, []).append(words)
        return refused

    def _is_in_question(self, site: Site) -> bool:
        """Whether a value is invalid, or can't be checked completely."""
        return not self.accepts(*site) or bool(self.why_unchecked(site.schema))

    def _compile_together(self, names: Iterable[str], direction: Direction) -> _Compiled | None:
        """A validator for objects that map names of schemas to lists of values; ``None`` if that fails."""
        lean = self._lean[direction]
        schema = {
            "$defs": lean.closure(names),
            "properties": {name: {"items": {"$ref": REF + name}} for name in names},
        }
        try:
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
            return None
        self._together |= {(name, direction): _Compiled(validator, name) for name in names}
        return _Compiled(validator)

    def release(self) -> None:
        """Forget all compiled validators, which are large. They are compiled again when they are needed."""
        self._together.clear()
        self._validators.clear()
        self._last = None

    def accepts(self, value: Any, schema: Schema, direction: Direction = Direction.REQUEST) -> bool:
        """Whether ``value`` is valid against ``schema``; true if that can't be checked."""
        if self._is_too_much(value, schema, direction):
            return True
        try:
            return self._validator(schema, direction).accepts(self._concrete(value))
        except ValueError as error:
            self._note(schema, str(error))
            return True

    def errors(self, value: Any, schema: Schema, direction: Direction = Direction.REQUEST) -> list[Violation]:
        """The first ``MOST_ERRORS`` errors of ``value``: with more, it isn't worth repairing.

        They are listed even if few are wanted, since those of the last value are kept.
        """
        last = self._last
        if (
            last is None
            or last.value is not value
            or last.schema is not schema
            or last.direction is not direction
        ):
            last = self._last = _Errors(value, schema, direction, self._errors(value, schema, direction))
        return last.found

    def _errors(self, value: Any, schema: Schema, direction: Direction) -> list[Violation]:
        if self._is_too_much(value, schema, direction):
            return []
        try:
            return self._validator(schema, direction).refusals(self._concrete(value), MOST_ERRORS)
        except ValueError:
            return []

    def _is_too_much(self, value: Any, schema: Schema, direction: Direction) -> bool:
        """Whether checking ``value`` would take more than linear time. The reason is then recorded."""
        self._validator(schema, direction)  # makes the costs of its schemas known
        lean = self._lean[direction]
        if lean.costs.grows and _is_deeper(value, LEVELS):
            self._note(schema, _TOO_DEEP)
        elif not lean.has_room(value, lean.name(schema)):
            self._note(schema, _TOO_WIDE)
        else:
            return False
        return True

    def problems(self, value: Any, schema: Schema, direction: Direction = Direction.REQUEST) -> Iterator[str]:
        """The errors of ``value`` as sentences."""
        yield from map(str, self.errors(value, schema, direction))

    def why_unchecked(self, schema: Schema, direction: Direction = Direction.REQUEST) -> str:
        """Why values can't be checked against ``schema``, or not completely; empty if they can."""
        self._validator(schema, direction)
        return self._reasons.get(schema) or self._lean[direction].why_unchecked(schema)

    def quick_reason(self, schema: Schema, direction: Direction) -> str:
        """The same as ``why_unchecked``, for schemas that a value was validated against before."""
        return self._reasons.get(schema) or self._lean[direction].why_unchecked(schema)

    def _validator(self, schema: Schema, direction: Direction) -> _Compiled:
        lean = self._lean[direction]
        name = lean.name(schema)
        together = self._together.get((name, direction))
        if together is not None:
            return together
        compiled = self._validators.get(schema, direction)
        if compiled is None:
            try:
                compiled = _Compiled(
                    jsonschema_rs.Draft202012Validator(
                        {"$defs": lean.closure([name]), "$ref": REF + name}, validate_formats=True
                    )
                )
            except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
                # Without a validator, every value is accepted.
                self._reasons.keep(schema, str(error).split("\n", 1)[0])
                compiled = _Compiled(jsonschema_rs.Draft202012Validator(True))
            self._validators.keep(schema, compiled, direction)
        return compiled

    def _note(self, schema: Schema, reason: str) -> None:
        """Record why a value can't be checked against ``schema``. The first reason is kept."""
        if schema not in self._reasons:
            self._reasons.keep(schema, reason)


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether ``value`` is nested deeper than a number of levels."""
    level = [value]
    for _ in range(levels):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return bool(level)


def _portions(uses: Sequence[_Use], size: int = _AT_ONCE) -> Iterator[Sequence[_Use]]:
    """``uses`` in portions of at most ``size`` values, which are validated together."""
    return (uses[start : start + size] for start in range(0, len(uses), size))
