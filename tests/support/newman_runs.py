"""Runs of Newman that share a process: loading Newman takes ten times as long as a short run.

``tools/newman-command.js`` calls the command line of Newman itself. Arguments, output, reports and exit code
are those of a run in a process of its own; ``e2e/test_newman_runs.py`` compares the two.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

_SCRIPT = Path(__file__).parents[1] / "tools" / "newman-command.js"
#: Seconds after which a run is ended.
_MOST_SECONDS = 180
#: Runs after which a process is replaced, so that its memory doesn't grow with the number of tests.
_MOST_RUNS = 60


class Shared:
    """A process for the runs of one version of Newman, started by its first run."""

    def __init__(self, executable: Path) -> None:
        self._executable = executable
        self._process: subprocess.Popen[str] | None = None
        self._runs = 0
        self._lock = threading.Lock()

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str] | None:
        """Run Newman in ``folder``. Returns its exit code and output, or ``None`` if it is running already.

        Raises ``TimeoutError``.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            if self._runs == _MOST_RUNS:
                self.close()
            process = self._process or self._started()
            self._runs += 1
            assert process.stdin is not None
            assert process.stdout is not None
            job = {"arguments": arguments, "folder": str(folder), "environment": dict(environment)}
            timer = threading.Timer(_MOST_SECONDS, process.kill)
            timer.start()
            try:
                print(json.dumps(job), file=process.stdin, flush=True)
                line = process.stdout.readline()
            finally:
                timer.cancel()
            if not line:
                self.close()
                raise TimeoutError("Newman ended without a result, or took too long")
            done = json.loads(line)
            return done["code"], done["output"]
        finally:
            self._lock.release()

    def _started(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            ["node", _SCRIPT, self._executable],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.close)
        return self._process

    def close(self) -> None:
        """End the process, if there is one; the next run starts another."""
        process, self._process, self._runs = self._process, None, 0
        atexit.unregister(self.close)
        if process is not None:
            with process:
                process.kill()
