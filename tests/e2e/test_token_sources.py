"""An access token is used only with the values for which it was issued."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from support.prerequest import IMS, SECRET, Step, outcomes, script_of, standard_jwt

from generator import load


def _token(text: str, lifetime: float = 86399) -> dict[str, Any]:
    body = {"access_token": text, "token_type": "bearer", "expires_in": lifetime}
    return {"code": 200, "body": json.dumps(body)}


@pytest.fixture(scope="module")
def ims() -> str:
    return script_of(load())


def _first() -> Step:
    return {"environment": dict(IMS), "response": _token("first")}


def _then(**environment: Any) -> Step:
    return {"environment": environment, "response": _token("second")}


#: What changes after the first token, and whether that makes another combination.
CHANGES: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing": ({}, False),
    "API key": ({"API_KEY": "key-two"}, True),
    "organization": ({"IMS_ORG": "TWO@AdobeOrg"}, True),
    "scopes": ({"SCOPES": "openid,AdobeID,session"}, True),
    "fewer scopes": ({"SCOPES": "openid"}, True),
    "host": ({"IMS": "ims-na1-stg1.adobelogin.com"}, True),
    "this machine": ({"IMS": "http://127.0.0.1:8080"}, True),
    "scopes in another order": ({"SCOPES": "AdobeID, openid"}, False),
    "scopes as a list": ({"SCOPES": ["AdobeID", "openid"]}, False),
    "scopes as JSON": ({"SCOPES": '["openid", "AdobeID", "openid"]'}, False),
    "host with https": ({"IMS": "https://ims-na1.adobelogin.com"}, False),
    "host as an address": ({"IMS": "HTTPS://IMS-NA1.adobelogin.com:443/ims/token/v3"}, False),
    "a rotated secret": ({"CLIENT_SECRET": "another-secret-altogether"}, False),
    "no secret any more": ({"CLIENT_SECRET": ""}, False),
    "spaces around": ({"API_KEY": " key-one ", "IMS_ORG": "ONE@AdobeOrg\n"}, False),
    "API key and organization run together": ({"API_KEY": "key-on", "IMS_ORG": "eONE@AdobeOrg"}, True),
}


def test_another_token_is_fetched_only_for_another_combination_of_credentials(ims, tmp_path):
    cases = [[_first(), _then(**changes)] for changes, _ in CHANGES.values()]
    found = outcomes(tmp_path, ims, cases)
    fetched = {name: len(second["asked"]) == 1 for name, (_, second) in zip(CHANGES, found, strict=True)}
    assert fetched == {name: other for name, (_, other) in CHANGES.items()}
    for first, second in found:
        assert first["sent"][0] == "first"
        assert second["sent"][0] == ("second" if second["asked"] else "first")


def test_a_token_for_other_credentials_is_not_used_even_if_no_other_can_be_fetched(ims, tmp_path):
    changes = {"IMS_ORG": "TWO@AdobeOrg", "CLIENT_SECRET": ""}
    ((_, second),) = outcomes(tmp_path, ims, [[_first(), _then(**changes)]])
    assert second["sent"] is None
    assert "no value in the environment" in second["said"][0]
    assert "CLIENT_SECRET" in second["said"][0]


def test_each_request_has_the_token_of_its_organization_when_switching_back_and_forth(ims, tmp_path):
    names = ["ONE", "TWO", "ONE", "TWO", "TWO", "ONE"]
    steps = [
        {"environment": {**IMS, "IMS_ORG": f"{name}@AdobeOrg"}, "response": _token(f"{name}-{turn}")}
        for turn, name in enumerate(names)
    ]
    (found,) = outcomes(tmp_path, ims, [steps])
    sent = [(outcome["sent"][0].split("-")[0], outcome["sent"][2]) for outcome in found]
    assert sent == [(name, f"{name}@AdobeOrg") for name in names]
    assert [len(outcome["asked"]) for outcome in found] == [1, 1, 1, 1, 0, 1]


def test_each_of_two_environments_keeps_its_token_and_without_one_the_collection_does(ims, tmp_path):
    """Environments are switched as in Postman, where the collection's variables stay."""
    names = ["environment", "collection", "globals"]
    in_collection = {"collection": dict(IMS), "noEnvironment": True, "response": _token("kept")}
    ((first,),) = outcomes(tmp_path, ims, [[in_collection]])
    assert first["kept"]["environment"] == {}
    assert first["kept"]["collection"]["ACCESS_TOKEN"] == "kept"
    left = {name: first["kept"][name] for name in names if name != "environment"}
    same = {**left, "environment": dict(IMS), "response": _token("same")}
    other = {**left, "environment": {**IMS, "IMS_ORG": "TWO@AdobeOrg"}, "response": _token("other")}
    found = outcomes(tmp_path, ims, [[same], [other]])
    assert [case[0]["sent"][0] for case in found] == ["kept", "other"]
    assert found[1][0]["kept"]["environment"]["ACCESS_TOKEN"] == "other"
    assert found[1][0]["kept"]["collection"]["ACCESS_TOKEN"] == "kept"


def test_only_a_digest_of_the_values_is_remembered(ims, tmp_path):
    ((first,),) = outcomes(tmp_path, ims, [[_first()]])
    kept = {
        key: value for key, value in first["kept"]["environment"].items() if key.startswith("ACCESS_TOKEN_")
    }
    assert kept.keys() == {
        f"ACCESS_TOKEN_{fact}" for fact in ("EXPIRES_AT", "MADE_AT", "MADE_FROM", "FINGERPRINT")
    }
    assert len(kept["ACCESS_TOKEN_MADE_FROM"]) == 64
    for value in kept.values():
        assert not [text for text in (SECRET, "key-one", "ONE@AdobeOrg", "first") if text in value]


def _pasted(now: float) -> dict[str, tuple[dict[str, Any], str]]:
    """Case → variables with a pasted token, and its fate: ``"sent"``, ``"renewed"`` or ``"nothing"``."""
    ending, expired = standard_jwt(now - 3400, 3600), standard_jwt(now - 7200, 3600)
    return {
        "alone": ({"ACCESS_TOKEN": "pasted", "CLIENT_SECRET": ""}, "sent"),
        "with credentials": ({"ACCESS_TOKEN": "pasted"}, "sent"),
        "with time left": ({"ACCESS_TOKEN": standard_jwt(now, 3600)}, "sent"),
        "about to expire": ({"ACCESS_TOKEN": ending}, "renewed"),
        "about to expire, alone": ({"ACCESS_TOKEN": ending, "CLIENT_SECRET": ""}, "sent"),
        "expired": ({"ACCESS_TOKEN": expired}, "renewed"),
        "expired, alone": ({"ACCESS_TOKEN": expired, "CLIENT_SECRET": ""}, "nothing"),
        "made for ten minutes, half of them left": ({"ACCESS_TOKEN": standard_jwt(now - 300, 600)}, "sent"),
        "made for ten minutes, one of them left": ({"ACCESS_TOKEN": standard_jwt(now - 540, 600)}, "renewed"),
    }


def test_a_pasted_token_is_used_until_it_expires(ims, tmp_path):
    pasted = list(_pasted(time.time()).values())
    alone = [[{"environment": {**IMS, **values}, "response": _token("new")}] for values, _ in pasted]
    over = [[_first(), _then(**values)] for values, _ in pasted]
    found = [case[-1] for case in outcomes(tmp_path, ims, [*alone, *over])]
    for outcome, (values, becomes) in zip(found, pasted * 2, strict=True):
        expected = {"sent": [values["ACCESS_TOKEN"]], "renewed": ["new", "second"], "nothing": [None]}
        assert (outcome["sent"] or [None])[0] in expected[becomes]
        assert len(outcome["asked"]) == (becomes == "renewed")


@pytest.mark.parametrize("cell", ["", "expired"])
def test_a_fetched_token_is_sent_if_a_row_of_a_data_file_has_no_usable_one(cell, ims, tmp_path):
    row = {"ACCESS_TOKEN": cell and standard_jwt(time.time() - 7200, 3600)}
    steps = [{**_first(), "row": row}, {"response": _token("second")}, {"row": {"ACCESS_TOKEN": "pasted"}}]
    ((first, second, pasted),) = outcomes(tmp_path, ims, [steps])
    assert first["sent"][0] == "first"
    # An empty cell is ignored, so that the token is kept for the next request.
    assert second["sent"][0] == ("second" if cell else "first")
    assert pasted["sent"][0] == "pasted"


def test_with_an_empty_cell_of_a_data_file_a_pasted_token_or_its_reference_is_sent(ims, tmp_path):
    pasted = {**IMS, "ACCESS_TOKEN": "pasted"}
    named = {**IMS, "ACCESS_TOKEN": "{{MINE}}", "MINE": "pasted"}
    cases = [[{"environment": values, "row": {"ACCESS_TOKEN": " "}}] for values in (pasted, named)]
    for (outcome,) in outcomes(tmp_path, ims, cases):
        assert outcome["sent"][0] == "pasted"


def test_a_token_fetched_by_an_older_version_of_the_collection_is_replaced(ims, tmp_path):
    ((first,),) = outcomes(tmp_path, ims, [[_first()]])
    kept = {
        key: value for key, value in first["kept"]["environment"].items() if not key.endswith("_MADE_FROM")
    }
    ((second,),) = outcomes(tmp_path, ims, [[{"environment": kept, "response": _token("second")}]])
    assert second["sent"][0] == "second"


# --- Lifetimes ---------------------------------------------------------------------------------------------


def test_a_short_lived_token_is_used_for_most_of_its_life(ims, tmp_path):
    """Each case has a lifetime, the seconds since the token was issued, and whether it is still used."""
    table = [
        *((60, 10, True), (60, 55, False), (200, 120, True), (200, 165, False)),
        *((599, 440, True), (599, 490, False), (3600, 3260, True), (3600, 3310, False)),
    ]
    firsts = [[{**_first(), "response": _token("first", lifetime)}] for lifetime, *_ in table]
    cases = []
    for (made,), (_, age, _) in zip(outcomes(tmp_path, ims, firsts), table, strict=True):
        kept = made["kept"]["environment"]
        for fact in ("ACCESS_TOKEN_MADE_AT", "ACCESS_TOKEN_EXPIRES_AT"):
            kept[fact] = str(int(kept[fact]) - age * 1000)
        cases.append([{"environment": kept, "response": _token("second")}])
    found = outcomes(tmp_path, ims, cases)
    assert [case[0]["sent"][0] == "first" for case in found] == [used for *_, used in table]


def test_with_a_clock_wrong_by_hours_a_token_is_still_fetched_only_once(ims, tmp_path):
    cases = [
        [{**_first(), "response": _token(standard_jwt(time.time() + shift, 3600), 3600)}, _then()]
        for shift in (-86400, 0, 86400)
    ]
    for _, second in outcomes(tmp_path, ims, cases):
        assert second["asked"] == []


@pytest.mark.parametrize("lifetime", [86399000, "86399000"])
def test_a_lifetime_in_milliseconds_is_not_read_as_seconds(lifetime, ims, tmp_path):
    response = _token(standard_jwt(time.time(), 86399), lifetime)
    ((first,),) = outcomes(tmp_path, ims, [[{**_first(), "response": response}]])
    kept = first["kept"]["environment"]
    assert int(kept["ACCESS_TOKEN_EXPIRES_AT"]) - int(kept["ACCESS_TOKEN_MADE_AT"]) == 86399000


# --- A fresh token on request ------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["environment", "collection", "globals"])
def test_access_token_renew_fetches_one_token_wherever_it_is_set(scope, ims, tmp_path):
    asking = {scope: {"ACCESS_TOKEN_RENEW": " True "}, "response": _token("second")}
    (found,) = outcomes(tmp_path, ims, [[_first(), asking, {"response": _token("third")}]])
    assert [outcome["sent"][0] for outcome in found] == ["first", "second", "second"]
    assert found[-1]["kept"][scope]["ACCESS_TOKEN_RENEW"] == "false"


def test_access_token_renew_replaces_a_pasted_token_and_names_missing_credentials(ims, tmp_path):
    values = {**IMS, "ACCESS_TOKEN": "pasted", "ACCESS_TOKEN_RENEW": "true"}
    cases = [
        [{"environment": values, "response": _token("new")}],
        [{"environment": {**values, "CLIENT_SECRET": ""}, "response": _token("new")}],
    ]
    (renewed,), (missing,) = outcomes(tmp_path, ims, cases)
    assert renewed["sent"][0] == "new"
    assert missing["sent"] is None
    assert "CLIENT_SECRET" in missing["said"][0]


def test_access_token_renew_is_kept_if_the_exchange_fails_and_ignored_in_a_row_of_a_data_file(ims, tmp_path):
    failed = {"environment": {"ACCESS_TOKEN_RENEW": "true"}, "response": {"code": 503, "body": "{}"}}
    row = {"row": {"ACCESS_TOKEN_RENEW": "true"}, "response": _token("second")}
    other = {"environment": {"ACCESS_TOKEN_RENEW": "yes"}, "response": _token("second")}
    found = outcomes(
        tmp_path, ims, [[_first(), failed, {"response": _token("again")}], [_first(), row], [_first(), other]]
    )
    assert found[0][1]["sent"] is None
    assert found[0][2]["sent"][0] == "again"
    assert found[1][1]["asked"] == found[2][1]["asked"] == []


# --- Several tokens in one collection ----------------------------------------------------------------------


def _shop(folder: Path) -> str:
    schemes = {
        name: {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {"tokenUrl": f"https://login.example.com/{name}", "scopes": {"read": ""}}
            },
        }
        for name in ("orders", "stock")
    }
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "components": {"securitySchemes": schemes},
        "paths": {
            f"/{name}": {"get": {"security": [{name: ["read"]}], "responses": {"200": {"description": "OK"}}}}
            for name in schemes
        },
    }
    (folder / "shop.json").write_text(json.dumps(description))
    return script_of(load(folder / "shop.json"))


def test_each_of_several_tokens_belongs_to_its_own_credentials(tmp_path):
    values = {
        **{
            "baseUrl": "https://api.example.com",
            "CLIENT_ID": "one",
            "CLIENT_SECRET": SECRET,
            "SCOPES": "a b",
        },
        **{"STOCK_CLIENT_ID": "two", "STOCK_CLIENT_SECRET": SECRET, "STOCK_SCOPES": "c,d"},
    }
    first = {"environment": values, "response": _token("first")}
    changes = [
        ({"SCOPES": "b a"}, False),
        ({"SCOPES": "a,b"}, True),
        ({"CLIENT_ID": "other"}, True),
        ({"TOKEN_URL": "https://login.example.com/orders"}, False),
        ({"TOKEN_URL": "https://login.example.com/stock"}, True),
        ({"CLIENT_AUTHENTICATION": "body"}, False),
        ({"STOCK_CLIENT_ID": "other"}, False),
        ({"STOCK_SCOPES": "e"}, False),
    ]
    cases = [[first, _then(**change)] for change, _ in changes]
    found = outcomes(tmp_path, _shop(tmp_path), cases)
    assert [len(second["asked"]) == 1 for _, second in found] == [other for _, other in changes]


def test_another_token_beside_ims_is_fetched_and_kept_with_its_own_values(tmp_path):
    address = "https://platform.adobe.io"
    flow = {"clientCredentials": {"tokenUrl": "https://login.example.com/token", "scopes": {}}}
    ims_flow = {
        "clientCredentials": {"tokenUrl": "https://ims-na1.adobelogin.com/ims/token/v3", "scopes": {}}
    }
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": address}],
        "components": {
            "securitySchemes": {
                "ims": {"type": "oauth2", "flows": ims_flow},
                "other": {"type": "oauth2", "flows": flow},
            }
        },
        "paths": {
            "/a": {
                "get": {"security": [{"ims": []}], "responses": {"200": {"description": "OK"}}},
                "head": {"security": [{"other": []}], "responses": {"200": {"description": "OK"}}},
            }
        },
    }
    (tmp_path / "shop.json").write_text(json.dumps(description))
    values = {
        **{**IMS, "baseUrl": address, "OTHER_CLIENT_ID": "me", "OTHER_CLIENT_SECRET": SECRET},
        "OTHER_TOKEN_URL": "https://login.example.com/token",
    }
    other = {"headers": [{"key": "x-other", "value": "Bearer {{OTHER_ACCESS_TOKEN}}"}]}
    first = {"environment": values, "response": _token("first"), **other}
    cases = [
        [first, {**_then(IMS_ORG="TWO@AdobeOrg"), **other}],
        [first, {**_then(OTHER_CLIENT_ID="you"), **other}],
        [first, {**_then(), **other}],
    ]
    found = outcomes(tmp_path, script_of(load(tmp_path / "shop.json")), cases)
    for first_outcome, _ in found:
        assert [asked["url"] for asked in first_outcome["asked"]] == [
            "https://ims-na1.adobelogin.com/ims/token/v3",
            "https://login.example.com/token",
        ]
    hosts = [[asked["url"].split("/")[2] for asked in second["asked"]] for _, second in found]
    assert hosts == [["ims-na1.adobelogin.com"], ["login.example.com"], []]


def test_the_body_of_the_token_request_is_unchanged(ims, tmp_path):
    ((first,),) = outcomes(tmp_path, ims, [[_first()]])
    (asked,) = first["asked"]
    assert asked["url"] == "https://ims-na1.adobelogin.com/ims/token/v3"
    assert parse_qs(asked["body"]) == {
        "grant_type": ["client_credentials"],
        "client_id": ["key-one"],
        "client_secret": [SECRET],
        "scope": ["openid,AdobeID"],
    }
