"""Generate from many descriptions: a folder for each, on all cores; if one fails, the others go on."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from generator.cli import single
from generator.errors import OutputError, Place, Problem

#: The names of the folders that targets write to.
_OWN = frozenset({"environments", "curl", "postman", "docs"})
_SUFFIXES = (".json", ".yaml", ".yml")


class Job(msgspec.Struct, frozen=True):
    """One description, and the ``name`` of its folder, a path below the output folder."""

    description: Path
    name: str


class Result(msgspec.Struct, frozen=True):
    """What became of one description."""

    job: Job
    outcome: single.Outcome = msgspec.field(default_factory=single.Outcome)
    errors: tuple[str, ...] = ()
    fault: bool = False
    """Whether the errors are a fault of the generator."""
    traceback: str = ""
    """The traceback of that fault, which may quote the description."""


def jobs(descriptions: Sequence[Path]) -> list[Job]:
    """A job for each description, named by its path below their common parent, without its extension.

    Duplicates are dropped. Raises ``OutputError`` if two descriptions would be written to the same folder, or
    one among the artifacts of another.
    """
    # (Absolute, but not resolved: links keep their names.)
    paths: dict[Path, Path] = {}
    for given in descriptions:
        paths.setdefault(_absolute(given), given)
    try:
        parent = Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError:
        what = "The descriptions have no folder in common: they are on different drives."
        raise OutputError(
            Problem(Place(str(descriptions[0])), what, "Generate them one after the other.")
        ) from None
    found = [Job(given, _name(path.relative_to(parent))) for path, given in paths.items()]
    _refuse_collisions(found)
    return found


def _absolute(path: Path) -> Path:
    """``path`` as an absolute path. POSIX has a second root, ``//``; except on Windows, it equals ``/``."""
    whole = os.path.abspath(path)  # noqa: PTH100
    return Path("/" + whole.lstrip("/") if whole.startswith("//") and os.sep == "/" else whole)


def _refuse_collisions(found: Sequence[Job]) -> None:
    by_folder: dict[str, list[Job]] = defaultdict(list)
    for job in found:
        by_folder[_folder(job.name)].append(job)
    problems = [
        Problem(
            Place(str(job.description)),
            f"It would be written to the same folder as {first.description}: {first.name}.",
            "Rename one, or generate them one after the other. Nothing was written.",
        )
        for first, *others in by_folder.values()
        for job in others
    ]
    for job in found:
        folder = _folder(job.name)
        inside = next(
            (above for above in _above(folder) if above in by_folder and _is_own(folder, above)), None
        )
        if inside is not None:
            other = by_folder[inside][0].description
            what = f"Its folder {job.name} would lie among the artifacts of {other}."
            problems.append(Problem(Place(str(job.description)), what, "Rename one. Nothing was written."))
    if problems:
        raise OutputError(*problems)


def _name(path: Path) -> str:
    known = path.suffix.lower() in _SUFFIXES
    return (path.with_suffix("") if known else path).as_posix()


def _folder(name: str) -> str:
    """A key for ``name``, the same for all names that are one folder on some file system."""
    return unicodedata.normalize("NFC", name).casefold()


def _is_own(folder: str, above: str) -> bool:
    """Whether ``folder``, which is in ``above``, has a name that artifacts in ``above`` may have."""
    first = folder.removeprefix(above + "/").split("/")[0]
    return first in _OWN or first.endswith(".json")


def _above(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def shard(all_jobs: Sequence[Job], part: int, parts: int) -> list[Job]:
    """Part ``part`` of ``parts`` of the jobs, counted from 1. The part of a job depends on its name alone."""
    return [
        job for job in all_jobs if int(hashlib.sha256(job.name.encode()).hexdigest(), 16) % parts == part - 1
    ]


class Work(msgspec.Struct, frozen=True):
    """Generates from one of many descriptions, or checks its folder. Can be sent to another process."""

    request: single.Request
    """What all of them have in common. Its output folder contains theirs."""
    only_check: bool = False

    def __call__(self, job: Job) -> Result:
        """Raises ``CallsheetError``."""
        request = self.request._replace(
            description=job.description,
            output=self.request.output / job.name,
            choice={**self.request.choice, "id": job.name},
        )
        return Result(job, (single.check if self.only_check else single.generate)(request))
