"""Many descriptions at once: a folder for each, every core, one bad file stops no other."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from generator.errors import CallsheetError, OutputError, Place, Problem

_SUFFIXES = (".json", ".yaml", ".yml")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Job:
    """One description, and the folder below the output folder that it is written to."""

    description: Path
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one description."""

    job: Job
    files: int = 0
    changed: int = 0
    warnings: tuple[str, ...] = ()
    """The first few."""
    warning_count: int = 0
    errors: tuple[str, ...] = ()


def jobs(descriptions: Sequence[Path]) -> list[Job]:
    """A job for each description, named by its path below their common parent, without its ending.

    Raises ``OutputError`` if two would be written to the same folder, or one inside that of another.
    """
    paths = [Path(os.path.abspath(path)) for path in descriptions]  # noqa: PTH100  (links are names, too)
    parent = Path(os.path.commonpath([path.parent for path in paths]))
    found = [
        Job(given, _name(path.relative_to(parent))) for given, path in zip(descriptions, paths, strict=True)
    ]
    by_name: dict[str, list[Job]] = defaultdict(list)
    for job in found:
        by_name[job.name.lower()].append(job)
    problems = [
        Problem(
            Place(str(group[1].description)),
            f"It would be written to the same folder as {group[0].description}: {group[0].name}.",
            "Rename one, or generate them one after the other. Nothing was written.",
        )
        for group in by_name.values()
        if len(group) > 1
    ]
    for job in found:
        inside = next((n for n in _parents(job.name.lower()) if n in by_name), None)
        if inside is not None:
            what = f"Its folder {job.name} would lie inside that of {by_name[inside][0].description}."
            problems.append(Problem(Place(str(job.description)), what, "Rename one. Nothing was written."))
    if problems:
        raise OutputError(*problems)
    return found


def _name(path: Path) -> str:
    stem = path.name
    for suffix in _SUFFIXES:
        stem = stem.removesuffix(suffix)
    return (path.parent / (stem or path.name)).as_posix()


def _parents(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def shard(all_jobs: Sequence[Job], part: int, parts: int) -> list[Job]:
    """Part ``part`` of ``parts``, counted from 1. Which part a job is in depends on its name alone."""
    return [
        job for job in all_jobs if int(hashlib.sha256(job.name.encode()).hexdigest(), 16) % parts == part - 1
    ]


def run(
    todo: Sequence[Job],
    work: Callable[[Job], Result],
    *,
    workers: int | None = None,
    started: Callable[[Job], None] = lambda _job: None,
    ended: Callable[[Result], None] = lambda _result: None,
) -> list[Result]:
    """Every result, in the order of ``todo``. ``started`` and ``ended`` are told as it goes."""
    workers = min(workers or os.cpu_count() or 1, len(todo)) or 1
    if workers == 1:
        found = []
        for job in todo:
            started(job)
            found.append(_guarded(work, job))
            ended(found[-1])
        return found
    results: dict[Job, Result] = {}
    waiting = list(reversed(todo))
    running: dict[Future[Result], Job] = {}
    with ProcessPoolExecutor(workers) as pool:
        while waiting or running:
            # Few at a time: what is shown as running is what runs.
            while waiting and len(running) < workers:
                job = waiting.pop()
                started(job)
                running[pool.submit(_guarded, work, job)] = job
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job = running.pop(future)
                try:
                    results[job] = future.result()
                except BrokenProcessPool:
                    results[job] = Result(
                        job, errors=("The process that worked on it was ended from outside.",)
                    )
                ended(results[job])
            if any("ended from outside" in e for r in results.values() for e in r.errors):
                rest = [*running.values(), *reversed(waiting)]
                lost = [Result(job, errors=("Not done: a process was ended from outside.",)) for job in rest]
                results |= {result.job: result for result in lost}
                break
    return [results[job] for job in todo]


def _guarded(work: Callable[[Job], Result], job: Job) -> Result:
    try:
        return work(job)
    except CallsheetError as error:
        return Result(job, errors=tuple(map(str, error.problems)))
    except Exception as error:  # one bad file must not take the others with it
        what = (
            f"{job.description}: A fault of the generator: {type(error).__name__}: {error}. Please report it."
        )
        return Result(job, errors=(what,))


@dataclass(frozen=True, slots=True)
class Generate:
    """Writes one description's artifacts; can be sent to another process."""

    output: Path
    project_file: Path | None
    options: object
    targets: tuple[str, ...]
    strict: bool

    def __call__(self, job: Job) -> Result:
        """Raises ``CallsheetError``."""
        from generator import api

        assert isinstance(self.options, api.Options)
        options = replace(self.options, id=job.name)
        plan = api.load(job.description, self.project_file, options)
        if self.strict:
            api.refuse(api.validate(job.description, options.overlays))
        warnings, count = plan.first_warnings(_SHOWN)
        states = api.generate(plan, self.output / job.name, self.targets)
        return Result(
            job,
            sum(s.state != "removed" for s in states),
            sum(s.state != "unchanged" for s in states),
            tuple(map(str, warnings)),
            count,
        )
