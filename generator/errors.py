"""Every error that the library raises. The command turns each into a message and an exit code.

    CallsheetError            what the library raises, whatever happens; exit code 2
    ├── DescriptionError      the OpenAPI description can't be read
    ├── ProjectFileError      the project file is wrong
    ├── SelectionError        no operation is left by what was included and excluded
    ├── TemplateError         a template of somebody's own can't be rendered
    ├── OutputError           the output folder can't be written
    ├── ServerError           a local server can't be started
    │   ├── MockError         ... that of `callsheet mock`
    │   └── SiteError         ... that of `callsheet docs`
    ├── OutOfMemoryError      there is not enough memory for the work
    └── InternalError         a fault of the generator, whatever the input; exit code 70

``only_documented`` holds the public functions to this tree.

A ``Problem`` is one finding: where (file, line, column, JSON pointer), what, and what to do.
Warnings are problems that do not stop the work.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).parent


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


class SelectionError(CallsheetError):
    """What was included and excluded leaves no operation of the description."""


class TemplateError(CallsheetError):
    """A template of somebody's own, in the place of one of ours, can't be rendered."""


class OutputError(CallsheetError):
    """The output folder can't be written."""


class ServerError(CallsheetError):
    """A local server can't be started."""


class MockError(ServerError):
    """The local mock can't be started."""


class SiteError(ServerError):
    """The site can't be served."""


class OutOfMemoryError(CallsheetError):
    """There is not enough memory for the work."""


class InternalError(CallsheetError):
    """A fault of the generator. Its cause is the exception that nobody foresaw."""

    @classmethod
    def of(cls, error: BaseException) -> InternalError:
        """The fault that ``error`` shows: its type and its place in the code.

        Its text is left out: it may hold a part of somebody's description, or a path.
        """
        what = f"This is a fault of Callsheet, not of your input ({type(error).__name__})."
        fault = cls(Problem(_place_in_code(error), what, _REPORT))
        fault.__cause__ = error
        return fault


_REPORT = (
    "Please report this line as SECURITY.md says; `--debug` adds the traceback, which may quote your input."
)
_NO_MEMORY = "There is not enough memory for this."
_TOO_DEEP = "This is nested too deeply to be read."


def _place_in_code(error: BaseException) -> Place:
    """The innermost line of this package that ``error`` passed through."""
    place = Place(_PACKAGE.name)
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            place = Place(path.relative_to(_PACKAGE.parent).as_posix(), trace.tb_lineno)
        trace = trace.tb_next
    return place


def is_of_open_files(error: OSError) -> bool:
    """Whether the process, or the machine, may open no more files."""
    return error.errno in (errno.EMFILE, errno.ENFILE)


@contextmanager
def only_documented(about: str) -> Iterator[None]:
    """Turn any exception but a ``CallsheetError`` into one; ``about`` is the input's name in its message.

    What asks a program to end (``KeyboardInterrupt``, ``SystemExit``) passes.
    """
    try:
        yield
    except CallsheetError:
        raise
    except MemoryError as error:
        advice = "Free some memory, or allow the process more."
        raise OutOfMemoryError(Problem(Place(about), _NO_MEMORY, advice)) from error
    except OSError as error:
        if not is_of_open_files(error):
            raise InternalError.of(error) from error
        advice = "Close some, or raise the limit (see `ulimit -n`)."
        raise CallsheetError(Problem(Place(about), "Too many files are open.", advice)) from error
    except RecursionError as error:
        raise DescriptionError(Problem(Place(about), _TOO_DEEP)) from error
    except Exception as error:
        raise InternalError.of(error) from error
