"""The entry point of the command: what has to be set up before anything else is imported."""

from __future__ import annotations

import os
import signal
import sys


def run() -> None:
    """Run the command ``callsheet``. Ctrl-C ends it at any time, without a traceback."""
    try:
        _open_standard_streams()
        from generator.cli.main import main

        main(prog_name="callsheet")
    except KeyboardInterrupt:
        os._exit(130)
    finally:
        # The exit code is decided, and the process ends in milliseconds: ctrl-C must not change that any
        # more.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _open_standard_streams() -> None:
    """Open each standard stream that the caller closed, lest the next file to be opened take its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The system assigns the lowest free number, which is this one.
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115


if __name__ == "__main__":
    run()
