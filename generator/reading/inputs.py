"""Read input files: the whole content of a file that the user named, or the reason why it can't be read."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from generator.reading.references import remote

#: Bytes. The largest public description has 40 MB.
MOST = 1 << 28
_NO_NAME = "No file can have this name: it holds a character of value zero."
_FLAGS = (
    os.O_RDONLY
    # Opening a pipe that has no writer would block.
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class InputError(Exception):
    """A file can't be read. ``what`` is the reason and ``advice`` what to do, both as sentences."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


def content(path: Path) -> bytes:
    """The bytes of the regular file at ``path``. Raises ``InputError``."""
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            found = _refuse_special(file.fileno())
            read = file.read(MOST + 1) if found.st_size <= MOST else None
    except OSError as error:
        raise _reason(path, error) from None
    except ValueError:
        raise InputError(_NO_NAME) from None
    if read is None or len(read) > MOST:
        raise InputError(f"The file is larger than {MOST >> 20} MiB, the most that is read.")
    return read


def _reason(path: Path, error: OSError) -> InputError:
    """Why the file at ``path`` can't be opened or read."""
    address = remote.refusal(str(path))
    if address and error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL):
        return InputError(address.what, address.advice)
    if isinstance(error, FileNotFoundError):
        return InputError("There is no such file.", remote.hint(str(path)))
    if isinstance(error, IsADirectoryError):
        return InputError("This is a folder.")
    return InputError(f"The file can't be read: {error.strerror}.")


def name(path: Path) -> str:
    """``path`` as messages show it: a URL with the slashes that ``pathlib`` merged, and without secrets."""
    address = remote.refusal(str(path))
    return address.name if address else str(path)


def refuse_unreadable(path: Path, given: str = "") -> None:
    """Raise ``InputError`` if no regular file can be opened at ``path``, or if ``given`` is a URL.

    ``given`` is the name from which ``path`` was made, where that is not ``path`` itself.
    """
    address = remote.refusal(given)
    if address and not is_file(path):
        raise InputError(address.what, address.advice)
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            _refuse_special(file.fileno())
    except OSError as error:
        raise _reason(path, error) from None
    except ValueError:
        raise InputError(_NO_NAME) from None


def _refuse_special(number: int) -> os.stat_result:
    found = os.fstat(number)
    if not stat.S_ISREG(found.st_mode):
        raise InputError("This is not a regular file.", "Save what it gives to a file, and name that.")
    return found


def is_file(path: Path) -> bool:
    """Whether ``path`` leads to a regular file. Never raises, even for a name that no file can have."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether ``path`` leads to a folder. Never raises."""
    return os.path.isdir(path)  # noqa: PTH112
