"""README.md and ``docs/``: links lead somewhere, commands run, generated parts are current."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from support import ROOT, manual, run

README = ROOT / "README.md"
MANUAL = sorted((ROOT / "docs").glob("*.md"))
PAGES = [README, *MANUAL, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
CALLSHEET = Path(sys.executable).parent / "callsheet"

NAMES = [path.name for path in MANUAL]

DESCRIPTION = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example.com}]
paths:
  /users:
    get:
      operationId: listUsers
      summary: List users
      tags: [users]
      responses: {"200": {description: The users}}
"""
CHANGED = """\
    post:
      operationId: createUser
      summary: Create a user
      tags: [users]
      deprecated: true
      responses: {"201": {description: The user}}
"""
NO_CHANGE = """\
overlay: 1.0.0
info: {title: Nothing, version: "1"}
actions: [{target: $.info, update: {x-reviewed: true}}]
"""


def _fences(text: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a page: what their first line says, and their text."""
    yield from re.findall(r"^```([^\n`]*)\n(.*?)^```", text, re.M | re.S)


def _without_code(text: str) -> str:
    return re.sub(r"^( *)```.*?^\1```", "", text, flags=re.M | re.S)


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?)\s*$", _without_code(page.read_text()), re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while (anchor := f"{name}-{number}" if number else name) in found:
            number += 1
        found.add(anchor)
    return found


# --- README ---------------------------------------------------------------------------------------------


def test_the_readme_is_a_page_and_not_a_manual():
    text = README.read_text()
    assert len(text.splitlines()) <= 150
    assert len(text.split()) <= 1000


def test_any_other_api_and_both_commands_are_on_the_first_screen():
    first = "\n".join(README.read_text().splitlines()[:25])
    assert "any other API" in first
    for command in ("make generate", "make test-all"):
        assert command in first
        assert re.search(rf"^{command.removeprefix('make ')}:", (ROOT / "Makefile").read_text(), re.M)
    assert "make test-all" in (ROOT / ".ci" / "run").read_text()


def test_the_readme_shows_every_part_of_the_output_and_links_every_page():
    text = README.read_text()
    (tree,) = [block for kind, block in _fences(text) if kind == "text" and block.startswith("output/")]
    assert set(re.findall(r"^[├└]── ([\w.-]+)/?", tree, re.M)) == {
        path.name for path in (ROOT / "output").iterdir()
    }
    assert {f"docs/{name}" for name in NAMES} <= set(re.findall(r"\]\(([^)#]+)", text))


# --- Links ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_or_a_heading(page):
    text = re.sub(r"`[^`\n]*`", "`code`", _without_code(page.read_text()))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / unquote(path)).resolve() if path else page
        inside = target.is_relative_to(ROOT) and target.exists()
        if not inside or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


# --- Generated parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", manual.PARTS)
def test_the_generated_parts_are_current(name):
    page = (ROOT / "docs" / name).read_text()
    assert page == manual.with_part(page, manual.PARTS[name]()), "Run `make manual` and commit docs/."


def test_no_sentence_is_about_a_key_that_does_not_exist():
    table = manual.project_file()
    assert [key for key in manual.KEYS if f"| `{key.rpartition('.')[2]}` |" not in table] == []


# --- Installation ---------------------------------------------------------------------------------------


def test_installation_is_from_a_clone_and_names_extras_that_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for page in PAGES:
        for line in re.findall(r"(?:pipx?|uv tool) install (.*)", page.read_text()):
            wanted = line.split("#")[0].strip().strip("`'")
            source = re.fullmatch(
                r"\.(?:\[([\w,]+)\])?|callsheet @ git\+https://\S+\.example\.com/\S+", wanted
            )
            assert source, f"{page.name}: {line}"
            assert set((source[1] or "mock").split(",")) <= set(extras)


# --- Examples -------------------------------------------------------------------------------------------


def _clone(folder: Path) -> Path:
    """A folder in which the commands of the pages can run."""
    command = folder / ".venv" / "bin" / "callsheet"
    command.parent.mkdir(parents=True)
    command.symlink_to(CALLSHEET)
    (folder / "before.yaml").write_text(DESCRIPTION)
    (folder / "openapi.yaml").write_text(DESCRIPTION + CHANGED)
    for name in ("apis/users.yaml", "apis/shop/v1.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(DESCRIPTION)
    _project(folder)
    return folder


def _project(folder: Path) -> None:
    """The project file that the manual shows, and every file that it names."""
    page = (ROOT / "docs" / "project-file.md").read_text()
    (example,) = [block for kind, block in _fences(page) if kind == "yaml project"]
    (folder / "callsheet.yaml").write_text(example)
    for name in ("privacy-service.yaml", "before/privacy-service.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "specs" / "privacy-service.yaml", folder / name)
    shutil.copytree(ROOT / "specs" / "guides", folder / "guides")
    (folder / "templates" / "docs").mkdir(parents=True)
    (folder / "overlays").mkdir()
    (folder / "overlays" / "ours.yaml").write_text(NO_CHANGE)


RUNNABLE = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in (README, *MANUAL)
    for number, block in enumerate(block for kind, block in _fences(page.read_text()) if kind == "shell run")
]


@pytest.mark.parametrize("block", RUNNABLE)
def test_a_command_that_is_marked_runs_as_it_is_written(block, tmp_path):
    folder = _clone(tmp_path)
    done = run(
        *("bash", "-euo", "pipefail", "-c", block), cwd=folder, env={"CALLSHEET_CACHE": str(folder / "cache")}
    )
    assert done.code == 0, done.output
    assert "warning" not in done.output


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
@pytest.mark.parametrize("code", [0, 1])
def test_the_run_in_ci_puts_secrets_into_a_file_that_it_removes(code, tmp_path):
    page = (ROOT / "docs" / "ci.md").read_text()
    (block,) = [block for kind, block in _fences(page) if kind == "shell" and "umask" in block]
    shutil.copytree(ROOT / "output" / "environments", tmp_path / "output" / "environments")
    newman = tmp_path / "bin" / "newman"
    newman.parent.mkdir()
    newman.write_text(f"#!/bin/sh\nstat -c %a environment.json\ncat environment.json\nexit {code}\n")
    newman.chmod(0o755)
    secret = "a-secret-of-the-job"
    path = f"{newman.parent}:{os.environ['PATH']}"
    done = run("bash", "-e", "-c", block, cwd=tmp_path, env={"PATH": path, "CLIENT_SECRET": secret})
    assert done.code == code, done.output
    mode, _, environment = done.output.partition("\n")
    values = {value["key"]: value["value"] for value in json.loads(environment)["values"]}
    assert (mode, values["CLIENT_SECRET"]) == ("600", secret)
    assert values["baseUrl"] == "https://platform.adobe.io/data/core/privacy"
    assert not (tmp_path / "environment.json").exists()


def test_commands_that_take_little_time_are_marked():
    assert len(RUNNABLE) >= 7


def test_the_project_file_of_the_manual_has_every_key():
    page = (ROOT / "docs" / "project-file.md").read_text()
    (example,) = [yaml.safe_load(block) for kind, block in _fences(page) if kind == "yaml project"]
    assert sorted(example) == sorted(key for key in manual.KEYS if "." not in key)


@pytest.mark.parametrize("page", MANUAL, ids=lambda page: page.name)
def test_workflows_are_valid_and_pin_the_actions_that_ours_pin(page):
    ours = "".join(path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    for kind, block in _fences(page.read_text()):
        if kind.startswith("yaml"):
            yaml.safe_load(block)
            for action in re.findall(r"uses: *(\S+ # \S+)", block):
                assert action in ours
            # What a pull request may choose must not become a command.
            assert "${{" not in "".join(re.findall(r"run:.*", block))


# --- Figures, and words ---------------------------------------------------------------------------------


def test_the_figures_of_the_readme_are_those_of_the_manual():
    (table,) = re.findall(r"^\| 2,639 .*?(?=\n\n)", README.read_text(), re.M | re.S)
    figures = (ROOT / "docs" / "figures.md").read_text()
    for figure in re.findall(r"[\d.,]+\d(?:%| s| MiB)?", table):
        assert figure in figures


@pytest.mark.parametrize("page", [README, *MANUAL], ids=lambda page: page.name)
def test_pages_call_what_a_server_sends_back_a_response(page):
    text = page.read_text()
    # Help texts are checked where they are written.
    if manual.BEGIN in text and page.name == "commands.md":
        text = text.partition(manual.BEGIN)[0]
    assert re.findall(r"\b[Aa]nswers?\b", _without_code(text)) == []
