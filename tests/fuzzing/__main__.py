"""Run each target for some time, with Atheris if it is installed, and with Hypothesis."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from fuzzing.choices import Choices
from fuzzing.targets import TARGETS

#: The folder of failures: the database of Hypothesis, and the inputs that Atheris found.
REPORTS = Path(__file__).parent.parent.parent / "reports" / "fuzzing"


def main() -> int:
    """Run the named targets, or all; returns 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"some of {', '.join(TARGETS)}; all by default"
    )
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--engine", choices=["all", "atheris", "hypothesis"], default="all")
    given = parser.parse_args()
    unknown = sorted(set(given.targets) - set(TARGETS))
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    os.environ.setdefault("CALLSHEET_CACHE", "off")
    REPORTS.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in given.targets or TARGETS:
        engines = _engines(given.engine)
        for engine in engines:
            print(f"{name}: {engine.__name__.lstrip('_')}, {given.seconds / len(engines):.0f} s", flush=True)
            if not engine(name, given.seconds / len(engines)):
                failed.append(f"{name} ({engine.__name__.lstrip('_')})")
    print(f"Found something: {', '.join(failed)}" if failed else "Nothing was found.")
    return 1 if failed else 0


def _engines(named: str) -> list[Any]:
    if named == "hypothesis":
        return [_hypothesis]
    try:
        import atheris
    except ImportError:
        print("Atheris is not installed: Hypothesis alone.")
        return [_hypothesis]
    del atheris
    return [_atheris] if named == "atheris" else [_atheris, _hypothesis]


def _hypothesis(name: str, seconds: float) -> bool:
    """Search until the time is up; a failure is shrunk, printed, and tried first the next time."""
    import hypothesis
    from hypothesis import strategies as st
    from hypothesis.database import DirectoryBasedExampleDatabase

    runs = 0
    settings = hypothesis.settings(
        max_examples=10,  # time is checked between rounds: Hypothesis doesn't allow it within one
        deadline=None,
        database=DirectoryBasedExampleDatabase(REPORTS / "hypothesis"),
        suppress_health_check=list(hypothesis.HealthCheck),
    )

    end = time.monotonic() + seconds
    while time.monotonic() < end:

        @settings
        @hypothesis.seed(time.time_ns())
        @hypothesis.given(st.data())
        def search(data: Any) -> None:
            nonlocal runs
            runs += 1
            TARGETS[name](Choices(lambda most: data.draw(st.integers(0, most))))

        try:
            search()
        except Exception as error:
            import traceback

            traceback.print_exception(error)
            return False
    print(f"  {runs} inputs")
    return True


def _atheris(name: str, seconds: float) -> bool:
    """Search guided by coverage of our code, in a separate process, since Atheris ends with ``exit``."""
    corpus = REPORTS / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in range(20):  # from an empty corpus it takes minutes until inputs are long enough to matter
        (corpus / f"seed-{seed}").write_bytes(random.Random(seed).randbytes(1024))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "fuzzing.guided", name, str(corpus)),
            *(
                f"-max_total_time={max(int(seconds), 1)}",
                "-timeout=60",
                "-rss_limit_mb=4096",
                "-max_len=4096",
                "-len_control=0",
            ),
            *("-print_final_stats=1", f"-artifact_prefix={REPORTS}/{name}-"),
        ],
        check=False,
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
