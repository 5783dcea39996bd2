"""Escaping for curl: methods, addresses, headers and media types in which curl finds no syntax of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import load
from generator.escaping.http import header_name
from generator.escaping.shell import shell_quote
from generator.targets.curl import curl_syntax
from generator.targets.curl.calls import Call
from generator.targets.curl.shell_text import writing
from generator.targets.curl.variables import File, Piece, Variable

TEXT = st.text(st.characters(blacklist_categories=["Cs"]))
SHELLS = ("bash", "dash")


def _word(found: Sequence[Piece]) -> str:
    return "".join(shell_quote(p) if isinstance(p, str) else f'"${p.name}"' for p in found) or "''"


def _written(shell: str, document: Sequence[Piece], **variables: str) -> bytes:
    command = ["env", *(f"{name}={value}" for name, value in variables.items()), shell]
    done = subprocess.run(
        command, input=writing(document, _word).encode(), capture_output=True, check=True, timeout=60
    )
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
@given(text=TEXT)
@settings(max_examples=40, deadline=None)
def test_a_document_is_written_byte_for_byte(shell: str, text: str):
    assert _written(shell, (text,)) == text.encode()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_document_can_have_characters_that_arguments_and_pages_cannot(shell: str):
    text = "".join(map(chr, range(0x100))) + "\r\n\u202e\ufeff\ue001 %s \\n \\055 '"
    assert _written(shell, (text,)) == text.encode()


@pytest.mark.parametrize("shell", SHELLS)
@given(value=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
@settings(max_examples=20, deadline=None)
def test_values_in_a_document_are_not_interpreted_as_a_format(shell: str, value: str):
    for around in ("--a", "\r%s"):
        document = (around, Variable("ORG_ID", "text"), around)
        assert _written(shell, document, ORG_ID=value) == (around + value + around).encode()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_file_is_written_between_texts_whatever_its_path(shell: str, tmp_path: Path):
    for name in ("-n", "a 'b' \"c\";d,e"):
        (tmp_path / name).write_bytes(b"\x00\xff")
        document = ("-a\r\n", File("PATH_OF"), "%\n")
        assert _written(shell, document, PATH_OF=str(tmp_path / name)) == b"-a\r\n\x00\xff%\n"


@given(TEXT)
def test_an_http_method_is_a_token(text: str):
    assert header_name(curl_syntax.method(text)) == curl_syntax.method(text) != ""


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/v1", "https://a.example/v1"),
        ("https://a.example/[1-3]{a,b}", "https://a.example/%5B1-3%5D%7Ba,b%7D"),
        ("https://[1-9].example", "https://%5B1-9%5D.example"),
        ("http://[::1]:8080/[x]", "http://[::1]:8080/%5Bx%5D"),
        ("http://[1-9]", "http://%5B1-9%5D"),
    ],
)
def test_an_address_contains_nothing_that_curl_expands(url: str, safe: str):
    assert curl_syntax.address(url) == safe


@pytest.mark.parametrize(
    ("given_", "checked", "by_option"),
    [
        ("text/plain", "text/plain", True),
        ("text/plain;charset=utf-8", "text/plain; charset=utf-8", True),
        ('text/plain; x="a;b"', 'text/plain; x="a;b"', False),
        ("text/plain;headers=@/etc/hostname", "text/plain", True),
        ("text/plain; headers=x", "text/plain; headers=x", False),
        ("text/plain; FileName=x", "text/plain; FileName=x", False),
        ("text/plain; encoder=base64", "text/plain; encoder=base64", False),
        ('text/plain";filename="x', "", True),
        ("text/plain\r\nX-Evil: 1", "", True),
        ("text/plain; x=y\r\nX-Evil: 1", "text/plain", True),
        ("@/etc/hostname", "", True),
        ("text", "", True),
        ("", "", True),
    ],
)
def test_a_media_type_of_a_part_is_checked(given_: str, checked: str, by_option: bool):
    assert curl_syntax.media_type(given_) == checked
    assert curl_syntax.is_part_type(checked) is by_option


@given(TEXT)
def test_a_media_type_is_one_line_of_visible_characters(text: str):
    for given_ in (text, f"a/b;{text}", f"a/b; x={text}", f'a/b; x="{text}"'):
        checked = curl_syntax.media_type(given_)
        assert checked == "" or (checked.isascii() and checked.isprintable())


def test_a_header_without_a_value_is_sent_too():
    assert curl_syntax.header("X-Empty", "") == "X-Empty;"
    assert curl_syntax.header("X-Full", "v") == "X-Full: v"


def _call(
    tmp_path: Path,
    kind: str,
    media_type: dict[str, Any],
    more: dict[str, Any] | None = None,
    **operation: Any,
) -> Call:
    body = {"requestBody": {"content": {kind: media_type}}, "responses": {"200": {"description": "d"}}}
    description = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": body | operation}},
        **(more or {}),
    }
    (tmp_path / "api.yaml").write_text(yaml.safe_dump(description))
    return Call.of(load(tmp_path / "api.yaml").api.operations[0])


def _responses(*names: str, status: str = "200") -> dict[str, Any]:
    content = {name: {"schema": {"type": "object"}} for name in names}
    return {status: {"description": "d", "content": content}}


def _two_types() -> dict[str, Any]:
    return {"content": {"application/json": {"example": {"a": 1}}, "application/xml": {}}}


def _accept(*, required: bool = False, **more: Any) -> dict[str, Any]:
    return {"name": "accept", "in": "header", "required": required, "schema": {"type": "string"}, **more}


@pytest.mark.parametrize(
    ("operation", "accept"),
    [
        ({"responses": _responses("application/json")}, []),
        ({"responses": _responses("text/csv")}, []),
        ({"responses": _responses()}, []),
        ({"responses": _responses("application/xml", "application/json")}, [("Accept", "application/json")]),
        (
            {"responses": _responses("application/vnd.sas.api+json", "application/xml")},
            [("Accept", "application/vnd.sas.api+json")],
        ),
        ({"responses": _responses("application/zip", "text/csv")}, [("Accept", "application/zip")]),
        (
            {"responses": _responses("application/json", "text/csv", status="default")},
            [("Accept", "application/json")],
        ),
        (
            {"responses": _responses("application/json") | _responses("text/csv", status="206")},
            [("Accept", "application/json")],
        ),
        ({"responses": _responses("application/json") | _responses("text/html", status="404")}, []),
        (
            {"requestBody": _two_types(), "responses": _responses("application/xml")},
            [("Accept", "application/xml")],
        ),
        ({"requestBody": _two_types(), "responses": _responses()}, []),
        (
            {"responses": _responses("text/csv"), "parameters": [_accept(example="text/csv")]},
            [("accept", "text/csv")],
        ),
        (
            {"responses": _responses("application/json"), "parameters": [_accept(required=True)]},
            [("accept", "application/json")],
        ),
        (
            {
                "responses": _responses("application/json", "text/csv"),
                "parameters": [_accept(example="text/csv"), _accept() | {"name": "X-Z", "required": True}],
            },
            [("accept", "text/csv")],
        ),
    ],
)
def test_accept_is_the_last_header_if_it_is_documented_or_there_is_a_choice(
    tmp_path: Path, operation: dict[str, Any], accept: list[tuple[str, str]]
):
    key = {"security": [{"key": []}]}
    scheme = {"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}}
    call = _call(tmp_path, "application/json", {"example": {"a": 1}}, scheme, **key, **operation)
    assert [header for header in call.headers if header[0].lower() == "accept"] == accept
    assert not accept or (call.headers[-1], call.plain_headers[-1]) == (accept[0], accept[0])


def test_a_json_body_keeps_its_published_form(tmp_path: Path):
    (data,) = _call(tmp_path, "application/json", {"example": {"a": 1}}).data
    assert (data.option, data.text) == ("-d", '{\n    "a": 1\n  }')


def test_an_ordinary_form_uses_the_options_of_curl(tmp_path: Path):
    encoding = {"b": {"contentType": "text/csv"}}
    media_type = {"example": {"a": "x", "b": "y"}, "encoding": encoding}
    media_type["schema"] = {"type": "object", "properties": {"a": {}, "b": {}}}
    found = _call(tmp_path, "multipart/form-data", media_type)
    assert [(d.option, d.text) for d in found.data] == [
        ("--form-string", "a=x"),
        ("-F", 'b="y";type=text/csv'),
    ]
    assert found.document == ()


@pytest.mark.parametrize("name", ["a=b", "", "a\nb", "a\rb", "a\u202eb"])
def test_a_form_with_a_name_that_no_option_accepts_is_a_document(tmp_path: Path, name: str):
    found = _call(tmp_path, "multipart/form-data", {"schema": {"type": "object"}, "example": {name: "v"}})
    assert found.data == ()
    assert found.plain_headers == (("Content-Type", "multipart/form-data; boundary=part-boundary"),)
    assert "".join(map(str, found.document)).startswith("--part-boundary\r\nContent-Disposition: form-data; ")


def test_a_boundary_does_not_occur_in_any_part(tmp_path: Path):
    example = {"a=": "x\r\n--part-boundary\r\n", "b": "--part-boundary-2--"}
    found = _call(tmp_path, "multipart/form-data", {"schema": {"type": "object"}, "example": example})
    assert found.plain_headers == (("Content-Type", "multipart/form-data; boundary=part-boundary-3"),)


def test_a_media_type_of_several_lines_does_not_add_a_header(tmp_path: Path):
    ((name, value),) = _call(tmp_path, "a/b\r\nX-Evil: 1", {"example": "v"}).plain_headers
    assert (name, value) == ("Content-Type", "a/b X-Evil: 1")


def test_no_description_can_end_a_code_block(tmp_path: Path):
    call = _call(
        tmp_path,
        "text/plain",
        {"example": "a\n\n\n\n\nb"},
        description="~~~\n```\n~~~\n\n\n\ntext\n\n````\n```\n````\n\n\x00`0`",
    )
    page = load(tmp_path / "api.yaml").render(("curl",))["curl/other.md"].text
    assert "--data-raw 'a\n\n\n\n\nb'\n```\n" in str(page)
    assert call.data[0].text == "a\n\n\n\n\nb"


def test_a_multipart_body_has_the_boundary_of_its_media_type(tmp_path: Path):
    found = _call(tmp_path, "multipart/mixed; boundary=abc", {"schema": {"type": "array"}, "example": ["x"]})
    assert found.plain_headers == (("Content-Type", "multipart/mixed; boundary=abc"),)
    assert found.document == ("--abc\r\nContent-Type: text/plain\r\n\r\nx\r\n--abc--\r\n",)
