"""How the command ends when something fails: the exit code, and the message."""

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

#: Something has to be put right: arguments, input, the output folder.
WRONG = 2
#: A fault of the program: ``EX_SOFTWARE`` of BSD's ``sysexits.h``.
FAULT = 70
#: What was printed could not be written: ``EX_IOERR``.
UNPRINTED = 74
INTERRUPTED = 128 + signal.SIGINT
#: Whoever read what was printed is gone, as with ``| head -1``: what a shell reports of ``SIGPIPE``, 13.
UNREAD = 128 + 13

#: What a stream can fail with; no other call that may raise these is made without a file's name.
_OF_STREAMS = frozenset(
    getattr(errno, name, -1) for name in ("EPIPE", "ENOSPC", "EIO", "EBADF", "EFBIG", "EDQUOT")
)


@contextmanager
def reported() -> Iterator[None]:
    """Turn every exception into a message and an exit code; no traceback is printed without ``--debug``."""
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
    """Raise ``CallsheetError`` where the current folder was removed: no relative path leads anywhere."""
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
    """End because a line could not be printed; that is said on the other stream, if it can be."""
    if error.errno == errno.EPIPE:
        _end(UNREAD)
    what = f"The output can't be printed: {error.strerror}."
    _end(UNPRINTED, partial(console.error, what))


def _end(status: int, tell: Callable[[], None] = lambda: None) -> NoReturn:
    """Exit with ``status`` after ``tell``, which may find its stream closed as well."""
    with suppress(OSError):
        tell()
    _let_go(sys.stdout)
    _let_go(sys.stderr)
    sys.exit(status)


def _let_go(stream: TextIO) -> None:
    """Have what a stream still holds go nowhere if it can't be written: Python tries again when it ends."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
