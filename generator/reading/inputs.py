"""The one way in: the bytes of a file that somebody named, read whole or refused with a reason."""

from __future__ import annotations

import os
import stat
from pathlib import Path

#: The largest public description has 40 MB.
MOST = 1 << 28
_FLAGS = (
    os.O_RDONLY
    # A pipe without a writer would keep us waiting.
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class InputError(Exception):
    """A file can't be read. ``what`` is the reason and ``advice`` what to do, sentences both."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


def content(path: Path) -> bytes:
    """The bytes of the regular file at ``path``. Raises ``InputError``."""
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise InputError(
                    "This is not a regular file.", "Save what it gives to a file, and name that."
                )
            read = file.read(MOST + 1) if found.st_size <= MOST else None
    except FileNotFoundError:
        raise InputError("There is no such file.") from None
    except IsADirectoryError:
        raise InputError("This is a folder.") from None
    except OSError as error:
        raise InputError(f"The file can't be read: {error.strerror}.") from None
    except ValueError:
        raise InputError("No file can have this name: it holds a character of value zero.") from None
    if read is None or len(read) > MOST:
        raise InputError(f"The file is larger than {MOST >> 20} MiB, the most that is read.")
    return read


def is_file(path: Path) -> bool:
    """Whether ``path`` leads to a file; any name may be asked for, one that no file can have too."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether ``path`` leads to a folder; any name may be asked for."""
    return os.path.isdir(path)  # noqa: PTH112
