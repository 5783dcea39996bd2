"""Interpretations of values that are serialized as text, in an address, a header or a form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from generator.model.styles import plain_text

#: The most characters in an address or a header that every server accepts.
_MOST = 4000


def readings(value: Any, *, lists: bool = False) -> Iterator[Any]:
    """Every value that a server may read when ``value`` is serialized; none if it can't be sent as text.

    ``5`` → ``"5"`` and ``5``; with ``lists``, also ``["5"]`` and ``[5]``.
    """
    if isinstance(value, dict | list):
        if _leaves_something(value):
            yield value
        return
    text = plain_text(value)
    if not _can_be_sent(text):
        return
    found = [text]
    try:
        parsed = json.loads(text)
        found += [] if isinstance(parsed, str | dict | list) else [parsed]
    except ValueError:
        pass
    yield from found
    if lists:
        yield from ([each] for each in found)


def _can_be_sent(text: str) -> bool:
    """Whether ``text`` arrives unchanged. Styles can't express an empty one, and dots alone change a path."""
    return text.strip() == text != "" and text.isprintable() and len(text) <= _MOST and set(text) != {"."}


def _leaves_something(value: Any) -> bool:
    """Whether each part of ``value`` can be sent as text; an empty list can't."""
    if isinstance(value, dict | list):
        parts = list(value.values()) if isinstance(value, dict) else value
        return bool(parts) and all(map(_leaves_something, parts))
    return _can_be_sent(plain_text(value))


def fits_header(value: Any) -> bool:
    """Whether the text of ``value`` needs no encoding in a header. RFC 9110, section 5.5."""
    if isinstance(value, dict | list):
        parts = list(value.values()) if isinstance(value, dict) else value
        return all(map(fits_header, parts))
    return plain_text(value).isascii()


def fits_segment(value: Any) -> bool:
    """Whether the text of ``value`` remains one segment of a path, however a server decodes it."""
    if isinstance(value, dict | list):
        parts = list(value.values()) if isinstance(value, dict) else value
        return all(map(fits_segment, parts))
    return not set(plain_text(value)) & set("/\\?#;%")
