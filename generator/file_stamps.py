"""When a file was last changed, and a digest of its content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from stat import S_ISREG

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


#: Nanoseconds. File systems record the time of a change in steps: of a file that changed less than one step
#: ago, another change might not show.
STEP = 20_000_000


def digest(path: str) -> str | None:
    """The SHA-256 of a file, in hexadecimal.

    Empty if the file can't be read, and ``None`` if it isn't a regular file.
    """
    try:
        with _opened(path) as file:
            return None if file is None else hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@contextmanager
def _opened(path: str | Path) -> Iterator[BufferedReader | None]:
    """Open a regular file to read; ``None`` for any other, which might block. Raises ``OSError``."""
    if not S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
        yield None
        return
    # (Should a pipe take its place at this moment, opening it doesn't block either, by `_FLAGS`.)
    with open(os.open(path, _FLAGS), "rb") as file:  # noqa: PTH123
        yield file if S_ISREG(os.fstat(file.fileno()).st_mode) else None


def changed(path: str) -> int:
    """When a file was last changed, in nanoseconds since the epoch; 0 if there is no such file."""
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return 0
    # On Windows, `st_ctime_ns` is the time of creation, so the time of modification has to do.
    return stat.st_mtime_ns if os.name == "nt" else stat.st_ctime_ns
