"""Strings and numbers that a reader takes for real: made from a format, a name, a description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from generator.model.patterns import matching

_DATE = "2026-01-15"
_UUID = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"
_URL = "https://www.example.com/"
_EMAIL = "dsmith@example.com"

#: By `format`. JSON Schema validation 2020-12, section 7.3, and the OpenAPI format registry.
_BY_FORMAT: Mapping[str, str] = {
    "date": _DATE,
    "date-time": f"{_DATE}T09:30:00Z",
    "datetime": f"{_DATE}T09:30:00Z",
    "date-time-local": f"{_DATE}T09:30:00",
    "http-date": "Thu, 15 Jan 2026 09:30:00 GMT",
    "time": "09:30:00Z",
    "time-local": "09:30:00",
    "duration": "P1D",
    "email": _EMAIL,
    "idn-email": _EMAIL,
    "hostname": "www.example.com",
    "idn-hostname": "www.example.com",
    "ip": "192.0.2.10",
    "ipv4": "192.0.2.10",
    "ipv6": "2001:db8::10",
    "mac": "00:00:5e:00:53:01",
    "uri": _URL,
    "url": _URL,
    "uri-reference": "/path",
    "uri-template": "/jobs/{id}",
    "iri": _URL,
    "iri-reference": "/path",
    "uuid": _UUID,
    "guid": _UUID,
    "byte": "ZXhhbXBsZQ==",
    "base64": "ZXhhbXBsZQ==",
    "base64url": "ZXhhbXBsZQ",
    "binary": "example",
    "password": "correct-horse-battery",
    "json-pointer": "/path",
    "relative-json-pointer": "0/path",
    "regex": "^.*$",
    "phone": "+1-555-0100",
    "decimal": "9.95",
    "int32": "1",
    "int64": "1",
    "google-datetime": f"{_DATE}T09:30:00Z",
    "google-duration": "3.5s",
    "google-fieldmask": "name",
    "media-range": "application/json",
}

#: By what a name ends with, lower case and without separators; the longer endings first.
_BY_NAME: tuple[tuple[str, str], ...] = (
    ("emailaddress", _EMAIL),
    ("email", _EMAIL),
    ("birthdate", "1990-05-17"),
    ("dateofbirth", "1990-05-17"),
    ("birthday", "1990-05-17"),
    ("timezone", "Europe/Berlin"),
    ("datetime", f"{_DATE}T09:30:00Z"),
    ("timestamp", f"{_DATE}T09:30:00Z"),
    ("createdat", f"{_DATE}T09:30:00Z"),
    ("updatedat", f"{_DATE}T09:30:00Z"),
    ("date", _DATE),
    ("url", _URL),
    ("uri", _URL),
    ("website", _URL),
    ("homepage", _URL),
    ("href", _URL),
    ("hostname", "www.example.com"),
    ("domain", "example.com"),
    ("ipaddress", "192.0.2.10"),
    ("addressline1", "1 Main Street"),
    ("streetaddress", "1 Main Street"),
    ("street", "1 Main Street"),
    ("address1", "1 Main Street"),
    ("zipcode", "95110"),
    ("postalcode", "95110"),
    ("postcode", "95110"),
    ("zip", "95110"),
    ("city", "San Jose"),
    ("countrycode", "US"),
    ("country", "US"),
    ("firstname", "David"),
    ("givenname", "David"),
    ("lastname", "Smith"),
    ("familyname", "Smith"),
    ("surname", "Smith"),
    ("fullname", "David Smith"),
    ("displayname", "David Smith"),
    ("username", "dsmith"),
    ("companyname", "Example Inc."),
    ("company", "Example Inc."),
    ("phonenumber", "+1-555-0100"),
    ("phone", "+1-555-0100"),
    ("mobile", "+1-555-0100"),
    ("fax", "+1-555-0199"),
    ("region", "us-west"),
    ("currencycode", "USD"),
    ("currency", "USD"),
    ("languagecode", "en"),
    ("language", "en"),
    ("locale", "en-US"),
    ("useragent", "Mozilla/5.0"),
    ("contenttype", "application/json"),
    ("mimetype", "application/json"),
    ("filename", "example.txt"),
    ("version", "1.0.0"),
    ("color", "#336699"),
    ("uuid", _UUID),
    ("guid", _UUID),
)


def strings(schema: Mapping[str, Any], name: str) -> Iterator[str]:
    """Candidates for a string called ``name``, the likeliest first; with the limits of ``schema`` kept.

    The pattern is kept by the candidates made for it; the caller checks each of the others.
    """
    format_ = str(schema.get("format"))
    if format_ in _BY_FORMAT:
        yield _BY_FORMAT[format_]
    if "description" in schema and "YYYY-MM-DD" in str(schema["description"]):
        yield _DATE
    words, by_name = _of_name(name)
    yield from by_name
    if "pattern" in schema:
        yield words
        yield from _fitting(matching(schema["pattern"]), schema)
        yield from matching(schema["pattern"])
    yield _stretched(words, schema)
    yield from (_BY_FORMAT[known] for known in ("date", "date-time", "uuid", "email", "uri"))
    yield "1" * max(int(schema.get("minLength", 0)), 1)


@lru_cache(maxsize=8192)
def _of_name(name: str) -> tuple[str, tuple[str, ...]]:
    """The words of a name, and the values that it suggests."""
    folded = fold(name)
    found = [value for ending, value in _BY_NAME if folded.endswith(ending)][:2]
    if folded.endswith("id") and folded != "id" and not name.endswith(("oid", "aid", "uid", "rid", "lid")):
        found.append(_UUID)
    words = "-".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)).lower() or "text"
    return words, tuple(found)


def _fitting(values: tuple[str, ...], schema: Mapping[str, Any]) -> Iterator[str]:
    """Those ``values`` whose length is right, a little length preferred: one letter looks like a slip."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
    fitting = [value for value in values if least <= len(value) <= most]
    yield from (value for value in fitting if len(value) >= 3)
    yield from fitting


def _stretched(words: str, schema: Mapping[str, Any]) -> str:
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    stretched = (words + "-") * (least // (len(words) + 1) + 1) if least > len(words) else words
    return stretched[: int(most)] if most is not None else stretched[: max(least, len(words))]


def numbers(schema: Mapping[str, Any], name: str, *, whole: bool) -> Iterator[Any]:
    """Candidates for a number, the likeliest first; the caller checks each."""
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = schema.get("multipleOf")
    folded = fold(name)
    if folded.endswith("latitude") or folded == "lat":
        yield from () if whole else (37.3382,)
    if folded.endswith("longitude") or folded in ("lng", "lon"):
        yield from () if whole else (-121.8863,)
    if folded in ("port", "year", "age"):
        yield {"port": 443, "year": 2026, "age": 42}[folded]
    yield 1
    if step is not None:
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


def _times(count: Any, step: Any) -> Any:
    """``count`` times ``step`` without the dust of binary fractions."""
    product = count * step
    return round(product, 10) if isinstance(product, float) else product


def other(value: Any, count: int) -> Any:
    """A value of the same kind as ``value`` that differs from it and from those of other ``count``."""
    if count == 0:
        return value
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value + count
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}(?:T.*)?", value):
            return f"{value[:8]}{(int(value[8:10]) + count - 1) % 28 + 1:02d}{value[10:]}"
        if re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            return f"{(int(value[:8], 16) + count) % 2**32:08x}{value[8:]}"
        if "@" in value:
            return f"{count + 1}{value}"
        return f"{value}{'' if value.endswith('/') else '-'}{count + 1}"
    if isinstance(value, dict):
        changed = dict(value)
        for key, child in value.items():
            if child != other(child, count) and not isinstance(child, dict | list | bool):
                changed[key] = other(child, count)
                return changed
        return changed or {"key": count}
    return [other(child, count) for child in value] if value else [count]


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """A name for comparison: ``JOB_ID``, ``jobId`` and ``job-id`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
