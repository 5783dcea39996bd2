"""Encode bytes as text, for ``contentEncoding``. JSON Schema validation 2020-12, section 8.3.

RFC 4648, sections 4 to 8, and RFC 2045, section 6.7. Compressed bytes are not text, so ``gzip`` and
``deflate`` are followed by base64. Other encodings are unknown: their strings are plain text.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial

#: How many bytes more or fewer are tried to reach a length: more than a group of any encoding has, and more
#: than the header of compressed data.
_STEPS = 12


def _gzip(content: bytes) -> bytes:
    """A gzip file with ``content`` stored uncompressed: the same bytes on every machine. RFC 1952."""
    head = bytes.fromhex("1f8b08000000000000ff")
    tail = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return head + _stored(content) + tail


def _zlib(content: bytes) -> bytes:
    """Zlib data with ``content`` stored uncompressed. RFC 1950."""
    return b"\x78\x01" + _stored(content) + zlib.adler32(content).to_bytes(4, "big")


def _stored(content: bytes) -> bytes:
    """Uncompressed blocks of deflate. RFC 1951, section 3.2.4."""
    blocks = [content[at : at + 0xFFFF] for at in range(0, len(content), 0xFFFF)] or [b""]
    return b"".join(
        bytes([block is blocks[-1]])
        + len(block).to_bytes(2, "little")
        + (len(block) ^ 0xFFFF).to_bytes(2, "little")
        + block
        for block in blocks
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


ENCODINGS: Mapping[str, Callable[[bytes], str]] = {
    "base64": _base64,
    "base64url": lambda content: base64.urlsafe_b64encode(content).decode().rstrip("="),
    "base32": lambda content: base64.b32encode(content).decode(),
    "base32hex": lambda content: base64.b32hexencode(content).decode(),
    "base16": lambda content: content.hex().upper(),
    "hex": lambda content: content.hex(),
    "quoted-printable": lambda content: binascii.b2a_qp(content, istext=False).decode(),
    "gzip": lambda content: _base64(_gzip(content)),
    "x-gzip": lambda content: _base64(_gzip(content)),
    "deflate": lambda content: _base64(_zlib(content)),
    "zlib": lambda content: _base64(_zlib(content)),
}
#: The number of bytes encoded to find out how many characters they take.
_MANY = 720


def encoded(
    name: str,
    content: bytes,
    filler: bytes,
    least: int,
    most: float,
    *,
    cut: bool = False,
    grown: Callable[[int], bytes] | None = None,
) -> Iterator[str]:
    """``content`` encoded as a text of ``least`` to ``most`` characters; nothing if there is no such text.

    Content that is too short is padded with ``filler``, unless that is empty, or replaced by what ``grown``
    returns for a number of bytes. Content that is too long is cut if ``cut``.
    """
    encode = ENCODINGS[name]
    text = encode(content)
    if least <= len(text) <= most:
        yield text
        return
    short = len(text) < least
    if not (filler if short else cut):
        return
    size = len(content) + _bytes_for(least - len(text), filler, encode)
    if not short:
        size = _bytes_for(int(most) - len(encode(b"")), content, encode)
    first = max(size - _STEPS, 0)
    sizes = range(first, first + 2 * _STEPS)
    of_size = grown if short and grown else partial(_of_size, content, filler)
    texts = (encode(of_size(size)) for size in (sizes if short else reversed(sizes)))
    yield from itertools.islice((text for text in texts if least <= len(text) <= most), 1)


def _bytes_for(characters: int, of: bytes, encode: Callable[[bytes], str]) -> int:
    """About how many bytes, such as those in ``of``, are encoded in that many characters."""
    many = of * -(-_MANY // len(of))
    return characters * len(many) // (len(encode(many)) - len(encode(b"")))


def _of_size(content: bytes, filler: bytes, size: int) -> bytes:
    return (content + filler * -(-max(size - len(content), 0) // len(filler)))[:size]
