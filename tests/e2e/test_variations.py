"""Every variation is refused with the expected status, and none is sent to another machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
from support import (
    SECRET,
    Run,
    environment_file,
    newman,
    postman_cli,
    prism,
)
from support.recorder import Sent, recorder
from support.scripted_server import Response, scripted_server
from support.varied import shop

from generator import generate, load
from generator.mock.server import running
from generator.mock.settings import MockSettings
from generator.targets.postman.scripts.expected_refusal import refusal
from generator.targets.postman.variations import chosen

SECOND = "privacy-service.variations.postman_collection.json"
FOLDER = "postman/collections/Adobe Privacy Service - variations"


class Done(NamedTuple):
    """A run of all variations, and the requests that the local mock received."""

    run: Run
    calls: list[dict[str, Any]]
    token_calls: int


def _local(generated: Any, folder: Path, use: Callable[[Any, Path], Run]) -> Done:
    settings = MockSettings(port=0, job_id=generated.job_id)
    with running(generated.plan.document.root, settings) as mock:
        local = generated.environment("local")
        environment = environment_file(folder, local, baseUrl=mock.base_url, IMS=mock.ims)
        done = use(environment, folder)
        calls = [entry for entry in mock.log if not entry["path"].startswith("/ims/")]
        return Done(done, calls, len(mock.token_calls()))


@pytest.fixture(scope="module")
def by_newman(ours: Any, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return _local(ours, tmp_path_factory.mktemp("newman"), lambda e, f: newman(ours.folder / SECOND, e, f))


@pytest.fixture(scope="module")
def by_postman(ours: Any, tmp_path_factory: pytest.TempPathFactory) -> Done:
    def use(environment: Any, folder: Path) -> Run:
        return postman_cli(ours.folder / FOLDER, environment, folder)

    return _local(ours, tmp_path_factory.mktemp("postman"), use)


def _expected(plan: Any) -> list[tuple[str, str, str, int]]:
    """The expected requests in order: name of the test, name of the variation, method and status."""
    found = []
    for operation in plan.api.operations:
        for variation in chosen(operation.variations(), plan.settings.variations):
            ((code,), _), words = (
                (wanted := refusal(operation, variation, plan.settings.profile)),
                wanted.words,
            )
            found.append((f"Refused with {words}", variation.what, operation.method, code))
    return found


@pytest.mark.parametrize("runner", ["by_newman", "by_postman"])
def test_every_variation_is_refused_as_expected_with_one_token_request(runner, ours, request):
    done: Done = request.getfixturevalue(runner)
    expected = _expected(ours.plan)
    assert len(expected) > 100
    assert done.run.code == 0, done.run.output[-3000:]
    assert [(call["method"], call["status"]) for call in done.calls] == [each[2:] for each in expected]
    assert done.token_calls == 1
    assert SECRET not in done.run.output
    assert done.run.output.count("Refused with") == len(expected)


def test_each_request_says_what_is_wrong_and_has_its_own_test(ours, by_newman):
    executions = [e for e in by_newman.run.report["run"]["executions"] if e.get("response")]
    names = {e["item"]["id"]: e["item"]["name"] for e in executions}
    assert list(names.values()) == [what for _, what, _, _ in _expected(ours.plan)]
    for execution in executions:
        titles = [a["assertion"] for a in execution.get("assertions", ())]
        if titles:  # (the token request is listed under the request whose script sent it)
            assert sorted(t.partition(" with")[0] for t in titles) == [
                "Body fits its schema",
                "Content type is documented",
                "Refused",
            ]


def test_both_formats_send_the_same(by_newman, by_postman):
    def sent(done: Done) -> list[Any]:
        kept = ("content-type", "accept", "authorization", "x-api-key", "x-gw-ims-org-id")
        token = next(
            c["headers"]["authorization"]
            for c in done.calls
            if len(c["headers"].get("authorization", "")) > 50
        )
        return [
            (
                call["method"],
                call["path"],
                call["query"],
                call["body"],
                {
                    name: text.replace(token, "the token")
                    for name in kept
                    if (text := call["headers"].get(name)) is not None
                },
            )
            for call in done.calls
        ]

    assert sent(by_newman) == sent(by_postman)


def test_a_long_list_is_sent_in_full(by_newman):
    (call,) = [c for c in by_newman.calls if len(c["body"]) > 20_000]
    body = json.loads(call["body"])
    assert len(body["users"]) == 1001
    assert body["users"][1:] == [body["users"][1]] * 1000
    assert body["companyContexts"][0]["value"].endswith("@AdobeOrg")


@pytest.mark.parametrize("generated", ["the publisher's"], indirect=True)
def test_the_publishers_description_is_refused_as_expected(generated, tmp_path):
    done = _local(generated, tmp_path, lambda e, f: postman_cli(generated.folder / SECOND, e, f))
    expected = _expected(generated.plan)
    assert done.run.code == 0, done.run.output[-3000:]
    assert [(call["method"], call["status"]) for call in done.calls] == [each[2:] for each in expected]
    assert done.token_calls == 1


# --- Where they are sent --------------------------------------------------------------------------------

#: An address of this machine that the scripts don't recognize as such.
ELSEWHERE = "127.0.0.2"


# In format 3, the Postman CLI counts skipped requests as failures: see `test_guards.py`.
@pytest.mark.parametrize("runner", [newman, postman_cli], ids=["Newman", "Postman CLI"])
def test_nothing_is_sent_to_another_machine_and_nothing_fails(runner, ours, tmp_path):
    with recorder(ELSEWHERE) as server:
        local = ours.environment("local")
        environment = environment_file(tmp_path, local, baseUrl=server.address, IMS=server.address)
        done = runner(ours.folder / SECOND, environment, tmp_path)
        assert server.in_order == []
    assert done.code == 0, done.output[-3000:]
    assert "Refused with" not in done.output
    for _, what, _, _ in _expected(ours.plan):
        assert f"{what}: not sent, because it must be refused and this is another machine." in done.output


def test_no_spelling_of_an_address_passes_for_this_machine(ours, tmp_path):
    with recorder(ELSEWHERE) as server:
        spellings = (
            f"http://localhost@{ELSEWHERE}:{server.server_port}",
            f"http://localhost.{ELSEWHERE}.example:{server.server_port}",
            f"http://127.0.0.1\\@{ELSEWHERE}:{server.server_port}",
            f"http://{{{{HERE}}}}@{ELSEWHERE}:{server.server_port}",
            f"//{ELSEWHERE}:{server.server_port}",
        )
        rows = tmp_path / "rows.json"
        rows.write_text(json.dumps([{"baseUrl": base, "HERE": "localhost"} for base in spellings]))
        options = ("--folder", "Retrieve a privacy job", "--iteration-data", str(rows))
        done = newman(ours.folder / SECOND, ours.environment("local"), tmp_path, *options)
        assert server.in_order == []
    assert done.report["run"]["stats"]["iterations"]["total"] == len(spellings)
    assert done.output.count("no organization: not sent, because it must be refused") >= len(spellings)


def test_writes_need_permission_even_on_this_machine(ours, tmp_path):
    def use(environment: Path, folder: Path) -> Run:
        guarded = environment_file(folder, environment, ALLOW_WRITES="false")
        name = "Process a customer opt-out-of-sale request"
        return newman(ours.folder / SECOND, guarded, folder, "--folder", name)

    done = _local(ours, tmp_path, use)
    assert done.run.code == 0, done.run.output[-3000:]
    assert (done.calls, done.token_calls) == ([], 0)
    assert "Set the variable ALLOW_WRITES to true to send it." in done.run.output


@pytest.mark.parametrize(
    ("runner", "second"), [(newman, SECOND), (postman_cli, FOLDER)], ids=["Newman", "Postman CLI, format 3"]
)
def test_a_401_about_the_token_itself_comes_with_advice(runner, second, ours, tmp_path):
    with scripted_server(lambda _: Response(401, {})) as server:
        local = ours.environment("local")
        environment = environment_file(
            tmp_path, local, baseUrl=server.address, IMS=server.address, ACCESS_TOKEN="a-real-token"
        )
        done = runner(ours.folder / second, environment, tmp_path)
    expected = [code for *_, code in _expected(ours.plan)]
    advice = (
        "responded with 401; the access token itself is refused: empty ACCESS_TOKEN, and the next request"
    )
    assert len(server.sent) == len(expected)
    assert " ".join(done.output.split()).count(advice) == len(expected) - expected.count(401)


# --- Any other API --------------------------------------------------------------------------------------

#: The kinds that Prism can refuse: it knows no ids, and accepts any value of a credential.
OF_PRISM = [
    *("missing", "media-type", "syntax", "type", "enum", "bound", "length", "pattern", "format", "items"),
    *("properties", "choice"),
]


def _variables(folder: Path, **values: str) -> Path:
    environment = {
        "name": "here",
        "values": [{"key": k, "value": v, "enabled": True} for k, v in values.items()],
    }
    (folder / "here.json").write_text(json.dumps(environment))
    return folder / "here.json"


CREDENTIALS = {"TOKEN": "the-token", "KEY": "the-key", "API_USERNAME": "ann", "API_PASSWORD": "the-password"}


def test_prism_refuses_every_variation_of_a_varied_api(tmp_path):
    generate(load(project_file=shop(tmp_path, kinds=OF_PRISM)), tmp_path, ["postman"])
    second = tmp_path / "shop.variations.postman_collection.json"
    with prism(tmp_path / "shop.json", tmp_path / "prism.log") as address:
        done = newman(second, _variables(tmp_path, baseUrl=address, **CREDENTIALS), tmp_path)
    failed = [f["source"]["name"] for f in done.report["run"]["failures"]]
    # Prism doesn't validate cookies.
    assert failed == ['cookie session: "text" is not an integer'], done.output
    assert len(done.requests) > 50


def test_if_allowed_they_are_sent_elsewhere_and_a_service_that_accepts_them_fails_the_run(tmp_path):
    generate(load(project_file=shop(tmp_path)), tmp_path, ["postman"])
    second = tmp_path / "shop.variations.postman_collection.json"
    with recorder(ELSEWHERE) as server:
        values = {**CREDENTIALS, "SECRET": "never-to-be-sent", "ALLOW_VARIATIONS": " True "}
        done = newman(second, _variables(tmp_path, baseUrl=server.address, **values), tmp_path)
        sent = server.in_order
    assert done.code == 1
    failures = done.report["run"]["failures"]
    assert len(failures) == len(sent) == len(done.requests)
    assert all("200 and so took the request" in f["error"]["message"] for f in failures)
    # Braces in a description are text, even where a script writes the body again.
    assert not any(b"never-to-be-sent" in each.body for each in sent)
    assert sum(b"SECRET}}" in each.body for each in sent) > 10
    names = [execution["item"]["name"] for execution in done.requests]
    assert {name: _credential(each) for name, each in zip(names, sent, strict=True) if name in WRONG} == WRONG


#: Name of a request → the credential that it carries.
WRONG = {
    "no access token": None,
    "a wrong access token": "Bearer not-a-token",
    "no API key in key": None,
    "a wrong API key in key": "not-a-key",
    "no user and password": None,
    "a wrong password": "ann:not-a-token",
}


def _credential(sent: Sent) -> str | None:
    """The API key in the query or the ``Authorization`` header of a request; HTTP Basic is decoded."""
    given = dict(parse_qsl(sent.query)).get("key") or sent.header("Authorization")
    if given is None or not given.startswith("Basic "):
        return given
    return base64.b64decode(given.removeprefix("Basic ")).decode()
