"""Requests that aren't sent unless allowed. A local proxy and local servers record what is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import SECRET, Run, environment_file, items
from support.recorder import Sent, recorder
from support.runtimes import RUNTIMES, Proxy, Runtime, proxy
from support.scripted_server import Response, scripted_server

from generator import Plan, generate, load

RESPONSES = {"responses": {"200": {"description": "Fine"}}}
WRITES = ("POST", "PUT", "PATCH", "DELETE", "COPY", "Link")
SAFE = ("GET", "HEAD", "OPTIONS", "QUERY")
TOKEN = "a-token-of-nobody"


def _operation(name: str, **more: Any) -> dict[str, Any]:
    return {**RESPONSES, "operationId": name, "summary": name, **more}


#: An API with every method and every kind of credential.
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Guarded", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "security": [{"bearer": []}],
    "paths": {
        "/things": {
            **{method.lower(): _operation(method) for method in (*SAFE, *WRITES[:4])},
            "additionalOperations": {method: _operation(method) for method in WRITES[4:]},
        },
        "/open": {"get": _operation("Open", security=[])},
        "/basic": {"get": _operation("Basic", security=[{"basic": []}])},
        "/keyed": {"get": _operation("Keyed", security=[{"key": []}])},
        "/other": {
            "get": _operation(
                "Other",
                servers=[
                    {
                        "url": "https://{tenant}.other.example",
                        **{"variables": {"tenant": {"default": "demo"}}},
                    }
                ],
            )
        },
    },
    "components": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic"},
            "key": {"type": "apiKey", "in": "query", "name": "key"},
        }
    },
}
VALUES = {
    "ACCESS_TOKEN": TOKEN,
    "API_USERNAME": "somebody",
    "API_PASSWORD": "hidden-word",
    "KEY": "a-key-of-nobody",
}


def _generated(
    folder: Path, guards: str = "{writes: true, hosts: true, redirects: true}"
) -> tuple[Plan, Path]:
    folder.mkdir(exist_ok=True)
    (folder / "api.json").write_text(json.dumps(DESCRIPTION))
    (folder / "callsheet.yaml").write_text(f"description: api.json\nguards: {guards}\n")
    plan = load(project_file=folder / "callsheet.yaml")
    generate(plan, folder / "out")
    return plan, folder / "out"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _generated(tmp_path_factory.mktemp("guarded"))[1]


NEWMAN, CLI, FORMAT_3 = RUNTIMES


def _in(*runtimes: Runtime) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("runtime", runtimes, ids=[each.name for each in runtimes])


@pytest.fixture
def asked() -> Iterator[Proxy]:
    with proxy() as server:
        yield server


def _environment(output: Path, folder: Path, **values: str | None) -> Path:
    (source,) = (output / "environments").iterdir()
    return environment_file(folder, source, **{**VALUES, **values})


def _words(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


# --- Writes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runtime", "allowed"),
    [(NEWMAN, True), *((runtime, False) for runtime in RUNTIMES)],
    ids=lambda value: value.name if isinstance(value, Runtime) else str(value),
)
def test_a_request_that_writes_is_sent_only_if_allowed(allowed, runtime, guarded, tmp_path):
    with recorder() as server:
        environment = _environment(
            guarded,
            tmp_path,
            baseUrl=server.address,
            baseUrl_demo_other_example=server.address,
            ALLOW_WRITES=str(allowed).lower(),
        )
        done = runtime.run(runtime.collection(guarded), environment, tmp_path)
    methods = [sent.method for sent in server.sent["things"]]
    assert sorted(methods) == sorted((*SAFE, *map(str.upper, WRITES)) if allowed else SAFE)
    # A request that isn't sent neither passes nor fails: it is skipped, and a sentence says how to allow it.
    words = _words(done.output)
    assert words.count("Pass Status is 200 OK") == len(methods) + 4
    assert "| 0 |" in words.partition("| assertions |")[2][:12]
    for name in WRITES:
        sentence = f"[skipped] {name}: not sent, because it writes. Set the variable ALLOW_WRITES to true"
        assert (sentence in words) is not allowed
    _passes(done, runtime, skipped=0 if allowed else len(WRITES))


def _passes(done: Run, runtime: Runtime, skipped: int) -> None:
    """Assert that the run passes. In format 3, the Postman CLI counts skips as failures (its issue 14167)."""
    assert _words(done.output).count("Request could not be completed") == (skipped if runtime.format3 else 0)
    assert done.code == (1 if runtime.format3 and skipped else 0), done.output


def test_methods_and_permissions_set_by_hand_decide_what_is_sent(guarded, tmp_path):
    """With methods changed by hand, and values of ``ALLOW_WRITES`` that each previous request sets."""
    collection = json.loads(NEWMAN.collection(guarded).read_text())
    (sample,) = (item for item in items(collection) if item["name"] == "GET")
    cases = [
        *(
            (method, "", method.strip("{}").upper() in SAFE)
            for method in ("get", "post", "{{verb}}", "QUERY", "FOO")
        ),
        *(("DELETE", value, True) for value in ("true", "TRUE", " true ", "True\n")),
        *(("DELETE", value, False) for value in ("false", "", "1", "yes", "truee", "{{yes}}", "undefined")),
    ]
    collection["item"] = [
        item
        for index, (method, value, _) in enumerate(cases)
        for item in (
            {
                "name": f"before {index}",
                "event": [_test(f"pm.environment.set('ALLOW_WRITES', {json.dumps(value)});")],
                "request": {**sample["request"], "url": "{{baseUrl}}/before"},
            },
            {
                "name": f"case {index}",
                "request": {**sample["request"], "method": method, "url": f"{{{{baseUrl}}}}/case/{index}"},
            },
        )
    ]
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(collection))
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([{"ALLOW_WRITES": "true", "verb": "DELETE", "yes": "true"}]))
    with recorder() as server:
        environment = _environment(guarded, tmp_path, baseUrl=server.address, ALLOW_WRITES="true")
        done = NEWMAN.run(changed, environment, tmp_path, data=rows)
    sent = {int(each.path.rpartition("/")[2]) for each in server.sent["case"]}
    # A row of a data file can't allow anything, since it may come from anywhere.
    assert sent == {index for index, (_, _, expected) in enumerate(cases) if expected}
    assert done.code == 0, done.output


def _test(code: str) -> dict[str, Any]:
    return {"listen": "test", "script": {"type": "text/javascript", "exec": [code]}}


def test_without_the_guard_nothing_has_to_be_allowed(tmp_path):
    _, output = _generated(tmp_path / "plain", "{writes: false}")
    with recorder() as server:
        environment = _environment(
            output, tmp_path, baseUrl=server.address, baseUrl_demo_other_example=server.address
        )
        done = NEWMAN.run(NEWMAN.collection(output), environment, tmp_path)
    assert done.code == 0, done.output
    assert len(server.sent["things"]) == len(SAFE) + len(WRITES)


# --- Hosts --------------------------------------------------------------------------------------------------

#: Address from a person or an imported file → the host requested, or part of the message.
ADDRESSES: dict[str, str] = {
    "https://platform.adobe.io": "platform.adobe.io:443",
    "https://platform-stage.adobe.io:8443/x": "platform-stage.adobe.io:8443",
    "https://PLATFORM.Adobe.IO:443": "platform.adobe.io:443",
    "https://gateway.example/x": "gateway.example:443",
    "https://other.example:8443": "other.example:8443",
    "https://other.example": "go to other.example, which is none of *.adobe.io",
    "https://evil.example": "go to evil.example, which is none of *.adobe.io",
    "https://adobe.io": "go to adobe.io, which is none of",
    "https://evil-adobe.io": "go to evil-adobe.io, which is none of",
    "https://platform.adobe.io.evil.example": "go to platform.adobe.io.evil.example, which is none of",
    "https://platform.adobe.io.": "go to platform.adobe.io., by an address",
    "https://.adobe.io": "go to .adobe.io, by an address",
    "https://platform..adobe.io": "go to platform..adobe.io, by an address",
    "https://-platform.adobe.io": "go to -platform.adobe.io, by an address",
    "https://platform-.adobe.io": "go to platform-.adobe.io, by an address",
    "https://_.adobe.io": "go to _.adobe.io, by an address",
    f"https://{'a' * 64}.adobe.io": f"go to {'a' * 64}.adobe.io, by an address",
    "https://*.adobe.io": "go to *.adobe.io, by an address",
    "https://plat%66orm.adobe.io": "go to plat%66orm.adobe.io, by an address",
    "https://xn--a.adobe.io": "xn--a.adobe.io:443",
    "https://platform.adobe.io.192.0.2.1": "go to platform.adobe.io.192.0.2.1, by an address",
    "https://2130706433": "go to 2130706433, by an address",
    "https://0177.0.0.1": "go to 0177.0.0.1, by an address",
    "https://127.1": "go to 127.1, by an address",
    "https://192.0.2.1": "go to 192.0.2.1, which is none of",
    "http://platform.adobe.io": "go to platform.adobe.io by http",
    "http://gateway.example": "go to gateway.example by http",
    "https://platform.adobe.io@evil.example": "go to evil.example, by an address",
    "https://platform.adobe.io:443@evil.example": "go to evil.example, by an address",
    "https://evil.example\\.adobe.io": "go to evil.example, by an address",
    "https://evil.example\\@platform.adobe.io": "go to evil.example, by an address",
    "https:\\\\evil.example": "go to evil.example, by an address",
    "https:/": "go to jobs, which is not the host of baseUrl",
    "https://evil.example?.adobe.io": "go to evil.example, which is none of",
    "https://evil.example#.adobe.io": "go to evil.example, which is none of",
    "https://pl\u0430tform.adobe.io": "go to pl\u0430tform.adobe.io, by an address",
    "https://xn--pltform-2fg.example": "go to xn--pltform-2fg.example, which is none of",
    "https://%65vil.example": "go to %65vil.example, by an address",
    "https://platform.adobe.io%2eevil.example": "by an address that is not a plain one",
    "https://[2001:db8::1]": "go to [2001:db8::1], which is none of",
    "https://0x7f.1": "go to 0x7f.1, by an address",
    # A value in a row can't refer to any variable.
    "https://{{host}}": "the cell of baseUrl names a variable.",
    "https://{{ACCESS_TOKEN}}.evil.example": "the cell of baseUrl names a variable.",
    "https://platform.adobe.io\t.evil.example": "by an address that is not a plain one",
    "https://platform.adobe.io .evil.example": "by an address that is not a plain one",
    "platform.adobe.io": "go to platform.adobe.io, by an address",
}


@_in(*RUNTIMES)
def test_credentials_are_sent_only_to_the_hosts_of_the_api(runtime, ours, asked, tmp_path):
    """Each row of the data file has another address."""
    rows = tmp_path / "rows.json"
    hosts = {"host": "evil.example", "ALLOW_HOSTS": "evil.example"}
    rows.write_text(json.dumps([{"baseUrl": address, **hosts} for address in ADDRESSES]))
    environment = environment_file(
        tmp_path,
        ours.environment("local"),
        ACCESS_TOKEN=TOKEN,
        ALLOW_HOSTS=" Gateway.example, other.example:8443,*",
    )
    collection = runtime.collection(ours.folder)
    done = runtime.run(
        collection, environment, tmp_path, only="List privacy jobs", data=rows, env=asked.environment
    )
    assert done.code == 1
    expected = [host for host in ADDRESSES.values() if re.fullmatch(r"[a-z.-]+:\d+", host)]
    assert list(dict.fromkeys(host.lower() for host in asked.asked)) == list(dict.fromkeys(expected))
    words = _words(done.output)
    for said in set(ADDRESSES.values()) - set(expected):
        assert said in words
    naming = sum(said.startswith("the cell of") for said in ADDRESSES.values())
    assert words.count("Not sent: the cell of baseUrl") == naming
    assert words.count("Not sent: credentials would") == len(ADDRESSES) - len(expected) - naming
    assert TOKEN not in done.output
    assert SECRET not in done.output


#: Address written into a request by hand, with a valid ``baseUrl`` → the host requested, or the message.
REPLACED: dict[str, str] = {
    "https://evil.example/x": "go to evil.example, which is not the host of baseUrl",
    "https://gateway.example/x": "go to gateway.example, which is not the host of baseUrl",
    "https://platform.adobe.io:8443/x": "go to platform.adobe.io:8443, which is not the host of baseUrl",
    "https://cc-api.adobe.io/x": "go to cc-api.adobe.io, which is not the host of baseUrl",
    "{{baseUrl}}@evil.example/x": "go to evil.example, by an address",
    "{{baseUrl}}.evil.example/x": "go to platform.adobe.io.evil.example, which is not the host of baseUrl",
    "//evil.example/x": "go to evil.example, by an address",
    "evil.example/x": "go to evil.example, by an address",
    "{{baseUrl}}//evil.example/x": "platform.adobe.io:443",
    "https://platform.adobe.io:443/x?y=https://evil.example": "platform.adobe.io:443",
}


@_in(NEWMAN, CLI)
def test_an_address_replaced_by_hand_must_have_the_host_of_the_base_url(runtime, ours, asked, tmp_path):
    collection = json.loads(runtime.collection(ours.folder).read_text())
    (sample,) = (item for item in items(collection) if item["name"] == "List privacy jobs")
    collection["item"] = [
        {"name": f"Case {index}", "request": {**sample["request"], "url": address}}
        for index, address in enumerate(REPLACED)
    ]
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(collection))
    environment = environment_file(
        tmp_path,
        ours.environment("production"),
        baseUrl="https://platform.adobe.io",
        ALLOW_HOSTS="gateway.example",
        **dict.fromkeys(("ACCESS_TOKEN", "API_KEY", "IMS_ORG"), TOKEN),
    )
    done = runtime.run(changed, environment, tmp_path, env=asked.environment)
    expected = [host for host in REPLACED.values() if host == "platform.adobe.io:443"]
    assert asked.asked == expected
    words = _words(done.output)
    for said in set(REPLACED.values()) - set(expected):
        assert said in words
    assert TOKEN not in done.output


@_in(NEWMAN, FORMAT_3)
def test_the_secret_is_sent_only_to_adobe(runtime, ours, asked, tmp_path):
    """It is sent by https, or to this machine; each row of the data file has another ``IMS``."""
    accepted = {
        "ims-na1.adobelogin.com": "ims-na1.adobelogin.com:443",
        "https://IMS-na1-stg1.AdobeLogin.com/": "ims-na1-stg1.adobelogin.com:443",
    }
    refused = [
        "http://ims-na1.adobelogin.com",
        "https://ims-na1.adobelogin.com@evil.example",
        "https://evil.example\\.adobelogin.com",
        "https://evil.example#.adobelogin.com",
        "https://evil.example?.adobelogin.com",
        "https://evil-adobelogin.com",
        "https://ims-na1.adobelogin.com.",
        "evil.example/.adobelogin.com",
        "https://\u0430dobelogin.com",
    ]
    naming = "https://{{host}}"
    rows = tmp_path / "rows.json"
    rows.write_text(
        json.dumps([{"IMS": ims, "host": "evil.example"} for ims in (*refused, naming, *accepted)])
    )
    environment = environment_file(tmp_path, ours.environment("local"), baseUrl="https://platform.adobe.io")
    collection = runtime.collection(ours.folder)
    done = runtime.run(
        collection, environment, tmp_path, only="List privacy jobs", data=rows, env=asked.environment
    )
    assert done.code == 1
    assert [host.lower() for host in asked.asked] == list(accepted.values())
    words = _words(done.output)
    assert words.count("Not sent: the secret goes only over https to") == len(refused)
    assert words.count("Not sent: the cell of IMS names a variable.") == 1
    assert SECRET not in done.output


#: For each ``baseUrl`` of another API: host → names of the requests that are sent there.
SENT: list[tuple[str, dict[str, list[str]]]] = [
    (
        "https://api.example.com/v1",
        {"api.example.com:443": ["GET", "Open", "Basic", "Keyed"], "demo.other.example:443": ["Other"]},
    ),
    ("https://tenant.other.example", {"tenant.other.example:443": ["GET", "Open", "Basic", "Keyed"]}),
    ("https://mine.example:8443", {"mine.example:8443": ["GET", "Open", "Basic", "Keyed"]}),
    ("https://evil.example", {"evil.example:443": ["Open"]}),
    ("http://api.example.com", {"api.example.com": ["Open"]}),
]


@_in(NEWMAN, FORMAT_3)
def test_credentials_of_another_api_are_sent_to_the_hosts_of_its_description(
    runtime, guarded, asked, tmp_path
):
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([{"baseUrl": address} for address, _ in SENT]))
    environment = _environment(guarded, tmp_path, ALLOW_HOSTS="mine.example")
    collection = runtime.collection(guarded)
    done = runtime.run(collection, environment, tmp_path, data=rows, env=asked.environment)
    counted = {host: len(names) for _, hosts in SENT for host, names in hosts.items()}
    counted["demo.other.example:443"] = len(SENT)
    for host in ("api.example.com:443", "tenant.other.example:443", "mine.example:8443"):
        counted[host] += len(SAFE) - 1
    assert {host: asked.asked.count(host) for host in asked.asked} == counted
    words = _words(done.output)
    assert "go to evil.example, which is none of api.example.com, *.other.example." in words
    assert "go to api.example.com by http" in words
    for secret in (TOKEN, VALUES["API_PASSWORD"]):
        assert secret not in done.output


# --- Redirects ----------------------------------------------------------------------------------------------

STATUSES = (301, 302, 303, 307, 308)


@pytest.mark.parametrize("guards", ["{redirects: true}", "{}"], ids=["guarded", "not guarded"])
@_in(*RUNTIMES)
def test_a_redirect_is_reported_rather_than_followed(guards, runtime, tmp_path):
    _, output = _generated(tmp_path / "api", guards)
    with recorder() as other, scripted_server(lambda sent: _redirect(sent, other.address)) as server:
        collection = runtime.collection(output)
        rows = tmp_path / "rows.json"
        rows.write_text(json.dumps([{"baseUrl": f"{server.address}/{status}"} for status in STATUSES]))
        environment = _environment(output, tmp_path)
        done = runtime.run(collection, environment, tmp_path, only="GET", data=rows)
    arrived = other.sent["arrived"]
    if guards == "{}":
        # This shows that the server does redirect, and that credentials are sent along.
        assert len(arrived) == len(STATUSES)
        assert arrived[0].header("Authorization") == f"Bearer {TOKEN}"
        assert done.code == 0, done.output
        return
    assert len(server.sent) == len(STATUSES)
    assert arrived == []
    assert done.code == 1
    words = _words(done.output)
    for status in STATUSES:
        assert f"The response is {status}" in words
    host = other.address.removeprefix("http://")
    assert words.count(f"(a redirect to {host}, not followed), which is not documented") == len(STATUSES)
    assert "hidden=" not in done.output


def _redirect(sent: Sent, address: str) -> Response:
    status = int(sent.path.split("/")[1])
    return Response(status, None, {"Location": f"{address}/arrived?hidden=1", "Connection": "close"})


def test_only_the_host_of_a_redirect_is_reported(guarded, tmp_path):
    locations = {
        "/elsewhere?secret=1": "the same host",
        "//user:secret@other.example:8443/secret": "other.example:8443",
        "https://other.example?secret": "other.example",
        f"https://{TOKEN}.other.example/": "….other.example",
    }
    given = iter(locations)
    with scripted_server(
        lambda _: Response(302, None, {"Location": next(given), "Connection": "close"})
    ) as server:
        rows = tmp_path / "rows.json"
        rows.write_text(json.dumps([{}] * len(locations)))
        environment = _environment(guarded, tmp_path, baseUrl=server.address)
        done = NEWMAN.run(NEWMAN.collection(guarded), environment, tmp_path, only="GET", data=rows)
    words = _words(done.output)
    for host in locations.values():
        assert f"(a redirect to {host}, not followed)" in words
    assert "secret" not in words
    assert TOKEN not in words
