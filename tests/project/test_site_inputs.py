"""The inputs of the site besides the description: templates, guides, an earlier description."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import OURS

from generator import api, load
from generator.changes import Changes
from generator.cli import single
from generator.cli.main import main
from generator.errors import CallsheetError
from generator.project.settings import Guide

DESCRIPTION = """
openapi: 3.1.0
info: {title: Things, version: '2'}
servers: [{url: 'https://api.example.com'}]
paths:
  /things: {get: {tags: [A], operationId: list, responses: {'200': {description: Fine}}}}
  /others: {get: {tags: [B], operationId: other, responses: {'200': {description: Fine}}}}
"""
OVERLAY = """
overlay: 1.0.0
info: {title: O, version: '1'}
actions:
  - {target: $.info, update: {title: Changed}}
  - {target: "$.paths['/others'].get", update: {summary: Not there before}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project, and a folder in place of our templates, with one page and one style sheet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(DESCRIPTION)
    ours = tmp_path / "ours" / "templates" / "docs"
    (ours / "__pycache__").mkdir(parents=True)
    (ours / "__pycache__" / "kept.jinja2").write_text("")
    (ours / "page.html.j2").write_text("ours")
    (ours / "site.css").write_text("ours")
    (ours.parent / "curl").mkdir()
    (ours.parent / "curl" / "tag.md.j2").write_text("ours")
    monkeypatch.setattr("generator.project.site_inputs.resource", lambda name: tmp_path / "ours" / name)
    return tmp_path


def _load(folder: Path, keys: str = "", **options: object) -> api.Plan:
    (folder / "p.yaml").write_text("description: api.yaml\n" + keys)
    return load(project_file=Path("p.yaml"), options=api.Options(**options))


def _refused(folder: Path, keys: str) -> str:
    with pytest.raises(CallsheetError) as caught:
        _load(folder, keys)
    return str(caught.value)


# --- Templates ------------------------------------------------------------------------------------------


def test_templates_of_the_project_are_read_and_all_possible_ones_are_looked_for(folder):
    (folder / "mine" / "docs" / "parts").mkdir(parents=True)
    (folder / "mine" / "docs" / "page.html.j2").write_bytes(b"mine\r\n")
    (folder / "mine" / "docs" / "parts" / "_logo.html.j2").write_text("logo")
    for left in (".page.html.j2.swp", "page.html.j2~", ".DS_Store"):
        (folder / "mine" / "docs" / left).write_text("left by an editor")
    plan = _load(folder, "templates: mine\n")
    assert plan.settings.templates == {"docs/page.html.j2": "mine\n", "docs/parts/_logo.html.j2": "logo"}
    assert {Path("mine/docs") / name for name in ("page.html.j2", "site.css", "parts/_logo.html.j2")} <= {
        *plan.inputs
    }


@pytest.mark.parametrize("name", ["docs/pages.html.j2", "curl/tag.md.j2", "page.html.j2"])
def test_a_template_that_replaces_nothing_is_reported_with_the_known_names(name, folder):
    path = folder / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_text("")
    said = _refused(folder, "templates: mine\n")
    assert said.startswith(f"{Path('mine') / name}: There is no template of this name")
    assert "Known names: docs/page.html.j2, docs/site.css." in said


def test_a_missing_folder_of_templates_is_reported_with_its_line(folder):
    assert _refused(folder, "id: x\ntemplates: mine\n").startswith(
        "p.yaml:3:1 (#/templates): There is no folder"
    )


def test_a_template_that_is_not_text_is_reported(folder):
    (folder / "mine" / "docs").mkdir(parents=True)
    (folder / "mine" / "docs" / "site.css").write_bytes(b"\xff\xff")
    assert re.match(r"mine.docs.site\.css: .* is not UTF-8", _refused(folder, "templates: mine\n"))


def test_without_a_project_file_nothing_replaces_ours(folder):
    (folder / "templates").mkdir()
    assert load(Path("api.yaml")).settings.templates == {}


# --- Guides ---------------------------------------------------------------------------------------------


def test_guides_are_read_in_their_order_with_plain_titles(folder):
    (folder / "start.md").write_bytes(
        "\ufeff\n# Get `started` with *[it](x.html)* ##\r\n\r\nFirst.\r\n".encode()
    )
    (folder / "more.md").write_text("# More\n## Below\n")
    plan = _load(folder, "guides: [start.md, more.md]\n")
    assert plan.settings.guides == (Guide("Get started with it", "First.\n"), Guide("More", "## Below\n"))
    assert plan.inputs[-2:] == (Path("start.md"), Path("more.md"))


@pytest.mark.parametrize("text", ["", "\n\nWords\n", "## Lower\n", "#\n", "#Title\n"])
def test_a_guide_without_a_title_is_reported_with_its_line(text, folder):
    (folder / "start.md").write_text(text)
    said = _refused(folder, "guides: [start.md]\n")
    line = 3 if "Words" in text else 1
    assert said.startswith(f"start.md:{line}:1: ")
    assert "begins with its title" in said


def test_a_missing_guide_is_reported_with_its_line(folder):
    (folder / "start.md").write_text("# Start\n")
    said = _refused(folder, "guides:\n  - start.md\n  - no.md\n")
    assert said.startswith("p.yaml:4:5 (#/guides/1): There is no file 'no.md'")


def test_privacy_service_has_our_guides_unless_others_are_named(folder):
    guides = folder / "ours" / "specs" / "guides"
    shutil.copy(OURS, folder / "api.yaml")
    assert load(Path("api.yaml")).settings.guides == ()
    guides.mkdir(parents=True)
    (guides / "2-b.md").write_text("# B\n")
    (guides / "1-a.md").write_text("# A\n")
    for plan in (load(Path("api.yaml")), _load(folder)):
        assert [guide.title for guide in plan.settings.guides] == ["A", "B"]
        assert {guides / "1-a.md", guides / "2-b.md"} <= {*plan.inputs}
    assert _load(folder, "guides: []\n").settings.guides == ()
    (folder / "api.yaml").write_text(DESCRIPTION)
    assert load(Path("api.yaml")).settings.guides == ()


# --- An earlier description -----------------------------------------------------------------------------


@pytest.fixture
def compared(folder, monkeypatch):
    """The descriptions that were compared, as pairs of the names of their operations."""
    seen = []

    def compare(before, after):
        seen.append(tuple([f"{one.title} {op.name}" for op in one.operations] for one in (before, after)))
        return Changes("1", "2")

    monkeypatch.setattr("generator.changes.compare", compare)
    (folder / "old.yaml").write_text(
        DESCRIPTION.replace("version: '2'", "version: '1'").replace("  /others", "  /x-others")
    )
    return seen


def test_an_earlier_description_is_read_as_the_current_one_is(folder, compared):
    (folder / "o.yaml").write_text(OVERLAY)
    plan = _load(
        folder, "since: old.yaml\noverlays: [o.yaml]\ncollection: {names: path}\nexclude: {tags: [A]}\n"
    )
    assert compared == [(["Changed /x-others"], ["Changed /others"])]
    assert plan.settings.changes == Changes("1", "2")
    assert Path("old.yaml") in plan.inputs
    # That the overlay's second target is missing there is not a finding about the current description.
    assert plan.warnings == ()


def test_the_option_overrides_the_project_file(folder, compared):
    shutil.copy("old.yaml", "older.yaml")
    plan = _load(folder, "since: no.yaml\n", since=Path("older.yaml"))
    assert Path("older.yaml") in plan.inputs
    assert _load(folder).settings.changes is None


def test_an_earlier_description_that_cannot_be_read_is_named(folder, compared):
    for text, said in (
        ("", "The file is empty"),
        ("a: [", ":1:"),
        ("openapi: 4.0.0\n", "'4.0.0' is not a version"),
    ):
        (folder / "old.yaml").write_text(text)
        done = CliRunner().invoke(main, ["generate", "api.yaml", "--since", "old.yaml", "-o", "out"])
        assert done.exit_code == 2
        assert "error: old.yaml" in done.output
        assert said in done.output
    done = CliRunner().invoke(main, ["check", "api.yaml", "--since", "no.yaml", "-o", "out"])
    assert "error: no.yaml: There is no such file." in done.output
    assert not (folder / "out").exists()


def test_an_overlay_that_does_not_fit_the_earlier_description_is_reported_as_such(folder, compared):
    (folder / "o.yaml").write_text(OVERLAY)
    (folder / "old.yaml").write_text("openapi: 3.1.0\ninfo: 5\npaths: {}\n")
    said = _refused(folder, "since: old.yaml\noverlays: [o.yaml]\n")
    assert said.startswith("o.yaml:5:")
    assert "This is about old.yaml, the earlier description." in said


def test_many_descriptions_cannot_have_an_earlier_one(folder):
    done = CliRunner().invoke(main, ["generate", "api.yaml", "old.yaml", "--since", "old.yaml"])
    assert done.exit_code == 2
    assert "--since is for one description" in done.output


# --- The cache ------------------------------------------------------------------------------------------


def test_a_change_of_the_inputs_of_the_site_is_noticed(folder, compared, monkeypatch):
    monkeypatch.setenv("CALLSHEET_CACHE", str(folder / "cache"))
    (folder / "mine" / "docs").mkdir(parents=True)
    (folder / "start.md").write_text("# Start\n")
    (folder / "p.yaml").write_text(
        "description: api.yaml\nsince: old.yaml\ntemplates: mine\nguides: [start.md]\n"
    )
    request = single.Request(None, Path("p.yaml"), Path("out"), ("environments",))

    def is_recalled() -> bool:
        time.sleep(0.03)
        before = len(compared)
        single.generate(request)
        return len(compared) == before

    assert not is_recalled()
    assert is_recalled()
    for name in ("old.yaml", "start.md", "mine/docs/site.css"):
        path = folder / name
        path.write_text((path.read_text() if path.exists() else "") + "\n")
        assert not is_recalled()
        assert is_recalled()
