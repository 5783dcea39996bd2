"""Highlighting does not change the text of code."""

from __future__ import annotations

import json
import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from generator.escaping.markup.highlighting import code, filled_in, unmarked

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", html))


@given(VALUES)
def test_highlighted_json_has_the_same_text(value):
    text = unmarked(json.dumps(value, indent=2, ensure_ascii=False))
    assert _text(code(text, "json")) == text


@given(st.text(max_size=80), st.sampled_from(["json", "shell", "http", "anything"]))
def test_any_highlighted_text_is_the_same_text(text, language):
    text = unmarked(text)
    assert _text(code(text, language)) == text


def test_a_body_in_shell_quotes_is_highlighted_as_json():
    html = code("""curl -d '{\n  "a": [1, true]\n}'""", "shell")
    assert '<span class="n">"a"</span>' in html
    assert '<span class="m">1</span>' in html


def test_a_value_that_the_reader_fills_in_is_an_element_with_its_name():
    html = code(f"-H 'x-api-key: {filled_in('API_KEY', 'header', '{API_KEY}')}'", "shell", marked=True)
    assert '<span class="fill" data-name="API_KEY" data-as="header">{API_KEY}</span>' in html
    assert _text(html) == "-H 'x-api-key: {API_KEY}'"


def test_a_description_cannot_create_such_an_element():
    assert 'class="fill"' not in code(unmarked(filled_in("API_KEY", "header", "x")), "shell")


def test_very_long_text_is_not_highlighted():
    text = json.dumps(list(range(10_000)))
    assert code(text, "json") == text
