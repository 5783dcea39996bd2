"""Access tokens for any API: fetched once, for the requests that need them, and sent to no other host."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from support import environment_file, newman, oauth_server, postman_cli, run

from generator import generate, load

SECRET = "a&b=c+d%e\"f'g {{baseUrl}} ü"
RUNNERS = pytest.mark.parametrize("runner", [newman, postman_cli], ids=["Newman", "Postman CLI"])


@pytest.fixture
def server() -> Iterator[oauth_server.Server]:
    with oauth_server.running(SECRET) as running:
        yield running


def _machine(url: str, *scopes: str) -> dict[str, Any]:
    flow = {"tokenUrl": url, "scopes": dict.fromkeys(scopes, "")}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


class Generated:
    """The output for a description with a GET for each path, and a complete environment."""

    def __init__(
        self, folder: Path, address: str, schemes: dict[str, Any], paths: dict[str, Any], **values: str | None
    ) -> None:
        description = {
            "openapi": "3.1.0",
            "info": {"title": "Shop", "version": "1"},
            "servers": [{"url": f"{address}/api"}],
            "components": {"securitySchemes": schemes},
            "paths": {
                f"/{path}": {
                    "get": {
                        "operationId": path,
                        "security": security,
                        "responses": {"200": {"description": "OK"}},
                    }
                }
                for path, security in paths.items()
            },
        }
        file = folder / "shop.json"
        file.write_text(json.dumps(description))
        generate(load(file), folder / "output")
        self.folder = folder
        self.collection = folder / "output" / "shop.postman_collection.json"
        (self.source,) = (folder / "output" / "environments").iterdir()
        self.environment = environment_file(folder, self.source, **values)

    def run(self, runner: Any) -> Any:
        return runner(self.collection, self.environment, self.folder)


def _client(*prefixes: str, secret: str = SECRET, **others: str) -> dict[str, str]:
    """Variables with the client credentials for each scheme."""
    filled = {}
    for prefix in prefixes:
        filled |= {f"{prefix}CLIENT_ID": "the client", f"{prefix}CLIENT_SECRET": secret}
    return {**filled, **others}


@RUNNERS
def test_each_request_gets_the_tokens_it_needs_and_each_token_is_requested_once(runner, server, tmp_path):
    schemes = {
        "orders": _machine(f"{server.address}/token/orders", "read", 'a "quoted",{{CLIENT_SECRET}}'),
        "__proto__": _machine("/token/body"),
        "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
        "query": {"type": "apiKey", "in": "query", "name": "key"},
        "text": _machine(f"{server.address}/token/text?a=b"),
        "none": _machine(f"{server.address}/token/none"),
        "short": _machine(f"{server.address}/token/short"),
    }
    paths: dict[str, Any] = {
        "open": [],
        "optional": [{}],
        "first": [{"orders": []}],
        "second": [{"orders": ["write"]}],
        "together": [{"orders": [], "key": [], "cookie": [], "query": []}],
        "other": [{"__proto__": []}],
        **{f"{name}{turn}": [{name: []}] for name in ("text", "none", "short") for turn in (1, 2)},
        "last": [{"orders": []}],
    }
    values = _client("", "PROTO_", "TEXT_", "NONE_", "SHORT_", PROTO_CLIENT_AUTHENTICATION="body")
    keys = {"API_KEY": "the-key", "SESSION": "the-session", "KEY": "the-query-key"}
    shop = Generated(tmp_path, server.address, schemes, paths, **values, **keys)
    done = shop.run(runner)
    assert done.code == 0, done.output
    assert SECRET not in done.output
    # The request that needs no token comes first, and requests none.
    assert [e["path"] for e in server.log[:3]] == ["/api/open", "/api/optional", "/token/orders"]
    for path in ("open", "optional"):
        assert [headers.get("authorization") for headers in server.api(path)] == [None]
    for path in ("first", "second", "together", "last"):
        assert [headers["authorization"] for headers in server.api(path)] == ["Bearer orders-1"]
    assert server.api("other")[0]["authorization"] == "Bearer body-2"
    together = next(entry for entry in server.log if entry["path"] == "/api/together")
    assert together["headers"]["x-api-key"] == "the-key"
    assert together["headers"]["cookie"] == "session=the-session"
    assert together["query"] == "key=the-query-key"
    asked = {name: len(server.tokens_of(name)) for name in ("orders", "body", "text", "none", "short")}
    assert asked == {"orders": 1, "body": 1, "text": 1, "none": 1, "short": 1}
    # With HTTP Basic the secret is only in the header; where the server expects it in the body, only there.
    (by_header,), (in_body,) = server.tokens_of("orders"), server.tokens_of("body")
    assert by_header["body"] == "grant_type=client_credentials&scope=write"
    assert "authorization" not in in_body["headers"]
    assert "client_secret=" in in_body["body"]
    assert server.tokens_of("text")[0]["query"] == "a=b"


@RUNNERS
def test_native_oauth2_and_every_other_scheme_send_the_values_of_their_variables(runner, server, tmp_path):
    login = {"authorizationUrl": "https://login.example.com/a", "tokenUrl": "https://login.example.com/t"}
    device = {"deviceAuthorizationUrl": "https://login.example.com/d", "tokenUrl": login["tokenUrl"]}
    flows = {"authorizationCode": login, "password": login, "implicit": login, "deviceAuthorization": device}
    schemes: dict[str, Any] = {
        name: {"type": "oauth2", "flows": {name: {**flow, "scopes": {}}}} for name, flow in flows.items()
    }
    schemes |= {
        "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://login.example.com/o"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic"},
        "digest": {"type": "http", "scheme": "digest"},
        "whole": {"type": "apiKey", "in": "header", "name": "Authorization"},
        "tls": {"type": "mutualTLS"},
    }
    tokens = {"": "authorizationCode"}
    tokens |= {f"{key}_": name for key, name in zip(
        ("PASSWORD", "IMPLICIT", "DEVICE_AUTHORIZATION", "OPENID", "BEARER"),
        ("password", "implicit", "deviceAuthorization", "openid", "bearer"),
        strict=True,
    )}  # fmt: skip
    values: dict[str, str | None] = {f"{key}ACCESS_TOKEN": f"token-of-{name}" for key, name in tokens.items()}
    values |= {"BASIC_API_USERNAME": "me", "BASIC_API_PASSWORD": "se:cret", "AUTHORIZATION": "Token abc"}
    values |= {"DIGEST_API_USERNAME": "me", "DIGEST_API_PASSWORD": "se:cret"}
    shop = Generated(tmp_path, server.address, schemes, {n: [{n: []}] for n in schemes}, **values)
    named = {value["key"] for value in json.loads(shop.source.read_text())["values"]}
    assert values.keys() <= named
    done = shop.run(runner)
    assert done.code == 0, done.output
    for name in tokens.values():
        assert [headers["authorization"] for headers in server.api(name)] == [f"Bearer token-of-{name}"]
    basic = base64.b64encode(b"me:se:cret").decode()
    assert [headers["authorization"] for headers in server.api("basic")] == [f"Basic {basic}"]
    assert [headers["authorization"] for headers in server.api("whole")] == ["Token abc"]
    assert server.api("digest")[-1]["authorization"].startswith('Digest username="me"')
    assert [headers.get("authorization") for headers in server.api("tls")] == [None]


def test_a_pasted_token_is_used_and_dropped_if_refused(server, tmp_path):
    schemes = {"m": _machine(f"{server.address}/token/m"), "pasted": _machine(f"{server.address}/token/p")}
    paths = {name: [{"m": []}] for name in ("one", "two", "forbidden")} | {"three": [{"pasted": []}]}
    values = _client("", ACCESS_TOKEN="stale-token", PASTED_ACCESS_TOKEN="mine")
    shop = Generated(tmp_path, server.address, schemes, paths, **values)
    done = shop.run(newman)
    assert done.code != 0
    assert [headers["authorization"] for headers in server.api("one")] == ["Bearer stale-token"]
    assert [headers["authorization"] for headers in server.api("two")] == ["Bearer m-1"]
    assert [headers["authorization"] for headers in server.api("three")] == ["Bearer mine"]
    assert len(server.tokens_of("m")) == 1
    assert server.tokens_of("p") == []
    said = " ".join(done.output.split())
    assert "ACCESS_TOKEN was dropped" in said
    assert "the client lacks a permission" in said
    assert "stale-token" not in done.output
    assert "m-1" not in done.output


def test_missing_credentials_end_the_run_before_any_request_and_are_named(server, tmp_path):
    schemes = {
        "first": _machine(f"{server.address}/token/m"),
        "second": _machine(f"{server.address}/token/n"),
    }
    paths = {"one": [{"first": []}], "two": [{"second": []}], "three": []}
    shop = Generated(tmp_path, server.address, schemes, paths, CLIENT_ID="the client")
    done = shop.run(newman)
    assert done.code != 0
    said = " ".join(done.output.split())
    assert "CLIENT_SECRET" in said
    assert "paste a token into ACCESS_TOKEN" in said
    assert server.log == []


def test_a_redirect_to_another_host_does_not_get_the_secret(server, tmp_path):
    schemes = {"m": _machine(f"{server.address}/token/redirect")}
    shop = Generated(tmp_path, server.address, schemes, {"one": [{"m": []}]}, **_client(""))
    shop.run(newman)
    followed = [entry for entry in server.log if not entry["path"].startswith("/token/")]
    basic = server.tokens_of("redirect")[0]["headers"]["authorization"].removeprefix("Basic ")
    assert basic not in json.dumps(followed)


# --- The script alone, with a fake `pm`: many cases in one process ------------------------------------------

_STAND_IN = """
const fs = require('fs');
const vm = require('vm');
const crypto = require('crypto');
const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const outcomes = given.cases.map(({ values, response }) => {
  const outcome = { asked: null, said: '', kept: {} };
  const get = (name) => values[name];
  const replaceIn = (text) => text.replace(/{{(\\w+)}}/g, (_, name) => values[name] || '');
  const pm = {
    info: {},
    request: { method: 'GET', headers: [], url: { variables: { each() {} }, toString: () => 'x' } },
    environment: { name: 'e', get, set: (name, value) => { outcome.kept[name] = value; } },
    collectionVariables: { get() {} },
    globals: { get() {} },
    variables: { get, set() {}, unset() {}, replaceIn },
    test: (_, check) => check(),
    expect: { fail: (message) => { outcome.said = message; } },
    execution: { skipRequest() {}, setNextRequest() {} },
    sendRequest: (request, done) => {
      outcome.asked = request.url;
      const headers = { get: (name) => (response.headers || {})[name] };
      if (response) done(null, { code: response.code, headers, json: () => JSON.parse(response.body) });
    },
  };
  const digest = (text) => crypto.createHash('sha256').update(text).digest('hex');
  // (crypto-js)
  const require = () => ({ SHA256: (text) => ({ toString: () => digest(text) }) });
  vm.runInNewContext(given.script, { pm, require, Buffer, setTimeout() {}, clearTimeout() {}, console });
  return outcome;
});
console.log(JSON.stringify(outcomes));
"""

HOST, API = "https://login.example.com", "https://api.example.com/v1"


def _outcomes(folder: Path, token_url: str, cases: list[dict[str, Any]], server: str = API) -> list[Any]:
    """Run the pre-request script for each case: values of variables, and a response of the token server."""
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        **({"servers": [{"url": server}]} if server else {}),
        "security": [{"m": []}],
        "components": {"securitySchemes": {"m": _machine(token_url)}},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "OK"}}}}},
    }
    (folder / "shop.json").write_text(json.dumps(description))
    (collection, *_) = load(folder / "shop.json").render(["postman"]).values()
    script = "\n".join(json.loads(collection.text)["event"][0]["script"]["exec"])
    filled = [{**case, "values": {**_client(""), "baseUrl": API, **case["values"]}} for case in cases]
    (folder / "given.json").write_text(json.dumps({"script": script, "cases": filled}))
    (folder / "stand-in.js").write_text(_STAND_IN)
    done = run("node", folder / "stand-in.js", folder / "given.json")
    assert done.code == 0, done.output
    outcomes: list[Any] = json.loads(done.output)
    return outcomes


def _asked(folder: Path, token_url: str, urls: list[str], **values: str) -> list[Any]:
    cases = [{"values": {"TOKEN_URL": url, **values}} for url in urls]
    outcomes = _outcomes(folder, token_url, cases, "" if values else API)
    for outcome in outcomes:
        assert bool(outcome["said"]) == (outcome["asked"] is None)
        assert SECRET not in outcome["said"]
        assert outcome["asked"] or "the variable TOKEN_URL" in outcome["said"]
    return [outcome["asked"] for outcome in outcomes]


@pytest.mark.parametrize(
    ("described", "cases"),
    [
        (
            f"{HOST}/token",
            {
                "": f"{HOST}/token",
                f"{HOST}/other?tenant=1": f"{HOST}/other?tenant=1",
                f" {HOST}:8443/token ": f"{HOST}:8443/token",
                "HTTPS://LOGIN.example.com/t": f"{HOST}/t",
                "http://127.0.0.1:8080/token": "http://127.0.0.1:8080/token",
                "http://login.example.com/token": None,
                "https://login.example.com.evil.test/token": None,
                "https://evil.test/login.example.com": None,
                "https://login.example.com@evil.test/token": None,
                "https://login.example.com:443@evil.test/token": None,
                "https://evil.test\\@login.example.com/token": None,
                "https://evil.test#@login.example.com/token": None,
                "https://login.example.com/{{CLIENT_SECRET}}": None,
                "https://{{CLIENT_SECRET}}.example.com/": None,
                "http://127.0.0.1.evil.test/token": None,
                "login.example.com/token": None,
                "https://api.example.com/token": None,
                "javascript:alert(1)": None,
            },
        ),
        (
            "https://{tenant}.example.com/{tenant}/token",
            {
                "": None,
                "https://acme.example.com/acme/token": "https://acme.example.com/acme/token",
                "https://example.com/token": None,
                "https://acme.example.com.evil.test/token": None,
            },
        ),
        (
            "/token",
            {
                "": "https://api.example.com/token",
                "https://api.example.com/other": "https://api.example.com/other",
                "https://evil.test/token": None,
            },
        ),
        ("https://user:password@login.example.com/token", {"": f"{HOST}/token"}),
        ("https://login.example.com/{{CLIENT_SECRET}}/token", {"": None}),
        ('https://login.example.com/"+alert(1)+"`${x}`</script>', {"": None}),
    ],
)
def test_the_secret_is_sent_only_to_the_host_of_the_description_or_this_machine(described, cases, tmp_path):
    assert dict(zip(cases, _asked(tmp_path, described, list(cases)), strict=True)) == cases


def test_a_relative_token_url_is_resolved_against_the_address_set_for_the_api(tmp_path):
    address = "https://mine.example.com"
    cases = {f"{address}/token": f"{address}/token", "": "http://localhost/token", "https://evil.test/": None}
    asked = _asked(tmp_path, "token", list(cases), baseUrl=address)
    assert dict(zip(cases, asked, strict=True)) == cases


TOKEN = {"access_token": "t", "token_type": "bearer"}


@pytest.mark.parametrize(
    ("code", "body", "said"),
    [
        (401, {"error": "invalid_client"}, "set CLIENT_AUTHENTICATION to body"),
        (400, {"error": "invalid_scope"}, "Check SCOPES"),
        (400, {"error": SECRET, "error_description": SECRET}, "refuses the token request (400)"),
        (200, {"error": "unauthorized_client"}, "(200 unauthorized_client)"),
        (200, {"token": SECRET}, "holds no access token"),
        (200, {"access_token": 1}, "holds no access token"),
        (200, [], "holds no access token"),
        (200, None, "is not JSON"),
        (429, {}, "too many token requests"),
        (503, SECRET, "The token server failed (503)"),
    ],
)
def test_a_response_without_a_token_is_explained_and_not_repeated(code, body, said, tmp_path):
    response = {"code": code, "body": json.dumps(body)}
    (outcome,) = _outcomes(tmp_path, f"{HOST}/token", [{"values": {}, "response": response}])
    assert said in outcome["said"]
    assert SECRET not in outcome["said"]
    assert outcome["kept"] == {}


@pytest.mark.parametrize(
    ("lifetime", "seconds"), [({"expires_in": 3600}, 3600), ({"expires_in": "60"}, 60), ({}, None)]
)
def test_a_token_is_kept_with_its_expiry_if_the_server_sends_one(lifetime, seconds, tmp_path):
    response = {"code": 200, "body": json.dumps(TOKEN | lifetime)}
    (outcome,) = _outcomes(tmp_path, f"{HOST}/token", [{"values": {}, "response": response}])
    assert outcome["said"] == ""
    kept = outcome["kept"]
    assert kept["ACCESS_TOKEN"] == "t"
    lasts = int(kept["ACCESS_TOKEN_EXPIRES_AT"] or 0) - int(kept["ACCESS_TOKEN_MADE_AT"])
    assert lasts == seconds * 1000 if seconds else kept["ACCESS_TOKEN_EXPIRES_AT"] == ""


def _times(made: int, expires: int) -> dict[str, str]:
    return {"ACCESS_TOKEN_MADE_AT": str(made), "ACCESS_TOKEN_EXPIRES_AT": str(expires)}


def test_a_kept_token_is_renewed_five_minutes_before_it_expires(tmp_path):
    response = {"code": 200, "body": json.dumps(TOKEN | {"expires_in": 3600})}
    (first,) = _outcomes(tmp_path, f"{HOST}/token", [{"values": {}, "response": response}])
    now = int(first["kept"]["ACCESS_TOKEN_MADE_AT"])
    left = {290: True, 330: False}
    cases = [
        {"values": {**first["kept"], **_times(now + (seconds - 3600) * 1000, now + seconds * 1000)}}
        for seconds in left
    ]
    outcomes = _outcomes(tmp_path, f"{HOST}/token", cases)
    assert [outcome["asked"] is not None for outcome in outcomes] == list(left.values())


# --- The token script for the shell -------------------------------------------------------------------------


def test_a_shell_script_fetches_the_token_and_calls_name_that_script(server, tmp_path):
    schemes = {
        "m": _machine(f"{server.address}/token/header", "read", "it's `$(touch pwned)`"),
        "b": _machine("/token/body"),
    }
    shop = Generated(tmp_path, server.address, schemes, {"one": [{"m": []}], "two": [{"b": []}]})
    scripts = shop.folder / "output" / "curl" / "scripts"
    call = run("bash", scripts / "one.sh")
    assert call.code == 2
    assert "ACCESS_TOKEN" in call.output
    assert "ACCESS_TOKEN: an access token; `access-token.sh` prints one" in (scripts / "one.sh").read_text()
    missing = run("bash", scripts / "access-token.sh")
    assert missing.code == 2
    assert "CLIENT_ID CLIENT_SECRET" in missing.output
    env = {**_client("", "B_"), "B_CLIENT_AUTHENTICATION": "body"}
    tokens = [run("bash", scripts / f"{stem}.sh", env=env) for stem in ("access-token", "b-access-token")]
    assert [token.output for token in tokens] == ["header-1\n", "body-2\n"]
    (by_header,), (in_body,) = server.tokens_of("header"), server.tokens_of("body")
    assert "client_secret" not in by_header["body"]
    assert "authorization" not in in_body["headers"]
    assert parse_qs(by_header["body"])["scope"] == ["read it's `$(touch pwned)`"]
    called = run("bash", scripts / "one.sh", env={"ACCESS_TOKEN": tokens[0].output.strip()})
    assert called.code == 0, called.output
    assert server.api("one")[0]["authorization"] == "Bearer header-1"
    assert not list(tmp_path.rglob("pwned"))
    for url in ("http://login.example.com/", f"{server.address}@evil.test/", "https://evil.test/127.0.0.1"):
        refused = run("bash", scripts / "access-token.sh", env={**env, "TOKEN_URL": url})
        assert refused.code == 2
        assert "was not sent" in refused.output
        assert SECRET not in refused.output
    capitals = f"{server.address.replace('127.0.0.1', 'LocalHost')}/token/header?of=a"
    assert run("bash", scripts / "access-token.sh", env={**env, "TOKEN_URL": capitals}).code == 0
    wrong = run("bash", scripts / "access-token.sh", env={**env, "CLIENT_AUTHENTICATION": "body"})
    assert wrong.code != 0
    assert "(invalid_client)" in wrong.output
