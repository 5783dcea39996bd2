"""Bodies as Postman sends them, and as the text of an answer. OpenAPI 3.1.1, sections 4.8.14 and 4.8.15."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from generator import escaping
from generator.model.api import Example, MediaType, Operation, Part
from generator.model.bodies import MULTIPART, URLENCODED, essence, is_form, is_json
from generator.model.styles import field_pairs, json_line, plain_text

Json = dict[str, Any]
_NO_BODY = frozenset({"GET", "HEAD", "COPY", "PURGE", "UNLOCK", "OPTIONS", "TRACE"})


def body(media_type: MediaType, example: Example | None) -> Json | None:
    """One example of a media type as Postman's ``body``."""
    name = essence(media_type.name)
    if example is None:
        return {"mode": "file", "file": {}} if media_type.binary else None
    value = example.value
    if example.serialized:
        return _raw(escaping.postman_text(str(value)), _language(media_type.name))
    if name == URLENCODED and isinstance(value, dict):
        fields = [_field(key, child) for key, child in _form_fields(media_type, value, escaping.postman_text)]
        return {"mode": "urlencoded", "urlencoded": fields}
    if name == MULTIPART and isinstance(value, dict):
        return {"mode": "formdata", "formdata": list(_form_parts(media_type, value))}
    if media_type.sequence and isinstance(value, list):
        return _raw(escaping.postman_text(sequence_text(media_type.name, value)), "text")
    if media_type.markup is not None:
        text = value if isinstance(value, str) else media_type.markup(value)
        return _raw(escaping.postman_text(text), "xml")
    if isinstance(value, str) and not is_json(media_type.name):
        return _raw(escaping.postman_text(value), _language(media_type.name))
    return _raw(
        escaping.postman_json(value),
        "json" if is_json(media_type.name) or not isinstance(value, str) else "text",
    )


def _raw(text: str, language: str) -> Json:
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}


def _language(media_type: str) -> str:
    name = essence(media_type)
    if is_json(media_type):
        return "json"
    return {"text/html": "html", "application/javascript": "javascript"}.get(
        name, "xml" if "xml" in name else "text"
    )


def sequence_text(media_type: str, values: list[Any]) -> str:
    """Values one after the other, as their media type has them. OpenAPI 3.2.0, section 4.14.3."""
    lines = [json_line(value) for value in values]
    name = essence(media_type)
    if name == "text/event-stream":
        return "".join(f"{_event(value)}\n" for value in values)
    if name.endswith("json-seq"):
        return "".join(f"\x1e{line}\n" for line in lines)
    return "".join(f"{line}\n" for line in lines)


def _event(value: Any) -> str:
    """A server-sent event: its fields, a line each."""
    fields = value if isinstance(value, dict) and "data" in value else {"data": value}
    return "".join(f"{key}: {plain_text(child)}\n" for key, child in fields.items())


def _form_fields(
    media_type: MediaType, value: dict[str, Any], encode: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    for key, child in value.items():
        yield from field_pairs(key, child, media_type.parts.get(key, Part()), encode)


def _field(key: str, value: str) -> Json:
    return {"key": key, "value": value, "type": "text"}


def _form_parts(media_type: MediaType, value: dict[str, Any]) -> Iterator[Json]:
    for key, child in value.items():
        part = media_type.parts.get(key, Part())
        name = escaping.postman_text(key)
        if part.file:
            files = child if isinstance(child, list) else [child]
            for _ in files or [None]:
                yield {"key": name, "type": "file", "src": None, **_content_type(part.content_type)}
            continue
        given = part.content_type
        if not given and isinstance(child, dict) and not part.by_style:
            given = "application/json"
        for pair in field_pairs(key, child, part, escaping.postman_text):
            yield {**_field(*pair), **_content_type(given)}


def _content_type(name: str) -> Json:
    return {"contentType": escaping.postman_header(name)} if name and "*" not in name else {}


def shown_text(media_type: MediaType, example: Example) -> str:
    """An example as the text of an answer."""
    value = example.value
    if example.serialized or (isinstance(value, str) and not is_json(media_type.name)):
        return str(value)
    if media_type.sequence and isinstance(value, list):
        return sequence_text(media_type.name, value)
    if media_type.markup is not None:
        return media_type.markup(value)
    if is_form(media_type.name) and isinstance(value, dict):
        return "&".join(f"{k}={v}" for k, v in _form_fields(media_type, value, escaping.url_component))
    return escaping.json_text(value)


def keeps_body(operation: Operation) -> bool:
    """Whether Postman has to be told that a body belongs to a method that usually has none."""
    return operation.body is not None and operation.method in _NO_BODY
