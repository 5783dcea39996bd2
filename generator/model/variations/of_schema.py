"""Make a variation for each constraint that a schema places on a sample value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Literal

from generator.model.context import Context
from generator.model.samples.repair import encoded, fingerprint
from generator.model.schemas.facts import Schema
from generator.model.schemas.value_paths import with_value
from generator.model.types import Breach, Growth, Variation
from generator.model.variations.constraints import Constraint, Walk
from generator.model.variations.explain import dotted, explanation, joined
from generator.model.variations.violate import as_it_is, broken
from generator.model.variations.violate_scalars import repeated

#: The most variations of one schema, and the most bytes in them. A schema whose objects contain each other
#: many times over has more constraints than anybody would test.
_MOST = 1000
_MOST_TEXT = 5_000_000
#: Lists and texts that are longer than a reader wants to see are made by a script when the request is sent.
_LONG_LIST = 20
_LONG_TEXT = 200

_BY_KIND = {
    "missing": "required dependentRequired",
    "type": "type",
    "enum": "enum const",
    "bound": "minimum exclusiveMinimum maximum exclusiveMaximum multipleOf",
    "length": "minLength maxLength",
    "pattern": "pattern",
    "format": "format",
    "items": "minItems maxItems uniqueItems contains minContains maxContains items unevaluatedItems",
    "properties": (
        "properties additionalProperties unevaluatedProperties propertyNames minProperties maxProperties"
    ),
    "choice": "oneOf anyOf not",
}
#: The kind of a variation by the keyword that it violates.
KINDS: Mapping[str, str] = MappingProxyType(
    {keyword: kind for kind, keywords in _BY_KIND.items() for keyword in keywords.split()}
)
Location = Literal["path", "query", "header", "cookie", "body"]


class Demands:
    """Makes the variations for one schema of a request.

    ``readings`` yields the interpretations of a value that is serialized as text. ``deepest`` is the longest
    path of values that are sent by themselves.
    """

    def __init__(
        self,
        context: Context,
        location: Location,
        schema: Schema,
        readings: Callable[[Any], Iterator[Any]] | None = None,
        deepest: int | None = None,
    ) -> None:
        self._context = context
        self._location: Location = location
        self._schema = schema
        self._readings = readings or as_it_is
        self._deepest = deepest
        self._sent: set[bytes] = set()

    def variations(self, at: str, sample: Any, name: str, called: str) -> Iterator[Variation]:
        """The variations for the schema at the JSON pointer ``at``; none if it refuses the sample itself.

        ``name`` is the parameter's name, and ``called`` the name to show.
        """
        if not self._context.checker.accepts(sample, self._schema):
            return
        constraints = Walk(self._context, self._schema).constraints(at, sample)
        found = (self._variation(constraint, name, called) for constraint in islice(constraints, 4 * _MOST))
        count = size = 0
        for variation in found:
            if variation is not None:
                yield variation
                count, size = count + 1, size + _size(variation)
            if count >= _MOST or size >= _MOST_TEXT:
                return

    def _variation(self, constraint: Constraint, name: str, called: str) -> Variation | None:
        """The sample with one constraint violated; ``None`` if no value was found that violates it."""
        if self._deepest is not None and len(constraint.path) > self._deepest:
            return None
        if self._is_any_text(constraint):
            return None
        for value in broken(self._context, self._schema, constraint, self._readings):
            whole = with_value(constraint.base, constraint.path, value)
            known = fingerprint(whole)
            if known in self._sent:
                continue
            self._sent.add(known)
            path = dotted(constraint.path)
            between = "." if path and called and not path.startswith("[") else ""
            shown = f"{called}{between}{path}"
            growth = _growth(constraint, value) if self._is_json else None
            if growth is not None:
                whole = with_value(constraint.base, constraint.path, growth[0])
            if constraint.name and KINDS[constraint.keyword] == "missing":
                path = joined(path, constraint.name)
            return Variation(
                KINDS[constraint.keyword],
                Breach(self._location, name, constraint.at, constraint.keyword, path),
                explanation(self._context, constraint, value, shown),
                (whole,),
                growth=growth[1] if growth else None,
            )
        return None

    @property
    def _is_json(self) -> bool:
        """Whether the value is a JSON body, which a script can make longer."""
        return self._location == "body" and self._readings is as_it_is

    def _is_any_text(self, constraint: Constraint) -> bool:
        """Whether the constraint is a type as which any serialized value can be read: nothing violates it."""
        types = self._context.schemas.types(constraint.schema)
        broken_by_none = {"string", "array", "object"} & set(types)
        return self._readings is not as_it_is and constraint.keyword == "type" and bool(broken_by_none)


def is_cut(found: Iterable[Variation]) -> bool:
    """Whether the variations of a body in ``found`` were cut by a limit."""
    sizes = [_size(each) for each in found if each.place.location == "body"]
    return len(sizes) >= _MOST or sum(sizes) >= _MOST_TEXT


def _size(variation: Variation) -> int:
    return len(encoded(variation.value))


def _growth(constraint: Constraint, value: Any) -> tuple[Any, Growth] | None:
    """The short version of a value that is too long to show, and how to grow it; ``None`` for others."""
    short = constraint.value
    if isinstance(value, list) and len(value) > _LONG_LIST and isinstance(short, list):
        shown = value[: max(len(short), 1)]
        if value == grown_list(shown, len(value)):
            return shown, Growth(constraint.path, len(value))
    if isinstance(value, str) and len(value) > _LONG_TEXT and value.isascii():
        for text in (short, value[0]):
            if isinstance(text, str) and text and value == repeated(text, len(value)):
                return text, Growth(constraint.path, len(value))
    return None


def grown_list(items: list[Any], length: int) -> list[Any]:
    """``items`` with the last one repeated up to ``length``."""
    return [*items, *[items[-1]] * (length - len(items))]
