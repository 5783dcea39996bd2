"""Print reports: tables of files, findings, the progress of many descriptions, and a summary.

Everything is printed line by line, by ``console`` or, beside the progress bar, through ``as_shown``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.console import as_shown, notice, say, traceback, warning
from generator.escaping.printable import printable

if TYPE_CHECKING:
    from generator.cli.batch import Job, Result
    from generator.cli.single import Findings, Row

_MOST_ERRORS = 20
_MOST_FILES = 12
"""Files of a folder that are listed one by one; more become one line."""
_IMPORTED = 25_000_000
"""The size of a collection in bytes from which on there is a warning."""
_MOST_FINDINGS = 5
"""Findings that are listed for each of many descriptions."""


def findings(found: Findings, most: int | None = None) -> None:
    """Print the first findings, and how to list the others."""
    lines = found.lines[:most]
    for line in lines:
        warning(line)
    if found.total > len(lines):
        warning(f"{found.file}: and {found.total - len(lines):,} more; `callsheet validate` shows all.")


def table(rows: Iterable[Row]) -> None:
    """Print files with their sizes and states. A folder with many files of one state becomes one line."""
    cells = [(printable(path), f"{size:,} B" if size else "", state) for path, size, state in _folded(rows)]
    widths = [max(len(row[i]) for row in [("File", "Size", ""), *cells]) for i in (0, 1)]
    for path, size, state in [("File", "Size", "State"), *cells]:
        say(f"{path:<{widths[0]}}  {size:>{widths[1]}}  {state}")


def large_collections(rows: Iterable[Row]) -> None:
    """Warn of collections that Postman may not import, and say what makes them smaller."""
    for row in rows:
        if row.path.endswith(".postman_collection.json") and row.size > _IMPORTED and "/" not in row.path:
            warning(
                f"{printable(row.path)}: {row.size / 1e6:.0f} MB. Postman's import may refuse files above "
                f"{_IMPORTED // 1_000_000} MB. To make it smaller, use `--tests status` or `--tests off`, "
                "or take fewer operations with `--include` or `--exclude`."
            )


def _folded(rows: Iterable[Row]) -> Iterator[tuple[str, int, str]]:
    """The path, size and state of each line, in the order of their first files."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((_folder(row.path), row.state), []).append(row)
    for (folder, state), group in groups.items():
        if len(group) > _MOST_FILES:
            yield f"{folder}/ ({count(len(group), 'file')})", sum(row.size for row in group), state
        else:
            yield from ((row.path, row.size, row.state) for row in group)


def _folder(path: str) -> str:
    """The folder of a file; for a file of a collection that has many, the collection's folder."""
    parts = path.split("/")
    return "/".join(parts[:3] if parts[:2] == ["postman", "collections"] else parts[:-1])


def count(number: int, one: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {one}" + ("" if number == 1 else "s")


class Progress:
    """A progress bar with what runs and what failed; without a terminal, only a line for each failure."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._bar: Any = None
        self._task: Any = None
        self._failed = 0
        self._running: dict[str, None] = {}

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def started(self, job: Job) -> None:
        """Show that ``job`` has been started."""
        # The bar isn't started before: its thread must not exist when the worker processes are created.
        if self._bar is None and sys.stderr.isatty():
            self._start()
        self._running[job.name] = None
        self._show(0)

    def ended(self, result: Result) -> None:
        """Show that a job has ended, and print its errors."""
        self._running.pop(result.job.name, None)
        self._failed += bool(result.errors)
        for what in result.errors[:_MOST_ERRORS]:
            self.announced(f"error: {what}")
        traceback(result.traceback)
        self._show(1)

    def announced(self, line: str) -> None:
        """Print a line at once, above the bar."""
        if self._bar is None:
            notice(line)
        else:
            self._bar.console.print(as_shown(line, sys.stderr), soft_wrap=True)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
        from rich.table import Column

        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        if not console.is_terminal or console.is_dumb_terminal:
            return
        running = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        self._bar = Progress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[failed]}", markup=False, style="red"),
            TextColumn("{task.description}", markup=False, table_column=running),
            console=console,
            expand=True,
            transient=True,
        )
        self._task = self._bar.add_task("", total=self._total, failed="")
        self._bar.start()

    def _show(self, advance: int) -> None:
        if self._bar is not None:
            failed = f"{self._failed:,} failed" if self._failed else ""
            self._bar.update(self._task, advance=advance, failed=failed, description=self._names())

    def _names(self) -> str:
        return as_shown(", ".join(self._running), sys.stderr)


def summary(results: Sequence[Result], output: Path) -> None:
    """Print what was written from many descriptions, and which of them failed."""
    done = _warned(results)
    files = sum(len([row for row in r.outcome.rows if row.state != "removed"]) for r in done)
    changed = sum(len([row for row in r.outcome.rows if row.state != "unchanged"]) for r in done)
    say(
        f"{len(done):,} of {count(len(results), 'description')} written to {output}: "
        f"{count(files, 'file')}, {changed:,} of them new or changed."
    )
    _failures(results)


def comparison(results: Sequence[Result], output: Path) -> None:
    """Print which files of many descriptions differ from the output folder, and which descriptions failed."""
    done = _warned(results)
    different = [result for result in done if result.outcome.rows]
    for result in different:
        for row in result.outcome.rows:
            say(f"{output / result.job.name / row.path}  {row.state}")
    say(f"{len(done) - len(different):,} of {count(len(results), 'description')} up to date in {output}.")
    _failures(results)


def _warned(results: Sequence[Result]) -> list[Result]:
    done = [result for result in results if not result.errors]
    for result in done:
        findings(result.outcome.findings, _MOST_FINDINGS)
    return done


def _failures(results: Sequence[Result]) -> None:
    from generator.reading import inputs

    for result in results:
        if result.errors:
            say(f"  failed: {inputs.name(result.job.description)}")
