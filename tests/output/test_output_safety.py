"""Nothing outside the output folder is written or removed, whatever is in it and in its manifest."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from generator.errors import OutputError
from generator.output import Rendered, compare, disk, write
from generator.output.disk import Folder, is_inside
from generator.output_names import MANIFEST, STAGING

ALL = ("x", "y")
ONE = {"a/deep/one.txt": Rendered("x", "1\n"), "two.sh": Rendered("y", "2\n")}
TWO = {"two.sh": Rendered("y", "2\n")}


@pytest.fixture(params=["by descriptor", "by path"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of identifying a file: that of this system, and of systems without folder descriptors."""
    if request.param == "by path":
        monkeypatch.setattr(disk, "_BY_DESCRIPTOR", False)
    return str(request.param)


def _tree(folder: Path) -> dict[str, object]:
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else path.read_text()
        if path.is_file()
        else "other"
        for path in folder.rglob("*")
    }


def _refused(folder: Path, files: dict[str, Rendered], match: str) -> None:
    """Check that nothing is changed, that the message names what is in the way, and that `check` fails."""
    before = _tree(folder)
    with pytest.raises(OutputError, match=match) as error:
        write(folder, files, ALL)
    assert all("Nothing was written" in problem.advice for problem in error.value.problems)
    assert _tree(folder) == before
    assert {s.state for s in compare(folder, files, ALL)} & {"different", "missing", "interrupted"}


@pytest.mark.parametrize("link", ["a", "a/deep", "a/deep/one.txt", "two.sh"])
@pytest.mark.parametrize("target", ["outside", "inside", "nowhere", "itself"])
@pytest.mark.parametrize("is_listed", [False, True])
def test_a_symbolic_link_is_not_followed(link, target, is_listed, tmp_path, way):
    outside, folder = tmp_path / "outside", tmp_path / "out"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep/one.txt").write_text("theirs")
    if is_listed:
        write(folder, ONE, ALL)
    path = folder / link
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.rename(tmp_path / "moved away")
    (folder / "inside").mkdir()
    targets = {"outside": outside, "inside": folder / "inside", "nowhere": tmp_path / "no", "itself": path}
    path.symlink_to(targets[target])
    before = _tree(outside)
    _refused(folder, ONE, rf"{link}: This is a symbolic link\. It may lead out .* Move it away")
    assert _tree(outside) == before
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("link", ["a", "a/deep", "a/deep/one.txt"])
def test_an_obsolete_file_is_not_removed_through_a_link(link, tmp_path, way):
    outside, folder = tmp_path / "outside", tmp_path / "out"
    write(folder, ONE, ALL)
    (folder / link).rename(outside)
    (folder / link).symlink_to(outside)
    before = outside.read_text() if outside.is_file() else _tree(outside)
    write(folder, TWO, ALL)
    assert (outside.read_text() if outside.is_file() else _tree(outside)) == before
    assert (folder / link).is_symlink()
    assert compare(folder, TWO, ALL) == []


def test_the_output_folder_itself_may_be_a_link(tmp_path, way):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    write(tmp_path / "out", ONE, ALL)
    assert compare(tmp_path / "out", ONE, ALL) == compare(tmp_path / "real", ONE, ALL) == []
    assert {s.state for s in write(tmp_path / "real", ONE, ALL)} == {"unchanged"}
    write(tmp_path / "out", TWO, ALL)
    assert set(_tree(tmp_path / "real")) == {"two.sh", MANIFEST}
    assert (tmp_path / "out").is_symlink()


KINDS = {
    "pipe": (os.mkfifo, "a pipe or a device"),
    "folder": (lambda path: Path(path).mkdir(), "a folder"),
    "link to a device": (lambda path: Path(path).symlink_to("/dev/zero"), "a symbolic link"),
    "link to a pipe": (
        lambda path: (os.mkfifo(f"{path}.pipe"), Path(path).symlink_to(f"{path}.pipe")),
        "link",
    ),
}


#: In two of the places a folder belongs.
PLACES = [
    (kind, place)
    for kind in KINDS
    for place in ("two.sh", "a/deep", MANIFEST, STAGING)
    if kind != "folder" or place in ("two.sh", MANIFEST)
]


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_a_pipe_or_a_device_does_not_block_the_run(kind, place, tmp_path, way):
    make, said = KINDS[kind]
    (tmp_path / "a").mkdir()
    make(str(tmp_path / place))
    before = _tree(tmp_path)
    for _ in range(2):
        with pytest.raises(OutputError, match=rf"{place}: This is .*{said}"):
            write(tmp_path, ONE, ALL)
    assert _tree(tmp_path) == before


def test_a_file_in_the_place_of_a_folder_is_in_the_way(tmp_path, way):
    (tmp_path / "a").write_text("mine")
    _refused(tmp_path, ONE, "a: This is a file, and in the way")


def test_a_socket_and_a_hard_link_are_left_as_they_are(tmp_path, way):
    folder, outside = tmp_path / "out", tmp_path / "outside.txt"
    write(folder, ONE, ALL)
    (folder / "two.sh").unlink()
    outside.write_text("edited")
    outside.chmod(0o600)
    os.link(outside, folder / "two.sh")
    assert compare(folder, ONE, ALL)[0].state == "different"
    # The name in the folder is ours; the file with another name outside keeps its content and permissions.
    write(folder, ONE, ALL)
    assert (folder / "two.sh").read_text() == "2\n"
    assert (outside.read_text(), outside.stat().st_mode & 0o777) == ("edited", 0o600)
    os.link(folder / "a/deep/one.txt", tmp_path / "linked.txt")
    write(folder, TWO, ALL)
    assert (tmp_path / "linked.txt").read_text() == "1\n"


def test_a_foreign_folder_with_the_name_of_the_staging_folder_is_left_alone(tmp_path, way):
    (tmp_path / STAGING).mkdir()
    (tmp_path / STAGING / "notes.txt").write_text("mine")
    _refused(tmp_path, ONE, rf"{STAGING}: This folder is in the way")


# --- Manifests ------------------------------------------------------------------------------------------

PATHS = [
    *("../outside.txt", "/etc/passwd", "a/../../outside.txt", "./two.sh", "a//one.txt", "", ".", "..", "a/"),
    *("..\\outside.txt", "C:outside.txt", "C:\\outside.txt", "\\\\host\\share\\x", "//host/share/x", "a:b"),
    *(".. /outside.txt", "... /x", "two.sh.", "nul\0.txt", "a\nb", "\x1b[2J", "\x7f", "?", "*", "a|b", '"'),
    *(MANIFEST, "MANIFEST.JSON", f"{STAGING}/0", f"{STAGING.upper()}/0", "x" * 2000, "x/" * 600 + "x"),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("where", ["files", "previous"])
def test_a_crafted_manifest_removes_nothing_that_is_not_ours(path, where, tmp_path, way):
    folder = tmp_path / "out"
    write(folder, ONE, ALL)
    outside = tmp_path / "outside.txt"
    outside.write_text("1\n")
    sha256 = json.loads((folder / MANIFEST).read_text())["files"]["a/deep/one.txt"]["sha256"]
    data = json.loads((folder / MANIFEST).read_text())
    data.setdefault(where, {})[path] = {"sha256": sha256, "target": "x"}
    (folder / MANIFEST).write_text(json.dumps(data))
    write(folder, TWO, ALL)
    assert outside.read_text() == "1\n"
    assert path not in json.loads((folder / MANIFEST).read_text())["files"]
    assert compare(folder, TWO, ALL) == []
    assert (folder / "two.sh").exists()


def test_a_manifest_that_lists_a_folder_removes_nothing(tmp_path, way):
    write(tmp_path, ONE, ALL)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    data = json.loads((tmp_path / MANIFEST).read_text())
    data["files"] |= {name: {"sha256": "", "target": "x"} for name in ("mine", "empty", "a", "a/deep")}
    (tmp_path / MANIFEST).write_text(json.dumps(data))
    write(tmp_path, TWO, ALL)
    assert (tmp_path / "mine/notes.txt").read_text() == "mine"
    assert (tmp_path / "empty").is_dir()


BROKEN = {
    "empty": "",
    "cut off": '{"generator": "callsheet", "files": {',
    "a list": "[]",
    "null": "null",
    "nested too deeply": '{"generator": "callsheet", "more": ' + "[" * 200_000,
    "nested too deeply, whole": '{"generator": "callsheet", "more": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "a number": '{"generator": "callsheet", "files": 1e999}',
    "an entry of another kind": '{"generator": "callsheet", "files": {"a": []}}',
    "a digest of another kind": '{"generator": "callsheet", "files": {"a": {"sha256": 1e999}}}',
    "a description of another kind": '{"generator": "callsheet", "description": {"id": 5}}',
    "half a character": '{"generator": "callsheet", "files": {"\\ud800": {"sha256": "", "target": "x"}}}',
    "somebody else's": '{"name": "My app", "icons": []}',
    "another generator's": '{"generator": "other", "files": {}}',
}


@pytest.mark.parametrize("case", BROKEN)
def test_an_invalid_manifest_is_an_error(case, tmp_path):
    write(tmp_path, ONE, ALL)
    (tmp_path / MANIFEST).write_text(BROKEN[case])
    before = _tree(tmp_path)
    for again in (lambda: write(tmp_path, TWO, ALL), lambda: compare(tmp_path, TWO, ALL)):
        with pytest.raises(
            OutputError, match=rf"{MANIFEST}: (The list of written files can't be read|This file)"
        ):
            again()
    assert _tree(tmp_path) == before


def test_a_manifest_that_is_not_utf_8_is_an_error(tmp_path):
    (tmp_path / MANIFEST).write_bytes(b'{"generator": "callsheet", "files": {"\xff": {}}}')
    with pytest.raises(OutputError, match="can't be read"):
        write(tmp_path, ONE, ALL)


def test_paths_that_are_valid_on_every_system_can_be_written():
    assert all(
        not is_inside(path) for path in PATHS if path not in (MANIFEST, "MANIFEST.JSON") and "/0" not in path
    )
    for path in ("a", "a/b.txt", ".resources/definition.yaml", "List things (1)/é – ü.yaml", "😀/x", "a..b"):
        assert is_inside(path)


def test_an_artifact_cannot_have_a_path_that_leads_outside(tmp_path):
    with pytest.raises(ValueError, match="can't have the path"):
        write(tmp_path / "out", {"../x": Rendered("x", "1")}, ALL)
    assert list(tmp_path.iterdir()) == []


# --- While a run is at work -----------------------------------------------------------------------------


@pytest.mark.skipif(not disk._BY_DESCRIPTOR, reason="this system has no descriptors of folders")
def test_a_folder_that_becomes_a_link_between_two_calls_is_not_followed(tmp_path):
    """The descriptor is that of the folder that was checked; what has its name now makes no difference."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "out/a").mkdir(parents=True)
    with Folder(tmp_path / "out") as folder:
        folder.create("a/one.txt", [b"1"], 0o644)
        (tmp_path / "out/a").rename(tmp_path / "out/b")
        (tmp_path / "out/a").symlink_to(outside)
        folder.create("a/two.txt", [b"2"], 0o644)
        folder.move("a/two.txt", "a/three.txt")
        folder.remove("a/one.txt")
    assert list(outside.iterdir()) == []
    assert [path.name for path in (tmp_path / "out/b").iterdir()] == ["three.txt"]


def test_links_that_come_and_go_are_not_followed(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "out"
    (outside / "deep").mkdir(parents=True)
    write(folder, ONE, ALL)
    ended = threading.Event()

    def swap() -> None:
        while not ended.is_set():
            for old, new in (("a", "b"), ("b", "a")):
                try:
                    (folder / old).rename(folder / new)
                    (folder / old).symlink_to(outside)
                    (folder / old).unlink()
                except OSError:
                    pass

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for turn in range(60):
            with contextlib.suppress(OutputError):
                write(folder, ONE if turn % 2 else {**TWO, "a/deep/2.txt": Rendered("x", f"{turn}")}, ALL)
    finally:
        ended.set()
        thread.join()
    assert _tree(outside) == {"deep": "other"}


def test_many_folders_need_only_a_few_descriptors(tmp_path):
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from generator.output import Rendered, compare, write\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))\n"
        "files = {f'{n}/{n}/{n}.txt': Rendered('x', str(n)) for n in range(500)}\n"
        "write(Path(sys.argv[1]), files, ('x',)); assert compare(Path(sys.argv[1]), files, ('x',)) == []\n"
        "write(Path(sys.argv[1]), {}, ('x',)); assert len(list(Path(sys.argv[1]).iterdir())) == 1"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
