"""List every constraint that a schema places on a sample value: its keyword, and where the value meets it.

Schema and sample are walked together, keyword by keyword. References are followed, but ``allOf`` is not
merged, so that each constraint keeps its place in the description. What the sample lacks is added first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.identity import Same
from generator.model.context import Context
from generator.model.samples.scalars import other
from generator.model.samples.words import singular
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.patterns import finds
from generator.model.schemas.quick_checks import NOTHING
from generator.model.schemas.value_paths import value_at, with_value
from generator.model.variations.circles import Circles
from generator.reading.json_pointer import UnresolvedReferenceError, pointer, pointer_of

Path = tuple[str | int, ...]
#: Keywords that constrain a value, in the order of presentation. JSON Schema 2020-12: validation, section 6;
#: core, sections 10 and 11.
_KEYWORDS = (
    "type",
    "enum",
    "const",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "oneOf",
    "anyOf",
    "not",
)
#: Keywords that are skipped in alternatives: to violate one there is to match no alternative at all.
_OF_UNION = ("type", "enum", "const", "oneOf", "anyOf")
#: Keywords that are constraints if they are ``false``: no members or items but the described ones.
_CLOSING = ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems")


class Constraint(NamedTuple):
    """One constraint, and a sample that meets it."""

    keyword: str
    demand: Any
    """The keyword's value."""
    at: str
    """The JSON pointer of the keyword."""
    path: Path
    """The path in ``base`` of the value that is constrained."""
    base: Any
    """The whole sample, possibly with parts added so that there is a value at ``path``."""
    schema: Schema
    """The whole schema of the value at ``path``."""
    name: str = ""
    """The property that is meant, for keywords that name several."""

    @property
    def value(self) -> Any:
        """The value that is constrained."""
        return value_at(self.base, self.path)


class _Here(NamedTuple):
    """A place in the sample, and the schemas around it."""

    path: Path
    base: Any
    whole: Schema
    """The whole schema for ``path``, of which the current one may be a part."""
    open: frozenset[Same]
    is_alternative: bool = False
    """Whether the current schema is one of several alternatives."""

    @property
    def value(self) -> Any:
        return value_at(self.base, self.path)


class Walk:
    """Walks through one schema. The class only saves passing the same arguments to every method.

    ``root`` is the schema of the whole sample, which has to remain valid when parts are added to it.
    """

    def __init__(self, context: Context, root: Schema) -> None:
        self._document = context.document
        self._schemas = context.schemas
        self._samples = context.samples
        self._checker = context.checker
        self._root = root
        self._seen: set[tuple[str, Path]] = set()
        self._circles = Circles(context.document.schema, self._referred)

    def constraints(self, at: str, sample: Any) -> Iterator[Constraint]:
        """Every constraint in the schema, whose JSON pointer is ``at``; parents before children.

        A schema is entered once for each place in the sample, and never inside itself.
        """
        yield from self._constraints(self._root, at, _Here((), sample, self._root, frozenset()))

    def _constraints(self, schema: Schema, at: str, here: _Here) -> Iterator[Constraint]:
        if not isinstance(schema, dict) or Same(schema) in here.open or (at, here.path) in self._seen:
            return
        self._seen.add((at, here.path))
        node = self._document.schema(schema)
        here = here._replace(open=here.open | {Same(schema)})
        circular = self._circles.turning(schema)
        if circular:
            node = {keyword: demand for keyword, demand in node.items() if keyword not in circular}
        for keyword, demand, name in self._own(node, here.value):
            if keyword in _OF_UNION and (here.is_alternative or _is_alone(keyword, demand)):
                continue
            of_name = {"dependentRequired": demand, "properties": name}.get(keyword)
            where = at + pointer(keyword) + (pointer(of_name) if of_name is not None else "")
            yield Constraint(keyword, demand, where, here.path, here.base, here.whole, name)
        for reference in (node.get("$ref"), node.get("$dynamicRef")):
            if isinstance(reference, str):
                yield from self._constraints(self._referred(reference), pointer_of(reference), here)
        for branch, where, below in self._branches(node, here):
            yield from self._constraints(branch, at + where, below)
        if isinstance(here.value, dict):
            yield from self._properties(node, at, here)
        elif isinstance(here.value, list):
            yield from self._items(node, at, here)

    def _referred(self, reference: str) -> Schema:
        try:
            found = self._document.references.resolve(reference)
        except UnresolvedReferenceError:
            return True
        return found if isinstance(found, dict) else True

    # --- Constraints of the value itself --------------------------------------------------------------

    def _own(self, node: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any, str]]:
        """The keywords of one schema, with their values and the property that each is about, if any."""
        yield from ((keyword, node[keyword], "") for keyword in _KEYWORDS if keyword in node)
        yield from ((keyword, False, "") for keyword in _CLOSING if node.get(keyword) is False)
        if not isinstance(value, dict):
            return
        properties = node.get("properties") or {}
        for name in dict.fromkeys(node.get("required") or ()):
            if name in value and not self._is_hidden(properties.get(name, True)):
                yield "required", node["required"], name
        for name, others in (node.get("dependentRequired") or {}).items():
            if name in value:
                yield from (("dependentRequired", name, each) for each in others if each in value)
        yield from (("properties", False, name) for name, child in properties.items() if child is False)

    def _is_hidden(self, schema: Schema) -> bool:
        """Whether a property is in responses only."""
        return Direction.REQUEST.hides(self._schemas.merged(schema))

    # --- Other schemas for the same value -------------------------------------------------------------

    def _branches(self, node: Mapping[str, Any], here: _Here) -> Iterator[tuple[Schema, str, _Here]]:
        """Schemas for the same value, each with its relative pointer and a place to which it applies."""
        for index, branch in enumerate(node.get("allOf") or ()):
            yield branch, pointer("allOf", index), here
        for keyword in ("oneOf", "anyOf"):
            for index, branch in enumerate(node.get(keyword) or ()):
                base = self._taking(branch, here)
                if base is not NOTHING:
                    several = here.is_alternative or not _is_alone(keyword, node[keyword])
                    below = here._replace(base=base, is_alternative=several)
                    yield branch, pointer(keyword, index), below
        if "if" in node:
            taken = "then" if self._checker.accepts(here.value, node["if"]) else "else"
            yield node.get(taken, True), pointer(taken), here
        for name, branch in (node.get("dependentSchemas") or {}).items():
            if isinstance(here.value, dict) and name in here.value:
                yield branch, pointer("dependentSchemas", name), here

    def _taking(self, branch: Schema, here: _Here) -> Any:
        """The sample with a value here that ``branch`` accepts; ``NOTHING`` if none was found."""
        if self._checker.accepts(here.value, branch):
            return here.base
        candidates = (
            self._samples.made(branch, direction=Direction.REQUEST),
            *self._samples.alternatives(here.whole, "", Direction.REQUEST),
        )
        for value in candidates:
            if value is not NOTHING and self._checker.accepts(value, branch):
                base = with_value(here.base, here.path, value)
                if self._checker.accepts(base, self._root):
                    return base
        return NOTHING

    # --- Schemas for members and items ----------------------------------------------------------------

    def _properties(self, node: Mapping[str, Any], at: str, here: _Here) -> Iterator[Constraint]:
        known = node.get("properties") or {}
        patterns = node.get("patternProperties") or {}
        for name, child in known.items():
            yield from self._below(child, at + pointer("properties", name), name, here)
        for pattern, child in patterns.items():
            found = (name for name in here.value if finds(pattern, name))
            name = next(found, None) or next(iter(self._samples.made_names({"pattern": pattern})), "")
            yield from self._below(child, at + pointer("patternProperties", pattern), name, here)
        more = node.get("additionalProperties")
        if isinstance(more, dict):
            names = (*here.value, "key", "another", "other_key")
            free = (n for n in names if n not in known and not any(finds(p, n) for p in patterns))
            yield from self._below(more, at + pointer("additionalProperties"), next(free, ""), here)

    def _below(self, child: Schema, at: str, name: str, here: _Here) -> Iterator[Constraint]:
        """The constraints of a property, which is added to the sample if that lacks it."""
        if not isinstance(child, dict) or self._is_hidden(child) or not name:
            return
        base = here.base
        if name not in here.value:
            value = self._samples.made(child, name, direction=Direction.REQUEST)
            base = NOTHING if value is NOTHING else with_value(base, (*here.path, name), value)
            if base is NOTHING or not self._checker.accepts(base, self._root):
                return
        whole = (self._schemas.merged(here.whole).get("properties") or {}).get(name, child)
        yield from self._constraints(child, at, _Here((*here.path, name), base, whole, here.open))

    def _items(self, node: Mapping[str, Any], at: str, here: _Here) -> Iterator[Constraint]:
        prefix = node.get("prefixItems") or ()
        for index, child in enumerate(prefix[: len(here.value)]):
            below = _Here((*here.path, index), here.base, child, here.open)
            yield from self._constraints(child, at + pointer("prefixItems", index), below)
        items = node.get("items")
        if isinstance(items, dict):
            for longer, index in self._with_item(items, len(prefix), here):
                base = with_value(here.base, here.path, longer)
                if self._checker.accepts(base, self._root):
                    whole = self._schemas.merged(here.whole).get("items", items)
                    below = _Here((*here.path, index), base, whole, here.open)
                    yield from self._constraints(items, at + pointer("items"), below)
                    return

    def _with_item(self, items: Schema, first: int, here: _Here) -> Iterator[tuple[list[Any], int]]:
        """Versions of the list with an item for ``items``, and the index of that item."""
        value, merged = here.value, self._schemas.merged(here.whole)
        if "contains" in merged and len(value) > first:
            # Add an item, so that the one that `contains` requires stays as it is.
            again = other(value[-1], 1) if merged.get("uniqueItems") is True else value[-1]
            yield [*value, again], len(value)
        if len(value) > first:
            yield value, first
        elif len(value) == first:
            name = next((part for part in reversed(here.path) if isinstance(part, str)), "")
            made = self._samples.made(items, singular(name), direction=Direction.REQUEST)
            if made is not NOTHING:
                yield [*value, made], first


def _is_alone(keyword: str, demand: Any) -> bool:
    """Whether a keyword is a union of a single alternative, whose own constraints say everything."""
    return keyword in ("oneOf", "anyOf") and len(demand) == 1
