"""Links of a description: what is read, what is told, and what the test scripts make of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator import load
from generator.targets.collection import Collection

STATUS = {"200": {"description": "Yes"}}


def _api(links: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://shop.example.com"}],
        "paths": {
            "/orders": {
                "post": {
                    "operationId": "create",
                    "summary": "Create an order",
                    "responses": {"201": {"description": "Made", "links": links}},
                }
            },
            "/orders/{id}": {
                "get": {
                    "operationId": "retrieve",
                    "summary": "Retrieve an order",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                        {"name": "view", "in": "query", "required": True, "schema": {"type": "string"}},
                        {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}},
                    ],
                    "responses": STATUS,
                },
            },
            **more,
        },
    }


def _plan(tmp_path, root):
    (tmp_path / "shop.json").write_text(json.dumps(root))
    return load(tmp_path / "shop.json")


def _script(plan, name):
    structure = Collection(plan.api, plan.settings).structure()
    item = next(item for item in structure["item"].make() if item["name"] == name)
    return "\n".join(line for event in item["event"] for line in event["script"]["exec"])


def _item(plan, name):
    structure = Collection(plan.api, plan.settings).structure()
    return structure, next(item for item in structure["item"].make() if item["name"] == name)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("$response.body#/id", 'at(answerBody(), "/id")'),
        ("$response.body#/orders/0/a~1b", 'at(answerBody(), "/orders/0/a~1b")'),
        ("$response.body", 'at(answerBody(), "")'),
        ("$response.header.Location", 'headerOf(pm.response, "Location")'),
        ("$request.header.X-Id", 'headerOf(pm.request, "X-Id")'),
        ("$request.query.q", 'sentQuery("q")'),
        ("$request.body#/id", 'at(sentBody(), "/id")'),
        ("$url", "sentAddress()"),
        ("$method", "pm.request.method"),
        ("$statusCode", "pm.response.code"),
        ("order-{$response.body#/id}", 'joined("order-", at(answerBody(), "/id"))'),
        ("fixed", '"fixed"'),
    ],
)
def test_each_runtime_expression_is_read_by_the_script(tmp_path, expression, code):
    plan = _plan(tmp_path, _api({"next": {"operationId": "retrieve", "parameters": {"id": expression}}}))
    script = _script(plan, "Create an order")
    assert f'keep("id", {code}, true, "Retrieve an order");' in script
    assert "if (pm.response.code === 201) {" in script
    assert not [warning for warning in plan.warnings if "links" in str(warning)]


def test_a_link_may_name_its_operation_by_reference(tmp_path):
    link = {"operationRef": "#/paths/~1orders~1{id}/get", "parameters": {"path.id": "$response.body#/id"}}
    assert 'keep("id"' in _script(_plan(tmp_path, _api({"next": link})), "Create an order")


def test_query_and_header_parameters_that_a_link_feeds_are_variables_with_a_sample(tmp_path):
    given = {"query.view": "$response.body#/view", "header.X-Trace": "$response.header.X-Trace"}
    plan = _plan(tmp_path, _api({"next": {"operationId": "retrieve", "parameters": given}}))
    structure, item = _item(plan, "Retrieve an order")
    assert {"key": "view", "value": "{{view}}", "description": ""} in item["request"]["url"]["query"]
    assert next(h for h in item["request"]["header"] if h["key"] == "X-Trace")["value"] == "{{X-Trace}}"
    variables = {each["key"]: each["value"] for each in structure["variable"]}
    assert variables["view"]
    assert variables["X-Trace"]
    script = _script(plan, "Create an order")
    assert 'keep("view", at(answerBody(), "/view"), true' in script
    assert 'keep("X-Trace", headerOf(pm.response, "X-Trace"), false' in script


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ({"operationId": "nobody"}, "'nobody', which no operation is called"),
        ({}, "names no operation"),
        ({"operationRef": "https://example.com/api.json#/paths/~1x/get"}, "which is outside"),
        ({"operationId": "retrieve", "parameters": {"id": "$response.bod"}}, "is no runtime expression"),
        (
            {"operationId": "retrieve", "parameters": {"colour": "$url"}},
            "which 'retrieve' has no parameter for",
        ),
        ({"operationId": "retrieve", "requestBody": "$response.body"}, "of a whole request body"),
    ],
)
def test_what_is_wrong_with_a_link_is_a_warning_with_its_place(tmp_path, link, sentence):
    found = [str(w) for w in _plan(tmp_path, _api({"next": link})).warnings if sentence in str(w)]
    assert len(found) == 1
    assert "#/paths/~1orders/post/responses/201/links" in found[0]


def test_a_link_to_an_operation_that_was_left_out_is_no_fault(tmp_path):
    from generator.api import Options
    from generator.model.selection import Filter

    (tmp_path / "shop.json").write_text(
        json.dumps(_api({"next": {"operationId": "retrieve", "parameters": {"id": "$response.body#/id"}}}))
    )
    plan = load(tmp_path / "shop.json", options=Options(exclude=Filter(operation_ids=("retrieve",))))
    assert not plan.warnings
    assert "keep(" not in _script(plan, "Create an order")


def test_a_description_says_what_is_kept_for_which_request(tmp_path):
    link = {"operationId": "retrieve", "parameters": {"id": "$response.body#/id"}}
    _, item = _item(_plan(tmp_path, _api({"next": link})), "Create an order")
    assert (
        "After it, `id` holds what its answer says, for Retrieve an order." in item["request"]["description"]
    )


def test_a_value_that_a_request_was_sent_with_is_not_kept_again(tmp_path):
    link = {"operationId": "cancel", "parameters": {"id": "$request.path.id"}}
    cancel = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "post": {"operationId": "cancel", "summary": "Cancel it", "responses": STATUS},
    }
    root = _api({}, **{"/orders/{id}/cancel": cancel})
    root["paths"]["/orders/{id}"]["get"]["responses"] = {"200": {"description": "Yes", "links": {"c": link}}}
    plan = _plan(tmp_path, root)
    assert "keep(" not in _script(plan, "Retrieve an order")
