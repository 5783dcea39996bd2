"""Invalid input: one message with the place, what is wrong and what to do; exit code 2; nothing written."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from support import OURS, run

CALLSHEET = Path(sys.executable).parent / "callsheet"
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"

DESCRIPTIONS = {
    "empty": ("", r"bad\.yaml: The file is empty"),
    "only spaces": (" \n\n", r"bad\.yaml: The file is empty"),
    "broken YAML": ("openapi: 3.1.0\ninfo: [\n", r"bad\.yaml:\d+:\d+: This is not valid YAML"),
    "broken JSON": (
        '{"openapi": "3.1.0",\n "info": {} "paths": {}}',
        r"bad\.yaml:2:\d+: This is not valid JSON",
    ),
    "binary": (b"\xfe\xb0\x81", r"bad\.yaml: Byte 0 is not UTF-8"),
    "JSON with a byte of another encoding": (
        b'{"openapi": "3.1.0", "a\xbe": 1}',
        r"bad\.yaml: Byte 23 is not UTF-8",
    ),
    "a list": ("- a\n- b\n", r"bad\.yaml:1:1: This is not an OpenAPI description"),
    "plain text": ("hello\n", r"bad\.yaml:1:1: This is not an OpenAPI description"),
    "unknown version": ("openapi: 4.0.0\n", r"bad\.yaml:1:1 \(#/openapi\): OpenAPI '4\.0\.0'"),
    "anchor without end": ("a: *b\n", r"bad\.yaml:1:4: This is not valid YAML"),
}

_ONE = '"paths":{"/a":{"get":{"parameters":[{"name":"n","in":"query","schema":%s}],"responses":{}}}}'
_JSON = '{"openapi":"3.1.0","info":{"title":"T","version":"1"},' + _ONE + "}"

FLAWED = {
    "a step beyond all numbers": (
        _JSON % '{"type":"number","multipleOf":1e999,"maximum":5,"example":5}',
        r"bad\.yaml:1:\d+ .*less than 1 property",
    ),
    "a whole number of thousands of digits": (
        _JSON % ('{"type":"number","maximum":%s}' % ("9" * 5000)),
        r"bad\.yaml:1:\d+ .*less than 1 property",
    ),
    "no info": ("openapi: 3.1.0\npaths: {}\n", r"bad\.yaml:1:1.*info"),
    "paths as a list": (HEAD + "paths:\n  - a\n", r"bad\.yaml:3:1 \(#/paths\)"),
    "unresolved reference": (
        HEAD
        + "paths:\n  /a:\n    get:\n      responses:\n        '200': {$ref: '#/components/responses/No'}\n",
        r"bad\.yaml:7:17 .*The reference '#/components/responses/No' points at nothing",
    ),
    "reference to itself": (
        HEAD + "components:\n  schemas:\n    A: {$ref: '#/components/schemas/A'}\n",
        r"bad\.yaml:5:9 .*only leads back to itself",
    ),
    "parameter that is none": (
        HEAD
        + "paths:\n  /a:\n    get:\n      parameters: [{$ref: '#/info'}]\n"
        + "      responses: {'200': {description: Fine}}\n",
        r"bad\.yaml:6:20 .*not a parameter",
    ),
    "reference to a text": (
        HEAD + "components:\n  schemas:\n    A: {properties: {b: {$ref: '#/info/title'}}}\n",
        r"bad\.yaml:5:26 .*isn't an object",
    ),
    "schema that is none": (
        HEAD + "components:\n  schemas:\n    A:\n      properties:\n        b: {minimum: low}\n",
        r"bad\.yaml:7:13 \(#/components/schemas/A/properties/b/minimum\)",
    ),
}

PROJECT_FILES = {
    "unknown key": ("description: d.yaml\ncolection: {}\n", r"p\.yaml:2:1 .*no key 'colection'.*collection"),
    "unknown nested key": (
        "description: d.yaml\ncollection:\n  nam: x\n",
        r"p\.yaml:3:3 .*no key 'nam'.*Known keys: name, folders",
    ),
    "wrong type": ("description: d.yaml\ncollection:\n  name: 5\n", r"p\.yaml:3:3 .*Expected `str"),
    "wrong value": (
        "description: d.yaml\ncollection:\n  folders: tag\n",
        r"p\.yaml:3:3 .*Invalid enum value 'tag'",
    ),
    "no description": ("collection: {}\n", r"p\.yaml.*missing required field `description`"),
    "empty": ("", r"p\.yaml.*Expected `object`"),
    "a secret": (
        "description: d.yaml\nenvironments:\n  - name: a\n    values: {CLIENT_SECRET: s3cret-value}\n",
        r"p\.yaml:4:14 .*CLIENT_SECRET is a secret",
    ),
    "two environments of one name": (
        "description: d.yaml\nenvironments:\n  - name: a\n  - name: A\n",
        r"p\.yaml:4:5 .*two environments called 'A'",
    ),
}


def _refused(done, pattern: str, folder: Path) -> None:
    assert done.code == 2, done.output
    assert "Traceback" not in done.output
    assert re.search(pattern, done.output), done.output
    assert not (folder / "output").exists()


@pytest.mark.parametrize("case", DESCRIPTIONS)
def test_a_file_that_is_not_a_description_is_refused_with_its_place(case, tmp_path):
    content, pattern = DESCRIPTIONS[case]
    (tmp_path / "bad.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    _refused(run(CALLSHEET, "generate", "bad.yaml", cwd=tmp_path), pattern, tmp_path)


@pytest.mark.parametrize("case", FLAWED)
def test_a_flaw_is_a_warning_or_an_error_with_strict_and_a_finding_of_validate(case, tmp_path):
    content, pattern = FLAWED[case]
    (tmp_path / "bad.yaml").write_text(content)
    _refused(run(CALLSHEET, "generate", "bad.yaml", "--strict", cwd=tmp_path), pattern, tmp_path)
    validated = run(CALLSHEET, "validate", "bad.yaml", cwd=tmp_path)
    assert validated.code == 1
    assert re.search(pattern, validated.output), validated.output
    done = run(CALLSHEET, "generate", "bad.yaml", cwd=tmp_path)
    assert done.code == 0, done.output
    assert (tmp_path / "output" / "bad.postman_collection.json").exists()
    if case not in ("reference to itself", "reference to a text", "schema that is none"):
        # No operation refers to these three, and they are not errors of the structure.
        assert re.search(pattern, done.output), done.output


def test_a_missing_description_is_named(tmp_path):
    _refused(
        run(CALLSHEET, "generate", "no.yaml", cwd=tmp_path), r"no\.yaml: There is no such file", tmp_path
    )
    _refused(run(CALLSHEET, "generate", ".", cwd=tmp_path), r"This is a folder", tmp_path)


@pytest.mark.parametrize("case", PROJECT_FILES)
def test_an_invalid_project_file_is_refused_with_its_line(case, tmp_path):
    content, pattern = PROJECT_FILES[case]
    (tmp_path / "p.yaml").write_text(content)
    done = run(CALLSHEET, "generate", "-c", "p.yaml", cwd=tmp_path)
    _refused(done, pattern, tmp_path)
    assert "s3cret-value" not in done.output


def test_a_missing_project_file_is_named(tmp_path):
    _refused(
        run(CALLSHEET, "generate", "-c", "no.yaml", cwd=tmp_path),
        r"no\.yaml: The project file can't",
        tmp_path,
    )


def test_an_output_folder_that_cannot_be_created_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    done = run(CALLSHEET, "generate", OURS, "-o", "file/out", cwd=tmp_path)
    _refused(done, r"The output can't be written", tmp_path)
    assert (tmp_path / "file").read_text() == "mine"


def test_an_unknown_target_is_refused(tmp_path):
    done = run(CALLSHEET, "generate", OURS, "--target", "postmen", cwd=tmp_path)
    assert done.code == 2
    assert "postman" in done.output


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from click.testing import CliRunner; from generator.cli.main import main;"
        "r = CliRunner().invoke(main, ['--help']); assert r.exit_code == 0;"
        "heavy = {'yaml','jinja2','jsonschema_rs','msgspec','markdown_it','openapi_spec_validator'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run(sys.executable, "-c", code).output.strip() == "[]"
