"""Strings that contain encoded bytes, or JSON as text."""

from __future__ import annotations

import base64
import gzip
import json
import quopri
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import yaml
from support import items
from support.sample_schemas import an_object, ref, sample

from generator import generate, load
from generator.model.schemas.direction import Direction
from generator.targets.curl.calls import Call

DECODERS: dict[str, Callable[[str], bytes]] = {
    "base64": lambda text: base64.b64decode(text, validate=True),
    "BASE64": lambda text: base64.b64decode(text, validate=True),
    "base64url": lambda text: base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True),
    "base32": base64.b32decode,
    "base32hex": base64.b32hexdecode,
    "base16": base64.b16decode,
    "quoted-printable": quopri.decodestring,
    "7bit": str.encode,
    "8bit": str.encode,
}
BEGINNINGS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/gif": b"GIF89a",
    "image/jpeg": b"\xff\xd8\xff",
    "application/pdf": b"%PDF-",
    "application/zip": b"PK",
    "application/json": b"{",
    "application/xml": b"<",
    "text/html": b"<p>",
    "text/plain": b"example",
    "application/octet-stream": b"example",
    "": b"example",
}


@pytest.mark.parametrize("encoding", [name for name in DECODERS if "bit" not in name])
@pytest.mark.parametrize("kind", BEGINNINGS)
def test_an_encoded_string_has_content_of_its_media_type(encoding: str, kind: str):
    schema = {"type": "string", "contentEncoding": encoding, **({"contentMediaType": kind} if kind else {})}
    value, warnings = sample(schema)
    assert (DECODERS[encoding](value).startswith(BEGINNINGS[kind]), warnings) == (True, [])


def test_the_picture_is_a_valid_png():
    value, _ = sample({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"})
    content, kinds, at = base64.b64decode(value), [], 8
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        part = content[at + 4 : at + 8 + length]
        assert zlib.crc32(part) == int.from_bytes(content[at + 8 + length : at + 12 + length])
        kinds.append(part[:4])
        if part[:4] == b"IDAT":
            assert len(zlib.decompress(part[4:])) == 5
        at += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


INNER: dict[str, Any] = {
    "type": "object",
    "required": ["x", "tags"],
    "properties": {
        "x": {"type": "integer", "minimum": 5},
        "tags": {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}},
        "at": {"type": "string", "format": "date"},
    },
}


@pytest.mark.parametrize("inner", [INNER, {"type": "array", "items": INNER}, {"enum": ["é"]}, True, {}])
@pytest.mark.parametrize("kind", ["application/json", "application/ld+json; charset=utf-8", ""])
@pytest.mark.parametrize("encoding", ["", "8bit", "base64", "base16"])
def test_json_text_is_valid_against_its_content_schema(inner: Any, kind: str, encoding: str):
    schema = {"type": "string", "contentSchema": inner}
    schema |= {"contentMediaType": kind} if kind else {}
    schema |= {"contentEncoding": encoding} if encoding else {}
    value, warnings = sample(schema)
    text = DECODERS[encoding or "8bit"](value).decode()
    assert jsonschema_rs.Draft202012Validator(inner, validate_formats=True).is_valid(json.loads(text))
    assert warnings == []


TOKEN = {"type": "string", "contentMediaType": "application/json", "contentSchema": an_object(x=INNER)}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (an_object(a=TOKEN), ["a"]),
        ({"type": "array", "items": TOKEN}, [0]),
        ({"anyOf": [TOKEN, {"type": "null"}]}, []),
        ({**TOKEN, "type": ["string", "null"]}, []),
        ({"allOf": [TOKEN, {"maxLength": 200}]}, []),
    ],
    ids=["a property", "an item", "a union", "two types", "all of"],
)
@pytest.mark.parametrize("direction", list(Direction))
def test_json_text_is_valid_wherever_it_is(schema: Any, path: list[Any], direction: Direction):
    value, warnings = sample(schema, direction=direction)
    for step in path:
        value = value[step]
    assert (json.loads(value)["x"]["x"], warnings) == (5, [])


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (TOKEN | {"example": "e"}, "e"),
        (TOKEN | {"enum": ["a", "b"]}, "a"),
        (TOKEN | {"maxLength": 3}, "tex"),
        (TOKEN | {"contentSchema": False}, "text"),
        ({"type": "string", "contentMediaType": "application/json"}, "{}"),
        ({"type": "string", "contentMediaType": "application/jwt"}, "eyJhbGciOiJub25lIn0.e30."),
        (
            {"type": "string", "contentMediaType": "image/svg+xml"},
            '<svg xmlns="http://www.w3.org/2000/svg"/>',
        ),
        (TOKEN | {"contentSchema": ref("Address")}, '{"city":"San Jose","zip":"95110"}'),
        ({"type": "integer", "contentEncoding": "base64"}, 1),
    ],
)
def test_documented_and_required_values_take_precedence(schema: Any, value: Any):
    assert sample(schema) == (value, [])


# --- In requests --------------------------------------------------------------------------------------------

PICTURE = {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("image/png", PICTURE),
        ("application/octet-stream", {"type": "string", "contentEncoding": "base64"}),
        ("multipart/form-data", {**an_object(f=PICTURE), "required": ["f"]}),
        ("application/x-www-form-urlencoded", {**an_object(f=PICTURE), "required": ["f"]}),
    ],
)
def test_encoded_bytes_are_sent_as_text(tmp_path: Path, kind: str, schema: Any):
    root = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {
            "/x": {
                "post": {
                    "requestBody": {"required": True, "content": {kind: {"schema": schema}}},
                    "responses": {"200": {"description": "", "content": {kind: {"schema": schema}}}},
                }
            }
        },
    }
    (tmp_path / "d.json").write_text(json.dumps(root))
    plan = load(tmp_path / "d.json")
    generate(plan, tmp_path / "out", ["postman"])
    (item,) = items(json.loads((tmp_path / "out" / "d.postman_collection.json").read_text()))
    body = item["request"]["body"]
    sent = body["raw"] if body["mode"] == "raw" else body[body["mode"]][0]["value"]
    assert base64.b64decode(sent.replace("%2B", "+").replace("%3D", "="), validate=True)
    (data,) = Call.of(plan.api.operations[0]).data
    assert base64.b64decode(data.text.removeprefix("f="), validate=True)
    assert item["response"][0]["body"]


# --- Lengths ------------------------------------------------------------------------------------------------

GZIP = {"gzip": lambda text: gzip.decompress(base64.b64decode(text, validate=True))}
ZLIB = {"deflate": lambda text: zlib.decompress(base64.b64decode(text, validate=True))}


@pytest.mark.parametrize("encoding", [*(n for n in DECODERS if "bit" not in n), *GZIP, *ZLIB])
@pytest.mark.parametrize("kind", ["", "image/png", "application/json", "text/html"])
@pytest.mark.parametrize(("least", "most"), [(40, 48), (96, 96), (200, 9000), (4000, None)])
def test_length_limits_apply_to_the_encoded_text(encoding: str, kind: str, least: int, most: int | None):
    schema = {"type": "string", "contentEncoding": encoding, "minLength": least}
    schema |= {"contentMediaType": kind} if kind else {}
    schema |= {"maxLength": most} if most else {}
    value, warnings = sample(schema)
    assert least <= len(value) <= (most or 10_000)
    decoded = (DECODERS | GZIP | ZLIB)[encoding](value)
    # A value too short for a picture is still validly encoded.
    assert decoded.startswith((BEGINNINGS[kind], b"example"))
    assert warnings == []


@pytest.mark.parametrize(("least", "most"), [(0, 6), (0, 9), (40, 44), (41, 44), (44, 44), (5000, None)])
@pytest.mark.parametrize("format_", ["byte", "base64"])
def test_the_formats_of_bytes_obey_length_limits_too(format_: str, least: int, most: int | None):
    schema = {"type": "string", "format": format_, "minLength": least}
    value, _ = sample(schema | ({"maxLength": most} if most else {}))
    assert base64.b64decode(value, validate=True)
    assert least <= len(value) <= (most or 10_000)


def test_an_unknown_encoding_leaves_a_text_unchanged():
    assert sample(an_object(a={"type": "string", "contentEncoding": "br"})) == ({"a": "a"}, [])


@pytest.mark.parametrize("kind", ["application/x-pem-file", "application/pem-certificate-chain"])
def test_a_certificate_in_pem_can_be_read(kind: str):
    value, _ = sample({"type": "string", "contentMediaType": kind})
    read = subprocess.run(
        ["openssl", "x509", "-noout", "-subject"], input=value, capture_output=True, text=True, check=False
    )
    assert "www.example.com" in read.stdout, read.stderr


DOCUMENT = {
    "type": "object",
    "xml": {"name": "doc"},
    "required": ["a"],
    "properties": {"a": {"type": "integer", "minimum": 5}},
}


@pytest.mark.parametrize(("encoding", "decode"), [("", str.encode), ("base64", base64.b64decode)])
@pytest.mark.parametrize(
    ("kind", "read"),
    [
        (
            "application/xml",
            lambda text: (ElementTree.fromstring(text).tag, ElementTree.fromstring(text)[0].text),
        ),
        (
            "image/svg+xml",
            lambda text: (ElementTree.fromstring(text).tag, ElementTree.fromstring(text)[0].text),
        ),
        ("application/yaml", lambda text: ("doc", str(yaml.safe_load(text)["a"]))),
        ("application/openapi+yaml", lambda text: ("doc", str(yaml.safe_load(text)["a"]))),
    ],
)
@pytest.mark.parametrize("least", [0, 200])
def test_xml_and_yaml_text_follow_the_content_schema(encoding, decode, kind, read, least):
    schema = {"type": "string", "contentMediaType": kind, "contentSchema": DOCUMENT, "minLength": least}
    value, warnings = sample({**schema, **({"contentEncoding": encoding} if encoding else {})})
    assert read(decode(value)) == ("doc", "5")
    assert (len(value) >= least, warnings) == (True, [])


@pytest.mark.parametrize("least", range(0, 64, 4))
def test_a_gzip_file_and_a_zip_archive_of_any_length_are_whole(least: int, tmp_path: Path):
    kinds = {"gzip": "application/gzip", "zip": "application/zip"}
    for name, kind in kinds.items():
        value, _ = sample(
            {"type": "string", "contentEncoding": "base64", "contentMediaType": kind, "minLength": least}
        )
        (tmp_path / name).write_bytes(base64.b64decode(value))
    content = (tmp_path / "gzip").read_bytes()
    decoder = zlib.decompressobj(31)
    assert (decoder.decompress(content), decoder.eof, decoder.unused_data) == (b"", True, b"")
    done = subprocess.run(["gzip", "-t"], input=content, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    with zipfile.ZipFile(tmp_path / "zip") as archive:
        assert archive.namelist() == []
        assert len(archive.comment) == (tmp_path / "zip").stat().st_size - 22
