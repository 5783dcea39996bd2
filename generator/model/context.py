"""What the modules of the model share while one description is read: never seen outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.budget import MOST_IN_SAMPLE, SHARED, Limit, sample_work
from generator.errors import Problem
from generator.identity import IdentityMemo, Same
from generator.model.samples.build import Budget, Samples
from generator.model.samples.documented import meant
from generator.model.samples.repair import Repairs
from generator.model.schemas.facts import Schema
from generator.model.schemas.kinds import Kinds
from generator.model.schemas.quick_checks import NOTHING, fits
from generator.model.schemas.resolved import Schemas
from generator.model.schemas.validator import Checker, Site
from generator.reading import Document
from generator.reading.keywords import keyword_objects
from generator.reading.lenient import mapping, members, text
from generator.reading.validation.schema_dialects import ASSERTIONS

if TYPE_CHECKING:
    from generator.model.operation_source import Source

_About = tuple[bool, Same | str]
_WHOLE_PLACEHOLDER = re.compile(r"\{[A-Z][A-Z0-9_]*\}")
#: Characters of a description in which looking for a value to borrow costs nothing that is felt.
_SMALL = 2_000_000
#: Keywords that take more than ``fits`` to tell whether a value that holds no others is accepted.
_NOT_PLAIN = frozenset(ASSERTIONS) - frozenset(
    "type enum const minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength required "
    "properties additionalProperties items minItems maxItems uniqueItems minProperties maxProperties".split()
)


class _Use(NamedTuple):
    """A value that was taken for a schema, to be checked together with all others."""

    owner: int
    site: Site
    name: str
    at: str
    origin: str
    """``example``, ``made`` or ``answer``."""


class Context:
    """The document, what was made of it so far, and the findings that the making gave.

    Values are first taken as they are documented, or made; ``settle`` then checks all of them at once and
    finds better ones for those that are refused. What used them is then made a second time.
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
        """What gives the properties of a schema, for answers and for requests."""
        self.sources: Sequence[Source] = ()
        """The operations that were asked for."""
        self.owner = 0
        """The number of the operation that is being read."""
        self.seen_for_xml: IdentityMemo[bool] = IdentityMemo()
        """The schemas whose names in XML were looked at."""
        self._uses: list[_Use] = []
        self._kept: dict[str, Schema] = {}
        self._fitted: IdentityMemo[tuple[Any]] = IdentityMemo()
        self._borrowed = False
        self._shared: IdentityMemo[tuple[Any, int]] = IdentityMemo()
        self._owners: list[list[int]] = []
        self._keys: list[tuple[object, Hashable]] = []
        self._better: IdentityMemo[tuple[Any]] = IdentityMemo()
        """``NOTHING`` where none was found."""
        self._findings: dict[tuple[str, str, str], None] = {}
        self._limited: dict[str, dict[str, None]] = {}
        """Where each limit cut something, by the sentence that names it."""

    @cached_property
    def kinds(self) -> Kinds:
        """What the discriminators of the document tell apart."""
        return Kinds(self.schemas)

    @cached_property
    def operations(self) -> Mapping[Same | str, str]:
        """The ids of the operations that were asked for, by node, by JSON pointer and by operationId.

        Only links ask for them, which most descriptions have none of.
        """
        found: dict[Same | str, str] = {}
        for source in reversed(self.sources):
            given = text(source.node.get("operationId"))
            found[Same(source.node)] = source.id
            if given:
                found[given] = source.id
        return found | {source.at: source.id for source in self.sources}

    def warn(self, at: str, what: str, advice: str = "") -> None:
        """Note a finding that does not stop the work, once."""
        self._findings[at, what, advice] = None

    def warnings(self, limit: int | None = None) -> tuple[Problem, ...]:
        """The findings with their places in the file."""
        found = [*self._findings, *self._cuts()]
        return tuple(self.document.problem(*finding) for finding in found[:limit])

    @property
    def count(self) -> int:
        """How many findings there are."""
        return len(self._findings) + len(self._cuts())

    def _cuts(self) -> list[tuple[str, str, str]]:
        """What the limits cut: one finding for each limit, at the first place."""
        found = []
        limited = {**self._limited, **self.schemas.limited()}
        if ignored := self.document.ignored_patterns():
            limited[Limit.PATTERNS.value] = ignored
        for limit, places in limited.items():
            more = f"So are {len(places) - 1:,} more." if len(places) > 1 else ""
            found.append((next(iter(places)), limit, more))
        return found

    def cut(self, limit: str, at: str) -> None:
        """Note that a limit, by the sentence that names it, cut what stands at the JSON pointer ``at``."""
        self._limited.setdefault(limit, {})[at] = None

    def limit(self, budget: Budget) -> None:
        """Let no sample hold more values than ``budget`` says."""
        self.samples.budget = budget

    def share(self, operations: int) -> None:
        """Divide the work that samples may take among so many operations."""
        self.samples.meter = sample_work(self.document.size, operations)

    def share_of_one(self) -> None:
        """Grant what one operation may take that is looked at by itself, whatever others took before."""
        self.samples.meter = sample_work(0, max(len(self.sources) // SHARED, 1)).own_share()

    def keep(self, at: str, schema: Schema) -> Schema:
        """The first schema that was made for ``at``: what is made twice must be the same object."""
        return self._kept.setdefault(at, schema)

    def shared(self, node: object, about: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made once for all operations that ask for the same ``node`` and ``about``.

        If a value in it turns out to be refused, it is made again, and so are all that use it.
        """
        known = self._shared.get(node, about)
        if known is None:
            # (Lists: there are very many, most of one owner, for which a set would take four times the room.)
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
        """The operations among ``owners``, and those that use what is shared among them."""
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
        """Have the documented values of parameters and properties called ``name`` at hand."""
        if not self._borrowed and len(self.document.content) < _SMALL and self.document.may_have_examples:
            remember_examples(self)
        self._borrowed = True

    def usable(self, value: Any, schema: Schema, name: str, at: str, *, request: bool = True) -> Any:
        """A given ``value`` for a request: as it is, or repaired once its schema is seen to refuse it."""
        merged = self.schemas.merged(schema)
        if not fits(value, merged):
            about = (request, Same(value))
            known = self._fitted.get(schema, about)
            if known is None:
                fitting = next((v for v in meant(value, merged) if fits(v, merged)), value)
                known = self._fitted.keep(schema, (fitting,), about)
            (value,) = known
        return self._used(value, schema, name, at, "example", request=request)

    def shown(self, value: Any, schema: Schema, at: str) -> Any:
        """A documented ``value`` of an answer: shown as it is, whatever its schema says."""
        return self._used(value, schema, "", at, "answer", request=False)

    def look_at(self, value: Any, schema: Schema, at: str, *, request: bool) -> None:
        """Note what ``schema`` refuses in a ``value`` that is used as it is written, in another form."""
        self._used(value, schema, "", at, "answer", request=request)

    def made(self, schema: Schema, name: str, at: str, *, request: bool, most: int = MOST_IN_SAMPLE) -> Any:
        """A value made for ``schema``, of at most ``most`` values, or ``NOTHING``."""
        value = self.samples.made(schema, name, request=request, most=most)
        for limit in self.samples.limits:
            self.cut(limit, at)
        return self._used(value, schema, name, at, "made", request=request)

    def _used(self, value: Any, schema: Schema, name: str, at: str, origin: str, *, request: bool) -> Any:
        if origin != "answer" and self._better:
            better = self._better.get(schema, _about(value, request, name, origin))
            if better is not None and better[0] is not NOTHING:
                return better[0]
        if schema not in (True, {}) and not self._is_plainly_valid(value, schema):
            self._uses.append(_Use(self.owner, Site(value, schema, request), name, at, origin))
        return value

    def _is_plainly_valid(self, value: Any, schema: Schema) -> bool:
        """Whether a look tells that ``schema`` accepts ``value``: most parameters ask for little."""
        merged = self.schemas.merged(schema)
        return (
            not isinstance(value, dict | list)
            and value is not NOTHING
            and _NOT_PLAIN.isdisjoint(merged)
            and not (isinstance(value, str) and "{" in value)  # what stands for a placeholder is longer
            and fits(value, merged)
        )

    def settle(self) -> set[int]:
        """Check every value that was used so far; the operations that are to be read again."""
        self.samples.forget()
        self.share(1)
        uses = [use for use in self._uses if use.site.value is not NOTHING]
        missing = [use for use in self._uses if use.site.value is NOTHING]
        self._uses = []
        defaults = self._defaults()
        sites = [use.site for use in (*uses, *missing)]
        refused = self.checker.refused([*sites, *defaults])
        self._tell_defaults(
            [
                (defaults[index - len(sites)], refused.pop(index))
                for index in sorted(refused)
                if index >= len(sites)
            ]
        )
        again: set[int] = set()
        for index in sorted(refused):
            if uses[index].origin == "answer" and refused[index]:
                self._tell_answer(uses[index], refused[index])
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

    def _defaults(self) -> list[Site]:
        """The documented defaults that were not checked yet and that no look shows to be valid."""
        schemas, self.schemas.with_default = self.schemas.with_default, []
        return [
            Site(schema["default"], schema, False)
            for schema in schemas
            if not self._is_plainly_valid(schema["default"], schema)
        ]

    def _tell_defaults(self, refused: list[tuple[Site, list[str]]]) -> None:
        wrong = {Same(site.schema): (site, problems) for site, problems in refused}
        for at, node in self.document.objects() if wrong else ():
            if Same(node) in wrong:
                site, problems = wrong[Same(node)]
                problems = problems or list(self.checker.problems(site.value, site.schema, False))
                if problems:
                    what = f"The default is refused by its own schema: {_joined(problems)}."
                    self.warn(at, what)

    def _settle(self, use: _Use) -> bool:
        """Find a better value for one that is refused; whether there is one."""
        value, schema, request = use.site
        about = _about(value, request, use.name, use.origin)
        problems = list(self.checker.problems(value, schema, request)) if value is not NOTHING else []
        if use.origin == "answer":
            if problems:
                self._tell_answer(use, problems)
            return False
        if value is not NOTHING and not problems:
            return False
        better = self._better.get(schema, about)
        if better is None:
            if use.origin == "example":
                found = self.repairs.repaired(value, schema, use.name, request=request)
            else:
                found = self.repairs.found(schema, use.name, request=request)
            better = self._better.keep(schema, (found,), about)
        if better[0] is NOTHING:
            self._tell_failure(use, problems)
            return False
        if use.origin == "example":
            what = f"The example is refused by its own schema and was repaired: {_joined(problems)}."
            self.warn(use.at, what)
        return True

    def _tell_answer(self, use: _Use, problems: list[str]) -> None:
        what = "The example" if use.site.request else "The example of an answer"
        self.warn(use.at, f"{what} is refused by its own schema: {_joined(problems)}.")

    def _tell_failure(self, use: _Use, problems: list[str]) -> None:
        what = f"no valid value was found: {problems[0]}" if problems else "no value was found"
        if use.origin == "example":
            self.warn(use.at, f"The example is refused by its own schema, and {what}.")
        else:
            self.warn(use.at, f"{what[0].upper()}{what[1:]}.", "Give it an `example`.")


def remember_examples(context: Context) -> None:
    """Collect every documented value by name, so that a parameter without an example can borrow one.

    Parameters first: the same parameter elsewhere is the nearest kin.
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
    """``value`` by ``name``, and what it holds by its own names."""
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
    """What a better value is for: what is made is the same for one name and schema."""
    return (request, name if origin == "made" else Same(value))


def _joined(problems: list[str]) -> str:
    return problems[0] + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")
