"""Lists and objects that violate one constraint of a schema; the caller has to check each.

JSON Schema 2020-12: validation, sections 6.4 and 6.5, and core, sections 10.3 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from generator.model.context import Context
from generator.model.samples.scalars import other
from generator.model.schemas.direction import Direction
from generator.model.schemas.merging import is_among
from generator.model.schemas.patterns import finds
from generator.model.schemas.quick_checks import NOTHING
from generator.model.variations.constraints import Constraint
from generator.model.variations.violate_scalars import unlike

#: The most items of a list. A server would refuse a longer one for its size, before it validates it.
MOST_ITEMS = 100_000

# --- Lists ----------------------------------------------------------------------------------------


def _fewer_items(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, list) and it.demand > 0:
        yield it.value[: int(it.demand) - 1]


def _more_items(context: Context, it: Constraint) -> Iterator[Any]:
    count = int(it.demand) + 1
    if not isinstance(it.value, list) or count > MOST_ITEMS:
        return
    merged = context.schemas.merged(it.schema)
    items = it.value or [context.samples.made(merged.get("items", True), "item", direction=Direction.REQUEST)]
    if NOTHING in items:
        return
    if merged.get("uniqueItems") is True:
        of_enum = context.schemas.merged(merged.get("items", True)).get("enum") or ()
        found = [*items, *(v for v in of_enum if not is_among(v, items))]
        if len(found) < count:
            found = [*items, *(other(items[-1], n) for n in range(1, count - len(items) + 1))]
        yield found[:count]
    yield [*items, *[items[-1]] * (count - len(items))]


def _twice(context: Context, it: Constraint) -> Iterator[Any]:
    if it.demand is True and isinstance(it.value, list):
        items = context.schemas.merged(it.schema).get("items", True)
        value = it.value or [context.samples.made(items, "item", direction=Direction.REQUEST)]
        if NOTHING not in value:
            yield [*value, value[-1]]
            yield [value[0], value[0], *value[2:]]


def _contains(context: Context, it: Constraint) -> Iterator[Any]:
    yield from _containing(context, it, 0)


def _contains_less(context: Context, it: Constraint) -> Iterator[Any]:
    if it.demand > 0:
        yield from _containing(context, it, int(it.demand) - 1)


def _containing(context: Context, it: Constraint, most: int) -> Iterator[Any]:
    """The list with at most ``most`` of the required items: without the others, or with these changed."""
    if not isinstance(it.value, list):
        return
    schema = context.schemas.merged(it.schema).get("contains", it.demand)
    left = most
    is_kept = []
    for item in it.value:
        meant = context.checker.accepts(item, schema)
        is_kept.append(not meant or left > 0)
        left -= meant
    yield [item for item, kept in zip(it.value, is_kept, strict=True) if kept]
    for attempt in range(6):
        yield [
            item if kept else _changed(context, item, schema, attempt)
            for item, kept in zip(it.value, is_kept, strict=True)
        ]


def _changed(context: Context, item: Any, schema: Any, attempt: int) -> Any:
    """``item`` with one change to what ``schema`` describes."""
    if not isinstance(item, dict):
        return next(islice(_unlike_value(context, item), attempt, None), item)
    named = [n for n in (context.schemas.merged(schema).get("properties") or {}) if n in item]
    if not named:
        return {}
    name = named[attempt % len(named)]
    return {**item, name: next(islice(_unlike_value(context, item[name]), attempt // len(named), None), None)}


def _unlike_value(context: Context, value: Any) -> Iterator[Any]:
    return unlike(context, Constraint("enum", [value], "", (), value, True), [value])


def _contains_more(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, list) and it.demand < MOST_ITEMS:
        merged = context.schemas.merged(it.schema)
        schema = merged.get("contains", True)
        meant = [item for item in it.value if context.checker.accepts(item, schema)]
        made = context.samples.made(
            context.schemas.both(schema, merged.get("items", True)), direction=Direction.REQUEST
        )
        more = meant[-1:] or [item for item in (made,) if item is not NOTHING]
        for one in more:
            count = int(it.demand) + 1 - len(meant)
            yield [*it.value, *(other(one, n) for n in range(1, count + 1))]
            yield [*it.value, *[one] * count]


def _more_than_named(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, list):
        yield [*it.value, "text"]
        prefix = context.schemas.merged(it.schema).get("prefixItems") or ()
        yield [*it.value, *["text"] * (len(prefix) + 1 - len(it.value))]


# --- Objects --------------------------------------------------------------------------------------


def _without(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, dict):
        yield {key: child for key, child in it.value.items() if key != it.name}


def _with(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, dict):
        yield {**it.value, it.name: "text"}


def _unknown_name(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, dict):
        known = context.schemas.merged(it.schema)
        patterns = known.get("patternProperties") or {}
        for name in ("unknown", "unknownProperty", "Unknown-0", "?", ""):
            if name not in it.value and not any(finds(pattern, name) for pattern in patterns):
                yield {**it.value, name: "text"}


def _bad_name(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, dict):
        child = next(iter(it.value.values()), "text")
        for name in ("unknown", "no name", "?", "0", "", "x" * 300):
            if name not in it.value and not context.checker.accepts(name, it.demand):
                yield {**it.value, name: child}


def _fewer_properties(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, dict) and it.demand > 0:
        required = context.schemas.merged(it.schema).get("required") or ()
        names = sorted(it.value, key=lambda name: name not in required)[: int(it.demand) - 1]
        yield {key: child for key, child in it.value.items() if key in names}


def _more_properties(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, dict) and it.demand < MOST_ITEMS:
        merged = context.schemas.merged(it.schema)
        found = dict(it.value)
        for name, child in (merged.get("properties") or {}).items():
            made = (
                context.samples.made(child, name, direction=Direction.REQUEST)
                if name not in found
                else NOTHING
            )
            if made is not NOTHING and len(found) <= it.demand:
                found[name] = made
        child = context.samples.made(
            merged.get("additionalProperties", True), "mapValue", direction=Direction.REQUEST
        )
        names = (name for n in range(int(it.demand) + 1) if (name := f"key{n + 1}") not in found)
        for name in islice(names, max(int(it.demand) + 1 - len(found), 0)):
            found[name] = "text" if child is NOTHING else child
        yield found


#: Functions that yield values to violate a constraint, by keyword.
STRUCTURES: Mapping[str, Callable[[Context, Constraint], Iterator[Any]]] = MappingProxyType(
    {
        "minItems": _fewer_items,
        "maxItems": _more_items,
        "uniqueItems": _twice,
        "contains": _contains,
        "minContains": _contains_less,
        "maxContains": _contains_more,
        "items": _more_than_named,
        "unevaluatedItems": _more_than_named,
        "required": _without,
        "dependentRequired": _without,
        "properties": _with,
        "additionalProperties": _unknown_name,
        "unevaluatedProperties": _unknown_name,
        "propertyNames": _bad_name,
        "minProperties": _fewer_properties,
        "maxProperties": _more_properties,
    }
)
