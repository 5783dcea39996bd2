"""The command as a new user meets it: its help, its arguments, its exit codes."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import items, run

from generator.cli import reports
from generator.cli.main import main
from generator.cli.single import Row
from generator.errors import ProjectFileError
from generator.project.keys import ProjectFile
from generator.project.project_file import load_project

DESCRIPTION = """
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: 'https://{region}.example.com', variables: {region: {default: eu, enum: [eu, us]}}}]
security: [{basic: []}]
components: {securitySchemes: {basic: {type: http, scheme: basic}}}
paths:
  /things: {get: {summary: List things, operationId: listThings, responses: {'200': {description: Fine}}}}
"""
COMMANDS = ("generate", "check", "validate", "docs", "mock")
#: Modules that the help must not import: each takes longer than printing it.
HEAVY = (
    "yaml jinja2 jsonschema_rs msgspec markdown_it openapi_spec_validator jsonpath rich rstr "
    "concurrent.futures multiprocessing generator.api generator.model generator.reading generator.targets"
).split()


def _help(*command: str) -> str:
    done = CliRunner().invoke(main, [*command, "--help"], terminal_width=100)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS), ["generate", "--shard", "x"]],
    ids=" ".join,
)
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\nfrom generator.cli.main import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert run(sys.executable, "-c", code).output.splitlines()[-1] == "HEAVY []"


def test_the_commands_are_listed_in_the_order_of_use_each_with_a_whole_sentence():
    lines = _help().partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert all(line.endswith(".") and "..." not in line for line in lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained_in_help(command):
    text = _help(command)
    for parameter in main.commands[command].params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert re.search(rf"{option}\b", text)
                assert getattr(parameter, "help", None), option


def test_help_explains_exit_codes_the_cache_and_what_is_read_without_an_argument():
    text = " ".join(_help("generate").split())
    for words in (
        "Exit codes",
        "130 if interrupted",
        "CALLSHEET_CACHE",
        "specs/callsheet.yaml",
        "--shard K/N",
    ):
        assert words in text
    assert "Exits with 0 if there are none, 1 if there are any, and 2 if" in " ".join(
        _help("validate").split()
    )


def test_the_short_and_the_long_form_of_help_are_the_same():
    assert CliRunner().invoke(main, ["generate", "-h"], terminal_width=100).output == _help("generate")


WRONG = {
    "unknown command": (["generat"], "No such command 'generat'"),
    "unknown option": (["generate", "--folder", "tags"], "No such option"),
    "unknown names": (["generate", "--names", "title"], "'title' is not one of"),
    "unknown folders": (["generate", "--folders", "tag"], "'tag' is not one of"),
    "no process": (["generate", "--jobs", "0"], "0 is not in the range"),
    "nothing to validate": (["validate"], "Missing argument 'SPEC...'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_are_reported_and_exit_with_2(case):
    arguments, message = WRONG[case]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert message in done.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(DESCRIPTION)
    return tmp_path


def _generate(*options: str) -> dict:
    done = CliRunner().invoke(main, ["generate", *options, "-o", "out"])
    assert done.exit_code == 0, done.output
    (collection,) = Path("out").glob("*.postman_collection.json")
    return json.loads(collection.read_text())


NAMES = {"summary": "List things", "operationId": "listThings", "path": "/things"}


@pytest.mark.parametrize("names", NAMES)
def test_the_command_or_the_project_file_chooses_the_names(names, folder):
    (folder / "p.yaml").write_text(f"description: api.yaml\ncollection: {{names: {names}}}\n")
    for options in (["api.yaml", "--names", names], ["-c", "p.yaml"]):
        assert [item["name"] for item in items(_generate(*options))] == [NAMES[names]]
    for other, name in NAMES.items():
        assert [item["name"] for item in items(_generate("-c", "p.yaml", "--names", other))] == [name]


OVERLAYS = {"one": "One", "two": "Two", "three": "Three"}


def test_overlays_apply_in_order_and_those_of_the_command_last(folder):
    for name, title in OVERLAYS.items():
        (folder / f"{name}.yaml").write_text(
            f"overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\n"
            f"actions: [{{target: $.info, update: {{title: {title}}}}}]\n"
        )
    (folder / "p.yaml").write_text("description: api.yaml\noverlays: [one.yaml]\n")
    assert _generate("-c", "p.yaml")["info"]["name"] == "One"
    assert (
        _generate("-c", "p.yaml", "--overlay", "three.yaml", "--overlay", "two.yaml")["info"]["name"] == "Two"
    )
    assert (
        _generate("api.yaml", "--overlay", "two.yaml", "--overlay", "three.yaml")["info"]["name"] == "Three"
    )


def test_a_missing_overlay_is_named(folder):
    done = CliRunner().invoke(main, ["generate", "api.yaml", "--overlay", "no.yaml", "-o", "out"])
    assert done.exit_code == 2
    assert "error: no.yaml: There is no such file." in done.output
    assert not (folder / "out").exists()


PROJECT_MISTAKES = {
    "collection: {names: title}": r"2:14 .*enum value 'title'\. Known values: summary, operationId, path\.",
    "collection: {folders: tag}": r"2:14 .*Known values: tags, paths, flat\.",
    "token: oauth": r"2:1 .*Known values: adobe-ims, none\.",
    "include: {tag: [A]}": r"2:11 .*no key 'tag' here\. Known keys: tags, paths",
    "exclude: {methods: get}": r"2:11 .*Expected `array`",
    "overlays: o.yaml": r"2:1 .*Expected `array`",
    "webhooks: yes please": r"2:1 .*Expected `bool`",
}


@pytest.mark.parametrize("line", PROJECT_MISTAKES)
def test_a_mistake_in_the_project_file_is_reported_with_its_line_and_the_known_words(line, folder):
    (folder / "p.yaml").write_text(f"description: api.yaml\n{line}\n")
    with pytest.raises(ProjectFileError, match=r"p\.yaml:" + PROJECT_MISTAKES[line]):
        load_project(Path("p.yaml"))


MISFITS = {
    "server: {stage: eu}": r"4:14 \(#/environments/0/server/stage\): .* variable 'stage'\. It has region\.",
    "server: {region: de}": r"4:14 .*'de' is not a value of .* variable 'region'\. Known values: eu, us\.",
    "values: {API_PASSWORD: pa55word}": r"4:14 .*API_PASSWORD is a secret",
}


@pytest.mark.parametrize("line", MISFITS)
def test_an_environment_that_does_not_fit_the_api_is_refused_with_its_line(line, folder):
    (folder / "p.yaml").write_text(f"description: api.yaml\nenvironments:\n  - name: a\n    {line}\n")
    done = CliRunner().invoke(main, ["generate", "-c", "p.yaml", "-o", "out"])
    assert done.exit_code == 2
    assert re.search(r"error: p\.yaml:" + MISFITS[line], done.output), done.output
    assert "pa55word" not in done.output
    assert not (folder / "out").exists()


def test_an_environment_that_fits_is_written(folder):
    (folder / "p.yaml").write_text(
        "description: api.yaml\nenvironments:\n  - name: a\n    server: {region: us}\n    values: {MORE: x}\n"
    )
    _generate("-c", "p.yaml")
    values = json.loads((folder / "out/environments/a.postman_environment.json").read_text())["values"]
    found = {value["key"]: value["value"] for value in values}
    assert (found["baseUrl"], found["MORE"], found["API_PASSWORD"]) == ("https://us.example.com", "x", "")


def test_a_project_file_with_only_a_description_changes_nothing(folder):
    (folder / "p.yaml").write_text("description: api.yaml\n")
    assert load_project(Path("p.yaml")) == ProjectFile("api.yaml")
    assert _generate("-c", "p.yaml") == _generate("api.yaml")


def test_check_does_not_list_unchanged_files_and_reports_the_same_findings(folder):
    (folder / "api.yaml").write_text(DESCRIPTION.replace("/things", "'/things/{id}'"))
    written = CliRunner().invoke(main, ["generate", "api.yaml", "-o", "out", "--target", "postman"])
    assert "warning: api.yaml:8:" in written.stderr
    compared = CliRunner().invoke(main, ["check", "api.yaml", "-o", "out", "--target", "postman"])
    assert (compared.exit_code, compared.stdout) == (0, "out is up to date.\n")
    assert compared.stderr == written.stderr
    every = CliRunner().invoke(main, ["check", "api.yaml", "-o", "out"])
    assert every.exit_code == 1
    assert "missing" in every.stdout
    assert "\napi.postman_collection" not in every.stdout


def test_a_file_that_cannot_be_removed_any_more_is_reported(folder, monkeypatch):
    CliRunner().invoke(main, ["generate", "api.yaml", "-o", "out"])

    def refuse(*_args, **_named):
        raise PermissionError(13, "Permission denied")

    (folder / "api.yaml").write_text(DESCRIPTION.replace("listThings", "list"))
    monkeypatch.setattr(os, "unlink", refuse)
    done = CliRunner().invoke(main, ["generate", "api.yaml", "-o", "out"])
    assert done.exit_code == 2
    assert "can't be removed: Permission denied. Remove it by hand." in done.output


def test_a_folder_with_many_files_is_one_line(tmp_path):
    done = CliRunner().invoke(main, ["generate", "-o", str(tmp_path / "out")])
    lines = [line for line in done.output.splitlines() if "postman/collections" in line]
    assert lines
    assert all(re.search(r"\(\d+ files\) +[\d,]+ B +new$", line) for line in lines)
    assert re.search(r"^curl/scripts/ims-token.sh +[\d,]+ B +new$", done.output, re.MULTILINE)


def test_a_collection_too_large_to_import_is_a_warning_that_says_what_makes_it_smaller(capsys):
    sizes = {"a": 25_000_000, "b": 31_400_000, "docs/downloads/b": 31_400_000}
    reports.large_collections([Row(f"{n}.postman_collection.json", size, "new") for n, size in sizes.items()])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("warning: b.postman_collection.json: 31 MB.")
    assert "`--tests off`" in lines[0]
