"""Generate from one description: use the cache if nothing changed, else read it and write."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.cli import run_cache
from generator.file_stamps import digest
from generator.output_names import MANIFEST, STAGING

if TYPE_CHECKING:
    from generator.api import Options, Plan
    from generator.output import FileState

# The modules that read and write are imported when they are needed, which they are not for a cached run.
FINDINGS = 20
"""The number of findings that are shown."""


class Row(NamedTuple):
    """A file below the output folder, its size in bytes, and what became of it."""

    path: str
    size: int
    state: str


class Findings(NamedTuple):
    """The first findings as lines, and the number of all."""

    lines: tuple[str, ...] = ()
    total: int = 0
    file: str = ""
    """The description's file, as the user named it."""


class Outcome(NamedTuple):
    """What became of one description."""

    rows: tuple[Row, ...] = ()
    findings: Findings = Findings()


class Request(NamedTuple):
    """What to read, and what to write where. Can be sent to another process."""

    description: Path | None
    project_file: Path | None
    output: Path
    targets: tuple[str, ...] = ()
    strict: bool = False
    choice: Mapping[str, Any] = {}
    """The fields of ``api.Options`` by name, filters as mappings of their own fields."""
    force: bool = False
    """Replace the artifacts of another description."""


def generate(request: Request, report: Callable[[Findings], None] = lambda _findings: None) -> Outcome:
    """Write the artifacts. ``report`` is called with the findings before anything is written.

    Raises ``CallsheetError``.
    """
    since = time.time_ns()
    name = run_cache.key(
        *(request.description, request.project_file, request.output.absolute(), sorted(set(request.targets))),
        *(request.strict, sorted(request.choice.items())),
    )
    known = None if os.path.lexists(request.output / STAGING) else run_cache.recall(name, request.output)
    if known is not None:
        rows = tuple(Row(path, size, "unchanged") for path, size in known.sizes.items())
        outcome = Outcome(rows, Findings(known.findings, known.total, known.description))
        report(outcome.findings)
        return outcome
    from generator import api

    plan = read(request)
    findings = findings_of(plan, request.targets)
    report(findings)
    states = api.generate(plan, request.output, request.targets, force=request.force)
    _remember(name, plan, request.output, states, findings, since)
    return Outcome(_rows(states), findings)


def check(request: Request) -> Outcome:
    """The files that differ from what would be generated, and the findings. Raises ``CallsheetError``."""
    from generator import api

    plan = read(request)
    states = api.check(plan, request.output, request.targets)
    return Outcome(_rows(states), findings_of(plan, request.targets))


def read(request: Request) -> Plan:
    """Read what ``request`` names into a plan; with ``strict``, validate it. Raises ``CallsheetError``."""
    from generator import api

    plan = api.load(request.description, request.project_file, _options(request.choice))
    if request.strict:
        api.refuse(api.validate(Path(plan.document.file), plan.document.overlays))
    return plan


def _options(choice: Mapping[str, Any]) -> Options:
    from generator.api import Options
    from generator.model.selection import Filter

    filters = {name: Filter(**choice[name]) for name in ("include", "exclude") if name in choice}
    return Options(**{**choice, **filters})


def findings_of(plan: Plan, targets: Sequence[str]) -> Findings:
    """The first findings of ``plan``, including those of ``targets``."""
    shown, count = plan.first_warnings(FINDINGS, targets)
    # Duplicates are shown once but counted twice: if all findings are shown, their number is exact.
    count = count if len(shown) == FINDINGS else len(shown)
    return Findings(tuple(map(str, shown)), count, plan.document.file)


def _rows(states: Sequence[FileState]) -> tuple[Row, ...]:
    return tuple(Row(s.path, s.size, s.state) for s in states)


def _remember(
    name: str, plan: Plan, output: Path, states: Sequence[FileState], findings: Findings, since: int
) -> None:
    written = [s for s in states if s.state != "removed"]
    inputs = run_cache.digests(plan.inputs, since)
    if inputs is None or not all(s.sha256 for s in written):
        return
    manifest = str(output / MANIFEST)
    outputs = {str(output / s.path): s.sha256 for s in written}
    outputs[manifest] = digest(manifest) or ""
    sizes = {s.path: s.size for s in written}
    run = run_cache.Run(inputs, outputs, sizes, findings.lines, findings.total, findings.file)
    run_cache.remember(name, run)
