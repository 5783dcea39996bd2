"""Characters that no file may hold never reach a target: they are dropped by the reader, with a warning."""

from __future__ import annotations

import json

import pytest

from generator.reading.source import characters
from generator.reading.source.parsing import parse, parse_bytes

TEXT = '{"a": {"b\\u0000c": ["x\\u001b[2Jy", "\\ud800z"]}, "ok": "\\t\\n\\u200f\\u00e9"}'


@pytest.mark.parametrize("as_bytes", [False, True])
def test_they_are_dropped_from_keys_and_values_of_json_and_their_places_are_reported(as_bytes):
    parsed = parse_bytes(TEXT.encode(), "a.json") if as_bytes else parse(TEXT, "a.json")
    assert parsed.data == {"a": {"bc": ["x[2Jy", "z"]}, "ok": "\t\n\u200f\u00e9"}
    shown = [str(warning) for warning in parsed.warnings]
    assert [warning.split(": ")[0] for warning in shown] == [
        "a.json:1:8 (#/a/bc)",
        "a.json:1:21 (#/a/bc/0)",
        "a.json:1:36 (#/a/bc/1)",
    ]
    assert "The key holds characters that no file may hold (U+0000)" in shown[0]
    assert "U+001B" in shown[1]
    assert "U+D800" in shown[2]


@pytest.mark.parametrize(
    ("text", "data", "code"),
    [
        ('a: "x\\0y"\n', "xy", "U+0000"),
        ('a: "x\\ey"\n', "xy", "U+001B"),
        ("a: x\x01y\n", "xy", "U+0001"),
        ("a: x\x9by\n", "xy", "U+009B"),
        ("a: x\ufffey\n", "xy", "U+FFFE"),
        ('a: "x\\uFDD0y"\n', "xy", "U+FDD0"),
        ('a: "x\\U0001FFFFy"\n', "xy", "U+1FFFF"),
    ],
)
def test_they_are_dropped_from_yaml_whether_escaped_or_not(text, data, code):
    parsed = parse(text, "a.yaml")
    assert parsed.data == {"a": data}
    (warning,) = parsed.warnings
    assert warning.place.line == 1
    assert code in warning.what


@pytest.mark.parametrize(
    ("media_type", "warnings"),
    [
        ("application/json-seq", 0),
        ("application/geo+json-seq; charset=utf-8", 0),
        ("application/x-ndjson", 1),
    ],
)
def test_record_separators_of_json_sequences_are_dropped_without_a_warning(media_type, warnings):
    parsed = parse(json.dumps({"content": {media_type: {"example": "\x1e{}\n\x1e{}\n"}}}), "a.json")
    assert parsed.data == {"content": {media_type: {"example": "{}\n{}\n"}}}
    assert len(parsed.warnings) == warnings


def test_thousands_of_them_are_reported_in_a_few_lines():
    parsed = parse(json.dumps({"a": ["\0"] * 5000}), "a.json")
    assert parsed.data == {"a": [""] * 5000}
    assert len(parsed.warnings) == 51
    assert "4,950 more" in parsed.warnings[-1].what


@pytest.mark.parametrize("code", [0x0, 0x8, 0xC, 0x1F, 0x7F, 0x80, 0x9F, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF])
def test_the_quick_test_of_json_misses_none(code):
    raw = json.dumps({"a": chr(code)}, ensure_ascii=False).encode()
    assert characters.may_hold_dropped(raw)
    assert characters.may_hold_dropped(json.dumps({"a": chr(code)}).encode())


def test_text_in_any_language_is_kept():
    text = "Zoë \u05e9\u05dc\u05d5\u05dd \u200f \u202b \U0001f600 \u2028 \ufeff"
    assert not characters.DROPPED.search(text)
