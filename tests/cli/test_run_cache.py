"""A second run on unchanged input comes from the cache, any change is noticed, and findings stay the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator import api
from generator.cli import run_cache, single
from generator.cli.main import main
from generator.file_stamps import digest

DESCRIPTION = """
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: 'https://api.example.com/v1'}]
paths:
  /things: {$ref: 'parts/things.yaml'}
  /others: {get: {tags: [Others], responses: {'200': {description: Fine}}}}
"""
PART = "get: {operationId: list, responses: {'200': {description: Fine}}}\n"
OVERLAY = """
overlay: 1.0.0
info: {title: O, version: '1'}
actions: [{target: $.info, update: {title: Others}}]
"""


class Place:
    """A folder with a description, a file that it refers to, an overlay, and a cache of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.cache, self.out = folder, folder / "cache", folder / "out"
        monkeypatch.chdir(folder)
        monkeypatch.setenv("CALLSHEET_CACHE", str(self.cache))
        self._monkeypatch = monkeypatch
        self.loads = 0

        def load(*args: object, **named: object) -> api.Plan:
            self.loads += 1
            return self._load(*args, **named)  # type: ignore[arg-type]

        self._load = api.load
        monkeypatch.setattr(api, "load", load)
        (folder / "parts").mkdir()
        self.write("api.yaml", DESCRIPTION)
        self.write("parts/things.yaml", PART)
        self.write("overlay.yaml", OVERLAY)

    def write(self, name: str, text: str) -> None:
        """Write an input with a time of change that is long enough ago to be trusted."""
        (self.folder / name).write_text(text)
        time.sleep(0.03)

    def run(self, *options: str, command: str = "generate") -> Result:
        return CliRunner().invoke(main, [command, "api.yaml", "-o", "out", *options])

    def is_recalled(self, *options: str) -> bool:
        """Whether a run comes from the cache; checks that it prints the same as one without a cache."""
        before = self.loads
        done = self.run(*options)
        recalled = self.loads == before
        assert done.exit_code == 0, done.output
        assert self.run(*options, command="check").exit_code == 0
        with self._monkeypatch.context() as patch:
            patch.setenv("CALLSHEET_CACHE", "off")
            afresh = self.run(*options)
        assert afresh.exit_code == 0
        assert "new" not in afresh.output.split()
        assert "changed" not in afresh.output.split()
        if recalled:
            assert (afresh.stdout, afresh.stderr) == (done.stdout, done.stderr)
        return recalled


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    found = Place(tmp_path, monkeypatch)
    assert not found.is_recalled()
    assert found.is_recalled()
    return found


def _append(name: str, text: str = "\n") -> Callable[[Place], None]:
    return lambda place: place.write(name, (place.folder / name).read_text() + text)


COLLECTION = "out/api.postman_collection.json"
CHANGES: dict[str, Callable[[Place], None]] = {
    "description edited": _append("api.yaml", "tags: [{name: Others, description: New}]\n"),
    "description edited, its time kept": lambda place: _with_time_kept(place, "api.yaml", "Things", "Thinks"),
    "referenced file edited": _append("parts/things.yaml", "description: New\n"),
    "output edited": _append(COLLECTION),
    "output edited, its time kept": lambda place: _with_time_kept(place, COLLECTION, "Things", "Thinks"),
    "output removed": lambda place: (place.folder / COLLECTION).unlink(),
    "script removed": lambda place: (place.folder / "out/curl/scripts/list.sh").unlink(),
    "manifest edited": lambda place: _with_time_kept(place, "out/manifest.json", '"postman"', '"postmen"'),
    "manifest removed": lambda place: (place.folder / "out/manifest.json").unlink(),
    "output folder removed": lambda place: shutil.rmtree(place.out),
    "output is a folder": lambda place: _as_folder(place.folder / "out/curl/other.md"),
    "cache emptied": lambda place: shutil.rmtree(place.cache),
    "cache cut off": lambda place: _in_cache(place, lambda text: text[: len(text) // 2]),
    "cache of nothing": lambda place: _in_cache(place, lambda _: ""),
    "cache of a list": lambda place: _in_cache(place, lambda _: "[]"),
    "cache of null": lambda place: _in_cache(place, lambda _: "null"),
    "cache of the wrong kinds": lambda place: _in_cache(place, _with_inputs([1, 2])),
    "cache of other kinds": lambda place: _in_cache(place, _with_inputs({"a": 1})),
    "cache without inputs": lambda place: _in_cache(place, _with(inputs={})),
    "cache of inputs that were not there": lambda place: _in_cache(place, _with(inputs={"no.yaml": ""})),
    "cache without outputs": lambda place: _in_cache(place, _with(outputs={}, sizes={})),
    "cache without the files that are shown": lambda place: _in_cache(place, _with(sizes={})),
    "cache of fewer outputs": lambda place: _in_cache(place, _with(outputs={"out/manifest.json": "0" * 64})),
    "cache of other outputs": lambda place: _in_cache(place, _with(sizes={"no.txt": 1})),
    "cache of an output that is nowhere": lambda place: _in_cache(
        place, lambda text: re.sub("[0-9a-f]{64}", "", text)
    ),
    "cache of lists": lambda place: _in_cache(place, _with(outputs=["out/manifest.json"])),
    "cache of an infinite number": lambda place: _in_cache(
        place, lambda text: re.sub('"total": [0-9]+', '"total": 1e999', text)
    ),
    "cache of no number": lambda place: _in_cache(
        place, lambda text: re.sub('"total": [0-9]+', '"total": NaN', text)
    ),
    "cache of a number too large": lambda place: _in_cache(place, _with(total=10**400)),
    "cache of a number below zero": lambda place: _in_cache(place, _with(total=-1)),
    "cache of a truth value": lambda place: _in_cache(place, _with(total=True)),
    "cache of half a number": lambda place: _in_cache(place, _with(total=0.5)),
    "cache of sizes that are none": lambda place: _in_cache(
        place, lambda text: text.replace('"sizes": {', '"sizes": {"no.txt": -1, ', 1)
    ),
    "cache of more findings than there are": lambda place: _in_cache(place, _with(findings=["a"], total=0)),
    "cache of findings that are a text": lambda place: _in_cache(place, _with(findings="abc", total=3)),
    "cache of a device that never ends": lambda place: _in_cache(
        place, _with_inputs({"/dev/zero": "0" * 64})
    ),
    "cache that is a pipe": lambda place: _as_pipe(*place.cache.iterdir()),
    "cache that is a device": lambda place: _as_link("/dev/zero", *place.cache.iterdir()),
    "staged files left": lambda place: (place.out / ".callsheet-unfinished").mkdir(),
    "cache of a name that is none": lambda place: _in_cache(place, _with_inputs({"\0": ""})),
    "cache nested too deeply": lambda place: _in_cache(place, lambda _: "[" * 100_000),
    "cache that is binary": lambda place: _in_cache(place, lambda _: "\ufffd\0"),
}


def _with_time_kept(place: Place, name: str, old: str, new: str) -> None:
    file = place.folder / name
    stat = file.stat()
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    time.sleep(0.03)


def _as_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _in_cache(place: Place, change: Callable[[str], str]) -> None:
    entries = list(place.cache.iterdir())
    assert entries
    for entry in entries:
        entry.write_text(change(entry.read_text()))


def _with(**changes: object) -> Callable[[str], str]:
    return lambda text: json.dumps({**json.loads(text), **changes})


def _with_inputs(inputs: object) -> Callable[[str], str]:
    return _with(inputs=inputs)


def _as_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _as_link(target: str, file: Path) -> None:
    file.unlink()
    file.symlink_to(target)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed_and_the_next_run_comes_from_the_cache_again(change, place):
    CHANGES[change](place)
    if change == "output is a folder":
        assert place.run().exit_code == 2
        (place.folder / "out/curl/other.md").rmdir()
    assert not place.is_recalled()
    assert place.is_recalled()


def test_a_folder_in_the_place_of_an_entry_is_left_alone_and_the_run_succeeds(place):
    _as_folder(*place.cache.iterdir())
    for _ in range(2):
        assert not place.is_recalled()
    assert all(entry.is_dir() for entry in place.cache.iterdir())


def test_a_run_that_reads_a_pipe_is_not_cached(place):
    """As with `callsheet generate <(…)`: whether it would give the same again is unknown."""
    pipe = place.folder / "pipe.yaml"
    os.mkfifo(pipe)
    assert run_cache.digests([pipe], time.time_ns()) is None
    assert digest("/dev/zero") is None


OPTIONS = [
    ("--target", "postman"),
    ("--folders", "flat"),
    ("--names", "path"),
    ("--include", "tag=Others"),
    ("--exclude", "tag=Others"),
    ("--overlay", "overlay.yaml"),
    ("--webhooks",),
    ("--callbacks",),
    ("--strict",),
    ("-o", "elsewhere"),
]


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_other_options_have_another_entry(options, place):
    assert not place.is_recalled(*options)
    assert place.is_recalled(*options)


def test_an_overlay_that_changes_is_noticed(place):
    options = ("--overlay", "overlay.yaml")
    place.is_recalled(*options)
    place.write("overlay.yaml", OVERLAY.replace("Others", "More"))
    assert not place.is_recalled(*options)
    assert place.is_recalled(*options)


def test_a_project_file_that_changes_is_noticed(place):
    place.write("callsheet.yaml", "description: api.yaml\n")
    place.is_recalled("-c", "callsheet.yaml")
    assert place.is_recalled("-c", "callsheet.yaml")
    place.write("callsheet.yaml", "description: api.yaml\ncollection: {name: Mine}\n")
    assert not place.is_recalled("-c", "callsheet.yaml")


def test_a_new_project_file_is_noticed(place, monkeypatch):
    command = ["generate", "-o", "elsewhere", "--target", "environments"]
    assert "environments/stage" in CliRunner().invoke(main, command).output
    (place.folder / "specs").mkdir()
    place.write("specs/callsheet.yaml", "description: ../api.yaml\n")
    assert "another description" in CliRunner().invoke(main, command).output
    assert "environments/api-example-com" in CliRunner().invoke(main, [*command, "--force"]).output


def test_a_new_referenced_file_is_noticed(place):
    (place.folder / "parts/things.yaml").unlink()
    assert not place.is_recalled()
    assert place.is_recalled()
    place.write("parts/things.yaml", PART)
    assert not place.is_recalled()


def test_a_link_that_leads_elsewhere_is_noticed(place):
    place.write("parts/other.yaml", PART.replace("list", "listAll"))
    (place.folder / "parts/things.yaml").rename(place.folder / "parts/first.yaml")
    link = place.folder / "parts/things.yaml"
    link.symlink_to("first.yaml")
    time.sleep(0.03)
    place.is_recalled()
    assert place.is_recalled()
    link.unlink()
    link.symlink_to("other.yaml")
    assert not place.is_recalled()
    assert (place.out / "curl/scripts/listAll.sh").exists()


def test_the_same_command_in_another_folder_has_another_entry(place, monkeypatch, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(place.folder / "parts", other / "parts")
    shutil.copy(place.folder / "api.yaml", other)
    monkeypatch.chdir(other)
    assert "new" in place.run().output.split()


def test_a_run_whose_input_changes_meanwhile_is_not_cached(place, monkeypatch):
    place.write("api.yaml", DESCRIPTION.replace("Things", "Before"))
    write = api.generate

    def edited_meanwhile(*args, **named):
        (place.folder / "api.yaml").write_text(DESCRIPTION.replace("Things", "After"))
        return write(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(api, "generate", edited_meanwhile)
        assert place.run().exit_code == 0
    assert "Before" in (place.folder / COLLECTION).read_text()
    assert place.run().exit_code == 0
    assert "After" in (place.folder / COLLECTION).read_text()


def test_another_generator_has_another_entry(place, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(run_cache, "_generator", lambda: ["another"])
        assert not place.is_recalled()
    assert place.is_recalled()


def test_every_file_of_the_generator_and_its_templates_identifies_it():
    known = json.dumps(run_cache._generator())
    for name in ("repair.py", "prerequest.js.j2", "run_cache.py"):
        assert name in known
    assert sys.version in json.loads(known)


def test_findings_are_the_same_however_many_there_are(place):
    schema = "{type: integer, example: none}"
    headers = "".join(f"\n        - {{name: X-{n}, in: header, schema: {schema}}}" for n in range(30))
    place.write(
        "api.yaml",
        DESCRIPTION.replace("{get: {tags", f"\n    get:\n      parameters:{headers}\n      tags").replace(
            "[Others], responses: {'200': {description: Fine}}}}",
            "[Others]\n      responses: {'200': {description: Fine}}",
        ),
    )
    first = place.run()
    assert first.stderr.count("warning:") == 21, first.output
    assert "and " in first.stderr
    assert place.run().stderr == first.stderr
    assert place.is_recalled()


def test_a_failed_run_is_not_cached(place):
    place.write("api.yaml", DESCRIPTION + "no: 5\n")
    for _ in range(2):
        assert place.run("--strict").exit_code == 2
    place.write("api.yaml", "openapi: 4.0.0\n")
    for _ in range(2):
        assert place.run().exit_code == 2


def test_a_file_that_is_kept_because_it_was_edited_is_reported_again(place):
    (place.out / "curl/others.md").write_text("mine")
    place.write("api.yaml", DESCRIPTION.replace("tags: [Others]", "tags: [Things]").replace("Others", "X"))
    assert "kept, edited" in place.run().output
    assert not place.is_recalled()


@pytest.mark.parametrize("value", ["off", "OFF"])
def test_without_a_cache_nothing_is_kept(value, place, monkeypatch):
    shutil.rmtree(place.cache)
    monkeypatch.setenv("CALLSHEET_CACHE", value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(place.folder / "xdg"))
    before = place.loads
    assert place.run().exit_code == place.run().exit_code == 0
    assert place.loads == before + 2
    assert not (place.folder / "xdg").exists()
    assert not (place.folder / value).exists()


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/nowhere", "link"])
def test_a_cache_folder_that_cannot_be_written_does_not_matter(where, place, monkeypatch):
    (place.folder / "file").write_text("mine")
    (place.folder / "link").symlink_to("link")
    monkeypatch.setenv("CALLSHEET_CACHE", where)
    for _ in range(2):
        done = place.run()
        assert done.exit_code == 0, done.output
        assert not done.stderr
    assert (place.folder / "file").read_text() == "mine"


def test_the_cache_is_in_the_usual_folder_and_readable_by_its_owner_only(place, monkeypatch):
    monkeypatch.delenv("CALLSHEET_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(place.folder / "xdg"))
    place.run()
    folder = place.folder / "xdg" / "callsheet"
    assert len(list(folder.iterdir())) == 1
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("base", ["~/.cache", "relative/cache"])
def test_without_a_home_folder_no_cache_is_created_in_the_current_one(base, place, monkeypatch):
    """Without ``HOME``, and for a user that the system doesn't know, ``~`` isn't expanded."""
    monkeypatch.delenv("CALLSHEET_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", base if base != "~/.cache" else "")
    monkeypatch.setattr(run_cache.os.path, "expanduser", lambda path: path)
    assert run_cache._folder() is None


def test_a_full_cache_drops_its_oldest_entries_and_no_other_file(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLSHEET_CACHE", str(tmp_path))
    monkeypatch.setattr(run_cache, "_KEPT", 3)
    (tmp_path / "letters.txt").write_text("mine")
    (tmp_path / ("a" * 63)).write_text("mine")
    (tmp_path / ("c" * 64)).mkdir()
    own = [f"{number:064x}" for number in range(1, 7)]
    for age, name in enumerate(own):
        run_cache.remember(name, run_cache.Run({}, {}, {}, (), 0, ""))
        if (tmp_path / name).exists():
            os.utime(tmp_path / name, (age, age))
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert {"letters.txt", "a" * 63} <= left
    assert own[-1] in left
    assert len(left) <= 2 + 3
    assert own[0] not in left


def test_two_processes_at_once_leave_a_cache_that_can_be_read(place):
    from concurrent.futures import ThreadPoolExecutor

    from support import run

    command = [Path(sys.executable).parent / "callsheet", "generate", "api.yaml", "-o", "out"]
    shutil.rmtree(place.cache)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: run(*command, cwd=place.folder), range(2)))
    assert [each.code for each in done] == [0, 0], done
    (entry,) = place.cache.iterdir()
    assert json.loads(entry.read_bytes())["description"] == "api.yaml"
    third = run(*command, cwd=place.folder)
    written = [file for file in (place.folder / "out").rglob("*") if file.is_file()]
    assert (third.code, third.output.count("unchanged")) == (0, len(written) - 1), third


def test_a_cached_run_imports_neither_parsers_nor_templates():
    # (The second run is fast because of this; the rest of it is the same.)
    from support import run

    code = (
        "import sys; from generator.cli import run_cache, single;"
        "heavy = {'yaml','jinja2','jsonschema_rs','msgspec','markdown_it','generator.model'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run(sys.executable, "-c", code).output.strip() == "[]"


def test_each_of_many_has_its_own_entry(place):
    place.write("users.yaml", DESCRIPTION)
    command = ["generate", "api.yaml", "users.yaml", "-o", "many", "--jobs", "1"]
    first = CliRunner().invoke(main, command)
    assert first.exit_code == 0, first.output
    before = place.loads
    second = CliRunner().invoke(main, command)
    assert place.loads == before
    assert "0 of them new or changed" in second.output
    assert second.stderr == first.stderr
    place.write("users.yaml", DESCRIPTION.replace("Others", "Users"))
    CliRunner().invoke(main, command)
    assert place.loads == before + 1


def test_a_request_without_a_file_differs_from_one_with_a_file_called_none():
    one = single.Request(None, None, Path("out"))
    two = single.Request(Path("None"), None, Path("out"))
    assert run_cache.key(one) != run_cache.key(two)
