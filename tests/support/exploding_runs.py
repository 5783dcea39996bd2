"""Run the cases of ``exploding``, each in processes of its own, and report their time and memory.

It reads the names of cases from standard input, each a JSON string on its line, and prints a JSON object for
each: for each command the exit code, processor time in seconds, memory in MiB, and the printed text.

Both commands read the description and build its model in the same way. A process does so once and is then
forked for each command, which goes on from there; the time counts for both. The time of importing modules and
compiling templates counts for both as well, but is spent once, before the first case.

The speed of a shared machine varies. A case that takes longer than the limit is therefore run again, with
known work timed before and after: the fastest run counts, and the limit grows with the time of that work.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any
from unittest import mock

from generator import api, deep_stack
from generator.cli import main as cli
from generator.escaping.example_values import concrete
from support import exploding

#: Seconds of processor time that a command may take.
_LIMIT = 5.0
#: Seconds that the known work takes on the machine for which ``_LIMIT`` is set, and the largest factor by
#: which the limit grows on a slower one.
_PACE = 0.1
_SLOWEST = 3.0
#: How often a case is run at most.
_MOST_RUNS = 3
#: Seconds of processor time after which a process is killed.
_MOST_SECONDS = 20
_COMMANDS = ("generate", "validate")


def main() -> None:
    """Measure the cases named on standard input until it ends."""
    os.environ["CALLSHEET_CACHE"] = "off"
    start = _start()
    for line in sys.stdin:
        print(json.dumps(_measured(exploding.text(json.loads(line)), start)), flush=True)


def _start() -> float:
    """Run both commands on a small description. Returns the processor time of the first run."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "d.json").write_text(json.dumps(exploding.body(exploding.TEXT)))
        begin = time.process_time()
        taken = []
        for command in _COMMANDS:
            code, printed = _run(command, Path(folder))
            assert code == 0, printed
            taken.append(time.process_time() - begin)
    # The commands turn it off; the known work is timed with it.
    gc.enable()
    return taken[0]


def _measured(text: str, start: float) -> dict[str, Any]:
    """The measurements of each command, and the ``limit`` of their seconds on this machine, as it is now."""
    found, limit = _both(text, start), _LIMIT
    for _ in range(_MOST_RUNS - 1):
        if all(found[command]["seconds"] < limit for command in _COMMANDS):
            break
        before = _pace()
        again = _both(text, start)
        limit = max(limit, _LIMIT * min(max(before, _pace()) / _PACE, _SLOWEST))
        for command in _COMMANDS:
            found[command] = min(found[command], again[command], key=itemgetter("seconds"))
    return {**found, "limit": limit}


def _pace() -> float:
    """The processor time, in seconds, of similar work: JSON, objects, dictionaries and strings.

    It uses no code of the project: otherwise a slower project would slow down the yardstick too.
    """
    begin = time.process_time()
    plain = [{"name": str(n), "items": [n, {"text": "x" * (n % 50)}]} for n in range(12_000)]
    known: dict[tuple[int, str], list[str]] = {}
    for each in json.loads(json.dumps(plain)):
        known[id(each), each["name"]] = each["name"].replace("1", "22").split("2")
    return time.process_time() - begin


def _both(text: str, start: float) -> dict[str, Any]:
    """The measurements of each command on the description ``text``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "d.json").write_text(text)
        reading = _forked(lambda: _read_then_run(folder))
        found = {}
        for command in _COMMANDS:
            report = folder / f"{command}.json"
            # There is none if the process was killed before it could run the command.
            found[command] = json.loads(report.read_text()) if report.exists() else reading
            found[command] = {**found[command], "seconds": found[command]["seconds"] + start}
        files = [path for path in (folder / "out").rglob("*") if path.is_file()]
        found["generate"] |= {
            "broken": [path.name for path in files if path.suffix == ".json" and not _is_json(path)],
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files),
        }
    return found


class _Reading:
    """Reads a description and builds its model once, then acts as if it did so at each call."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._document: Any = None
        self._model: Any = None
        self._error: Exception | None = None
        self._attempts = 0
        begin = time.process_time()
        try:
            deep_stack.run(self._read)
        except Exception as error:
            self._error = error
        self._seconds = time.process_time() - begin
        self._too_deep = self._attempts == 2
        self.seconds = 0.0
        """The processor time that the calls would have taken."""

    def _read(self) -> None:
        self._attempts += 1
        self._document = api.load_document(self._file)
        self._model = api.build_api(self._document, concrete, webhooks=True, callbacks=True)

    def load_document(self, *_args: Any) -> Any:
        if self._too_deep:
            # What calls this is then called again with a deep stack.
            self._too_deep = False
            raise RecursionError
        self.seconds += self._seconds
        if self._document is None and self._error:
            raise self._error
        return self._document

    def build_api(self, *_args: Any, **_options: Any) -> Any:
        if self._error:
            raise self._error
        return self._model


def _read_then_run(folder: Path) -> None:
    """Read the description and build its model, then run each command in a fork of this process."""
    gc.disable()
    reading = _Reading(folder / "d.json")
    with (
        mock.patch.object(api, "load_document", reading.load_document),
        mock.patch.object(api, "build_api", reading.build_api),
    ):
        for command in _COMMANDS:
            report = folder / f"{command}.json"

            def work(command: str = command, report: Path = report) -> None:
                code, printed = _run(command, folder)
                report.write_text(json.dumps({"code": code, "printed": printed, "shared": reading.seconds}))

            used = _forked(work)
            found = json.loads(report.read_text()) if report.exists() else {"shared": 0.0}
            report.write_text(json.dumps({**used, **found, "seconds": used["seconds"] + found["shared"]}))


def _forked(work: Callable[[], None]) -> dict[str, Any]:
    """Do ``work`` in a process of its own. Returns its exit code, processor time and memory."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            work()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(70)
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": usage.ru_utime + usage.ru_stime,
        "mebibytes": usage.ru_maxrss / 1024,
        "printed": "",
    }


def _run(command: str, folder: Path) -> tuple[int, str]:
    """Run the command in this process. Returns its exit code and the text that it printed."""
    more = ("-o", str(folder / "out"), "--webhooks", "--callbacks") if command == "generate" else ()
    code = 70
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            cli.main([command, str(folder / "d.json"), *more])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException as error:
        out.write(f"Traceback: {type(error).__name__}: {error}")
    return code, out.getvalue()


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return isinstance(error, RecursionError)
    return True


if __name__ == "__main__":
    main()
