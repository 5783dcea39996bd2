"""Realistic strings and numbers, made from a format, a name or a description."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from generator.budget import LONGEST_TEXT, count
from generator.model.media.encodings import encoded
from generator.model.samples.hints import said, said_numbers, said_of_unknown
from generator.model.samples.vocabulary import (
    DATE,
    EMAIL,
    FORMATS,
    JOINED,
    NUMBER_BY_NAME,
    NUMBER_BY_WORD,
    OBJECTS,
    STRING_BY_NAME,
    STRING_BY_WORD,
    TIME,
    URL,
    UUID,
    VAGUE,
)
from generator.model.samples.words import fold, singular, words_of
from generator.model.schemas.patterns import matching

#: Texts by name, including the numbers for names without a text.
_TEXT_BY_NAME = {
    **{name: str(number) for name, number in NUMBER_BY_NAME.items() if name not in OBJECTS},
    **STRING_BY_NAME,
}
#: The largest ``maxLength`` of an amount, a word or the name of a file.
_LONGEST_WORD = 1000
#: The longest file name of most file systems.
_LONGEST_FILE_NAME = 255
#: The value of names that mean no more than some text.
_FREE_TEXT = "example"
_SHAPES = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "date-time": re.compile(r"\d{4}-\d{2}-\d{2}T.*"),
    "uri": re.compile(r"https://.*"),
    "url": re.compile(r"https://.*"),
    "password": re.compile(r"example-.*"),
}
#: The characters of a description that are considered, from its beginning.
LONGEST_DESCRIPTION = 400
#: Beside one of these names, ``size`` is that of a page. Beside one of the next, ``state`` is part of an
#: address.
_OF_PAGES = frozenset(
    "page pagenumber pageindex pageno totalpages totalelements totalitems sort offset".split()
)
_OF_ADDRESSES = frozenset(
    "city zip zipcode postalcode postcode country countrycode street address address1 line1 addressline1 "
    "county".split()
)
#: Names whose meaning depends on the names beside them, see ``meant_among``.
AMBIGUOUS = frozenset({"size", "state"})
_PAGES = frozenset({"page", "pagenumber", "pageno"})
#: Formats of encoded bytes, with their encodings. OpenAPI format registry.
_ENCODED = {"byte": "base64", "base64": "base64", "base64url": "base64url"}
#: Amounts of money and fractions as whole numbers: cents and percent.
_WHOLE = {19.99: 1999, 0.19: 19, 0.95: 95}


def shortened(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """``schema`` with its ``minLength`` lowered to the longest text that is ever made."""
    if count(schema.get("minLength", 0)) <= LONGEST_TEXT:
        return schema
    return {**schema, "minLength": LONGEST_TEXT}


def strings(
    schema: Mapping[str, Any], name: str, objects: Callable[[], Container[str]] = frozenset
) -> Iterator[str]:
    """Candidates for a string called ``name``, the likeliest first, with regard to the limits of ``schema``.

    ``objects`` gives the folded names of the objects of the API that have an ID. A string that is called like
    one of them, and whose name says no more, holds its ID. Not every candidate is valid: the caller has to
    check each.
    """
    yield from _strings(schema, name, *_of_name(name), objects)


def key_names(schema: Mapping[str, Any]) -> Iterator[str]:
    """Candidates for the name of a property that a client chooses: ``key`` if the schema accepts it."""
    return _strings(schema, "key", ("key",), (), frozenset)


def _strings(
    schema: Mapping[str, Any],
    name: str,
    words: tuple[str, ...],
    by_name: tuple[str, ...],
    objects: Callable[[], Container[str]],
) -> Iterator[str]:
    schema = shortened(schema)
    format_ = str(schema.get("format"))
    if format_ in FORMATS:
        yield from _of_format(format_, by_name, schema)
    else:
        yield from said_of("string", str(schema.get("description") or ""), name)
    by_name = () if _has_room_for_ids(schema, words, _LONGEST_WORD) else by_name
    if format_ not in FORMATS and "pattern" not in schema:
        is_free = by_name in ((), (_FREE_TEXT,)) or _has_room_for_ids(schema, words, _LONGEST_FILE_NAME)
        yield from (UUID,) if is_free and "".join(words) in objects() else ()
    yield from by_name
    plain = "-".join(words)
    if "pattern" in schema:
        yield from _spellings(words)
        yield from _of_kind(schema["pattern"])
        made = matching(schema["pattern"], count(schema.get("minLength", 0)))
        most = schema.get("maxLength")
        yield from (
            f"{start}{plain}"[: None if most is None else count(most)] for start in itertools.islice(made, 1)
        )
        yield from _fitting(made, schema)
    yield _stretched(plain, schema)
    yield _stretched(f"{plain}-2", schema)
    yield from (FORMATS[known][0] for known in ("date", "date-time", "uuid", "email", "uri"))
    yield "1" * max(count(schema.get("minLength", 0)), 1)


def _is_time(value: str) -> bool:
    return _SHAPES["date-time"].fullmatch(value) is not None


def _has_room_for_ids(schema: Mapping[str, Any], words: tuple[str, ...], longest: int) -> bool:
    """Whether a text may be longer than what its name suggests, so that it is rather the id of an object.

    ``longest`` is the largest ``maxLength`` of what the name suggests. A ``price`` of up to 5,000 characters
    is the id of a price. What ids look like is not known.
    """
    return words[-1] in VAGUE and schema.get("maxLength", 0) > longest


def said_of(type_: str, description: str, name: str) -> Iterator[Any]:
    """The values of a JSON type that a description suggests for a property or parameter called ``name``."""
    description, (words, by_name) = description[:LONGEST_DESCRIPTION], _of_name(name)
    if type_ == "string":
        for value in said(description, words):
            # For a point in time, the name says more precisely which one.
            yield by_name[0] if value == TIME and by_name and _is_time(by_name[0]) else value
        yield from () if by_name else said_of_unknown(description)
    elif type_ in ("integer", "number"):
        yield from said_numbers(description, words)


@lru_cache(maxsize=8192)
def _of_name(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a name in lower case, and the values that it suggests: one or none."""
    # The last words of a name say what it means; of a path such as `payment.option.name`, the last name.
    words = words_of(name.rpartition(".")[2])
    if not words:
        return ("text",), ()
    alone = STRING_BY_WORD.get(words[0]) if len(words) == 1 else None
    found = alone or _by_words(words, _TEXT_BY_NAME)
    if (
        len(words) > 1
        and words[-1] == "name"
        and "".join(words[-2:]) not in STRING_BY_NAME
        and (found is None or found == "Example")
    ):
        found = "Example " + " ".join(words[:-1])
    if found is None and words[0] == "id":
        found = STRING_BY_NAME["id"]
    if found is None and (one := singular(words[-1])) != words[-1]:
        found = _by_words((*words[:-1], one), STRING_BY_NAME)
    if found is None and len(words) == 1:
        found = next(
            (
                STRING_BY_NAME[end]
                for end in JOINED
                if len(words[0]) > len(end) + 2 and words[0].endswith(end)
            ),
            None,
        )
    return words, () if found is None else (found,)


def _by_words(words: tuple[str, ...], table: Mapping[str, Any]) -> Any:
    """The value in ``table`` for the last words of a name, for as many of them as possible."""
    return next((table[end] for i in range(len(words)) if (end := "".join(words[i:])) in table), None)


def _of_format(format_: str, by_name: tuple[str, ...], schema: Mapping[str, Any]) -> Iterator[str]:
    """Values of a format: what the name suggests if it has the format, usual ones, and long enough ones."""
    usual = FORMATS[format_][0]
    shape = _SHAPES.get(format_)
    for value in by_name:
        if shape is not None and shape.fullmatch(value):
            yield value
        elif format_ == "date-time" and _SHAPES["date"].fullmatch(value):
            yield f"{value}T00:00:00Z"
    yield from FORMATS[format_]
    least, most = count(schema.get("minLength", 0)), schema.get("maxLength")
    if usual == EMAIL:
        wanted = max(least, 11) if most is None else min(count(most), max(least, 11))
        yield f"{'dsmith':x<{wanted - 5}}"[: max(wanted - 5, 1)] + "@b.co"
    elif usual == URL:
        yield (URL + "path/" * least)[: max(least, len(URL))]
    elif format_ in _ENCODED:
        bound = float("inf") if most is None else count(most)
        yield from encoded(_ENCODED[format_], b"example", b"-example", least, bound, cut=True)


def _of_kind(pattern: str) -> Iterator[str]:
    """Well-known values for which a pattern may be meant."""
    if "{4}" in pattern:
        yield from (DATE, TIME)
    if ("." in pattern and "[0-9]" in pattern) or "\\d" in pattern:
        yield from ("1.0.0", "+15550100")
    if "{2" in pattern or "{3" in pattern:
        yield from ("US", "us", "USD", "en-US")


def _spellings(words: tuple[str, ...]) -> Iterator[str]:
    """The words of a name in the spellings that patterns may require."""
    for between in ("-", "_", "", " "):
        joined = between.join(words)
        yield joined
        yield joined.upper()
    yield "".join(word.capitalize() for word in words)


def _fitting(values: Iterable[str], schema: Mapping[str, Any]) -> Iterator[str]:
    """The ``values`` of a valid length. Those of three characters or more come first, being more readable."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
    yield from (value for value in values if max(least, 3) <= len(value) <= most)
    yield from (value for value in values if least <= len(value) <= most)


def _stretched(words: str, schema: Mapping[str, Any]) -> str:
    least, most = count(schema.get("minLength", 0)), schema.get("maxLength")
    stretched = (words + "-") * (least // (len(words) + 1) + 1) if least > len(words) else words
    return stretched[: count(most)] if most is not None else stretched[: max(least, len(words))]


def numbers(schema: Mapping[str, Any], name: str, *, whole: bool) -> Iterator[Any]:
    """Candidates for a number, the likeliest first; the caller has to check each."""
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = schema.get("multipleOf")
    by_name = _number_of_name(name)
    yield from said_of("integer", str(schema.get("description") or ""), name)
    if low == 0 and fold(name) in _PAGES:
        yield 0  # the first page, if pages are counted from 0
    if by_name is not None:
        yield _WHOLE.get(by_name, int(by_name)) if whole else by_name
    yield 1
    if step is not None and all(_is_divisible(bound, step) for bound in (low, high, above)):
        base = low if low is not None else above if above is not None else 0
        yield from (_times(base // step + k, step) for k in (0, 1, 2))
        yield from (_times(high // step - k, step) for k in (0, 1) if high is not None)
    if low is not None:
        yield -(-low // 1) if whole else low
    if above is not None:
        yield above // 1 + 1
        if not whole:
            yield (
                above
                + ((below if below is not None else high if high is not None else above + 1) - above) / 2
            )
    if high is not None:
        yield high // 1 if whole else high
    if below is not None:
        yield -(-below // 1) - 1
        if not whole:
            yield below - 0.5
            yield below - 0.001
    yield 0


@lru_cache(maxsize=8192)
def _number_of_name(name: str) -> Any:
    words = _of_name(name)[0]
    alone = NUMBER_BY_WORD.get(words[0]) if len(words) == 1 else None
    return _by_words(words, NUMBER_BY_NAME) if alone is None else alone


def meant_among(name: str, others: Iterable[str]) -> str:
    """An unambiguous name for what ``name`` means beside ``others``: ``pageSize`` for ``size``."""
    folded = fold(name)
    if folded == "size" and any(fold(other) in _OF_PAGES for other in others):
        return "pageSize"
    if folded == "state" and not any(fold(other) in _OF_ADDRESSES for other in others):
        return "accountState"
    return name


def _is_divisible(bound: Any, step: Any) -> bool:
    """Whether the quotient of ``bound`` and ``step`` fits in a double."""
    return bound is None or abs(Fraction(bound)) <= Fraction(step) * Fraction(sys.float_info.max)


def _times(times: Any, step: Any) -> Any:
    """``times`` times ``step``, rounded to hide the errors of binary fractions."""
    product = times * step
    return round(product, 10) if isinstance(product, float) else product


def other(value: Any, number: int) -> Any:
    """A value like ``value``, but different for each ``number``: ``("a", 1)`` → ``"a-2"``; itself for 0."""
    if number == 0:
        return value
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value + number
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}(?:T.*)?", value):
            return f"{value[:8]}{(int(value[8:10]) + number - 1) % 28 + 1:02d}{value[10:]}"
        if re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            return f"{(int(value[:8], 16) + number) % 2**32:08x}{value[8:]}"
        if "@" in value:
            return f"{number + 1}{value}"
        return f"{value}{'' if value.endswith('/') else '-'}{number + 1}"
    if isinstance(value, dict):
        changed = dict(value)
        for key, child in value.items():
            if child != other(child, number) and not isinstance(child, dict | list | bool):
                changed[key] = other(child, number)
                return changed
        return changed or {"key": number}
    return [other(child, number) for child in value] if value else [number]
