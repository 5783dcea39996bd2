"""Rows of ``--iteration-data``: a row replaces the values of the sample in the body that is sent."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import SECRET, environment_file
from support.recorder import recorder
from support.runtimes import RUNTIMES, Runtime

from generator import generate, load

NEWMAN = RUNTIMES[0]
CREATE = "Create a privacy job"


@pytest.fixture(params=RUNTIMES, ids=[runtime.name for runtime in RUNTIMES])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    return request.param


def _run(runtime: Runtime, generated, local, folder: Path, data: Path):
    return runtime.run(
        runtime.collection(generated.folder), local.environment, folder, only=CREATE, data=data
    )


def _created(local) -> list[dict[str, Any]]:
    calls = [e for e in local.mock.log if e["method"] == "POST" and e["path"].endswith("/jobs")]
    assert all(call["status"] == 202 for call in calls)
    return [json.loads(call["body"]) for call in calls]


def _words(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


# --- Data subjects ------------------------------------------------------------------------------------------


def _subject(key: str, **identity: Any) -> dict[str, Any]:
    return {"key": key, "action": ["delete"], "userIDs": [{"type": "standard", **identity}]}


SUBJECTS = [
    _subject("first", namespace="email", value="a+b@example.com"),
    _subject("second", namespace="ECID", value="443636576799758681021090721276"),
    _subject(
        'third, with a comma\nand "ü"',
        namespace="Phone",
        value="007",
        namespaceId=7,
        isDeletedClientSide=True,
    ),
]


def _csv(path: Path, rows: list[dict[str, Any]], quoting: int = csv.QUOTE_ALL) -> Path:
    """Write a CSV file like spreadsheets do: with a byte order mark, and lines that end in CR LF."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, columns, quoting=quoting)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _row(subject: dict[str, Any]) -> dict[str, Any]:
    identity = {
        f"body.users.0.userIDs.0.{name}": json.dumps(value) if not isinstance(value, str) else value
        for name, value in subject["userIDs"][0].items()
    }
    return {"body.users.0.key": subject["key"], "body.users.0.action.0": subject["action"][0], **identity}


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_each_data_subject_becomes_a_separate_request(kind, runtime, ours, mocked, tmp_path):
    local = mocked(ours)
    if kind == "csv":
        data = _csv(tmp_path / "subjects.csv", [_row(subject) for subject in SUBJECTS])
    else:
        data = tmp_path / "subjects.json"
        data.write_text(json.dumps([{"body": {"users": [subject]}} for subject in SUBJECTS]))
    done = _run(runtime, ours, local, tmp_path, data)
    assert done.code == 0, done.output
    created = _created(local)
    assert [body["users"] for body in created] == [[subject] for subject in SUBJECTS]
    # Values that no row has are the sample's; the organization is the value of a variable.
    assert all(body["regulation"] == "ccpa" for body in created)
    assert all(body["companyContexts"][0]["value"].endswith("@AdobeOrg") for body in created)
    assert len(local.mock.token_calls()) == 1


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_example_files_create_the_jobs_of_the_sample(kind, ours, mocked, tmp_path):
    local = mocked(ours)
    done = _run(NEWMAN, ours, local, tmp_path, ours.folder / "data" / f"createPrivacyJob.{kind}")
    assert done.code == 0, done.output
    created = _created(local)
    assert [[user["key"] for user in body["users"]] for body in created] == [["DavidSmith"], ["user12345"]]
    assert created[1]["users"][0]["action"] == ["access", "delete"]


def test_rows_are_guarded_like_any_write(ours, mocked, tmp_path):
    local = mocked(ours, {"ALLOW_WRITES": "false"})
    done = _run(NEWMAN, ours, local, tmp_path, ours.folder / "data" / "createPrivacyJob.csv")
    assert done.code == 0, done.output
    assert done.output.count("[skipped]") == 2
    assert local.mock.log == []


def test_a_cell_cannot_refer_to_a_variable(runtime, ours, mocked, tmp_path):
    local = mocked(ours)
    row = _row(_subject("{{CLIENT_SECRET}}", namespace="email", value="{{{ACCESS_TOKEN}}} {{$guid}}"))
    done = _run(runtime, ours, local, tmp_path, _csv(tmp_path / "hostile.csv", [row]))
    assert done.code == 0, done.output
    (body,) = _created(local)
    assert body["users"][0]["key"] == "{{CLIENT_SECRET}}"
    assert body["users"][0]["userIDs"][0]["value"] == "{{{ACCESS_TOKEN}}} {{$guid}}"
    assert all(SECRET not in e["body"] for e in local.mock.log if not e["path"].startswith("/ims/"))


#: Invalid rows and their messages. With each of them, the data subjects of the sample would have been sent.
MISTAKES: dict[str, dict[str, Any]] = {
    "the body has no place for the column body.user.0.key.": {"body.user.0.key": "a"},
    "the body has no place for the column body.user.": {"body": {"user": []}},
    "the cell of body.users is not a list.": {"body": {"users": {}}},
    "the cell of body.users.0 is not an object.": {"body": {"users": [["a"]]}},
    "the body has no place for the column body.users.0.kye.": {
        "body.users.0.key": "a",
        "body.users.0.kye": "b",
    },
    "the body has no place for the column body.users.key.": {"body.users.key": "a"},
    "the body has no place for the column body.users.01.key.": {"body.users.01.key": "a"},
    "the body has no place for the column body.users.0.action.": {"body.users.0.action": "access"},
    "the body has no place for the column body.regulation.0.": {"body.regulation.0": "ccpa"},
    "the body has no place for the column body.users.0.__proto__.key.": {"body.users.0.__proto__.key": "a"},
    "the body has no place for the column body.constructor.": {"body.constructor": "a"},
    "the body has no place for the column body.users.0.userIDs.0.worth.": {
        "body": {"users": [{"key": "a", "userIDs": [{"worth": "b"}]}]}
    },
    "the body has no place for the column body.": {"body": "a"},
    "the column users.0.key is not a place in the body: those begin with body., as body.users.0.key does.": {
        "users.0.key": "a"
    },
    "the column Users.key is not a place in the body": {"Users.key": "a"},
    "the column users is not a place in the body": {"users": [{"key": "a"}]},
    "the column bdy.users.0.key is not a place in the body": {"bdy.users.0.key": "a"},
    "the column Body.users.0.key is not a place in the body": {"Body.users.0.key": "a"},
    "the column body users is not a place in the body": {"body users": "a"},
    "no column of the row is a place of the body": {"email": "a@example.com"},
    "the row is empty.": {"body.users.0.key": "", "body.regulation": None},
    "the row is empty": {"body": {}},
    "the cell of API_KEY is not text.": {"body.users.0.key": "a", "API_KEY": {"a": "b"}},
    "the cell of IMS_ORG names a variable.": {
        "body.users.0.key": "a",
        "IMS_ORG": "{{CLIENT_SECRET}}",
    },
    "the cell of JOB_ID names a variable.": {"body.users.0.key": "a", "JOB_ID": "{{CLIENT_SECRET}}"},
    "the cell of PAGE names a variable.": {"body.users.0.key": "a", "PAGE": {"a": "{{CLIENT_SECRET}}"}},
    # At the start of another variable's value, this would form a pair.
    "the cell of SIZE names a variable.": {"body.users.0.key": "a", "SIZE": "a{"},
    "the cell of body.users is not JSON.": {"body.users": "[{]"},
    "the cell of body.users.0.key was read as a number and may have lost digits: put it in quotes.": {
        "body.users.0.key": 7
    },
    "the cell of body.users.0.userIDs.0.value was rounded by a spreadsheet: make its column one of text.": {
        "body.users.0.userIDs.0.value": "4.43637E+29"
    },
    "the cell of body.mergePolicyId is not of type integer.": {"body.mergePolicyId": "six"},
    "the cell of body.users.0.userIDs.0.isDeletedClientSide is not of type boolean.": {
        "body.users.0.userIDs.0.isDeletedClientSide": "yes"
    },
    "the cell of body.users.0.userIDs.0.namespaceId is not of type integer.": {
        "body.users.0.userIDs.0.namespaceId": 9007199254740993
    },
}


def test_an_invalid_row_sends_nothing(ours, mocked, tmp_path):
    local = mocked(ours)
    data = tmp_path / "mistakes.json"
    data.write_text(json.dumps(list(MISTAKES.values())))
    done = _run(NEWMAN, ours, local, tmp_path, data)
    assert done.code == 1
    said = re.findall(r"iteration: \d+ Not sent: (.*?) at assertion", _words(done.output))
    assert len(said) == len(MISTAKES)
    for sentence, expected in zip(said, MISTAKES, strict=True):
        assert expected in sentence
    assert _created(local) == []


def test_digits_that_a_csv_parser_read_as_a_number_are_refused(runtime, ours, mocked, tmp_path):
    local = mocked(ours)
    row = _row(_subject("a", namespace="ECID", value="443636576799758681021090721276"))
    done = _run(runtime, ours, local, tmp_path, _csv(tmp_path / "bare.csv", [row], csv.QUOTE_MINIMAL))
    assert done.code != 0
    assert "The row fits the body" in _words(done.output)
    # In format 3, the Postman CLI ends the run with its own error before it prints failures.
    assert runtime.format3 or "put it in quotes" in _words(done.output)
    assert _created(local) == []


def test_a_row_with_data_subjects_never_sends_those_of_the_sample(ours, mocked, tmp_path):
    """This holds whichever of its cells are empty."""
    local = mocked(ours)
    rows = [
        {"body.users.0.key": "", "body.users.1.key": "b", "body.regulation": ""},
        {"body.users.0.key": "", "body.users.1.key": "", "body.regulation": "gdpr"},
    ]
    done = _run(NEWMAN, ours, local, tmp_path, _csv(tmp_path / "gaps.csv", rows))
    assert done.code == 1
    bodies = [json.loads(e["body"]) for e in local.mock.log if e["path"].endswith("/jobs")]
    assert [(body.get("users"), body["regulation"]) for body in bodies] == [
        ([{"key": "b"}], "ccpa"),
        (None, "gdpr"),
    ]


# --- Any API ------------------------------------------------------------------------------------------------


def _body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"content": content}, "responses": {"200": {"description": "Fine"}}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "http://127.0.0.1:9"}],
    "paths": {
        "/order": {
            "post": {
                "operationId": "order",
                "summary": "Order",
                **_body(
                    _object(
                        name=TEXT,
                        count={"type": "integer"},
                        price={"type": ["number", "null"]},
                        paid={"type": "boolean"},
                        either={"oneOf": [{"type": "integer"}, TEXT]},
                        matrix={"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
                        labels={"type": "object", "additionalProperties": TEXT},
                        any={},
                        lines={
                            "type": "array",
                            "items": _object(sku=TEXT, tags={"type": "array", "items": TEXT}),
                        },
                        deep=_object(address=_object(city=TEXT, zip=TEXT)),
                    ),
                    {
                        "name": "Sample",
                        "count": 1,
                        "lines": [{"sku": "one", "tags": ["x"]}, {"sku": "two"}],
                        "deep": {"address": {"city": "Here", "zip": "01"}},
                        "extra": {"kept": True},
                    },
                ),
            }
        },
        "/things": {
            "post": {
                "operationId": "things",
                "summary": "Things",
                **_body({"type": "array", "items": _object(id=TEXT)}, [{"id": "a"}, {"id": "b"}]),
            }
        },
        "/other": {
            "post": {"operationId": "other", "summary": "Other", **_body(_object(kind=TEXT), {"kind": "k"})}
        },
    },
}
SAMPLE: dict[str, Any] = SHOP["paths"]["/order"]["post"]["requestBody"]["content"]["application/json"][
    "example"
]

#: A row, and its changes to the sample.
ROWS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"body.name": "New"}, {"name": "New"}),
    ({"body.name": "TRUE", "body.paid": "TRUE"}, {"name": "TRUE", "paid": True}),
    ({"body.name": False, "body.paid": False}, {"name": "false", "paid": False}),
    ({"body.count": "-6", "body.price": "1.50"}, {"count": -6, "price": 1.5}),
    ({"body.count": 6, "body.price": 2}, {"count": 6, "price": 2}),
    ({"body.either": "7"}, {"either": 7}),
    ({"body.either": "seven"}, {"either": "seven"}),
    ({"body.matrix.0.0": "1", "body.matrix.1.0": "2", "body.matrix.1.1": "3"}, {"matrix": [[1], [2, 3]]}),
    ({"body.labels.new": "yes", "body.labels.a.b": "{{x}}"}, {"labels": {"new": "yes", "a": {"b": "{{x}}"}}}),
    ({"body": {"any": {"deep": [1, {"er": None}]}}}, {"any": {"deep": [1, {}]}}),
    ({"body.lines.1.sku": "only"}, {"lines": [{"sku": "only"}]}),
    ({"body": {"lines": []}}, {"lines": []}),
    ({"body": {"lines": [{}]}}, {"lines": [{}]}),
    (
        {"body.lines.1.sku": "second", "body.lines": [{"sku": "first"}]},
        {"lines": [{"sku": "first"}, {"sku": "second"}]},
    ),
    (
        {"body.lines": '[{"sku": "text", "tags": ["a", "b"]}]'},
        {"lines": [{"sku": "text", "tags": ["a", "b"]}]},
    ),
    (
        {"body.lines": [{"sku": "list"}], "body.lines.1.sku": "more"},
        {"lines": [{"sku": "list"}, {"sku": "more"}]},
    ),
    ({"body.deep.address.zip": "02"}, {"deep": {"address": {"city": "Here", "zip": "02"}}}),
    ({"body.extra.kept": "false"}, {"extra": {"kept": False}}),
    (
        {"body.name": "'=1+1", "body.deep.address.zip": "'tis"},
        {"name": "=1+1", "deep": {"address": {"city": "Here", "zip": "'tis"}}},
    ),
    ({"body.name": '"}, {"a": "{{baseUrl}}'}, {"name": '"}, {"a": "{{baseUrl}}'}),
    # Columns for other requests are ignored; there may also be columns for variables of this request.
    ({"body.kind": "mine"}, {}),
    ({"body.name": "", "body.count": 5}, {"count": 5}),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.json").write_text(json.dumps(SHOP))
    (folder / "callsheet.yaml").write_text("description: shop.json\ndata: [order, things, other]\n")
    generate(load(project_file=folder / "callsheet.yaml"), folder / "out")
    return folder / "out"


def _sent(
    shop: Path, folder: Path, rows: list[dict[str, Any]], only: str, runtime: Runtime = NEWMAN
) -> list[Any]:
    """Run the request with ``rows``, assert that the run passes, and return the received bodies."""
    data = folder / "rows.json"
    data.write_text(json.dumps(rows))
    with recorder() as server:
        (source,) = (shop / "environments").iterdir()
        environment = environment_file(folder, source, baseUrl=server.address)
        done = runtime.run(runtime.collection(shop), environment, folder, only=only, data=data)
    assert done.code == 0, done.output
    return [json.loads(sent.body) for sent in server.in_order]


def test_a_row_sets_values_with_their_types(runtime, shop, tmp_path):
    sent = _sent(shop, tmp_path, [row for row, _ in ROWS], "Order", runtime)
    for body, (row, changes) in zip(sent, ROWS, strict=True):
        assert body == SAMPLE | changes, row


def test_a_row_sets_the_items_of_a_list_body(shop, tmp_path):
    assert _sent(shop, tmp_path, [{"body.0.id": "x"}, {"body": [{"id": "y"}, {"id": "z"}]}], "Things") == [
        [{"id": "x"}],
        [{"id": "y"}, {"id": "z"}],
    ]


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.text(min_size=1), st.text(min_size=1), st.integers(-(2**53) + 1, 2**53 - 1)),
        min_size=40,
        max_size=60,
    )
)
def test_any_text_and_any_integer_arrive_unchanged(shop, tmp_path, values):
    texts = [
        (*(text.encode("utf-8", "replace").decode() for text in pair), number) for *pair, number in values
    ]
    texts = [
        each for each in texts if not any("'" in t or re.match(r"\d(\.\d+)?[eE]\+\d+$", t) for t in each[:2])
    ]
    rows = [{"body.name": a, "body.lines.0.tags.0": b, "body.count": str(n)} for a, b, n in texts]
    sent = _sent(shop, tmp_path, rows, "Order")
    assert [(body["name"], body["lines"], body["count"]) for body in sent] == [
        (a, [{"tags": [b]}], n) for a, b, n in texts
    ]


def _generated(folder: Path, example: Any, project: str = "data: [send]") -> Path:
    body = {"content": {"application/json": {"schema": {"type": "object"}, "example": example}}}
    send = {"operationId": "send", "requestBody": body, "responses": {"200": {"description": "Yes"}}}
    look = {"operationId": "look", "responses": {"200": {"description": "Yes"}}}
    root = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": send, "get": look}},
    }
    (folder / "t.json").write_text(json.dumps(root))
    (folder / "callsheet.yaml").write_text(f"description: t.json\n{project}\n")
    generate(load(project_file=folder / "callsheet.yaml"), folder / "out")
    return folder / "out"


def _sent_by_file(folder: Path, out: Path, kind: str, **variables: str) -> list[bytes]:
    """Run the request with the generated example file, and return the received bodies."""
    with recorder() as server:
        (source,) = (out / "environments").iterdir()
        environment = environment_file(folder, source, baseUrl=server.address, **variables)
        data = out / "data" / f"send.{kind}"
        done = NEWMAN.run(NEWMAN.collection(out), environment, folder, only="send", data=data)
    assert done.code == 0, done.output
    return [sent.body for sent in server.in_order]


FORMULAS = [
    f"{before}{sign}1+1{after}"
    for before in ("", "'", "''", " ", '"', "a;", "a,'", 'a;"', "\t", "a\r\n", "\u3000")
    for sign in "=-@\uff1d"
    for after in ("", ";'=2")
]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_text_that_looks_like_a_formula_arrives_unchanged(kind, tmp_path):
    """In names and values; the apostrophes that prevent a calculation are only in the CSV file."""
    values = {f"n{text}": text for text in FORMULAS if "." not in text}
    (body,) = _sent_by_file(tmp_path, _generated(tmp_path, values), kind)
    assert json.loads(body) == values


def test_numbers_keep_their_digits_and_variables_their_values(tmp_path):
    """Both those of the sample and those of the row."""
    sample = {"list": [{"big": 9007199254740993}], "kept": 9007199254740995, "e": 1.0, "org": "{IMS_ORG}"}
    (body,) = _sent_by_file(tmp_path, _generated(tmp_path, sample), "csv", IMS_ORG='a "b" \\ {{c}}')
    assert b"9007199254740995" in body
    assert b"1.0" in body
    assert json.loads(body) == sample | {"org": 'a "b" \\ {{c}}'}


def test_names_that_a_column_cannot_have_are_left_out(tmp_path):
    example = {"a.b": 1, "2024": {"x": 1}, "²": 2, "plain": {"ok": 3}}
    rows = (_generated(tmp_path, example) / "data" / "send.csv").read_text(encoding="utf-8-sig")
    assert rows.splitlines()[0] == '"body.²","body.plain.ok"'


def test_an_excluded_operation_may_still_be_named_in_the_project_file(tmp_path):
    out = _generated(tmp_path, {"a": 1}, "data: [send]\ninclude: { methods: [get] }")
    assert not (out / "data").exists()
