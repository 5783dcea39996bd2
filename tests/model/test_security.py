"""Authentication: each security scheme in its own form, each credential in its own variable."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import items

from generator import generate, load
from generator.auth.token import trusted_host, whole_url
from generator.model.security.credentials import is_credential

LOGIN = "https://login.example.com"


def _flow(kind: str, **changes: Any) -> dict[str, Any]:
    urls = {"authorizationUrl": f"{LOGIN}/authorize", "tokenUrl": f"{LOGIN}/token"}
    needed = {
        "clientCredentials": ["tokenUrl"],
        "password": ["tokenUrl"],
        "implicit": ["authorizationUrl"],
        "authorizationCode": ["authorizationUrl", "tokenUrl"],
    }[kind]
    flow = {key: urls[key] for key in needed} | {"scopes": {"read": "Read."}}
    return {"type": "oauth2", "flows": {kind: {**flow, **changes}}}


SCHEMES: dict[str, Any] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "other-header": {"type": "apiKey", "in": "header", "name": "X-Other-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "Basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "machine": _flow("clientCredentials"),
    "person": _flow("authorizationCode"),
    "password": _flow("password"),
    "implicit": _flow("implicit"),
    "device": {
        "type": "oauth2",
        "flows": {
            "deviceAuthorization": {
                "deviceAuthorizationUrl": f"{LOGIN}/d",
                "tokenUrl": f"{LOGIN}/token",
                "scopes": {},
            }
        },
    },
    "openid": {"type": "openIdConnect", "openIdConnectUrl": f"{LOGIN}/.well-known/openid-configuration"},
    "tls": {"type": "mutualTLS"},
    "aws": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
    },
    "aws-http": {"type": "http", "scheme": "AWS4-HMAC-SHA256"},
}
SIGNED = {
    "type": "awsv4",
    "accessKey": "{{AWS_ACCESS_KEY_ID}}",
    "secretKey": "{{AWS_SECRET_ACCESS_KEY}}",
    "sessionToken": "{{AWS_SESSION_TOKEN}}",
    "region": "{{AWS_REGION}}",
    "service": "{{AWS_SERVICE}}",
}


class Written:
    """The output for a description with an operation for each security requirement."""

    def __init__(
        self,
        folder: Path,
        requirements: list[Any],
        schemes: dict[str, Any] = SCHEMES,
        parameters: list[Any] | None = None,
        **root: Any,
    ) -> None:
        paths = {
            f"/{index}": {
                "get": {
                    "operationId": f"op{index}",
                    **({} if required is None else {"security": required}),
                    **({"parameters": parameters} if parameters else {}),
                    "responses": {"200": {"description": "OK"}},
                }
            }
            for index, required in enumerate(requirements)
        }
        description = {
            "openapi": "3.2.0",
            "info": {"title": "Shop", "version": "1"},
            "servers": [{"url": "https://api.example.com/v1"}],
            "paths": paths,
            "components": {"securitySchemes": schemes},
            **root,
        }
        file = folder / "shop.json"
        file.write_text(json.dumps(description))
        self.plan = load(file)
        self.files = {path: each.text for path, each in self.plan.render().items()}
        self.collection = json.loads(self.files["shop.postman_collection.json"])
        self.environments = [
            {value["key"]: value for value in json.loads(text)["values"]}
            for path, text in self.files.items()
            if path.startswith("environments/")
        ]
        self.requests = [item["request"] for item in items(self.collection)]

    def auth(self, index: int) -> dict[str, Any]:
        """The authorization of a request, its own or the collection's, as a flat mapping."""
        auth = self.requests[index].get("auth", self.collection.get("auth", {"type": "noauth"}))
        return {"type": auth["type"], **{part["key"]: part["value"] for part in auth.get(auth["type"], [])}}

    def header(self, index: int, name: str) -> str | None:
        found = [h["value"] for h in self.requests[index]["header"] if h["key"] == name]
        assert len(found) < 2
        return found[0] if found else None

    @property
    def warnings(self) -> str:
        return "\n".join(map(str, self.plan.warnings))


IMS = _flow("clientCredentials", tokenUrl="https://ims-na1.adobelogin.com/ims/token/v3")


@pytest.mark.parametrize(
    "names", [["ims"], ["machine"], ["relative"], ["ims", "machine"], ["bearer"], ["header", "basic"], []]
)
def test_scripts_define_only_what_they_use(names, tmp_path):
    schemes = {**SCHEMES, "ims": IMS, "relative": _flow("clientCredentials", tokenUrl="/token")}
    written = Written(tmp_path, [[{name: []}] for name in names] or [[]], schemes)
    owners = [written.collection, *items(written.collection)]
    scripts = ["\n".join(e["script"]["exec"]) for owner in owners for e in owner["event"]]
    assert len(scripts) > len(names)
    for script in scripts:
        code = re.sub(r"(^|\s)// .*$", "", script, flags=re.MULTILINE)
        for name in re.findall(r"\b(?:function|const|let|class) (\w+)", code):
            assert len(re.findall(rf"\b{name}\b", code)) > 1, name
        table = code.partition("const TOKENS = [")[2].partition("\n];")[0]
        for key in re.findall(r"^    (\w+): ", table, flags=re.MULTILINE):
            assert f".{key}" in code, key
        done = subprocess.run(
            ["node", "--check", "-"], input=f"() => {{{script}\n}};", text=True, check=False
        )
        assert done.returncode == 0


@pytest.mark.parametrize(
    ("scheme", "auth", "secrets"),
    [
        (
            "header",
            {"type": "apikey", "key": "X-Api-Key", "value": "{{API_KEY}}", "in": "header"},
            ["API_KEY"],
        ),
        ("query", {"type": "apikey", "key": "key", "value": "{{KEY}}", "in": "query"}, ["KEY"]),
        (
            "basic",
            {"type": "basic", "username": "{{API_USERNAME}}", "password": "{{API_PASSWORD}}"},
            ["API_PASSWORD"],
        ),
        (
            "digest",
            {"type": "digest", "username": "{{API_USERNAME}}", "password": "{{API_PASSWORD}}"},
            ["API_PASSWORD"],
        ),
        ("bearer", {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}, ["ACCESS_TOKEN"]),
        ("machine", {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}, ["CLIENT_SECRET", "ACCESS_TOKEN"]),
        ("device", {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}, ["ACCESS_TOKEN"]),
        ("openid", {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}, ["ACCESS_TOKEN"]),
        ("tls", {"type": "noauth"}, []),
        ("aws", SIGNED, ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]),
        ("aws-http", SIGNED, ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]),
    ],
)
def test_a_scheme_becomes_its_authorization_and_its_variables(scheme, auth, secrets, tmp_path):
    written = Written(tmp_path, [[{scheme: []}]])
    assert written.auth(0) == auth
    (environment,) = written.environments
    found = [key for key, value in environment.items() if value["type"] == "secret"]
    assert sorted(found) == sorted({*secrets, *(["ACCESS_TOKEN"] if "ACCESS_TOKEN" in environment else [])})
    assert all(environment[key]["value"] == "" for key in found)


@pytest.mark.parametrize(
    ("scheme", "expected", "absent"),
    [
        (
            "person",
            {
                "grant_type": "authorization_code_with_pkce",
                "challengeAlgorithm": "S256",
                "authUrl": "{{AUTHORIZATION_URL}}",
                "accessTokenUrl": "{{TOKEN_URL}}",
                "redirect_uri": "https://oauth.pstmn.io/v1/callback",
                "clientSecret": "{{CLIENT_SECRET}}",
            },
            {"username"},
        ),
        (
            "password",
            {
                "grant_type": "password_credentials",
                "accessTokenUrl": "{{TOKEN_URL}}",
                "username": "{{API_USERNAME}}",
                "password": "{{API_PASSWORD}}",
            },
            {"authUrl", "redirect_uri", "challengeAlgorithm"},
        ),
        (
            "implicit",
            {"grant_type": "implicit", "authUrl": "{{AUTHORIZATION_URL}}"},
            {"accessTokenUrl", "clientSecret", "challengeAlgorithm"},
        ),
    ],
)
def test_a_grant_that_needs_a_person_is_left_to_postman_with_its_token_in_a_variable(
    scheme, expected, absent, tmp_path
):
    written = Written(tmp_path, [[{scheme: ["read"]}]])
    auth = written.auth(0)
    common = {
        "type": "oauth2",
        "accessToken": "{{ACCESS_TOKEN}}",
        "addTokenTo": "header",
        "scope": "{{SCOPES}}",
    }
    assert auth | common | expected == auth
    assert not absent & auth.keys()
    (environment,) = written.environments
    assert environment["SCOPES"]["value"] == "read"
    named = set(re.findall(r"\{\{(\w+)\}\}", json.dumps(auth)))
    assert named <= environment.keys()


@pytest.mark.parametrize(
    ("servers", "service", "region"),
    [
        ([{"url": "https://api.example.com"}], "execute-api", "us-east-1"),
        ([{"url": "https://a1b2.execute-api.eu-west-1.amazonaws.com/prod"}], "execute-api", "eu-west-1"),
        ([{"url": "https://sts.amazonaws.com", "variables": {}}], "sts", "us-east-1"),
        (
            [
                {
                    "url": "http://ec2.{region}.amazonaws.com",
                    "variables": {"region": {"default": "us-gov-west-1"}},
                }
            ],
            "ec2",
            "us-gov-west-1",
        ),
        ([{"url": "https://s3.cn-north-1.amazonaws.com.cn"}], "s3", "cn-north-1"),
        ([{"url": "https://sts.amazonaws.com.example.org"}], "execute-api", "us-east-1"),
        ([{"url": "https://$(id).amazonaws.com"}], "execute-api", "us-east-1"),
    ],
)
def test_a_signature_is_for_the_service_and_region_of_the_first_server(servers, service, region, tmp_path):
    written = Written(tmp_path, [[{"aws": []}]], servers=servers)
    (environment,) = written.environments
    assert (environment["AWS_SERVICE"]["value"], environment["AWS_REGION"]["value"]) == (service, region)
    assert f"--aws-sigv4 'aws:amz:{region}:{service}'" in written.files["curl/other.md"]
    script = written.files["curl/scripts/op0.sh"]
    assert f'--aws-sigv4 "aws:amz:${{AWS_REGION:-{region}}}:${{AWS_SERVICE:-{service}}}"' in script


def test_the_session_token_is_sent_by_the_signature_itself(tmp_path):
    parameters = [{"name": "X-Amz-Security-Token", "in": "header", "schema": {"type": "string"}}]
    written = Written(tmp_path, [[{"aws": []}]], parameters=parameters)
    (header,) = written.requests[0]["header"]
    assert (header["key"], header["disabled"]) == ("X-Amz-Security-Token", True)
    assert "AMZ_SECURITY_TOKEN" not in written.environments[0]


def test_a_path_for_any_method_is_reported(tmp_path):
    paths = {
        "/{proxy+}": {"x-amazon-apigateway-any-method": {"responses": {}}},
        "/a": {"get": {"responses": {}}},
    }
    written = Written(tmp_path, [], paths=paths)
    assert "#/paths/~1{proxy+}/x-amazon-apigateway-any-method" in written.warnings
    assert "there is no request for it" in written.warnings
    assert [request["method"] for request in written.requests] == ["GET"]


def test_two_schemes_of_one_kind_have_separate_variables_in_every_environment(tmp_path):
    kinds = ["header", "basic", "bearer", "machine", "person"]
    schemes = {f"{n} {kind}": SCHEMES[kind] for kind in kinds for n in ("first", "second")}
    servers = [{"url": "https://api.example.com"}, {"url": "https://test.example.com"}]
    written = Written(tmp_path, [[{name: []}] for name in schemes], schemes, servers=servers)
    first, second = written.environments
    assert first.keys() == second.keys()
    used = [set(re.findall(r"\{\{(\w+)\}\}", json.dumps(written.auth(i)))) for i in range(len(schemes))]
    assert all(used)
    assert sum(map(len, used)) == len(set.union(*used))
    assert set.union(*used) <= first.keys()


@pytest.mark.parametrize(
    "name", ["private-key", "ACCESS_TOKEN_RENEW", "VALUES_OF_REFERENCES", "ALLOW_WRITES"]
)
def test_no_scheme_uses_a_variable_of_the_scripts_or_of_an_old_environment(name, tmp_path):
    """Otherwise a key left in an environment for the Service Account (JWT) credential would be sent."""
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    root = {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "security": [{name: []}],
        "paths": {"/a": {"get": {"responses": {"200": {"description": "Yes"}}}}},
        "components": {"securitySchemes": {name: scheme}},
    }
    (tmp_path / "keys.json").write_text(json.dumps(root))
    generate(load(tmp_path / "keys.json"), tmp_path / "out", ["postman", "environments"])
    written = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.json"))
    variable = name.upper().replace("-", "_")
    assert f"{{{{{variable}}}}}" not in written
    assert f'"key": "{variable}"' not in written.replace('"key": "ALLOW_WRITES",', "")


def test_schemes_whose_names_give_the_same_variable_are_kept_apart(tmp_path):
    names = ["a-b", "a_b", "a b", "A.B"]
    written = Written(tmp_path, [[{name: []}] for name in names], dict.fromkeys(names, SCHEMES["machine"]))
    assert len({written.auth(i)["token"] for i in range(4)}) == 4
    keys = [key for key in written.environments[0] if "CLIENT_SECRET" in key]
    assert len(keys) == 4
    script = "\n".join(written.collection["event"][0]["script"]["exec"])
    assert sorted(re.findall(r"clientSecret: '(\w+)'", script)) == sorted(keys)


def test_all_schemes_of_a_requirement_are_sent(tmp_path):
    required = [{"machine": [], "header": [], "other-header": [], "query": [], "cookie": [], "tls": []}]
    written = Written(tmp_path, [required])
    assert written.auth(0) == {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}
    assert written.header(0, "X-Api-Key") == "{{API_KEY}}"
    assert written.header(0, "X-Other-Key") == "{{OTHER_KEY}}"
    assert written.header(0, "Cookie") == "session={{SESSION}}"
    assert written.requests[0]["url"]["raw"].endswith("?key={{KEY}}")
    assert "client certificate" in written.requests[0]["description"]


@pytest.mark.parametrize(
    ("required", "kind"),
    [
        ([{"basic": []}, {"header": []}], "basic"),
        ([{"no such": []}, {"header": []}], "apikey"),
        ([{}], "noauth"),
        ([], "noauth"),
        ([{}, {"basic": []}], "noauth"),
        (None, "bearer"),
    ],
)
def test_the_first_alternative_that_can_be_met_is_sent(required, kind, tmp_path):
    written = Written(tmp_path, [None, None, required], security=[{"bearer": []}])
    assert written.auth(2)["type"] == kind
    assert (written.requests[2].get("auth") is None) == (required is None)


def test_a_request_inherits_the_collections_authorization_even_with_other_scopes(tmp_path):
    written = Written(
        tmp_path, [None, [{"machine": ["write"]}], [{"machine": []}]], security=[{"machine": ["read"]}]
    )
    assert [request.get("auth") for request in written.requests] == [None, None, None]
    assert written.environments[0]["SCOPES"]["value"] == "read write"


def test_a_requirement_with_an_unknown_scheme_is_reported_with_its_place(tmp_path):
    written = Written(tmp_path, [[{"no such": []}]])
    assert written.auth(0) == {"type": "noauth"}
    assert "no such" in written.warnings
    assert "/security" in written.warnings


def test_two_schemes_in_one_place_are_reported(tmp_path):
    written = Written(tmp_path, [[{"basic": [], "bearer": []}]])
    assert written.auth(0)["type"] == "basic"
    assert "the first is sent" in written.warnings


def test_another_token_server_beside_ims_has_its_own_variables_and_instructions(tmp_path):
    written = Written(tmp_path, [[{"ims": []}], [{"other": []}]], {"ims": IMS, "other": SCHEMES["machine"]})
    (environment,) = written.environments
    assert {"IMS", "API_KEY", "CLIENT_SECRET", "OTHER_CLIENT_ID", "OTHER_CLIENT_SECRET"} <= environment.keys()
    assert "CLIENT_ID" not in environment
    assert [key for key, value in environment.items() if value["type"] == "secret"] == [
        "CLIENT_SECRET",
        "ACCESS_TOKEN",
        "OTHER_CLIENT_SECRET",
        "OTHER_ACCESS_TOKEN",
    ]
    description = written.collection["info"]["description"]
    assert "`OTHER_CLIENT_SECRET`" in description
    assert "Developer Console" in description


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_valid_scheme_gives_no_warning(scheme, tmp_path):
    assert Written(tmp_path, [[{scheme: []}]]).warnings == ""


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ("device", "device flow"),
        ("openid", "openid-configuration"),
        ("tls", "client certificate"),
        ("person", "Get New Access Token"),
        ("machine", "`CLIENT_AUTHENTICATION`"),
    ],
)
def test_the_collections_description_says_what_a_person_has_to_do(scheme, words, tmp_path):
    written = Written(tmp_path, [[{scheme: []}]])
    assert words in written.collection["info"]["description"]


BEARER = {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}
BASIC = {"type": "basic", "username": "{{API_USERNAME}}", "password": "{{API_PASSWORD}}"}


def _key(header: str, variable: str) -> dict[str, str]:
    return {"type": "apikey", "key": header, "value": "{{" + variable + "}}", "in": "header"}


@pytest.mark.parametrize(
    ("name", "description", "example", "auth"),
    [
        ("Authorization", "", "", BEARER),
        ("authorization", "Format: `Bearer {ACCESS_TOKEN}`", "", BEARER),
        ("Authorization", "", "Basic YTpi", BASIC),
        ("Authorization", "HTTP Basic authorization header.", "", BASIC),
        ("Authorization", "", "Token <YOUR-TOKEN>", _key("Authorization", "AUTHORIZATION")),
        ("x-api-key", "", "", _key("x-api-key", "API_KEY")),
        ("Private-Token", "", "", _key("Private-Token", "PRIVATE_TOKEN")),
        ("x-sandbox-name", "", "", _key("x-sandbox-name", "SANDBOX_NAME")),
    ],
)
def test_a_header_parameter_for_a_credential_is_treated_as_one(name, description, example, auth, tmp_path):
    parameter = {"name": name, "in": "header", "required": True, "description": description}
    parameter["schema"] = {"type": "string", **({"example": example} if example else {})}
    written = Written(tmp_path, [None], {}, [parameter])
    assert written.auth(0) == auth
    assert written.header(0, name) is None
    assert set(re.findall(r"\{\{(\w+)\}\}", json.dumps(auth))) <= written.environments[0].keys()
    assert "YTpi" not in json.dumps(written.files)


def test_a_sandbox_has_its_usual_name_and_is_public(tmp_path):
    written = Written(tmp_path, [None], {}, [{"name": "x-sandbox-name", "in": "header", "schema": {}}])
    assert written.environments[0]["SANDBOX_NAME"] == {
        "key": "SANDBOX_NAME",
        "value": "prod",
        "type": "default",
        "enabled": True,
    }


def test_an_optional_credential_beside_a_required_one_is_present_but_not_sent(tmp_path):
    token = {"name": "X-Amz-Security-Token", "in": "header", "schema": {"type": "string"}}
    written = Written(tmp_path, [[{"header": []}]], parameters=[token])
    (header,) = written.requests[0]["header"]
    assert header == {"key": token["name"], "value": "{{AMZ_SECURITY_TOKEN}}", "disabled": True}
    assert "X-Amz-Security-Token" not in written.files["curl/scripts/op0.sh"]


def test_a_header_parameter_that_a_scheme_declares_too_is_that_scheme(tmp_path):
    parameters = [
        {"name": n, "in": "header", "required": True, "schema": {"type": "string"}}
        for n in ("authorization", "X-API-KEY")
    ]
    written = Written(tmp_path, [[{"machine": [], "header": []}], []], parameters=parameters)
    for index in (0, 1):
        assert written.auth(index) == {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}
        assert [h["value"] for h in written.requests[index]["header"]] == ["{{API_KEY}}"]
    assert not [key for key in written.environments[0] if key.startswith("AUTHORIZATION")]


@pytest.mark.parametrize(
    ("name", "description", "auth"),
    [
        ("Bearer", "", "bearer"),
        ("jwt", 'Put "Bearer {token}" here.', "bearer"),
        ("key", "HTTP Basic; the user name is a valid API key.", "basic"),
        ("hmac", "Amazon Signature authorization v4", "apikey"),
        ("key", "", "apikey"),
    ],
)
def test_an_api_key_in_authorization_follows_its_description_or_is_the_full_value(
    name, description, auth, tmp_path
):
    scheme = {"type": "apiKey", "in": "header", "name": "Authorization", "description": description}
    written = Written(tmp_path, [[{name: []}]], {name: scheme})
    assert written.auth(0)["type"] == auth
    whole = "`AUTHORIZATION` is the whole value" in written.collection["info"]["description"]
    assert whole == (auth == "apikey")


@pytest.mark.parametrize(
    "name", ["Idempotency-Key", "X-CSRF-Token", "If-Match", "X-Next-Token", "X-Public-Id"]
)
def test_other_headers_are_not_credentials(name):
    assert not is_credential(name)


@pytest.mark.parametrize(
    ("url", "base", "whole"),
    [
        ("https://l.example.com/t", "https://a.example.com/v1", "https://l.example.com/t"),
        ("/oauth/token", "https://a.example.com/v1", "https://a.example.com/oauth/token"),
        ("token", "https://a.example.com/v1", "https://a.example.com/v1/token"),
        ("//l.example.com/t", "https://a.example.com", "https://l.example.com/t"),
        ("https://user:password@l.example.com/t#x", "https://a.example.com", "https://l.example.com/t"),
        ("https://[bad/t", "https://a.example.com", ""),
        ("", "https://a.example.com", ""),
    ],
)
def test_a_token_url_is_absolute(url, base, whole):
    assert whole_url(url, base) == whole


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Login.Example.com:8443/t?a=b", "login.example.com"),
        ("http://login.example.com/t", ""),
        ("http://localhost:8080/t", "localhost"),
        ("http://[::1]:8080/t", "[::1]"),
        ("https://{tenant}.example.com/t", "*.example.com"),
        ("https://login.example.com/{tenant}/t", "login.example.com"),
        ("https://{host}/t", ""),
        ("https://{host}.com/t", ""),
        ("https://login.{zone}/t", ""),
        ("https://a.example.com\\@b.example.com/t", ""),
        ("https://a.example.com@b.example.com/t", ""),
        ("https://{{CLIENT_SECRET}}.example.com/t", "*.example.com"),
        ("https://.example.com/t", ""),
        ("https://a..example.com/t", ""),
        ("https://example.com./t", ""),
        ("https://{tenant}..example.com/t", ""),
        ("https://-a.example.com/t", ""),
        ("https://a-.example.com/t", ""),
        ("https://" + "a" * 64 + ".example.com/t", ""),
        ("https://%65xample.com/t", ""),
        ("https://ex\u0430mple.com/t", ""),
        ("https://trac\u212aer.example.com/t", ""),
        ("https://a_b.example.com/t", ""),
        ("https://127.1/t", ""),
        ("https://0177.0.0.1/t", ""),
        ("https://0x7f.0.0.1/t", ""),
        ("https://2130706433/t", ""),
        ("https://256.0.0.1/t", ""),
        ("https://example.0x/t", ""),
        ("https://192.0.2.1/t", "192.0.2.1"),
        ("https://xn--exmple-cua.com/t", "xn--exmple-cua.com"),
        ("ftp://login.example.com/t", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_secret_is_sent_only_to_the_host_named_in_the_description(url, host):
    assert trusted_host(url) == host


def test_a_relative_token_url_is_absolute_in_every_environment(tmp_path):
    scheme = _flow("clientCredentials", tokenUrl="/oauth/token")
    servers = [{"url": "https://api.example.com/v1"}, {"url": "https://test.example.com/v1"}]
    written = Written(tmp_path, [[{"m": []}]], {"m": scheme}, servers=servers)
    found = [environment["TOKEN_URL"]["value"] for environment in written.environments]
    assert found == ["https://api.example.com/oauth/token", "https://test.example.com/oauth/token"]
    script = "\n".join(written.collection["event"][0]["script"]["exec"])
    assert "hosts: ['api.example.com', 'test.example.com']" in script


@pytest.mark.parametrize("place", ["header", "cookie"])
def test_an_invalid_header_name_is_encoded_and_refers_to_no_variable_of_the_reader(place, tmp_path):
    scheme = {"type": "apiKey", "in": place, "name": "a;{HOME}={{CLIENT_SECRET}}\n"}
    written = Written(tmp_path, [[{"k": []}]], {"k": scheme})
    script = written.files["curl/scripts/op0.sh"]
    assert "a%3B%7BHOME%7D%3D%7B%7BCLIENT_SECRET%7D%7D" in script
    assert "${HOME}" not in script
    assert "${CLIENT_SECRET}" not in script
    # It is encoded once, in the collection too.
    assert "a%3B%7BHOME%7D%3D%7B%7BCLIENT_SECRET%7D%7D" in json.dumps(written.collection)
    assert f"cannot be the name of a {place}" in written.warnings


def test_without_an_https_token_url_no_script_sends_a_secret(tmp_path):
    scheme = _flow("clientCredentials", tokenUrl="http://login.example.com/token")
    written = Written(tmp_path, [[{"m": []}]], {"m": scheme})
    assert written.auth(0) == {"type": "bearer", "token": "{{ACCESS_TOKEN}}"}
    assert "client_credentials" not in json.dumps(written.collection["event"])
    assert "names no https address" in written.collection["info"]["description"]


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "__proto__",
            "constructor",
            "{{CLIENT_SECRET}}",
            "`${x}`",
            "*/ throw 1 /*",
            '"',
            "'",
            "\n",
            "</script>",
            "\u2028",
        ]
    ),
    st.text(max_size=12),
)


@given(scheme=HOSTILE, scope=HOSTILE, name=HOSTILE, url=HOSTILE)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_names_scopes_and_urls_of_a_description_stay_text(scheme, scope, name, url, tmp_path):
    token_url = f"{LOGIN}/{url}"
    schemes = {
        scheme: _flow("clientCredentials", tokenUrl=token_url, scopes={scope: url}),
        scheme + "2": {"type": "apiKey", "in": "header", "name": name, "description": url},
        scheme + "3": {"type": "http", "scheme": name},
    }
    requirements = [[{key: []}] for key in schemes]
    written = Written(tmp_path, [*requirements, [{key: [] for key in schemes}]], schemes)
    (environment,) = written.environments
    # Postman may resolve only our own variables.
    for request in (*written.requests, written.collection.get("auth", {})):
        named = set(re.findall(r"\{\{(.*?)\}\}", json.dumps({**request, "description": ""}), re.S))
        assert named <= environment.keys()
        assert "CLIENT_SECRET" not in named
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*|[A-Z0-9_]+", key) for key in environment)
    assert not [v for v in environment.values() if "{{" in v["value"]]
    for event in written.collection["event"]:
        literals = re.sub(r'"(?:[^"\\]|\\.)*"', '""', "\n".join(event["script"]["exec"]))
        assert "throw 1" not in literals
        assert "</script" not in "".join(event["script"]["exec"])
