"""Cache what earlier runs read, wrote and found, so that unchanged input need not be read again.

An entry is kept in the user's cache folder, and valid only if nothing has changed: the generator, every file
that was read, every file that was written. A run served from the cache reports the same findings as the
first one. The cache doesn't influence what is written: without it, or with ``CALLSHEET_CACHE=off``, the
results are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from generator.file_stamps import STEP, _opened, changed, digest
from generator.output_names import MANIFEST
from generator.resources import PACKAGE

#: Entries that are kept.
_KEPT = 5000
#: Bytes of an entry. The largest description of the public catalogue takes a tenth of that.
_MOST = 1 << 26
#: The numbers of findings and bytes in an entry are below this.
_NUMBERS = 1 << 53
_DIGEST = re.compile("[0-9a-f]{64}")


class Run(NamedTuple):
    """One run: the SHA-256 of the files it read and wrote, by their paths, and what it reported."""

    inputs: Mapping[str, str]
    """The digest is empty for a file that was looked for and not found."""
    outputs: Mapping[str, str]
    sizes: Mapping[str, int]
    """The sizes in bytes of the outputs that are reported, by their paths below the output folder."""
    findings: tuple[str, ...]
    """The first findings, as they are printed."""
    total: int
    """The number of all findings."""
    description: str
    """The file that the findings are about."""


def key(*parts: object) -> str:
    """The name of a run's entry: a digest of its arguments, the current folder and the generator's files."""
    return _sha256(json.dumps([*_generator(), os.getcwd(), *map(repr, parts)]).encode())  # noqa: PTH109


def recall(name: str, output: Path) -> Run | None:
    """The run called ``name``, if all files that it read or wrote to ``output`` are unchanged."""
    folder = _folder()
    if folder is None:
        return None
    try:
        content = _content(folder / name)
        run = None if content is None else _run(json.loads(content))
        if run is None or not _can_be_true(run, output):
            return None
        files = {**run.inputs, **run.outputs}
        return run if all(digest(path) == expected for path, expected in files.items()) else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        # Anything else that is in its place is treated as a missing entry.
        return None


def _content(path: Path) -> bytes | None:
    """The content of an entry; ``None`` if it isn't a regular file, or too large to be an entry."""
    with _opened(path) as file:
        content = None if file is None else file.read(_MOST + 1)
        return content if content is None or len(content) <= _MOST else None


def _run(data: Any) -> Run:
    """``data`` as a run. Raises ``TypeError`` or ``LookupError`` if it is invalid."""
    run = Run(*(data[name] for name in Run._fields))
    if not all(isinstance(files, dict) for files in (run.inputs, run.outputs, run.sizes)):
        raise TypeError
    texts = [*run.inputs, *run.outputs, *run.sizes, *run.findings, run.description]
    digests = [*run.inputs.values(), *run.outputs.values()]
    numbers = [*run.sizes.values(), run.total]
    if not (
        isinstance(run.findings, list)
        and all(isinstance(text, str) for text in (*texts, *digests))
        # (The exact type: a bool is an int as well, and 1e999 is infinity.)
        and all(type(number) is int and 0 <= number < _NUMBERS for number in numbers)
    ):
        raise TypeError
    return run._replace(findings=tuple(run.findings))


def _can_be_true(run: Run, output: Path) -> bool:
    """Whether such a run is possible: it read at least one file, and wrote what it reports and a manifest."""
    written = {str(output / path) for path in (*run.sizes, MANIFEST)}
    return (
        any(run.inputs.values())
        and bool(run.sizes)
        and set(run.outputs) == written
        and all(
            _DIGEST.fullmatch(digest)
            for digest in (*filter(None, run.inputs.values()), *run.outputs.values())
        )
        and len(run.findings) <= max(run.total, 0)
    )


def remember(name: str, run: Run) -> None:
    """Store ``run`` as the entry ``name``. If it can't be stored, nothing happens."""
    folder = _folder()
    if folder is None:
        return
    aside = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside.write_text(json.dumps(run._asdict()))
        aside.replace(folder / name)
        if name.startswith("0"):
            _forget_the_oldest(folder)
    except OSError:
        with suppress(OSError):
            aside.unlink()


def digests(paths: Iterable[Path], since: int) -> dict[str, str] | None:
    """The SHA-256 of each input by its path.

    ``None`` if any of them changed after ``since``, or isn't a regular file. Files are hashed at the end of a
    run, so they must not have changed since it read them. ``since`` is the time before the run, as
    ``time.time_ns`` returns it.
    """
    found: dict[str, str] = {}
    for path in paths:
        content = digest(str(path))
        if content is None:
            return None
        found[str(path)] = content
    return found if all(changed(path) < since - STEP for path in found) else None


def _folder() -> Path | None:
    given = os.environ.get("CALLSHEET_CACHE", "")
    if given.lower() == "off":
        return None
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    # If the home folder is unknown, "~" isn't expanded. (XDG: a relative path is ignored.)
    return Path(base) / "callsheet" if os.path.isabs(base) else None  # noqa: PTH117


@cache
def _generator() -> list[object]:
    """What identifies this generator: Python's version, its files, and the folders of installed packages."""
    found: list[object] = [sys.version]
    for place in (PACKAGE, PACKAGE.parent / "templates", PACKAGE.parent / "specs" / "guides"):
        for folder, folders, names in os.walk(place):
            folders.sort()
            if not folder.endswith("__pycache__"):
                found += [[name, *_stamp(os.path.join(folder, name))] for name in sorted(names)]  # noqa: PTH118
    found += [_stamp(path) for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return found


def _stamp(path: str) -> list[int]:
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return []
    return [stat.st_size, stat.st_mtime_ns]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _forget_the_oldest(folder: Path) -> None:
    """Remove the oldest entries beyond ``_KEPT``. The folder may be shared: other files are not touched."""
    own = [path for path in folder.iterdir() if _is_own(path.name)]
    for path in sorted(own, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        path.unlink(missing_ok=True)


def _is_own(name: str) -> bool:
    stem = name.removeprefix(".").partition(".")[0]
    return len(stem) == 64 and not stem.strip("0123456789abcdef")
