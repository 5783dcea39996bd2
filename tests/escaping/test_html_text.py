"""Text of a description in HTML: CommonMark becomes harmless elements, everything else stays text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.escaping.markup import html_text

HARMLESS = set(
    "p em strong s sub sup a code pre span ul ol li blockquote div br hr wbr".split()
    + "table thead tbody tr th td".split()
)
ATTRIBUTES = {"href", "rel", "class", "tabindex", "start"}


class Read(HTMLParser):
    """The elements, attributes and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(html))  # `str`, since adding text to Markup would escape it
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain, and nothing else.", "<p>Plain, and nothing else.</p>\n"),
        ("It's *so*.", "<p>It's <em>so</em>.</p>\n"),
        ("A brief _OK_ of a_b", "<p>A brief <em>OK</em> of a_b</p>\n"),
        ("_Not_ now", "<p><em>Not</em> now</p>\n"),
        ("# A heading", '<p class="heading">A heading</p>\n'),
        ("## A heading ##\nText", '<p class="heading">A heading</p>\n<p>Text</p>\n'),
        ("``a <x> ` b``", "<p><code>a &lt;x&gt; ` b</code></p>\n"),
        ("a ` b <x> c", "<p>a ` b &lt;x&gt; c</p>\n"),
        ("A heading\n===", '<p class="heading">A heading</p>\n'),
        ("1. one", "<ol>\n<li>one</li>\n</ol>\n"),
        ("- a", "<ul>\n<li>a</li>\n</ul>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <b>bold</b> word", "<p>a <strong>bold</strong> word</p>\n"),
        ("[x](javascript:alert(1))", '<p>x</p>\n'),
        ("[x](#elsewhere) [y](/there)", "<p>x y</p>\n"),
        ("[x](//example.com)", "<p>x</p>\n"),
        ("[x](https://example.com)", '<p><a href="https://example.com" rel="noreferrer">x</a></p>\n'),
        ("[x](mailto:a@example.com)", '<p><a href="mailto:a@example.com" rel="noreferrer">x</a></p>\n'),
        ("![x](https://a.example/)", '<p><a href="https://a.example/" rel="noreferrer">x</a></p>\n'),
        ("[![x](//a/b)](https://b.example)", '<p><a href="https://b.example" rel="noreferrer">x</a></p>\n'),
        ("![x](data:image/png;base64,AAAA)", "<p>x</p>\n"),
        ("> [!NOTE]\n> Mind.", "<blockquote>\n<p><strong>Note.</strong>\nMind.</p>\n</blockquote>\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_description_becomes_harmless_elements(text, html):
    assert html_text.block(text) == html


def test_a_link_to_a_file_of_the_site_is_kept_only_in_the_given_folder():
    text = "[x](downloads/x.sh) [y](elsewhere/y.sh)"
    assert html_text.block(text, "downloads/") == '<p><a href="downloads/x.sh" rel="noreferrer">x</a> y</p>\n'
    assert html_text.block(text) == "<p>x y</p>\n"


def test_a_table_can_be_scrolled_with_the_keyboard():
    html = html_text.block("| a | b |\n| --- | --- |\n| 1 | `2` |")
    assert html.startswith('<div class="table" tabindex="0"><table>')
    assert "<td><code>2</code></td>" in html


def test_fenced_code_is_highlighted_text():
    html = html_text.block('```json\n{"a": "</pre><script>"}\n```')
    assert "<script>" not in html
    assert Read(html).text.strip() == '{"a": "</pre><script>"}'


@pytest.mark.parametrize(
    ("value", "shown"), [("a<b", "a<b"), ("", "“”"), (" ", "“ ”"), ("/a/{b}/c.d", "/a/{b}/c.d")]
)
def test_a_value_is_shown_as_it_is(value, shown):
    assert Read(html_text.value(value)).text == shown


MARKS = st.sampled_from(
    [
        "<",
        ">",
        "&",
        '"',
        "'",
        "`",
        "*",
        "_",
        "[",
        "]",
        "(",
        ")",
        "!",
        "#",
        "|",
        "\n",
        "javascript:",
        "onerror=",
        "<img src=x",
        "<b",
        "<p>",
        "<li>",
        "</ul>",
        "<td>",
        "<a href=",
        "<pre>",
        "</code>",
    ]
)


@given(st.lists(MARKS | st.text(max_size=5), max_size=30).map("".join))
@settings(deadline=None)
def test_no_element_of_any_description_can_run_or_load_anything(text):
    for html in (html_text.block(text), html_text.line(text), html_text.value(text)):
        for element, attributes in Read(html).elements:
            assert element in HARMLESS
            assert set(attributes) <= ATTRIBUTES
            assert attributes.get("href", "https:").startswith(("http:", "https:", "mailto:"))


@given(st.text(alphabet="abcdefghij ,.;:'-()/%", max_size=60))
@settings(deadline=None)
def test_plain_text_is_the_same_with_and_without_the_parser(text):
    parsed = html_text._commonmark().render(text)
    assert Read(html_text.block(text)).text.strip() == Read(parsed).text.strip()
