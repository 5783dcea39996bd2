"""Text of a description stays text, whatever language it is written into."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.escaping.file_names import file_stem, unique_names
from generator.escaping.javascript import js
from generator.escaping.markup.lines import markdown_block, markdown_line
from generator.escaping.markup.spans import code_span, fenced, markdown_code
from generator.escaping.postman import postman_json, postman_path, postman_query, postman_text
from generator.escaping.shell import shell_quote

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_json_body_has_the_same_value_and_no_variable_references_from_the_description(value):
    written = postman_json(value)
    if "{IMS_ORG}" not in written and "ORG_ID" not in written:
        assert json.loads(written) == value
    assert "{{" not in written.replace("{{IMS_ORG}}", "")


def test_a_variable_reference_in_an_example_is_not_resolved_by_postman():
    assert "{{" not in postman_json({"a": "{{CLIENT_SECRET}}", "{{API_KEY}}": 1})
    assert "{{" not in postman_query("{{CLIENT_SECRET}}")
    assert "{{" not in postman_path("{{CLIENT_SECRET}}")
    assert "{{" not in postman_text("{{{CLIENT_SECRET}}}")


def test_placeholders_become_variable_references():
    assert json.loads(postman_json(["{IMS_ORG}", "{ORG_ID}"])) == ["{{IMS_ORG}}"] * 2
    assert postman_query("{API_KEY}") == "{{API_KEY}}"


@given(TEXT)
@settings(max_examples=25, deadline=None)
def test_a_shell_word_passes_through_bash_unchanged(text):
    done = subprocess.run(["bash", "-c", f"printf %s {shell_quote(text)}"], capture_output=True, check=True)
    assert done.stdout.decode() == text


@given(TEXT)
def test_a_javascript_literal_is_json_and_cannot_end_a_script_element(text):
    literal = js(text)
    assert json.loads(literal) == text
    assert "<" not in literal
    assert "\u2028" not in literal


@given(TEXT)
def test_a_file_stem_is_safe_everywhere(name):
    stem = file_stem(name)
    assert 0 < len(stem) <= 61
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "../..", "", "a/b\\c"])
def test_reserved_and_leading_names_are_changed(name):
    assert file_stem(name).lower() not in ("con", "nul", "com1", "..", "")


def test_names_that_differ_only_by_case_become_distinct():
    assert unique_names(["Job", "job", "JOB"]) == ["Job", "job-2", "JOB-3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\ntext", "**Title**\n\ntext"),
        ("https://<span>host", "https://host"),
        ("List<String>", "List&lt;String>"),
        ("`List<String>`", "`List<String>`"),
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("<https://example.com/>", "<https://example.com/>"),
        ("```\nopen", "```\nopen\n```"),
        ("[x](javascript:alert(1))", "x"),
    ],
)
def test_a_description_keeps_its_markdown_and_its_html_is_escaped(text, expected):
    assert markdown_block(text) == expected


def test_a_description_of_several_blocks_fits_one_cell():
    line = markdown_line("First.\n\nSecond | third:\n\n- a\n- b\n")
    assert line == "First. Second \\| third: a; b"


@given(TEXT)
def test_a_cell_is_one_line_without_a_bare_pipe(text):
    line = markdown_line(text)
    assert "\n" not in line
    assert "|" not in line.replace("\\|", "")


def test_a_pipe_in_code_is_escaped_only_in_a_cell():
    assert code_span("^(a|b)$") == "`^(a|b)$`"
    assert markdown_code("^(a|b)$") == "`^(a\\|b)$`"


@given(TEXT)
def test_a_code_span_in_a_sentence_has_the_text_on_one_line(text):
    words = " ".join(text.split())
    if words:
        (paragraph,) = (t for t in MarkdownIt("commonmark").parse(code_span(text)) if t.children)
        assert [(t.type, t.content) for t in paragraph.children] == [("code_inline", words)]


@given(TEXT)
def test_a_fence_is_longer_than_any_inside(text):
    block = fenced(text, "json")
    fence = block[: len(block) - len(block.lstrip("`"))]
    assert block.endswith("\n" + fence)
    assert fence not in text
