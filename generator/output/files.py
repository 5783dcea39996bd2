"""The files to write, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from generator.texts import Text

#: The states of files that ``write`` and ``compare`` return.
Written = Literal["new", "changed", "unchanged", "removed", "kept, edited"]
Compared = Literal["missing", "different", "left over", "interrupted"]
State = Written | Compared


class Rendered(msgspec.Struct, frozen=True):
    """A file to be written: its target and its text."""

    target: str
    source: Text

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces())

    def pieces(self) -> Iterator[str]:
        """The text in pieces."""
        return iter((self.source,) if isinstance(self.source, str) else self.source)


#: The files to write, by their paths below the folder. If they are pairs, each file can be made in its turn.
Files = Mapping[str, Rendered] | Iterable[tuple[str, Rendered]]


def pairs(files: Files) -> Iterable[tuple[str, Rendered]]:
    """``files`` as pairs of path and file."""
    return files.items() if isinstance(files, Mapping) else files


class FileState(msgspec.Struct, frozen=True):
    """What became of a file, or what is wrong with it. ``path`` is below the folder; ``size`` in bytes."""

    path: str
    state: State
    size: int = 0
    sha256: str = ""
    """The digest of a file that was written, or that had the right content already; else empty."""
