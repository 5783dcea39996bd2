"""Report failures: the message that is printed, and the exit code of the command."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NoReturn, TextIO

import click

from generator import console
from generator.errors import CallsheetError, InternalError, Place, Problem, only_documented

#: Something is wrong with the arguments, the input or the output folder.
WRONG = 2
#: A fault of the program: ``EX_SOFTWARE`` of BSD's ``sysexits.h``.
FAULT = 70
#: The printed output could not be written: ``EX_IOERR``.
UNPRINTED = 74
INTERRUPTED = 128 + signal.SIGINT
#: The reader of the printed output is gone, as with ``| head -1``: what a shell reports for ``SIGPIPE``, 13.
UNREAD = 128 + 13

#: Errors of the standard streams. All other calls that may raise them name a file.
_OF_STREAMS = frozenset(
    getattr(errno, name, -1) for name in ("EPIPE", "ENOSPC", "EIO", "EBADF", "EFBIG", "EDQUOT")
)


@contextmanager
def reported() -> Iterator[None]:
    """Turn every exception into a message and an exit code. Tracebacks are printed with ``--debug`` only."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        _end(INTERRUPTED, partial(console.notice, "Interrupted."))
    except OSError as error:
        if error.filename is None and error.errno in _OF_STREAMS:
            _unprinted(error)
        _fail(error)
    except click.ClickException as error:
        _end(error.exit_code, partial(console.usage, error))
    except click.exceptions.Exit:
        raise
    except Exception as error:
        _fail(error)


def code(error: CallsheetError) -> int:
    """The exit code of ``error``."""
    return FAULT if isinstance(error, InternalError) else WRONG


def refuse_a_lost_folder() -> None:
    """Raise ``CallsheetError`` if the current folder was removed, so that relative paths lead nowhere."""
    try:
        Path.cwd()
    except FileNotFoundError:
        problem = Problem(
            Place("callsheet"), "The current folder no longer exists.", "Change to another one."
        )
        raise CallsheetError(problem) from None


def _fail(error: Exception) -> NoReturn:
    try:
        with only_documented("callsheet"):
            raise error
    except CallsheetError as failed:
        documented = failed
    _end(code(documented), partial(console.failure, documented))


def _unprinted(error: OSError) -> NoReturn:
    """Exit because a stream can't be written. Standard error gets the reason, if that is possible."""
    if error.errno == errno.EPIPE:
        _end(UNREAD)
    what = f"The output can't be printed: {error.strerror}."
    _end(UNPRINTED, partial(console.error, what))


def _end(status: int, report: Callable[[], None] = lambda: None) -> NoReturn:
    """Call ``report``, which may find its stream closed as well, and exit with ``status``."""
    with suppress(OSError):
        report()
    _let_go(sys.stdout)
    _let_go(sys.stderr)
    sys.exit(status)


def _let_go(stream: TextIO) -> None:
    """Discard what ``stream`` still holds if it can't be written: Python would try again at exit."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
