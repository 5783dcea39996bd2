"""The effect of the guards' settings on every file, and the hosts to which credentials may be sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import items

from generator import Plan, load
from generator.targets.shared.guards import known_hosts

OK = {"responses": {"200": {"description": "Fine"}}}
API: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "security": [{"bearer": []}],
    "paths": {"/things": {"get": OK, "post": OK | {"summary": "Create"}}, "/other": {"delete": OK}},
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
}
#: Texts that show that a file has a guard.
TRACES = {
    "writes": ("ALLOW_WRITES", "isGuardedWrite", "This request writes", "It writes", "Requests that write"),
    "hosts": ("ALLOW_HOSTS", "hostProblem", "KNOWN_HOSTS", "credentials would go", "Credentials are sent"),
    "redirects": ("followRedirects", "redirection()"),
}

NONE: dict[str, set[str]] = {guard: set() for guard in TRACES}


def _plan(folder: Path, project: str = "", **changes: Any) -> Plan:
    (folder / "things.json").write_text(json.dumps(API | changes))
    (folder / "callsheet.yaml").write_text(f"description: things.json\n{project}")
    return load(project_file=folder / "callsheet.yaml")


def _traces(plan: Plan) -> dict[str, set[str]]:
    """Guard → the files that have it."""
    texts = {path: rendered.text for path, rendered in plan.render().items()}
    return {
        guard: {path for path, text in texts.items() if any(trace in text for trace in traces)}
        for guard, traces in TRACES.items()
    }


def test_no_file_of_another_api_has_guards_unless_enabled(tmp_path):
    assert _traces(_plan(tmp_path)) == NONE
    assert _traces(_plan(tmp_path, "guards: {}\n")) == NONE


@pytest.mark.parametrize("guard", TRACES)
def test_each_guard_can_be_enabled_by_itself(guard, tmp_path):
    found = _traces(_plan(tmp_path, f"guards: {{{guard}: true}}\n"))
    assert {name for name, files in found.items() if files} == {guard}
    collections = {path for path in found[guard] if path.endswith(".postman_collection.json")}
    assert collections == {f"{folder}things.postman_collection.json" for folder in ("", "docs/downloads/")}
    assert any(path.startswith("postman/collections/") for path in found[guard])
    if guard != "redirects":
        assert "environments/api-example-com.postman_environment.json" in found[guard]
        assert any(path.startswith("curl/scripts/") for path in found[guard])
        assert "curl/README.md" in found[guard]


def test_every_guard_is_enabled_for_adobe_and_can_be_disabled(ours, tmp_path):
    on = _traces(ours.plan)
    assert all(on.values())
    project = "token: adobe-ims\nguards: {writes: false, hosts: false, redirects: false}\n"
    assert _traces(_plan(tmp_path, project)) == NONE
    text = ours.description.read_text()
    (tmp_path / "things.json").write_text(text)
    off = load(project_file=tmp_path / "callsheet.yaml")
    assert off.settings.environments[-1].mock
    assert _traces(off) == NONE


def test_only_the_local_mock_allows_writes(generated):
    for name, allowed in (("production", "false"), ("stage", "false"), ("local", "true")):
        environment = json.loads(generated.environment(name).read_text())
        values = {v["key"]: v["value"] for v in environment["values"] if v["enabled"]}
        assert values["ALLOW_WRITES"] == allowed
        assert values["ALLOW_HOSTS"] == ""
    # An empty variable in an environment would hide that of the collection.
    collection = json.loads(generated.collection.read_text())
    variables = {v["key"]: v["value"] for v in collection["variable"]}
    assert variables["ALLOW_WRITES"] == "false"
    assert "ALLOW_HOSTS" not in variables


def test_the_project_file_can_allow_writes_in_an_environment(tmp_path):
    project = "guards: {writes: true}\nenvironments: [{name: mine, values: {ALLOW_WRITES: 'true'}}]\n"
    (environment,) = (
        json.loads(rendered.text)
        for path, rendered in _plan(tmp_path, project).render(("environments",)).items()
    )
    assert {"key": "ALLOW_WRITES", "value": "true", "type": "default", "enabled": True} in environment[
        "values"
    ]


def test_each_request_disables_redirects_itself(generated):
    behaviors = [
        item.get("protocolProfileBehavior", {})
        for item in items(json.loads(generated.collection.read_text()))
    ]
    assert len(behaviors) == 5
    assert all(behavior["followRedirects"] is False for behavior in behaviors)


def test_hosts_are_not_checked_if_requests_have_no_credentials(tmp_path):
    plan = _plan(tmp_path, "guards: {hosts: true}\n", security=[])
    assert _traces(plan)["hosts"] == set()


def _server(url: str, **variables: list[str]) -> dict[str, Any]:
    described = {
        name: {"default": values[0], **({"enum": values} if len(values) > 1 else {})}
        for name, values in variables.items()
    }
    return {"url": url, "variables": described}


HOSTS: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
    "each server's": (
        [{"url": "https://a.example.com/v1"}, {"url": "https://B.example.com:8443"}],
        ("a.example.com", "b.example.com"),
    ),
    "only behind https, beside this machine": (
        [{"url": "http://a.example.com"}, {"url": "http://localhost:8080"}, {"url": "https://c.example.com"}],
        ("c.example.com",),
    ),
    "every value of an enumerated variable": (
        [_server("https://{stage}.example.com/{version}", stage=["a", "b"], version=["v1", "v2"])],
        ("a.example.com", "b.example.com"),
    ),
    "any host below a domain": (
        [_server("https://{tenant}.api.example.com", tenant=["demo"])],
        ("*.api.example.com",),
    ),
    "no wildcard of a whole top-level domain": (
        [_server("https://{domain}.com/x", domain=["example"])],
        ("example.com",),
    ),
    "no wildcard of everything": ([_server("https://{host}/x", host=["a.example.com"])], ("a.example.com",)),
    "a port is no host": ([_server("https://a.example.com:{port}", port=["8443"])], ("a.example.com",)),
    "no user name": ([{"url": "https://a.example.com@evil.example"}], ()),
    "a relative server's is not known": ([{"url": "/v1"}], ()),
}


@pytest.mark.parametrize("case", HOSTS)
def test_credentials_may_be_sent_to_the_hosts_of_the_servers(case, tmp_path):
    servers, expected = HOSTS[case]
    plan = _plan(tmp_path, "guards: {hosts: true}\nenvironments: []\n", servers=servers)
    assert known_hosts(plan.api, plan.settings) == expected


def test_credentials_may_be_sent_to_the_hosts_of_the_project_file(tmp_path):
    project = (
        "guards: {hosts: true}\nenvironments: [{name: own, values: {baseUrl: 'https://own.example/v2'}}]\n"
    )
    plan = _plan(tmp_path, project)
    assert known_hosts(plan.api, plan.settings) == ("api.example.com", "own.example")


def test_for_adobe_the_description_does_not_choose_the_hosts(tmp_path):
    plan = _plan(tmp_path, "token: adobe-ims\n", servers=[{"url": "https://evil.example"}])
    assert known_hosts(plan.api, plan.settings) == ("*.adobe.io",)


def test_a_path_variable_never_has_the_name_of_a_permission(tmp_path):
    for name in ("ALLOW_WRITES", "ALLOW_HOSTS", "ALLOW_VARIATIONS"):
        parameter = {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "example": "true",
        }
        paths = {f"/things/{{{name}}}": {"get": {**OK, "parameters": [parameter]}}}
        plan = _plan(tmp_path, "guards: {writes: true, hosts: true}\n", paths=paths)
        collection = json.loads(plan.render(("postman",))["things.postman_collection.json"].text)
        assert f"things_{name}" in {variable["key"] for variable in collection["variable"]}
        script = next(r.text for path, r in plan.render(("curl",)).items() if path.endswith(".sh"))
        assert f'"${{{name}}}"' not in script
