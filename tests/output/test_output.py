"""The output folder is written as a whole or not at all, and files that aren't ours stay as they are."""

from __future__ import annotations

import pytest

from generator.errors import OutputError
from generator.output import Rendered, compare, write
from generator.output.disk import Folder

ONE = {"a/one.txt": Rendered("x", "1\n"), "two.sh": Rendered("y", "2\n")}
ALL = ("x", "y")


def _files(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_what_was_written_compares_as_up_to_date(tmp_path):
    write(tmp_path, ONE, ALL)
    assert compare(tmp_path, ONE, ALL) == []
    assert {s.state for s in write(tmp_path, ONE, ALL)} == {"unchanged"}


def test_scripts_are_executable_and_other_files_are_not(tmp_path):
    write(tmp_path, ONE, ALL)
    assert (tmp_path / "two.sh").stat().st_mode & 0o111
    assert not (tmp_path / "a/one.txt").stat().st_mode & 0o111


def test_missing_different_and_left_over_files_are_listed(tmp_path):
    write(tmp_path, {**ONE, "old.txt": Rendered("x", "old")}, ALL)
    (tmp_path / "two.sh").unlink()
    (tmp_path / "a/one.txt").write_text("changed")
    states = {s.path: s.state for s in compare(tmp_path, ONE, ALL)}
    assert states == {
        "a/one.txt": "different",
        "two.sh": "missing",
        "old.txt": "left over",
        "manifest.json": "different",
    }


def test_a_file_no_longer_written_is_removed_with_its_empty_folder(tmp_path):
    write(tmp_path, {**ONE, "gone/old.txt": Rendered("x", "old")}, ALL)
    assert ("gone/old.txt", "removed") in {(s.path, s.state) for s in write(tmp_path, ONE, ALL)}
    assert not (tmp_path / "gone").exists()


def test_a_file_whose_name_changes_only_in_case_is_kept_if_both_names_are_one_file(tmp_path, monkeypatch):
    """Lower-casing all names simulates a case-insensitive file system."""
    parent = Folder._parent
    monkeypatch.setattr(Folder, "_parent", lambda self, path: parent(self, path.lower()))
    write(tmp_path, {"jobs/one.txt": Rendered("x", "1\n")}, ALL)
    states = write(tmp_path, {"Jobs/one.txt": Rendered("x", "2\n")}, ALL)
    assert "removed" not in {state.state for state in states}
    assert (tmp_path / "jobs/one.txt").read_text() == "2\n"
    assert compare(tmp_path, {"Jobs/one.txt": Rendered("x", "2\n")}, ALL) == []


def test_a_file_whose_name_changes_only_in_case_is_removed_if_it_is_another_file(tmp_path):
    write(tmp_path, {"one.txt": Rendered("x", "1\n")}, ALL)
    write(tmp_path, {"One.txt": Rendered("x", "1\n")}, ALL)
    assert set(_files(tmp_path)) == {"One.txt", "manifest.json"}


def test_a_file_no_longer_written_but_edited_is_kept(tmp_path):
    write(tmp_path, {**ONE, "old.txt": Rendered("x", "old")}, ALL)
    (tmp_path / "old.txt").write_text("my notes")
    states = {s.path: s.state for s in write(tmp_path, ONE, ALL)}
    assert states["old.txt"] == "kept, edited"
    assert (tmp_path / "old.txt").read_text() == "my notes"


def test_files_of_others_are_neither_touched_nor_reported(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    write(tmp_path, ONE, ALL)
    assert compare(tmp_path, ONE, ALL) == []
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_file_of_somebody_else_in_the_way_is_an_error(tmp_path):
    (tmp_path / "two.sh").write_text("mine")
    with pytest.raises(OutputError, match=r"two\.sh.*in the way"):
        write(tmp_path, ONE, ALL)
    assert _files(tmp_path) == {"two.sh": "mine"}


def test_a_failure_half_way_leaves_nothing_behind(tmp_path):
    (tmp_path / "two.sh").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError):
        write(tmp_path, ONE, ALL)
    assert [p for p in sorted(tmp_path.rglob("*")) if p.is_file()] == []
    assert set(before) <= set(tmp_path.rglob("*"))


def test_one_target_leaves_the_files_of_another_alone(tmp_path):
    write(tmp_path, ONE, ALL)
    write(tmp_path, {"a/new.txt": Rendered("x", "new")}, ("x",))
    assert set(_files(tmp_path)) == {"a/new.txt", "two.sh", "manifest.json"}
    assert compare(tmp_path, {"two.sh": ONE["two.sh"]}, ("y",)) == []


def test_a_manifest_that_leads_out_of_the_folder_removes_nothing_there(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("1\n")
    folder = tmp_path / "out"
    write(folder, ONE, ALL)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"a/one.txt"', '"../outside.txt"'))
    write(folder, {"two.sh": ONE["two.sh"]}, ALL)
    assert outside.exists()


def test_a_manifest_that_cannot_be_read_is_named(tmp_path):
    write(tmp_path, ONE, ALL)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(OutputError, match=r"manifest\.json.*can't be read"):
        write(tmp_path, ONE, ALL)
