"""What the last run of a command read, wrote and found, so that unchanged input need not be read again.

It is kept in the user's cache folder and counts only if everything is as it was: the generator, every file
that was read, every file that was written. A run that is remembered reports the same findings as the first.
Nothing here decides what is written; without it, or with ``CALLSHEET_CACHE=off``, the results are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_KEPT = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the SHA-256 of the files it read and wrote, by path, and what it reported."""

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    sizes: Mapping[str, int]
    """Of the outputs that are reported, in bytes, by their paths below the output folder."""
    report: tuple[str, ...]
    """The findings as they were printed."""


def key(*parts: object) -> str:
    """The name of a run: what it was asked to do, by which generator."""
    return _sha256(json.dumps([_generator(), os.getcwd(), *map(str, parts)]).encode())  # noqa: PTH109


def recall(name: str) -> Run | None:
    """The run called ``name``, if every file that it read and wrote is as it left it."""
    folder = _folder()
    if folder is None:
        return None
    try:
        data = json.loads((folder / name).read_bytes())
        run = Run(data["inputs"], data["outputs"], data["sizes"], tuple(data["report"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    files = {**run.inputs, **run.outputs}
    return run if all(digest(path) == expected for path, expected in files.items()) else None


def remember(name: str, run: Run) -> None:
    """Keep ``run``. That it can't be kept is no reason to fail."""
    folder = _folder()
    if folder is None:
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = folder / f".{name}.{os.getpid()}"
        aside.write_text(
            json.dumps(
                {
                    "inputs": dict(run.inputs),
                    "outputs": dict(run.outputs),
                    "sizes": dict(run.sizes),
                    "report": list(run.report),
                }
            )
        )
        aside.replace(folder / name)
        _forget_the_oldest(folder)


def digests(paths: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file by its path; empty for one that isn't there."""
    return {str(path): digest(str(path)) for path in paths}


def digest(path: str) -> str:
    """The SHA-256 of a file, or nothing."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _folder() -> Path | None:
    given = os.environ.get("CALLSHEET_CACHE", "")
    if given == "off":
        return None
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return Path(base) / "callsheet"


def _generator() -> list[object]:
    """What tells this generator from another: its files, and the packages beside which it is installed."""
    package = Path(__file__).parent
    places = [package, package.parent / "templates", package / "templates"]
    found: list[object] = [sys.version]
    for place in places:
        for folder, _, names in os.walk(place):
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
    entries = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in entries[:-_KEPT]:
        path.unlink(missing_ok=True)
