"""Strings that hold encoded bytes, or JSON as text. JSON Schema validation 2020-12, section 8."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from generator.model.media_types import essence, is_json, is_xml
from generator.reading.nodes import text

#: A picture of one transparent pixel.
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
#: The beginning of each kind of file, by which readers know it; a whole one where that is small.
_BYTES: Mapping[str, bytes] = {
    "image/png": _PNG,
    "image/gif": _GIF,
    "image/*": _PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "application/pdf": b"%PDF-1.4\n%%EOF\n",
    "application/zip": b"PK\x05\x06" + bytes(18),
    "application/gzip": bytes.fromhex("1f8b08000000000000030300000000000000000000"),
}
_TEXTS: Mapping[str, str] = {
    "text/html": "<p>Hello, world!</p>",
    "text/csv": "id,name\r\n1,Example\r\n",
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    # Header and payload of a token that no one signed.
    "application/jwt": "eyJhbGciOiJub25lIn0.e30.",
    "application/x-www-form-urlencoded": "name=Example",
}
#: RFC 4648, sections 4 to 8, and RFC 2045, section 6.7. What isn't here leaves a text as it is.
_ENCODINGS: Mapping[str, Callable[[bytes], str]] = {
    "base64": lambda content: base64.b64encode(content).decode(),
    "base64url": lambda content: base64.urlsafe_b64encode(content).decode().rstrip("="),
    "base32": lambda content: base64.b32encode(content).decode(),
    "base32hex": lambda content: base64.b32hexencode(content).decode(),
    "base16": lambda content: content.hex().upper(),
    "hex": lambda content: content.hex(),
    "quoted-printable": lambda content: binascii.b2a_qp(content, istext=False).decode(),
}


def holds_content(merged: Mapping[str, Any]) -> bool:
    """Whether a string holds something else by its merged schema."""
    return "contentEncoding" in merged or "contentMediaType" in merged or "contentSchema" in merged


def is_encoded(merged: Mapping[str, Any]) -> bool:
    """Whether a string holds bytes as text."""
    return text(merged.get("contentEncoding")).lower() in _ENCODINGS


def holds_json(merged: Mapping[str, Any]) -> bool:
    """Whether what it holds is JSON text: a ``contentSchema`` without a media type means nothing else."""
    name = text(merged.get("contentMediaType"))
    return is_json(name) if name else "contentSchema" in merged


def sample_bytes(media_type: str) -> bytes:
    """The bytes of a small file of that type; of a type that isn't known, some text."""
    name = essence(media_type)
    return _BYTES.get(name) or _TEXTS.get(name, "example").encode()


def content(merged: Mapping[str, Any], value: Any) -> str | None:
    """A string that holds what its merged schema says; ``None`` where that is any text.

    ``value`` is what the JSON text stands for, where it holds one.
    """
    name = essence(text(merged.get("contentMediaType")))
    encode = _ENCODINGS.get(text(merged.get("contentEncoding")).lower())
    if holds_json(merged):
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    elif encode is not None and name in _BYTES:
        return encode(_BYTES[name])
    else:
        plain = _TEXTS.get(name, "<example/>" if is_xml(name) else "example" if encode else "")
    if not plain:
        return None
    return encode(plain.encode()) if encode is not None else plain
