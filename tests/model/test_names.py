"""Names of requests, folders, examples and the API are plain text, whatever HTML is in the description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import items

from generator import generate, load
from generator.escaping.markup.tags import plain
from generator.model.presentation.titles import titled


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<p>Get a thing</p>", "Get a thing"),
        ("<b>Get</b> a &amp; b", "Get a & b"),
        ("One<br/>two<br>three", "One two three"),
        ("H<sub>2</sub>O", "H2O"),
        ("See <a href='/x' onclick=x>this</a>", "See this"),
        ("&lt;b&gt;x&lt;/b&gt;", "<b>x</b>"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("<<b>b>x", "<b>x"),
        ("A&nbsp;B &#233; &#xe9;", "A B é é"),
        ("a &#38; b &AMP; c", "a & b & c"),
        ("?a=1&copy=2&lang=x", "?a=1&copy=2&lang=x"),
        ("&#8238;x &#0; &#27; &nothing; &;", "&#8238;x &#0; &#27; &nothing; &;"),
        ("List<string> of <your-id>, 3 < 4", "List<string> of <your-id>, 3 < 4"),
        ("Read the <section> of a <table>", "Read the <section> of a <table>"),
        ("<section>Read</section>", "Read"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("<p></p>", ""),
    ],
)
def test_a_name_is_the_text_without_its_tags(text: str, name: str):
    assert (plain(text), titled(text).name) == (name, name)


def test_a_long_html_summary_is_cut_as_plain_text():
    found = titled(f"<p>Creates a <b>thing</b>. {'A thing can be many things. ' * 9}</p>")
    assert found.name == "Creates a thing."
    assert found.rest.startswith("A thing can be")


def _written(folder: Path, **operation: Any) -> Path:
    root = {
        "openapi": "3.1.0",
        "info": {"title": "<b>My</b> API &amp; more", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "tags": [{"name": "<i>Things</i>"}],
        "paths": {
            "/x": {"get": {"tags": ["<i>Things</i>"], "responses": {"200": {"description": ""}}, **operation}}
        },
    }
    (folder / "d.json").write_text(json.dumps(root))
    generate(load(folder / "d.json"), folder / "out")
    return folder / "out"


def test_names_are_the_same_plain_text_everywhere(tmp_path: Path):
    out = _written(tmp_path, summary="<p>Get &lt;b&gt;it&lt;/b&gt;</p>")
    collection = json.loads((out / "d.postman_collection.json").read_text())
    assert collection["info"]["name"] == "My API & more"
    assert [folder["name"] for folder in collection["item"]] == ["Things"]
    assert [item["name"] for item in items(collection)] == ["Get <b>it</b>"]
    page = (out / "docs" / "index.html").read_text()
    assert "Get &lt;b&gt;it&lt;/b&gt;" in page
    assert "<b>it" not in page
    (samples,) = [path for path in (out / "curl").glob("*.md") if path.name != "README.md"]
    text = samples.read_text()
    assert text.startswith("# Things\n")
    # Text doesn't become markup, neither in a heading nor where it is used as the description.
    assert "<b>" not in text + (out / "curl" / "README.md").read_text()


def test_an_operation_with_a_summary_of_tags_only_is_named_by_its_id(tmp_path: Path):
    out = _written(tmp_path, summary="<p></p>", operationId="getIt")
    (item,) = items(json.loads((out / "d.postman_collection.json").read_text()))
    assert item["name"] == "getIt"
