"""Strings that contain encoded bytes, JSON or other media. JSON Schema validation 2020-12, section 8."""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.budget import LONGEST_TEXT, count
from generator.escaping.yaml_writer import yaml_body
from generator.model.media.encodings import ENCODINGS, encoded
from generator.model.media.media_types import essence, is_json, is_xml, is_yaml
from generator.reading.lenient import text

#: An image of one transparent pixel.
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
#: A self-signed certificate of www.example.com, whose private key was not kept.
_CERTIFICATE = base64.b64decode(
    "MIIBSjCB/aADAgECAhR0kLpC+E4LEry9khAhtZRYCMyjNzAFBgMrZXAwGjEYMBYG"
    "A1UEAwwPd3d3LmV4YW1wbGUuY29tMCAXDTI2MTEyNzE1NTYwOFoYDzIxMjYxMTAz"
    "MTU1NjA4WjAaMRgwFgYDVQQDDA93d3cuZXhhbXBsZS5jb20wKjAFBgMrZXADIQDz"
    "sFPtVvFCf7/mhoVOtej63HrbVaA+wZ2HhqoYb4ZOr6NTMFEwHQYDVR0OBBYEFBwK"
    "UyzdNmzt0rvv6oOOFepDDPE5MB8GA1UdIwQYMBaAFBwKUyzdNmzt0rvv6oOOFepD"
    "DPE5MA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EApm8FZNxnTcGmQNz36/SWAldb"
    "ljftNS8ze27hjjr5RSXVcuABhZZLRTAaxrM1Wi7Sal7jtaD4bd9lWlN0iujsCA=="
)
#: Minimal files: the signature by which programs recognize the type, or a whole file if that is small.
_BYTES: Mapping[str, bytes] = {
    "image/png": _PNG,
    "image/gif": _GIF,
    "image/*": _PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "application/pdf": b"%PDF-1.4\n%%EOF\n",
    "application/zip": b"PK\x05\x06" + bytes(18),
    "application/gzip": bytes.fromhex("1f8b080000000000000303000000000000000000"),
    "application/pkix-cert": _CERTIFICATE,
}


def _gzip_of(size: int) -> bytes:
    """An empty gzip file of that many bytes, with a comment if it has more than 20. RFC 1952, section 2.3."""
    head, body = _BYTES["application/gzip"][:10], _BYTES["application/gzip"][10:]
    if size <= len(head + body):
        return head + body
    comment = b"-" * (size - len(head + body) - 1) + bytes(1)
    return head[:3] + b"\x10" + head[4:] + comment + body


def _zip_of(size: int) -> bytes:
    """An empty zip archive of that many bytes, with a comment if it has more than 22. APPNOTE.TXT, 4.3.16."""
    empty = _BYTES["application/zip"]
    more = min(max(size - len(empty), 0), 0xFFFF)
    return empty[:-2] + more.to_bytes(2, "little") + b"-" * more


#: Files that may not end with other bytes, as those of images may: each made with a number of bytes.
_GROWN: Mapping[str, Callable[[int], bytes]] = {"application/gzip": _gzip_of, "application/zip": _zip_of}
#: RFC 7468, section 5.
_PEM = "\n".join(
    (
        "-----BEGIN CERTIFICATE-----",
        *textwrap.wrap(base64.b64encode(_CERTIFICATE).decode(), 64),
        "-----END CERTIFICATE-----\n",
    )
)
_TEXTS: Mapping[str, str] = {
    "text/html": "<p>Hello, world!</p>",
    "text/csv": "id,name\r\n1,Example\r\n",
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    # Header and payload of an unsigned token.
    "application/jwt": "eyJhbGciOiJub25lIn0.e30.",
    "application/x-www-form-urlencoded": "name=Example",
    "application/x-pem-file": _PEM,
    "application/pem-certificate-chain": _PEM,
    "application/x-x509-ca-cert": _PEM,
    "application/x-x509-user-cert": _PEM,
    "application/yaml": "name: Example\n",
    "text/markdown": "# Example\n",
}
#: Media types whose texts must not be padded with white space.
_EXACT = frozenset({"application/jwt", "application/x-www-form-urlencoded"})


def holds_content(merged: Mapping[str, Any]) -> bool:
    """Whether the merged schema of a string says that it contains other content."""
    return "contentEncoding" in merged or "contentMediaType" in merged or "contentSchema" in merged


def is_encoded(merged: Mapping[str, Any]) -> bool:
    """Whether a string contains encoded bytes."""
    return text(merged.get("contentEncoding")).lower() in ENCODINGS


def holds_json(merged: Mapping[str, Any]) -> bool:
    """Whether the content is JSON, as it must be with a ``contentSchema`` but no media type."""
    name = text(merged.get("contentMediaType"))
    return is_json(name) if name else "contentSchema" in merged


def sample_bytes(media_type: str) -> bytes:
    """The bytes of a small file of a media type; some text if the type is unknown."""
    name = essence(media_type)
    return _BYTES.get(name) or _TEXTS.get(name, "example").encode()


def holds_value(merged: Mapping[str, Any]) -> bool:
    """Whether the content is a value, of the ``contentSchema`` if there is one: in JSON, XML or YAML."""
    name = text(merged.get("contentMediaType"))
    return holds_json(merged) or ("contentSchema" in merged and (is_xml(name) or is_yaml(name)))


def content(
    merged: Mapping[str, Any], value: Any = None, write_xml: Callable[[Any], str] = str
) -> Iterator[str]:
    """Strings with the content that their merged schema describes; none if it asks for no known content.

    ``value`` is the value to write, if the content ``holds_value``, and ``write_xml`` does so in XML. Lengths
    in the schema are those of the encoded string, not of the content.
    """
    name = essence(text(merged.get("contentMediaType")))
    encoding = text(merged.get("contentEncoding")).lower()
    least, most = count(merged.get("minLength", 0)), merged.get("maxLength", float("inf"))
    is_value = holds_value(merged)
    if holds_json(merged):
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    elif is_value:
        plain = write_xml(value) if is_xml(name) else yaml_body(value)
    else:
        plain = _TEXTS.get(name, "<example/>" if is_xml(name) else "")
    if encoding in ENCODINGS:
        if name in _BYTES and not is_value:
            yield from encoded(encoding, _BYTES[name], bytes(1), least, most, grown=_GROWN.get(name))
        elif plain:
            yield from encoded(encoding, plain.encode(), b"" if name in _EXACT else b" ", least, most)
        yield from encoded(encoding, b"example", b"-example", least, most, cut=True)
    elif plain:
        yield plain if name in _EXACT else plain.ljust(min(least, LONGEST_TEXT))
