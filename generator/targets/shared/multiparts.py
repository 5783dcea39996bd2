"""The parts of multipart bodies, and the text of those that aren't forms. RFC 2046, section 5.1."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from generator.escaping.http import header_value
from generator.model.media.contents import sample_bytes
from generator.model.media.media_types import BOUNDARY, is_json, is_multipart
from generator.model.styles import field_pairs, field_values, json_line, plain_text
from generator.model.types import MediaType, Part

_GIVEN_BOUNDARY = re.compile(r';[ \t]*boundary="?([^\s";]+)', re.IGNORECASE)
#: The first line of a multipart body, which has the boundary. RFC 2046, section 5.1.1.
_FIRST_LINE = re.compile(r"\s*--([0-9A-Za-z'()+_,./:=?-]{1,70})[ \t]*\r?\n")
_TOKEN = re.compile(r"[0-9A-Za-z'+_.-]+")
_ANY_FILE = "application/octet-stream"
#: The name of a part that is identified by its position.
_UNNAMED = "part"


class PartText(NamedTuple):
    """A part of a form field as it is sent."""

    name: str
    text: str
    content_type: str
    """Empty for plain text."""


class Written(NamedTuple):
    """A part of a body: its headers and its content."""

    head: str
    text: str
    file: str = ""
    """The file's name if the content is a file; ``text`` is empty then."""
    media_type: str = ""
    """The media type of the file."""


def part_texts(
    key: str,
    value: Any,
    part: Part,
    encode: Callable[[str], str],
    encode_markup: Callable[[str], str] = str,
    around: str = BOUNDARY,
) -> Iterator[PartText]:
    """The parts of one field. ``encode`` applies to names and texts, ``encode_markup`` to XML documents.

    ``around`` is the boundary between these parts, which one inside them must not begin with.
    """
    if value is None:
        return
    given = part.content_type
    values = field_values(value) if part.repeats else [value]
    if part.markup is not None:
        yield from (PartText(encode(key), encode_markup(part.markup(each)), given) for each in values)
    elif is_multipart(given) and all(isinstance(each, dict | list) for each in values):
        kind, between = _inner(given, around)
        yield from (PartText(encode(key), encode(_joined(part, each, between)), kind) for each in values)
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
    """The parts of a body, without the boundaries between them."""
    return _written(media_type, value, boundary(media_type.name))


def _written(owner: MediaType | Part, value: dict[str, Any] | list[Any], between: str) -> Iterator[Written]:
    for key, child, part in _given_parts(owner, value):
        if part.file:
            kind = part.content_type if "*" not in part.content_type else ""
            for _ in field_values(child) if part.repeats else [child]:
                yield Written(_head(part, kind or _ANY_FILE), "", key or _UNNAMED, kind or _ANY_FILE)
        else:
            for _, text, content_type in part_texts(key, child, part, str, around=between):
                yield Written(_head(part, content_type or "text/plain"), text)


def form_parts(media_type: MediaType, value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any, Part]]:
    """The fields of a form. Each has a name, which RFC 7578, section 4.2, requires."""
    is_list = isinstance(value, list)
    found = _given_parts(media_type, value)
    return ((_UNNAMED if is_list else key, child, part) for key, child, part in found)


def _head(part: Part, content_type: str) -> str:
    rows = [("Content-Type", content_type), *part.headers]
    return "".join(f"{name}: {header_value(value)}\r\n" for name, value in rows)


def _given_parts(
    owner: MediaType | Part, value: dict[str, Any] | list[Any]
) -> Iterator[tuple[str, Any, Part]]:
    """Each part: name (empty if it is identified by its position), value, and how it is sent."""
    if isinstance(value, dict):
        yield from ((key, child, owner.parts.get(key, Part())) for key, child in value.items())
        return
    further = owner.further or Part(repeats=False)
    for index, child in enumerate(value):
        yield "", child, owner.places[index] if index < len(owner.places) else further


def boundary(media_type: str) -> str:
    """The boundary between the parts: the media type's parameter, or our own."""
    given = _GIVEN_BOUNDARY.search(media_type)
    return given[1] if given else BOUNDARY


def with_boundary(media_type: str, text: str) -> str:
    """The ``Content-Type`` of a body that is ``text``: a multipart type gets the boundary of its parts.

    A receiver can't find the parts without it. RFC 2046, section 5.1.1.
    """
    if not is_multipart(media_type) or _GIVEN_BOUNDARY.search(media_type):
        return media_type
    found = _FIRST_LINE.match(text)
    between = found[1] if found else BOUNDARY
    quoted = between if _TOKEN.fullmatch(between) else f'"{between}"'
    return f"{media_type}; boundary={quoted}"


def _inner(media_type: str, around: str) -> tuple[str, str]:
    """A multipart type inside another with its boundary, and that boundary.

    It doesn't begin with that ``around`` it, since a line that does ends the part. RFC 2046, section 5.1.2.
    """
    given = _GIVEN_BOUNDARY.search(media_type)
    between = given[1] if given else f"inner-{around}"
    return (media_type if given else f"{media_type}; boundary={between}"), between


def multipart_text(media_type: MediaType, value: dict[str, Any] | list[Any]) -> str:
    """A multipart body as text.

    Text can't contain the bytes of a file. In their place is a small file of the part's media type in base64,
    with a header that says so (RFC 2045, section 6).
    """
    return _joined(media_type, value, boundary(media_type.name))


def _joined(owner: MediaType | Part, value: dict[str, Any] | list[Any], between: str) -> str:
    chunks = [f"--{between}\r\n{_as_text(each)}\r\n" for each in _written(owner, value, between)]
    return "".join(chunks) + f"--{between}--\r\n"


def _as_text(part: Written) -> str:
    if not part.file:
        return f"{part.head}\r\n{part.text}"
    encoded = base64.b64encode(sample_bytes(part.media_type)).decode()
    return f"{part.head}Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
