"""Request bodies: media types, forms, files, sequences and XML; and the saved examples with them."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from support import items

from generator import generate, load
from generator.model.media import xml
from generator.model.schemas.resolved import Schemas
from generator.reading import Document
from generator.targets.curl.calls import Call
from generator.targets.shared.payloads import sequence_text

OK = {"200": {"description": "OK"}}
FILE = {"type": "string", "format": "binary"}
_STRING = {"type": "string"}
NULL = {"type": "null"}


def _loaded(tmp_path: Path, operation: dict[str, Any], **more: Any) -> Any:
    content = {
        "openapi": "3.2.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/x": {"post": {"operationId": "send", "responses": OK, **operation}}},
        **more,
    }
    (tmp_path / "bodies.json").write_text(json.dumps(content))
    return load(tmp_path / "bodies.json")


def _item(plan: Any, tmp_path: Path) -> dict[str, Any]:
    generate(plan, tmp_path / "out", ["postman"])
    text = (tmp_path / "out" / "bodies.postman_collection.json").read_text()
    (item,) = items(json.loads(text))
    return item


def _content(*names: str, **more: Any) -> dict[str, Any]:
    media_type = {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}, **more}
    return {"requestBody": {"content": dict.fromkeys(names, media_type)}}


# --- Which media type -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "sent"),
    [
        (["application/json", "application/xml"], "application/json"),
        (
            ["application/x-www-form-urlencoded", "multipart/form-data", "application/json"],
            "application/json",
        ),
        (["application/xml", "application/vnd.api+json"], "application/vnd.api+json"),
        (
            ["application/merge-patch+json", "application/json; charset=utf-8"],
            "application/json; charset=utf-8",
        ),
        (
            ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"],
            "application/merge-patch+json",
        ),
        (
            ["application/json-patch+json", "application/strategic-merge-patch+json"],
            "application/strategic-merge-patch+json",
        ),
        (["application/json-patch+json", "application/json"], "application/json"),
        (["application/xml", "application/json-patch+json"], "application/json-patch+json"),
        (["text/csv", "application/xml"], "text/csv"),
        (["*/*", "application/xml"], "application/xml"),
        (["*/*"], "application/json"),
        (["text/*"], "text/plain"),
        (["image/*"], "image/png"),
        (["Application/JSON"], "Application/JSON"),
    ],
)
def test_json_is_preferred_and_a_range_becomes_a_concrete_type(tmp_path: Path, offered: list[str], sent: str):
    item = _item(_loaded(tmp_path, _content(*offered)), tmp_path)
    headers = [h["value"] for h in item["request"]["header"] if h["key"] == "Content-Type"]
    assert headers == [sent]


def test_the_other_media_types_are_saved_examples(tmp_path: Path):
    item = _item(_loaded(tmp_path, _content("application/xml", "application/json", "*/*")), tmp_path)
    sent = [saved["originalRequest"]["header"][0]["value"] for saved in item["response"]]
    assert sent == ["application/json", "application/xml"]
    assert [saved["name"] for saved in item["response"]] == ["200 OK", "Request: application/xml"]


@pytest.mark.parametrize(
    "schema", [{}, {"type": "object"}, {"type": "array"}, {"type": "array", "items": {"type": "object"}}]
)
def test_an_undescribed_json_patch_is_a_list_of_operations(tmp_path: Path, schema: dict[str, Any]):
    body = {"requestBody": {"content": {"application/json-patch+json": {"schema": schema}}}}
    sent = json.loads(_item(_loaded(tmp_path, body), tmp_path)["request"]["body"]["raw"])
    assert sent == [{"op": "replace", "path": "/name", "value": "value"}]


def test_a_described_json_patch_follows_the_description(tmp_path: Path):
    named = {"schema": {"type": "object", "properties": {"a": {"type": "string", "example": "b"}}}}
    for media_type in (named, {"schema": {"type": "object"}, "example": {"a": "b"}}):
        body = {"requestBody": {"content": {"application/json-patch+json": media_type}}}
        assert json.loads(_item(_loaded(tmp_path, body), tmp_path)["request"]["body"]["raw"]) == {"a": "b"}


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("application/vnd.kubernetes.protobuf", "file"),
        ("application/x-protobuf; messageType=a.B", "file"),
        ("application/grpc+proto", "file"),
        ("application/cbor", "file"),
        ("application/senml+cbor", "file"),
        ("application/x-msgpack", "file"),
        ("application/x-json-smile", "file"),
        ("application/octet-stream", "file"),
        ("text/csv", None),
        ("text/html", None),
        ("application/json+protobuf", "raw"),
        ("application/x-amz-json-1.1", "raw"),
        ("application/vnd.acme.order", "raw"),
        ("text/plain", "raw"),
    ],
)
def test_a_body_of_another_media_type_does_not_contain_json(tmp_path: Path, kind: str, mode: str | None):
    content = {
        kind: {"schema": {"type": "object", "properties": {"a": {"type": "string"}}, "example": {"a": "b"}}}
    }
    responses = {"200": {"description": "OK", "content": content}}
    item = _item(_loaded(tmp_path, {"requestBody": {"content": content}, "responses": responses}), tmp_path)
    assert item["request"].get("body", {}).get("mode") == mode
    (saved,) = item["response"]
    assert bool(saved["body"]) == (mode == "raw")
    assert saved["header"] == [{"key": "Content-Type", "value": kind}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": {"b": [1.5, True, None, "yes", {"c": []}]}, "d: e": "x\ny"}, None),
        ([{"a": 1}, [2]], None),
        ([1e16, 1e-7, -2.5e-9, 1.0, 10**20], None),
        ({}, "{}\n"),
        ({"kind": "Pod"}, "kind: Pod\n"),
    ],
)
@pytest.mark.parametrize("kind", ["application/yaml", "text/x-yaml", "application/apply-patch+yaml; a=b"])
def test_a_body_with_a_yaml_media_type_is_yaml(tmp_path: Path, kind: str, value: Any, text: str | None):
    content = {kind: {"schema": {}, "example": value}}
    responses = {"200": {"description": "OK", "content": content}}
    plan = _loaded(tmp_path, {"requestBody": {"content": content}, "responses": responses})
    item = _item(plan, tmp_path)
    sent, (saved,) = item["request"]["body"]["raw"], item["response"]
    assert saved["body"] == sent
    assert yaml.safe_load(sent) == value
    assert not sent.startswith(("{\n", "[")), sent
    assert text is None or sent == text
    (data,) = Call.of(plan.api.operations[0]).data
    assert data.text == sent


def test_another_media_type_beside_json_has_no_sample(tmp_path: Path):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    content = {
        name: {"schema": schema} for name in ("application/json", "application/vnd.kubernetes.protobuf")
    }
    plan = _loaded(tmp_path, {"responses": {"200": {"description": "OK", "content": content}}})
    assert [saved["name"] for saved in _item(plan, tmp_path)["response"]] == ["200 OK"]
    assert plan.api.operations[0].responses[0].shown.name == "application/json"


def test_bytes_with_any_media_type_are_sent_as_a_file(tmp_path: Path):
    plan = _loaded(tmp_path, {"requestBody": {"content": {"*/*": {"schema": FILE}}}})
    item = _item(plan, tmp_path)
    assert item["request"]["body"] == {"mode": "file", "file": {"src": None}}
    assert item["request"]["header"][0]["value"] == "application/octet-stream"


# --- Forms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        (FILE, True),
        ({"contentMediaType": "image/png"}, True),
        ({"type": "array", "items": FILE}, True),
        ({"type": ["array", "null"], "items": {"contentMediaType": "application/pdf"}}, True),
        ({"$ref": "#/components/schemas/File"}, True),
        ({"anyOf": [FILE, NULL]}, True),
        ({"oneOf": [NULL, {"$ref": "#/components/schemas/File"}]}, True),
        ({"anyOf": [{"type": "array", "items": FILE}, NULL]}, True),
        ({"type": "array", "items": {"anyOf": [FILE, NULL]}}, True),
        ({"anyOf": [FILE, {"type": "array", "items": FILE}]}, True),
        ({"anyOf": [{"oneOf": [FILE, NULL]}, NULL]}, True),
        ({"type": ["string", "null"], "format": "binary"}, True),
        ({"allOf": [{"anyOf": [FILE, NULL]}]}, True),
        ({"anyOf": [{"type": "string", "contentMediaType": "application/octet-stream"}, NULL]}, True),
        ({"anyOf": [{"type": "string"}, NULL]}, False),
        ({"anyOf": [{"type": "string", "format": "uri"}, FILE]}, False),
        ({"anyOf": [NULL]}, False),
        ({"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}, False),
        ({"type": "string", "contentMediaType": "application/json", "contentSchema": {}}, False),
        ({"type": "string", "format": "byte"}, False),
        ({"type": "string"}, False),
    ],
    ids=repr,
)
def test_a_field_for_bytes_is_a_file(tmp_path: Path, schema: dict[str, Any], file: bool):
    form = {"type": "object", "required": ["f"], "properties": {"f": schema, "t": {"type": "string"}}}
    body = {"requestBody": {"content": {"multipart/form-data": {"schema": form}}}}
    plan = _loaded(tmp_path, body, components={"schemas": {"File": FILE}})
    field, text = _item(plan, tmp_path)["request"]["body"]["formdata"]
    assert (field["key"], field["type"], text["type"]) == ("f", "file" if file else "text", "text")
    assert Call.of(plan.api.operations[0]).files == (("F_FILE",) if file else ())
    assert ("src" in field) == file


def test_a_file_in_an_alternative_of_a_form_is_a_file(tmp_path: Path):
    branch = {"type": "object", "required": ["f"], "properties": {"f": FILE}}
    form = {
        "oneOf": [branch, {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}}]
    }
    plan = _loaded(tmp_path, {"requestBody": {"content": {"multipart/form-data": {"schema": form}}}})
    (field,) = _item(plan, tmp_path)["request"]["body"]["formdata"]
    assert (field["key"], field["type"]) == ("f", "file")


@pytest.mark.parametrize("schema", [FILE, {"anyOf": [FILE, NULL]}, {"type": "array", "items": FILE}])
def test_an_optional_file_is_disabled_if_there_are_other_fields(tmp_path: Path, schema: dict[str, Any]):
    form = {"type": "object", "required": ["t"], "properties": {"f": schema, "t": {"type": "string"}}}
    plan = _loaded(tmp_path, {"requestBody": {"content": {"multipart/form-data": {"schema": form}}}})
    field, text = _item(plan, tmp_path)["request"]["body"]["formdata"]
    assert (field["disabled"], "disabled" in text) == (True, False)
    assert [data.option for data in Call.of(plan.api.operations[0]).data] == ["--form-string"]


def test_the_only_field_of_a_form_is_sent_even_if_optional(tmp_path: Path):
    form = {"type": "object", "properties": {"f": FILE}}
    plan = _loaded(tmp_path, {"requestBody": {"content": {"multipart/form-data": {"schema": form}}}})
    (field,) = _item(plan, tmp_path)["request"]["body"]["formdata"]
    assert field == {"key": "f", "type": "file", "src": None, "description": "Choose the file to send."}


@pytest.mark.parametrize(
    "schema", [{"anyOf": [FILE, NULL]}, {"type": ["string", "null"], "format": "binary"}]
)
def test_a_body_that_is_a_file_or_null_is_a_file(tmp_path: Path, schema: dict[str, Any]):
    plan = _loaded(tmp_path, {"requestBody": {"content": {"application/octet-stream": {"schema": schema}}}})
    assert _item(plan, tmp_path)["request"]["body"] == {"mode": "file", "file": {"src": None}}
    assert Call.of(plan.api.operations[0]).files == ("FILE",)


TEXT = {"type": "string"}
CUSTOMER_OR_CARD = {
    "type": "object",
    "required": ["amount"],
    "properties": {
        "amount": {"type": "integer"},
        "card": {"type": "object", "properties": {"number": TEXT, "cvc": TEXT}},
        "customer": TEXT,
        "expand": {"type": "array", "items": TEXT, "minItems": 2},
        "metadata": {"type": "object", "additionalProperties": TEXT},
    },
}


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("application/x-www-form-urlencoded", "urlencoded"), ("multipart/form-data", "formdata")],
)
@pytest.mark.parametrize("style", [None, "deepObject"])
def test_optional_fields_of_a_form_are_present_but_disabled(
    tmp_path: Path, kind: str, mode: str, style: str | None
):
    encoding = {name: {"style": style} for name in ("card", "metadata")} if style else {}
    media_type = {"schema": CUSTOMER_OR_CARD, "encoding": encoding}
    plan = _loaded(tmp_path, {"requestBody": {"content": {kind: media_type}}})
    rows = _item(plan, tmp_path)["request"]["body"][mode]
    assert {row["key"].partition("[")[0] for row in rows} == CUSTOMER_OR_CARD["properties"].keys()
    assert [row["key"] for row in rows if not row.get("disabled")] == ["amount"]
    assert [data.text.partition("=")[0] for data in Call.of(plan.api.operations[0]).data] == ["amount"]
    generate(plan, tmp_path / "out", ["postman-v3"])
    (written,) = (tmp_path / "out").rglob("*.request.yaml")
    assert written.read_text().count("disabled: true") == len(rows) - 1


@pytest.mark.parametrize(
    ("demand", "sent"),
    [
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, ["a"]),
        ({"oneOf": [{"required": ["z"]}, {"required": ["b", "c"]}]}, ["b", "c"]),
        ({"required": ["c"], "dependentRequired": {"c": ["a"]}}, ["a", "c"]),
        ({"required": ["b"], "minProperties": 2}, ["a", "b"]),
        ({"allOf": [{"required": ["b"]}]}, ["b"]),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, ["a", "b"]),
        ({}, []),
    ],
    ids=repr,
)
def test_the_enabled_fields_are_valid_against_the_schema_of_the_form(
    tmp_path: Path, demand: dict[str, Any], sent: list[str]
):
    form = {"type": "object", "properties": {"a": TEXT, "b": TEXT, "c": TEXT}, **demand}
    content = {"application/x-www-form-urlencoded": {"schema": form}}
    plan = _loaded(tmp_path, {"requestBody": {"content": content}})
    rows = _item(plan, tmp_path)["request"]["body"]["urlencoded"]
    assert {row["key"] for row in rows} >= {"a", "b", "c"}
    assert [row["key"] for row in rows if not row.get("disabled")] == sent


def test_the_chosen_branch_of_a_form_has_its_required_fields(tmp_path: Path):
    branches = [
        {
            "type": "object",
            "required": ["grant_type", name],
            "properties": {"grant_type": {"enum": [grant]}, name: TEXT, "scope": TEXT},
        }
        for grant, name in (("authorization_code", "code"), ("refresh_token", "refresh_token"))
    ]
    content = {"application/x-www-form-urlencoded": {"schema": {"oneOf": branches}}}
    plan = _loaded(tmp_path, {"requestBody": {"content": content}})
    rows = _item(plan, tmp_path)["request"]["body"]["urlencoded"]
    assert [(row["key"], "disabled" in row) for row in rows] == [
        ("grant_type", False),
        ("code", False),
        ("scope", True),
    ]


@pytest.mark.parametrize("place", ["example", "examples", "schema"])
def test_a_documented_form_is_sent_as_it_is(tmp_path: Path, place: str):
    value = {"amount": 5, "customer": "c1"}
    given = {"example": {"example": value}, "examples": {"examples": {"one": {"value": value}}}}.get(
        place, {}
    )
    schema = {**CUSTOMER_OR_CARD, **({"example": value} if place == "schema" else {})}
    content = {"application/x-www-form-urlencoded": {"schema": schema, **given}}
    plan = _loaded(tmp_path, {"requestBody": {"content": content}})
    rows = _item(plan, tmp_path)["request"]["body"]["urlencoded"]
    assert rows == [
        {"key": "amount", "value": "5", "type": "text"},
        {"key": "customer", "value": "c1", "type": "text"},
    ]


def test_a_form_without_properties_is_still_a_form(tmp_path: Path):
    plan = _loaded(tmp_path, {"requestBody": {"content": {"multipart/form-data": {"schema": {}}}}})
    assert _item(plan, tmp_path)["request"]["body"] == {"mode": "formdata", "formdata": []}


def test_fields_without_a_value_are_present_but_disabled(tmp_path: Path):
    form = {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "array"}}}
    body = {"schema": form, "example": {"a": None, "b": []}}
    for kind, mode in (
        ("application/x-www-form-urlencoded", "urlencoded"),
        ("multipart/form-data", "formdata"),
    ):
        plan = _loaded(tmp_path, {"requestBody": {"content": {kind: body}}})
        rows = _item(plan, tmp_path)["request"]["body"][mode]
        assert [(row["key"], row["value"], row["disabled"]) for row in rows] == [
            ("a", "", True),
            ("b", "", True),
        ]


def test_a_part_with_a_json_content_type_is_json_as_a_whole(tmp_path: Path):
    form = {"type": "object", "properties": {"tags": {"type": "array"}, "word": {"type": "string"}}}
    encoding = {"tags": {"contentType": "application/json"}, "word": {"contentType": "application/json"}}
    body = {"schema": form, "example": {"tags": ["a", "b"], "word": "w"}, "encoding": encoding}
    plan = _loaded(tmp_path, {"requestBody": {"content": {"multipart/form-data": body}}})
    rows = _item(plan, tmp_path)["request"]["body"]["formdata"]
    assert [(row["value"], row["contentType"]) for row in rows] == [
        ('["a","b"]', "application/json"),
        ('"w"', "application/json"),
    ]


def test_a_part_with_an_xml_content_type_follows_its_xml_objects(tmp_path: Path):
    pet = {
        "type": "object",
        "xml": {"name": "pet"},
        "properties": {"id": {"type": "integer", "xml": {"attribute": True}}, "name": {"type": "string"}},
    }
    form = {
        "type": "object",
        "properties": {
            "one": pet,
            "two": {"type": "object", "properties": {"a": {"type": "string"}}},
            "three": {"$ref": "#/components/schemas/Pet"},
            "text": {"type": "string"},
        },
    }
    example = {"one": {"id": 1, "name": "Rex & {{x}}"}, "two": {"a": "b"}, "three": {"id": 2}, "text": "<a/>"}
    encoding = {key: {"contentType": "application/xml"} for key in example}
    body = {"schema": form, "example": example, "encoding": encoding}
    for kind in ("multipart/form-data", "multipart/mixed"):
        plan = _loaded(
            tmp_path, {"requestBody": {"content": {kind: body}}}, components={"schemas": {"Pet": pet}}
        )
        sent = _item(plan, tmp_path)["request"]["body"]
        if kind == "multipart/mixed":
            assert '<pet id="1">\n  <name>Rex &amp;' in sent["raw"]
            continue
        declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
        assert [row["value"].removeprefix(declaration) for row in sent["formdata"]] == [
            '<pet id="1">\n  <name>Rex &amp; &#123;{x}}</name>\n</pet>',
            "<two>\n  <a>b</a>\n</two>",
            '<pet id="2" />',
            "<a/>",
        ]
        assert {row["contentType"] for row in sent["formdata"]} == {"application/xml"}
        data = [part.text for part in Call.of(plan.api.operations[0]).data]
        assert data[1].endswith('<two>\n  <a>b</a>\n</two>";type=application/xml')


def test_no_field_name_makes_curl_read_a_file(tmp_path: Path):
    example = {"@/etc/hostname": "x", "a@b": "y", "c[d]": "@z"}
    body = {"schema": {"type": "object"}, "example": example}
    plan = _loaded(tmp_path, {"requestBody": {"content": {"application/x-www-form-urlencoded": body}}})
    assert [data.text for data in Call.of(plan.api.operations[0]).data] == [
        "%40%2Fetc%2Fhostname=x",
        "a%40b=y",
        "c[d]=@z",
    ]


def test_a_shell_variable_for_a_file_never_has_the_name_of_a_path_variable(tmp_path: Path):
    form = {"type": "object", "properties": {"file": FILE, "photo": FILE, "2nd": FILE}}
    body = {"requestBody": {"content": {"multipart/form-data": {"schema": form}}}}
    parameter = {"name": "file", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {"/x/{file}": {"put": {"responses": OK, "parameters": [parameter], **body}}}
    plan = _loaded(tmp_path, {}, paths=paths)
    assert Call.of(plan.api.operations[0]).files == ("BODY_FILE", "PHOTO_FILE", "FILE_2ND_FILE")


@pytest.mark.parametrize(
    ("names", "variables"),
    [
        (["jobId"], ["JOB_ID"]),
        (["uid", "user"], ["UID_VALUE", "USER_VALUE"]),
        (["a-b", "a_b", "日", "本"], ["A_B", "A_B_2", "VALUE", "VALUE_2"]),
        (["2nd", "bashRc", "ACCESS_TOKEN"], ["VALUE_2ND", "BASH_RC_VALUE", "ACCESS_TOKEN_VALUE"]),
    ],
)
def test_path_variables_of_scripts_never_have_the_names_of_other_variables(
    tmp_path: Path, names: list[str], variables: list[str]
):
    parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names]
    path = "/" + "/".join(f"{{{name}}}" for name in names)
    plan = _loaded(tmp_path, {}, paths={path: {"get": {"parameters": parameters, "responses": OK}}})
    assert list(Call.of(plan.api.operations[0]).path_names.values()) == variables
    generate(plan, tmp_path / "out", ["curl"])
    readme = (tmp_path / "out" / "curl" / "README.md").read_text()
    assert ", ".join(f"`{name}`" for name in variables) + " replaces the sample value" in readme


# --- Sequences ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "text"),
    [
        ("application/x-ndjson", [{"a": "é\n"}, 1], '{"a":"é\\n"}\n1\n'),
        ("application/json-seq", [[1]], "\x1e[1]\n"),
        ("text/event-stream", [{"data": "a\nb", "retry": 3}], "data: a\ndata: b\nretry: 3\n\n"),
        ("text/event-stream", [{"a": [1, 2]}], 'data: {"a":[1,2]}\n\n'),
        ("text/event-stream", [{"data": [1], "total": 1}], 'data: {"data":[1],"total":1}\n\n'),
        ("text/event-stream", [{"data": "a", "id": None}, "b"], "data: a\n\ndata: b\n\n"),
    ],
)
def test_a_sequence_is_written_in_the_format_of_its_media_type(kind: str, values: list[Any], text: str):
    assert sequence_text(kind, values) == text


CHUNK = {
    "type": "object",
    "required": ["delta", "n"],
    "properties": {"delta": {"type": "string", "example": "Hi"}, "n": {"type": "integer", "example": 1}},
}
EVENT = {"type": "object", "required": ["data"], "properties": {"event": _STRING, "data": _STRING}}
LINE = '{"delta":"Hi","n":1}'
LINES = '{"delta":"Hi","n":1}\n{"delta":"Ho","n":2}\n'
CHUNKS = [{"delta": "Hi", "n": 1}, {"delta": "Ho", "n": 2}]
#: Media type, its description, and the full text of the body.
SEQUENCES = [
    ("application/x-ndjson", {"schema": CHUNK}, LINE + "\n"),
    ("application/x-ndjson", {"schema": {"type": "array", "items": CHUNK}}, LINE + "\n"),
    ("application/x-ndjson", {"schema": {"oneOf": [CHUNK, NULL]}}, LINE + "\n"),
    ("application/x-ndjson; charset=utf-8", {"schema": CHUNK, "example": CHUNKS[0]}, LINE + "\n"),
    ("application/jsonl", {"schema": CHUNK, "example": CHUNKS}, LINES),
    ("application/jsonlines", {"schema": {"type": "array", "items": CHUNK}, "example": CHUNKS}, LINES),
    ("application/vnd.elasticsearch+x-ndjson", {"schema": CHUNK}, LINE + "\n"),
    ("application/x-ndjson", {"schema": CHUNK, "example": LINES}, LINES),
    ("application/x-ndjson", {"schema": CHUNK | {"example": CHUNKS[0]}}, LINE + "\n"),
    ("application/x-ndjson", {"schema": {"type": "string", "example": LINES}}, LINES),
    ("application/x-ndjson", {"schema": {"type": "string", "example": "a, b"}}, '"a, b"\n'),
    ("application/stream+json", {"schema": CHUNK}, LINE + "\n"),
    ("application/x-stream+json", {"schema": CHUNK, "example": CHUNKS}, LINES),
    ("application/x-json-stream", {"schema": CHUNK}, LINE + "\n"),
    ("application/vnd.x.jsonl; charset=utf-8", {"schema": CHUNK}, LINE + "\n"),
    ("text/x-json-lines", {"schema": CHUNK}, LINE + "\n"),
    ("application/vnd.x+json-seq", {"schema": CHUNK}, f"\x1e{LINE}\n"),
    ("application/json-seq", {"schema": CHUNK}, f"\x1e{LINE}\n"),
    ("application/geo+json-seq", {"schema": CHUNK, "example": f"\x1e{LINE}\n"}, f"\x1e{LINE}\n"),
    (
        "application/json-seq",
        {"schema": CHUNK, "example": '\x1e{\n"delta": "a", "n": 1\n}\x1e{"delta": "b", "n": 2}'},
        '\x1e{\n"delta": "a", "n": 1\n}\n\x1e{"delta": "b", "n": 2}\n',
    ),
    ("text/event-stream", {"schema": CHUNK}, f"data: {LINE}\n\n"),
    ("text/event-stream", {"schema": CHUNK, "example": CHUNKS[0]}, f"data: {LINE}\n\n"),
    ("text/event-stream", {"schema": CHUNK, "example": "data: {}\n\n"}, "data: {}\n\n"),
    ("text/event-stream", {"schema": EVENT, "examples": {"a": {"value": ": ping\n\n"}}}, ": ping\n\n"),
    ("text/event-stream", {"schema": EVENT, "example": "event: x\ndata: {}\n\n"}, "event: x\ndata: {}\n\n"),
    ("text/event-stream", {"schema": EVENT, "example": {"data": "a\nb"}}, "data: a\ndata: b\n\n"),
    ("text/event-stream", {"schema": {"type": "string", "example": "data: [DONE]\n\n"}}, "data: [DONE]\n\n"),
    ("text/event-stream", {"schema": {"type": "string", "example": "hello"}}, "data: hello\n\n"),
    ("text/event-stream", {"schema": {"type": "string"}, "example": {"data": "x"}}, "data: x\n\n"),
    ("text/event-stream", {"itemSchema": EVENT, "example": "data: x\n\n"}, "data: x\n\n"),
    ("text/event-stream", {"example": "data: x\n\n"}, "data: x\n\n"),
]


@pytest.mark.parametrize("kind", ["application/vnd.live-stream+json", "application/vnd.x.stream+json"])
def test_a_media_type_for_a_single_json_value_does_not_make_a_sequence(tmp_path: Path, kind: str):
    item = _item(_loaded(tmp_path, {"requestBody": {"content": {kind: {"schema": CHUNK}}}}), tmp_path)
    assert item["request"]["body"]["options"] == {"raw": {"language": "json"}}
    assert json.loads(item["request"]["body"]["raw"]) == CHUNKS[0]


def test_json_with_the_type_text_plain_is_json_everywhere(tmp_path: Path):
    content = {"text/plain": {"schema": CHUNK}}
    responses = {"200": {"description": "OK", "content": content}}
    plan = _loaded(tmp_path, {"requestBody": {"content": content}, "responses": responses})
    item = _item(plan, tmp_path)
    assert item["request"]["header"][0] == {"key": "Content-Type", "value": "text/plain"}
    assert item["request"]["body"]["options"] == {"raw": {"language": "json"}}
    assert item["response"][0]["_postman_previewlanguage"] == "json"
    assert json.loads(item["request"]["body"]["raw"]) == json.loads(item["response"][0]["body"]) == CHUNKS[0]
    (data,) = Call.of(plan.api.operations[0]).data
    assert (data.option, json.loads(data.text)) == ("-d", CHUNKS[0])
    generate(plan, tmp_path / "out", ["curl", "docs"])
    (page,) = [p for p in (tmp_path / "out" / "curl").glob("*.md") if p.name != "README.md"]
    assert '```json\n{\n  "delta": "Hi",' in page.read_text()


def test_text_with_the_type_text_plain_stays_text(tmp_path: Path):
    content = {"text/plain": {"schema": {"type": "string", "example": '{"a": 1}'}}}
    body = _item(_loaded(tmp_path, {"requestBody": {"content": content}}), tmp_path)["request"]["body"]
    assert (body["raw"], body["options"]) == ('{"a": 1}', {"raw": {"language": "text"}})


@pytest.mark.parametrize(("kind", "media_type", "text"), SEQUENCES, ids=repr)
def test_a_sequence_has_an_event_or_line_for_each_value_whatever_its_schema_describes(
    tmp_path: Path, kind: str, media_type: dict[str, Any], text: str
):
    responses = {"200": {"description": "OK", "content": {kind: media_type}}}
    plan = _loaded(tmp_path, {"requestBody": {"content": {kind: media_type}}, "responses": responses})
    item = _item(plan, tmp_path)
    assert plan.warnings == ()
    assert item["request"]["body"]["raw"] == text
    assert [saved["body"] for saved in item["response"]] == [text]
    (data,) = Call.of(plan.api.operations[0]).data or (None,)
    assert data is None or data.text == text


def test_an_invalid_text_that_does_not_form_a_sequence_is_reported(tmp_path: Path):
    content = {"application/x-ndjson": {"schema": CHUNK, "example": "soon"}}
    plan = _loaded(tmp_path, {"responses": {"200": {"description": "OK", "content": content}}})
    assert ["/example" in problem.place.pointer for problem in plan.warnings] == [True]


# --- XML ------------------------------------------------------------------------------------------------

#: Properties and the resulting elements: OpenAPI 3.1.1, section 4.8.26.2, and 3.2.0 for ``nodeType``.
XML = [
    ({"animals": _STRING}, "<animals>v</animals>"),
    ({"animals": {**_STRING, "xml": {"name": "animal"}}}, "<animal>v</animal>"),
    ({"id": {**_STRING, "xml": {"attribute": True}}}, 'id="v"'),
    ({"id": {**_STRING, "xml": {"attribute": True, "name": "key"}}}, 'key="v"'),
    ({"id": {**_STRING, "xml": {"nodeType": "attribute"}}}, 'id="v"'),
    ({"word": {**_STRING, "xml": {"nodeType": "text"}}}, ">v<"),
    (
        {"name": {**_STRING, "xml": {"namespace": "urn:s", "prefix": "sample"}}},
        '<root xmlns:sample="urn:s"><sample:name>v</sample:name></root>',
    ),
    ({"name": {**_STRING, "xml": {"namespace": "urn:s"}}}, '<root><name xmlns="urn:s">v</name></root>'),
    ({"animals": {"type": "array", "items": _STRING}}, "<animals>1</animals><animals>2</animals>"),
    (
        {"animals": {"type": "array", "items": {**_STRING, "xml": {"name": "animal"}}}},
        "<animal>1</animal><animal>2</animal>",
    ),
    (
        {
            "animals": {
                "type": "array",
                "items": {**_STRING, "xml": {"name": "animal"}},
                "xml": {"name": "aliens"},
            }
        },
        "<animal>1</animal><animal>2</animal>",
    ),
    (
        {"animals": {"type": "array", "items": _STRING, "xml": {"wrapped": True}}},
        "<animals><animals>1</animals><animals>2</animals></animals>",
    ),
    (
        {"animals": {"type": "array", "items": _STRING, "xml": {"nodeType": "element"}}},
        "<animals><animals>1</animals><animals>2</animals></animals>",
    ),
    (
        {
            "animals": {
                "type": "array",
                "items": {**_STRING, "xml": {"name": "animal"}},
                "xml": {"name": "aliens", "wrapped": True},
            }
        },
        "<aliens><animal>1</animal><animal>2</animal></aliens>",
    ),
    (
        {"animals": {"type": "array", "items": _STRING, "xml": {"name": "aliens", "wrapped": True}}},
        "<aliens><aliens>1</aliens><aliens>2</aliens></aliens>",
    ),
    ({"name": {**_STRING, "xml": {"prefix": "nowhere"}}}, "<root><name>v</name></root>"),
    ({"name": {**_STRING, "xml": {"name": "soap:Body"}}}, "<root><Body>v</Body></root>"),
    ({"name": {**_STRING, "xml": {"name": "xml:lang", "attribute": True}}}, 'xml:lang="v"'),
    ({"é 1": _STRING, "2": _STRING}, "<root><é_1>v</é_1><_2>v</_2></root>"),
]


def _document(tmp_path: Path, schema: dict[str, Any]) -> Document:
    return _loaded(tmp_path, {}, components={"schemas": {"root": schema}}).document


def _xml(document: Document, schema: Any, value: Any) -> str:
    text = xml.document(Schemas(document), schema, value)
    ElementTree.fromstring(text)
    return text


@pytest.mark.parametrize(("properties", "wanted"), XML, ids=[wanted for _, wanted in XML])
def test_xml_follows_the_xml_objects_of_its_schema(tmp_path: Path, properties: dict[str, Any], wanted: str):
    schema = {"type": "object", "properties": properties}
    value = {name: ["1", "2"] if "items" in part else "v" for name, part in properties.items()}
    text = _xml(_document(tmp_path, schema), schema, value).partition("\n")[2]
    assert wanted in "".join(line.strip() for line in text.splitlines())


def test_the_pet_of_the_pet_store_is_written_as_xml(tmp_path: Path):
    category = {"type": "object", "properties": {"id": {"type": "integer"}}, "xml": {"name": "category"}}
    tag = {"type": "object", "properties": {"name": _STRING}, "xml": {"name": "tag"}}
    pet = {
        "type": "object",
        "xml": {"name": "pet"},
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "kind": {"$ref": "#/components/schemas/Category"},
            "photos": {
                "type": "array",
                "items": {**_STRING, "xml": {"name": "url"}},
                "xml": {"wrapped": True},
            },
            "tags": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Tag"},
                "xml": {"wrapped": True},
            },
        },
    }
    schemas = {"Pet": pet, "Category": category, "Tag": tag}
    document = _loaded(tmp_path, {}, components={"schemas": schemas}).document
    value = {"id": 1, "kind": {"id": 2}, "photos": ["a&b"], "tags": [{"name": "x"}, {"name": "y"}]}
    assert _xml(document, {"$ref": "#/components/schemas/Pet"}, value) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<pet id="1">\n'
        "  <category>\n    <id>2</id>\n  </category>\n"
        "  <photos>\n    <url>a&amp;b</url>\n  </photos>\n"
        "  <tags>\n    <tag>\n      <name>x</name>\n    </tag>\n"
        "    <tag>\n      <name>y</name>\n    </tag>\n  </tags>\n"
        "</pet>"
    )
    pets = {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}, "xml": {"name": "tags"}}
    root = ElementTree.fromstring(_xml(document, pets, [{"name": "x"}]))
    assert (root.tag, [child.tag for child in root]) == ("tags", ["tag"])


def test_a_prefix_for_two_namespaces_is_declared_again_where_it_changes(tmp_path: Path):
    properties = {
        "a": {**_STRING, "xml": {"namespace": "urn:1", "prefix": "p"}},
        "b": {**_STRING, "xml": {"namespace": "urn:2", "prefix": "p"}},
    }
    schema = {"type": "object", "properties": properties}
    root = ElementTree.fromstring(_xml(_document(tmp_path, schema), schema, {"a": "1", "b": "2"}))
    assert [child.tag for child in root] == ["{urn:1}a", "{urn:2}b"]


@functools.cache
def _schemas() -> Schemas:
    return Schemas(load().document)


_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
_TREES = st.recursive(
    st.one_of(_ANY, st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_ANY, inner, max_size=3)),
    max_leaves=8,
)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(_TREES, _ANY, _ANY)
def test_any_value_under_any_name_is_well_formed(value: Any, name: str, prefix: str):
    schema = {"xml": {"name": name, "prefix": prefix, "namespace": "urn:x"}, "properties": {"a": {}}}
    text = xml.document(_schemas(), schema, {name: value, "a": value})
    ElementTree.fromstring(text)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20))
def test_text_in_xml_survives_a_round_trip(value: str):
    schema = {"properties": {"a": {"xml": {"attribute": True}}, "b": {}}}
    root = ElementTree.fromstring(xml.document(_schemas(), schema, {"a": value, "b": value}))
    assert (root.attrib["a"], root[0].text) == (value, value)


# --- Names ----------------------------------------------------------------------------------------------

_SECRET = "{{CLIENT_SECRET}}"


def _hostile(kind: str) -> dict[str, Any]:
    """An operation in which every name is a reference to a variable with a secret."""
    value = {_SECRET: _SECRET, "o": {_SECRET: _SECRET}, "l": [_SECRET], "f": ""}
    given = {"required": True, "schema": {}, "example": _SECRET}
    whole = {"application/json": {"example": value}}
    form = {"type": "object", "properties": {_SECRET: {}, "f": FILE}}
    encoding = {_SECRET: {"contentType": _SECRET}, "o": {"style": "deepObject"}}
    return {
        "parameters": [
            *({**given, "in": where, "name": _SECRET} for where in ("path", "query", "header", "cookie")),
            {**given, "in": "path", "name": f"{_SECRET}x"},
            {**given, "in": "query", "name": "d", "style": "deepObject", "example": value},
            {**given, "in": "query", "name": "r", "allowReserved": True},
            {**given, "in": "cookie", "name": "c", "style": "cookie"},
            {**given, "in": "header", "name": "X-A", "example": value},
            *(
                {"required": True, "in": where, "name": "j", "content": whole}
                for where in ("query", "header")
            ),
        ],
        "requestBody": {"content": {kind: {"schema": form, "example": value, "encoding": encoding}}},
        "responses": OK,
    }


@pytest.mark.parametrize(
    "kind",
    [
        *("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed"),
        *("application/xml", "text/event-stream", "application/x-ndjson", "text/plain", f"x/{_SECRET}"),
    ],
)
def test_no_name_in_a_description_becomes_a_reference_to_our_variables(tmp_path: Path, kind: str):
    path = f"/{_SECRET}/{{{_SECRET}}}/a{{{_SECRET}x}}b?{_SECRET}={_SECRET}&z={{{_SECRET}x}}"
    whole = {"name": "q", "in": "querystring", "content": {kind: {"example": {_SECRET: [_SECRET]}}}}
    paths = {
        path: {"post": _hostile(kind), "additionalOperations": {_SECRET: {"responses": OK}}},
        "/whole": {"get": {"parameters": [whole], "responses": OK}},
    }
    generate(_loaded(tmp_path, {}, paths=paths), tmp_path / "out", ["postman"])
    collection = json.loads((tmp_path / "out" / "bodies.postman_collection.json").read_text())
    found = items(collection)
    assert len(found) == 3
    for item in found:
        item["request"].pop("description")
        for entry in (*item["request"]["header"], *item["request"]["url"].get("query", ())):
            entry.pop("description", None)
        assert _SECRET not in json.dumps(item["request"])
    assert _SECRET not in json.dumps(collection["variable"])


# --- Saved examples -------------------------------------------------------------------------------------


def _saved(item: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, request body and response body of each saved example, without white space in the bodies."""
    return [
        (
            saved["name"],
            "".join(saved["originalRequest"].get("body", {}).get("raw", "").split()),
            "".join(saved["body"].split()),
        )
        for saved in item["response"]
    ]


def _named(**values: Any) -> dict[str, Any]:
    return {"examples": {name: {"value": value} for name, value in values.items()}}


def test_responses_are_paired_with_request_bodies_by_key_and_none_is_lost(tmp_path: Path):
    content = {
        "application/xml": {"schema": {"type": "object"}, **_named(cat={"x": 1})},
        "application/json": _named(cat=1, dog=2, bird=3),
    }
    responses = {
        "201": {"description": "Made", "content": {"application/json": _named(dog="D", cat="C")}},
        "400": {"description": "Bad", "content": {"application/json": _named(bird="B", other="O")}},
    }
    plan = _loaded(tmp_path, {"requestBody": {"content": content}, "responses": responses})
    assert _saved(_item(plan, tmp_path)) == [
        ("201 Created: dog", "2", '"D"'),
        ("201 Created: cat", "1", '"C"'),
        ("400 Bad Request: bird", "3", '"B"'),
        ("400 Bad Request: other", "1", '"O"'),
        (
            "Request: cat (application/xml)",
            '<?xmlversion="1.0"encoding="UTF-8"?><root><x>1</x></root>',
            '"D"',
        ),
    ]


def test_responses_are_paired_with_parameters_by_key(tmp_path: Path):
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {}, **_named(cat="1 a", dog="2", fish="3")},
        {"name": "q", "in": "query", "schema": {}, **_named(dog="wow")},
        {"name": "X-H", "in": "header", "schema": {}, **_named(fish="blub")},
    ]
    responses = {
        "200": {"description": "OK", "content": {"application/json": _named(dog=2)}},
        "404": {"description": "None", "content": {"application/json": _named(cat=1)}},
    }
    paths = {"/x/{id}": {"get": {"parameters": parameters, "responses": responses}}}
    item = _item(_loaded(tmp_path, {}, paths=paths), tmp_path)
    assert item["request"]["url"]["variable"][0]["value"] == "{{id}}"
    found = [
        (
            saved["name"],
            saved["originalRequest"]["url"]["raw"],
            saved["originalRequest"]["url"]["variable"][0]["value"],
            [header["key"] for header in saved["originalRequest"]["header"]],
        )
        for saved in item["response"]
    ]
    assert found == [
        ("200 OK", "{{baseUrl}}/x/:id?q=wow", "2", ["Accept"]),
        ("404 Not Found", "{{baseUrl}}/x/:id", "1 a", ["Accept"]),
        ("Request: fish", "{{baseUrl}}/x/:id", "3", ["X-H", "Accept"]),
    ]


def test_saved_examples_have_distinct_ids(tmp_path: Path):
    content = {name: _named(a=1, b=2) for name in ("application/json", "application/vnd.x+json")}
    responses = {s: {"description": "", "content": content} for s in ("200", "404", "default")}
    plan = _loaded(tmp_path, {"requestBody": {"content": content}, "responses": responses})
    ids = [saved["id"] for saved in _item(plan, tmp_path)["response"]]
    assert len(ids) == len(set(ids)) == 14


@pytest.mark.parametrize("value", [0, False, None, "", [], {}], ids=repr)
def test_an_example_with_a_falsy_value_is_kept(tmp_path: Path, value: Any):
    plan = _loaded(tmp_path, {"requestBody": {"content": {"application/json": {"example": value}}}})
    assert json.loads(_item(plan, tmp_path)["request"]["body"]["raw"]) == value


@pytest.mark.parametrize("media_type", [{}, {"schema": {}}, {"schema": {"$ref": "#/components/schemas/Any"}}])
def test_an_undescribed_json_body_is_an_empty_object(tmp_path: Path, media_type: dict[str, Any]):
    body = {"content": {"application/json": media_type}}
    plan = _loaded(tmp_path, {"requestBody": body}, components={"schemas": {"Any": {}}})
    assert json.loads(_item(plan, tmp_path)["request"]["body"]["raw"]) == {}


# --- Responses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["200", "404", "default"])
@pytest.mark.parametrize("kind", ["application/json", "application/xml", "text/plain", "application/zip"])
def test_a_response_to_head_has_the_media_type_of_get_but_no_body(tmp_path: Path, status: str, kind: str):
    schema = {
        "type": "object",
        "required": ["z"],
        "properties": {"z": {"type": "string", "description": "Zed"}},
    }
    schema = {"type": "string"} if kind in ("text/plain", "application/zip") else schema
    responses = {status: {"$ref": "#/components/responses/R"}}
    response = {"description": "OK", "content": {kind: {"schema": schema}}}
    paths = {"/x": {method: {"operationId": method, "responses": responses} for method in ("head", "get")}}
    plan = _loaded(tmp_path, {}, paths=paths, components={"responses": {"R": response}})
    generate(plan, tmp_path / "out")
    collection = json.loads((tmp_path / "out" / "bodies.postman_collection.json").read_text())
    (head, get) = (item["response"][0] for item in items(collection))
    assert head["body"] == ""
    assert head["header"] == get["header"] == [{"key": "Content-Type", "value": kind}]
    assert bool(get["body"]) == (kind != "application/zip")
    script = (tmp_path / "out" / "curl" / "scripts" / "head.sh").read_text()
    assert "OUTPUT" not in script
    page = (tmp_path / "out" / "curl" / "other.md").read_text().split("## get")[0]
    sentence = "A successful response returns HTTP status 200 (OK) and no payload."
    assert (sentence in page) == (status == "200")
    site = (tmp_path / "out" / "docs" / "index.html").read_text()
    assert site.count("Zed") == (1 if "required" in schema else 0)


def test_no_accept_header_is_sent_if_only_errors_have_a_body(tmp_path: Path):
    error = {"description": "No", "content": {"application/json": {"schema": {"type": "object"}}}}
    responses = {"204": {"description": "Done"}, "default": error}
    assert _item(_loaded(tmp_path, {"responses": responses}), tmp_path)["request"]["header"] == []
