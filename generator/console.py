"""Print lines on standard output and standard error that are safe for any terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from generator.escaping.printable import printable

if TYPE_CHECKING:
    from generator.errors import CallsheetError


def say(line: object = "") -> None:
    """Print a line of the command's result on standard output."""
    _print(str(line))


def notice(line: object) -> None:
    """Print a line of information for the user on standard error."""
    _print(str(line), err=True)


def error(what: object) -> None:
    """Print one problem that has to be fixed."""
    _print(str(what), err=True, label=click.style("error:", fg="red", bold=True))


def warning(what: object) -> None:
    """Print one problem that doesn't stop the command."""
    _print(str(what), err=True, label=click.style("warning:", fg="yellow"))


def failure(failed: CallsheetError) -> None:
    """Print the error that stopped the command; with ``--debug``, the traceback of its cause as well."""
    for problem in failed.problems:
        error(problem)
    if _tracebacks and failed.__cause__ is not None:
        traceback(trace(failed.__cause__))


def usage(wrong: click.ClickException) -> None:
    """Print a usage error as click does: the usage, a hint at ``--help``, and what is wrong."""
    context = getattr(wrong, "ctx", None)
    if context is not None:
        for line in context.get_usage().splitlines():
            notice(line)
        notice(f"Try '{context.command_path} --help' for help.")
        notice("")
    _print(wrong.format_message(), err=True, label="Error:")


def trace(error: BaseException) -> str:
    """The traceback of ``error`` as text. It may quote the input."""
    from traceback import format_exception

    return "".join(format_exception(error))


def traceback(text: str) -> None:
    """Print the traceback ``text`` if ``show_tracebacks`` has been turned on."""
    for line in text.splitlines() if _tracebacks else ():
        notice(line)


def show_tracebacks(shown: bool) -> None:
    """Turn the tracebacks that ``failure`` and ``traceback`` print on or off (the option ``--debug``)."""
    global _tracebacks
    _tracebacks = shown


_tracebacks = False


def _print(line: str, *, err: bool = False, label: str = "") -> None:
    """Print ``line`` after ``label``, the only part that may hold escape sequences.

    Raises ``OSError`` if the stream can't be written.
    """
    shown = as_shown(line, sys.stderr if err else sys.stdout)
    click.echo(f"{label} {shown}" if label else shown, err=err)


def as_shown(line: str, stream: Any) -> str:
    """``line``, printable and in the encoding of ``stream``: other characters become escapes (``\\x1b``)."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return printable(line).encode(encoding, "backslashreplace").decode(encoding)
