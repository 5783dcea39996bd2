"""New files, complete, until each is moved into its place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from generator.errors import OutputError, Place, Problem
from generator.output.disk import BlockedError, Digest, Folder
from generator.output_names import STAGING


class Staging:
    """The folder ``STAGING``, in which files are called by numbers. It is gone once the run ends."""

    def __init__(self, disk: Folder) -> None:
        self._disk = disk
        self._made = False
        self._count = 0
        self._waiting: dict[str, None] = {}

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        for staged in self._waiting:
            with contextlib.suppress(OSError, BlockedError):
                self._disk.remove(staged)
        if self._made:
            self._disk.remove_folder(STAGING)

    def discard(self) -> None:
        """Remove what a killed run left. Raises ``OutputError`` if that folder is not ours."""
        try:
            for name in self._disk.names(STAGING):
                if name.isascii() and name.isdigit():
                    self._disk.remove(f"{STAGING}/{name}")
            emptied = self._disk.remove_folder(STAGING)
        except FileNotFoundError:
            return
        except BlockedError as error:
            raise OutputError(
                in_the_way(self._disk, error.path, f"This is {error.what}, and in the way.")
            ) from None
        if not emptied:
            what = "This folder is in the way: it holds files that callsheet didn't write."
            raise OutputError(in_the_way(self._disk, STAGING, what))

    def put(self, pieces: Iterable[bytes], mode: int) -> tuple[str, Digest]:
        """Write a file; its path until it is moved, and its digest. Raises ``OSError``."""
        if not self._made:
            self._made = True
            self._disk.make_folder(STAGING)
        staged = f"{STAGING}/{self._count}"
        self._count += 1
        self._waiting[staged] = None
        return staged, self._disk.create(staged, pieces, mode)

    def move(self, staged: str, path: str) -> None:
        """Give a file its place. Raises ``OSError`` or ``BlockedError``."""
        self._disk.move(staged, path)
        del self._waiting[staged]


def in_the_way(disk: Folder, path: str, what: str) -> Problem:
    """What keeps ``path`` from being written, and what to do about it."""
    advice = "Move it away, or name another folder with -o. Nothing was written."
    return Problem(Place(str(disk.root / path)), what, advice)
