"""Where the command begins: what has to hold before anything else is imported."""

from __future__ import annotations

import os
import signal
import sys


def run() -> None:
    """Run the command ``callsheet``; ctrl-C ends it quietly at any time."""
    try:
        _open_standard_streams()
        from generator.cli.main import main

        main(prog_name="callsheet")
    except KeyboardInterrupt:
        os._exit(130)
    finally:
        # The exit code is settled: what is left of the process takes milliseconds.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _open_standard_streams() -> None:
    """Open what the caller closed: the next file that is opened must not become standard output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The system gives the lowest free number, which is this one.
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115


if __name__ == "__main__":
    run()
