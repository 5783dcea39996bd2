"""Every error that the library raises. The command line turns each into a message and an exit code.

    CallsheetError            the base of all errors; exit code 2
    ├── DescriptionError      the OpenAPI description can't be read
    ├── ProjectFileError      the project file is wrong
    ├── SelectionError        what was included and excluded leaves no operation
    ├── TemplateError         a template of the user's can't be rendered
    ├── OutputError           the output folder can't be written
    ├── ServerError           a local server can't be started
    │   ├── MockError         ... the mock server of `callsheet mock`
    │   └── SiteError         ... the preview of `callsheet docs`
    ├── OutOfMemoryError      there is not enough memory for the work
    └── InternalError         a fault of the generator, whatever the input; exit code 70

``only_documented`` ensures that the public functions raise nothing else.

A ``Problem`` is one finding: where it is (file, line, column, JSON pointer), what is wrong, and what to do.
Warnings are problems that don't prevent generating.
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
        """``file:line:column (#pointer)``, as far as they are known."""
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
        """The finding in one line: ``place: what advice``."""
        return f"{self.place}: {self.what}" + (f" {self.advice}" if self.advice else "")


def shortened(text: str, most: int = 240) -> str:
    """``text``, its middle left out if it has more than ``most`` characters."""
    if len(text) <= most:
        return text
    kept = (most - 3) // 2
    return f"{text[:kept]} … {text[-kept:]}"


class CallsheetError(Exception):
    """The base of all errors: something that the user has to fix. ``problems`` holds at least one finding."""

    def __init__(self, *problems: Problem, looked_for: tuple[Path, ...] = ()) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.looked_for = looked_for
        """Files that were looked for and not found, if they aren't the places of ``problems``."""


class DescriptionError(CallsheetError):
    """The OpenAPI description can't be read or isn't one."""


class ProjectFileError(CallsheetError):
    """The project file has unknown keys or wrong values."""


class SelectionError(CallsheetError):
    """The selection leaves no operation of the description."""


class TemplateError(CallsheetError):
    """A template of the user's, which replaces one of Callsheet's, can't be rendered."""


class OutputError(CallsheetError):
    """The output folder can't be written."""


class ServerError(CallsheetError):
    """A local server can't be started."""


class MockError(ServerError):
    """The mock server can't be started."""


class SiteError(ServerError):
    """The server for previewing the site can't be started."""


class OutOfMemoryError(CallsheetError):
    """There is not enough memory for the work."""


class InternalError(CallsheetError):
    """A fault of the generator. Its ``__cause__`` is the unexpected exception."""

    @classmethod
    def of(cls, error: BaseException) -> InternalError:
        """An ``InternalError`` with the type of ``error`` and its place in the code.

        The message of ``error`` is left out, since it may hold a part of the user's description, or a path.
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
    """Whether ``error`` means that too many files are open, in the process or on the machine."""
    return error.errno in (errno.EMFILE, errno.ENFILE)


@contextmanager
def only_documented(about: str) -> Iterator[None]:
    """Turn any other exception into a ``CallsheetError``; ``about`` is the name of the input in its message.

    Exceptions that ask the program to exit (``KeyboardInterrupt``, ``SystemExit``) pass unchanged.
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
