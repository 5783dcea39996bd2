"""Many jobs from a list of data subjects: a row is the body that is sent, and nothing of the sample is."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from support import SECRET, newman, postman_cli

RUNNERS = [
    pytest.param(newman, "2.1.0", id="Newman"),
    pytest.param(postman_cli, "2.1.0", id="Postman CLI"),
    pytest.param(postman_cli, "3.0.0", id="Postman CLI, format 3"),
]
FOLDER = ("--folder", "Create privacy jobs")


def _collection(folder: Path, form: str) -> Path:
    if form == "2.1.0":
        return folder / "privacy-service.postman_collection.json"
    return next(f for f in (folder / "postman" / "collections").iterdir() if "variations" not in f.name)


def _created(local) -> list[dict[str, Any]]:
    calls = [e for e in local.mock.log if e["method"] == "POST" and e["path"].endswith("/jobs")]
    assert all(call["status"] == 202 for call in calls)
    return [json.loads(call["body"]) for call in calls]


def _run(runner, form, generated, local, folder, data, *options):
    return runner(_collection(generated.folder, form), local.environment, folder, "-d", str(data), *options)


def _options(runner) -> tuple[str, ...]:
    return FOLDER if runner is newman else ("-i", "Create privacy jobs")


def _subject(key: str, **identity: Any) -> dict[str, Any]:
    return {"key": key, "action": ["delete"], "userIDs": [{"type": "standard", **identity}]}


SUBJECTS = [
    _subject("first", namespace="email", value="a+b@example.com"),
    _subject("second", namespace="ECID", value="443636576799758681021090721276"),
    _subject("third, with a comma", namespace="Phone", value="007", namespaceId=7, isDeletedClientSide=True),
]


def _csv(path: Path, rows: list[dict[str, Any]], quoting: int = csv.QUOTE_ALL) -> Path:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="") as file:
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
@pytest.mark.parametrize(("runner", "form"), RUNNERS)
def test_each_data_subject_becomes_a_request_of_its_own(runner, form, kind, ours, mocked, tmp_path):
    local = mocked(ours)
    if kind == "csv":
        data = _csv(tmp_path / "subjects.csv", [_row(subject) for subject in SUBJECTS])
    else:
        data = tmp_path / "subjects.json"
        data.write_text(json.dumps([{"body": {"users": [subject]}} for subject in SUBJECTS]))
    done = _run(runner, form, ours, local, tmp_path, data, *_options(runner))
    assert done.code == 0, done.output
    created = _created(local)
    assert [body["users"] for body in created] == [[subject] for subject in SUBJECTS]
    # What no row names is the sample's, the organization a variable's value.
    assert all(body["regulation"] == "ccpa" for body in created)
    assert all(body["companyContexts"][0]["value"].endswith("@AdobeOrg") for body in created)
    assert len(local.mock.token_calls()) == 1


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_example_files_create_the_sample_s_jobs(kind, ours, mocked, tmp_path):
    local = mocked(ours)
    data = ours.folder / "data" / f"createPrivacyJob.{kind}"
    done = _run(newman, "2.1.0", ours, local, tmp_path, data, *FOLDER)
    assert done.code == 0, done.output
    assert [[user["key"] for user in body["users"]] for body in _created(local)] == [
        ["DavidSmith"],
        ["user12345"],
    ]
    assert _created(local)[1]["users"][0]["action"] == ["access", "delete"]


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("body.user.0.key", "the body has no place for the column body.user.0.key."),
        ("body.users.0.kye", "the body has no place for the column body.users.0.kye."),
    ],
)
def test_a_misspelt_column_sends_nothing(column, sentence, ours, mocked, tmp_path):
    local = mocked(ours)
    data = _csv(tmp_path / "wrong.csv", [{"body.users.0.key": "a", column: "b"}])
    done = _run(newman, "2.1.0", ours, local, tmp_path, data, *FOLDER)
    assert done.code != 0
    assert sentence in " ".join(done.output.split())
    assert _created(local) == []


def test_digits_that_were_read_as_a_number_are_refused(ours, mocked, tmp_path):
    local = mocked(ours)
    row = _row(_subject("a", namespace="ECID", value="443636576799758681021090721276"))
    data = _csv(tmp_path / "bare.csv", [row], csv.QUOTE_MINIMAL)
    done = _run(newman, "2.1.0", ours, local, tmp_path, data, *FOLDER)
    assert done.code != 0
    assert "put it in quotes" in " ".join(done.output.split())
    assert _created(local) == []


@pytest.mark.parametrize(("runner", "form"), RUNNERS)
def test_a_cell_can_t_name_a_variable(runner, form, ours, mocked, tmp_path):
    local = mocked(ours)
    row = _row(_subject("{{CLIENT_SECRET}}", namespace="email", value="{{ACCESS_TOKEN}}"))
    data = _csv(tmp_path / "hostile.csv", [row])
    done = _run(runner, form, ours, local, tmp_path, data, *_options(runner))
    assert done.code == 0, done.output
    (body,) = _created(local)
    assert body["users"][0]["key"] == "{{CLIENT_SECRET}}"
    assert body["users"][0]["userIDs"][0]["value"] == "{{ACCESS_TOKEN}}"
    assert all(SECRET not in e["body"] for e in local.mock.log if not e["path"].startswith("/ims/"))


def test_the_files_are_csv_that_keeps_texts_of_digits(ours):
    with (ours.folder / "data" / "createPrivacyJob.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["body.users.0.key"] for row in rows] == ["DavidSmith", "user12345"]
    assert rows[0]["body.users.0.userIDs.1.value"] == "443636576799758681021090721276"
    text = (ours.folder / "data" / "createPrivacyJob.csv").read_text()
    assert '"443636576799758681021090721276"' in text
    whole = json.loads((ours.folder / "data" / "createPrivacyJob.json").read_text())
    assert [row["body"]["users"][0]["key"] for row in whole] == ["DavidSmith", "user12345"]
