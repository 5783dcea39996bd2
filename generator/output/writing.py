"""Stage files, then move them into place, so that a run can be killed at any moment.

1. Every new file is written into a folder of its own, ``STAGING``. Until all are complete, nothing else
   changes: any failure leaves the output as it was.
2. A manifest that lists both the earlier and the new files is moved into place.
3. The files are moved into place, obsolete ones are removed, and the final manifest is moved last.

A run that is killed in step 1 leaves staged files, which the next run removes. One that is killed later
leaves the manifest of step 2, by which the next run knows each file that is ours, and does the work again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from generator.errors import OutputError, Place, Problem, is_of_open_files
from generator.output.disk import (
    LINK,
    BlockedError,
    Digest,
    Folder,
    digest_of,
    is_inside,
    make_root,
    remove_roots,
)
from generator.output.files import Files, FileState, Written, pairs
from generator.output.locking import locked
from generator.output.manifest import Description, Listed, Manifest, read_manifest
from generator.output.staging import Staging, in_the_way
from generator.output_names import MANIFEST
from generator.texts import Text

_SCRIPT, _PLAIN = 0o755, 0o644
#: The number of characters that are encoded at once.
_BLOCK = 1 << 16
_HALF_WRITTEN = "Until then the output is half written. Run the command again: it does the rest."


def write(
    folder: Path,
    files: Files,
    targets: Collection[str],
    description: Description | None = None,
    *,
    force: bool = False,
) -> list[FileState]:
    """Write ``files`` into ``folder``, and remove those of ``targets`` that are no longer written.

    Returns what became of each file. Raises ``OutputError`` with nothing changed if a file can't be written,
    if one that isn't ours is in the way, or if the folder belongs to another description. With ``force``, the
    files of the other description are replaced. If the disk fails while files are moved, the message says so,
    and the next run finishes the work.
    """
    with _opened(folder) as disk:
        manifest = read_manifest(disk)
        if not force:
            manifest.refuse_others(description, disk.root)
        with Staging(disk) as staging:
            staging.discard()
            _tidy(disk, manifest)
            work = _Work(disk, staging, manifest, targets, description)
            for path, each in pairs(files):
                work.stage(path, each.target, each.source)
            return work.finish()


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[Folder]:
    """Lock the folder, creating it if it is missing. If the run fails, a new folder is removed again."""
    try:
        made = make_root(folder)
        with Folder(folder) as disk, locked(disk):
            disk.refuse_removed()
            try:
                yield disk
            except Exception:
                # (Not after an interruption, which leaves everything where it is.)
                remove_roots(made)
                raise
    except OSError as error:
        if is_of_open_files(error):
            raise
        what = f"The output can't be written: {error.strerror}."
        advice = "Name another folder with -o, or make this one writable. Nothing was written."
        raise OutputError(Problem(Place(str(error.filename or folder)), what, advice)) from None


def _tidy(disk: Folder, manifest: Manifest) -> None:
    """Remove the empty folders that a killed run left: those of files to come, and of files it removed."""
    if manifest.previous is not None:
        for path in {**manifest.previous, **manifest.files}:
            with contextlib.suppress(BlockedError):
                if not disk.exists(path):
                    disk.remove_empty_parents(path)


class _Work:
    """One run: the staged files, and the moves and removals that follow."""

    def __init__(
        self,
        disk: Folder,
        staging: Staging,
        manifest: Manifest,
        targets: Collection[str],
        description: Description | None,
    ) -> None:
        self._disk, self._staging = disk, staging
        self._targets, self._description = targets, description
        self._before = Manifest("", manifest.description, manifest.ours(disk))
        self._ours = _Spellings(disk, self._before.files)
        self._written: dict[str, Listed] = {}
        self._moves: dict[str, str] = {}
        self._states: list[FileState] = []
        self._problems: dict[Problem, None] = {}

    def stage(self, path: str, target: str, source: Text) -> None:
        """Stage the new content of the file at ``path``, unless it has that already. Raises ``OSError``."""
        if not is_inside(path):
            raise ValueError(f"An artifact can't have the path {path!r}")
        try:
            current = self._disk.digest(path)
        except BlockedError as error:
            self._problems[_blocked(self._disk, error)] = None
            return
        new = self._new(path, source, current)
        state: Written = "new" if current is None else "unchanged" if new == current else "changed"
        if state == "changed" and not self._ours.has(path):
            what = "This file is in the way: it is not among those written before."
            self._problems[in_the_way(self._disk, path, what)] = None
        self._states.append(FileState(path, state, new.size, new.sha256))
        self._written[path] = Listed(new.sha256, target)

    def _new(self, path: str, source: Text, current: Digest | None) -> Digest:
        """The digest of ``source``, which is staged to be moved if it differs from ``current``."""
        if isinstance(source, str) and current is not None and digest_of(_encoded(source)) == current:
            return current
        staged, new = self._staging.put(_encoded(source), _SCRIPT if path.endswith(".sh") else _PLAIN)
        if new != current:
            self._moves[path] = staged
        return new

    def finish(self) -> list[FileState]:
        """Move staged files into place and remove obsolete ones. Returns what became of each file."""
        if self._problems:
            raise OutputError(*self._problems)
        new = self._before.next(self._written, self._targets, self._description)
        text = new.text().encode()
        if not self._moves and self._disk.digest(MANIFEST) == digest_of([text]):
            return self._states
        first, _ = self._staging.put([self._before.before(new).text().encode()], _PLAIN)
        last, _ = self._staging.put([text], _PLAIN)
        for folder in dict.fromkeys(path.rpartition("/")[0] for path in (MANIFEST, *self._moves)):
            self._disk.refuse_read_only(folder)
        kept = _Spellings(self._disk, self._written)
        left = self._before.left_over(self._written, self._targets, self._description)
        obsolete = [path for path in left if not kept.has(path)]
        self._staging.move(first, MANIFEST)
        try:
            return self._states + self._commit(last, obsolete)
        except OSError as error:
            raise _half_written(error.filename or self._disk.root, str(error.strerror)) from None
        except BlockedError as error:
            raise _half_written(self._disk.root / error.path, f"This is {error.what}") from None

    def _commit(self, manifest: str, obsolete: Iterable[str]) -> list[FileState]:
        """Move all files, remove ``obsolete`` ones, and move the final manifest. Returns what was removed."""
        for path, staged in self._moves.items():
            self._disk.make_folder(path.rpartition("/")[0])
            self._staging.move(staged, path)
        removed = [state for path in obsolete for state in self._remove(path)]
        self._staging.move(manifest, MANIFEST)
        return removed

    def _remove(self, path: str) -> list[FileState]:
        """Remove a file that is no longer written, unless it has been edited or replaced."""
        try:
            current = self._disk.digest(path)
        except BlockedError:
            return []
        if current is None:
            return []
        if current.sha256 != self._before.files[path].sha256:
            return [FileState(path, "kept, edited", current.size)]
        try:
            self._disk.remove(path)
        except OSError as error:
            what = f"The file is no longer written, and can't be removed: {error.strerror}."
            advice = f"Remove it by hand. {_HALF_WRITTEN}"
            raise OutputError(Problem(Place(str(self._disk.root / path)), what, advice)) from None
        self._disk.remove_empty_parents(path)
        return [FileState(path, "removed")]


def _encoded(source: Text) -> Iterator[bytes]:
    """The bytes of ``source`` in blocks: encoded as a whole, a large text would be in memory twice."""
    if isinstance(source, str):
        return (source[start : start + _BLOCK].encode() for start in range(0, len(source), _BLOCK))
    return (piece.encode() for piece in source)


class _Spellings:
    """Paths below a folder, compared as its file system does, which may ignore case.

    On Windows and macOS, two names that differ only in case are the same file: a request whose new name
    differs from the old one in that way keeps its file.
    """

    def __init__(self, disk: Folder, paths: Iterable[str]) -> None:
        self._disk = disk
        self._paths = frozenset(paths)
        self._folded = {path.casefold(): path for path in self._paths}

    def has(self, path: str) -> bool:
        """Whether ``path`` is one of them, or leads to the same file as one of them."""
        other = self._folded.get(path.casefold())
        if path in self._paths or other is None:
            return path in self._paths
        return self._disk.same(other, path)


def _blocked(disk: Folder, error: BlockedError) -> Problem:
    what = f"This is {error.what}, and in the way."
    if error.what == LINK:
        what = "This is a symbolic link. It may lead out of the output folder, so it is not followed."
    return in_the_way(disk, error.path, what)


def _half_written(place: Path | str, what: str) -> OutputError:
    return OutputError(Problem(Place(str(place)), f"{what}.", f"Put this right. {_HALF_WRITTEN}"))
