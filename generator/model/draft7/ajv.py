"""Limits and peculiarities of Postman's validator (Ajv 6, draft 7), compared with JSON Schema 2020-12."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

#: Formats that Ajv 6 checks no more strictly than their specifications (except for leap seconds, which it
#: accepts in UTC only). Others are annotations (validation 2020-12, section 7.2.3), and dropped, since Ajv
#: would throw.
FORMATS = frozenset("date date-time time hostname ipv4 ipv6 uri uri-reference uuid json-pointer".split())
#: Ajv refuses addresses with a quoted name or a host in brackets (RFC 5321, section 4.1.2).
EMAIL = "email"
EMAIL_PATTERN = "^.+@.+$"
#: Formats of JSON Schema 2020-12 (validation, section 7.3) that Ajv doesn't know, or checks more strictly.
MISSED_FORMATS = frozenset(
    "duration idn-email idn-hostname iri iri-reference uri-template relative-json-pointer regex".split()
)
#: Properties that every JavaScript object inherits: Ajv 6 finds them in a response that doesn't have them.
INHERITED = frozenset(
    "__proto__ constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf "
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__".split()
)
LARGEST = 2**53
"""The largest number up to which JavaScript represents every integer exactly."""
#: Keywords in the order in which people usually write them.
_KEYWORDS = (
    *"$ref type const enum format pattern minLength maxLength minimum maximum exclusiveMinimum".split(),
    *"exclusiveMaximum multipleOf required properties patternProperties additionalProperties".split(),
    *"propertyNames minProperties maxProperties dependencies items additionalItems contains".split(),
    *"minItems maxItems uniqueItems allOf anyOf oneOf not if then else".split(),
)
_ORDER = {keyword: number for number, keyword in enumerate(_KEYWORDS)}


def ordered(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` with its keywords in the usual order."""
    return dict(sorted(schema.items(), key=lambda item: _ORDER[item[0]]))


def whole(own: dict[str, Any], others: Iterable[Any]) -> Any:
    """One schema of its ``own`` keywords and ``others`` that apply as well: ``$ref`` allows no siblings."""
    others = [part for part in others if part is not True]
    if not own and len(others) < 2:
        return others[0] if others else True
    return ordered({**own, "allOf": others} if others else own)


def having(name: str) -> dict[str, Any]:
    """A schema for objects that have a property ``name``."""
    if name in INHERITED:
        return {"type": "object", "not": _without(name)}
    return {"type": "object", "required": [name]}


def demanding(names: Iterable[str]) -> tuple[list[str], list[dict[str, Any]]]:
    """How to require properties: the names for ``required``, and schemas for names that it can't check."""
    names = list(dict.fromkeys(names))
    plain = [name for name in names if name not in INHERITED]
    return plain, [{"not": {"type": "object", **_without(name)}} for name in names if name in INHERITED]


def _without(name: str) -> dict[str, Any]:
    return {"propertyNames": {"not": {"const": name}}}


def by_kind(name: str, kinds: Mapping[str, Any], other: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Conditions for a discriminator: the schema that its property names applies, else ``other``.

    ``kinds`` maps each value of the property ``name`` to a schema.
    """
    values: dict[str, list[str]] = {}
    schemas: dict[str, Any] = {}
    for value, schema in kinds.items():
        values.setdefault(repr(schema), []).append(value)
        schemas[repr(schema)] = schema
    for key, same in values.items():
        yield {"if": _named(name, same), "then": schemas[key]}
    yield {"if": _named(name, list(kinds)), "else": other}


def _named(name: str, values: list[str]) -> dict[str, Any]:
    accepted = {"const": values[0]} if len(values) == 1 else {"enum": values}
    return {"type": "object", "required": [name], "properties": {name: accepted}}


def comparable(value: Any) -> bool:
    """Whether Ajv's ``const`` and ``enum`` can compare a value: it confuses inherited properties with own."""
    if isinstance(value, dict):
        return INHERITED.isdisjoint(value) and all(map(comparable, value.values()))
    if isinstance(value, list):
        return all(map(comparable, value))
    return True


def distinct(values: list[Any]) -> list[Any]:
    """``values`` without those that are equal in JavaScript: Ajv refuses an ``enum`` with duplicates."""
    found: dict[Any, Any] = {}
    for value in values:
        found.setdefault(_identity(value), value)
    return list(found.values())


def _identity(value: Any) -> Any:
    if isinstance(value, dict):
        return frozenset((name, _identity(child)) for name, child in value.items())
    if isinstance(value, list):
        return tuple(map(_identity, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e308 else math.copysign(math.inf, value)
    return (type(value), value)


def beyond(value: Any) -> bool:
    """Whether a value is, or contains, a number so large that JavaScript may round it."""
    if isinstance(value, dict | list):
        return any(map(beyond, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int | float) and not -LARGEST <= value <= LARGEST


def is_finite(number: Any) -> bool:
    """Whether a number exists in JSON, unlike YAML's infinities."""
    return isinstance(number, int) or math.isfinite(number)


def step(number: Any) -> tuple[Any, int] | None:
    """A ``multipleOf`` for Ajv, which divides, and the largest number that it divides exactly.

    ``None`` if it never does: JavaScript has no exact representation of ``0.1``.
    """
    if number > LARGEST or not is_finite(number):
        return None
    parts = Fraction(str(number))
    most = LARGEST // parts.denominator
    if parts != Fraction(number) or most == 0:
        return None
    return (int(number) if parts.denominator == 1 else number), most


class Losses:
    """What draft 7 can't express: JSON pointers and sentences, without duplicates, in order."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], None] = {}
        self._once: set[str] = set()
        self._beyond = False

    def note(self, at: str, what: str, why: str = "Postman's validator can't", *, once: bool = False) -> None:
        """Record that ``what``, at the JSON pointer ``at``, isn't checked; ``once`` for all places."""
        sentence = f"Contract tests don't check {what}: {why}."
        if sentence not in self._once:
            self._found[at, sentence] = None
        if once:
            self._once.add(sentence)

    def note_beyond(self) -> None:
        """Record that schemas were left out because there are too many."""
        self._beyond = True

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Iterate over the pairs of a JSON pointer and a sentence."""
        yield from self._found
        if self._beyond:
            yield "", "Contract tests validate some responses only in part: they have too many schemas."
