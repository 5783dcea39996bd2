"""Values that violate one constraint of a schema; the caller has to check each.

The values that are most likely to violate no other constraint come first.

JSON Schema 2020-12: validation, sections 6.1 to 6.3 and 7, and core, section 10.2.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from generator.model.context import Context
from generator.model.schemas.direction import Direction
from generator.model.schemas.merging import is_among
from generator.model.schemas.patterns import matching, pattern_accepts
from generator.model.schemas.quick_checks import NOTHING, is_of
from generator.model.variations.constraints import Constraint

#: The most characters of a text. A server would refuse a longer one for its size, before it validates it.
MOST_CHARACTERS = 1_000_000
#: A value of each JSON type, the plainest first.
_OF_TYPES: tuple[Any, ...] = ("text", 5, True, 1.5, {}, [], None)
#: Values that look like a format, but are invalid.
_NEARLY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("2026-02-30", "30.01.2026"),
        "date-time": ("2026-02-30T12:00:00Z", "2026-01-15 noon"),
        "time": ("25:00:00Z", "noon"),
        "duration": ("P1X", "one day"),
        "email": ("dsmith@", "dsmith"),
        "idn-email": ("dsmith@", "dsmith"),
        "hostname": ("-.example", "no host"),
        "idn-hostname": ("-.example", "no host"),
        "ipv4": ("256.0.0.1", "1.2.3"),
        "ipv6": ("::g", "1.2.3.4"),
        "uri": ("no uri", "://"),
        "uri-reference": ("\\\\no uri", "%zz"),
        "iri": ("no iri", "://"),
        "iri-reference": ("\\\\no iri", "%zz"),
        "uri-template": ("{", "}{"),
        "uuid": ("00000000-0000-0000-0000-00000000000g", "no-uuid"),
        "regex": ("(", "["),
        "json-pointer": ("no pointer",),
        "relative-json-pointer": ("/no pointer",),
    }
)

# --- Any value ------------------------------------------------------------------------------------


def _type(context: Context, it: Constraint) -> Iterator[Any]:
    types = [it.demand] if isinstance(it.demand, str) else it.demand
    yield from (value for value in _OF_TYPES if not any(is_of(value, t) for t in types))


def _enum(context: Context, it: Constraint) -> Iterator[Any]:
    accepted = [it.demand] if it.keyword == "const" else it.demand
    kinds = [value for value in (it.value, *accepted) if value is not None]
    for value in unlike(context, it, kinds):
        if not is_among(value, accepted):
            yield value


def unlike(context: Context, it: Constraint, values: list[Any]) -> Iterator[Any]:
    """Values unlike ``values``: first of the same types, finally of others."""
    for value in values[:1] + values[-1:]:
        if isinstance(value, str):
            yield from ("unknown", "none", f"{value}-x", value.swapcase(), value[1:], value * 2, "x")
        elif isinstance(value, bool):
            yield not value
        elif isinstance(value, int | float):
            numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
            yield from (max(numbers) + 1, min(numbers) - 1, value + 0.5)
        elif isinstance(value, dict):
            yield from ({}, {**value, "unknown": "text"})
        elif isinstance(value, list):
            yield from ([], [*value, "unknown"], value[:-1])
    plain = {k: v for k, v in context.schemas.merged(it.schema).items() if k not in ("enum", "const")}
    for type_ in context.schemas.types(it.schema):
        yield from context.samples.of_type(type_, plain, "mapValue", Direction.REQUEST)
    yield from _OF_TYPES


def _choice(context: Context, it: Constraint) -> Iterator[Any]:
    """Values that match no alternative, or several where only one may match."""
    is_one = it.keyword == "oneOf" and not context.kinds().tells_apart(context.schemas.merged(it.schema))
    for value in _of_no_choice(context, it):
        fitting = sum(context.checker.accepts(value, branch) for branch in it.demand)
        if fitting == 0 or (is_one and fitting > 1):
            yield value


def _of_no_choice(context: Context, it: Constraint) -> Iterator[Any]:
    # Start with values of an alternative's type that are not among those that it enumerates.
    for branch in it.demand:
        merged = context.schemas.merged(branch)
        named = [merged["const"]] if "const" in merged else merged.get("enum") or []
        yield from islice(unlike(context, it, named), 2 if named else 0)
    alike = [value for value in _OF_TYPES if type(value) is type(it.value)]
    if isinstance(it.value, dict):
        yield from ({**it.value, "unknown": "text"}, {"unknown": "text"})
    yield from alike
    yield from _OF_TYPES


def _not(context: Context, it: Constraint) -> Iterator[Any]:
    yield from _matching(context, it.demand, it.value)


def _matching(context: Context, schema: Any, value: Any) -> Iterator[Any]:
    """Candidates that ``schema`` should accept, first ``value`` with few changes."""
    merged = context.schemas.merged(schema)
    if isinstance(value, dict):
        missing = {name: "text" for name in merged.get("required") or () if name not in value}
        children = {
            name: made
            for name, child in (merged.get("properties") or {}).items()
            if (made := context.samples.made(child, name, direction=Direction.REQUEST)) is not NOTHING
        }
        yield {**value, **missing, **children}
    yield from (
        made for made in (context.samples.made(schema, direction=Direction.REQUEST),) if made is not NOTHING
    )
    yield from context.samples.alternatives(schema, "", Direction.REQUEST)
    yield from _OF_TYPES


# --- Numbers --------------------------------------------------------------------------------------

#: Larger bounds are not really bounds: many JSON parsers can't read numbers beyond them.
_LARGEST = 1e300


def _below(context: Context, it: Constraint) -> Iterator[Any]:
    yield from _beyond(context, it, -1)


def _above(context: Context, it: Constraint) -> Iterator[Any]:
    yield from _beyond(context, it, 1)


def _beyond(context: Context, it: Constraint, sign: int) -> Iterator[Any]:
    bound, step = it.demand, context.schemas.merged(it.schema).get("multipleOf")
    if abs(bound) > _LARGEST:
        return
    if it.keyword.startswith("exclusive"):
        yield bound
    if step and math.isfinite(bound / step):
        times = (math.floor if sign < 0 else math.ceil)(bound / step)
        yield from (round((times + more) * step, 10) for more in (0, sign) if (times + more) * step != bound)
    yield from (bound + sign, bound + sign * 0.5, bound + sign * max(1, abs(bound)))


def _multiple(context: Context, it: Constraint) -> Iterator[Any]:
    step = it.demand
    near = it.value if isinstance(it.value, int | float) and not isinstance(it.value, bool) else 0
    halves = [near + step / 2, near - step / 2, near + step / 4]
    yield from (near + 1, near - 1)
    yield from (int(half) if half == int(half) else half for half in halves)
    yield near + 0.5


# --- Strings --------------------------------------------------------------------------------------


def _shorter(context: Context, it: Constraint) -> Iterator[Any]:
    length = int(it.demand) - 1
    if isinstance(it.value, str) and 0 <= length < MOST_CHARACTERS:
        yield it.value[:length]
        yield from (text for text in _of_pattern(context, it, 0) if len(text) <= length)
        yield "x" * length


def _longer(context: Context, it: Constraint) -> Iterator[Any]:
    length = int(it.demand) + 1
    if not isinstance(it.value, str) or length > MOST_CHARACTERS:
        return
    yield repeated(it.value or "x", length)
    yield "x" * length
    yield from (text for text in _of_pattern(context, it, length) if len(text) >= length)
    host = "@example.com" if "@" in it.value else ""
    yield "x" * (length - len(host)) + host
    yield it.value + "x" * (length - len(it.value))


def _of_pattern(context: Context, it: Constraint, least: int) -> Iterator[str]:
    pattern = context.schemas.merged(it.schema).get("pattern")
    return islice(matching(pattern, least), 12) if isinstance(pattern, str) else iter(())


def _pattern(context: Context, it: Constraint) -> Iterator[Any]:
    if not isinstance(it.value, str):
        return
    value, length = it.value, len(it.value)
    others = (f"{value}!", f"!{value[1:]}", f"{value[:-1]}!", value[:-1], value.swapcase(), f"{value} x")
    plain = ("!" * length, "x" * length, "0" * length, "text", "!", "", "?", " ", "\n")
    formatted = _NEARLY.get(str(context.schemas.merged(it.schema).get("format")), ())
    for text in (*others, *plain, *formatted):
        if not pattern_accepts(it.demand, text):
            yield text


def _format(context: Context, it: Constraint) -> Iterator[Any]:
    if isinstance(it.value, str):
        yield from _NEARLY.get(it.demand, ())
        yield from (f"no-{it.demand}", f"{it.value}!", "text", "!", "")


def repeated(text: str, length: int) -> str:
    """``text`` repeated up to ``length`` characters: ``("ab", 5)`` → ``"ababa"``."""
    return (text * (length // len(text) + 1))[:length]


#: Functions that yield values to violate a constraint, by keyword.
VALUES: Mapping[str, Callable[[Context, Constraint], Iterator[Any]]] = MappingProxyType(
    {
        "type": _type,
        "enum": _enum,
        "const": _enum,
        "minimum": _below,
        "exclusiveMinimum": _below,
        "maximum": _above,
        "exclusiveMaximum": _above,
        "multipleOf": _multiple,
        "minLength": _shorter,
        "maxLength": _longer,
        "pattern": _pattern,
        "format": _format,
        "oneOf": _choice,
        "anyOf": _choice,
        "not": _not,
    }
)
