"""Variations of parameters, credentials and bodies that must be refused, and the expected status."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.varied import body, plan, variations

from generator.auth.ims import IMS
from generator.auth.profile import NO_PROFILE, Profile
from generator.targets.postman.scripts.expected_refusal import refusal


def _of_query(tmp_path: Path, schema: Any, **more: Any) -> list[tuple[str, str, Any]]:
    parameter = {"name": "q", "in": "query", "schema": schema, **more}
    found = variations(tmp_path, {"parameters": [parameter]}, method="get")
    return [(v.kind, v.what, *v.value) for v in found]


# --- Parameters -----------------------------------------------------------------------------------------


def test_a_parameter_is_violated_only_by_text_that_has_no_valid_interpretation(tmp_path):
    assert _of_query(tmp_path, {"type": "integer", "minimum": 1, "maximum": 9}) == [
        ("type", 'q: "text" is not an integer', "text"),
        ("bound", "q: 0 is below 1", 0),
        ("bound", "q: 10 is above 9", 10),
    ]
    # Everything sent is a string, and may be read as a number too.
    assert _of_query(tmp_path, {"type": "string"}) == []
    assert _of_query(tmp_path, {"type": ["integer", "string"]}) == []
    assert _of_query(tmp_path, {"enum": [1, "1"]}) == [("enum", 'q: 2 is none of 1, "1"', 2)]
    assert (
        _of_query(tmp_path, {"type": "string", "minLength": 1}) == []
    )  # an empty text may be read as a missing one


def test_items_of_a_list_in_a_query_and_their_number_are_violated(tmp_path):
    schema = {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "integer"}}
    assert _of_query(tmp_path, schema, example=[1]) == [
        ("items", "q: 3 items, more than 2", [1, 1, 1]),
        ("type", 'q[0]: "text" is not an integer', ["text"]),
    ]


def test_a_json_parameter_is_violated_like_a_body(tmp_path):
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    parameter = {"name": "q", "in": "query", "content": {"application/json": {"schema": schema}}}
    found = variations(tmp_path, {"parameters": [parameter]}, method="get")
    assert {(v.what, str(v.value[0])) for v in found} == {
        ('q: "text" is not an object', "text"),
        ("without q.a", "{}"),
        ("q.a: 5 is not a string", "{'a': 5}"),
    }
    assert {v.place.at.partition("/schema")[0] for v in found} == {
        "/paths/~1x/get/parameters/0/content/application~1json"
    }


def test_required_parameters_and_headers_are_left_out(tmp_path):
    names = (
        ("path", "id"),
        ("query", "q"),
        ("header", "X-Key-Of"),
        ("cookie", "c"),
        ("header", "Content-Type"),
    )
    parameters = [{"name": n, "in": i, "required": True, "schema": {"type": "string"}} for i, n in names]
    found = variations(tmp_path, {"parameters": parameters}, path="/x/{id}")
    assert [v.what for v in found if v.kind == "missing"] == [
        "without q",
        "without header X-Key-Of",
        "without cookie c",
    ]


@pytest.mark.parametrize("name", ["Accept", "content-type"])
def test_a_header_parameter_that_openapi_ignores_has_no_constraints(name, tmp_path):
    header = {"name": name, "in": "header", "required": True, "schema": {"const": "text/csv"}}
    found = variations(tmp_path, {"parameters": [header], **body({})}, method="post")
    assert [v.what for v in found] == ["Content-Type: text/plain", "a body that is not JSON"]


def test_headers_and_path_segments_are_violated_only_by_values_that_arrive_unchanged(tmp_path):
    pattern = {"type": "string", "pattern": "^[a-z]+$"}
    parameters = [
        {"name": n, "in": i, "required": True, "schema": pattern}
        for i, n in (("path", "id"), ("header", "X-A"))
    ]
    found = variations(tmp_path, {"parameters": parameters}, path="/x/{id}", method="get")
    for variation in found:
        for value in variation.value:
            assert str(value).isascii()
            assert not set(str(value)) & set("/?# ")


@pytest.mark.parametrize(
    ("schema", "example", "unknown"),
    [
        ({"type": "string"}, "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6", "00000000-0000-4000-8000-000000000000"),
        ({"type": "string"}, "abc", "unknown"),
        ({"type": "string", "pattern": "^[0-9]{6}$"}, "123456", "000000"),
        ({"type": "integer"}, 7, 999_999_999),
        ({"type": "integer", "maximum": 100}, 7, 99),
        ({"enum": ["a", "b"]}, "a", None),
        ({"type": "boolean"}, True, None),
    ],
)
def test_an_unknown_id_has_the_form_of_a_known_one(tmp_path, schema, example, unknown):
    parameter = {"name": "id", "in": "path", "required": True, "schema": schema, "example": example}
    found = variations(tmp_path, {"parameters": [parameter]}, path="/x/{id}", method="get")
    assert [v.value[0] for v in found if v.kind == "unknown"] == ([] if unknown is None else [unknown])


def test_a_put_may_create_its_resource_unless_it_documents_a_404(tmp_path):
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    given = {"parameters": [parameter]}
    assert variations(tmp_path, given, path="/x/{id}", method="put") == ()
    documented = {**given, "responses": {"404": {"description": "No"}}}
    (found,) = variations(tmp_path, documented, path="/x/{id}", method="put")
    assert found.kind == "unknown"


# --- Credentials ----------------------------------------------------------------------------------------


def _schemes(**schemes: dict[str, str]) -> dict[str, Any]:
    return {"components": {"securitySchemes": schemes}}


BEARER = {"type": "http", "scheme": "bearer"}
BASIC = {"type": "http", "scheme": "basic"}
KEY = {"type": "apiKey", "in": "query", "name": "key"}


@pytest.mark.parametrize(
    ("security", "whats"),
    [
        ([{"token": []}], ["no access token", "a wrong access token"]),
        ([{"user": []}], ["no user and password", "a wrong password"]),
        ([{"key": []}], ["no API key in key", "a wrong API key in key"]),
        (
            [{"token": [], "key": []}],
            ["no access token", "a wrong access token", "no API key in key", "a wrong API key in key"],
        ),
        ([{"token": []}, {"key": []}], ["no access token", "a wrong access token"]),
        # A credential that isn't needed can be missing without effect.
        ([{"token": [], "key": []}, {"key": []}], ["no API key in key", "a wrong API key in key"]),
        ([{"token": []}, {}], []),
        ([], []),
    ],
)
def test_each_needed_credential_is_omitted_and_wrong_once(tmp_path, security, whats):
    more = _schemes(token=BEARER, user=BASIC, key=KEY)
    found = variations(tmp_path, {"security": security}, **more)
    assert [v.what for v in found] == whats
    assert {v.place.location for v in found} <= {"security"}


def test_a_credential_declared_as_a_header_is_needed_if_required(tmp_path):
    def header(required: bool) -> dict[str, Any]:
        return {"name": "X-Api-Key", "in": "header", "required": required, "schema": {"type": "string"}}

    assert [v.what for v in variations(tmp_path, {"parameters": [header(True)]})] == [
        "no API key in X-Api-Key",
        "a wrong API key in X-Api-Key",
    ]
    assert variations(tmp_path, {"parameters": [header(False)]}) == ()


# --- Bodies ---------------------------------------------------------------------------------------------


def test_a_body_is_omitted_malformed_and_of_an_unsupported_media_type(tmp_path):
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}, "example": {}}}}
    found = variations(tmp_path, {"requestBody": body})
    assert [(v.kind, v.what) for v in found] == [
        ("missing", "without a body"),
        ("media-type", "Content-Type: text/plain"),
        ("syntax", "a body that is not JSON"),
        ("type", 'the body: "text" is not an object'),
    ]


@pytest.mark.parametrize(
    ("taken", "sent"),
    [
        (["application/json"], ["text/plain"]),
        (["application/json", "text/plain"], ["application/xml"]),
        (["application/json", "text/*"], ["application/xml"]),
        (["text/plain", "application/xml"], ["application/json"]),
        (["*/*"], []),
        (["multipart/form-data"], []),
    ],
)
def test_the_wrong_media_type_is_one_that_the_operation_does_not_accept(tmp_path, taken, sent):
    content = {name: {"schema": {"type": "string"}, "example": "a"} for name in taken}
    found = variations(tmp_path, {"requestBody": {"content": content}})
    assert [v.media_type for v in found if v.kind == "media-type"] == sent


def test_the_fields_of_a_form_are_violated_as_text(tmp_path):
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 3},
            "age": {"type": "integer"},
            "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
        },
    }
    media_type = {"schema": schema, "example": {"name": "Ann", "age": 5, "tags": ["a"]}}
    content = {"application/x-www-form-urlencoded": media_type}
    found = variations(tmp_path, {"requestBody": {"content": content}})
    assert {v.what for v in found} == {
        "Content-Type: text/plain",
        "without name",
        "name: 4 characters, more than 3",
        'age: "text" is not an integer',
        'tags[0]: "unknown" is none of a, b',
    }


def test_a_request_that_needs_a_file_is_refused_without_it(tmp_path):
    parts = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
    body = {"required": True, "content": {"multipart/form-data": {"schema": parts}}}
    parameter = {"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}}
    found = variations(
        tmp_path,
        {"requestBody": body, "parameters": [parameter], "security": [{"token": []}]},
        **_schemes(token=BEARER),
    )
    assert [v.what for v in found] == ["no access token", "a wrong access token", "without a body"]


# --- Expected status ------------------------------------------------------------------------------------


def _refusal(tmp_path: Path, kind: str, *statuses: str, profile: Profile = NO_PROFILE) -> tuple[Any, str]:
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        {"name": "X-A", "in": "header", "required": True, "schema": {"const": "a"}},
    ]
    (operation,) = plan(
        tmp_path,
        {
            "parameters": parameters,
            "security": [{"token": [], "key": []}],
            "responses": {status: {"description": "No"} for status in statuses},
            **body({"type": "object", "properties": {"a": {"type": "string"}}}),
        },
        path="/x/{id}",
        **_schemes(token=BEARER, key=KEY),
    ).api.operations
    place, _, kind = kind.rpartition(" ")
    first = next(v for v in operation.variations() if v.kind == kind and v.place.location.startswith(place))
    found = refusal(operation, first, profile)
    return found.codes, found.words


def test_the_expected_status_is_the_documented_one(tmp_path):
    all_ = ("200", "400", "401", "403", "404", "406", "415", "422", "429")
    expected = {
        "token": (401, 403),
        "key": (401, 403),
        "unknown": (404,),
        "media-type": (415, 400, 422),
        "syntax": (400, 422),
        "body type": (400, 422),
        "path type": (400, 422, 404),
        "header enum": (400, 422),
    }
    assert {kind: _refusal(tmp_path, kind, *all_)[0] for kind in expected} == expected
    assert _refusal(tmp_path, "token", "401") == ((401,), "401 Unauthorized")
    assert _refusal(tmp_path, "media-type", "400") == ((400,), "400 Bad Request")
    assert _refusal(tmp_path, "syntax", "422") == ((400, 422), "400 Bad Request or 422 Unprocessable Content")
    assert _refusal(tmp_path, "body type", "200", "4XX") == ((), "4xx")
    assert _refusal(tmp_path, "body type", "200", "default") == ((), "4xx")


def test_with_adobes_identity_service_the_expected_status_is_that_of_its_gateway(tmp_path):
    expected = {"token": 401, "key": 403, "unknown": 404, "media-type": 400, "syntax": 400, "body type": 400}
    found = {kind: _refusal(tmp_path, kind, "200", profile=IMS)[0] for kind in expected}
    assert found == {kind: (code,) for kind, code in expected.items()}
