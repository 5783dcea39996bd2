"""Difficult cases of sample values: one for each promise, with the resulting value."""

from __future__ import annotations

from typing import Any

import pytest
from support.sample_schemas import an_object, ref, sample

from generator.model.samples.scalars import numbers, strings
from generator.model.schemas.direction import Direction
from generator.model.schemas.quick_checks import NOTHING

UUID = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"
STRING, INTEGER, BOOLEAN = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}

CASES: dict[str, tuple[Any, Any]] = {
    # Documented values
    "example before default": ({"type": "integer", "default": 1, "example": 2}, 2),
    "the first of examples": ({"type": "string", "examples": ["a", "b"]}, "a"),
    "examples before default": ({"type": "string", "examples": ["a"], "default": "b"}, "a"),
    "no examples in examples": ({"type": "string", "examples": []}, "text"),
    "default before const": ({"type": "integer", "default": 0}, 0),
    "const": ({"const": {"a": [None]}}, {"a": [None]}),
    "a null among enum comes last": ({"enum": [None, "a"]}, "a"),
    "example 0": ({"type": "integer", "example": 0, "minimum": -1}, 0),
    "example false": ({"type": "boolean", "example": False}, False),
    "example null": ({"type": ["string", "null"], "example": None}, None),
    "example empty": ({"type": "string", "example": ""}, ""),
    "a parent's example before its properties'": (
        an_object(a={"type": "integer", "example": 5}) | {"example": {"a": 0}},
        {"a": 0},
    ),
    "a number as text": ({"type": "integer", "example": "12"}, 12),
    "text as a number": ({"type": "string", "example": 12}, "12"),
    "a boolean as text": ({"type": "boolean", "example": "false"}, False),
    "an object as text": (an_object(a=INTEGER) | {"example": '{"a": 1}'}, {"a": 1}),
    "a list as text": ({"type": "array", "items": STRING, "example": "a, b"}, ["a", "b"]),
    "one item instead of a list": ({"type": "array", "items": INTEGER, "example": 1}, [1]),
    "a date with its time": (
        {"type": "string", "format": "date", "example": "2020-02-29T12:00:00Z"},
        "2020-02-29",
    ),
    "an example that the schema refuses": ({"type": "integer", "example": 5, "maximum": 3}, 1),
    # Numbers
    "exclusive bounds": ({"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6}, 5),
    "between two whole numbers": ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    "a multiple within bounds": ({"type": "integer", "multipleOf": 7, "minimum": 10, "maximum": 15}, 14),
    "cents": ({"type": "number", "multipleOf": 0.01, "minimum": 2.335}, 2.34),
    "negative": ({"type": "integer", "maximum": -3}, -3),
    # Strings
    "a pattern with a length": (
        {"type": "string", "pattern": "^[A-Z]+$", "minLength": 6, "maxLength": 7},
        "ABCDEF",
    ),
    "a pattern of a date": ({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, "2026-01-15"),
    "a pattern that looks ahead": ({"type": "string", "pattern": r"^(?=.*\d)[a-z\d]{3}$"}, "a1b"),
    "a pattern of hexadecimal digits": ({"type": "string", "pattern": "^[0-9a-f]{8}$"}, "6fc09b53"),
    "a pattern of exactly so many": (
        {"type": "string", "pattern": "^[A-Z]{120}$"},
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 5)[:120],
    ),
    "a pattern of another dialect": ({"type": "string", "pattern": r"\Asnap-\p{Digit}{3}\z"}, "snap-123"),
    "a short email": ({"type": "string", "format": "email", "maxLength": 10}, "dsmit@b.co"),
    "a long address": (
        {"type": "string", "format": "uri", "minLength": 30},
        "https://www.example.com/path/p",
    ),
    "a format nobody knows": ({"type": "string", "format": "x-serial"}, "text"),
    # Arrays
    "minItems": ({"type": "array", "items": INTEGER, "minItems": 2}, [1, 1]),
    "maxItems 0": ({"type": "array", "items": INTEGER, "maxItems": 0}, []),
    "uniqueItems of an enum": (
        {"items": {"enum": ["a", "b"]}, "minItems": 2, "uniqueItems": True},
        ["a", "b"],
    ),
    "uniqueItems of booleans": ({"items": BOOLEAN, "minItems": 2, "uniqueItems": True}, [True, False]),
    "uniqueItems of objects": (
        {"items": an_object(id=INTEGER), "minItems": 2, "uniqueItems": True},
        [{"id": 1}, {"id": 2}],
    ),
    "prefixItems": ({"prefixItems": [{"const": "a"}, INTEGER], "items": False}, ["a", 1]),
    "prefixItems and more": ({"prefixItems": [{"const": "a"}], "items": INTEGER, "minItems": 3}, ["a", 1, 1]),
    "contains": ({"type": "array", "items": INTEGER, "contains": {"minimum": 5}}, [5]),
    "minContains": ({"type": "array", "contains": {"const": 1}, "minContains": 2}, [1, 1]),
    # Objects
    "additionalProperties": ({"type": "object", "additionalProperties": INTEGER}, {"key": 1}),
    "a required name that is not listed": ({"type": "object", "required": ["city"]}, {"city": "San Jose"}),
    "minProperties of a condition": (
        {"type": "object", "if": {"maxProperties": 2}, "then": {"minProperties": 4}},
        {"key": "value", "key2": "value", "key3": "value", "key4": "value"},
    ),
    "minItems of a condition": (
        {"type": "array", "items": INTEGER, "if": {"maxItems": 2}, "then": {"minItems": 4}},
        [1, 1, 1, 1],
    ),
    "minProperties": (an_object(a=INTEGER) | {"minProperties": 2}, {"a": 1, "key": "value"}),
    "maxProperties": (an_object(a=INTEGER, b=INTEGER) | {"maxProperties": 1, "required": ["b"]}, {"b": 1}),
    "dependentRequired": (an_object(a=INTEGER) | {"dependentRequired": {"a": ["b"]}}, {"a": 1, "b": "b"}),
    "patternProperties": ({"type": "object", "patternProperties": {"^x-": INTEGER}}, {"x-key": 1}),
    "propertyNames": (
        {"type": "object", "propertyNames": {"enum": ["en"]}, "additionalProperties": STRING},
        {"en": "value"},
    ),
    "names of JavaScript's own": (
        an_object(**{"constructor": INTEGER, "__proto__": INTEGER, "toString": INTEGER}),
        {"constructor": 1, "__proto__": 1, "toString": 1},
    ),
    "a property that nothing fits": (an_object(a=False, b=INTEGER), {"b": 1}),
    # Several schemas
    "allOf": ({"allOf": [an_object(a=INTEGER), an_object(b=INTEGER)]}, {"a": 1, "b": 1}),
    "allOf with siblings": ({"allOf": [an_object(a=INTEGER)], **an_object(b=INTEGER)}, {"a": 1, "b": 1}),
    "a reference with siblings": (
        {**ref("Address"), "required": ["zip", "street"], "maxProperties": 2},
        {"zip": "95110", "street": "1 Main Street"},
    ),
    "limits of all": ({"allOf": [{"minimum": 2}, {"minimum": 3}, {"maximum": 3}], "type": "integer"}, 3),
    "multiples of all": (
        {"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "integer", "minimum": 1},
        12,
    ),
    "values of all": ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, "b"),
    "a closed branch": (
        {"allOf": [an_object(a=INTEGER) | {"additionalProperties": False}, an_object(a=INTEGER, b=INTEGER)]},
        {"a": 1},
    ),
    "a closed branch last": (
        {"allOf": [an_object(b=INTEGER), an_object(a=INTEGER) | {"additionalProperties": False}]},
        {"a": 1},
    ),
    "closed as a whole": (
        {"allOf": [an_object(a=INTEGER)], **an_object(b=INTEGER), "unevaluatedProperties": False},
        {"a": 1, "b": 1},
    ),
    "oneOf of what is required": (
        an_object(a=INTEGER, b=INTEGER, c=INTEGER) | {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": 1, "c": 1},
    ),
    "anyOf of what is required": (
        an_object(a=INTEGER, b=INTEGER) | {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": 1, "b": 1},
    ),
    "anyOf beside the keywords of all": (
        {"type": "object", "required": ["a"], "anyOf": [an_object(a=BOOLEAN), an_object(a=STRING)]},
        {"a": True},
    ),
    "two choices at once": (
        {"allOf": [{"oneOf": [an_object(a=INTEGER)]}, {"oneOf": [an_object(b=INTEGER)]}]},
        {"a": 1, "b": 1},
    ),
    "a choice by an example": (
        an_object(kind={"type": "string", "example": "b"})
        | {"oneOf": [an_object(kind={"const": "a"}), an_object(kind={"const": "b"}, b=INTEGER)]},
        {"kind": "b", "b": 1},
    ),
    "null last": ({"oneOf": [{"type": "null"}, INTEGER]}, 1),
    "a discriminator": (
        {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}},
        {"kind": "Cat", "purrs": True},
    ),
    "a discriminator's mapping": (
        {"oneOf": [ref("Cat")], "discriminator": {"propertyName": "kind", "mapping": {"tabby": "Cat"}}},
        {"kind": "tabby", "purrs": True},
    ),
    "a parent's discriminator": (ref("Dog"), {"kind": "dog", "bark": True}),
    "not": (an_object(a=INTEGER, b=INTEGER) | {"not": {"required": ["a", "b"]}}, {"a": 1}),
    "not one of these": ({"type": "string", "not": {"enum": ["text"]}}, "text-2"),
    "if and then": (
        an_object(kind={"enum": ["card", "cash"]}, cvc=STRING)
        | {"if": {"properties": {"kind": {"const": "card"}}}, "then": {"required": ["cvc"]}},
        {"kind": "card", "cvc": "123"},
    ),
    "else, by an example": (
        an_object(country={"type": "string", "example": "DE"})
        | {
            "if": {"properties": {"country": {"const": "US"}}},
            "then": {"required": ["state"]},
            "else": {"required": ["vatNumber"]},
        },
        {"country": "DE", "vatNumber": "DE123456789"},
    ),
    # Recursion
    "a list closes a circle": (ref("Tree"), {"value": 1, "children": []}),
    "null closes a circle": (ref("Chain"), {"next": None}),
    "a choice of itself": (ref("Itself"), True),
    # A schema used twice
    "the same object twice": (
        an_object(home=ref("Address"), work=ref("Address")),
        {"home": {"city": "San Jose", "zip": "95110"}, "work": {"city": "San Jose", "zip": "95110"}},
    ),
    "the same string by its names": (
        an_object(city=ref("Text"), email=ref("Text")),
        {"city": "San Jose", "email": "dsmith@example.com"},
    ),
}


@pytest.mark.parametrize(("schema", "value"), CASES.values(), ids=CASES)
def test_the_sample_follows_the_schema_and_its_annotations(schema, value):
    assert sample(schema) == (value, [])


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "nullable": True, "default": None}, None),
        ({"type": "string", "nullable": True}, "text"),
        ({"nullable": True, "type": "string", "enum": ["a"]}, "a"),
        ({"type": "integer", "minimum": 4, "exclusiveMinimum": True}, 5),
        ({"type": "number", "minimum": 4, "exclusiveMinimum": False}, 4),
        ({**ref("Text"), "maxLength": 1, "description": "Nothing counts beside a reference."}, "text"),
        (
            an_object(next={"nullable": True, "allOf": [ref("Endless")]}) | {"required": ["next"]},
            {"next": None},
        ),
    ],
)
def test_keywords_of_openapi_3_0_have_their_meaning_there(schema, value):
    assert sample(schema, "3.0") == (value, [])


def test_a_request_leaves_out_read_only_properties_wherever_declared_and_even_if_required():
    hidden = {"type": "string", "readOnly": True}
    schema = an_object(
        a=hidden,
        b={"allOf": [ref("Text")], "readOnly": True},
        c={**ref("Text"), "readOnly": True},
        d=an_object(a=hidden, e=INTEGER) | {"required": ["a"]},
        f={"type": "array", "items": an_object(a=hidden, g=INTEGER)},
    ) | {"required": ["a", "b", "c", "d"]}
    assert sample(schema) == ({"d": {"e": 1}, "f": [{"g": 1}]}, [])
    shown = sample(
        schema | {"properties": {**schema["properties"], "h": {"writeOnly": True}}},
        direction=Direction.RESPONSE,
    )
    assert (list(shown[0]), shown[1]) == (["a", "b", "c", "d", "f"], [])


@pytest.mark.parametrize(
    "schema",
    [
        ref("Endless"),
        False,
        {"type": "string", "not": {"type": "string"}},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "string", "pattern": "^a$", "minLength": 2},
        {"type": "array", "items": {"enum": ["a"]}, "minItems": 2, "uniqueItems": True},
    ],
)
def test_a_warning_names_the_place_if_no_valid_value_is_found(schema):
    _, warnings = sample(schema)
    assert len(warnings) == 1
    assert "value was found" in warnings[0]


def test_the_rest_is_built_even_if_one_part_contradicts_itself():
    broken = {"type": "string", "pattern": "^a$", "minLength": 2, "example": "ab"}
    value, warnings = sample(an_object(a=broken, b=INTEGER) | {"required": ["a"]})
    assert (value, len(warnings)) == ({"a": "ab", "b": 1}, 1)
    assert sample(an_object(a=broken, b=INTEGER)) == ({"b": 1}, [])
    assert sample(False)[0] is NOTHING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("city", "San Jose"),
        ("billingCity", "San Jose"),
        ("shipping_country_code", "US"),
        ("CountryName", "United States"),
        ("userEmail", "dsmith@example.com"),
        ("useremail", "dsmith@example.com"),
        ("first_name", "David"),
        ("projectName", "Example project"),
        ("IPAddress", "192.0.2.10"),
        ("birthDate", "1990-05-17"),
        ("endDate", "2026-01-31"),
        ("createdAt", "2026-01-15T09:30:00Z"),
        ("expires_at", "2026-12-31T23:59:59Z"),
        ("avatarUrl", "https://www.example.com/image.png"),
        ("redirect_uri", "https://www.example.com/callback"),
        ("fileName", "report.pdf"),
        ("backgroundColor", "#336699"),
        ("lang", "en"),
        ("iban", "DE89370400440532013000"),
        ("orderId", "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"),
        ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("refresh_token", "example-token"),
        ("ending_before", UUID),
        ("starting_after", UUID),
        ("next_cursor", "ZXhhbXBsZQ=="),
        ("pageToken", "ZXhhbXBsZQ=="),
        ("creditNoteId", UUID),
        ("credit_note", "CN-1001"),
        ("key", "example-key"),
        ("permissions", "read"),
        ("statusCode", "200"),
        # Endings with another meaning
        ("capacity", "100"),
        ("candidate", "candidate"),
        ("awayFrom", "away-from"),
        ("paid", "paid"),
        ("curl", "curl"),
        ("conversion", "conversion"),
    ],
)
def test_a_string_follows_its_name(name, value):
    assert next(strings({}, name)) == value


@pytest.mark.parametrize(
    ("schema", "name", "value"),
    [
        ({"format": "date"}, "birthDate", "1990-05-17"),
        ({"format": "date-time"}, "endDate", "2026-01-31T00:00:00Z"),
        ({"format": "uri"}, "imageUrl", "https://www.example.com/image.png"),
        ({"format": "uuid"}, "city", "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"),
        ({"description": "The repository, e.g. `octocat/hello`."}, "name", "octocat/hello"),
        ({"description": "Three letters by ISO 4217."}, "kind", "USD"),
        ({"description": "When, as YYYY-MM-DD."}, "when", "2026-01-15"),
        # IDs, even if the last word of the name has another meaning elsewhere
        ({"description": "ID of the credit note."}, "credit_note", UUID),
        ({"description": "The identifier of the customer."}, "customer", UUID),
        ({"description": "Unique identifier for the price."}, "price", UUID),
        ({"description": "A cursor: an object that is an object ID in the list."}, "before", UUID),
        ({"description": "The user's ID."}, "user", UUID),
        ({"description": "The name or ID of the network."}, "name", "Example"),
        ({"description": "Your ID card's issuer."}, "issuer", "https://www.example.com/"),
        # Cursors and tokens
        ({"description": "A cursor, as the Link header has it."}, "after", "ZXhhbXBsZQ=="),
        ({"description": "The pagination token of the next page."}, "token", "ZXhhbXBsZQ=="),
        ({"description": "The access token."}, "token", "example-token"),
        ({"description": "The address where the cursor leads."}, "url", "https://www.example.com/"),
        # Listed words
        ({"description": "Direction of the call: one of `inbound`, `outbound`."}, "direction", "inbound"),
        ({"description": "Either 'open' or 'closed'."}, "state", "open"),
        ({"description": 'Valid values are: "asc" and "desc".'}, "how", "asc"),
        ({"description": "Can be <code>xml</code> or <code>json</code>."}, "kind", "xml"),
        ({"description": "Must be `name` of an existing thing."}, "status", "active"),
        # The beginning of a description, if the name says nothing
        ({"description": "The email address of the sender."}, "from", "dsmith@example.com"),
        ({"description": "The phone number that is called."}, "to", "+1-555-0100"),
        ({"description": "The URL of the memo."}, "memo", "https://www.example.com/"),
        ({"description": "Timestamp of the commit."}, "date", "2026-01-15T09:30:00Z"),
        ({"description": "The name of the user, to be shown."}, "displayName", "David Smith"),
        ({"description": "What the folder is called."}, "displayName", "Example"),
        ({"description": "For example `<name>`."}, "kind", "standard"),
    ],
)
def test_a_string_follows_its_format_and_description(schema, name, value):
    assert next(strings(schema, name)) == value


@pytest.mark.parametrize(
    ("name", "whole", "value"),
    [
        ("unitPrice", False, 19.99),
        ("latitude", False, 37.3382),
        ("page_size", True, 20),
        ("totalCount", True, 42),
        ("statusCode", True, 200),
        ("port", True, 443),
        ("expires_in", True, 3600),
        ("createdAt", True, 1768469400),
        ("imageWidth", True, 1280),
        ("status", True, 200),
        ("bindStatus", True, 1),
        ("amount", True, 1999),
        ("rateLimitMax", True, 100),
        ("percentage", False, 25),
        ("id", True, 1),
    ],
)
def test_a_number_follows_its_name(name, whole, value):
    assert next(numbers({}, name, whole=whole)) == value
