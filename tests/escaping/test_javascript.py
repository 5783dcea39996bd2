"""JavaScript literals in scripts: they have the value of the description, and people can read them."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.escaping import javascript

NAMES = st.sampled_from(
    ["__proto__", "constructor", "a-b", "7", "01", "default", "'", '"', "{{API_KEY}}", "", "$"]
)
TEXT = st.text(st.characters(exclude_categories=[]), max_size=40) | NAMES
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUE = st.recursive(
    PLAIN | TEXT,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXT, inner, max_size=6),
    max_leaves=25,
)
#: Evaluates literals in sloppy and in strict mode; prints the kind and content of each, keys in their order.
READ = """
const isPlain = (value) => Object.getPrototypeOf(value) === Object.prototype;
const told = (value) => Array.isArray(value) ? ['list', value.map(told)]
  : value !== null && typeof value === 'object'
    ? ['object', Reflect.ownKeys(value).map((name) => [name, told(value[name])]), isPlain(value)]
    : ['plain', value];
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map((text) => ['', "'use strict';"]
  .map((mode) => told(new Function(`${mode} return ${text};`)())))));
"""


def _text(value: str) -> str:
    """Join halves of surrogate pairs, as JavaScript does: ``"\\ud83d" + "\\ude00"`` → ``"😀"``."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _described(value: Any) -> Any:
    if isinstance(value, list):
        return ["list", [_described(item) for item in value]]
    if isinstance(value, dict):
        return ["object", {_text(name): _described(item) for name, item in value.items()}]
    return _plain(_text(value) if isinstance(value, str) else value)


def _plain(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return ["plain", float(value) + 0.0 if number else value]


def _by_name(described: Any) -> Any:
    """The output of Node.js regardless of the order of keys: JavaScript moves numbers to the front."""
    kind, content, *plain = described
    if kind == "list":
        return [kind, [_by_name(item) for item in content]]
    if kind == "object":
        assert plain == [True]
        return [kind, {name: _by_name(item) for name, item in content}]
    return _plain(content)


def _read(literals: list[str]) -> list[Any]:
    done = subprocess.run(
        ["node", "-e", READ],
        input=json.dumps(literals),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@settings(max_examples=20, deadline=None)
@given(st.lists(VALUE, min_size=20, max_size=60))
def test_javascript_reads_the_value_that_was_written(values):
    for value, modes in zip(values, _read([javascript.literal(value) for value in values]), strict=True):
        for found in modes:
            assert json.dumps(_by_name(found), sort_keys=True) == json.dumps(
                _described(value), sort_keys=True
            )


@given(VALUE)
def test_a_literal_cannot_end_a_script_element_and_hides_nothing(value):
    text = javascript.literal(value)
    assert "<" not in text
    assert not set(text) & set("\u2028\u2029\u202e\u200b\ufeff")
    text.encode()


def _columns(value: Any, indent: int = 0) -> list[int]:
    return [len(line) for line in javascript.literal(value, indent).split("\n")]


@given(st.lists(st.text("abc", max_size=12), min_size=1, max_size=30), st.integers(0, 12))
def test_lines_are_at_most_a_hundred_columns_wide(words, indent):
    assert max(_columns({"words": words, "more": {word: [word] for word in words}}, indent)) <= 100


@pytest.mark.parametrize("length", [40, 41])
def test_a_value_that_fits_on_a_line_is_on_one_line(length):
    value = {"a": "x" * 43, "b": "y" * length}
    written = javascript.literal(value)
    line = f"{{ a: '{'x' * 43}', b: '{'y' * length}' }}"
    assert (written == line) == (len(line) <= 100)
    assert len(written.split("\n")) == (1 if len(line) <= 100 else 4)


def test_the_layout_is_that_of_a_formatter():
    value = {
        "type": "object",
        "required": ["a", "it's"],
        "x-y": {"__proto__": 1, "12": [], "012": {}},
        "said": 'a "word"',
        "rest": [{"enum": list(range(40))}],
    }
    assert javascript.literal(value) == (
        "{\n"
        "  type: 'object',\n"
        "  required: ['a', \"it's\"],\n"
        "  'x-y': { ['__proto__']: 1, 12: [], '012': {} },\n"
        "  said: 'a \"word\"',\n"
        "  rest: [\n"
        "    {\n"
        "      enum: [\n"
        "        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,\n"
        "        25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,\n"
        "      ],\n"
        "    },\n"
        "  ],\n"
        "}"
    )
