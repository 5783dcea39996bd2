"""Values that refer to another variable, or to a secret in Postman's Vault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from support import oauth_server
from support.prerequest import IMS, SECRET, outcomes, script_of, shop
from support.runtimes import RUNTIMES

from generator import load

TOKEN = {"code": 200, "body": json.dumps({"access_token": "fetched", "expires_in": 3600})}
NAMES = ("IMS", "API_KEY", "CLIENT_SECRET", "SCOPES", "IMS_ORG")


@pytest.fixture(scope="module")
def ims() -> str:
    return script_of(load())


def _step(values: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    return {"environment": {**IMS, **(values or {})}, "response": TOKEN, **others}


def _form(outcome: dict[str, Any]) -> dict[str, str]:
    (asked,) = outcome["asked"]
    return {name: value for name, (value,) in parse_qs(asked["body"]).items()}


def test_any_value_may_refer_to_a_variable_which_may_refer_to_another(ims, tmp_path):
    once = {name: f"{{{{MY_{name}}}}}" for name in NAMES} | {f"MY_{name}": IMS[name] for name in NAMES}
    twice = {name: f" {{{{ A_{name} }}}} " for name in NAMES}
    twice |= {f"A_{name}": f"{{{{B_{name}}}}}" for name in NAMES} | {f"B_{name}": IMS[name] for name in NAMES}
    in_globals = {"globals": {"MY_SECRET": SECRET}}
    cases = [
        [_step()],
        [_step(once)],
        [_step(twice)],
        [_step({"CLIENT_SECRET": "{{MY_SECRET}}"}, **in_globals)],
    ]
    (plain,), *others = outcomes(tmp_path, ims, cases)
    for (outcome,) in others:
        assert outcome["asked"] == plain["asked"]
        digest = "ACCESS_TOKEN_MADE_FROM"
        assert outcome["kept"]["environment"][digest] == plain["kept"]["environment"][digest]
        assert outcome["sent"] == ["fetched", "key-one", "ONE@AdobeOrg"]


#: Values of a secret that refer to nothing, and arrive as they are.
LITERAL = [
    "%41 {{API_KEY}} x",
    "{{API_KEY}}{{API_KEY}}",
    "{{",
    "}}",
    "{{{API_KEY}}}",
    "{API_KEY}",
    "x{{API_KEY}}",
    "{{API_KEY}}y",
]


def test_braces_within_a_secret_are_text(ims, tmp_path):
    cases = [[_step({"CLIENT_SECRET": secret})] for secret in LITERAL]
    found = outcomes(tmp_path, ims, cases)
    assert [_form(outcome)["client_secret"] for (outcome,) in found] == LITERAL


_LONG = {f"N{place}": f"{{{{N{place + 1}}}}}" for place in range(40)}
#: Values that can't be resolved, and parts of the message.
BROKEN: list[tuple[dict[str, Any], list[str]]] = [
    ({"CLIENT_SECRET": "{{NOBODY}}"}, ["CLIENT_SECRET names the variable NOBODY, which has no value"]),
    ({"CLIENT_SECRET": "{{A}}", "A": "{{NOBODY}}"}, ["A names the variable NOBODY"]),
    ({"CLIENT_SECRET": "{{A}}", "A": " "}, ["CLIENT_SECRET names the variable A, which has no value"]),
    ({"CLIENT_SECRET": "{{CLIENT_SECRET}}"}, ["CLIENT_SECRET has no value", "lead back"]),
    ({"CLIENT_SECRET": "{{A}}", "A": "{{B}}", "B": "{{A}}"}, ["CLIENT_SECRET has no value", "lead back"]),
    ({"CLIENT_SECRET": "{{N0}}", **_LONG}, ["CLIENT_SECRET has no value", "more than 10"]),
    ({"CLIENT_SECRET": "{{$guid}}"}, ["CLIENT_SECRET names the variable $guid"]),
    ({"CLIENT_SECRET": "{{__proto__}}"}, ["CLIENT_SECRET names the variable __proto__"]),
    ({"CLIENT_SECRET": "x{{vault:secret}}"}, ["CLIENT_SECRET", "Only a whole value"]),
    ({"API_KEY": "key-{{A}}", "A": "one"}, ["API_KEY", "Only a whole value"]),
    ({"SCOPES": "openid,{{CLIENT_SECRET}}"}, ["SCOPES", "Only a whole value"]),
    ({"IMS": "{{CLIENT_SECRET}}.adobelogin.com"}, ["the secret goes only over https", "the variable IMS"]),
    ({"IMS": "{{CLIENT_SECRET}}"}, ["the secret goes only over https", "the variable IMS"]),
    ({"IMS_ORG": "{{A}}", "A": "{{API_KEY}}x"}, ["IMS_ORG", "Only a whole value"]),
    ({"ACCESS_TOKEN": "x{{CLIENT_SECRET}}"}, ["ACCESS_TOKEN", "Only a whole value"]),
]


def test_a_broken_reference_is_not_sent_and_its_variable_is_named(ims, tmp_path):
    found = outcomes(tmp_path, ims, [[_step(values)] for values, _ in BROKEN])
    for (outcome,), (_, words) in zip(found, BROKEN, strict=True):
        assert outcome["asked"] == []
        assert outcome["sent"] is None
        assert outcome["ended"]
        (said,) = outcome["said"]
        assert said.startswith("Not sent: ")
        assert not [text for text in words if text not in said], said
        assert SECRET not in said


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["{{CLIENT_SECRET}}", "{{vault:secret}}", "{{OTHER_PASSWORD}}"])
def test_a_row_of_a_data_file_and_a_script_cannot_refer_to_a_secret(name, value, ims, tmp_path):
    more = {"vault": {"secret": "from-the-vault"}}
    values = {"OTHER_PASSWORD": "a-password"}
    cases = [[_step(values, row={name: value}, **more)], [_step(values, local={name: value}, **more)]]
    said = (f"the cell of {name} names a variable.", f"{name} names a variable, but its value comes from")
    for (outcome,), expected in zip(outcomes(tmp_path, ims, cases), said, strict=True):
        assert outcome["asked"] == []
        assert outcome["sent"] is None
        assert expected in outcome["said"][0]


@pytest.mark.parametrize("token", ["{{CLIENT_SECRET}}", "a{{vault:x}}", "{{OTHER}}", "a\nb", "a b", " ", "é"])
def test_a_token_with_a_reference_or_invalid_characters_is_not_kept(token, ims, tmp_path):
    response = {"code": 200, "body": json.dumps({"access_token": token, "expires_in": 3600})}
    ((outcome,),) = outcomes(tmp_path, ims, [[_step(response=response)]])
    assert "holds no access token that can be sent" in outcome["said"][0]
    assert "ACCESS_TOKEN" not in outcome["kept"]["environment"]


@pytest.mark.parametrize("name", ["CLIENT_SECRET", "vault:secret", "OTHER_PASSWORD", "ACCESS_TOKEN"])
def test_the_text_of_a_description_cannot_refer_to_a_secret(name, tmp_path):
    """Each text of a security scheme that becomes the value of a variable in the token request is tried."""
    text = f"{{{{{name}}}}}"
    scheme = {
        "type": "oauth2",
        "description": text,
        "flows": {
            "clientCredentials": {"tokenUrl": f"https://login.example.com/{text}", "scopes": {text: text}}
        },
    }
    description = {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text},
        "servers": [{"url": "https://api.example.com"}],
        "components": {"securitySchemes": {"m": scheme}},
        "paths": {"/a": {"get": {"security": [{"m": [text]}], "responses": {"200": {"description": "OK"}}}}},
    }
    (tmp_path / "shop.json").write_text(json.dumps(description))
    plan = load(tmp_path / "shop.json")
    (environment,) = plan.render(["environments"]).values()
    written = json.loads(environment if isinstance(environment, str) else environment.text)["values"]
    values = {each["key"]: each["value"] for each in written}
    filled = {"CLIENT_ID": "me", "CLIENT_SECRET": SECRET, "OTHER_PASSWORD": SECRET}
    address = "https://login.example.com/token"
    cases = [
        [{"environment": {**values, **filled, **more}, "vault": {"secret": SECRET}, "response": TOKEN}]
        for more in ({}, {"TOKEN_URL": address})
    ]
    (own,), (other,) = outcomes(tmp_path, script_of(plan), cases)
    assert own["asked"] == []
    (asked,) = other["asked"]
    assert SECRET not in asked["url"] + asked["body"]
    assert "scope=" in asked["body"]


# --- A fake Vault ------------------------------------------------------------------------------------------


def test_secrets_come_from_the_vault_and_are_kept_nowhere(ims, tmp_path):
    values = {"CLIENT_SECRET": "{{A}}", "A": "{{vault:ims secret}}", "API_KEY": "{{vault:key}}"}
    vault = {"ims secret": "from-the-vault", "key": "key-of-the-vault"}
    first, second = _step(values, vault=vault), {"vault": {"key": "key-of-the-vault"}, "response": TOKEN}
    third = {"environment": {"API_KEY": "typed-in"}, "vault": vault, "response": TOKEN}
    ((fetched, used, other),) = outcomes(tmp_path, ims, [[first, second, third]])
    assert _form(fetched)["client_secret"] == "from-the-vault"
    assert _form(fetched)["client_id"] == "key-of-the-vault"
    assert fetched["sent"] == ["fetched", "key-of-the-vault", "ONE@AdobeOrg"]
    assert fetched["waiting"] == 0
    for scope in ("environment", "collection", "globals"):
        assert "of-the-vault" not in json.dumps(fetched["kept"][scope])
        assert "from-the-vault" not in json.dumps(fetched["kept"][scope])
    # The secret is read only for an exchange.
    assert used["asked"] == []
    assert used["sent"] == fetched["sent"]
    assert _form(other)["client_id"] == other["sent"][1] == "typed-in"


def test_a_token_in_the_vault_is_sent_and_replaced_once_it_has_expired(ims, tmp_path):
    values = {"ACCESS_TOKEN": "{{vault:token}}"}
    pasted = _step(values, vault={"token": "mine"})
    renewed = {"environment": {"ACCESS_TOKEN_RENEW": "true"}, "vault": {"token": "mine"}, "response": TOKEN}
    ((first, second),) = outcomes(tmp_path, ims, [[pasted, renewed]])
    assert first["sent"][0] == "mine"
    assert second["sent"][0] == "fetched"


@pytest.mark.parametrize("name", [*NAMES, "ACCESS_TOKEN"])
def test_if_the_vault_has_no_value_the_message_says_so_and_no_reference_is_sent(name, ims, tmp_path):
    reference = {name: "{{vault:my-secret}}"}
    cases = [
        [_step(reference)],
        [_step(reference, vault={})],
        [_step(reference, vault={"my-secret": None})],
        [_step(reference, vault={"my-secret": ""})],
        [_step(reference, vault={"my-secret": "never"}, wait=True)],
    ]
    (none,), *denied, (late,) = outcomes(tmp_path, ims, cases)
    assert "this runtime has no Vault (Newman has none)" in none["said"][0]
    assert "within a minute" in late["said"][0]
    for (outcome,) in denied:
        assert "Postman does not give it to this script" in outcome["said"][0]
    for outcome in (none, late, *(case[0] for case in denied)):
        assert outcome["said"][0].startswith(
            f"Not sent: {name} names the secret my-secret of Postman's Vault"
        )
        assert outcome["asked"] == []
        assert outcome["sent"] is None
        assert outcome["waiting"] == 0


def test_the_request_waits_for_the_vault(ims, tmp_path):
    ((outcome,),) = outcomes(tmp_path, ims, [[_step({"CLIENT_SECRET": "{{vault:x}}"}, vault={"x": "never"})]])
    assert outcome["waiting"] == 1, "a timer keeps the runtime from sending the request"


# --- The real runtimes -------------------------------------------------------------------------------------

REAL = pytest.mark.parametrize("runtime", RUNTIMES, ids=lambda runtime: runtime.name)
_STAND_IN = """(function (pm) {
%s
})(Object.create(pm, {
  vault: { value: { get: (name) => new Promise((done) => setTimeout(() => done(`the ${name}`), 700)) } },
}));
"""


def _with_vault(collection: Path) -> None:
    """Give the collection's script a fake Vault, since the real one needs an account."""
    if collection.is_dir():
        file = collection / ".resources" / "definition.yaml"
        definition = yaml.safe_load(file.read_text())
        script = next(each for each in definition["scripts"] if each["type"] == "http:beforeRequest")
        script["code"] = _STAND_IN % script["code"]
        file.write_text(yaml.safe_dump(definition, sort_keys=False))
    else:
        definition = json.loads(collection.read_text())
        script = definition["event"][0]["script"]
        script["exec"] = (_STAND_IN % "\n".join(script["exec"])).split("\n")
        collection.write_text(json.dumps(definition))


@REAL
def test_a_runtime_reads_variables_and_the_vault_and_sends_no_references(runtime, tmp_path):
    with oauth_server.running("the secret") as server:
        values = {"CLIENT_ID": "{{MY_ID}}", "MY_ID": "the client", "CLIENT_SECRET": "{{vault:secret}}"}
        environment = shop(tmp_path, server.address, **values)
        collection = runtime.collection(tmp_path / "output")
        refused = runtime.run(collection, environment, tmp_path)
        assert server.log == []
        assert refused.code != 0
        said = " ".join(refused.output.split())
        assert "CLIENT_SECRET names the secret secret of Postman's Vault" in said
        assert ("has no Vault (Newman has none)" in said) == (runtime.tool == "newman")
        assert ("Postman does not give it to this script" in said) == (runtime.tool == "postman")
        _with_vault(collection)
        done = runtime.run(collection, environment, tmp_path)
        assert done.code == 0, done.output
        assert [entry["path"] for entry in server.log] == ["/token/m", "/api/one", "/api/two"]
        for name in ("one", "two"):
            assert server.api(name)[0]["authorization"] == "Bearer m-1"
        assert "{{" not in json.dumps(server.log)
        assert "the secret" not in done.output
