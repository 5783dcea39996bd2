"""The same input gives the same bytes, and the committed output is up to date with the description."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

from support import OURS, ROOT, items, run

from generator import check, generate, load

CALLSHEET = Path(sys.executable).parent / "callsheet"


def _digest(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_two_folders_time_zones_locales_and_hash_seeds_give_the_same_bytes(generated, tmp_path):
    digests = []
    for zone, locale, seed in (("UTC", "C", "0"), ("Asia/Tokyo", "tr_TR.UTF-8", "42")):
        folder = tmp_path / zone.replace("/", "-")
        folder.mkdir()
        shutil.copy(generated.description, folder / "privacy-service.yaml")
        env = {"TZ": zone, "LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": seed}
        done = run(CALLSHEET, "generate", "privacy-service.yaml", "-o", "out", env=env, cwd=folder)
        assert done.code == 0, done.output
        digests.append(_digest(folder / "out"))
    assert digests[0] == digests[1]
    assert len(digests[0]) > 150


def test_the_committed_output_is_up_to_date():
    done = run(CALLSHEET, "check", cwd=ROOT)
    assert done.code == 0, done.output


def test_check_fails_and_lists_files_after_a_change_of_the_description(tmp_path):
    shutil.copytree(ROOT / "output", tmp_path / "output")
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    assert run(CALLSHEET, "check", cwd=tmp_path).code == 0
    spec = tmp_path / "specs" / "privacy-service.yaml"
    spec.write_text(spec.read_text().replace("summary: List privacy jobs", "summary: List all privacy jobs"))
    before = _digest(tmp_path / "output")
    done = run(CALLSHEET, "check", cwd=tmp_path)
    assert done.code == 1
    assert "privacy-service.postman_collection.json" in done.output
    assert "stage" not in done.output
    assert _digest(tmp_path / "output") == before


def test_a_new_operation_changes_no_other_id(ours, tmp_path):
    changed = tmp_path / "privacy-service.yaml"
    text = OURS.read_text()
    new = "paths:\n  /zero:\n    get:\n      tags: [Consent]\n      responses: {'200': {description: Fine}}\n"
    assert text.count("\npaths:\n") == 1
    changed.write_text(text.replace("paths:\n", new, 1))
    done = run(
        CALLSHEET, "generate", changed, "-c", ROOT / "specs" / "callsheet.yaml", "-o", "out", cwd=tmp_path
    )
    assert done.code == 0, done.output
    collection = json.loads((tmp_path / "out" / "privacy-service.postman_collection.json").read_text())
    old = {i["name"]: i["id"] for i in items(json.loads(ours.collection.read_text()))}
    now = {i["name"]: i["id"] for i in items(collection)}
    assert len(now) == len(old) + 1
    assert {name: now[name] for name in old} == old


def test_production_and_stage_have_no_value_for_a_secret(generated):
    for name in ("production", "stage"):
        values = {v["key"]: v for v in json.loads(generated.environment(name).read_text())["values"]}
        for secret in ("CLIENT_SECRET", "ACCESS_TOKEN"):
            assert (values[secret]["value"], values[secret]["type"]) == ("", "secret")
        assert values["ALLOW_WRITES"]["value"] == "false"


def test_no_environment_hides_a_collection_variable_with_an_empty_value(generated):
    collection = json.loads(generated.collection.read_text())
    shared = {v["key"] for v in collection["variable"]}
    # (The publisher's description has no links, and therefore no list of what was created.)
    assert shared - {"JOB_IDS"} == {"baseUrl", "JOB_ID", "ALLOW_WRITES"}
    for name in ("production", "stage", "local"):
        values = json.loads(generated.environment(name).read_text())["values"]
        assert [v["key"] for v in values if v["key"] in shared and not v["value"]] == []


def test_the_local_environment_leaves_nothing_to_fill_in(generated):
    values = {v["key"]: v["value"] for v in json.loads(generated.environment("local").read_text())["values"]}
    empty = {key for key, value in values.items() if not value}
    assert empty == {"ACCESS_TOKEN", "ALLOW_HOSTS"}
    assert values["IMS"] == "http://127.0.0.1:8080"
    assert values["baseUrl"] == "http://127.0.0.1:8080/data/core/privacy"


def test_a_component_that_is_not_a_schema_gives_the_same_bytes_each_time(tmp_path):
    """Memos are keyed by the identity of schemas; that of a temporary object is soon reused by another."""
    nothing = {"description": "Fine", "content": {"application/json": {"schema": ["no schema"]}}}
    description = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {f"/{n}": {"get": {"responses": {"200": nothing}}} for n in range(20)},
        "components": {"schemas": {f"No{n}": f"no schema {n}" for n in range(20)} | {"Any": {}}},
    }
    (tmp_path / "a.json").write_text(json.dumps(description))
    plan = load(tmp_path / "a.json")
    generate(plan, tmp_path / "out")
    for _ in range(3):
        assert check(plan, tmp_path / "out") == []
    names = {plan.api.schemas.name([n]) for n in range(50)}
    assert names == {""}
