"""Every error a user can meet.

    CallsheetError            one or more things a person has to put right; exit code 2
    ├── DescriptionError      the OpenAPI description can't be read
    ├── ProjectFileError      the project file is wrong
    ├── TemplateError         a template of somebody's own can't be rendered
    └── OutputError           the output folder can't be written

A ``Problem`` is one finding: where (file, line, column, JSON pointer), what, and what to do.
Warnings are problems that do not stop the work.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """A place in a file: ``line`` and ``column`` count from 1; ``pointer`` is an RFC 6901 JSON pointer."""

    file: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        """``file:line:column`` and the pointer, as far as they are known."""
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        where = ":".join(parts)
        return f"{where} (#{self.pointer})" if self.pointer else where


class Problem(NamedTuple):
    """One finding: where it is, what is wrong, and what to do about it."""

    place: Place
    what: str
    advice: str = ""

    def __str__(self) -> str:
        """The finding as one line for a terminal."""
        return f"{self.place}: {self.what}" + (f" {self.advice}" if self.advice else "")


def shortened(text: str, most: int = 240) -> str:
    """``text`` with its middle left out where it is longer than a person reads."""
    if len(text) <= most:
        return text
    kept = (most - 3) // 2
    return f"{text[:kept]} … {text[-kept:]}"


class CallsheetError(Exception):
    """Something a person has to put right. ``problems`` holds at least one finding."""

    def __init__(self, *problems: Problem, looked_for: tuple[Path, ...] = ()) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.looked_for = looked_for
        """What was looked for and not there, where no problem has it as its place."""


class DescriptionError(CallsheetError):
    """The OpenAPI description can't be read or isn't one."""


class ProjectFileError(CallsheetError):
    """The project file has unknown keys or wrong values."""


class TemplateError(CallsheetError):
    """A template of somebody's own, in the place of one of ours, can't be rendered."""


class OutputError(CallsheetError):
    """The output folder can't be written."""
