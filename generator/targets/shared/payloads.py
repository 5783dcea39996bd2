"""Bodies as Postman sends them, and as text in a response. OpenAPI 3.1.1, sections 4.8.14 and 4.8.15."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from generator.escaping.http import url_component
from generator.escaping.json_text import json_text
from generator.escaping.postman import (
    postman_header,
    postman_json,
    postman_json_line,
    postman_text,
    postman_variable,
    postman_xml,
)
from generator.escaping.yaml_writer import yaml_body
from generator.model.media.media_types import MULTIPART, URLENCODED, essence, is_json, is_multipart, is_yaml
from generator.model.styles import field_pairs, form_pairs, json_line
from generator.model.types import Example, MediaType, Operation
from generator.targets.shared.multiparts import form_parts, multipart_text, part_texts

Json = dict[str, Any]
_NO_BODY = frozenset({"GET", "HEAD", "COPY", "PURGE", "UNLOCK", "OPTIONS", "TRACE"})
#: Forms without any known fields, ready to be filled in.
_EMPTY_FORMS: dict[str, Json] = {
    URLENCODED: {"mode": "urlencoded", "urlencoded": []},
    MULTIPART: {"mode": "formdata", "formdata": []},
}
#: https://html.spec.whatwg.org/#event-stream-interpretation
_EVENT_FIELDS = frozenset({"event", "data", "id", "retry"})
_CHOOSE = "Choose the file to send."


def body(media_type: MediaType, example: Example | None) -> Json | None:
    """``example`` as Postman's ``body``. Without one, an empty form, a file to choose, or ``None``."""
    name = essence(media_type.name)
    if example is None and name in _EMPTY_FORMS:
        return _EMPTY_FORMS[name]
    if example is None:
        return {"mode": "file", "file": {"src": None}} if media_type.binary else None
    value = example.value
    if example.serialized:
        return _raw(postman_text(str(value)), _language(media_type.name))
    if name == URLENCODED and isinstance(value, dict):
        return {"mode": "urlencoded", "urlencoded": list(_form_rows(media_type, example))}
    if name == MULTIPART and isinstance(value, dict | list):
        return {"mode": "formdata", "formdata": list(_part_rows(media_type, example))}
    if media_type.sequence and isinstance(value, list):
        return _raw(sequence_text(media_type.name, value, postman_json_line), "text")
    if media_type.markup is not None:
        text = value if isinstance(value, str) else media_type.markup(value)
        return _raw(postman_xml(text), "xml")
    if isinstance(value, str) and not is_json(media_type.name):
        return _raw(postman_text(value), _language(media_type.name))
    if is_yaml(media_type.name) and isinstance(value, dict | list):
        return _raw(postman_text(yaml_body(value)), "text")
    if is_multipart(media_type.name) and isinstance(value, dict | list):
        return _raw(postman_text(multipart_text(media_type, value)), "text")
    return _raw(postman_json(value), "json" if is_json_text(media_type, example) else "text")


def json_variable(name: str) -> Json:
    """A JSON body that consists of one variable."""
    return _raw(postman_variable(name), "json")


def _raw(text: str, language: str) -> Json:
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}


def _language(media_type: str) -> str:
    name = essence(media_type)
    if is_json(media_type):
        return "json"
    return {"text/html": "html", "application/javascript": "javascript"}.get(
        name, "xml" if "xml" in name else "text"
    )


# --- Sequences ------------------------------------------------------------------------------------------


def sequence_text(media_type: str, values: list[Any], write: Callable[[Any], str] = json_line) -> str:
    """``values`` as a sequential media type, such as JSON Lines. OpenAPI 3.2.0, section 4.14.3."""
    name = essence(media_type)
    if name == "text/event-stream":
        return "".join(f"{_event(value, write)}\n" for value in values)
    begin = "\x1e" if name.endswith("json-seq") else ""
    return "".join(f"{begin}{write(value)}\n" for value in values)


def _event(value: Any, write: Callable[[Any], str]) -> str:
    """A server-sent event: a line for each field, or several if its text has several."""
    is_event = isinstance(value, dict) and "data" in value and value.keys() <= _EVENT_FIELDS
    fields = value if is_event else {"data": value}
    return "".join(
        f"{key}: {line}\n"
        for key, child in fields.items()
        if child is not None or key == "data"
        for line in (child if isinstance(child, str) else write(child)).split("\n")
    )


# --- Forms ----------------------------------------------------------------------------------------------


def _form_rows(media_type: MediaType, example: Example) -> Iterator[Json]:
    for key, child in example.value.items():
        found = field_pairs(key, child, media_type.parts.get(key), postman_text)
        rows = ({**_row(*pair), **_switch(example, key)} for pair in found)
        yield from (rows if child is not None and found else [_absent(key)])


def _switch(example: Example, key: str) -> Json:
    """Disables the rows of a field that the request omits."""
    return {"disabled": True} if key in example.omitted else {}


def _row(key: str, value: str) -> Json:
    return {"key": key, "value": value, "type": "text"}


def _absent(key: str) -> Json:
    """A field without a value: its row is shown, but not sent."""
    return {**_row(postman_text(key), ""), "disabled": True}


def _part_rows(media_type: MediaType, example: Example) -> Iterator[Json]:
    for key, child, part in form_parts(media_type, example.value):
        if part.file:
            kind = _content_type(part.content_type)
            yield {
                "key": postman_text(key),
                "type": "file",
                "src": None,
                **kind,
                **_switch(example, key),
            } | {"description": _CHOOSE}
        else:
            yield from [
                {**_row(*pair), **_content_type(content_type), **_switch(example, key)}
                for *pair, content_type in part_texts(key, child, part, postman_text, postman_xml)
            ] or [_absent(key)]


def _content_type(name: str) -> Json:
    return {"contentType": postman_header(name)} if name and "*" not in name else {}


# --- Responses ------------------------------------------------------------------------------------------


def shown_text(media_type: MediaType, example: Example) -> str:
    """``example`` as the text of a response."""
    value = example.value
    if example.serialized or (isinstance(value, str) and not is_json(media_type.name)):
        return str(value)
    if media_type.sequence and isinstance(value, list):
        return sequence_text(media_type.name, value)
    if media_type.markup is not None:
        return media_type.markup(value)
    if essence(media_type.name) == URLENCODED and isinstance(value, dict):
        pairs = form_pairs(value, media_type.parts, url_component)
        return "&".join(f"{name}={text}" for name, text in pairs)
    if is_multipart(media_type.name) and isinstance(value, dict | list):
        return multipart_text(media_type, value)
    if is_yaml(media_type.name):
        return yaml_body(value)
    return json_text(value)


def is_json_text(media_type: MediaType, example: Example) -> bool:
    """Whether ``example`` is sent, and shown, as a single JSON value.

    Objects and lists are JSON as well if the media type has no notation for them, such as ``text/plain``:
    some frameworks declare that type for every operation, whatever it sends.
    """
    if is_json(media_type.name):
        return not media_type.sequence
    if example.serialized or media_type.sequence or media_type.markup is not None:
        return False
    name = media_type.name
    has_form = essence(name) == URLENCODED or is_multipart(name) or is_yaml(name)
    return isinstance(example.value, dict | list) and not has_form


def keeps_body(operation: Operation) -> bool:
    """Whether Postman needs a setting to send the body, since the method usually has none."""
    return operation.body is not None and operation.method in _NO_BODY
