"""What a media type's name says. RFC 9110, section 8.3.1, and RFC 6838."""

from __future__ import annotations

import re
from functools import lru_cache

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
#: What separates the parts of a multipart body that is written by us. RFC 2046, section 5.1.1.
BOUNDARY = "part-boundary"
#: Formats of one JSON value after the other, however they are spelled. OpenAPI 3.2.0, section 4.14.3.
_SEQUENCES = frozenset(
    "ndjson nd-json jsonl jsonlines json-lines ldjson json-seq json-stream jsonstream".split()
)
#: Names of such formats that end as those of a single value do.
_STREAMS = frozenset({"application/stream+json", "application/x-stream+json"})
_BINARY = frozenset(
    "application/octet-stream application/zip application/pdf application/gzip application/x-tar "
    "application/x-gzip application/x-zip-compressed application/vnd.ms-excel".split()
)
#: How structured values are encoded as bytes: as parts of a media type's name.
_ENCODED = re.compile(
    r"(?<![a-z])(?:proto(?:buf|buffer)?|grpc|msgpack|messagepack|cbor|bson|smile|avro|thrift|flatbuffers|arrow|parquet)"
    r"(?![a-z])"
)
#: Texts with a form of their own, which JSON is not.
_TEXTS = frozenset(
    "text/csv application/csv text/tab-separated-values text/html text/css text/calendar text/vcard "
    "text/markdown text/x-markdown text/vtt application/rtf".split()
)
#: The plainest member of each range, which can be sent; a range can't.
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
    """Whether a media type is one value in JSON: JSON itself, or has the suffix ``+json`` (RFC 6839)."""
    name = essence(media_type)
    return name in ("application/json", "text/json") or (name.endswith("+json") and name not in _STREAMS)


def is_xml(media_type: str) -> bool:
    """Whether a media type is XML or has the suffix ``+xml`` (RFC 7303)."""
    name = essence(media_type)
    return name in ("application/xml", "text/xml") or name.endswith("+xml")


def is_yaml(media_type: str) -> bool:
    """Whether a media type is YAML or has the suffix ``+yaml`` (RFC 9512), under any of its older names."""
    name = essence(media_type)
    return (
        name.endswith("+yaml") or re.fullmatch(r"(?:application|text)/(?:x-|vnd\.)?ya?ml", name) is not None
    )


def is_form(media_type: str) -> bool:
    """Whether a media type is one of the two that HTML forms have."""
    return essence(media_type) in (URLENCODED, MULTIPART)


def is_multipart(media_type: str) -> bool:
    """Whether a body has parts (RFC 2046, section 5.1)."""
    return essence(media_type).startswith("multipart/")


def is_sequence(media_type: str) -> bool:
    """Whether a media type holds one JSON value after the other."""
    name = essence(media_type)
    kind, _, format_ = name.partition("/")
    # What stands before belongs to a vendor, or says that no one has registered the name.
    format_ = format_[max(format_.rfind("+"), format_.rfind(".")) + 1 :].removeprefix("x-")
    is_of_texts = kind in ("application", "text") and format_ in _SEQUENCES
    return is_of_texts or name in _STREAMS or name == "text/event-stream"


def is_json_sequence(media_type: str) -> bool:
    """Whether its values are in JSON, a line or a record each. (Server-sent events consist of fields.)"""
    return is_sequence(media_type) and essence(media_type) != "text/event-stream"


def is_media(media_type: str) -> bool:
    """Whether a media type holds pictures, sound or letter forms as bytes."""
    return essence(media_type).split("/")[0] in ("image", "audio", "video", "font") and not is_xml(media_type)


def is_bytes(media_type: str) -> bool:
    """Whether a media type is known to hold bytes that no text stands for."""
    return essence(media_type) in _BINARY


def is_binary_encoding(media_type: str) -> bool:
    """Whether structured values are bytes in it: Protocol Buffers, CBOR, MessagePack and their like."""
    name = essence(media_type)
    return (
        _ENCODED.search(name) is not None and not is_json(name) and not name.startswith("application/json+")
    )


def is_never_json(media_type: str) -> bool:
    """Whether a body of that type is known not to be JSON, whatever the schema says of its value."""
    if is_json(media_type):
        return False
    return (
        is_binary_encoding(media_type)
        or is_bytes(media_type)
        or is_media(media_type)
        or essence(media_type) in _TEXTS
    )


def concrete(media_type: str, *, binary: bool) -> str:
    """A media type that can be sent: of a range, its plainest member."""
    name = essence(media_type)
    if "*" not in name:
        return media_type
    if binary and name in ("*/*", "application/*"):
        return "application/octet-stream"
    return _OF_RANGE.get(name, "application/octet-stream" if binary else "application/json")
