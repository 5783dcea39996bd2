"""Strings that a reader takes for real: made from a format, a name, a description. No randomness."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_DATE = "2026-01-15"
_UUID = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"

#: By `format`. JSON Schema validation 2020-12, section 7.3, and the OpenAPI format registry.
_BY_FORMAT: Mapping[str, str] = {
    "date": _DATE,
    "date-time": f"{_DATE}T09:30:00Z",
    "time": "09:30:00Z",
    "duration": "P1D",
    "email": "dsmith@example.com",
    "idn-email": "dsmith@example.com",
    "hostname": "www.example.com",
    "idn-hostname": "www.example.com",
    "ipv4": "192.0.2.10",
    "ipv6": "2001:db8::10",
    "uri": "https://www.example.com/",
    "url": "https://www.example.com/",
    "uri-reference": "/path",
    "iri": "https://www.example.com/",
    "uuid": _UUID,
    "byte": "ZXhhbXBsZQ==",
    "json-pointer": "/path",
    "regex": "^.*$",
}

#: By what a name ends with, lower case and without separators.
_BY_NAME: tuple[tuple[str, str], ...] = (
    ("email", "dsmith@example.com"),
    ("date", _DATE),
    ("url", "https://www.example.com/"),
    ("uri", "https://www.example.com/"),
    ("city", "San Jose"),
    ("country", "US"),
    ("firstname", "David"),
    ("lastname", "Smith"),
    ("phone", "+1-555-0100"),
    ("region", "us-west"),
    ("currency", "USD"),
    ("language", "en"),
)


def strings(schema: Mapping[str, Any], name: str) -> Iterator[str]:
    """Candidates for a string called ``name``, the likeliest first; the caller checks each."""
    if schema.get("format") in _BY_FORMAT:
        yield _BY_FORMAT[schema["format"]]
    description = str(schema.get("description", ""))
    if "YYYY-MM-DD" in description:
        yield _DATE
    folded = fold(name)
    yield from (value for ending, value in _BY_NAME if folded.endswith(ending))
    if folded.endswith("id") and folded != "id" and "minLength" not in schema and "maxLength" not in schema:
        yield _UUID
    words = "-".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)).lower() or "text"
    yield words
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    stretched = (words + "-") * (int(least) // (len(words) + 1) + 1)
    yield stretched[: int(most)] if most is not None else stretched[: max(int(least), len(words))]
    yield from (_BY_FORMAT[known] for known in ("date", "date-time", "uuid", "email", "uri"))
    yield "1" * max(int(least), 1)


def fold(name: str) -> str:
    """A name for comparison: ``JOB_ID``, ``jobId`` and ``job-id`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
