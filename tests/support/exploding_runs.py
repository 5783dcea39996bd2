"""Run the cases of ``exploding``, each in its own process, and report their time and memory.

It reads the names of cases from standard input, each a JSON string on its line, and prints a JSON object for
each: for each command the exit code, processor time in seconds, memory in MiB, and the printed text. Modules
are imported once, before the processes are forked, so that little but the work itself is measured.

The speed of a shared machine varies. Known work is therefore timed before and after each case, and a case
that took long is run twice: the faster run counts.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from operator import itemgetter
from pathlib import Path
from typing import Any

from generator.cli import main as cli
from generator.reading.validation import full_validation  # noqa: F401
from support import exploding

#: Seconds of processor time after which a command is killed.
_MOST_SECONDS = 20
#: Seconds of processor time above which a command is run a second time.
_LONG = 3.5


def main() -> None:
    """Measure the cases named on standard input until it ends."""
    os.environ["CALLSHEET_CACHE"] = "off"
    for line in sys.stdin:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "d.json"
            file.write_text(exploding.text(json.loads(line)))
            before = _pace()
            found: dict[str, Any] = {
                command: _measured(command, file, Path(folder)) for command in ("generate", "validate")
            }
            print(json.dumps({"pace": max(before, _pace()), **found}), flush=True)


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


def _measured(command: str, file: Path, folder: Path) -> dict[str, Any]:
    """The measurements of a command; if it took long, those of the faster of two runs."""
    found = _forked(command, file, folder)
    if _LONG < found["seconds"] < _MOST_SECONDS:
        shutil.rmtree(folder / "out", ignore_errors=True)
        found = min(found, _forked(command, file, folder), key=itemgetter("seconds"))
    return found


def _forked(command: str, file: Path, folder: Path) -> dict[str, Any]:
    printed = folder / f"{command}.txt"
    child = os.fork()
    if child == 0:
        _run(command, file, folder, printed)
    _, status, usage = os.wait4(child, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": usage.ru_utime + usage.ru_stime,
        "mebibytes": usage.ru_maxrss / 1024,
        "printed": printed.read_text() if printed.exists() else "",
        "broken": [path.name for path in (folder / "out").rglob("*.json") if not _is_json(path)],
        "files": sum(1 for path in (folder / "out").rglob("*") if path.is_file()),
        "bytes": sum(path.stat().st_size for path in (folder / "out").rglob("*") if path.is_file()),
    }


def _run(command: str, file: Path, folder: Path, printed: Path) -> None:
    """Run the command in this process, then exit."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    more = ("-o", str(folder / "out"), "--webhooks", "--callbacks") if command == "generate" else ()
    code = 70
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            cli.main([command, str(file), *more])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException as error:
        out.write(f"Traceback: {type(error).__name__}: {error}")
    printed.write_text(out.getvalue())
    os._exit(code)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return isinstance(error, RecursionError)
    return True


if __name__ == "__main__":
    main()
