"""The only writer: a tree of texts is compared with a folder, or written into it, whole or not at all.

``manifest.json`` lists what was written, with SHA-256 and target. A file that is not listed is
somebody else's and is never touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec

from generator.errors import OutputError, Place, Problem
from generator.escaping import json_text

MANIFEST = "manifest.json"
State = Literal["new", "changed", "unchanged", "removed", "kept, edited", "missing", "different", "left over"]


class _Listed(msgspec.Struct, frozen=True):
    sha256: str
    target: str


class _Manifest(msgspec.Struct, frozen=True):
    files: dict[str, _Listed] = {}


@dataclass(frozen=True)
class Rendered:
    """A file to be: its target and its text."""

    target: str
    text: str

    @cached_property
    def content(self) -> bytes:
        """The text in UTF-8."""
        return self.text.encode()

    @cached_property
    def sha256(self) -> str:
        """Of the content, hexadecimal."""
        return _sha256(self.content)


@dataclass(frozen=True, slots=True)
class FileState:
    """What became of a file, or what is wrong with it. ``path`` is below the folder; ``size`` in bytes."""

    path: str
    state: State
    size: int = 0
    sha256: str = ""
    """Of a file that was written, or that was as it should be."""


def compare(folder: Path, files: Mapping[str, Rendered], targets: Collection[str]) -> list[FileState]:
    """The files of ``targets`` that are missing, different or left over. Writes nothing."""
    listed = _read_manifest(folder)
    found: list[FileState] = []
    for path, rendered in files.items():
        current = _read(folder / path)
        if current is None:
            found.append(FileState(path, "missing"))
        elif current != rendered.content:
            found.append(FileState(path, "different", len(current)))
    for path in _left_over(listed, files, targets):
        current = _read(folder / path)
        if current is not None:
            found.append(FileState(path, "left over", len(current)))
    expected = _manifest_text(_new_manifest(listed, files, targets))
    current = _read(folder / MANIFEST)
    if current is None:
        found.append(FileState(MANIFEST, "missing"))
    elif current != expected.encode():
        found.append(FileState(MANIFEST, "different", len(current)))
    return found


def write(folder: Path, files: Mapping[str, Rendered], targets: Collection[str]) -> list[FileState]:
    """Bring ``folder`` to what ``files`` says, and tell what became of each file.

    Everything is written aside first and then renamed, the manifest last. Raises ``OutputError`` with
    nothing changed if a file can't be written, or if one that is not ours is in the way.
    """
    listed = _read_manifest(folder)
    states = [_state(folder, path, rendered) for path, rendered in files.items()]
    _refuse_foreign(folder, states, listed)
    obsolete = [path for path in _left_over(listed, files, targets) if (folder / path).is_file()]
    manifest = _manifest_text(_new_manifest(listed, files, targets))
    changed = {s.path: files[s.path].content for s in states if s.state != "unchanged"}
    if _read(folder / MANIFEST) != manifest.encode():
        changed[MANIFEST] = manifest.encode()
    _replace(folder, changed)
    return states + [_remove(folder, path, listed[path]) for path in obsolete]


def _state(folder: Path, path: str, rendered: Rendered) -> FileState:
    current, new = _read(folder / path), rendered.content
    state: State = "new" if current is None else "unchanged" if current == new else "changed"
    return FileState(path, state, len(new), rendered.sha256)


def _refuse_foreign(folder: Path, states: Iterable[FileState], listed: Mapping[str, _Listed]) -> None:
    foreign = [s.path for s in states if s.state == "changed" and s.path not in listed]
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
    listed: Mapping[str, _Listed], files: Mapping[str, Rendered], targets: Collection[str]
) -> list[str]:
    return [path for path, entry in listed.items() if entry.target in targets and path not in files]


def _new_manifest(
    listed: Mapping[str, _Listed], files: Mapping[str, Rendered], targets: Collection[str]
) -> dict[str, _Listed]:
    kept = {path: entry for path, entry in listed.items() if entry.target not in targets}
    return {**kept, **{path: _Listed(file.sha256, file.target) for path, file in files.items()}}


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


def _replace(folder: Path, contents: Mapping[str, bytes]) -> None:
    aside: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
            aside.append((temporary, target))
            temporary.write_bytes(content)
            temporary.chmod(0o755 if path.endswith(".sh") else 0o644)
        for temporary, target in aside:
            temporary.replace(target)
    except BaseException as error:
        # An interruption leaves nothing behind either.
        for temporary, _ in aside:
            with contextlib.suppress(OSError):
                temporary.unlink()
        if not isinstance(error, OSError):
            raise
        where = error.filename or folder
        raise OutputError(
            Problem(
                Place(str(where)),
                f"The output can't be written: {error.strerror}.",
                "Name another folder with -o, or make this one writable.",
            )
        ) from None


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
