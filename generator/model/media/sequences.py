"""Media types for one value after the other: JSON lines, JSON text sequences and server-sent events.

OpenAPI 3.2.0, section 4.14.3. Before 3.2 there was no ``itemSchema``, so that ``schema`` describes a list of
the values, one of them, or, if it is of type ``string``, the whole text.
"""

from __future__ import annotations

import json
import re
from typing import Any

from generator.model.media.media_types import essence
from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas

_SPACE = re.compile(r"\s*")
#: A line of server-sent events: a field or a comment. https://html.spec.whatwg.org/#parsing-an-event-stream
_FIELD = re.compile(r"^(?:data|event|id|retry)?:", re.MULTILINE)


def describes_one(schemas: Schemas, schema: Schema) -> bool:
    """Whether ``schema`` describes one value of the sequence, not the list of them or the whole text."""
    if not schemas.merged(schema):
        return False
    return not {"array", "string"} & set(schemas.types(schema)[:1])


def in_values(media_type: str, example: Any) -> Any:
    """``example`` as a list of values. A text that is in the format of ``media_type`` remains a text."""
    if isinstance(example, list):
        return example
    return (_own_form(media_type, example) if isinstance(example, str) else "") or [example]


def values_of(media_type: str, text: str) -> list[Any]:
    """The JSON values in the lines or records of a text from ``in_values``; none of an event stream."""
    if essence(media_type) == "text/event-stream":
        return []
    separator = "\x1e" if essence(media_type).endswith("json-seq") else "\n"
    return [json.loads(line) for line in text.split(separator) if line.strip()]


def _own_form(media_type: str, text: str) -> str:
    """``text`` as it is sent, if it has events, or a JSON value in each line or record; else empty."""
    name = essence(media_type)
    if name == "text/event-stream":
        return text if _FIELD.search(text) else ""
    if name.endswith("json-seq"):
        return _records(text)
    lines = [line for line in text.split("\n") if line.strip()]
    return text if lines and all(map(_is_json, lines)) else ""


def _records(text: str) -> str:
    """A JSON text sequence with record separators, which a description can't contain. RFC 7464."""
    decoder, at, found = json.JSONDecoder(), 0, []
    try:
        while (at := _end_of_space(text, at)) < len(text):
            _, end = decoder.raw_decode(text, at)
            found.append(f"\x1e{text[at:end]}\n")
            at = end
    except (ValueError, RecursionError):
        return ""
    return "".join(found)


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
