"""Format 3: names that every file system takes, and YAML that every reader reads the same."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT

from generator import load
from generator.targets.file_names import safe_name, unique_names
from generator.targets.v3_requests import call, only
from generator.targets.yaml_text import yaml_text

HOSTILE = [
    *(
        "yes",
        "No",
        "on",
        "y",
        "null",
        "~",
        "=",
        "<<",
        "true",
        "1e3",
        "0x1F",
        "0o17",
        "017",
        "1_000",
        "12:30:45",
    ),
    *(
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        ".5",
        "+.inf",
        ".NaN",
        "-",
        "- a",
        "? b",
        ": c",
        "a: b",
        "a #b",
        "#",
    ),
    *(
        "{{baseUrl}}/jobs",
        "{a}",
        "[b]",
        "*c",
        "&d",
        "!e",
        "|",
        ">",
        "'",
        '"',
        "%",
        "@",
        "`",
        "",
        " ",
        " lead",
        "trail ",
    ),
    *("a\nb", "a\n", "\n", "\na", " a\nb", "a\n\nb\n\n", "a \nb", "\ta\nb", "a\tb\nc", "a\r\nb", "a\rb"),
    *(
        "\u0085",
        "\u2028x",
        "a\u2029\nb",
        "\ufeffb\nc",
        "\x00",
        "\x1b",
        "é\nü",
        "😀",
        "😀\nb",
        "---",
        "...",
        "a\n---\nb",
    ),
    *(
        "aa2cbdc6-96a3-5de1-aac3-8b0ed8a41f7c",
        "1.2.3",
        "0",
        "-1",
        "1.",
        "00",
        "0b1",
        "a:",
        "\\",
        "key: 'x'\n  y: 1",
    ),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_the_text_in_yaml_1_1(text):
    assert yaml.safe_load(yaml_text({"value": text, text: "key"})) == {"value": text, text: "key"}


def test_every_text_stays_the_text_in_yaml_1_2(tmp_path):
    (tmp_path / "texts.yaml").write_text(yaml_text({"texts": HOSTILE}), newline="")
    script = (
        "const { parse } = require('yaml'); const { readFileSync } = require('fs');"
        "console.log(JSON.stringify(parse(readFileSync(process.argv[1], 'utf8'))))"
    )
    done = subprocess.run(
        ["node", "-e", script, str(tmp_path / "texts.yaml")],
        cwd=ROOT / "tests" / "tools",
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"texts": HOSTILE}


@given(st.recursive(st.text() | st.booleans() | st.none() | st.integers(), lambda v: st.lists(v, max_size=4)))
@settings(max_examples=300)
def test_any_value_round_trips(value):
    expected = json.loads(json.dumps(value).encode("utf-8", "replace"))
    read = yaml.safe_load(yaml_text({"value": value}))["value"]
    assert json.dumps(read) == json.dumps(_whole(expected))


def _whole(value):
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return [_whole(child) for child in value] if isinstance(value, list) else value


def test_json_and_scripts_are_blocks_and_short_texts_have_no_quotes():
    text = yaml_text({"name": "List jobs", "url": "{{baseUrl}}/jobs", "code": "a();\n\nb();", "on": True})
    assert text == 'name: List jobs\nurl: "{{baseUrl}}/jobs"\ncode: |-\n  a();\n\n  b();\n"on": true\n'


def test_what_stands_twice_is_written_twice():
    row = {"key": "a"}
    assert "&" not in yaml_text({"first": row, "second": row})


@given(st.text(), st.integers(8, 60))
def test_a_name_is_one_that_every_file_system_takes(text, most):
    name = safe_name(text, most)
    assert 0 < len(name) <= most
    assert not re.search(r'[/\\:*?"<>|\x00-\x1f\x7f]', name)
    assert name[-1] not in ". "
    assert name[0] != "."
    assert name.split(".")[0].strip().lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(st.lists(st.text("aAbBéE\u0301. /", max_size=12), max_size=12))
def test_names_are_unique_without_regard_to_case(texts):
    names = unique_names([(text, str(i)) for i, text in enumerate(texts)], 20)
    assert len({name.casefold() for name in names}) == len(texts)
    assert all(len(name) <= 20 for name in names)


def test_a_further_request_renames_no_other():
    before = unique_names([("List jobs", "1"), ("list jobs", "2"), ("x" * 80, "3")], 47)
    after = unique_names([("List jobs", "1"), ("New", "9"), ("list jobs", "2"), ("x" * 80, "3")], 47)
    assert [name for name in after if name != "New"] == before


def test_names_and_paths_keep_to_their_lengths_however_deep_folders_nest(tmp_path):
    tags = [f"Level {n} {'of a very long name ' * 5}" for n in range(40)]
    root = {
        "openapi": "3.2.0",
        "info": {"title": "Deep " * 40, "version": "1"},
        "tags": [{"name": tag, **({"parent": tags[n - 1]} if n else {})} for n, tag in enumerate(tags)],
        "paths": {
            f"/{n}": {
                "get": {
                    "tags": [tag],
                    "summary": "A request whose name is very long, too " * 3 + str(n),
                    "responses": {"200": {"description": "Yes"}, "default": {"description": "No"}},
                }
            }
            for n, tag in enumerate(tags)
        },
    }
    (tmp_path / "deep.json").write_text(json.dumps(root))
    files = load(tmp_path / "deep.json").render(["postman-v3"])
    collections = [Path(path).parts[2:] for path in files if "/collections/" in path]
    assert sum(parts[-1].endswith(".request.yaml") for parts in collections) == 40
    assert max(len("/".join(parts[1:])) for parts in collections) <= 180
    assert max(len(part) for parts in collections for part in parts) <= 60


def test_what_format_3_has_no_place_for_is_an_error():
    with pytest.raises(ValueError, match="no place for later"):
        only({"key": "a", "later": 1}, frozenset({"key"}))
    with pytest.raises(ValueError, match="no body 'graphql'"):
        call({"method": "GET", "header": [], "url": {"raw": "x"}, "body": {"mode": "graphql"}})
