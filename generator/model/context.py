"""State that the modules of the model share while they read one description; internal to the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.budget import MOST_IN_SAMPLE, SHARED, Limit, sample_work
from generator.errors import Problem
from generator.identity import IdentityMemo, Same
from generator.model.samples.build import Budget, Samples
from generator.model.samples.documented import Origin, meant
from generator.model.samples.repair import Repairs
from generator.model.schemas.defaults import wrong_defaults
from generator.model.schemas.facts import Schema
from generator.model.schemas.kinds import Kinds
from generator.model.schemas.quick_checks import NOTHING, fits
from generator.model.schemas.resolved import Schemas
from generator.model.schemas.validator import Checker, Site
from generator.model.types import Part
from generator.reading import Document
from generator.reading.keywords import keyword_objects
from generator.reading.lenient import mapping, members, text
from generator.reading.validation.schema_dialects import ASSERTIONS

if TYPE_CHECKING:
    from generator.model.operation_source import Source

_About = tuple[bool, Same | str]
_WHOLE_PLACEHOLDER = re.compile(r"\{[A-Z][A-Z0-9_]*\}")
#: Characters of a description that is small enough to search it for values to borrow.
_SMALL = 2_000_000
#: Assertions on scalar values that ``fits`` doesn't check.
_NOT_PLAIN = frozenset(ASSERTIONS) - frozenset(
    "type enum const minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength required "
    "properties additionalProperties items minItems maxItems uniqueItems minProperties maxProperties".split()
)


#: Origins of values that the description has, and that are used once they are valid.
_DOCUMENTED = ("example", "default")


class _Use(NamedTuple):
    """A value that was chosen for a schema, to be validated together with all others."""

    owner: int
    site: Site
    name: str
    at: str
    origin: str
    """``example`` or ``default`` if the description documents the value, else ``made``."""
    is_shown: bool
    """Whether the value is used as it is; otherwise an invalid one is repaired, or made again."""


class Context:
    """The document, what was made from it so far, and the findings of doing so.

    Values are first taken as they are documented, or made. ``settle`` then validates all of them at once, and
    finds better ones for those that are refused. The operations that use these are then read again.
    """

    def __init__(self, document: Document, concrete: Callable[[Any], Any]) -> None:
        self.document = document
        self.schemas = Schemas(document)
        self.samples = Samples(self.schemas)
        self.checker = Checker(document, self.schemas, concrete)
        self.repairs = Repairs(self.schemas, self.samples, self.checker)
        self.described = {
            request: partial(self.schemas.properties, request=request) for request in (False, True)
        }
        """Functions that list the properties of a schema, by whether it is one of a request."""
        self.sources: Sequence[Source] = ()
        """The operations to include in the API."""
        self.owner = 0
        """The index of the operation that is being read; negative for a value that operations share."""
        self.seen_for_xml: IdentityMemo[bool] = IdentityMemo()
        """The schemas whose XML names were checked already."""
        self.encoded_parts: IdentityMemo[Part] = IdentityMemo()
        """The parts of multipart bodies, by their Encoding Objects."""
        self._uses: list[_Use] = []
        self._kept: dict[str, Schema] = {}
        self._fitted: IdentityMemo[tuple[Any]] = IdentityMemo()
        self._borrowed = False
        self._shared: IdentityMemo[tuple[Any, int]] = IdentityMemo()
        self._owners: list[list[int]] = []
        self._keys: list[tuple[object, Hashable]] = []
        self._better: IdentityMemo[tuple[Any]] = IdentityMemo()
        """Valid replacements of values that were refused; ``NOTHING`` where none was found."""
        self._wrong_defaults: set[Same] = set()
        """The defaults that were reported, at their own places."""
        self._findings: dict[tuple[str, str, str], None] = {}
        self._limited: dict[str, dict[str, None]] = {}
        """JSON pointers to what each limit cut, by the sentence that describes the limit."""

    @cached_property
    def kinds(self) -> Kinds:
        """The kinds of objects that the document's discriminators distinguish."""
        return Kinds(self.schemas)

    @cached_property
    def operations(self) -> Mapping[Same | str, str]:
        """The ids of the included operations, by node, by JSON pointer and by ``operationId``.

        They are made on demand: only links need them, and most descriptions have none.
        """
        found: dict[Same | str, str] = {}
        for source in reversed(self.sources):
            given = text(source.node.get("operationId"))
            found[Same(source.node)] = source.id
            if given:
                found[given] = source.id
        return found | {source.at: source.id for source in self.sources}

    def warn(self, at: str, what: str, advice: str = "") -> None:
        """Record a finding that doesn't stop the run. The same finding is recorded once."""
        self._findings[at, what, advice] = None

    def warnings(self, limit: int | None = None) -> tuple[Problem, ...]:
        """The findings, or the first ``limit`` of them, with their places in the file."""
        found = [*self._findings, *self._cuts()]
        return tuple(self.document.problem(*finding) for finding in found[:limit])

    @property
    def count(self) -> int:
        """The number of findings."""
        return len(self._findings) + len(self._cuts())

    def _cuts(self) -> list[tuple[str, str, str]]:
        """A finding for each limit that cut something, at the first place."""
        found = []
        limited = {**self._limited, **self.schemas.limited()}
        if ignored := self.document.ignored_patterns():
            limited[Limit.PATTERNS.value] = ignored
        for limit, places in limited.items():
            more = f"So are {len(places) - 1:,} more." if len(places) > 1 else ""
            found.append((next(iter(places)), limit, more))
        return found

    def cut(self, limit: str, at: str) -> None:
        """Record that something at the JSON pointer ``at`` was cut by a limit, which a sentence describes."""
        self._limited.setdefault(limit, {})[at] = None

    def limit(self, budget: Budget) -> None:
        """Restrict the size of samples to ``budget``."""
        self.samples.budget = budget

    def share(self, operations: int) -> None:
        """Divide the work allowed for samples among a number of operations."""
        self.samples.meter = sample_work(self.document.size, operations)

    def share_of_one(self) -> None:
        """Allow one operation, handled by itself, its share of the work, whatever others have used before."""
        self.samples.meter = sample_work(0, max(len(self.sources) // SHARED, 1)).own_share()

    def keep(self, at: str, schema: Schema) -> Schema:
        """``schema``, or the one kept for ``at`` before: a schema made twice must be the same object."""
        return self._kept.setdefault(at, schema)

    def shared(self, node: object, about: Hashable, make: Callable[[], Any]) -> Any:
        """The result of ``make``, which is called once for all operations with this ``node`` and ``about``.

        If a value in the result turns out to be refused, the result is made again, and all operations that
        use it are read again.
        """
        known = self._shared.get(node, about)
        if known is None:
            # Lists, since there are very many, most with one owner: sets would take four times the memory.
            self._owners.append([])
            self._keys.append((node, about))
            before, self.owner = self.owner, -len(self._owners)
            try:
                known = self._shared.keep(node, (make(), self.owner), about)
            finally:
                self.owner = before
        owners = self._owners[-known[1] - 1]
        if not owners or owners[-1] != self.owner:
            owners.append(self.owner)
        return known[0]

    def _again(self, owners: set[int]) -> set[int]:
        """The operations among ``owners``, and those that use the shared values among them."""
        again: set[int] = set()
        waiting = set(owners)
        while waiting:
            owner = waiting.pop()
            if owner >= 0:
                again.add(owner)
            else:
                waiting.update(self._owners[-owner - 1])
                self._shared.forget(*self._keys[-owner - 1])
        return again

    def borrow(self, name: str) -> None:
        """Make documented values available to parameters and properties that are called ``name``.

        The first call collects the values of all names, in a description that is small enough.
        """
        if not self._borrowed and len(self.document.content) < _SMALL and self.document.may_have_examples:
            remember_examples(self)
        self._borrowed = True

    def usable(
        self,
        value: Any,
        schema: Schema,
        name: str,
        at: str,
        *,
        request: bool = True,
        origin: Origin = "example",
    ) -> Any:
        """A documented ``value`` to use: itself, or what it means, such as 5 for ``"5"`` of an integer.

        ``origin`` says what documents it, for messages. Once ``settle`` has found that ``schema`` refuses it,
        this is its repaired value.
        """
        merged = self.schemas.merged(schema)
        if not fits(value, merged):
            about = (request, Same(value))
            known = self._fitted.get(schema, about)
            if known is None:
                found = next((v for v in meant(value, merged) if fits(v, merged)), value)
                known = self._fitted.keep(schema, (found,), about)
            (value,) = known
        return self._used(value, schema, name, at, origin, request=request)

    def shown(self, value: Any, schema: Schema, at: str, origin: Origin = "example") -> Any:
        """A documented ``value`` of a response: shown as it is, even if its schema refuses it."""
        return self._used(value, schema, "", at, origin, request=False, is_shown=True)

    def look_at(self, value: Any, schema: Schema, at: str, *, request: bool) -> None:
        """Have ``value`` validated by ``settle``; it was parsed from a text that is used as it is written."""
        self._used(value, schema, "", at, "example", request=request, is_shown=True)

    def made(self, schema: Schema, name: str, at: str, *, request: bool, most: int = MOST_IN_SAMPLE) -> Any:
        """A value made for ``schema``, which holds at most ``most`` values; ``NOTHING`` if none was found."""
        value = self.samples.made(schema, name, request=request, most=most)
        for limit in self.samples.limits:
            self.cut(limit, at)
        return self._used(value, schema, name, at, "made", request=request)

    def _used(
        self,
        value: Any,
        schema: Schema,
        name: str,
        at: str,
        origin: str,
        *,
        request: bool,
        is_shown: bool = False,
    ) -> Any:
        if not is_shown and self._better:
            better = self._better.get(schema, _about(value, request, name, origin))
            if better is not None and better[0] is not NOTHING:
                return better[0]
        if schema not in (True, {}) and not self._is_plainly_valid(value, schema):
            self._uses.append(_Use(self.owner, Site(value, schema, request), name, at, origin, is_shown))
        return value

    def _is_plainly_valid(self, value: Any, schema: Schema) -> bool:
        """Whether quick checks suffice to see that ``schema`` accepts ``value``, as for most parameters."""
        merged = self.schemas.merged(schema)
        return (
            not isinstance(value, dict | list)
            and value is not NOTHING
            and _NOT_PLAIN.isdisjoint(merged)
            and not (isinstance(value, str) and "{" in value)  # the value of a placeholder is longer
            and fits(value, merged)
        )

    def settle(self) -> set[int]:
        """Validate every value used so far, and return the indexes of the operations to read again."""
        self.samples.forget()
        self.share(1)
        uses = [use for use in self._uses if use.site.value is not NOTHING]
        missing = [use for use in self._uses if use.site.value is NOTHING]
        self._uses = []
        refused = self.checker.refused([use.site for use in (*uses, *missing)])
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
            reason = self.checker.quick_reason(use.site.schema, use.site.request)
            if reason:
                self.warn(use.at, f"No value can be checked against this schema: {reason}.")
        self.checker.release()
        return self._again(again)

    def _report_defaults(self) -> None:
        for wrong in wrong_defaults(self.document, self.checker, self._is_plainly_valid):
            self._wrong_defaults.add(Same(wrong.value))
            self.warn(wrong.at, f"The default is refused by its own schema: {_joined(wrong.problems)}.")

    def _settle(self, use: _Use) -> bool:
        """Find a valid value in place of one that is refused, and return whether there is one."""
        value, schema, request = use.site
        about = _about(value, request, use.name, use.origin)
        problems = list(self.checker.problems(value, schema, request)) if value is not NOTHING else []
        if use.is_shown:
            if problems:
                self._report_shown(use, problems)
            return False
        if value is not NOTHING and not problems:
            return False
        better = self._better.get(schema, about)
        if better is None:
            if use.origin in _DOCUMENTED:
                found = self.repairs.repaired(value, schema, use.name, request=request)
            else:
                found = self.repairs.found(schema, use.name, request=request)
            better = self._better.keep(schema, (found,), about)
        if better[0] is NOTHING:
            self._report_failure(use, problems)
            return False
        if use.origin in _DOCUMENTED and not self._is_reported(use):
            what = f"The {use.origin} is refused by its own schema and was repaired: {_joined(problems)}."
            self.warn(use.at, what)
        return True

    def _report_shown(self, use: _Use, problems: list[str]) -> None:
        if not self._is_reported(use):
            what = f"The {use.origin}" if use.site.request else f"The {use.origin} of a response"
            self.warn(use.at, f"{what} is refused by its own schema: {_joined(problems)}.")

    def _is_reported(self, use: _Use) -> bool:
        """Whether the value is a default that was reported at its own place."""
        return use.origin == "default" and Same(use.site.value) in self._wrong_defaults

    def _report_failure(self, use: _Use, problems: list[str]) -> None:
        what = f"no valid value was found: {problems[0]}" if problems else "no value was found"
        if use.origin in _DOCUMENTED:
            self.warn(use.at, f"The {use.origin} is refused by its own schema, and {what}.")
        else:
            self.warn(use.at, f"{what[0].upper()}{what[1:]}.", "Give it an `example`.")


def remember_examples(context: Context) -> None:
    """Collect all documented values by name, so that a parameter without an example can borrow one.

    Parameters come first, since the same parameter of another operation is the best source.
    """
    nodes = [node for _, node in keyword_objects(context.document.root)]
    for node in nodes:
        if "in" in node and isinstance(node.get("name"), str):
            schema = context.schemas.merged(node.get("schema", {}))
            given = [schema["example"]] if "example" in schema else []
            for value in (*_examples_of(context, node), *given):
                _remember(context, node["name"], value)
    for node in nodes:
        if "schema" in node and "in" not in node:
            for value in _examples_of(context, node):
                _remember(context, "", value)
        elif "example" in node and ("properties" in node or "type" in node):
            _remember(context, "", node["example"])


def _examples_of(context: Context, node: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in node:
        yield node["example"]
    for _, reference in members(node.get("examples")):
        example = mapping(context.document.follow(reference))
        if "value" in example:
            yield example["value"]


def _remember(context: Context, name: str, value: Any) -> None:
    """Remember ``value`` by ``name``, and the members in it by their own names."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            _remember(context, str(key), child)
    elif isinstance(value, list):
        for child in value:
            if isinstance(child, Mapping):
                _remember(context, "", child)
    elif name and value is not None and not (isinstance(value, str) and _WHOLE_PLACEHOLDER.search(value)):
        context.samples.remember(name, value)


def _about(value: Any, request: bool, name: str, origin: str) -> _About:
    """A key for replacements of a value. Made values are the same for one name and schema."""
    return (request, name if origin == "made" else Same(value))


def _joined(problems: list[str]) -> str:
    return problems[0] + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")
