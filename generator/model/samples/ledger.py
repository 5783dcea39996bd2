"""The ledger of sample values: each value in use, the schema it is for, and the operation that uses it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from generator.identity import IdentityMemo, Same
from generator.model.samples.documented import Origin, meant
from generator.model.samples.repair import Repairs
from generator.model.schemas.defaults import wrong_defaults
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.quick_checks import NOTHING, fits
from generator.model.schemas.resolved import Schemas
from generator.model.schemas.validator import Checker, Site
from generator.model.warnings import Warnings
from generator.reading import Document
from generator.reading.validation.schema_dialects import ASSERTIONS

_About = tuple[Direction, Same | str]
#: Assertions on scalar values that ``fits`` doesn't check.
_NOT_PLAIN = frozenset(ASSERTIONS) - frozenset(
    "type enum const minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength required "
    "properties additionalProperties items minItems maxItems uniqueItems minProperties maxProperties".split()
)


class Use(NamedTuple):
    """A value that was chosen for a schema, to be validated together with all others."""

    owner: int
    """Who uses it: see ``SharedResults``."""
    site: Site
    name: str
    at: str
    origin: Origin | Literal["made"]
    """The keyword by which the description documents the value, else ``made``."""
    is_shown: bool = False
    """Whether the value is used as it is; otherwise an invalid one is repaired, or made again."""


class Ledger:
    """The values in use. ``settle`` validates them all at once, and finds better ones for those refused."""

    def __init__(
        self, document: Document, schemas: Schemas, checker: Checker, repairs: Repairs, warnings: Warnings
    ) -> None:
        self._document = document
        self._schemas = schemas
        self._checker = checker
        self._repairs = repairs
        self._warnings = warnings
        self._uses: list[Use] = []
        self._fitted: IdentityMemo[tuple[Any]] = IdentityMemo()
        self._better: IdentityMemo[tuple[Any]] = IdentityMemo()
        """Valid replacements of values that were refused; ``NOTHING`` where none was found."""
        self._wrong_defaults: set[Same] = set()
        """The defaults that were reported, at their own places."""

    def meant(self, value: Any, schema: Schema, direction: Direction) -> Any:
        """What a documented ``value`` means: itself, or 5 for ``"5"`` of an integer."""
        merged = self._schemas.merged(schema)
        if fits(value, merged):
            return value
        about = (direction, Same(value))
        known = self._fitted.get(schema, about)
        if known is None:
            found = next((v for v in meant(value, merged) if fits(v, merged)), value)
            known = self._fitted.keep(schema, (found,), about)
        return known[0]

    def used(self, use: Use) -> Any:
        """Enter a use, unless quick checks show that its value is valid. Returns the value to use.

        Once ``settle`` has found that the schema refuses the value, this is a valid one in its place.
        """
        value, schema, direction = use.site
        if not use.is_shown and self._better:
            better = self._better.get(schema, _about(value, direction, use.name, use.origin))
            if better is not None and better[0] is not NOTHING:
                return better[0]
        if schema not in (True, {}) and not self._is_plainly_valid(value, schema):
            self._uses.append(use)
        return value

    def settle(self) -> set[int]:
        """Validate every value used so far. Returns the owners of those that have a better one now."""
        uses = [use for use in self._uses if use.site.value is not NOTHING]
        missing = [use for use in self._uses if use.site.value is NOTHING]
        self._uses = []
        refused = self._checker.refused([use.site for use in (*uses, *missing)])
        self._report_defaults()
        again: set[int] = set()
        for index in sorted(refused):
            if uses[index].is_shown and refused[index]:
                self._report_shown(uses[index], refused[index])
            elif self._settle(uses[index]):
                again.add(uses[index].owner)
        for use in missing:
            if self._settle(use):
                again.add(use.owner)
        for use in uses:
            reason = self._checker.quick_reason(use.site.schema, use.site.direction)
            if reason:
                self._warnings.warn(use.at, f"No value can be checked against this schema: {reason}.")
        self._checker.release()
        return again

    def _is_plainly_valid(self, value: Any, schema: Schema) -> bool:
        """Whether quick checks suffice to see that ``schema`` accepts ``value``, as for most parameters."""
        merged = self._schemas.merged(schema)
        return (
            not isinstance(value, dict | list)
            and value is not NOTHING
            and _NOT_PLAIN.isdisjoint(merged)
            and not (isinstance(value, str) and "{" in value)  # the value of a placeholder is longer
            and fits(value, merged)
        )

    def _report_defaults(self) -> None:
        for wrong in wrong_defaults(self._document, self._checker, self._is_plainly_valid):
            self._wrong_defaults.add(Same(wrong.value))
            what = f"The default is refused by its own schema: {_joined(wrong.problems)}."
            self._warnings.warn(wrong.at, what)

    def _settle(self, use: Use) -> bool:
        """Find a valid value in place of one that is refused, and return whether there is one."""
        value, schema, direction = use.site
        about = _about(value, direction, use.name, use.origin)
        problems = list(self._checker.problems(value, schema, direction)) if value is not NOTHING else []
        if use.is_shown:
            if problems:
                self._report_shown(use, problems)
            return False
        if value is not NOTHING and not problems:
            return False
        better = self._better.get(schema, about)
        if better is None:
            if use.origin != "made":
                found = self._repairs.repaired(value, schema, use.name, direction=direction)
            else:
                found = self._repairs.found(schema, use.name, direction=direction)
            better = self._better.keep(schema, (found,), about)
        if better[0] is NOTHING:
            self._report_failure(use, problems)
            return False
        if use.origin != "made" and not self._is_reported(use):
            what = f"The {use.origin} is refused by its own schema and was repaired: {_joined(problems)}."
            self._warnings.warn(use.at, what)
        return True

    def _report_shown(self, use: Use, problems: list[str]) -> None:
        if not self._is_reported(use):
            what = f"The {use.origin}" if use.site.direction.is_request else f"The {use.origin} of a response"
            self._warnings.warn(use.at, f"{what} is refused by its own schema: {_joined(problems)}.")

    def _is_reported(self, use: Use) -> bool:
        """Whether the value is a default that was reported at its own place."""
        return use.origin == "default" and Same(use.site.value) in self._wrong_defaults

    def _report_failure(self, use: Use, problems: list[str]) -> None:
        what = f"no valid value was found: {problems[0]}" if problems else "no value was found"
        if use.origin != "made":
            self._warnings.warn(use.at, f"The {use.origin} is refused by its own schema, and {what}.")
        else:
            self._warnings.warn(use.at, f"{what[0].upper()}{what[1:]}.", "Give it an `example`.")


def _about(value: Any, direction: Direction, name: str, origin: str) -> _About:
    """A key for replacements of a value. Made values are the same for one name and schema."""
    return (direction, name if origin == "made" else Same(value))


def _joined(problems: list[str]) -> str:
    return problems[0] + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")
