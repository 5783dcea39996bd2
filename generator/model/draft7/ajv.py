"""What Postman's validator (Ajv 6, draft 7) takes, and what it takes otherwise than JSON Schema 2020-12."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

#: Formats that Ajv 6 checks no stricter than their specifications have it. (A leap second aside, which it
#: takes in UTC alone.) Others are annotations to it (validation 2020-12, section 7.2.3), and dropped: they
#: would make it throw.
FORMATS = frozenset("date date-time time hostname ipv4 ipv6 uri uri-reference uuid json-pointer".split())
#: It knows no addresses with a quoted name or a host in brackets (RFC 5321, section 4.1.2).
EMAIL = "email"
EMAIL_PATTERN = "^.+@.+$"
#: Those of JSON Schema 2020-12 (validation, section 7.3) that it does not know, or takes stricter.
MISSED_FORMATS = frozenset(
    "duration idn-email idn-hostname iri iri-reference uri-template relative-json-pointer regex".split()
)
#: What every object of JavaScript has: Ajv 6 reads these from an answer that has none of its own.
INHERITED = frozenset(
    "__proto__ constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf "
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__".split()
)
HIDDEN = "writeOnly"
"""What marks a property that no answer has. OpenAPI 3.1.1, section 4.8.24."""
LARGEST = 2**53
"""Up to here JavaScript tells every integer from the next."""
#: The order in which a person writes them.
_KEYWORDS = (
    *"$ref type const enum format pattern minLength maxLength minimum maximum exclusiveMinimum".split(),
    *"exclusiveMaximum multipleOf required properties patternProperties additionalProperties".split(),
    *"propertyNames minProperties maxProperties dependencies items additionalItems contains".split(),
    *"minItems maxItems uniqueItems allOf anyOf oneOf not if then else".split(),
)
_ORDER = {keyword: number for number, keyword in enumerate(_KEYWORDS)}


def ordered(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` with its keywords in a reader's order."""
    return dict(sorted(schema.items(), key=lambda item: _ORDER[item[0]]))


def whole(own: dict[str, Any], others: Iterable[Any]) -> Any:
    """One schema of its ``own`` keywords and ``others`` that apply as well. (``$ref`` has to stand alone.)"""
    others = [part for part in others if part is not True]
    if not own and len(others) < 2:
        return others[0] if others else True
    return ordered({**own, "allOf": others} if others else own)


def having(name: str) -> dict[str, Any]:
    """Objects that have a property ``name``."""
    if name in INHERITED:
        return {"type": "object", "not": _without(name)}
    return {"type": "object", "required": [name]}


def demanding(names: Iterable[str]) -> tuple[list[str], list[dict[str, Any]]]:
    """The properties that an object must have: those for ``required``, and schemas for all others."""
    names = list(dict.fromkeys(names))
    plain = [name for name in names if name not in INHERITED]
    return plain, [{"not": {"type": "object", **_without(name)}} for name in names if name in INHERITED]


def _without(name: str) -> dict[str, Any]:
    return {"propertyNames": {"not": {"const": name}}}


def by_kind(name: str, kinds: Mapping[str, Any], other: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a discriminator means: the schema that the property names, an ``other`` where it names none.

    ``kinds`` has a schema for each value of the property called ``name``.
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
    told = {"const": values[0]} if len(values) == 1 else {"enum": values}
    return {"type": "object", "required": [name], "properties": {name: told}}


def comparable(value: Any) -> bool:
    """Whether Ajv's ``const`` and ``enum`` can compare a value: it asks objects for what they inherit."""
    if isinstance(value, dict):
        return INHERITED.isdisjoint(value) and all(map(comparable, value.values()))
    if isinstance(value, list):
        return all(map(comparable, value))
    return True


def distinct(values: list[Any]) -> list[Any]:
    """``values`` without those that are one to JavaScript: Ajv refuses an ``enum`` that has one twice."""
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
    """Whether JavaScript reads a number as another one, alone or in a list or an object."""
    if isinstance(value, dict | list):
        return any(map(beyond, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int | float) and not -LARGEST <= value <= LARGEST


def is_finite(number: Any) -> bool:
    """Whether JSON has the number: YAML has infinities."""
    return isinstance(number, int) or math.isfinite(number)


def step(number: Any) -> tuple[Any, int] | None:
    """A ``multipleOf`` for Ajv, which divides, and up to where it divides rightly.

    Nothing where it never does: ``0.1`` is none of the fractions that JavaScript has.
    """
    if number > LARGEST or not is_finite(number):
        return None
    parts = Fraction(str(number))
    most = LARGEST // parts.denominator
    if parts != Fraction(number) or most == 0:
        return None
    return (int(number) if parts.denominator == 1 else number), most


class Losses:
    """What could not be said in draft 7: pointers and sentences, each once, in order."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], None] = {}
        self._once: set[str] = set()
        self._beyond = False

    def note(self, at: str, what: str, why: str = "Postman's validator can't", *, once: bool = False) -> None:
        """Note that ``what``, which stands at ``at``, is not checked in answers; ``once``, of many places."""
        sentence = f"Contract tests don't check {what}: {why}."
        if sentence not in self._once:
            self._found[at, sentence] = None
        if once:
            self._once.add(sentence)

    def note_beyond(self) -> None:
        """Note that schemas were left out, being too many."""
        self._beyond = True

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Pointer and sentence of each."""
        yield from self._found
        if self._beyond:
            yield "", "Contract tests look at some answers only so far: their schemas are too many."
