"""At whatever moment a run ends, the next one finishes its work, and `check` is right until then."""

from __future__ import annotations

import ast
import contextlib
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, TESTS, run

from generator.errors import OutputError
from generator.output import Rendered, compare, disk, locking, write
from generator.output_names import MANIFEST, STAGING
from generator.texts import Pieces

CALLSHEET = Path(sys.executable).parent / "callsheet"
ALL = ("x", "y")
SAME = Pieces(lambda: iter(["same ", "in pieces\n"]))
BEFORE = {
    "kept.txt": Rendered("x", "same\n"),
    "pieces.txt": Rendered("x", SAME),
    "changed.sh": Rendered("y", "before\n"),
    "gone/deep/old.txt": Rendered("x", "old\n"),
    "gone/edited.txt": Rendered("x", "old\n"),
}
AFTER = {
    "kept.txt": Rendered("x", "same\n"),
    "pieces.txt": Rendered("x", SAME),
    "changed.sh": Rendered("y", "after\n"),
    "new/deep/one.txt": Rendered("x", "new\n"),
    "new/two.txt": Rendered("x", Pieces(lambda: iter(["two\n"] * 40_000))),
}
#: A file that somebody else wrote, which must stay as it is.
THEIRS = {"mine.txt": "mine\n", "gone/edited.txt": "my notes\n", "gone/mine.txt": "mine\n"}
EXPECTED = {path: each.text for path, each in AFTER.items()} | THEIRS


class Killed(BaseException):
    """Simulates the end of the process, after which it changes nothing."""


class Disk:
    """Counts the calls that change the disk, and makes one fail, or the process end before or after it."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = self.ends_before = self.ends_after = 0
        self.is_dead = False

    def __call__(self, call: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.count += 1
        if self.is_dead or self.count == self.ends_before:
            self.is_dead = True
            raise Killed
        if self.count == self.fails:
            raise OSError(errno.EIO, "Input/output error", "a file")
        try:
            return call(*args, **named)
        finally:
            if self.count == self.ends_after:
                self.is_dead = True
                raise Killed


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Disk]:
    def begin(**when: int) -> Disk:
        found = Disk()
        vars(found).update(when)
        monkeypatch.setattr(disk, "change", found)
        return found

    return begin


def _files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def _begin(folder: Path) -> None:
    write(folder, BEFORE, ALL)
    for path, text in THEIRS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def _assert_finished(folder: Path) -> None:
    """Check that the folder holds exactly what belongs there, and that `check` says so."""
    found = _files(folder)
    del found[MANIFEST]
    assert found == EXPECTED
    assert compare(folder, AFTER, ALL) == []
    assert not list(folder.rglob(f"{STAGING}*"))
    assert [p for p in folder.rglob("*") if p.is_dir() and not any(p.iterdir())] == []
    assert (folder / "changed.sh").stat().st_mode & 0o111


def _is_whole(folder: Path, source: dict[str, Rendered]) -> bool:
    found = _files(folder)
    return all(found.get(path) == each.text for path, each in source.items() if path not in THEIRS)


def _calls(folder: Path, change: Callable[..., Disk]) -> int:
    """The number of calls that change the disk when the folder is changed from ``BEFORE`` to ``AFTER``."""
    _begin(folder)
    counted = change()
    write(folder, AFTER, ALL)
    _assert_finished(folder)
    return counted.count


@pytest.mark.parametrize("end", ["ends_before", "ends_after"])
def test_the_next_run_finishes_the_work_at_whatever_call_the_process_ended(end, tmp_path, change):
    total = _calls(tmp_path / "count", change)
    assert total > 20
    for number in range(1, total + 1):
        folder = tmp_path / f"{number}"
        change()
        _begin(folder)
        change(**{end: number})
        with pytest.raises(Killed):
            write(folder, AFTER, ALL)
        change()
        # It has the earlier state, or `check` says that it is half written. "Up to date" is never wrong.
        before, after = compare(folder, BEFORE, ALL), compare(folder, AFTER, ALL)
        assert after or (end == "ends_after" and number == total), f"call {number}: this was not the end"
        interrupted = {s.path for s in before if s.state == "interrupted"}
        assert interrupted <= {MANIFEST, STAGING}
        assert MANIFEST in interrupted or _is_whole(folder, BEFORE) or _is_whole(folder, AFTER)
        write(folder, AFTER, ALL)
        _assert_finished(folder)


@pytest.mark.parametrize("end", ["ends_before", "ends_after"])
def test_a_run_back_to_the_earlier_state_finishes_as_well(end, tmp_path, change):
    total = _calls(tmp_path / "count", change)
    for number in range(1, total + 1):
        folder = tmp_path / f"{number}"
        change()
        _begin(folder)
        # (A file that was edited and is no longer written isn't ours any more, and in the way.)
        (folder / "gone/edited.txt").write_text(BEFORE["gone/edited.txt"].text)
        change(**{end: number})
        with contextlib.suppress(Killed):
            write(folder, AFTER, ALL)
        change()
        write(folder, BEFORE, ALL)
        assert compare(folder, BEFORE, ALL) == []
        found = _files(folder)
        assert {path for path in found if path.startswith("new")} == set(), f"call {number}"
        assert not (folder / "new").exists(), f"call {number}"
        assert found["mine.txt"] == "mine\n"
        assert not list(folder.rglob(f"{STAGING}*"))


def test_two_runs_that_end_one_after_the_other_are_finished_by_a_third(tmp_path, change):
    total = _calls(tmp_path / "count", change)
    third = {**AFTER, "new/two.txt": Rendered("x", "three\n"), "third.txt": Rendered("x", "3\n")}
    for number in range(3, 2 * total, 5):
        folder = tmp_path / f"{number}"
        change()
        _begin(folder)
        change(ends_after=total - 1 - number % 9)
        with pytest.raises(Killed):
            write(folder, third, ALL)
        change(ends_before=1 + number % total)
        with contextlib.suppress(Killed):
            write(folder, AFTER, ALL)
        change()
        write(folder, AFTER, ALL)
        _assert_finished(folder)


def test_a_failure_is_reported_and_the_next_run_finishes(tmp_path, change):
    total = _calls(tmp_path / "count", change)
    for number in range(1, total + 1):
        folder = tmp_path / f"{number}"
        change()
        _begin(folder)
        before, edited = _files(folder), compare(folder, BEFORE, ALL)
        change(fails=number)
        try:
            write(folder, AFTER, ALL)
        except OutputError as error:
            change()
            (problem,) = error.problems
            assert "Input/output error" in problem.what
            if "Nothing was written" in problem.advice:
                assert _files(folder) == before, f"call {number}"
                assert compare(folder, BEFORE, ALL) == edited
            else:
                assert "half written" in problem.advice
                assert any(s.state == "interrupted" for s in compare(folder, AFTER, ALL))
        else:
            # Only cleaning up may fail silently; `check` reports what it leaves.
            change()
            left = compare(folder, AFTER, ALL)
            assert {s.path for s in left} <= {STAGING}
            assert _is_whole(folder, AFTER)
        write(folder, AFTER, ALL)
        found = _files(folder)
        del found[MANIFEST]
        assert found == EXPECTED, f"call {number}"
        assert compare(folder, AFTER, ALL) == []
        assert not (folder / STAGING).exists()


def test_the_very_first_run_can_end_at_any_call_too(tmp_path, change):
    counted = change()
    write(tmp_path / "count/out", AFTER, ALL)
    for number in range(1, counted.count + 1):
        folder = tmp_path / f"{number}" / "out"
        change(ends_after=number)
        with pytest.raises(Killed):
            write(folder, AFTER, ALL)
        change()
        assert compare(folder, AFTER, ALL) or number == counted.count, f"call {number}"
        write(folder, AFTER, ALL)
        assert compare(folder, AFTER, ALL) == []
        assert set(_files(folder)) == {*AFTER, MANIFEST}


def test_a_first_run_that_fails_removes_its_folders(tmp_path, change):
    for number in range(1, 12):
        change(fails=number)
        with pytest.raises(OutputError):
            write(tmp_path / "a/b/out", AFTER, ALL)
        assert list(tmp_path.iterdir()) == [], f"call {number}"


def test_a_file_that_somebody_put_in_the_place_of_a_new_one_is_not_ours(tmp_path, change):
    _begin(tmp_path)
    change(ends_after=_calls(tmp_path / "count", change) - 12)
    with pytest.raises(Killed):
        write(tmp_path, AFTER, ALL)
    change()
    (tmp_path / "new/deep").mkdir(parents=True, exist_ok=True)
    (tmp_path / "new/deep/one.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"one\.txt.*in the way"):
        write(tmp_path, AFTER, ALL)
    assert (tmp_path / "new/deep/one.txt").read_text() == "mine"


def test_every_call_that_changes_the_disk_can_be_made_to_fail():
    """They are all in `disk`, and all of them go through `change`, so that the tests above miss none."""
    calls = {
        *("mkdir", "makedirs", "write", "replace", "rename", "unlink", "rmdir", "remove", "chmod", "fchmod"),
        *("truncate", "link", "symlink", "rmtree", "utime", "open", "fdopen", "sendfile", "copy", "move"),
    }
    methods = {"write_text", "write_bytes", "touch", "symlink_to", "hardlink_to", "mkdir", "rmdir", "unlink"}
    # Reading opens files as well; only one of the places creates a file.
    allowed = {("disk.py", "open"): 3, ("disk.py", "fdopen"): 1, ("locking.py", "open"): 1}
    found: dict[tuple[str, str], int] = {}
    for file in sorted((ROOT / "generator" / "output").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                owner = getattr(getattr(node.func, "value", None), "id", "")
                is_bare = isinstance(node.func, ast.Name)
                if name in methods or (name in calls and (owner in ("os", "shutil") or is_bare)):
                    found[file.name, name] = found.get((file.name, name), 0) + 1
    assert found == allowed


# --- Real processes -------------------------------------------------------------------------------------

#: Writes the files named by its arguments, and kills itself with SIGKILL at the call with the given number.
KILLED = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {shared!r}]
import test_output_recovery as t
from generator.output import disk, write
from pathlib import Path
count, folder = int(sys.argv[1]), Path(sys.argv[2])
def change(call, *args, **named):
    global count
    result = call(*args, **named)
    count -= 1
    if count == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
disk.change = change
write(folder, t.AFTER, t.ALL)
"""


def test_kill_9_at_a_call_leaves_no_lock(tmp_path, change):
    total = _calls(tmp_path / "count", change)
    change()
    for number in (4, total // 2, total - 12, total - 3):
        folder = tmp_path / f"{number}"
        _begin(folder)
        code = KILLED.format(tests=str(Path(__file__).parent), shared=str(TESTS))
        done = subprocess.run([sys.executable, "-c", code, str(number), str(folder)], timeout=60, check=False)
        assert done.returncode == -signal.SIGKILL
        assert compare(folder, AFTER, ALL)
        write(folder, AFTER, ALL)
        _assert_finished(folder)


DESCRIPTION = """
openapi: 3.1.0
info: {title: Things, version: '%s'}
servers: [{url: 'https://api.example.com/v1'}]
paths:
"""


def _describe(folder: Path, version: str, numbers: range) -> None:
    paths = "".join(
        f"  /{n}:\n    get: {{operationId: o{n}, tags: [T{n % 7}], responses: {{2XX: {{description: F}}}}}}\n"
        for n in numbers
    )
    (folder / "api.yaml").write_text(DESCRIPTION % version + paths)


def test_the_next_run_repairs_a_kill_9_at_any_moment_of_the_command(tmp_path):
    """The moments differ each time; what has to be true doesn't."""
    env = {"CALLSHEET_CACHE": str(tmp_path / "cache")}
    command = [CALLSHEET, "generate", "api.yaml", "-o", "out"]
    checked = [CALLSHEET, "check", "api.yaml", "-o", "out"]
    _describe(tmp_path, "0", range(40))
    began = time.monotonic()
    assert run(*command, cwd=tmp_path, env=env).code == 0
    lasts = time.monotonic() - began
    (tmp_path / "out/curl/mine.md").write_text("mine")
    for turn in range(4):
        _describe(tmp_path, str(turn), range(turn, 40 + turn * 3))
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, **env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(random.uniform(0.4, 1.1) * lasts)
        process.kill()
        if process.wait() != 0:
            assert run(*checked, cwd=tmp_path, env=env).code in (0, 1)
        done = run(*command, cwd=tmp_path, env=env)
        assert done.code == 0, done.output
        done = run(*checked, cwd=tmp_path, env=env)
        assert (done.code, "is up to date" in done.output) == (0, True), done.output
        names = {path.name for path in (tmp_path / "out").rglob("*")}
        assert not {name for name in names if name.startswith(".callsheet") or name.endswith(".new")}
        assert (tmp_path / "out/curl/mine.md").read_text() == "mine"
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "out/curl/mine.md").unlink()
    assert run(CALLSHEET, "generate", "api.yaml", "-o", "afresh", cwd=tmp_path, env=env).code == 0
    assert _files(tmp_path / "out") == _files(tmp_path / "afresh")


# --- Several at once ------------------------------------------------------------------------------------


def _slow(files: dict[str, Rendered], seconds: float) -> Iterator[tuple[str, Rendered]]:
    for each in files.items():
        time.sleep(seconds)
        yield each


def test_of_two_concurrent_runs_one_waits_and_the_last_one_wins(tmp_path):
    states = [BEFORE, AFTER] * 4
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda files: write(tmp_path, _slow(files, 0.005), ALL), states))
    differences = [compare(tmp_path, files, ALL) for files in (BEFORE, AFTER)]
    assert [] in differences
    write(tmp_path, AFTER, ALL)
    assert set(_files(tmp_path)) == {*AFTER, MANIFEST}


def test_check_waits_for_a_run_that_writes(tmp_path):
    write(tmp_path, BEFORE, ALL)
    started = threading.Event()

    def files() -> Iterator[tuple[str, Rendered]]:
        started.set()
        yield from _slow(AFTER, 0.05)

    thread = threading.Thread(target=lambda: write(tmp_path, files(), ALL))
    thread.start()
    started.wait(10)
    assert compare(tmp_path, AFTER, ALL) == []
    thread.join()


@pytest.mark.parametrize("can_lock_folders", [True, False])
def test_a_run_that_waits_too_long_says_so_and_writes_nothing(can_lock_folders, tmp_path, monkeypatch):
    """If folders can't be locked, as on some network drives, a file elsewhere is locked instead."""
    fcntl = pytest.importorskip("fcntl")
    flock = fcntl.flock

    def only_files(descriptor: int, how: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").is_dir() and not can_lock_folders:
            raise OSError(errno.ENOTSUP, "Operation not supported")
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", only_files)
    monkeypatch.setattr(locking, "_PATIENCE", 0.1)
    write(tmp_path, BEFORE, ALL)
    before = _files(tmp_path)
    with disk.Folder(tmp_path) as other, locking.locked(other):
        for again in (lambda: write(tmp_path, AFTER, ALL), lambda: compare(tmp_path, AFTER, ALL)):
            with pytest.raises(
                OutputError, match=r"Another run .* writing to this folder.*Nothing was written"
            ):
                again()
        assert _files(tmp_path) == before
    with disk.Folder(tmp_path) as other, locking.locked(other, shared=True):
        assert compare(tmp_path, BEFORE, ALL) == []
    write(tmp_path, AFTER, ALL)
    assert compare(tmp_path, AFTER, ALL) == []


# --- A disk that is full, or can't be written ------------------------------------------------------------

FULL = """
import resource, signal, sys
from generator.cli.main import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
main()
"""


@pytest.mark.parametrize("limit", [0, 1, 500, 4000, 12000])
def test_on_a_full_disk_nothing_is_written_and_nothing_left_behind(limit, tmp_path):
    """A limit on the size of files simulates a full disk."""
    _describe(tmp_path, "1", range(3))
    command = [sys.executable, "-c", FULL, str(limit), "generate", "api.yaml", "-o"]
    done = run(*command, "new/out", cwd=tmp_path)
    assert done.code == 2, done.output
    assert "The output can't be written: File too large." in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "new").exists()
    assert run(CALLSHEET, "generate", "api.yaml", "-o", "out", cwd=tmp_path).code == 0
    before = _files(tmp_path / "out")
    _describe(tmp_path, "2", range(20))
    done = run(*command, "out", cwd=tmp_path)
    assert (done.code, _files(tmp_path / "out")) == (2, before), done.output


def test_a_folder_that_cannot_be_written_is_found_before_anything_changes(tmp_path, monkeypatch):
    _begin(tmp_path)
    before = _files(tmp_path)
    access = os.access

    def read_only(path: Any, mode: int, *, dir_fd: int | None = None) -> bool:
        where = Path(f"/proc/self/fd/{dir_fd}").readlink()
        return where == tmp_path and access(path, mode, dir_fd=dir_fd)

    (tmp_path / "new").mkdir()
    monkeypatch.setattr(os, "access", read_only)
    with pytest.raises(OutputError, match=r"new: .*Permission denied.*make this one writable"):
        write(tmp_path, AFTER, ALL)
    assert _files(tmp_path) == before


def test_a_file_system_that_is_read_only_is_named(tmp_path, change):
    _begin(tmp_path)
    found = change()

    def refused(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    found.__class__ = type("ReadOnly", (Disk,), {"__call__": refused})
    with pytest.raises(OutputError, match=r"can't be written: Read-only file system"):
        write(tmp_path, AFTER, ALL)
    with pytest.raises(OutputError, match=r"can't be written: Read-only file system"):
        write(tmp_path / "other", AFTER, ALL)
