"""The local mock responds like the Privacy Service, and validates requests."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from support import SECRET, free_port

from generator.auth.ims import MOCK, SCOPES, TOKEN_PATH
from generator.errors import MockError
from generator.mock.server import running
from generator.mock.settings import MockSettings

JOB = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"
USER = {
    "key": "DavidSmith",
    "action": ["access", "delete"],
    "userIDs": [{"namespace": "email", "value": "dsmith@acme.com", "type": "standard"}],
}
BODY: dict[str, Any] = {
    "companyContexts": [{"namespace": "imsOrgID", "value": MOCK.values["IMS_ORG"]}],
    "users": [USER],
    "include": ["Analytics"],
    "regulation": "gdpr",
}


@dataclass
class Response:
    status: int
    headers: Any
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Client:
    def __init__(self, mock: Any) -> None:
        self.mock = mock
        self.headers = {
            "x-api-key": MOCK.values["API_KEY"],
            "x-gw-ims-org-id": MOCK.values["IMS_ORG"],
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    def send(self, method: str, url: str, body: bytes | None = None, **headers: str) -> Response:
        sent = {k.replace("_", "-"): v for k, v in headers.items() if v}
        request = urllib.request.Request(url, data=body, method=method, headers=sent)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return Response(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            return Response(error.code, error.headers, error.read())

    def token(self, **changes: Any) -> Response:
        fields = {
            "grant_type": "client_credentials",
            "client_id": MOCK.values["API_KEY"],
            "client_secret": SECRET,
            "scope": SCOPES,
            **changes,
        }
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", self.mock.url + TOKEN_PATH, body, **form)

    def sign_in(self) -> Client:
        self.headers["Authorization"] = "Bearer " + self.token().json["access_token"]
        return self

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, self.mock.base_url + path, data, **{**self.headers, **headers})


@pytest.fixture
def start(generated):
    @contextmanager
    def begin(**switches: Any) -> Iterator[Client]:
        settings = MockSettings(port=0, **{"job_id": JOB, **switches})
        with running(generated.plan.document.root, settings) as mock:
            yield Client(mock)

    return begin


def test_the_token_endpoint_accepts_only_the_credentials_of_the_local_environment(start):
    with start() as client:
        good = client.token()
        assert (good.status, good.json["token_type"], good.json["expires_in"]) == (200, "bearer", 86399)
        assert client.token(client_secret="x").json["error"] == "invalid_client"
        assert client.token(client_id="x").json["error"] == "invalid_client"
        assert client.token(scope="openid").json["error"] == "invalid_scope"
        assert client.token(scope=SCOPES.split(",")).json["error"] == "invalid_scope"
        assert client.token(grant_type="password").json["error"] == "unsupported_grant_type"
        assert client.token(**{f"f{n}": "" for n in range(100)}).json["error"] == "invalid_request"


def test_another_media_type_is_malformed_and_an_unknown_path_is_not_found(start):
    with start() as client:
        client.sign_in()
        plain = client.call("POST", "/jobs", BODY, **{"Content-Type": "text/plain"})
        assert (plain.status, plain.json["error_code"]) == (400, "1000-400")
        assert client.call("GET", "/nothing").status == 404
        assert client.call("DELETE", "/jobs").status == 404


def test_credentials_in_the_query_are_refused(start):
    with start() as client:
        url = f"{client.mock.url}{TOKEN_PATH}?client_secret={SECRET}"
        response = client.send("POST", url, b"a=b", Content_Type="application/x-www-form-urlencoded")
        assert response.json["error"] == "invalid_request"


def test_a_missing_unknown_or_expired_token_is_refused_with_401(start):
    with start(token_lifetime=0.2) as client:
        assert client.call("GET", "/jobs?regulation=ccpa").status == 401
        assert client.call("GET", "/jobs?regulation=ccpa", Authorization="Bearer x").status == 401
        client.sign_in()
        assert client.call("GET", "/jobs?regulation=ccpa").status == 200
        time.sleep(0.3)
        assert client.call("GET", "/jobs?regulation=ccpa").status == 401


def test_another_organization_or_api_key_is_refused_with_403(start):
    with start() as client:
        client.sign_in()
        assert client.call("GET", "/jobs?regulation=ccpa", **{"x-gw-ims-org-id": "other"}).status == 403
        assert client.call("GET", "/jobs?regulation=ccpa", **{"x-api-key": ""}).status == 403


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/jobs", "regulation"),
        ("/jobs?regulation=no", "no"),
        ("/jobs?regulation=ccpa&size=1001", "1001"),
        ("/jobs?regulation=ccpa&size=x", "size"),
        ("/jobs?regulation=ccpa&fromDate=2026-01-01", "toDate"),
        ("/jobs?regulation=ccpa&filterDate=yesterday", "filterDate"),
        ("/jobs?regulation=ccpa&fromDate=2020-01-01&toDate=2020-01-05", "45"),
        ("/jobs?regulation=ccpa&fromDate=2026-01-01&toDate=2026-03-05", "30"),
    ],
)
def test_an_invalid_list_request_gets_400_with_the_reason(path, said, start):
    with start() as client:
        response = client.sign_in().call("GET", path)
        assert response.status == 400
        assert said in response.json["message"]


@pytest.mark.parametrize(
    "changes",
    [
        {"users": []},
        {"users": [{**USER, "userIDs": []}]},
        {"users": [{**USER, "userIDs": USER["userIDs"] * 10}]},
        {"users": [{**USER, "action": ["access", "access"]}]},
        {"include": []},
        {"include": "Analytics"},
        {"companyContexts": [{"namespace": "campaign", "value": "a"}]},
        {"companyContexts": [{"namespace": "imsOrgID", "value": "other"}]},
        {"regulation": "no"},
        {"priority": "high"},
    ],
)
def test_an_invalid_job_is_not_created(changes, start):
    with start() as client:
        response = client.sign_in().call("POST", "/jobs", {**BODY, **changes})
        assert response.status == 400
        assert response.json["message"]
        assert client.call("GET", "/jobs?regulation=gdpr").json["totalRecords"] == 0


def test_a_job_is_created_for_each_user_and_action_and_can_be_listed_retrieved_and_downloaded(start):
    with start() as client:
        created = client.sign_in().call("POST", "/jobs", {**BODY, "users": [USER, {**USER, "key": "second"}]})
        assert (created.status, created.json["totalRecords"], len(created.json["jobs"])) == (202, 4, 4)
        assert client.call("GET", "/jobs?regulation=gdpr").json["totalRecords"] == 4
        access, delete = (job["jobId"] for job in created.json["jobs"][:2])
        job = client.call("GET", f"/jobs/{access}").json
        assert (job["status"], job["action"], job["regulation"]) == ("complete", "access", "gdpr")
        archive = zipfile.ZipFile(io.BytesIO(client.call("GET", f"/jobs/{access}/content").content))
        assert archive.namelist() == ["Analytics/data.json"]
        assert client.call("GET", f"/jobs/{delete}/content").status == 400


def test_the_seeded_job_is_a_completed_access_job(start):
    with start() as client:
        job = client.sign_in().call("GET", f"/jobs/{JOB}").json
        assert (job["jobId"], job["status"], job["action"]) == (JOB, "complete", "access")
        content = client.call("GET", f"/jobs/{JOB}/content")
        assert content.headers["Content-Type"] == "application/zip"
        assert zipfile.ZipFile(io.BytesIO(content.content)).testzip() is None


def test_an_unknown_job_and_an_unknown_path_are_not_found(start):
    with start() as client:
        client.sign_in()
        assert client.call("GET", "/jobs/unknown").status == 404
        assert client.call("GET", "/nothing").status == 404


def test_lists_are_paged_and_filtered(start):
    with start() as client:
        client.sign_in().call("POST", "/jobs", {**BODY, "users": [{**USER, "key": str(n)} for n in range(3)]})
        first = client.call("GET", "/jobs?regulation=gdpr&size=4&page=1").json
        second = client.call("GET", "/jobs?regulation=gdpr&size=4&page=2").json
        assert (first["totalRecords"], len(first["jobDetails"]), len(second["jobDetails"])) == (6, 4, 2)
        assert client.call("GET", "/jobs?regulation=gdpr&status=error").json["totalRecords"] == 0
        today = datetime.now(UTC).date()
        past = today - timedelta(days=9)
        assert client.call("GET", f"/jobs?regulation=gdpr&filterDate={today}").json["totalRecords"] == 6
        assert client.call("GET", f"/jobs?regulation=gdpr&filterDate={past}").json["totalRecords"] == 0


def test_a_job_takes_as_long_as_configured(start):
    with start(processing=0.5) as client:
        created = client.sign_in().call("POST", "/jobs", BODY).json["jobs"][0]["jobId"]
        assert client.call("GET", f"/jobs/{created}").json["status"] == "processing"
        assert client.call("GET", f"/jobs/{created}/content").status == 400
        time.sleep(0.6)
        assert client.call("GET", f"/jobs/{created}").json["status"] == "complete"


def test_consent_is_accepted_without_a_body(start):
    with start() as client:
        body = {"optOutOfSale": True, "entities": [{"nameSpace": "email", "values": ["a@example.com"]}]}
        response = client.sign_in().call("POST", "/consent", body)
        assert (response.status, response.content) == (202, b"")
        assert client.call("POST", "/consent", {**body, "optOutOfSale": "yes"}).status == 400


def test_responses_are_valid_against_the_description(ours):
    root = ours.plan.document.root
    schemas = root["components"]["schemas"]
    with running(root, MockSettings(port=0, job_id=JOB)) as mock:
        client = Client(mock).sign_in()
        responses = {
            "JobList": client.call("GET", "/jobs?regulation=ccpa").json,
            "JobsCreated": client.call("POST", "/jobs", BODY).json,
            "JobDetails": client.call("GET", f"/jobs/{JOB}").json,
            "Error": client.call("GET", "/jobs/unknown").json,
        }
    for name, response in responses.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        assert [e.message for e in jsonschema_rs.Draft202012Validator(schema).iter_errors(response)] == []


def test_options_make_it_fail_on_purpose(start):
    with start(ims_error="429") as client:
        assert client.token().headers["Retry-After"] == "30"
    with start(ims_error="not-json") as client:
        assert client.token().content.startswith(b"<html>")
    with start(rate_limit=1) as client:
        client.sign_in()
        assert [client.call("GET", "/jobs?regulation=ccpa").status for _ in range(2)] == [200, 429]
    with start(revoke_after=1) as client:
        client.sign_in()
        assert [client.call("GET", "/jobs?regulation=ccpa").status for _ in range(2)] == [200, 401]
        assert client.sign_in().call("GET", "/jobs?regulation=ccpa").status == 200
    with start(forbid=True) as client:
        assert client.sign_in().call("GET", "/jobs?regulation=ccpa").status == 403


def test_a_port_in_use_is_an_error_with_advice(ours):
    port = free_port()
    settings = MockSettings(port=port, job_id=JOB)
    with running(ours.plan.document.root, settings):  # noqa: SIM117
        with pytest.raises(MockError, match=rf"Port {port} .*--port"):
            with running(ours.plan.document.root, settings):
                pass


def test_the_command_says_on_start_that_it_is_not_the_real_service(ours):
    command = [Path(sys.executable).parent / "callsheet", "mock", ours.description, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(4)]
        finally:
            process.terminate()
    assert "not the real Privacy Service" in lines[0]
    assert "http://127.0.0.1:" in lines[1]
