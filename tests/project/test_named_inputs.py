"""Messages about URLs, other formats, missing files, mistyped words, and empty selections.

They are the same for every command that reads a description, and for the library.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support import ROOT, run

from generator import api
from generator.cli.main import main
from generator.errors import CallsheetError, DescriptionError, ProjectFileError, SelectionError
from generator.model.selection import Filter
from generator.reading import inputs
from generator.reading.references import remote

EMBEDDED = (
    "Reading the embedded description of Adobe's Privacy Service, "
    "since there is no specs/callsheet.yaml here."
)
DESCRIPTION = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: https://example.com}]
paths:
  /users:
    get: {operationId: listUsers, tags: [Users], responses: {'200': {description: Fine}}}
    post: {operationId: addUser, tags: [Users], deprecated: true, responses: {'204': {description: Done}}}
  /orders:
    get: {operationId: listOrders, tags: [Orders], x-internal: true, responses: {'200': {description: Fine}}}
"""
COMMANDS = ("generate", "check", "validate", "docs", "mock")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLSHEET_CACHE", str(tmp_path / "cache"))
    (tmp_path / "api.yaml").write_text(DESCRIPTION)
    return tmp_path


def _callsheet(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def _refused(*arguments: str) -> str:
    """The single error with which the command fails for ``arguments``."""
    done = _callsheet(*arguments)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    return done.output


# What is read without SPEC


@pytest.mark.parametrize("again", [False, True], ids=["read", "recalled"])
def test_generate_names_the_embedded_description_in_its_first_line(again, folder):
    for _ in range(1 + again):
        done = _callsheet("generate", "-o", "out")
    assert done.stdout.splitlines()[0] == EMBEDDED


def test_the_mock_names_the_embedded_description_before_it_starts(folder, monkeypatch):
    monkeypatch.setattr("generator.mock.server.serve", lambda *_: None)
    done = _callsheet("mock")
    assert done.stdout == "Reading the embedded description of Adobe's Privacy Service.\n", done.output
    assert _callsheet("mock", "api.yaml").stdout == ""


def test_docs_name_the_embedded_description_in_their_first_line(folder, monkeypatch):
    monkeypatch.setattr("generator.preview.server.serve", lambda *_, **__: None)
    assert _callsheet("docs").stdout == f"{EMBEDDED}\n"
    assert _callsheet("docs", "api.yaml").stdout == ""


def test_check_names_the_embedded_description_and_no_run_with_another_one_does(folder):
    _callsheet("generate", "-o", "out")
    assert _callsheet("check", "-o", "out").stdout == f"{EMBEDDED}\nout is up to date.\n"
    assert EMBEDDED not in _callsheet("generate", "api.yaml", "-o", "other").output
    assert EMBEDDED not in _callsheet("check", "api.yaml", "-o", "other").output


def test_a_project_file_of_the_folder_is_read_without_mentioning_the_embedded_one(folder):
    (folder / "specs").mkdir()
    (folder / "specs" / "callsheet.yaml").write_text("description: ../api.yaml\n")
    done = _callsheet("generate", "-o", "out")
    assert done.exit_code == 0, done.output
    assert "embedded" not in done.output
    assert not api.load().embedded


def test_a_plan_says_that_it_is_for_the_embedded_description(folder):
    assert api.load().embedded
    assert not api.load(Path("api.yaml")).embedded
    assert not api.load(project_file=ROOT / "specs" / "callsheet.yaml").embedded


# URLs

ADDRESSES = {
    "https://example.com/v1/openapi.yaml": (
        "Get the file with `curl -fsSLO https://example.com/v1/openapi.yaml`, and name openapi.yaml."
    ),
    "HTTP://localhost:8080/v3/api-docs": (
        "Get the file with `curl -fsSLO http://localhost:8080/v3/api-docs`, and name api-docs."
    ),
    "https://example.com": "`curl -fsSL -o openapi.yaml https://example.com`, and name openapi.yaml.",
    "https://github.com/o/r/blob/main/a.yaml": "`curl -fsSLO https://github.com/o/r/raw/main/a.yaml`",
    "https://example.com/a;reboot/$(id)": (
        "`curl -fsSL -o openapi.yaml 'https://example.com/a;reboot/$(id)'`, and name openapi.yaml."
    ),
    "s3://bucket/a.yaml": "Save the file on this machine, and name that.",
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_url_is_not_fetched_and_the_message_says_how_to_get_the_file(command, address, folder):
    said = _refused(command, address)
    assert "This is an address, and nothing is fetched." in said
    assert ADDRESSES[address] in said
    assert not (folder / "output").exists()


@pytest.mark.parametrize("option", ["--overlay", "--since", "-c"])
def test_a_url_is_not_fetched_as_an_overlay_an_earlier_description_or_a_project_file(option, folder):
    said = _refused("generate", "api.yaml", option, "https://example.com/x.yaml")
    assert "https://example.com/x.yaml: " in said
    assert "nothing is fetched. Get the file with `curl -fsSLO https://example.com/x.yaml`" in said


def test_secret_parts_of_a_url_are_not_repeated(folder):
    for address in ("https://me:s3cret@example.com/a.yaml", "https://example.com/a.yaml?token=s3cret"):
        for arguments in (
            ["generate", address],
            ["validate", address],
            [address],
            ["generate", "-c", address],
        ):
            said = _refused(*arguments)
            assert "s3cret" not in said, said
        assert "curl -fsSL -o a.yaml 'ADDRESS'" in _refused("generate", address)
    many = _refused("generate", "api.yaml", "https://me:s3cret@example.com/a.yaml")
    assert "s3cret" not in many
    assert "failed: https://example.com/a.yaml" in many


WITHOUT_SCHEME = {
    "localhost:8080/v3/api-docs": "`curl -fsSLO http://localhost:8080/v3/api-docs`, and name api-docs.",
    "example.com/openapi.json": "`curl -fsSLO https://example.com/openapi.json`, and name openapi.json.",
    "192.0.2.1:80/a.yaml": "`curl -fsSLO http://192.0.2.1:80/a.yaml`, and name a.yaml.",
}


@pytest.mark.parametrize("name", WITHOUT_SCHEME)
def test_the_message_for_a_missing_file_that_may_be_a_url_explains_both(name, folder):
    said = _refused("generate", name)
    assert f"error: {name}: There is no such file. If it is an address: nothing is fetched." in said
    assert WITHOUT_SCHEME[name] in said


@pytest.mark.parametrize("name", ["specs/api.yaml", "v1.2/api.yaml", "openapi.json", "../api.yaml", "./a.b"])
def test_a_missing_file_with_a_plain_name_is_not_taken_for_a_url(name, folder):
    assert "address" not in _refused("generate", name)


def test_the_message_for_a_file_url_names_the_path(folder):
    assert "A file is named by its path. Write '/a b/c.yaml'." in _refused("generate", "file:///a%20b/c.yaml")


def test_the_suggested_curl_command_works_and_its_file_is_read(folder):
    """The advice is executed by a real shell, with a fake curl that copies the requested file."""
    (folder / "bin").mkdir()
    curl = folder / "bin" / "curl"
    curl.write_text('#!/bin/sh\nfor last; do :; done\n[ "$1" = -fsSLO ] && cp api.yaml "${last##*/}"\n')
    curl.chmod(0o755)
    said = _refused("generate", "https://example.com/a&b/shop.yaml")
    found = re.search(r"`(curl .*)`, and name (\S+)\.\n", said)
    assert found
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    assert run("sh", "-c", found[1], cwd=folder, env={"PATH": path}).code == 0
    assert _callsheet("generate", found[2]).exit_code == 0


def test_a_file_in_a_folder_that_looks_like_a_url_is_read(folder):
    place = folder / "https:" / "example.com"
    place.mkdir(parents=True)
    (place / "api.yaml").write_text(DESCRIPTION)
    assert _callsheet("validate", "https://example.com/api.yaml").exit_code == 0


def test_a_drive_and_a_plain_name_are_not_urls():
    assert remote.refusal("C:/specs/api.yaml") is None
    assert remote.refusal("specs/api.yaml") is None
    assert remote.refusal("a:b.yaml") is None
    assert inputs.name(Path("https://example.com/a")) == "https://example.com/a"


# Other formats

FORMATS: dict[str, tuple[object, str, str]] = {
    "AsyncAPI": ({"asyncapi": "3.0.0", "info": {}}, "an AsyncAPI document", "Name the OpenAPI description"),
    "collection 2.1": (
        {
            "info": {
                "name": "C",
                "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            },
            "item": [],
        },
        "a Postman collection (format 2)",
        "postman-to-openapi",
    ),
    "collection without a schema": (
        {"info": {"name": "C"}, "item": []},
        "a Postman collection (format 2)",
        "npm",
    ),
    "collection of Postman's API": (
        {"collection": {"info": {"_postman_id": "1"}, "item": []}},
        "a Postman collection (format 2)",
        "convert it first",
    ),
    "collection 1": ({"id": "1", "order": [], "requests": []}, "a Postman collection (format 1)", "convert"),
    "request of a collection 3": (
        {"$kind": "http-request", "url": "{{baseUrl}}/a", "method": "GET"},
        "part of a Postman collection (format 3)",
        "Name the OpenAPI description",
    ),
    "environment": (
        {"name": "E", "values": [{"key": "a", "value": "b", "enabled": True}]},
        "a Postman environment",
        "Import it in Postman",
    ),
    "empty environment": (
        {"name": "E", "values": [], "_postman_variable_scope": "environment"},
        "a Postman environment",
        "Import it in Postman",
    ),
    "globals": (
        {"values": [], "_postman_variable_scope": "globals"},
        "an export of Postman globals",
        "Import",
    ),
    "HAR": ({"log": {"version": "1.2", "entries": []}}, "a HAR file", "har-to-openapi"),
    "JSON Schema": (
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"},
        "a JSON Schema",
        "Refer to it from an OpenAPI description",
    ),
    "JSON Schema without a dialect": ({"type": "object", "properties": {}}, "a JSON Schema", "Refer to it"),
    "overlay": ({"overlay": "1.0.0", "info": {}, "actions": []}, "an OpenAPI Overlay", "`--overlay`"),
    "Arazzo": ({"arazzo": "1.0.1", "workflows": []}, "an Arazzo description", "sourceDescriptions"),
    "Swagger 1": ({"swaggerVersion": "1.2", "apis": []}, "a Swagger 1 description", "Convert it"),
    "Google discovery": ({"kind": "discovery#restDescription"}, "a Google API discovery document", "Name"),
    "Smithy": ({"smithy": "2.0", "shapes": {}}, "a Smithy model", "Convert it"),
    "Insomnia 4": ({"_type": "export", "__export_format": 4}, "an Insomnia export", "export the design"),
    "Insomnia 5": ({"type": "collection.insomnia.rest/5.0"}, "an Insomnia export", "export the design"),
    "project file": ({"description": "api.yaml"}, "a project file", "Name it with `-c`"),
    "no version": ({"info": {}, "paths": {}}, "a description without a version", "Add the field `openapi`"),
    "RAML": ("#%RAML 1.0\ntitle: A\ntypes: !include types.raml\n", "a RAML document", "Convert it"),
    "API Blueprint": ("FORMAT: 1A\n\n# A\n\n## GET /a\n+ Response 200\n", "an API Blueprint", "apib2swagger"),
    "a page": ("<!DOCTYPE html>\n<html><body>404: not found</body></html>\n", "a web page (HTML)", "raw"),
    "WSDL": (
        '<?xml version="1.0"?>\n<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"/>\n',
        "a WSDL description",
        "Name the OpenAPI description",
    ),
    "XML": ("<a><b/></a>\n", "an XML document", "in YAML or JSON"),
    "Git LFS": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
        "a pointer of Git LFS",
        "git lfs pull",
    ),
}


@pytest.mark.parametrize("case", FORMATS)
def test_another_format_is_recognised_and_named_with_what_to_do(case, folder):
    content, name, advice = FORMATS[case]
    (folder / "x.json").write_text(content if isinstance(content, str) else json.dumps(content))
    for command in ("generate", "validate"):
        said = _refused(command, "x.json")
        assert f"error: x.json:1:1: This is {name}" in said
        assert "not an OpenAPI description." in said
        assert advice in said
    with pytest.raises(DescriptionError, match=re.escape(name)):
        api.load(Path("x.json"))
    assert not (folder / "output").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_recognises_another_format(command, folder):
    (folder / "events.yaml").write_text(
        "\ufeffasyncapi: 2.6.0\ninfo: {title: T, version: '1'}\nchannels: {}\n"
    )
    assert "events.yaml:1:1: This is an AsyncAPI document" in _refused(command, "events.yaml")


def test_the_output_of_this_command_is_recognised(folder):
    assert _callsheet("generate", "api.yaml").exit_code == 0
    for pattern, name in (
        ("*.postman_collection.json", "a Postman collection (format 2)"),
        ("environments/*.postman_environment.json", "a Postman environment"),
        ("postman/environments/*.yaml", "a Postman environment"),
        ("postman/collections/*", "a Postman collection (format 3)"),
        ("postman/collections/*/.resources/definition.yaml", "part of a Postman collection (format 3)"),
        ("postman/collections/*/*/*.request.yaml", "part of a Postman collection (format 3)"),
    ):
        found = sorted(Path("output").glob(pattern))
        assert found, pattern
        assert f"This is {name}" in _refused("validate", str(found[0]))


def test_a_description_is_not_taken_for_another_format(folder):
    """Even if it looks like one: the field ``openapi`` or ``swagger`` decides."""
    more = "asyncapi: 2.6.0\nitem: []\nlog: {entries: []}\n$schema: https://json-schema.org/x\n"
    (folder / "api.yaml").write_text(DESCRIPTION + more)
    assert _callsheet("generate", "api.yaml").exit_code == 0


def test_another_format_as_an_overlay_is_named(folder):
    (folder / "c.json").write_text('{"info": {"_postman_id": "1"}, "item": []}')
    said = _refused("generate", "api.yaml", "--overlay", "c.json")
    assert "error: c.json:1:1: This is a Postman collection (format 2), not an OpenAPI Overlay." in said
    said = _refused("validate", "api.yaml", "--overlay", "api.yaml")
    assert "error: api.yaml:1:1: This is an OpenAPI description, not an OpenAPI Overlay." in said


def test_a_description_as_project_file_is_named(folder):
    said = _refused("generate", "-c", "api.yaml")
    assert "api.yaml:1:1 (#/openapi): This is an OpenAPI description, not a project file." in said


# Files that a project file names

MISSING = {
    "description: no.yaml": (
        1,
        "/description",
        "The description 'no.yaml' can't be read. There is no such file.",
    ),
    "description: .": (1, "/description", "The description '.' can't be read. This is a folder."),
    "description: https://example.com/a.yaml": (
        1,
        "/description",
        "The description 'https://example.com/a.yaml' can't be read. "
        "This is an address, and nothing is fetched. "
        "Get the file with `curl -fsSLO https://example.com/a.yaml`, and name a.yaml.",
    ),
    "id: a\ndescription: api.yaml\noverlays:\n  - no.yaml": (
        4,
        "/overlays/0",
        "The overlay 'no.yaml' can't be read",
    ),
    "description: api.yaml\nsince: no.yaml": (
        2,
        "/since",
        "The description of before 'no.yaml' can't be read",
    ),
}


@pytest.mark.parametrize("text", MISSING)
@pytest.mark.parametrize("command", ["generate", "check", "docs"])
def test_a_project_file_that_names_a_missing_file_is_named_with_its_line(command, text, folder):
    line, pointer, message = MISSING[text]
    (folder / "p.yaml").write_text(text + "\n")
    said = _refused(command, "-c", "p.yaml")
    assert re.search(rf"error: p\.yaml:{line}:\d+ \(#{pointer}\): {re.escape(message)}", said), said
    with pytest.raises(ProjectFileError) as error:
        api.load(project_file=Path("p.yaml"))
    assert error.value.problems[0].place.file == "p.yaml"
    assert len(error.value.looked_for) == 1


def test_the_project_file_of_the_folder_is_named_too(folder):
    (folder / "specs").mkdir()
    (folder / "specs" / "callsheet.yaml").write_text("description: no.yaml\n")
    assert "error: specs/callsheet.yaml:1:1 (#/description): The description" in _refused("generate")


def test_a_missing_description_does_not_matter_if_another_replaces_it(folder):
    (folder / "p.yaml").write_text("description: no.yaml\nsince: no.yaml\n")
    done = _callsheet("generate", "api.yaml", "-c", "p.yaml", "--since", "api.yaml")
    assert done.exit_code == 0, done.output


# Words that are not known

KEYS = {
    "colection: {}": "Did you mean 'collection'?",
    "Tests: {}": "Did you mean 'tests'?",
    "tests: {loose_formats: []}": "Did you mean 'looseFormats'?",
    "include: {operation-ids: []}": "Did you mean 'operationIds'?",
    "collection: {folder: tags}": "Did you mean 'folders'?",
    "environments: [{nam: a}]": "Did you mean 'name'?",
    "folders: paths": "It belongs below 'collection'.",
    "paging: true": "It belongs below 'tests'.",
    "methods: [get]": "It belongs below 'include' or 'exclude'.",
    "collection: {environments: []}": "It belongs at the top of the file.",
    "collection: {folders: path}": "Did you mean 'paths'?",
    "token: adobe_ims": "Did you mean 'adobe-ims'?",
    "variations: {kinds: [lenght]}": "Did you mean 'length'?",
    "data: [addusers]": "Did you mean 'addUser'?",
}


@pytest.mark.parametrize("line", KEYS)
def test_an_unknown_key_or_value_of_the_project_file_says_which_was_meant(line, folder):
    (folder / "p.yaml").write_text(f"description: api.yaml\n{line}\n")
    said = _refused("generate", "-c", "p.yaml")
    assert said.startswith("error: p.yaml:2:")
    assert said.rstrip().endswith(KEYS[line])


def test_the_message_for_a_key_that_is_close_to_none_lists_the_known_ones(folder):
    (folder / "p.yaml").write_text("description: api.yaml\nzzz: 1\n")
    said = _refused("generate", "-c", "p.yaml")
    assert "Known keys: description, id, collection" in said
    assert "mean" not in said


WORDS = {
    ("genrate",): "No such command 'genrate'. Did you mean 'generate'?",
    ("api.yaml",): "To read a description, write `callsheet generate api.yaml`.",
    ("my api.json",): "write `callsheet generate 'my api.json'`.",
    ("generate", "--ouput", "x"): "No such option '--ouput'. Did you mean '--output'?",
    ("check", "--force"): "No such option '--force' of `check`; `generate` has it.",
    ("mock", "--watch"): "No such option '--watch' of `mock`; `docs` has it.",
    ("docs", "--target", "docs"): "No such option '--target' of `docs`; `generate` and `check` have it.",
    ("generate", "--target", "postmen"): "Did you mean 'postman'?",
    ("generate", "--folders", "tag"): "Did you mean 'tags'?",
    ("generate", "--names", "operationid"): "Did you mean 'operationId'?",
    ("mock", "--ims-error", "invalid-client"): "Did you mean 'invalid_client'?",
    ("generate", "--include", "tags=Users"): "Did you mean 'tag=Users'?",
    ("generate", "--include", "operationId=a"): "Did you mean 'operation-id=a'?",
    ("docs", "--exclude", "depricated"): "Did you mean 'deprecated'?",
    ("check", "--include", "tag="): "Write a value behind 'tag='.",
}


@pytest.mark.parametrize("arguments", WORDS, ids=" ".join)
def test_an_unknown_command_option_or_criterion_says_which_was_meant(arguments, folder):
    assert WORDS[arguments] in _refused(*arguments)


# A selection that leaves nothing

NOTHING = {
    "an unknown tag": (
        ["--include", "tag=user"],
        "`include` (tag=user) matches none of 3. Its tags: Users, Orders. Did you mean 'Users'?",
    ),
    "a path": (
        ["--include", "path=/x*"],
        "`include` (path=/x*) matches none of 3. Its paths: /users, /orders.",
    ),
    "two kinds, each known": (
        ["--include", "tag=Orders", "--include", "method=post"],
        "`include` (tag=Orders and method=post) matches none of 3. No operation meets all of these criteria",
    ),
    "alternatives": (
        ["--include", "tag=A", "--include", "tag=B"],
        "`include` (tag=A or tag=B) matches none of 3.",
    ),
    "an extension": (["--include", "extension=x-publc"], "Its extensions: x-internal."),
    "everything excluded": (["--exclude", "path=*"], "`exclude` (path=*) removes all 3."),
    "what is included excluded": (
        ["--include", "tag=Users", "--exclude", "path=/users"],
        "`exclude` (path=/users) removes the 2 included.",
    ),
    "deprecated ones of the current": (
        ["--include", "deprecated", "--exclude", "method=POST"],
        "`exclude` (method=POST) removes the 1 included.",
    ),
}


@pytest.mark.parametrize("case", NOTHING)
@pytest.mark.parametrize("command", ["generate", "check", "docs"])
def test_an_empty_selection_is_an_error_that_names_its_criteria(command, case, folder):
    options, message = NOTHING[case]
    said = _refused(command, "api.yaml", *options)
    assert f"error: api.yaml: No operation is left: {message}" in said or message in said
    assert not (folder / "output").exists()


def test_the_list_of_values_to_choose_from_is_limited(folder):
    paths = "".join(f"  /p{number}: {{get: {{tags: [{'t' * 3000}{number}]}}}}\n" for number in range(40))
    (folder / "api.yaml").write_text(DESCRIPTION.partition("  /users")[0] + paths)
    said = _refused("generate", "api.yaml", "--include", "path=/q")
    assert "/p11 and 28 more." in said
    assert len(_refused("generate", "api.yaml", "--include", "tag=q")) < 1500


def test_an_empty_selection_of_the_project_file_is_an_error_at_its_line(folder):
    (folder / "p.yaml").write_text("description: api.yaml\n\ninclude: {tags: [Nope]}\n")
    said = _refused("generate", "-c", "p.yaml")
    assert "error: p.yaml:3:1 (#/include): No operation of api.yaml is left: `include` (tag=Nope)" in said
    said = _refused("generate", "-c", "p.yaml", "--include", "tag=No")
    assert "error: api.yaml: No operation is left: `include` (tag=No)" in said


def test_the_library_raises_a_separate_error_for_an_empty_selection(folder):
    for options in (
        api.Options(include=Filter(tags=("No",))),
        api.Options(exclude=Filter(methods=("*", "get", "post"))),
    ):
        with pytest.raises(SelectionError, match="No operation is left"):
            api.load(Path("api.yaml"), options=options)
    assert issubclass(SelectionError, CallsheetError)
    assert api.load(Path("api.yaml"), options=api.Options(include=Filter(deprecated=True))).api.operations


def test_of_many_descriptions_only_those_with_an_empty_selection_fail(folder):
    (folder / "other.yaml").write_text(DESCRIPTION.replace("Orders", "Carts"))
    said = _refused("generate", "api.yaml", "other.yaml", "--include", "tag=Carts")
    assert "error: api.yaml: No operation is left: `include` (tag=Carts) matches none of 3." in said
    assert (folder / "output" / "other").is_dir()
    assert not (folder / "output" / "api").exists()


def test_an_earlier_description_without_selected_operations_is_accepted(folder):
    (folder / "old.yaml").write_text(DESCRIPTION.replace("Orders", "Carts"))
    done = _callsheet("generate", "api.yaml", "--since", "old.yaml", "--include", "tag=Orders")
    assert done.exit_code == 0, done.output


def test_suggestions_are_imported_only_after_a_mistake():
    code = (
        "import sys; from click.testing import CliRunner; from generator.cli.main import main;"
        "CliRunner().invoke(main, ['--help']); print('difflib' in sys.modules)"
    )
    assert run(sys.executable, "-c", code).output.strip() == "False"
