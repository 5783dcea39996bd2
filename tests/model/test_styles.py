"""Parameter styles: the examples of OpenAPI, and round trips of any value."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import decoding, items

from generator import generate, load
from generator.escaping.http import url_component, url_reserved
from generator.model import styles
from generator.model.schemas.facts import Facts
from generator.model.types import Parameter
from generator.targets.curl.calls import Call
from generator.targets.postman.requests import query_entries
from generator.targets.shared.variables import path_sample

COLORS = {
    "text": "blue",
    "empty": "",
    "list": ["blue", "black", "brown"],
    "object": {"R": 100, "G": 200, "B": 150},
}
#: OpenAPI 3.1.1, section 4.8.12.2.1, "Style Examples": style, explode, kind of value, serialized text.
TABLE = """
matrix         false  empty   ;color
matrix         false  text    ;color=blue
matrix         false  list    ;color=blue,black,brown
matrix         false  object  ;color=R,100,G,200,B,150
matrix         true   empty   ;color
matrix         true   text    ;color=blue
matrix         true   list    ;color=blue;color=black;color=brown
matrix         true   object  ;R=100;G=200;B=150
label          false  empty   .
label          false  text    .blue
label          false  list    .blue,black,brown
label          false  object  .R,100,G,200,B,150
label          true   empty   .
label          true   text    .blue
label          true   list    .blue.black.brown
label          true   object  .R=100.G=200.B=150
simple         false  text    blue
simple         false  list    blue,black,brown
simple         false  object  R,100,G,200,B,150
simple         true   text    blue
simple         true   list    blue,black,brown
simple         true   object  R=100,G=200,B=150
form           false  empty   color=
form           false  text    color=blue
form           false  list    color=blue,black,brown
form           false  object  color=R,100,G,200,B,150
form           true   empty   color=
form           true   text    color=blue
form           true   list    color=blue&color=black&color=brown
form           true   object  R=100&G=200&B=150
spaceDelimited false  list    color=blue%20black%20brown
spaceDelimited false  object  color=R%20100%20G%20200%20B%20150
pipeDelimited  false  list    color=blue%7Cblack%7Cbrown
pipeDelimited  false  object  color=R%7C100%7CG%7C200%7CB%7C150
deepObject     true   object  color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150
"""
ROWS = [tuple(line.split()) for line in TABLE.strip().splitlines()]
IN_PATH = ("simple", "label", "matrix")


def _parameter(sample: Any, style: str, explode: bool, where: Any = "", **more: Any) -> Parameter:
    where = where or ("path" if style in IN_PATH else "query")
    return Parameter("color", where, True, "", Facts(), sample, style=style, explode=explode, **more)


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)


@pytest.mark.parametrize(("style", "explode", "kind", "wanted"), ROWS, ids=[" ".join(r[:3]) for r in ROWS])
def test_the_examples_of_the_specification(style: str, explode: str, kind: str, wanted: str):
    parameter = _parameter(COLORS[kind], style, explode == "true")
    if style in IN_PATH:
        assert styles.path_text(parameter, url_component) == wanted
    else:
        assert _query(styles.query_pairs(parameter, url_component)) == wanted


# --- Round trips ----------------------------------------------------------------------------------------

#: Any text except lone surrogates, which can't be encoded, and our own placeholders.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ANY = st.one_of(TEXT, st.text("a%+/&=#?,;|[]{}\\^`\"'<> .é", max_size=12))
KEYS = ANY.filter(bool)


def _values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.one_of(
        texts,
        st.lists(texts, min_size=1, max_size=4),
        st.dictionaries(texts.filter(bool), texts, min_size=1, max_size=4),
    )


def _sent_by_postman(text: str, more: str = "") -> str:
    """Encode an address as Newman and the Postman CLI do; test_wire shows that they do so."""
    return "".join(quote(c) if c in ' "<>' + more or not "!" <= c <= "~" else c for c in text)


ROUND = settings(derandomize=True, max_examples=60, deadline=None)
BOTH = pytest.mark.parametrize("explode", [False, True], ids=["whole", "exploded"])


@BOTH
@pytest.mark.parametrize("style", IN_PATH)
def test_any_value_in_a_path_survives_a_round_trip(style: str, explode: bool):
    # A dot is never encoded (RFC 3986, section 2.3), so that one in a value looks like a delimiter.
    texts = ANY.map(lambda text: text.replace(".", "")) if style == "label" else ANY

    @ROUND
    @given(_values(texts))
    def round_trip(value: Any) -> None:
        parameter = _parameter(value, style, explode)
        by_curl = styles.path_text(parameter, url_component)
        by_postman = _sent_by_postman(path_sample(parameter))
        for raw in (by_curl, by_postman):
            assert decoding.path_value(raw, "color", style, explode, value) == value
            assert not set(raw) & set("/?#")

    round_trip()


@BOTH
@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited"])
def test_any_value_in_a_query_survives_a_round_trip(style: str, explode: bool):
    taken = {"form": "", "spaceDelimited": " ", "pipeDelimited": "|"}[style]
    texts = ANY.map(lambda text: "".join(c for c in text if c not in taken))
    lists = st.lists(texts, min_size=1, max_size=4)

    @ROUND
    @given(_values(texts) if style == "form" or not explode else lists)
    def round_trip(value: Any) -> None:
        parameter = _parameter(value, style, explode)
        by_curl = _query(styles.query_pairs(parameter, url_component))
        rows = [(row["key"], row["value"]) for row in query_entries(parameter)]
        for raw in (by_curl, _sent_by_postman(_query(rows), "'")):
            assert decoding.query_value(raw, "color", style, explode, value) == value

    round_trip()


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]"), min_size=1, max_size=8)
DEEP = st.recursive(
    st.one_of(ANY, st.lists(ANY, min_size=1, max_size=3)),
    lambda inner: st.dictionaries(
        NAMES.filter(lambda name: not name.isdigit()), inner, min_size=1, max_size=3
    ),
    max_leaves=6,
).filter(lambda value: isinstance(value, dict))


@ROUND
@given(DEEP)
def test_any_deep_object_survives_a_round_trip(value: dict[str, Any]):
    parameter = _parameter(value, "deepObject", True)
    by_curl = _query(styles.query_pairs(parameter, url_component))
    rows = [(row["key"], row["value"]) for row in query_entries(parameter)]
    for raw in (by_curl, _sent_by_postman(_query(rows), "'")):
        assert decoding.deep_object(raw, "color") == value


@ROUND
@given(_values(ANY))
def test_any_cookie_survives_a_round_trip(value: Any):
    parameter = _parameter(value, "form", False, "cookie")
    pairs = styles.cookie_pairs(parameter, url_component)
    raw = "; ".join(f"{name}={text}" for name, text in pairs)
    assert decoding.cookie_value(raw, "color", "form", False, value) == value


@ROUND
@given(ANY)
def test_any_text_with_reserved_characters_survives_a_round_trip(text: str):
    # Text that looks percent-encoded is left as it is, as `allowReserved` requires.
    text = re.sub("%(?=[0-9A-Fa-f]{2})", "", text)
    parameter = _parameter(text, "form", True, allow_reserved=True)
    (row,) = query_entries(parameter)
    for raw in (url_reserved(text), _sent_by_postman(row["value"], "'")):
        assert decoding.plain(raw) == text


def test_lone_surrogates_do_not_raise():
    parameter = _parameter(["\ud800", "a,"], "form", False)
    assert styles.query_pairs(parameter, url_component) == [("color", "%3F,a%2C")]
    assert query_entries(parameter)[0]["value"] == "\ud800,a%2C"


# --- Missing values -------------------------------------------------------------------------------------


def test_members_that_are_null_are_left_out():
    value = {"a": None, "b": [1, None], "c": {"d": None}, "e": ""}
    pairs = styles.query_pairs(_parameter(value, "deepObject", True), str)
    assert pairs == [("color[b][0]", "1"), ("color[e]", "")]
    assert styles.path_text(_parameter([1, None, 2], "simple", False), str) == "1,2"
    assert styles.header_text(_parameter({"a": None, "b": 1}, "simple", True, "header")) == "b=1"


@pytest.mark.parametrize("value", [[], {}, {"a": {}}, [None]])
def test_a_parameter_without_a_value_is_present_but_disabled(value: Any):
    (row,) = query_entries(_parameter(value, "deepObject", True))
    assert (row["key"], row["value"], row["disabled"]) == ("color", "", True)


def test_the_rows_of_an_exploded_object_name_their_parameter():
    parameter = _parameter({"a": 1, "b": 2}, "form", True)
    assert [(row["key"], row["description"]) for row in query_entries(parameter)] == [
        ("a", "Part of `color`."),
        ("b", "Part of `color`."),
    ]
    assert [row.get("description") for row in query_entries(_parameter([1, 2], "form", True))] == [None, None]


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ({"page": 0, "sort": ["name", "a,b"]}, [("page", "0"), ("sort", "name"), ("sort", "a,b")]),
        ({"page": 0, "sort": []}, [("page", "0")]),
        ({"page": 0, "sort": [None, "name"]}, [("page", "0"), ("sort", "name")]),
        ({"range": {"from": 1}}, [("range", '{"from":1}')]),
    ],
    ids=repr,
)
def test_a_list_in_an_exploded_object_repeats_its_name(value: Any, pairs: list[tuple[str, str]]):
    parameter = _parameter(value, "form", True)
    assert styles.query_pairs(parameter, str) == pairs
    assert [row["key"] for row in query_entries(parameter)] == [name for name, _ in pairs]


# --- From a description ---------------------------------------------------------------------------------


def _written(tmp_path: Path, paths: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The plan for a description of ``paths``, and its collection."""
    (tmp_path / "wire.json").write_text(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "T", "version": "1"},
                "servers": [{"url": "https://api.example.com"}],
                "paths": paths,
            }
        )
    )
    plan = load(tmp_path / "wire.json")
    generate(plan, tmp_path / "out", ["postman"])
    return plan, json.loads((tmp_path / "out" / "wire.postman_collection.json").read_text())


OK = {"200": {"description": "OK"}}


def _in(where: str, name: str, example: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": {}, "example": example, **more}


def test_parameters_of_the_operation_override_those_of_the_path(tmp_path: Path):
    path_item = {
        "parameters": [
            _in("query", "a", "path's"),
            _in("query", "b", "path's"),
            _in("header", "X-C", "path's"),
        ],
        "get": {
            "parameters": [_in("query", "b", "own"), _in("header", "x-c", "own"), _in("header", "a", "own")],
            "responses": OK,
        },
    }
    plan, _ = _written(tmp_path, {"/x": path_item})
    found = [(p.location, p.name, p.sample) for p in plan.api.operations[0].parameters]
    assert found == [
        ("query", "a", "path's"),
        ("query", "b", "own"),
        ("header", "x-c", "own"),
        ("header", "a", "own"),
    ]


def test_a_path_parameter_with_two_styles_has_two_variables(tmp_path: Path):
    def operation(style: str) -> dict[str, Any]:
        return {"parameters": [_in("path", "ids", [1, 2], style=style)], "responses": OK}

    _, collection = _written(tmp_path, {"/x/{ids}": {"get": operation("simple"), "put": operation("matrix")}})
    values = {variable["key"]: variable["value"] for variable in collection["variable"]}
    used = [item["request"]["url"]["variable"][0]["value"] for item in items(collection)]
    assert [values[reference.strip("{}")] for reference in used] == ["1,2", ";ids=1,2"]


def test_an_optional_accept_or_content_type_is_sent_with_the_actual_value(tmp_path: Path):
    headers = [
        {"name": name, "in": "header", "schema": {"type": "string", "enum": ["application/json", "text/csv"]}}
        for name in ("accept", "content-type")
    ]
    content = {"text/csv": {"schema": {"type": "string"}}}
    operation = {
        "parameters": headers,
        "requestBody": {"content": content},
        "responses": {"200": {"description": "OK", "content": content}},
    }
    _, collection = _written(tmp_path, {"/x": {"post": operation}})
    (item,) = items(collection)
    sent = [(h["key"], h["value"]) for h in item["request"]["header"] if not h.get("disabled")]
    assert sent == [("accept", "text/csv"), ("content-type", "text/csv")]


@pytest.mark.parametrize("example", ["", None], ids=["empty", "null"])
def test_no_path_parameter_has_an_empty_value(tmp_path: Path, example: Any):
    _, collection = _written(tmp_path, {"/x/{id}": {"get": {"parameters": [_in("path", "id", example)]}}})
    (variable,) = [v for v in collection["variable"] if v["key"] == "id"]
    assert variable["value"]


def test_a_declared_content_type_does_not_spoil_the_boundary_of_a_form(tmp_path: Path):
    operation = {
        "parameters": [_in("header", "Content-Type", "multipart/form-data")],
        "requestBody": {
            "content": {"multipart/form-data": {"schema": {"type": "object", "properties": {"a": {}}}}}
        },
        "responses": OK,
    }
    plan, collection = _written(tmp_path, {"/x": {"post": operation}})
    (header,) = items(collection)[0]["request"]["header"]
    assert (header["key"], header["disabled"]) == ("Content-Type", True)
    assert Call.of(plan.api.operations[0]).plain_headers == ()


def test_an_impossible_header_name_is_a_warning(tmp_path: Path):
    operation = {"parameters": [_in("header", "X\r\nEvil: 1", "v")], "responses": OK}
    plan, _ = _written(tmp_path, {"/x": {"get": operation}})
    assert any("No header can be called" in problem.what for problem in plan.warnings)
    assert Call.of(plan.api.operations[0]).headers == ()


PAGEABLE = {
    "type": "object",
    "properties": {
        "page": {"type": "integer", "format": "int32", "minimum": 0},
        "size": {"type": "integer", "format": "int32", "minimum": 1},
        "sort": {"type": "array", "items": {"type": "string"}},
    },
}


@pytest.mark.parametrize("where", ["inline", "referred to"])
def test_springs_pageable_is_a_query_that_spring_can_read(tmp_path: Path, where: str):
    schema = PAGEABLE if where == "inline" else {"$ref": "#/components/schemas/Pageable"}
    pageable = {"name": "pageable", "in": "query", "required": True, "schema": schema}
    root = {
        "openapi": "3.0.1",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/books": {"get": {"parameters": [pageable], "responses": {"200": {"description": ""}}}}},
        "components": {"schemas": {"Pageable": PAGEABLE}},
    }
    (tmp_path / "d.json").write_text(json.dumps(root))
    plan = load(tmp_path / "d.json")
    generate(plan, tmp_path / "out", ["postman", "curl"])
    (item,) = items(json.loads((tmp_path / "out" / "d.postman_collection.json").read_text()))
    assert item["request"]["url"]["raw"] == "{{baseUrl}}/books?page=0&size=20&sort=name"
    page = (tmp_path / "out" / "curl" / "other.md").read_text()
    assert "'https://api.example.com/books?page=0&size=20&sort=name'" in page


def test_queries_and_fragments_in_path_templates(tmp_path: Path):
    path = [_in("path", "lat", "1,2", description="Where.")]
    plan, collection = _written(
        tmp_path,
        {
            "/alerts?lat={lat}&page[size]=1&wsdl": {"get": {"parameters": path, "responses": OK}},
            "/files#share": {"get": {"responses": OK}},
            "/send/#env/{lat}": {"get": {"parameters": path, "responses": OK}},
        },
    )
    raw = [item["request"]["url"]["raw"] for item in items(collection)]
    assert re.fullmatch(r"\{\{baseUrl\}\}/alerts\?lat=\{\{\w+\}\}&page\[size\]=1&wsdl", raw[0])
    assert raw[1] == "{{baseUrl}}/files"
    assert raw[2].startswith("{{baseUrl}}/send/%23env/:lat")
    first = items(collection)[0]["request"]
    assert first["url"]["query"][0]["description"] == "Where."
    assert first["url"]["query"][2] == {"key": "wsdl", "value": None}
    assert "Where." not in first["description"]
    call = Call.of(plan.api.operations[0])
    assert [part if isinstance(part, str) else part.name for part in call.path] == [
        *("/alerts", "?", "lat", "=", "lat", "&", "page%5Bsize%5D", "=", "1", "&", "wsdl")
    ]
