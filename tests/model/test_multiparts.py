"""Parts of multipart bodies: XML for each item, headers, files by media type, positional parts."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support import items
from support.recorder import recorder

from generator import generate, load

LINE = {"type": "object", "xml": {"name": "line"}, "properties": {"k": {"type": "integer"}}}
WORDS = {"type": "array", "minItems": 2, "items": {"type": "string"}}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
HEADER = {"schema": {"type": "string"}, "example": 'o"ne'}
PNG = b"\x89PNG\r\n\x1a\n"


def _written(folder: Path, kind: str, media_type: dict[str, Any], address: str = "https://x.example") -> Path:
    root = {
        "openapi": "3.2.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": address}],
        "paths": {
            "/x": {
                "post": {
                    "operationId": "send",
                    "requestBody": {"required": True, "content": {kind: media_type}},
                    "responses": {"204": {"description": "d"}},
                }
            }
        },
    }
    (folder / "d.json").write_text(json.dumps(root))
    generate(load(folder / "d.json"), folder / "out", ["postman", "curl"])
    return folder / "out"


def _body(folder: Path, kind: str, media_type: dict[str, Any]) -> dict[str, Any]:
    (item,) = items(
        json.loads((_written(folder, kind, media_type) / "d.postman_collection.json").read_text())
    )
    return item["request"]["body"]


def _form(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _xml(*names: str) -> dict[str, Any]:
    return {name: {"contentType": "application/xml"} for name in names}


@pytest.mark.parametrize(
    ("schema", "documents"),
    [
        ({"type": "array", "minItems": 2, "items": LINE}, ["<line>\n  <k>1</k>\n</line>"] * 2),
        (WORDS, ["<f>f</f>"] * 2),
        ({**WORDS, "xml": {"wrapped": True}}, ["<f>\n  <f>f</f>\n  <f>f</f>\n</f>"]),
        ({**WORDS, "xml": {"nodeType": "element"}}, ["<f>\n  <f>f</f>\n  <f>f</f>\n</f>"]),
        ({"type": "string"}, ["<f>f</f>"]),
        ({"type": "string", "xml": {"name": "word"}}, ["<word>f</word>"]),
        ({"type": "string", "example": "<a/>"}, ["<a/>"]),
        ({"type": "integer"}, ["<f>1</f>"]),
    ],
)
def test_each_item_of_a_list_is_a_separate_xml_document(tmp_path: Path, schema: Any, documents: list[str]):
    rows = _body(tmp_path, "multipart/form-data", {"schema": _form(f=schema), "encoding": _xml("f")})[
        "formdata"
    ]
    assert [row["value"].removeprefix(DECLARATION) for row in rows] == documents
    assert {(row["key"], row["contentType"]) for row in rows} == {("f", "application/xml")}


def test_a_list_without_a_schema_is_several_parts(tmp_path: Path):
    media_type = {"schema": {"type": "object"}, "example": {"f": ["x", "y"], "g": [["z"]]}}
    rows = _body(tmp_path, "multipart/form-data", media_type)["formdata"]
    assert [(row["key"], row["value"]) for row in rows] == [("f", "x"), ("f", "y"), ("g", '["z"]')]
    media_type |= {"schema": _form(f={}, g={})}
    assert _body(tmp_path, "multipart/form-data", media_type)["formdata"] == rows


def test_a_list_as_a_positional_part_is_one_part(tmp_path: Path):
    prefix = [{"type": "array", "minItems": 2, "items": LINE}, WORDS, WORDS]
    media_type = {
        "schema": {"type": "array", "prefixItems": prefix},
        "prefixEncoding": [{"contentType": "application/xml"}, {}],
    }
    raw = _body(tmp_path, "multipart/mixed", media_type)["raw"]
    assert raw.count("--part-boundary\r\n") == 3
    assert raw.count("<line>") == 2
    assert raw.count("Content-Type: application/json\r\n\r\n[") == 2


@pytest.mark.parametrize(
    ("schema", "content_type", "is_file"),
    [
        ({}, "image/png", True),
        (True, "application/pdf", True),
        ({"type": "string"}, "image/*", True),
        ({"type": "array", "items": {}}, "application/octet-stream", True),
        ({"type": "string", "format": "byte"}, "image/png", False),
        ({"type": "string", "contentEncoding": "base64"}, "image/png", False),
        ({"type": "object", "properties": {}}, "application/octet-stream", False),
        ({}, "image/svg+xml", False),
        ({}, "text/plain", False),
    ],
)
def test_the_media_type_of_a_part_decides_whether_it_is_a_file(
    tmp_path: Path, schema: Any, content_type: str, is_file: bool
):
    media_type = {"schema": _form(f=schema), "encoding": {"f": {"contentType": content_type}}}
    (row,) = _body(tmp_path, "multipart/form-data", media_type)["formdata"]
    assert (row["type"] == "file") is is_file


MIXED = {
    "prefixEncoding": [
        {"contentType": "application/json", "headers": {"X-A": HEADER, "Content-Type": HEADER}},
        {"contentType": "image/png"},
    ],
    "itemEncoding": {"contentType": "text/plain", "headers": {"X-B": {"schema": {"const": "b"}}}},
    "schema": {"type": "array", "minItems": 3, "prefixItems": [LINE, {}], "items": {"type": "string"}},
}


def test_positional_parts_have_their_headers_and_a_picture_is_a_file(tmp_path: Path):
    found = _body(tmp_path, "multipart/mixed", MIXED)["raw"].split("--part-boundary\r\n")[1:]
    assert found[0] == 'Content-Type: application/json\r\nX-A: o"ne\r\n\r\n{"k":1}\r\n'
    head, _, content = found[1].partition("\r\n\r\n")
    assert head == "Content-Type: image/png\r\nContent-Transfer-Encoding: base64"
    assert base64.b64decode(content).startswith(PNG)
    assert found[2].startswith("Content-Type: text/plain\r\nX-B: b\r\n\r\n")


def test_a_form_with_positional_parts_is_a_form(tmp_path: Path):
    media_type = {
        "prefixEncoding": [{"contentType": "image/png"}],
        "schema": {"type": "array", "prefixItems": [{}]},
    }
    (row,) = _body(tmp_path, "multipart/form-data", media_type)["formdata"]
    assert (row["key"], row["type"], row["contentType"]) == ("part", "file", "image/png")


def _sent(tmp_path: Path, kind: str, media_type: dict[str, Any], **files: bytes) -> Any:
    """Run the generated script, and return the body that curl sends."""
    environment = {"PATH": "/usr/bin:/bin"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        environment[name] = str(tmp_path / name)
    with recorder() as server:
        script = _written(tmp_path, kind, media_type, server.address) / "curl" / "scripts" / "send.sh"
        done = subprocess.run(["bash", script], env=environment, capture_output=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
    (request,) = server.in_order
    return request


def test_curl_sends_the_file_of_a_mixed_body_unchanged(tmp_path: Path):
    request = _sent(tmp_path, "multipart/mixed", MIXED, PART_FILE=PNG + b"\0--\xff")
    assert b"Content-Type: image/png\r\n\r\n" + PNG + b"\0--\xff\r\n" in request.body
    assert b'X-A: o"ne\r\n' in request.body
    assert request.header("Content-Type") == "multipart/mixed; boundary=part-boundary"


def test_curl_sends_the_headers_of_the_parts_of_a_form(tmp_path: Path):
    encoding = {
        "f": {"contentType": "image/png", "headers": {"X-A": HEADER}},
        "t": {"headers": {"X-T": {"schema": {"type": "integer", "example": 7}}}},
    }
    media_type = {"schema": _form(f={}, t={"type": "string"}), "encoding": encoding}
    request = _sent(tmp_path, "multipart/form-data", media_type, F_FILE=PNG)
    assert b'Content-Type: image/png\r\nX-A: o"ne\r\n\r\n' + PNG in request.body
    assert b'name="t"\r\nX-T: 7\r\n\r\nt\r\n' in request.body
