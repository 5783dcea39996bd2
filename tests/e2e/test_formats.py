"""The collection is valid for Postman: its schema, its own library, its own migration."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
from support import OFFLINE, ROOT, TOOLS, UPSTREAM, items, run
from support.corpus_checks import shipped_schema

POSTMAN_SCHEMA = UPSTREAM.parent.parent / "postman" / "collection-v2.1.0.schema.json"
SDK = TOOLS.parent.parent / "read-collection.js"


def test_the_collection_is_valid_against_the_schema_of_format_2_1_0(generated):
    schema = shipped_schema()
    validator = jsonschema_rs.Draft7Validator(schema)
    assert not validator.is_valid({"info": {}}), "the schema must refuse something"
    errors = [e.message for e in validator.iter_errors(json.loads(generated.collection.read_text()))]
    assert errors == []


def test_the_collection_is_valid_against_postmans_own_schema(generated):
    if not POSTMAN_SCHEMA.exists():
        pytest.skip("Postman's own schema is not on this machine")
    validator = jsonschema_rs.Draft7Validator(json.loads(POSTMAN_SCHEMA.read_text()))
    errors = [e.message for e in validator.iter_errors(json.loads(generated.collection.read_text()))]
    assert errors == []


def test_postmans_own_library_reads_every_part_as_written(generated):
    done = run("node", SDK, generated.collection)
    assert done.code == 0, done.output
    read = json.loads(done.output)
    collection = json.loads(generated.collection.read_text())
    assert read["variables"] == {v["key"]: v["value"] for v in collection["variable"]}
    assert read["auth"] == collection["auth"]
    assert read["scripts"] == {e["listen"]: e["script"]["exec"] for e in collection["event"]}
    written = []
    for item in items(collection):
        request = item["request"]
        written.append(
            {
                "id": item["id"],
                "name": item["name"],
                "method": request["method"],
                "path": "{{baseUrl}}/" + "/".join(request["url"]["path"]),
                "query": [
                    [q["key"], q["value"], bool(q.get("disabled"))] for q in request["url"].get("query", [])
                ],
                "variables": [[v["key"], v["value"]] for v in request["url"].get("variable", [])],
                "headers": [[h["key"], h["value"], bool(h.get("disabled"))] for h in request["header"]],
                "body": request.get("body", {}).get("raw", ""),
                "scripts": [e["script"]["exec"] for e in item["event"]],
                "responses": [
                    [r["id"], r["name"], r["code"], r["status"], r["body"]] for r in item["response"]
                ],
            }
        )
    assert read["items"] == written


def test_the_postman_cli_migrates_it(generated, tmp_path):
    done = run(
        TOOLS / "postman",
        *("collection", "migrate", generated.collection, "-o", tmp_path / "v3"),
        env={**OFFLINE, "HOME": str(tmp_path)},
        cwd=tmp_path,
    )
    assert done.code == 0, done.output
    assert len(list((tmp_path / "v3").rglob("*.request.yaml"))) == 5


def test_every_id_is_a_distinct_version_5_uuid(generated):
    text = generated.collection.read_text()
    ids = re.findall(r'"(?:_postman_)?id": "([^"]+)"', text)
    assert len(ids) == len(set(ids)) > 20
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", i) for i in ids
    )


def test_scripts_use_only_libraries_that_postman_includes(generated):
    text = generated.collection.read_text()
    assert set(re.findall(r"require\([^)]*\)", text)) == {"require('ajv')", "require('crypto-js')"}
    assert "eval(" not in text
    assert not (ROOT / "node_modules").exists()
