"""Lines on standard output and standard error, safe for any terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from generator.escaping.printable import printable

if TYPE_CHECKING:
    from generator.errors import CallsheetError


def say(line: object = "") -> None:
    """Print a line of what was asked for, on standard output."""
    _print(str(line))


def notice(line: object) -> None:
    """Print a line that is for a person to know, on standard error."""
    _print(str(line), err=True)


def error(what: object) -> None:
    """Print one thing that has to be put right."""
    _print(str(what), err=True, label=click.style("error:", fg="red", bold=True))


def warning(what: object) -> None:
    """Print one thing that does not stop the work."""
    _print(str(what), err=True, label=click.style("warning:", fg="yellow"))


def failure(failed: CallsheetError) -> None:
    """Print what stopped the work; with ``--debug``, what was raised where as well."""
    for problem in failed.problems:
        error(problem)
    if _tracebacks and failed.__cause__ is not None:
        traceback(trace(failed.__cause__))


def usage(wrong: click.ClickException) -> None:
    """Print what is wrong with the arguments of the command."""
    context = getattr(wrong, "ctx", None)
    if context is not None:
        for line in context.get_usage().splitlines():
            notice(line)
        notice(f"Try '{context.command_path} --help' for help.")
        notice("")
    _print(wrong.format_message(), err=True, label="Error:")


def trace(error: BaseException) -> str:
    """The traceback of ``error`` as a text, which may quote the input."""
    from traceback import format_exception

    return "".join(format_exception(error))


def traceback(text: str) -> None:
    """Print a traceback if ``--debug`` asks for it."""
    for line in text.splitlines() if _tracebacks else ():
        notice(line)


def show_tracebacks(shown: bool) -> None:
    """Have ``failure`` and ``traceback`` print tracebacks, or not: what ``--debug`` asks for."""
    global _tracebacks
    _tracebacks = shown


_tracebacks = False


def _print(line: str, *, err: bool = False, label: str = "") -> None:
    """Print ``line``, behind ``label``, which may hold escape sequences as nothing else may.

    Raises ``OSError`` where the stream can't be written.
    """
    shown = as_shown(line, sys.stderr if err else sys.stdout)
    click.echo(f"{label} {shown}" if label else shown, err=err)


def as_shown(line: str, stream: Any) -> str:
    """``line`` as ``stream`` can show it, whatever its encoding."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return printable(line).encode(encoding, "backslashreplace").decode(encoding)
