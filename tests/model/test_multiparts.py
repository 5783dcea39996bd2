"""Parts of multipart bodies: XML for each item, headers, files by media type, positional parts."""

from __future__ import annotations

import base64
import email
import json
import subprocess
import time
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import items
from support.recorder import recorder

from generator import generate, load
from generator.model import build_api
from generator.reading import load_document

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


# --- Multipart bodies inside others -------------------------------------------------------------------------

INNER = {
    "contentType": "multipart/mixed",
    "headers": {"X-Inner": {"schema": {"type": "string"}, "example": "i"}},
    "prefixEncoding": [
        {"contentType": "text/plain", "headers": {"X-A": HEADER}},
        {"contentType": "application/json"},
    ],
    "itemEncoding": {"contentType": "image/png"},
}
INNER_SCHEMA = {
    "type": "array",
    "minItems": 3,
    "prefixItems": [{"type": "string"}, {"type": "object", "properties": {"z": {"type": "integer"}}}],
    "items": {},
}
NESTED = {
    "prefixEncoding": [INNER, {"contentType": "text/plain"}],
    "schema": {"type": "array", "minItems": 2, "prefixItems": [INNER_SCHEMA, {"type": "string"}]},
}


def _read(content_type: str, body: str) -> Message:
    """A multipart body as a mail program reads it."""
    message = email.message_from_string(f"Content-Type: {content_type}\n\n{body}")
    assert message.is_multipart()
    assert not message.defects
    return message


def test_a_part_that_is_multipart_itself_has_its_own_boundary_parts_and_headers(tmp_path: Path):
    body = _body(tmp_path, "multipart/mixed", NESTED)["raw"]
    inner, text = _read("multipart/mixed; boundary=part-boundary", body).get_payload()
    assert inner["X-Inner"] == "i"
    assert (text.get_content_type(), text.get_payload()) == ("text/plain", "text")
    first, second, file = inner.get_payload()
    assert (first.get_content_type(), first["X-A"], first.get_payload()) == ("text/plain", 'o"ne', "text")
    assert (second.get_content_type(), json.loads(second.get_payload())) == ("application/json", {"z": 1})
    assert file.get_payload(decode=True).startswith(PNG)


def test_curl_sends_a_multipart_body_inside_another(tmp_path: Path):
    request = _sent(tmp_path, "multipart/mixed", NESTED)
    (inner, _) = _read(request.header("Content-Type"), request.body.decode()).get_payload()
    assert [part.get_content_type() for part in inner.get_payload()] == [
        "text/plain",
        "application/json",
        "image/png",
    ]


def test_named_parts_inside_a_part_and_three_levels(tmp_path: Path):
    leaf = {"contentType": "multipart/related", "encoding": {"b": {"contentType": "application/xml"}}}
    encoding = {"a": {"contentType": "multipart/mixed", "prefixEncoding": [leaf]}}
    schema = _form(
        a={"type": "array", "items": {"type": "array", "prefixItems": [_form(b={"type": "string"})]}}
    )
    (row,) = _body(tmp_path, "multipart/form-data", {"schema": schema, "encoding": encoding})["formdata"]
    assert row["contentType"] == "multipart/mixed; boundary=inner-part-boundary"
    (middle,) = _read(row["contentType"], row["value"]).get_payload()
    (xml,) = middle.get_payload()
    assert middle.get_content_type() == "multipart/related"
    assert (xml.get_content_type(), xml.get_payload()) == ("application/xml", f"{DECLARATION}<b>b</b>")


def test_a_given_boundary_of_an_inner_part_is_kept(tmp_path: Path):
    media_type = {
        "prefixEncoding": [{**INNER, "contentType": "multipart/mixed; boundary=own"}],
        "schema": {"type": "array", "prefixItems": [INNER_SCHEMA]},
    }
    body = _body(tmp_path, "multipart/mixed", media_type)["raw"]
    assert "Content-Type: multipart/mixed; boundary=own\r\n" in body
    assert body.count("--own") == 4


@pytest.mark.parametrize("is_inner", [False, True])
def test_an_invalid_example_of_a_header_of_a_part_is_repaired(tmp_path: Path, is_inner: bool):
    header = {"schema": {"type": "string", "format": "date", "minLength": 5}, "example": "soon"}
    encoding = {"contentType": "text/plain", "headers": {"X-A": header}}
    schema: dict[str, Any] = {"type": "array", "minItems": 1, "prefixItems": [{"type": "string"}]}
    if is_inner:
        encoding = {"contentType": "multipart/mixed", "prefixEncoding": [encoding]}
        schema = {"type": "array", "minItems": 1, "prefixItems": [schema]}
    body = _body(tmp_path, "multipart/mixed", {"prefixEncoding": [encoding], "schema": schema})["raw"]
    assert "\r\nX-A: 2026-01-15\r\n" in body


def test_one_encoding_of_two_parts_leaves_each_its_own_name(tmp_path: Path):
    schema, encoding = "&s {type: string}", "&e {contentType: application/xml}"
    (tmp_path / "d.yaml").write_text(
        "openapi: 3.2.0\ninfo: {title: T, version: '1'}\nservers: [{url: https://x.example}]\n"
        "paths: {/x: {post: {"
        "requestBody: {content: {multipart/form-data: {"
        f"schema: {{type: object, properties: {{f: {schema}, g: *s}}, required: [f, g]}}, "
        f"encoding: {{f: {encoding}, g: *e}}}}}}}}, responses: {{'204': {{description: d}}}}}}}}}}\n"
    )
    generate(load(tmp_path / "d.yaml"), tmp_path / "out", ["postman"])
    (item,) = items(json.loads((tmp_path / "out/d.postman_collection.json").read_text()))
    rows = {row["key"]: row["value"] for row in item["request"]["body"]["formdata"]}
    assert rows == {"f": f"{DECLARATION}<f>f</f>", "g": f"{DECLARATION}<g>g</g>"}


def test_encodings_that_repeat_one_another_take_linear_time(tmp_path: Path):
    encoding: dict[str, Any] = {"contentType": "text/plain"}
    for _ in range(5):
        encoding = {"contentType": "multipart/mixed", "prefixEncoding": [encoding] * 10}
    schema = {"type": "array", "prefixItems": [{"type": "string"}]}
    root = {
        "openapi": "3.2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/x": {
                "post": {
                    "requestBody": {"content": {"multipart/mixed": {**encoding, "schema": schema}}},
                    "responses": {"204": {"description": "d"}},
                }
            }
        },
    }
    (tmp_path / "d.yaml").write_text(yaml.dump(root))
    document = load_document(tmp_path / "d.yaml")
    begin = time.process_time()
    build_api(document, lambda value: value)
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(
    ("media_type", "content_type"),
    [
        (
            {"prefixEncoding": [{"contentType": "text/plain"}], "schema": {"type": "array", "minItems": 1}},
            "multipart/mixed; boundary=part-boundary",
        ),
        ({"example": "--abc\r\n\r\nhello\r\n--abc--\r\n"}, "multipart/mixed; boundary=abc"),
        ({"example": "--a:c\r\n\r\nhello\r\n--a:c--\r\n"}, 'multipart/mixed; boundary="a:c"'),
    ],
)
def test_a_saved_multipart_response_has_its_boundary(tmp_path: Path, media_type: Any, content_type: str):
    content = {"multipart/mixed": media_type, "application/json": {"example": 1}}
    root = {
        "openapi": "3.2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"responses": {"200": {"description": "d", "content": content}}}}},
    }
    (tmp_path / "d.json").write_text(json.dumps(root))
    generate(load(tmp_path / "d.json"), tmp_path / "out", ["postman"])
    (item,) = items(json.loads((tmp_path / "out" / "d.postman_collection.json").read_text()))
    first, second = item["response"]
    assert first["header"] == [{"key": "Content-Type", "value": content_type}]
    (part,) = _read(content_type, first["body"]).get_payload()
    assert part.get_payload()
    assert second["header"] == [{"key": "Content-Type", "value": "application/json"}]
