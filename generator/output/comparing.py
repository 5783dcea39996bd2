"""Compare a folder with the files that belong in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from generator.errors import OutputError, Place, Problem
from generator.output.disk import BlockedError, Digest, Folder, digest_of
from generator.output.files import Compared, Files, FileState, pairs
from generator.output.locking import locked
from generator.output.manifest import Description, Listed, Manifest, read_manifest
from generator.output_names import MANIFEST, STAGING


def compare(
    folder: Path, files: Files, targets: Collection[str], description: Description | None = None
) -> list[FileState]:
    """The files of ``targets`` that are missing, different or left over. Writes nothing.

    If a run was killed, its manifest or its staged files are listed too, as ``interrupted``. Raises
    ``OutputError`` if the folder belongs to another description or can't be read.
    """
    expected = [
        (path, each.target, digest_of(piece.encode() for piece in each.pieces()))
        for path, each in pairs(files)
    ]
    try:
        with Folder(folder) as disk, locked(disk, shared=True):
            return _Comparison(disk, targets, description).states(expected)
    except FileNotFoundError:
        return [FileState(path, "missing") for path in (*(path for path, _, _ in expected), MANIFEST)]
    except OSError as error:
        place = Place(str(error.filename or folder))
        raise OutputError(Problem(place, f"The output can't be read: {error.strerror}.")) from None


class _Comparison:
    def __init__(self, disk: Folder, targets: Collection[str], description: Description | None) -> None:
        self._disk, self._targets, self._description = disk, targets, description
        self._manifest = read_manifest(disk)
        self._manifest.refuse_others(description, disk.root)

    def states(self, expected: Iterable[tuple[str, str, Digest]]) -> list[FileState]:
        written: dict[str, Listed] = {}
        found: list[FileState] = []
        for path, target, digest in expected:
            written[path] = Listed(digest.sha256, target)
            found += self._state(path, digest)
        listed = Manifest("", self._manifest.description, self._manifest.ours(self._disk))
        for path in listed.left_over(written, self._targets, self._description):
            found += self._left_over(path)
        if self._disk.exists(STAGING):
            found.append(FileState(STAGING, "interrupted"))
        if self._manifest.previous is not None:
            return [*found, FileState(MANIFEST, "interrupted")]
        text = listed.next(written, self._targets, self._description).text()
        return found + self._state(MANIFEST, digest_of([text.encode()]))

    def _state(self, path: str, expected: Digest) -> list[FileState]:
        try:
            current = self._disk.digest(path)
        except BlockedError:
            return [FileState(path, "different")]
        if current == expected:
            return []
        state: Compared = "missing" if current is None else "different"
        return [FileState(path, state, current.size if current else 0)]

    def _left_over(self, path: str) -> list[FileState]:
        try:
            current = self._disk.digest(path)
        except BlockedError:
            # Something that isn't ours has taken the place of the file.
            return []
        return [] if current is None else [FileState(path, "left over", current.size)]
