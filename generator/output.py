"""The only writer: a tree of texts is compared with a folder, or written into it, whole or not at all.

``manifest.json`` lists what was written, with SHA-256 and target. A file that is not listed is
somebody else's and is never touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from generator.errors import OutputError, Place, Problem
from generator.escaping import json_text
from generator.texts import Text

MANIFEST = "manifest.json"
State = Literal["new", "changed", "unchanged", "removed", "kept, edited", "missing", "different", "left over"]


class _Listed(msgspec.Struct, frozen=True):
    sha256: str
    target: str


class _Manifest(msgspec.Struct, frozen=True):
    files: dict[str, _Listed] = {}


class Rendered(msgspec.Struct, frozen=True):
    """A file to be: its target and its text."""

    target: str
    source: Text

    @property
    def text(self) -> str:
        """The text, whole."""
        return "".join(self.pieces())

    def pieces(self) -> Iterator[str]:
        """The text, piece by piece."""
        return iter((self.source,) if isinstance(self.source, str) else self.source)


#: The files to be, by their paths below the folder; as pairs, each can be made when its turn comes.
Files = Mapping[str, Rendered] | Iterable[tuple[str, Rendered]]


class FileState(msgspec.Struct, frozen=True):
    """What became of a file, or what is wrong with it. ``path`` is below the folder; ``size`` in bytes."""

    path: str
    state: State
    size: int = 0
    sha256: str = ""
    """Of a file that was written, or that was as it should be."""


class _Digest(NamedTuple):
    """SHA-256, hexadecimal, and size in bytes of a content."""

    sha256: str
    size: int


def compare(folder: Path, files: Files, targets: Collection[str]) -> list[FileState]:
    """The files of ``targets`` that are missing, different or left over. Writes nothing."""
    listed = _read_manifest(folder)
    expected: dict[str, _Listed] = {}
    found: list[FileState] = []
    for path, each in _pairs(files):
        digest = _digest(piece.encode() for piece in each.pieces())
        expected[path] = _Listed(digest.sha256, each.target)
        current = _digest_of(folder / path)
        if current is None:
            found.append(FileState(path, "missing"))
        elif current != digest:
            found.append(FileState(path, "different", current.size))
    for path in _left_over(listed, expected, targets):
        current = _digest_of(folder / path)
        if current is not None:
            found.append(FileState(path, "left over", current.size))
    manifest = _manifest_text(_new_manifest(listed, expected, targets)).encode()
    current = _digest_of(folder / MANIFEST)
    if current is None:
        found.append(FileState(MANIFEST, "missing"))
    elif current != _digest([manifest]):
        found.append(FileState(MANIFEST, "different", current.size))
    return found


def write(folder: Path, files: Files, targets: Collection[str]) -> list[FileState]:
    """Bring ``folder`` to what ``files`` says, and tell what became of each file.

    Everything is written aside first and then renamed, the manifest last. Raises ``OutputError`` with
    nothing changed if a file can't be written, or if one that is not ours is in the way.
    """
    listed = _read_manifest(folder)
    written: dict[str, _Listed] = {}
    states: list[FileState] = []
    with _Aside(folder) as aside:
        for path, each in _pairs(files):
            states.append(aside.write(path, each.source))
            written[path] = _Listed(states[-1].sha256, each.target)
        _refuse_foreign(folder, states, listed)
        kept = _Spellings(folder, written)
        left = _left_over(listed, written, targets)
        obsolete = [path for path in left if (folder / path).is_file() and not kept.has(path)]
        aside.write(MANIFEST, _manifest_text(_new_manifest(listed, written, targets)))
        aside.replace()
    return states + [_remove(folder, path, listed[path]) for path in obsolete]


def _pairs(files: Files) -> Iterable[tuple[str, Rendered]]:
    return files.items() if isinstance(files, Mapping) else files


def _refuse_foreign(folder: Path, states: Iterable[FileState], listed: Mapping[str, _Listed]) -> None:
    ours = _Spellings(folder, listed)
    foreign = [s.path for s in states if s.state == "changed" and not ours.has(s.path)]
    if foreign:
        raise OutputError(
            *(
                Problem(
                    Place(str(folder / path)),
                    "This file is in the way: it is not among those written before.",
                    "Move it away, or name another folder with -o. Nothing was written.",
                )
                for path in foreign
            )
        )


def _left_over(
    listed: Mapping[str, _Listed], written: Mapping[str, _Listed], targets: Collection[str]
) -> list[str]:
    return [path for path, entry in listed.items() if entry.target in targets and path not in written]


class _Spellings:
    """Paths below a folder, and whether another is one of them in other letters.

    On Windows and macOS a file has the same name in capitals and in small letters: a request that was renamed
    in their case alone has the same file as before.
    """

    def __init__(self, folder: Path, paths: Iterable[str]) -> None:
        self._folder = folder
        self._paths = frozenset(paths)
        self._folded = {path.casefold(): path for path in self._paths}

    def has(self, path: str) -> bool:
        """Whether ``path`` is one of them, or the file there is."""
        other = self._folded.get(path.casefold())
        if path in self._paths or other is None:
            return path in self._paths
        with contextlib.suppress(OSError):
            return (self._folder / other).samefile(self._folder / path)
        return False


def _new_manifest(
    listed: Mapping[str, _Listed], written: Mapping[str, _Listed], targets: Collection[str]
) -> dict[str, _Listed]:
    kept = {path: entry for path, entry in listed.items() if entry.target not in targets}
    return {**kept, **written}


def _manifest_text(files: Mapping[str, _Listed]) -> str:
    entries = {path: msgspec.to_builtins(files[path]) for path in sorted(files)}
    return json_text({"generator": "callsheet", "files": entries}) + "\n"


def _read_manifest(folder: Path) -> dict[str, _Listed]:
    content = _read(folder / MANIFEST)
    if content is None:
        return {}
    try:
        files = msgspec.json.decode(content, type=_Manifest).files
    except msgspec.DecodeError as error:
        what = f"The list of written files can't be read: {error}."
        raise OutputError(Problem(Place(str(folder / MANIFEST)), what, "Restore it or delete it.")) from None
    # A path that leads out of the folder is not one that we wrote.
    return {path: entry for path, entry in files.items() if _inside(path)}


def _inside(path: str) -> bool:
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutputError(Problem(Place(str(path)), f"The file can't be read: {error.strerror}.")) from None


def _digest(contents: Iterable[bytes]) -> _Digest:
    digest, size = hashlib.sha256(), 0
    for content in contents:
        digest.update(content)
        size += len(content)
    return _Digest(digest.hexdigest(), size)


def _digest_of(path: Path) -> _Digest | None:
    """That of a file, or nothing where there is none."""
    try:
        with path.open("rb") as file:
            return _digest(iter(lambda: file.read(1 << 20), b""))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutputError(Problem(Place(str(path)), f"The file can't be read: {error.strerror}.")) from None


class _Aside:
    """Files beside those that they will replace, all or none; an interruption leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Path] = {}
        self._folders: set[Path] = set()
        self._made: list[Path] = []
        self._unchanged: set[str] = set()

    def __enter__(self) -> _Aside:
        return self

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        for temporary in self._files.values():
            with contextlib.suppress(OSError):
                temporary.unlink()
        for made in reversed(self._made) if isinstance(error, Exception) else ():
            with contextlib.suppress(OSError):
                made.rmdir()
        if isinstance(error, OSError):
            raise OutputError(
                Problem(
                    Place(str(error.filename or self._folder)),
                    f"The output can't be written: {error.strerror}.",
                    "Name another folder with -o, or make this one writable.",
                )
            ) from None

    def write(self, path: str, source: Text) -> FileState:
        """Write what will be the file at ``path``, unless it is that already."""
        target = self._folder / path
        current = _digest_of(target)
        if isinstance(source, str) and _digest([source.encode()]) == current:
            return FileState(path, "unchanged", current.size, current.sha256)
        if target.parent not in self._folders:
            above = (target.parent, *target.parent.parents)
            self._made += [missing for missing in reversed(above) if not missing.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        self._files[path] = target.with_name(f".{target.name}.{os.getpid()}.new")
        digest, size = hashlib.sha256(), 0
        with self._files[path].open("wb", buffering=1 << 16) as file:
            for piece in (source,) if isinstance(source, str) else source:
                content = piece.encode()
                digest.update(content)
                size += file.write(content)
        new = _Digest(digest.hexdigest(), size)
        if new == current:
            self._unchanged.add(path)
        state: State = "new" if current is None else "unchanged" if new == current else "changed"
        return FileState(path, state, new.size, new.sha256)

    def replace(self) -> None:
        """Put every file in its place, in the order of writing."""
        for path in [path for path in self._files if path not in self._unchanged]:
            temporary = self._files[path]
            temporary.chmod(0o755 if path.endswith(".sh") else 0o644)
            temporary.replace(self._folder / path)
            del self._files[path]


def _remove(folder: Path, path: str, entry: _Listed) -> FileState:
    """Remove a file that is no longer written; one that was edited since is left."""
    target = folder / path
    content = _read(target) or b""
    if _sha256(content) != entry.sha256:
        return FileState(path, "kept, edited", len(content))
    try:
        target.unlink()
    except OSError as error:
        what = f"The file is no longer written, and can't be removed: {error.strerror}."
        raise OutputError(Problem(Place(str(target)), what, "Remove it by hand.")) from None
    for parent in target.relative_to(folder).parents:
        with contextlib.suppress(OSError):
            if parent != Path():
                (folder / parent).rmdir()
    return FileState(path, "removed")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
