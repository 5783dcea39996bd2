"""Multipart bodies that are no form, as text. RFC 2046, section 5.1."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from generator.escaping.http import header_value
from generator.model.media.contents import sample_bytes
from generator.model.media.media_types import BOUNDARY, is_json
from generator.model.styles import field_pairs, field_values, json_line, plain_text
from generator.model.types import MediaType, Part

_GIVEN_BOUNDARY = re.compile(r';[ \t]*boundary="?([^\s";]+)', re.IGNORECASE)
_ANY_FILE = "application/octet-stream"
#: What a part is called where its place tells it apart.
_UNNAMED = "part"


class PartText(NamedTuple):
    """One part of a field as it is sent."""

    name: str
    text: str
    content_type: str
    """Empty for plain text."""


class Written(NamedTuple):
    """One part of a body: everything before its content, and the content."""

    head: str
    text: str
    file: str = ""
    """What a file is called, where the content is one; ``text`` is empty then."""
    media_type: str = ""
    """That of the file."""


def part_texts(
    key: str,
    value: Any,
    part: Part,
    encode: Callable[[str], str],
    encode_markup: Callable[[str], str] = str,
) -> Iterator[PartText]:
    """The parts of one field. ``encode`` takes names and texts, ``encode_markup`` documents in XML."""
    if value is None:
        return
    given = part.content_type
    values = field_values(value) if part.repeats else [value]
    if part.markup is not None:
        yield from (PartText(encode(key), encode_markup(part.markup(each)), given) for each in values)
    elif part.by_style:
        yield from (PartText(*pair, given) for pair in field_pairs(key, value, part, encode))
    elif is_json(given):
        yield PartText(encode(key), encode(json_line(value)), given)
    else:
        for item in values:
            structured = isinstance(item, dict | list)
            text = json_line(item) if structured else plain_text(item)
            yield PartText(encode(key), encode(text), given or ("application/json" if structured else ""))


def written(media_type: MediaType, value: dict[str, Any] | list[Any]) -> Iterator[Written]:
    """The parts of a body, without the boundaries around them."""
    for key, child, part in _given_parts(media_type, value):
        if part.file:
            kind = part.content_type if "*" not in part.content_type else ""
            for _ in field_values(child) if part.repeats else [child]:
                yield Written(_head(part, kind or _ANY_FILE), "", key or _UNNAMED, kind or _ANY_FILE)
        else:
            for _, text, content_type in part_texts(key, child, part, str):
                yield Written(_head(part, content_type or "text/plain"), text)


def form_parts(media_type: MediaType, value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any, Part]]:
    """The fields of a form, each by its name, which none goes without. RFC 7578, section 4.2."""
    is_list = isinstance(value, list)
    found = _given_parts(media_type, value)
    return ((_UNNAMED if is_list else key, child, part) for key, child, part in found)


def _head(part: Part, content_type: str) -> str:
    rows = [("Content-Type", content_type), *part.headers]
    return "".join(f"{name}: {header_value(value)}\r\n" for name, value in rows)


def _given_parts(media_type: MediaType, value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any, Part]]:
    """Each part by its name, which is empty where its place tells it apart, with how it is sent."""
    if isinstance(value, dict):
        yield from ((key, child, media_type.parts.get(key, Part())) for key, child in value.items())
        return
    further = media_type.further or Part(repeats=False)
    for index, child in enumerate(value):
        yield "", child, media_type.places[index] if index < len(media_type.places) else further


def boundary(media_type: str) -> str:
    """What stands between the parts: the boundary that a media type names, or ours."""
    given = _GIVEN_BOUNDARY.search(media_type)
    return given[1] if given else BOUNDARY


def multipart_text(media_type: MediaType, value: dict[str, Any] | list[Any]) -> str:
    """A multipart body that is no form, as text.

    No text holds the bytes of a file. There a small file of the part's media type stands in base64, and a
    header says so (RFC 2045, section 6).
    """
    between = boundary(media_type.name)
    chunks = [f"--{between}\r\n{_as_text(each)}\r\n" for each in written(media_type, value)]
    return "".join(chunks) + f"--{between}--\r\n"


def _as_text(part: Written) -> str:
    if not part.file:
        return f"{part.head}\r\n{part.text}"
    encoded = base64.b64encode(sample_bytes(part.media_type)).decode()
    return f"{part.head}Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
