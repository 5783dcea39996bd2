"""When a file changed last, and a digest of its content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from stat import S_ISREG

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


#: File systems tell the time of a change in steps; an input that is younger than that is not trusted.
STEP = 20_000_000


def digest(path: str) -> str | None:
    """The SHA-256 of a file; empty where there is none; nothing for a folder, a pipe or a device."""
    try:
        with _opened(path) as file:
            return None if file is None else hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@contextmanager
def _opened(path: str | Path) -> Iterator[BufferedReader | None]:
    """A file to read; nothing for what is none, which could keep the run waiting. Raises ``OSError``."""
    if not S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
        yield None
        return
    # (Should it become a pipe at this moment, that does not wait either.)
    with open(os.open(path, _FLAGS), "rb") as file:  # noqa: PTH123
        yield file if S_ISREG(os.fstat(file.fileno()).st_mode) else None


def changed(path: str) -> int:
    """When a file was last changed, in nanoseconds; 0 where there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return 0
    # Where it is the time of creation, as on Windows, the other one has to do.
    return stat.st_mtime_ns if os.name == "nt" else stat.st_ctime_ns
