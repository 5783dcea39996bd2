"""Classify media types by their names. RFC 9110, section 8.3.1, and RFC 6838."""

from __future__ import annotations

import re
from functools import lru_cache

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
#: The boundary of generated multipart bodies. RFC 2046, section 5.1.1.
BOUNDARY = "part-boundary"
#: Formats of one JSON value after the other, in all spellings. OpenAPI 3.2.0, section 4.14.3.
_SEQUENCES = frozenset(
    "ndjson nd-json jsonl jsonlines json-lines ldjson json-seq json-stream jsonstream".split()
)
#: Such formats whose names end like those of a single value.
_STREAMS = frozenset({"application/stream+json", "application/x-stream+json"})
_BINARY = frozenset(
    "application/octet-stream application/zip application/pdf application/gzip application/x-tar "
    "application/x-gzip application/x-zip-compressed application/vnd.ms-excel".split()
)
#: Binary encodings of structured values, as they appear in the name of a media type.
_ENCODED = re.compile(
    r"(?<![a-z])(?:proto(?:buf|buffer)?|grpc|msgpack|messagepack|cbor|bson|smile|avro|thrift|flatbuffers|arrow|parquet)"
    r"(?![a-z])"
)
#: Text formats whose bodies are never JSON.
_TEXTS = frozenset(
    "text/csv application/csv text/tab-separated-values text/html text/css text/calendar text/vcard "
    "text/markdown text/x-markdown text/vtt application/rtf".split()
)
#: The media type to send for each range, since a range can't be sent.
_OF_RANGE = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
    "audio/*": "audio/mpeg",
    "video/*": "video/mp4",
    "font/*": "font/woff2",
    "multipart/*": MULTIPART,
}


@lru_cache(maxsize=1024)
def essence(media_type: str) -> str:
    """A media type without its parameters, in lower case (RFC 9110, section 8.3.1)."""
    return media_type.split(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a body is one JSON value: JSON itself, or a type with the suffix ``+json`` (RFC 6839)."""
    name = essence(media_type)
    return name in ("application/json", "text/json") or (name.endswith("+json") and name not in _STREAMS)


def is_xml(media_type: str) -> bool:
    """Whether a media type is XML or has the suffix ``+xml`` (RFC 7303)."""
    name = essence(media_type)
    return name in ("application/xml", "text/xml") or name.endswith("+xml")


def is_yaml(media_type: str) -> bool:
    """Whether a media type is YAML, by this or an older name, or has the suffix ``+yaml`` (RFC 9512)."""
    name = essence(media_type)
    return (
        name.endswith("+yaml") or re.fullmatch(r"(?:application|text)/(?:x-|vnd\.)?ya?ml", name) is not None
    )


def is_form(media_type: str) -> bool:
    """Whether a media type is one of the two for HTML forms."""
    return essence(media_type) in (URLENCODED, MULTIPART)


def is_multipart(media_type: str) -> bool:
    """Whether a body has parts (RFC 2046, section 5.1)."""
    return essence(media_type).startswith("multipart/")


def is_sequence(media_type: str) -> bool:
    """Whether a body consists of one JSON value, or server-sent event, after the other."""
    name = essence(media_type)
    kind, _, format_ = name.partition("/")
    # A prefix names a vendor, or says that the name is not registered.
    format_ = format_[max(format_.rfind("+"), format_.rfind(".")) + 1 :].removeprefix("x-")
    is_of_texts = kind in ("application", "text") and format_ in _SEQUENCES
    return is_of_texts or name in _STREAMS or name == "text/event-stream"


def is_json_sequence(media_type: str) -> bool:
    """Whether a body is a sequence with a JSON value in each line or record; events consist of fields."""
    return is_sequence(media_type) and essence(media_type) != "text/event-stream"


def is_media(media_type: str) -> bool:
    """Whether a body is an image, audio, video or font as bytes. (SVG is XML.)"""
    return essence(media_type).split("/")[0] in ("image", "audio", "video", "font") and not is_xml(media_type)


def is_bytes(media_type: str) -> bool:
    """Whether a body is known to consist of bytes that text can't represent."""
    return essence(media_type) in _BINARY


def is_binary_encoding(media_type: str) -> bool:
    """Whether a body is a structured value in a binary encoding such as Protocol Buffers or CBOR."""
    name = essence(media_type)
    return (
        _ENCODED.search(name) is not None and not is_json(name) and not name.startswith("application/json+")
    )


def is_never_json(media_type: str) -> bool:
    """Whether a body is known not to be JSON, whatever the schema says of its value."""
    if is_json(media_type):
        return False
    return (
        is_binary_encoding(media_type)
        or is_bytes(media_type)
        or is_media(media_type)
        or essence(media_type) in _TEXTS
    )


def concrete(media_type: str, *, binary: bool) -> str:
    """``media_type``, or one that can be sent if it is a range: ``image/*`` → ``image/png``."""
    name = essence(media_type)
    if "*" not in name:
        return media_type
    if binary and name in ("*/*", "application/*"):
        return "application/octet-stream"
    return _OF_RANGE.get(name, "application/octet-stream" if binary else "application/json")
