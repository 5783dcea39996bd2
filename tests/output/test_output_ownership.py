"""A folder holds the artifacts of one description. They are not replaced by those of another unless asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator import check, generate, load
from generator.cli.main import main
from generator.errors import OutputError
from generator.output import Description, Rendered, compare, write
from generator.output_names import MANIFEST

DESCRIPTION = """
openapi: 3.1.0
info: {title: %s, version: '1'}
servers: [{url: 'https://api.example.com/v1'}]
paths: {/%s: {get: {operationId: get_%s, responses: {'200': {description: Fine}}}}}
"""


def _describe(path: Path, title: str, name: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DESCRIPTION % (title, name, name))
    return path


def _run(command: str, *given: str | Path) -> Result:
    return CliRunner().invoke(main, [command, *map(str, given)])


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the artifacts of `shop.yaml`, one of them edited."""
    assert (
        _run("generate", _describe(tmp_path / "shop.yaml", "Shop", "carts"), "-o", tmp_path / "out").exit_code
        == 0
    )
    (tmp_path / "out/curl/other.md").write_text("my notes")
    return tmp_path


def _refused(result: Result, folder: Path, title: str, id_: str) -> None:
    assert result.exit_code == 2, result.output
    assert (
        f"{folder}: This folder holds the artifacts of another description: '{title}' (id '{id_}')."
        in result.stderr
    )
    assert "Name another folder with -o, or replace them with --force. Nothing was written." in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("options", [(), ("--target", "postman"), ("--strict",)], ids=" ".join)
def test_another_description_is_refused_and_the_message_names_the_owner(options, place):
    before = _files(place / "out")
    users = _describe(place / "users.yaml", "Users", "users")
    for command in ("generate", "check"):
        _refused(_run(command, users, "-o", place / "out", *options), place / "out", "Shop", "shop")
    assert _files(place / "out") == before


def test_a_description_with_the_same_file_name_may_be_another(place):
    """Many descriptions are called `openapi.yaml`."""
    before = _files(place / "out")
    other = _describe(place / "other/shop.yaml", "Users", "users")
    for command in ("generate", "check"):
        _refused(_run(command, other, "-o", place / "out"), place / "out", "Shop", "shop")
    assert _files(place / "out") == before


def test_a_description_with_another_file_name_is_another_even_with_the_same_content(place):
    copy = place / "copy.yaml"
    copy.write_bytes((place / "shop.yaml").read_bytes())
    _refused(_run("generate", copy, "-o", place / "out"), place / "out", "Shop", "shop")


CHANGES = {
    "title": ("Shop of today", "carts"),
    "operations": ("Shop", "orders"),
    "nothing": ("Shop", "carts"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_description_may_change(change, place):
    (place / "out/curl/other.md").unlink()
    _describe(place / "shop.yaml", *CHANGES[change])
    assert _run("check", place / "shop.yaml", "-o", place / "out").exit_code == 1
    done = _run("generate", place / "shop.yaml", "-o", place / "out")
    assert done.exit_code == 0, done.output
    assert _run("check", place / "shop.yaml", "-o", place / "out").output.endswith("is up to date.\n")
    assert {path.stem for path in (place / "out/curl/scripts").iterdir()} == {f"get_{CHANGES[change][1]}"}


def test_the_id_of_a_project_file_shows_that_it_is_the_same(place):
    """Whatever the name of its file: ids in Postman are derived from that id as well."""
    _describe(place / "v2.yaml", "Shop", "carts")
    (place / "callsheet.yaml").write_text("description: v2.yaml\nid: shop\n")
    done = _run("generate", "-c", place / "callsheet.yaml", "-o", place / "out")
    assert done.exit_code == 0, done.output


def test_with_force_the_files_of_another_are_replaced_unless_they_were_edited(place):
    users = _describe(place / "users.yaml", "Users", "users")
    done = _run("generate", users, "-o", place / "out", "--force", "--target", "postman")
    assert done.exit_code == 0, done.output
    assert {"users.postman_collection.json", "curl/other.md", MANIFEST} == set(_files(place / "out"))
    assert (place / "out/curl/other.md").read_text() == "my notes"
    assert _run("check", users, "-o", place / "out", "--target", "postman").exit_code == 0
    _refused(_run("generate", place / "shop.yaml", "-o", place / "out"), place / "out", "Users", "users")


def test_force_overwrites_no_file_of_somebody_else(place):
    users = _describe(place / "users.yaml", "Users", "users")
    (place / "out/users.postman_collection.json").write_text("mine")
    done = _run("generate", users, "-o", place / "out", "--force")
    assert done.exit_code == 2
    assert "users.postman_collection.json: This file is in the way" in done.stderr
    assert (place / "out/users.postman_collection.json").read_text() == "mine"
    assert (place / "out/shop.postman_collection.json").exists()


def test_of_many_only_the_one_with_a_foreign_folder_is_refused(tmp_path):
    first = [_describe(tmp_path / f"first/{name}.yaml", name, name) for name in ("a", "b")]
    assert _run("generate", *first, "-o", tmp_path / "out", "--jobs", "1").exit_code == 0
    before = _files(tmp_path / "out/a")
    second = [
        _describe(tmp_path / "second/a.yaml", "Another", "x"),
        _describe(tmp_path / "second/c.yaml", "C", "c"),
    ]
    for command, jobs in (("generate", "1"), ("generate", "2"), ("check", "1")):
        done = _run(command, *second, "-o", tmp_path / "out", "--jobs", jobs)
        assert done.exit_code == 2
        assert "out/a: This folder holds the artifacts of another description: 'a' (id 'a')." in done.stderr
        assert f"failed: {second[0]}" in done.stdout
    assert _files(tmp_path / "out/a") == before
    assert (tmp_path / "out/c/c.postman_collection.json").exists()
    assert _run("generate", *second, "-o", tmp_path / "out", "--jobs", "1", "--force").exit_code == 0
    assert _run("check", *second, "-o", tmp_path / "out", "--jobs", "1").exit_code == 0


def test_the_library_refuses_as_the_command_does(place):
    plan = load(_describe(place / "users.yaml", "Users", "users"))
    before = _files(place / "out")
    for again in (lambda: generate(plan, place / "out"), lambda: check(plan, place / "out")):
        with pytest.raises(OutputError, match=r"another description: 'Shop' \(id 'shop'\)"):
            again()
    assert _files(place / "out") == before
    generate(plan, place / "out", force=True)
    assert check(plan, place / "out") == []


def test_an_older_manifest_without_a_description_gets_one(place):
    manifest = place / "out" / MANIFEST
    data = json.loads(manifest.read_text())
    description = data.pop("description")
    assert description["id"] == "shop"
    manifest.write_text(json.dumps(data))
    (place / "out/curl/other.md").unlink()
    assert _run("generate", place / "shop.yaml", "-o", place / "out").exit_code == 0
    assert json.loads(manifest.read_text())["description"] == description


def test_the_manifest_names_the_description_and_nothing_of_this_machine(place, tmp_path):
    text = (place / "out" / MANIFEST).read_text()
    assert list(json.loads(text)) == ["generator", "description", "files"]
    assert list(json.loads(text)["description"]) == ["id", "title", "operations"]
    assert str(tmp_path) not in text


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("a", "A", ["GET /x"]), ("a", "A", ["GET /x"]), True),
        (("a", "A", ["GET /x"]), ("a", "B", ["GET /x"]), True),
        (("a", "A", ["GET /x"]), ("a", "A", ["GET /y"]), True),
        (("a", "A", ["GET /x"]), ("a", "B", ["GET /y"]), False),
        (("a", "A", ["GET /x"]), ("b", "A", ["GET /x"]), False),
        (("a", "A", []), ("a", "A", []), True),
        (("a", "A", []), ("a", "B", []), False),
    ],
)
def test_what_distinguishes_two_descriptions(one, other, is_same):
    assert Description.of(*one).is_same(Description.of(*other)) is is_same
    assert Description.of(*other).is_same(Description.of(*one)) is is_same


def test_a_forced_run_that_was_killed_belongs_to_the_new_description(tmp_path, monkeypatch):
    from generator.output import disk

    shop, users = Description.of("shop", "Shop", ["GET /x"]), Description.of("users", "Users", ["GET /y"])
    files = {"a.txt": Rendered("x", "1"), "old.txt": Rendered("y", "2")}
    write(tmp_path, files, ("x", "y"), shop)
    calls = 0

    def ends(call, *args, **named):
        nonlocal calls
        calls += 1
        if calls > 11:
            raise KeyboardInterrupt
        return call(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(disk, "change", ends)
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path, {"a.txt": Rendered("x", "new")}, ("x",), users, force=True)
    assert "previous" in json.loads((tmp_path / MANIFEST).read_text())
    with pytest.raises(OutputError, match="'Users'"):
        write(tmp_path, files, ("x", "y"), shop)
    write(tmp_path, {"a.txt": Rendered("x", "new")}, ("x",), users)
    assert set(_files(tmp_path)) == {"a.txt", MANIFEST}
    assert compare(tmp_path, {"a.txt": Rendered("x", "new")}, ("x",), users) == []
