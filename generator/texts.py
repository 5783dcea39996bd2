"""The texts of output files: most are strings; the largest are generated in pieces, never kept as a whole."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from generator.escaping.json_text import json_text

#: The number of characters that are compressed together.
_BLOCK = 1 << 16


class Pieces(msgspec.Struct, frozen=True):
    """A text in pieces. Each iteration generates the same pieces again."""

    make: Callable[[], Iterator[str]]

    def __iter__(self) -> Iterator[str]:
        """Generate the pieces, in order."""
        return self.make()


Text = str | Pieces


class Kept:
    """Generates a text that is iterated over more than once.

    The first complete iteration keeps it, compressed, for all later ones.
    """

    def __init__(self, make: Callable[[], Iterator[str]]) -> None:
        self._make = make
        self._blocks: list[bytes] = []
        self._is_whole = False

    def __call__(self) -> Iterator[str]:
        """The text in blocks."""
        if self._is_whole:
            return (zlib.decompress(block).decode("utf-8", "surrogatepass") for block in self._blocks)
        return self._keeping()

    def _keeping(self) -> Iterator[str]:
        blocks = []
        for block in _blocks(self._make()):
            blocks.append(zlib.compress(block.encode("utf-8", "surrogatepass"), 1))
            yield block
        self._blocks, self._is_whole = blocks, True
        self._make = _nothing


def _nothing() -> Iterator[str]:
    return iter(())


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    """Join small pieces to larger ones."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


class Items(msgspec.Struct, frozen=True):
    """A JSON array whose items are generated while they are written."""

    make: Callable[[], Iterable[Mapping[str, Any]]]


def json_pieces(value: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """The text of ``json_text(value)``, in pieces.

    The values of ``value``, and those of items in turn, may be ``Items``, which are generated one by one.
    ``depth`` is the level of indentation.
    """
    if not any(isinstance(child, Items) for child in value.values()):
        yield _indented(value, depth)
        return
    pad = "\n" + "  " * (depth + 1)
    yield "{"
    for number, (key, child) in enumerate(value.items()):
        yield f"{',' if number else ''}{pad}{json_text(key)}: "
        if isinstance(child, Items):
            yield from _array(child, depth + 1)
        else:
            yield _indented(child, depth + 1)
    yield pad[:-2] + "}"


def _array(items: Items, depth: int) -> Iterator[str]:
    pad = "\n" + "  " * (depth + 1)
    before = "["
    for item in items.make():
        yield before + pad
        yield from json_pieces(item, depth + 1)
        before = ","
    yield pad[:-2] + "]" if before == "," else "[]"


def _indented(value: Any, depth: int) -> str:
    # Line feeds in strings are escaped, so every line feed in the text begins a line.
    return json_text(value).replace("\n", "\n" + "  " * depth)
