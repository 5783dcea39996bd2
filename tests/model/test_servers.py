"""Servers: addresses are always absolute, all servers are kept, and none of their texts names a secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import environment_file, items, newman
from support.recorder import recorder

from generator import Options, Plan, generate, load
from generator.model.addresses import ORIGIN, whole

OK = {"responses": {"200": {"description": "Fine"}}}


def _plan(folder: Path, root: dict[str, Any]) -> Plan:
    file = folder / "api.json"
    base = {"openapi": "3.2.0", "info": {"title": "T", "version": "1"}, "paths": {"/things": {"get": OK}}}
    file.write_text(json.dumps(base | root))
    return load(file)


def _environments(plan: Plan) -> dict[str, dict[str, str]]:
    files = plan.render(("environments",)).values()
    found = [json.loads(rendered.text) for rendered in files]
    return {e["name"]: {value["key"]: value["value"] for value in e["values"]} for e in found}


def _addresses(plan: Plan) -> list[str]:
    return [values["baseUrl"] for values in _environments(plan).values()]


def _servers(*urls: str) -> dict[str, Any]:
    return {"servers": [{"url": url} for url in urls]}


ADDRESSES = {
    "https://api.example.com/v1": "https://api.example.com/v1",
    "https://api.example.com/": "https://api.example.com",
    "https://api.example.com/v1/": "https://api.example.com/v1",
    "https://api.example.com//v1//": "https://api.example.com/v1",
    " https://api.example.com/v1 ": "https://api.example.com/v1",
    "HTTPS://api.example.com": "https://api.example.com",
    "https://api.example.com/v1?x=1#y": "https://api.example.com/v1",
    "https://api.example.com/a/../b/./c": "https://api.example.com/b/c",
    "https://[::1]:8443/v1": "https://[::1]:8443/v1",
    "wss://api.example.com/v1": "wss://api.example.com/v1",
    "//api.example.com/v1": "https://api.example.com/v1",
    "//localhost:8080/v1": "http://localhost:8080/v1",
    "api.example.com/v1": "https://api.example.com/v1",
    "localhost:8080": "http://localhost:8080",
    "10.0.0.7/v1": "https://10.0.0.7/v1",
    "/v1": "http://localhost/v1",
    "/": "http://localhost",
    "": "http://localhost",
    "v1": "http://localhost/v1",
    "v1.0/x": "http://localhost/v1.0/x",
    "../v1": "http://localhost/v1",
    "Your API URL": "http://localhost/Your%20API%20URL",
    "https://": "http://localhost",
    "https://api.example.com/{": "https://api.example.com/%7B",
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_the_address_of_a_server_is_absolute_whatever_its_url(url, tmp_path):
    plan = _plan(tmp_path, _servers(url))
    assert _addresses(plan) == [ADDRESSES[url]]
    assert json.loads(plan.render(("postman",))["api.postman_collection.json"].text)["variable"][0] == {
        "key": "baseUrl",
        "value": ADDRESSES[url],
        "type": "string",
    }


@given(st.text("ab.:/{}?#%@ é\\\"'<[]", max_size=20), st.sampled_from([ORIGIN, "https://a.example/v1"]))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_every_text_gives_an_absolute_address(url, base):
    address = whole(url, base)
    scheme, separator, rest = address.partition("://")
    assert (bool(scheme), separator) == (True, "://")
    assert rest.partition("/")[0]
    assert not set(rest) & set('{}?#<>"\\ ')
    assert "//" not in rest
    assert not rest.endswith("/")


VARIABLES = {
    "default": ("https://{host}/v1", {"host": {"default": "a.example"}}, "https://a.example/v1"),
    "default that is a number": (
        "https://a.example:{port}",
        {"port": {"default": 8443}},
        "https://a.example:8443",
    ),
    "default with a slash": (
        "https://a.example/{base}",
        {"base": {"default": "/v1/"}},
        "https://a.example/v1",
    ),
    "default that is empty": ("https://a.example/{base}/x", {"base": {"default": ""}}, "https://a.example/x"),
    "default that is a whole address": (
        "{endpoint}/v1",
        {"endpoint": {"default": "https://a.example/"}},
        "https://a.example/v1",
    ),
    "default of a relative address": ("{base}/v1", {"base": {"default": "api"}}, "http://localhost/api/v1"),
    "no default": ("https://{host}/v1", {"host": {"enum": ["b.example"]}}, "https://b.example/v1"),
    "not described": ("https://{tenant}.a.example", {}, "https://tenant.a.example"),
    "doubled braces": ("https://{{host}}/v1", {"host": {"default": "a.example"}}, "https://a.example/v1"),
    "unused": ("https://a.example", {"x": {"default": "y"}}, "https://a.example"),
    "scheme": ("{scheme}://a.example", {"scheme": {"default": "http"}}, "http://a.example"),
}


@pytest.mark.parametrize("case", VARIABLES)
def test_server_variables_are_replaced_by_their_values(case, tmp_path):
    url, variables, address = VARIABLES[case]
    plan = _plan(tmp_path, {"servers": [{"url": url, "variables": variables}]})
    assert _addresses(plan) == [address]


def test_an_undescribed_server_variable_is_a_warning_with_its_place(tmp_path):
    (warning,) = _plan(tmp_path, _servers("https://{tenant}.a.example")).warnings
    assert "{tenant}" in warning.what
    assert warning.place.pointer == "/servers/0"


@pytest.mark.parametrize(
    "url", ["https://a.example/{x}", "https://{x}/", "{x}", "https://a/{{{CLIENT_SECRET}}}"]
)
def test_no_server_can_refer_to_a_variable_of_postman(url, tmp_path):
    variables = {"x": {"default": "{{CLIENT_SECRET}}", "enum": ["{{ACCESS_TOKEN}}"]}}
    plan = _plan(tmp_path, {"servers": [{"url": url, "variables": variables}]})
    for address in _addresses(plan):
        assert "{" not in address


def test_every_server_has_an_environment_named_after_its_name_values_or_host(tmp_path):
    region = {"default": "eu", "enum": ["eu", "us"]}
    stage = {"default": "test"}
    plan = _plan(
        tmp_path,
        {
            "servers": [
                {"url": "https://a.example/v1", "name": "Live"},
                {"url": "https://b.example/v1"},
                {"url": "https://b.example/v2"},
                {"url": "http://b.example/v2"},
                {"url": "https://{region}.c.example", "variables": {"region": region}},
                {"url": "https://{stage}.d.example", "variables": {"stage": stage}},
                {"url": "https://{region}.e.example", "name": "E", "variables": {"region": region}},
                {"url": "https://a.example/v1/", "name": "The same again"},
            ]
        },
    )
    found = {name: values["baseUrl"] for name, values in _environments(plan).items()}
    assert found == {
        "T - Live": "https://a.example/v1",
        "T - b.example": "https://b.example/v1",
        "T - b.example/v2": "https://b.example/v2",
        "T - b.example http": "http://b.example/v2",
        "T - eu": "https://eu.c.example",
        "T - us": "https://us.c.example",
        "T - test.d.example": "https://test.d.example",
        "T - E eu": "https://eu.e.example",
        "T - E us": "https://us.e.example",
    }


def test_servers_beyond_the_limit_are_listed_in_the_collection(tmp_path):
    plan = _plan(tmp_path, _servers(*(f"https://s{number}.example" for number in range(30))))
    collection = json.loads(plan.render(("postman",))["api.postman_collection.json"].text)
    environments = _addresses(plan)
    assert len(environments) == 24
    for number in range(30):
        address = f"https://s{number}.example"
        assert address in environments or address in collection["info"]["description"]


@pytest.mark.parametrize("servers", [{}, {"servers": []}])
def test_a_description_without_servers_uses_localhost_with_a_warning(servers, tmp_path):
    plan = _plan(tmp_path, servers)
    assert _addresses(plan) == ["http://localhost"]
    assert [warning.what for warning in plan.warnings] == ["The description names no server."]


def test_a_relative_server_is_a_warning_with_its_place(tmp_path):
    (warning,) = _plan(tmp_path, _servers("https://a.example", "/v1")).warnings
    assert "'/v1' is relative" in warning.what
    assert warning.place.pointer == "/servers/1"


def _requests(plan: Plan) -> dict[str, str]:
    collection = json.loads(plan.render(("postman",))["api.postman_collection.json"].text)
    variables = {variable["key"]: variable["value"] for variable in collection["variable"]}
    found = {}
    for item in items(collection):
        url = item["request"]["url"]
        (base,) = url["host"]
        found[item["name"]] = f"{base}={variables[base.strip('{}')]}"
    return found


def test_servers_of_a_path_or_an_operation_have_their_own_variables(tmp_path):
    paths = {
        "/a": {"get": OK},
        "/b": {"servers": [{"url": "https://uploads.example/"}], "get": OK, "put": OK},
        "/c": {
            "servers": [{"url": "https://uploads.example"}],
            "get": OK
            | {"servers": [{"url": "https://{x}.example//v2", "variables": {"x": {"default": "own"}}}]},
        },
        "/d": {"get": OK | {"servers": [{"url": "https://files.example", "name": "Big files"}]}},
        "/e": {"get": OK | {"servers": [{"url": "https://a.example/v1"}]}},
        "/f": {"get": OK | {"servers": [{"url": "/v2"}]}},
        "/g": {"get": OK | {"servers": [{"url": ""}]}},
    }
    plan = _plan(tmp_path, _servers("https://a.example/v1") | {"paths": paths})
    assert _requests(plan) == {
        "GET /a": "{{baseUrl}}=https://a.example/v1",
        "GET /b": "{{baseUrl_uploads_example}}=https://uploads.example",
        "PUT /b": "{{baseUrl_uploads_example}}=https://uploads.example",
        "GET /c": "{{baseUrl_own_example}}=https://own.example/v2",
        "GET /d": "{{baseUrl_Big_files}}=https://files.example",
        "GET /e": "{{baseUrl}}=https://a.example/v1",
        # A URL without a host is resolved against the API's server.
        "GET /f": "{{baseUrl_a_example}}=https://a.example/v2",
        "GET /g": "{{baseUrl_a_example_2}}=https://a.example",
    }
    (values,) = _environments(plan).values()
    assert values["baseUrl_uploads_example"] == "https://uploads.example"
    assert not plan.warnings


def test_further_servers_of_an_operation_are_listed_in_its_request(tmp_path):
    servers = [{"url": "https://one.example/"}, {"url": "https://two.example/v1/", "description": "Backup"}]
    plan = _plan(
        tmp_path, _servers("https://a.example") | {"paths": {"/a": {"get": OK | {"servers": servers}}}}
    )
    collection = json.loads(plan.render(("postman",))["api.postman_collection.json"].text)
    assert "https://two.example/v1" in collection["item"][0]["request"]["description"]


def test_if_only_paths_have_servers_theirs_is_the_address(tmp_path):
    paths = {"/a": {"servers": [{"url": "https://a.example"}], "get": OK}}
    plan = _plan(tmp_path, {"paths": paths})
    assert _addresses(plan) == ["https://a.example"]
    assert _requests(plan) == {"GET /a": "{{baseUrl}}=https://a.example"}
    assert not plan.warnings


def test_curl_calls_the_same_addresses(tmp_path):
    paths = {"/a": {"get": OK}, "/b": {"get": OK | {"servers": [{"url": "https://b.example/{x}/"}]}}}
    plan = _plan(tmp_path, _servers("https://a.example/") | {"paths": paths})
    files = {path: rendered.text for path, rendered in plan.render(("curl",)).items()}
    assert "https://a.example" in files["curl/scripts/getA.sh"]
    assert "https://b.example/x" in files["curl/scripts/getB.sh"]
    assert "'https://a.example/a'" in files["curl/other.md"]
    assert "'https://b.example/x/b'" in files["curl/other.md"]


# --- Path variables -------------------------------------------------------------------------------------


def _path(*names: str) -> dict[str, Any]:
    return {
        "parameters": [
            {"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names
        ]
    }


VARIABLE_NAMES: dict[str, tuple[dict[str, tuple[str, ...]], set[str]]] = {
    "one use": ({"/users/{id}": ("id",)}, {"id"}),
    "uses that mean the same": ({"/users/{id}": ("id",), "/users/{id}/posts": ("id",)}, {"id"}),
    "uses that mean different things": (
        {"/users/{id}": ("id",), "/orders/{id}": ("id",)},
        {"users_id", "orders_id"},
    ),
    "the same resource under other names before it": (
        {"/a/{x}/posts/{id}": ("x", "id"), "/a/{y}/posts/{id}": ("y", "id")},
        {"x", "y", "id"},
    ),
    "no resource before it": ({"/{id}": ("id",), "/users/{id}": ("id",)}, {"path_id", "users_id"}),
    "a name that is another's": (
        {"/users/{id}": ("id",), "/orders/{id}": ("id",), "/x/{users_id}": ("users_id",)},
        {"users_id", "orders_id", "x_users_id"},
    ),
    "names that become one": ({"/x/{a b}/{a+b}": ("a b", "a+b")}, {"a_b", "x_a_b"}),
    "the address": ({"/x/{baseUrl}": ("baseUrl",)}, {"x_baseUrl"}),
    "the guard": ({"/x/{ALLOW_WRITES}": ("ALLOW_WRITES",)}, {"x_ALLOW_WRITES"}),
    "a secret": ({"/x/{CLIENT_SECRET}": ("CLIENT_SECRET",)}, {"x_CLIENT_SECRET"}),
}


@pytest.mark.parametrize("case", VARIABLE_NAMES)
def test_a_path_variable_keeps_its_name_unless_it_has_another_meaning(case, tmp_path):
    given_, expected = VARIABLE_NAMES[case]
    plan = _plan(
        tmp_path,
        _servers("https://a.example")
        | {"paths": {path: _path(*names) | {"get": OK} for path, names in given_.items()}},
    )
    collection = json.loads(plan.render(("postman",))["api.postman_collection.json"].text)
    names = {variable["key"] for variable in collection["variable"]}
    assert names - {"baseUrl", "ALLOW_WRITES"} == expected
    # Every variable of a request is defined, and literal parts of the path are kept.
    for item in collection["item"]:
        for variable in item["request"]["url"].get("variable", ()):
            assert variable["value"].strip("{}") in expected


@pytest.mark.parametrize("name", ["API_USERNAME", "API_PASSWORD", "ACCESS_TOKEN", "KEY"])
def test_a_path_variable_never_has_the_name_of_a_credential(name, tmp_path):
    schemes = {
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "query", "name": "key"},
    }
    paths = {f"/{s}/{{{name}}}": _path(name) | {"get": OK | {"security": [{s: []}]}} for s in schemes}
    plan = _plan(
        tmp_path, _servers("https://a.example") | {"paths": paths, "components": {"securitySchemes": schemes}}
    )
    collection = json.loads(plan.render(("postman",))["api.postman_collection.json"].text)
    used = {item["request"]["url"]["variable"][0]["value"] for item in collection["item"]}
    credentials = json.dumps([[i["request"].get("auth"), i["request"]["header"]] for i in collection["item"]])
    credentials += json.dumps(collection["auth"])
    (values,) = _environments(plan).values()
    assert not [variable for variable in used if variable in credentials]
    assert {variable.strip("{}") for variable in used} <= set(values)


@pytest.mark.parametrize(
    "name", ["ACCESS_TOKEN", "accessToken", "API_PASSWORD", "apiPassword", "path", "myKey"]
)
def test_a_path_variable_of_a_script_is_never_a_credential_or_a_variable_of_the_shell(name, tmp_path):
    schemes = {
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "My-Key"},
    }
    paths = {f"/{s}/{{{name}}}": _path(name) | {"get": OK | {"security": [{s: []}]}} for s in schemes}
    plan = _plan(
        tmp_path, _servers("https://a.example") | {"paths": paths, "components": {"securitySchemes": schemes}}
    )
    scripts = [r.text for path, r in plan.render(("curl",)).items() if path.endswith(".sh")]
    assert len(scripts) == len(schemes)
    for script in scripts:
        (address,) = re.findall(r'"\$\{BASE_URL%/\}/\w+/\$\{(\w+)\}"', script)
        assert address != "PATH"
        head, _, headers = script.partition("<<HEADERS")
        assert headers
        assert "${" + address + "}" not in headers
        assert f'"${address}"' not in head
        assert f"set this environment variable first: {address}" not in head


def test_newman_reaches_every_server_without_a_double_slash(tmp_path):
    with recorder() as one, recorder() as two:
        port = {"default": str(one.server_port)}
        event = OK | {"requestBody": {"content": {"application/json": {"example": {"a": 1}}}}}
        root = {
            "servers": [
                {
                    "url": "http://127.0.0.1:{port}/{base}",
                    "variables": {"port": port, "base": {"default": "/api/"}},
                }
            ],
            "paths": {
                "/a": {
                    "get": OK | {"callbacks": {"c": {f"{two.address}/called?x={{$url}}": {"put": event}}}}
                },
                "/b/": {"get": OK | {"servers": [{"url": f"{two.address}//b2//"}]}},
                "/c/{id}:end": _path("id") | {"get": OK | {"servers": [{"url": "/c2"}]}},
                "/{baseUrl}": _path("baseUrl") | {"get": OK},
            },
            "webhooks": {"w": {"post": event | {"servers": [{"url": f"{two.address}/hooks/"}]}}},
        }
        file = tmp_path / "api.json"
        file.write_text(json.dumps({"openapi": "3.2.0", "info": {"title": "T", "version": "1"}} | root))
        plan = load(file, options=Options(webhooks=True, callbacks=True))
        generate(plan, tmp_path / "out")
        (environment,) = (tmp_path / "out" / "environments").iterdir()
        environment = environment_file(tmp_path, environment, ALLOW_WRITES="true")
        done = newman(tmp_path / "out/api.postman_collection.json", environment, tmp_path)
    assert done.code == 0, done.output
    sample = {v["key"]: v["value"] for v in json.loads(environment.read_text())["values"]}
    assert [(sent.method, sent.path) for sents in one.sent.values() for sent in sents] == [
        ("GET", "/api/a"),
        ("GET", f"/api/{sample['path_baseUrl']}"),
        ("GET", f"/c2/c/{sample['id']}:end"),
    ]
    assert [(sent.method, sent.path) for sents in two.sent.values() for sent in sents] == [
        ("GET", "/b2/b/"),
        ("POST", "/hooks"),
        ("PUT", "/called"),
    ]
