"""The YAML writer: every YAML parser reads the same values, and the text is easy to read."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import ROOT

from generator.escaping.yaml_writer import yaml_text

#: Texts with a meaning in YAML 1.1 or 1.2, alone or next to others.
_WORDS = """
    yes No on y null ~ = << true 1e3 1_000 0x1F 0o17 017 0b1 12:30:45 2026-01-01 T00:00:00Z .5 +.inf .NaN
    - ? : # | > ! & * @ ` % { } [ ] , ' " \\ --- ... {{a}} a b é 😀 1 + . /
"""
PIECES = [
    *_WORDS.split(),
    ": ",
    " #",
    "- ",
    "\n",
    "\n\n",
    " ",
    "  ",
    "\t",
    "\r",
    "\x85",
    "\u2028",
    "\ufeff",
    "\xa0",
]
PIECES += ["\ud83d", "\ude00", "\x00", "\x1b", "\x7f"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=7).map("".join) | st.text(max_size=8)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.none() | st.integers(-(2**53), 2**53),
    lambda child: st.lists(child, max_size=3) | st.dictionaries(TEXTS, child, max_size=3),
    max_leaves=6,
)


def _characters(value: Any) -> Any:
    """The same value with adjacent halves of surrogate pairs joined to one character."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if isinstance(value, dict):
        return {_characters(key): _characters(child) for key, child in value.items()}
    return [_characters(child) for child in value] if isinstance(value, list) else value


def _read_by_javascript(texts: list[str]) -> list[Any]:
    """Parse with npm's ``yaml``, a parser of YAML 1.2."""
    script = (
        "const { parse } = require('yaml'); const { readFileSync } = require('fs');"
        "console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map((text) => parse(text))))"
    )
    done = subprocess.run(
        ["node", "-e", script],
        cwd=ROOT / "tests" / "tools",
        input=json.dumps(texts).encode(),
        capture_output=True,
        check=True,
    )
    return list(json.loads(done.stdout))


def test_parsers_of_either_version_read_the_original_value():
    written: list[tuple[str, Any]] = []

    @given(VALUES)
    @example("a\n  ")
    @example("a\n\n \n")
    @example("\n \na")
    @example({"x" * 200: "a: b"})
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
    def write(value: Any) -> None:
        whole = _characters({"value": value, "end": [value, {"value": value}]})
        text = yaml_text({"value": value, "end": [value, {"value": value}]})
        assert _characters(yaml.load(text, yaml.SafeLoader)) == whole
        written.append((text, whole))

    write()
    assert len(written) > 300
    read = _read_by_javascript([text for text, _ in written])
    assert [(text, value) for (text, _), value in zip(written, read, strict=True)] == written


@pytest.mark.parametrize(
    "text",
    [
        *(
            "List jobs",
            "/jobs/{id}",
            "application/json",
            "*/*"[1:],
            "a:b",
            "a#b",
            "it's",
            "v1",
            "1.2.3",
            "12 jobs",
        ),
        *(
            "aa2cbdc6-96a3-5de1-aac3-8b0ed8a41f7c",
            "2026-01-01x",
            "a, b [c] {d}",
            "Zoë 😀",
            "$kind",
            "a - b",
            "+1 b",
        ),
        *(
            "yesterday",
            "offset",
            "nothing",
            "1.0.0-rc1",
            "x" * 300,
            "a" + " b" * 200,
            'say "yes"',
            "back\\slash",
        ),
    ],
)
def test_quotes_are_used_only_if_needed(text):
    assert yaml_text({"a": text}) == f"a: {text}\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{{baseUrl}}/jobs", '"{{baseUrl}}/jobs"'),
        ("Sent: yes", '"Sent: yes"'),
        ('{"a": 1}', "'{\"a\": 1}'"),
        ('"it\'s"', "'\"it''s\"'"),
        ("2026-01-01", '"2026-01-01"'),
        ("25", '"25"'),
        ("", '""'),
        ("a\tb", '"a\\tb"'),
        ("a\r\nb", '"a\\r\\nb"'),
        ("\n", '"\\n"'),
        ("a\n  ", '"a\\n  "'),
        ("one\n\n  two\n", "|\n  one\n\n    two"),
        ("one\ntwo", "|-\n  one\n  two"),
        ("one\n\n", "|+\n  one\n"),
        ("  one\ntwo", "|2-\n    one\n  two"),
        ("Hard  \nbreak\t\n\tin *Markdown*", "|-\n  Hard  \n  break\t\n  \tin *Markdown*"),
    ],
)
def test_a_text_is_written_as_a_person_would_write_it(text, written):
    assert yaml_text({"a": text}) == f"a: {written}\n"


def test_mappings_and_lists_are_blocks_and_repeated_values_are_repeated():
    row = {"key": "a", "value": "x\ny", "disabled": True}
    text = yaml_text(
        {"order": 1000, "rows": [row, row], "none": None, "empty": [], "nothing": {}, "on": [["b"]]}
    )
    one = "  - key: a\n    value: |-\n      x\n      y\n    disabled: true\n"
    assert text == f'order: 1000\nrows:\n{one}{one}none: null\nempty: []\nnothing: {{}}\n"on":\n  - - b\n'
