"""Lock folders, so that each has one writer. The system releases the lock of a process, however it ends."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from generator.errors import OutputError, Place, Problem
from generator.output.disk import Folder

try:
    import fcntl
except ModuleNotFoundError:
    fcntl = None  # type: ignore[assignment]

#: How long to wait for another run, and how often to try, in seconds.
_PATIENCE, _LOOK = 60.0, 0.02
_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


@contextlib.contextmanager
def locked(folder: Folder, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock of ``folder``. Several runs that only read can hold it at once (``shared``).

    The folder itself is locked where possible, so that no lock file is left behind. Raises ``OutputError`` if
    another run holds the lock for more than a minute.
    """
    if folder.descriptor is not None and _lock(folder, folder.descriptor, shared):
        try:
            yield
        finally:
            _unlock(folder.descriptor)
        return
    with _beside(folder.root) as descriptor:
        _lock(folder, descriptor, shared)
        try:
            yield
        finally:
            _unlock(descriptor)


def _lock(folder: Folder, descriptor: int, shared: bool) -> bool:
    """Acquire the lock. Returns false if the file system doesn't support locks."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            _try(descriptor, shared)
            return True
        except OSError as error:
            if error.errno not in _TAKEN:
                return False
        if time.monotonic() > deadline:
            raise OutputError(
                Problem(
                    Place(str(folder.root)),
                    "Another run of callsheet is writing to this folder.",
                    "Wait until it ends, or end it; then run this one again. Nothing was written.",
                )
            )
        time.sleep(_LOOK)


def _try(descriptor: int, shared: bool) -> None:
    if fcntl is not None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        return
    import msvcrt

    # Locks one byte of the file. Here, runs that only read wait for each other too.
    os.lseek(descriptor, 0, os.SEEK_SET)
    msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)


def _unlock(descriptor: int) -> None:
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        return
    import msvcrt

    os.lseek(descriptor, 0, os.SEEK_SET)
    msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)


@contextlib.contextmanager
def _beside(root: Path) -> Iterator[int]:
    """A temporary file to lock instead of ``root``: Windows and some network drives can't lock folders."""
    user = os.getuid() if hasattr(os, "getuid") else ""
    name = f"callsheet-{user}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:32]}.lock"
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(Path(tempfile.gettempdir()) / name, flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
