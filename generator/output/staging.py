"""Keep new files in a folder of their own until all are complete and can be moved into place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from generator.errors import OutputError, Place, Problem
from generator.output.disk import BlockedError, Digest, Folder
from generator.output_names import STAGING


class Staging:
    """The folder ``STAGING``, in which files have numbers as names. It is removed at the end of the run."""

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
        """Remove the files that a killed run left. Raises ``OutputError`` if the folder holds other files."""
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
        """Write a file. Returns its path until it is moved, and its digest. Raises ``OSError``."""
        if not self._made:
            self._made = True
            self._disk.make_folder(STAGING)
        staged = f"{STAGING}/{self._count}"
        self._count += 1
        self._waiting[staged] = None
        return staged, self._disk.create(staged, pieces, mode)

    def move(self, staged: str, path: str) -> None:
        """Move a staged file into its place. Raises ``OSError`` or ``BlockedError``."""
        self._disk.move(staged, path)
        del self._waiting[staged]


def in_the_way(disk: Folder, path: str, what: str) -> Problem:
    """A problem that prevents ``path`` from being written, with advice."""
    advice = "Move it away, or name another folder with -o. Nothing was written."
    return Problem(Place(str(disk.root / path)), what, advice)
