"""Many descriptions at once: a folder for each, a bad file doesn't stop the others, nothing is half done."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import Run, run

from generator.cli import batch, workers
from generator.cli.batch import Job, Result
from generator.cli.main import main
from generator.errors import OutputError

CALLSHEET = Path(sys.executable).parent / "callsheet"
DESCRIPTION = """
openapi: 3.1.0
info: {title: %s, version: '1'}
servers: [{url: 'https://api.example.com/v1'}]
paths: {/things: {get: {responses: {'200': {description: Fine}}}}}
"""


def _inputs(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(DESCRIPTION % name)
    return [str(folder / name) for name in names]


def _names(*paths: str) -> list[str]:
    return [job.name for job in batch.jobs([Path(path) for path in paths])]


# --- Names ----------------------------------------------------------------------------------------------

FOLDERS: dict[str, tuple[list[str], list[str]]] = {
    "one folder": (["apis/a.yaml", "apis/b.yaml"], ["a", "b"]),
    "folders in folders": (["apis/a/v1.yaml", "apis/b/v1.yaml"], ["a/v1", "b/v1"]),
    "different depths": (["apis/a.yaml", "apis/b/v1.yaml"], ["a", "b/v1"]),
    "no folder in common": (["/x/a.yaml", "/y/b.yaml"], ["x/a", "y/b"]),
    "a single one": (["apis/a.yaml"], ["a"]),
    "other endings": (
        ["x/a.json", "x/b.yml", "x/c.YAML", "x/d.openapi.yaml", "x/e"],
        ["a", "b", "c", "d.openapi", "e"],
    ),
    "two endings": (["x/a.yaml.json", "x/b.json.yaml"], ["a.yaml", "b.json"]),
    "dots and slashes": (["x/./a.yaml", "x/y/../b.yaml", "x//c.yaml"], ["a", "b", "c"]),
    "an ending alone": (["x/.yaml", "x/a.yaml"], [".yaml", "a"]),
    "the same one twice": (["x/a.yaml", "x/b.yaml", "./x/a.yaml", "x/a.yaml"], ["a", "b"]),
    "spaces and signs": (["x/a b.yaml", "x/$(c).yaml"], ["a b", "$(c)"]),
    "names that begin alike": (["x/a.yaml", "x/a-1.yaml", "x/ab/c.yaml"], ["a", "a-1", "ab/c"]),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_is_named_by_the_path_below_the_common_parent(case):
    paths, names = FOLDERS[case]
    assert _names(*paths) == names


COLLISIONS = {
    "two endings": (
        ["x/a.yaml", "x/a.json"],
        r"x/a\.json: It would be written to the same folder as x/a\.yaml: a\.",
    ),
    "capitals": (["x/a.yaml", "x/A.yaml"], r"x/A\.yaml: .* the same folder as x/a\.yaml"),
    "capitals of a folder": (
        ["x/API/v1.yaml", "x/api/v1.json"],
        r"x/api/v1\.json: .* same folder as x/API/v1\.yaml",
    ),
    "letters written in two ways": (["x/\u00e9.yaml", "x/e\u0301.yaml"], "the same folder"),
    "one among the artifacts of the other": (
        ["x/a.yaml", "x/a/Environments/v1.yaml"],
        r"x/a/Environments/v1\.yaml: Its folder a/Environments/v1 would lie among the artifacts of x/a\.yaml",
    ),
    "one called as an artifact of the other": (
        ["x/a.yaml", "x/a/manifest.json.yaml"],
        r"Its folder a/manifest\.json would lie among the artifacts of x/a\.yaml",
    ),
}


@pytest.mark.parametrize("case", COLLISIONS)
def test_a_collision_is_an_error(case):
    paths, what = COLLISIONS[case]
    with pytest.raises(OutputError, match=what):
        _names(*paths)


def test_a_path_that_begins_with_two_slashes_is_absolute():
    found = batch.jobs([Path("//a/x.yaml"), Path("/a/y.yaml"), Path("/a/x.yaml")])
    assert [job.name for job in found] == ["x", "y"]


def test_a_folder_may_be_in_that_of_another(tmp_path):
    given = _inputs(tmp_path, "x/a.yaml", "x/a/v1.yaml")
    command = ["generate", *given, "-o", str(tmp_path / "out")]
    assert CliRunner().invoke(main, command).exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {tmp_path / "out" / "a" / "manifest.json", tmp_path / "out" / "a" / "v1" / "manifest.json"} <= set(
        before
    )
    assert CliRunner().invoke(main, [*command, "--jobs", "1"]).exit_code == 0
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}


def test_every_collision_is_reported_and_nothing_is_written(tmp_path):
    given = _inputs(tmp_path, "x/a.yaml", "x/a.json", "x/a.yml", "x/b.yaml")
    done = CliRunner().invoke(main, ["generate", *given, "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert done.stderr.count("the same folder") == 2
    assert "Nothing was written" in done.stderr
    assert not (tmp_path / "out").exists()


# --- Parts ----------------------------------------------------------------------------------------------


def test_every_description_is_in_one_part_and_stays_there_when_others_are_added():
    jobs = [Job(Path(f"{n}.yaml"), f"api-{n}") for n in range(200)]
    parts = [batch.shard(jobs, part, 16) for part in range(1, 17)]
    assert sorted(job.name for part in parts for job in part) == sorted(job.name for job in jobs)
    assert min(map(len, parts)) > 0
    fewer = [batch.shard(jobs[::2], part, 16) for part in range(1, 17)]
    assert all(set(some) <= set(part) for some, part in zip(fewer, parts, strict=True))
    # Stable across processes and releases: a description that changes its part invalidates somebody's cache.
    assert [job.name for job in batch.shard(jobs[:20], 3, 4)] == PART_THREE


PART_THREE = [f"api-{n}" for n in (1, 2, 4, 7, 10, 18)]


@pytest.mark.parametrize(
    "shard", ["0/4", "5/4", "3", "3/", "/4", "a/b", "-1/4", "3/4/5", "²/3", "1/0", "1.5/2"]
)
def test_an_invalid_part_is_refused(shard, tmp_path):
    done = CliRunner().invoke(main, ["generate", *_inputs(tmp_path, "a.yaml"), "--shard", shard])
    assert done.exit_code == 2
    assert "not a part such as 3/16" in done.output


def test_parts_together_are_the_whole(tmp_path):
    given = _inputs(tmp_path, *(f"x/{name}.yaml" for name in "abcdefgh"))
    out = tmp_path / "out"
    for part in (1, 2, 3):
        done = CliRunner().invoke(
            main, ["generate", *given, "-o", str(out), "--shard", f"{part}/3", "--jobs", "1"]
        )
        assert done.exit_code == 0, done.output
    assert {path.parent.name for path in out.glob("*/manifest.json")} == set("abcdefgh")
    whole = tmp_path / "whole"
    CliRunner().invoke(main, ["generate", *given, "-o", str(whole), "--jobs", "1"])
    assert _bytes(out) == _bytes(whole)


def test_a_part_of_one_is_written_to_its_folder_and_an_empty_part_succeeds(tmp_path):
    given = _inputs(tmp_path, "a.yaml")
    outputs = []
    for part in (1, 2):
        done = CliRunner().invoke(
            main, ["generate", *given, "-o", str(tmp_path / "out"), "--shard", f"{part}/2"]
        )
        assert done.exit_code == 0, done.output
        outputs.append(done.output)
    assert "none of the descriptions" in "".join(outputs)
    assert (tmp_path / "out/a/a.postman_collection.json").exists()


def test_a_part_of_nothing_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["generate", "--shard", "1/2"])
    assert (done.exit_code, "Name the descriptions" in done.output) == (2, True)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- One bad file ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """Good and bad descriptions in two processes, and a fragment that matched a glob."""
    folder = tmp_path_factory.mktemp("mixed")
    _inputs(folder, "a.yaml", "shop/v1.yaml", "z.yaml")
    (folder / "broken.yaml").write_text("openapi: [\n")
    (folder / "fragment.yaml").write_text("type: object\n")
    (folder / "warned.yaml").write_text((DESCRIPTION % "W").replace("/things", "'/things/{id}'"))
    names = [
        "a.yaml",
        "broken.yaml",
        "fragment.yaml",
        "nowhere.yaml",
        "shop/v1.yaml",
        "warned.yaml",
        "z.yaml",
    ]
    return folder, run(CALLSHEET, "generate", *names, "-o", "out", "--jobs", "2", cwd=folder)


def test_one_bad_file_does_not_stop_the_rest(mixed):
    folder, done = mixed
    assert done.code == 2
    assert {str(p.parent.relative_to(folder / "out")) for p in (folder / "out").rglob("manifest.json")} == {
        *("a", "shop/v1", "warned", "z")
    }
    assert not list((folder / "out").glob("broken*"))


def test_without_a_bar_errors_warnings_and_a_summary_are_printed(mixed):
    _, done = mixed
    assert "error: broken.yaml:2:1: This is not valid YAML" in done.output
    assert "error: fragment.yaml:1:1: This is not an OpenAPI description" in done.output
    assert "error: nowhere.yaml: There is no such file" in done.output
    assert re.search(r"warning: warned\.yaml:5:\d+ .*\{id\}", done.output)
    assert done.output.endswith(
        "4 of 7 descriptions written to out: 60 files, 60 of them new or changed.\n"
        "  failed: broken.yaml\n  failed: fragment.yaml\n  failed: nowhere.yaml\n"
    ), done.output
    assert "\x1b" not in done.output
    assert "━" not in done.output
    assert "Traceback" not in done.output


def test_each_of_many_gives_the_same_as_alone(mixed, tmp_path):
    folder, _ = mixed
    done = CliRunner().invoke(main, ["generate", str(folder / "a.yaml"), "-o", str(tmp_path)])
    assert done.exit_code == 0
    assert _bytes(tmp_path) == _bytes(folder / "out" / "a")


def test_ids_of_two_descriptions_with_the_same_name_differ(tmp_path):
    given = _inputs(tmp_path, "a/v1.yaml", "b/v1.yaml")
    out = tmp_path / "out"
    assert CliRunner().invoke(main, ["generate", *given, "-o", str(out), "--jobs", "1"]).exit_code == 0
    ids = {json.loads(p.read_text())["info"]["_postman_id"] for p in out.rglob("*.postman_collection.json")}
    assert len(ids) == 2


def test_many_are_checked_as_they_are_generated(tmp_path):
    given = _inputs(tmp_path, "a.yaml", "b.yaml", "c.yaml")
    common = [*given, "-o", str(tmp_path / "out"), "--jobs", "1", "--target", "postman"]
    runner = CliRunner()
    assert runner.invoke(main, ["generate", *common]).exit_code == 0
    up_to_date = runner.invoke(main, ["check", *common])
    assert (up_to_date.exit_code, up_to_date.output.strip()[:28]) == (0, "3 of 3 descriptions up to da")
    (tmp_path / "b.yaml").write_text(DESCRIPTION % "Other")
    (tmp_path / "out/c/c.postman_collection.json").unlink()
    before = _bytes(tmp_path / "out")
    changed = runner.invoke(main, ["check", *common])
    assert changed.exit_code == 1
    assert re.search(r"out/b/b\.postman_collection\.json +different", changed.output)
    assert re.search(r"out/c/c\.postman_collection\.json +missing", changed.output)
    assert "1 of 3 descriptions up to date" in changed.output
    assert _bytes(tmp_path / "out") == before
    (tmp_path / "a.yaml").write_text("no")
    assert runner.invoke(main, ["check", *common]).exit_code == 2


def test_strict_refuses_each_that_has_a_problem_and_writes_the_others(tmp_path):
    given = _inputs(tmp_path, "a.yaml", "b.yaml")
    (tmp_path / "b.yaml").write_text((DESCRIPTION % "B").replace("/things", "'/things/{id}'"))
    out = tmp_path / "out"
    done = CliRunner().invoke(main, ["generate", *given, "-o", str(out), "--strict", "--jobs", "1"])
    assert done.exit_code == 2
    assert [path.name for path in out.iterdir()] == ["a"]


def test_strict_counts_the_overlays_of_the_project_file(tmp_path):
    given = _inputs(tmp_path, "a.yaml", "b.yaml")
    (tmp_path / "overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n"
        "  - {target: '$.paths[*].get', update: {deprecated: 5}}\n"
    )
    (tmp_path / "callsheet.yaml").write_text("description: a.yaml\noverlays: [overlay.yaml]\n")
    common = [*given, "-c", str(tmp_path / "callsheet.yaml"), "-o", str(tmp_path / "out"), "--jobs", "1"]
    assert CliRunner().invoke(main, ["generate", *common]).exit_code == 0
    assert CliRunner().invoke(main, ["generate", *common, "--strict"]).exit_code == 2


def test_validate_goes_on_after_a_file_that_is_not_a_description(tmp_path):
    given = _inputs(tmp_path, "a.yaml", "c.yaml")
    (tmp_path / "b.yaml").write_text("no")
    done = CliRunner().invoke(main, ["validate", given[0], str(tmp_path / "b.yaml"), given[1]])
    assert done.exit_code == 2
    assert done.output.count("no problems") == 2
    assert "b.yaml:1:1: This is not an OpenAPI description" in done.output


# --- Processes ------------------------------------------------------------------------------------------
# (Functions that run in another process are imported there by their names.)


def _work(job: Job) -> Result:
    """Do what the name of the job says."""
    what, _, detail = job.name.partition(" ")
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "die-once" and not job.description.exists():
        job.description.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "raise":
        raise ZeroDivisionError(detail)
    if what == "exhaust":
        raise MemoryError
    if what == "slow":
        job.description.write_text(str(os.getpid()))
        time.sleep(60)
    return Result(job, errors=(f"pid {os.getpid()}",) if what == "pid" else ())


def _jobs(*names: str, folder: Path = Path()) -> list[Job]:
    return [Job(folder / f"{index}.yaml", name) for index, name in enumerate(names)]


def test_results_come_in_the_order_of_the_input_from_as_many_processes_as_asked_for():
    started: list[str] = []
    ended: list[str] = []
    todo = _jobs(*(f"pid {n}" for n in range(12)))
    watcher = workers.Watcher(
        lambda job: started.append(job.name), lambda result: ended.append(result.job.name)
    )
    results = workers.run(todo, _work, workers=3, watcher=watcher)
    assert [result.job for result in results] == todo
    assert sorted(started) == sorted(ended) == sorted(job.name for job in todo)
    pids = {result.errors for result in results}
    assert 1 < len(pids) <= 3
    assert (f"pid {os.getpid()}",) not in pids


def test_with_one_worker_all_work_is_done_in_this_process():
    results = workers.run(_jobs("pid", "pid"), _work, workers=1)
    assert [result.errors for result in results] == [(f"pid {os.getpid()}",)] * 2


def test_every_core_is_used_by_default():
    assert workers.cores() == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("count", [1, 2])
def test_a_fault_of_the_generator_is_reported_and_does_not_stop_the_others(count):
    results = workers.run(_jobs("good", "raise a thing", "exhaust", "good"), _work, workers=count)
    first, raised, exhausted, last = results
    assert (first.errors, last.errors) == ((), ())
    (line,) = raised.errors
    assert line.startswith("1.yaml: generator/cli/workers.py:")
    assert "This is a fault of Callsheet, not of your input (ZeroDivisionError)." in line
    # Its message may quote the description: it is only in the traceback, which `--debug` prints.
    assert "a thing" not in line
    assert "ZeroDivisionError: a thing" in raised.traceback
    assert exhausted.errors == (
        "2.yaml: There is not enough memory for this. Free some memory, or allow the process more.",
    )
    assert [result.fault for result in results] == [False, True, False, False]


def test_a_process_that_is_killed_loses_only_its_own_job(tmp_path):
    lines: list[str] = []
    names = ["good", "die", "good", "good", "die-once", "good", "good"]
    todo = _jobs(*names, folder=tmp_path)
    results = workers.run(todo, _work, workers=2, watcher=workers.Watcher(announced=lines.append))
    assert [bool(result.errors) for result in results] == [name == "die" for name in names]
    assert "ended from outside, twice" in results[1].errors[0]
    assert lines
    assert set(lines) == {
        "A process was ended from outside; what was worked on is done again, one at a time."
    }


SLOW = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], str(Path(sys.argv[1]).parent)]
from test_many import _jobs, _work
from generator.cli import workers
workers.run(_jobs("slow", "slow", "slow", folder=Path(sys.argv[2])), _work, workers=2)
"""


def _interrupted(command: list[str], begun: Path, count: int, how: signal.Signals, *, group: bool) -> Run:
    """Run ``command``, send it the signal ``how`` once it has begun, and check that no process is left."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(list(begun.glob("*"))) < count:
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    (os.killpg if group else os.kill)(process.pid, how)
    output, _ = process.communicate(timeout=30)
    deadline = time.monotonic() + 10
    while True:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return Run(process.returncode, output.decode())
        assert time.monotonic() < deadline, "a process is left"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("how", "group", "code"),
    [
        (signal.SIGINT, True, -signal.SIGINT),
        (signal.SIGINT, False, -signal.SIGINT),
        (signal.SIGTERM, False, 143),
        (signal.SIGKILL, False, -signal.SIGKILL),
    ],
    ids=["ctrl-C", "SIGINT", "SIGTERM", "SIGKILL"],
)
def test_no_process_outlives_the_one_that_started_it(how, group, code, tmp_path):
    command = [sys.executable, "-c", SLOW, str(Path(__file__).parent), str(tmp_path)]
    assert _interrupted(command, tmp_path, 2, how, group=group).code == code


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_exits_with_130_without_a_traceback_or_a_half_written_file(jobs, tmp_path):
    given = _inputs(tmp_path, *(f"x/{n}.yaml" for n in range(150)))
    (tmp_path / "out").mkdir()
    command = [str(CALLSHEET), "generate", *given, "-o", str(tmp_path / "out"), "--jobs", jobs]
    done = _interrupted(command, tmp_path / "out", 2, signal.SIGINT, group=True)
    assert (done.code, done.output) == (130, "Interrupted.\n")
    folders = list((tmp_path / "out").iterdir())
    assert 0 < len(folders) < 150
    assert not list((tmp_path / "out").rglob("*.new"))
    # The next run goes on from there.
    first = [str(tmp_path / "x" / f"{folder.name}.yaml") for folder in folders]
    done = run(CALLSHEET, "generate", *first, "-o", tmp_path / "out", "--shard", "1/1")
    assert done.code == 0, done.output


# --- A terminal -----------------------------------------------------------------------------------------


def _at_a_terminal(*command: str | Path, **env: str) -> tuple[int, str]:
    """The exit code of a command, and what it printed on a terminal as standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "90", "TERM": "xterm", **env},
    )
    os.close(theirs)
    shown = b""
    while True:
        if not select.select([ours], [], [], 60)[0]:
            break
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return process.wait(timeout=60), shown.decode(errors="replace")


def test_a_terminal_shows_a_bar_with_what_runs_and_what_failed(tmp_path):
    given = _inputs(tmp_path, *(f"x/api-{name}.yaml" for name in "abcdefgh"))
    (tmp_path / "x/api-b.yaml").write_text("no")
    code, shown = _at_a_terminal(CALLSHEET, "generate", *given, "-o", tmp_path / "out", "--jobs", "2")
    assert code == 2
    assert "━" in shown
    assert re.search(r"[1-8]/8", shown)
    assert re.search(r"api-[a-h]", re.sub(r"error: .*", "", shown))
    assert "1 failed" in shown
    assert "This is not an OpenAPI description" in shown
    # The bar disappears at the end: the last output erases its line.
    assert shown.rstrip().endswith(("\x1b[2K", "\x1b[?25h\r\x1b[1A\x1b[2K"))


@pytest.mark.parametrize("env", [{"TERM": "dumb"}])
def test_a_terminal_that_cannot_draw_shows_only_lines(env, tmp_path):
    given = _inputs(tmp_path, "a.yaml", "b.yaml")
    code, shown = _at_a_terminal(CALLSHEET, "generate", *given, "-o", tmp_path / "out", **env)
    assert (code, shown) == (0, "")


def test_a_log_with_forced_colors_has_no_bar(tmp_path):
    given = _inputs(tmp_path, "a.yaml", "b.yaml")
    done = run(CALLSHEET, "generate", *given, "-o", tmp_path / "out", env={"FORCE_COLOR": "1"})
    assert done.code == 0
    assert "\x1b" not in done.output
