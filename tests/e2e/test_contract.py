"""Contract tests fail the run for each response that violates the description, in both runtimes."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from support import OURS, SECRET, environment_file, items, newman, postman_cli

from generator import generate, load
from generator.cli import options
from generator.mock.broken_responses import WAYS, wanted
from generator.mock.server import running
from generator.mock.settings import MockSettings
from generator.targets.shared.variables import Variables

RUNTIMES = {"Newman": newman, "Postman CLI": postman_cli}
STATUS, TYPE, BODY = "Status is 200 OK", "Content type is documented", "Body fits its schema"
ID, RETRY = "Header X-Request-Id is as documented", "Header Retry-After is as documented"
#: Way of breaking a response → the request and the test that fail, and part of the message.
EXPECTED = {
    "undocumented-status": (
        "List",
        STATUS,
        "is 203 Non-Authoritative Information, which is not documented",
    ),
    "error-status": (
        "List",
        STATUS,
        "500 Internal Server Error, which is documented, but not as a success: The service",
    ),
    "content-type": ("List", TYPE, "Expected application/json, but the response is text/html"),
    "not-json": ("List", BODY, "Expected JSON, but the body is not"),
    "no-body": ("List", BODY, "Expected JSON, but there is no body"),
    "missing-property": ("Create", BODY, "/jobs/0 should have required property 'jobId'; /jobs/1 should"),
    "null": ("Create", BODY, "/jobs/0/jobId should be string, but is null"),
    "type": ("List", BODY, "/totalRecords should be integer, but is a list of length 1"),
    "enum": (
        "List",
        BODY,
        "/jobDetails/0/status should be equal to one of the allowed values: "
        '["complete","processing","submitted","error"], but is "lost"',
    ),
    "pattern": ("Retrieve a", BODY, '[AP]M GMT$", but is a string of length 9'),
    "list": ("List", BODY, "/jobDetails should be array, but is an object"),
    "deep": ("Create", BODY, "/jobs/2/customer/user/userIDs/1/type should be string, but is an object"),
    "missing-header": ("List", ID, "It is required, but not there"),
    "header-value": ("List", ID, 'should match pattern "^[0-9]{32}$", but is a string of length 1'),
    "header-type": ("List", RETRY, "should be integer, but is a string of length 4"),
}


class WayRun(NamedTuple):
    """A run with every way: way → request → failed test → message; way → number of passed tests; output."""

    failed: dict[str, dict[str, dict[str, str]]]
    passed: dict[str, int]
    code: int
    output: str
    junit: str
    tokens: set[str]


def _description(folder: Path) -> Path:
    """Our description, with a header of the local mock documented for every success."""
    data = yaml.safe_load(OURS.read_text())
    header = {"required": True, "schema": {"type": "string", "pattern": "^[0-9]{32}$"}}
    for item in data["paths"].values():
        for operation in (part for part in item.values() if isinstance(part, dict) and "responses" in part):
            for status, response in operation["responses"].items():
                if str(status).startswith("2"):
                    response["headers"] = {"X-Request-Id": header}
    file = folder / "privacy-service.json"
    file.write_text(json.dumps(data, default=str))
    return file


def _every_way(collection: Path) -> None:
    """Put copies of all requests into a folder for each way, with a header that asks the mock to break so."""
    content = json.loads(collection.read_text())
    requests = items(content)
    content["item"] = [
        {
            "id": way,
            "name": way,
            "item": [
                {
                    **item,
                    "id": f"{way} {number}",
                    "name": f"{way} | {item['name']}",
                    "request": {
                        **item["request"],
                        "header": [*item["request"]["header"], {"key": "Prefer", "value": f"break={way}"}],
                    },
                }
                for number, item in enumerate(requests)
            ],
        }
        for way in ("nothing", *WAYS)
    ]
    collection.write_text(json.dumps(content))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, WayRun]]:
    folder = tmp_path_factory.mktemp("contract")
    project = folder / "callsheet.yaml"
    project.write_text(f"description: {_description(folder).name}\ntests: {{enums: closed}}\n")
    plan = load(None, project)
    generate(plan, folder / "out", ["postman", "environments"])
    collection = folder / "out" / "privacy-service.postman_collection.json"
    _every_way(collection)

    def start(name: str) -> WayRun:
        own = folder / name.replace(" ", "-")
        own.mkdir()
        settings = MockSettings(port=0, job_id=Variables.of(plan.api).path["JOB_ID"])
        with running(plan.document.root, settings) as mock:
            local = folder / "out" / "environments" / "local.postman_environment.json"
            environment = environment_file(own, local, baseUrl=mock.base_url, IMS=mock.ims)
            done = RUNTIMES[name](collection, environment, own)
            tokens = {entry["headers"].get("authorization", "").rpartition(" ")[2] for entry in mock.log}
        failed, passed = _outcome(done.report["run"]["executions"])
        return WayRun(failed, passed, done.code, done.output, done.junit, tokens - {""})

    with ThreadPoolExecutor() as pool:
        yield dict(zip(RUNTIMES, pool.map(start, RUNTIMES), strict=True))


def _outcome(executions: list[Any]) -> tuple[dict[str, dict[str, dict[str, str]]], dict[str, int]]:
    failed: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    passed: dict[str, int] = defaultdict(int)
    for execution in executions:
        way, _, request = execution["item"]["name"].partition(" | ")
        for assertion in execution.get("assertions") or ():
            if "error" in assertion:
                failed[way][request][assertion["assertion"]] = assertion["error"]["message"]
            elif not assertion.get("skipped"):
                passed[way] += 1
    return failed, passed


def test_every_way_of_the_local_mock_is_expected_to_fail():
    assert set(EXPECTED) == set(WAYS)
    assert len(WAYS) >= 10


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_an_unbroken_response_passes_every_test(runs, runtime):
    assert runs[runtime].failed["nothing"] == {}
    assert runs[runtime].passed["nothing"] >= 5 * 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_broken_response_fails_the_run_and_the_message_names_the_place(runs, runtime, way):
    name, test, message = EXPECTED[way]
    assert runs[runtime].code == 1
    (failed,) = (tests for request, tests in runs[runtime].failed[way].items() if request.startswith(name))
    assert message in failed.get(test, ""), failed


def test_an_option_of_the_local_mock_breaks_every_response(ours, mocked, tmp_path):
    local = mocked(ours, break_answer="no-body")
    done = newman(ours.collection, local.environment, tmp_path)
    assert done.code == 1
    failed = [a["assertion"] for e in done.requests for a in e["assertions"] if "error" in a]
    assert failed.count(BODY) == 3


def test_the_command_of_the_local_mock_accepts_every_way():
    assert set(options.BREAKS) == set(WAYS)


def test_an_unknown_preference_is_ignored_by_the_local_mock():
    assert wanted(None, "respond-async, break=enum") == "enum"
    assert wanted(None, "BREAK=enum") == "enum"
    assert wanted(None, "break=the-bank, wait=10") is None
    assert wanted("null", "") == "null"


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_neither_token_nor_secret_is_in_the_output_and_reports_of_a_run(runs, runtime):
    assert runs[runtime].tokens
    for secret in (*runs[runtime].tokens, SECRET):
        assert secret not in runs[runtime].output
        assert secret not in runs[runtime].junit


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_junit_report_names_the_failures(runs, runtime):
    suites = ET.fromstring(runs[runtime].junit)
    failures = [
        f"{case.get('name')} {f.get('message')} {f.text}"
        for case in suites.iter("testcase")
        for f in case.iter("failure")
    ]
    assert len(failures) >= len(WAYS)
    assert any("/jobDetails should be array, but is an object" in failure for failure in failures)
