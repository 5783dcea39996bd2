"""``manifest.json``: which files were written from which description, and so which files are ours.

While files are moved into place, it lists the earlier ones as well (``previous``), so that whenever a run is
killed, the next one knows every file that is ours. A file that is only in the new list is ours if it has the
new content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from generator.errors import OutputError, Place, Problem, shortened
from generator.escaping.json_text import json_text
from generator.output.disk import BlockedError, Folder, is_inside
from generator.output_names import MANIFEST, STAGING

_GENERATOR = "callsheet"
#: Bytes. No manifest is larger.
_MOST = 1 << 26


class Listed(msgspec.Struct, frozen=True):
    """A file that was written: the digest of its content, and its target."""

    sha256: str
    target: str
    """Empty for a file of another description, if a run that was taking over its folder was killed."""


class Description(msgspec.Struct, frozen=True):
    """The identity of a description, so that another one doesn't replace its artifacts inadvertently."""

    id: str
    """The name from which ids are derived: that of the project file, or else the stem of the description."""
    title: str
    operations: str
    """A digest of its methods and paths; empty if it has no operations."""

    @classmethod
    def of(cls, id_: str, title: str, operations: Sequence[str]) -> Description:
        """The identity of a description; ``operations`` are pairs of method and path such as ``GET /a``."""
        text = "\n".join(operations).encode("utf-8", "surrogatepass")
        return cls(id_, title, hashlib.sha256(text).hexdigest() if operations else "")

    def is_same(self, other: Description) -> bool:
        """Whether both are the same description, whose title or operations may change, but not both at once.

        (Many descriptions are called ``openapi.yaml``, so that the id alone isn't sufficient.)
        """
        has_same_operations = self.operations != "" and self.operations == other.operations
        return self.id == other.id and (self.title == other.title or has_same_operations)


class Manifest(msgspec.Struct, frozen=True):
    """The content of ``manifest.json``."""

    generator: str = ""
    description: Description | None = None
    files: Mapping[str, Listed] = {}
    previous: Mapping[str, Listed] | None = None
    """The earlier files, while files are being moved, and after a run that was killed; else ``None``."""

    def text(self) -> str:
        """The manifest as JSON, with sorted paths."""
        data: dict[str, Any] = {"generator": _GENERATOR}
        if self.description is not None:
            data["description"] = msgspec.to_builtins(self.description)
        data["files"] = _sorted(self.files)
        if self.previous is not None:
            data["previous"] = _sorted(self.previous)
        return json_text(data) + "\n"

    def of(self, description: Description | None) -> bool:
        """Whether it belongs to ``description``. An older manifest, which names none, belongs to any."""
        return self.description is None or description is None or self.description.is_same(description)

    def refuse_others(self, description: Description | None, folder: Path) -> None:
        """Raise ``OutputError`` if the folder holds the artifacts of another description."""
        if self.of(description) or self.description is None:
            return
        title, of = shortened(self.description.title, 80), shortened(self.description.id, 80)
        raise OutputError(
            Problem(
                Place(str(folder)),
                f"This folder holds the artifacts of another description: {title!r} (id {of!r}).",
                "Name another folder with -o, or replace them with --force. Nothing was written.",
            )
        )

    def ours(self, folder: Folder) -> dict[str, Listed]:
        """Every file that is ours, with the digest that it has if it wasn't edited."""
        if self.previous is None:
            return dict(self.files)
        found = {
            path: self.files[path] if self._is_in_place(path, folder) else entry
            for path, entry in self.previous.items()
        }
        added = (path for path in self.files if path not in self.previous)
        return found | {path: self.files[path] for path in added if self._is_in_place(path, folder)}

    def _is_in_place(self, path: str, folder: Folder) -> bool:
        """Whether the run that was killed had already moved this file into place."""
        try:
            digest = folder.digest(path)
        except (BlockedError, OSError):
            return False
        return path in self.files and digest is not None and digest.sha256 == self.files[path].sha256

    def next(
        self, written: Mapping[str, Listed], targets: Collection[str], description: Description | None
    ) -> Manifest:
        """The manifest if ``written`` are all files of ``targets``. Files of other targets stay listed."""
        gone = self.left_over(written, targets, description)
        others = {path: entry for path, entry in self.files.items() if path not in gone}
        return Manifest(_GENERATOR, description or self.description, {**others, **written})

    def left_over(
        self, written: Collection[str], targets: Collection[str], description: Description | None
    ) -> dict[str, Listed]:
        """The files that are no longer written: those of ``targets``, or all those of another description."""
        everything = not self.of(description)
        return {
            path: entry
            for path, entry in self.files.items()
            if path not in written and (everything or not entry.target or entry.target in targets)
        }

    def before(self, next_: Manifest) -> Manifest:
        """``next_`` with the earlier files added, to be used while files are moved."""
        files = self.files
        if not self.of(next_.description):
            files = {path: Listed(entry.sha256, "") for path, entry in files.items()}
        return msgspec.structs.replace(next_, previous=files)


def read_manifest(folder: Folder) -> Manifest:
    """The manifest of ``folder``; empty if it has none. Raises ``OutputError`` if it can't be used."""
    try:
        content = folder.read(MANIFEST, _MOST)
    except BlockedError as error:
        raise _unusable(folder, f"This is {error.what}, not a list of written files.") from None
    except OSError as error:
        raise _unusable(folder, f"The list of written files can't be read: {error.strerror}.") from None
    if content is None:
        return Manifest()
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _unusable(folder, f"The list of written files can't be read: {error}.") from None
    if found.generator != _GENERATOR:
        raise _unusable(folder, "This file is in the way: callsheet didn't write it.")
    previous = None if found.previous is None else dict(_ours(found.previous.items()))
    return msgspec.structs.replace(found, files=dict(_ours(found.files.items())), previous=previous)


def _ours(entries: Iterable[tuple[str, Listed]]) -> Iterator[tuple[str, Listed]]:
    """The entries whose paths can be ours: within the folder, and neither the manifest nor staged files."""
    own = (MANIFEST, STAGING)
    return ((path, entry) for path, entry in entries if is_inside(path) and _first(path) not in own)


def _sorted(files: Mapping[str, Listed]) -> dict[str, Any]:
    return {path: msgspec.to_builtins(files[path]) for path in sorted(files)}


def _first(path: str) -> str:
    return path.partition("/")[0].casefold()


def _unusable(folder: Folder, what: str) -> OutputError:
    advice = "Restore it, or move it away. Nothing was written."
    return OutputError(Problem(Place(str(folder.root / MANIFEST)), what, advice))
