"""The site of real-world descriptions: their HTML, their long names, their size."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from generator import load
from generator.escaping.markup import html_text
from generator.escaping.markup.highlighting import code
from generator.targets import TARGETS

HOSTILE = [
    "<script>alert(1)</script> <b>x</b>",
    "<b onclick='alert(1)' style='color:red' id=main class=bar>x</b>",
    "<p><img src=x onerror=alert(1)><svg/onload=alert(1)><iframe src=//x></p>",
    "<a href='javascript:alert(1)'>x</a> <a href='data:text/html,x'>y</a> <a href=/top>z</a>",
    "<a href=\"https://example.com/'onclick='alert(1)\">x</a>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;</p>",
    "<!-- <b> --> <![CDATA[<b>]]> <?php <b> ?> <!doctype html> <b>",
    '<pre><code class=\'language-json\'>{"a": "</code><script>"}</pre>',
    "<b><script><b></script></b><style><b></style><textarea><b>",
    "<p/x=<script>><b<i><<b>><b/onclick=x>",
    "</td></table></main></body><p>out</p>",
    "<form action=x><input name=y><button>z</button></form><b>x</b>",
]
_VOID = {"br", "hr"}
_ALLOWED = {
    "a": {"href", "rel"},
    "p": {"class"},
    "div": {"class", "tabindex"},
    "pre": {"tabindex"},
    "span": {"class"},
    "ol": {"start"},
    **{tag: set() for tag in "strong em s code br hr ul li table tr th td blockquote sub sup".split()},
}


class _Read(HTMLParser):
    """The elements and the text of a piece of HTML; asserts that elements are closed and nested correctly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]


def _block(text: str) -> _Read:
    return _Read(str(html_text.block(text)))


def test_html_for_formatting_becomes_elements():
    read = _block(
        "<p>Says <b>what</b> <i>a</i> <code>b_c</code> is.</p> <ul> <li>One</li> <li>Two</li> </ul>"
    )
    assert read.tags == ["p", "strong", "em", "code", "ul", "li", "li"]
    assert "<" not in read.words


def test_html_in_commonmark_becomes_elements():
    read = _block("A **b**<br/>c </br> `<b>`\n\n| x | y |\n|---|---|\n| 1<br>2 | 3 |\n")
    assert read.tags.count("br") == 3
    assert {"strong", "code", "table", "td"} <= set(read.tags)
    assert "<b>" in read.words


def test_unclosed_lists_and_paragraphs_are_closed_in_order():
    read = _block("Text. <p>One <b>two</p> three <ul> <li> <p>a</p> <li>b <ul><li>c</ul> </ul> end <b>last")
    assert [tag for tag in read.tags if tag in ("ul", "li")] == ["ul", "li", "li", "ul", "li"]
    assert read.words.split() == "Text. One two three a b c end last".split()


def test_tables_keep_their_cells():
    read = _block("<table><thead><tr><th>A<th>B</thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>")
    assert read.tags == ["div", "table", "tr", "th", "th", "tr", "td", "td"]


def test_notes_and_titles_of_aws_become_quotes_and_headings():
    read = _block("<fullname>Queues</fullname> <note> <p>Mind this.</p> </note>")
    assert read.elements[0] == ("p", {"class": "heading"})
    assert read.tags[1:] == ["blockquote", "p"]


def test_links_in_html_lead_only_to_web_addresses():
    read = _block('<p><a href="https://example.com/?a=1&b=2" target=_blank>x</a> <a href="#y">y</a></p>')
    assert [attrs for tag, attrs in read.elements if tag == "a"] == [
        {"href": "https://example.com/?a=1&b=2", "rel": "noreferrer"}
    ]
    assert read.words.split() == ["x", "y"]


@pytest.mark.parametrize("around", ["{}", "<b>{}</b>"])
@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://example.com/a_b?c=d#e.", "https://example.com/a_b?c=d#e"),
        ("(see http://example.com/a_(b))", "http://example.com/a_(b)"),
        ("at https://example.com, or", "https://example.com"),
        ("`https://example.com`", None),
        ("https://{host}/a", None),
        ("https://example.com/{id}/x", None),
        ("javascript://example.com", None),
    ],
)
def test_a_bare_address_is_a_link(text, address, around):
    read = _block(around.format(text))
    assert [attrs["href"] for tag, attrs in read.elements if tag == "a"] == ([address] if address else [])
    assert read.words.strip() == text.replace("`", "")


def test_a_link_without_text_shows_its_address():
    assert _block("[](https://a.example)").words == "https://a.example\n"


def test_empty_emphasis_is_dropped():
    assert _block("<p>a <b></b> b <b> <i> </i></b> </p><p><b></b></p>").tags == ["p", "strong"]


def test_links_are_not_nested():
    for text in [
        "[https://a.example](https://b.example)",
        "<a href='https://b.example'>https://a.example</a>",
    ]:
        assert [attrs["href"] for tag, attrs in _block(text).elements if tag == "a"] == ["https://b.example"]


def test_code_in_html_keeps_its_lines_and_is_highlighted():
    read = _block('<p>Send</p><pre><code class="language-json">{\n  "a": 1\n}</code></pre>')
    assert '{\n  "a": 1\n}' in read.words
    assert ("span", {"class": "m"}) in read.elements


@pytest.mark.parametrize("text", ["Bearer <token> <b>x</b>", "List<string> <b>x</b>", "a < b <b>x</b>"])
def test_unknown_tags_stay_as_text(text):
    read = _block(text)
    assert read.words.strip() == text.replace("<b>", "").replace("</b>", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_only_elements_for_text_get_through(text):
    for tag, attrs in _block(text).elements:
        assert attrs.keys() <= _ALLOWED[tag]
        assert str(attrs.get("href", "https://")).startswith("https://")
        assert attrs.get("class") in (None, "heading", "table", "n", "s", "m", "k", "e")


def test_the_nesting_of_elements_is_limited():
    assert _block("<b>" * 5000 + "x").tags.count("strong") < 100
    assert _block("<ul><li>" * 5000 + "x").tags.count("ul") < 100


def _site(folder: Path, **changes: Any) -> dict[str, str]:
    """Path → text of the site of a small description with ``changes``."""
    operation = {"operationId": "a", "responses": {"200": {"description": "Fine"}}}
    description = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://example.com"}],
        "paths": {"/a": {"get": operation}},
    }
    file = folder / "api.json"
    file.write_text(json.dumps(description | changes))
    plan = load(file)
    return {
        path: text if isinstance(text, str) else "".join(text)
        for path, text in TARGETS["docs"](plan.api, plan.settings)
    }


def _with_response(content: dict[str, Any], **operation: Any) -> dict[str, Any]:
    return operation | {"responses": {"200": {"description": "Fine", "content": content}}}


def test_cells_are_aligned_by_classes_since_pages_forbid_inline_styles():
    read = _block("| a | b | c |\n|---|--:|:-:|\n| 1 | 2 | 3 |")
    assert [attrs for tag, attrs in read.elements if tag == "td"] == [
        {},
        {"class": "right"},
        {"class": "center"},
    ]


def test_a_schema_shared_by_several_media_types_is_shown_once(tmp_path):
    # As in Kubernetes, where each media type has its own reference to the schema.
    kinds = ("application/json", "application/yaml", "application/xml")
    content = {kind: {"schema": {"$ref": "#/components/schemas/Thing"}} for kind in kinds}
    thing = {"type": "object", "properties": {"size": {"type": "integer", "description": "How large."}}}
    page = _site(
        tmp_path, paths={"/a": {"get": _with_response(content)}}, components={"schemas": {"Thing": thing}}
    )["docs/index.html"]
    operation = page[page.index("<article") : page.index("</article>")]
    assert operation.count("How large.") == 1
    assert all(f"<code>{kind}</code>" in operation for kind in kinds)


def test_a_component_is_shown_at_its_own_place_in_the_list_of_all(tmp_path):
    inner = {"type": "object", "properties": {"deep": {"type": "string", "description": "Deep."}}}
    outer = {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Inner"}}}
    page = _site(tmp_path, components={"schemas": {"Outer": outer, "Inner": inner}})["docs/index.html"]
    article = page[page.index('id="schema-Outer"') :]
    article = article[: article.index("</article>")]
    assert 'href="#schema-Inner"' in article
    assert "Deep." not in article
    assert page.count("Deep.") == 1


def test_a_tag_with_many_operations_has_several_pages(tmp_path):
    operation = {"tags": ["A"], "responses": {"200": {"description": "Fine"}}}
    site = _site(tmp_path, paths={f"/{number}": {"get": operation} for number in range(130)})
    assert {"docs/a.html", "docs/a-2.html", "docs/a-3.html"} <= site.keys()


def test_operations_are_called_other_only_if_some_have_a_tag(tmp_path):
    operation = {"responses": {"200": {"description": "Fine"}}}
    assert "Other operations" not in _site(tmp_path)["docs/index.html"]
    paths = {"/a": {"get": operation}, "/b": {"get": operation | {"tags": ["B"]}}}
    assert "Other operations" in _site(tmp_path, paths=paths)["docs/index.html"]


def test_the_search_index_contains_no_html_tags(tmp_path):
    operation = _with_response({}, description="<p>Makes <b>one</b> List<string></p>")
    index = _site(tmp_path, paths={"/a": {"get": operation}})["docs/search-index.js"]
    assert "Makes one List string" in index


def test_quotes_in_samples_are_not_escaped_needlessly():
    assert code('"it\'s"', "json") == """<span class="s">"it's"</span>"""


@pytest.mark.parametrize(
    ("name", "sentence"),
    {
        "List things.": "The following request lists things.",
        "Copy a thing": "The following request copies a thing.",
        "Search for things": "The following request searches for things.",
        "Get GitHub things": "The following request gets GitHub things.",
        # These don't say what the request does, or not in words of a sentence.
        "GET_AddPermission": "",
        "deleteById()": "",
        "drive.files.list": "",
        "Order details": "",
        "Get Several Albums": "",
        "Is it there?": "",
        "List": "",
    }.items(),
)
def test_a_sentence_about_a_request_is_made_from_a_name_or_left_out(name, sentence, tmp_path):
    page = _site(tmp_path, paths={"/a": {"get": _with_response({}, summary=name)}})["docs/index.html"]
    assert ("The following request" in page) == bool(sentence)
    assert sentence in page


def test_a_description_that_repeats_the_heading_is_left_out(tmp_path):
    for description, shown in {"": 0, "Make it.": 0, "Make it": 0, "Make it now.": 1}.items():
        operation = _with_response({}, summary="Make it", description=description)
        page = _site(tmp_path, paths={"/a": {"get": operation}})["docs/index.html"]
        assert page.count(f"<p>{description}</p>") == shown
        assert "<p>Make it.</p>" not in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("getUserById", "get|User|By|Id"),
        ("drive.comments.create", "drive.|comments.|create"),
        ("GET_AddPermission", "GET_|Add|Permission"),
        ("Get the userId", "Get the userId"),
        ("a&b<c", "a&amp;b&lt;c"),
        ("'quoted'", "&#39;quoted&#39;"),
    ],
)
def test_a_name_in_the_contents_breaks_between_its_words(name, shown):
    assert html_text.name(name) == shown.replace("|", "<wbr>")


def test_a_page_says_where_details_are_left_out_by_a_limit(tmp_path):
    parameter = {"name": "a", "in": "query", "schema": {"type": "string", "pattern": "^" + "a" * 300_000}}
    operation = {
        "parameters": [{"$ref": "#/components/parameters/A"}],
        "responses": {"200": {"description": "Fine"}},
    }
    paths = {f"/t{number}": {"get": operation} for number in range(40)}
    components = {"parameters": {"A": parameter}}
    page = _site(tmp_path, paths=paths, components=components)["docs/index.html"]
    shown = page.count('<p class="fact">More details are not shown here.</p>')
    assert 0 < shown < 40
    assert page.count("a" * 300_000) == 40 - shown
