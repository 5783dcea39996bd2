"""Links of a description: how they are read, the warnings about them, and the requests they lead to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OURS, UPSTREAM, UPSTREAM_ABSENT, items

from generator import Options, Plan, load
from generator.model.expressions import ExpressionError, expressions, value
from generator.model.selection import Filter
from generator.model.types import Expression, Template

YES = {"200": {"description": "Yes"}}
AT = "#/paths/~1orders/post/responses/201/links"
BODY = {"content": {"application/json": {"schema": {"type": "object"}, "example": {"a": "{{SECRET}}"}}}}


def _parameter(name: str, where: str, *, required: bool = True, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required, "schema": {"type": "string"}, **more}


def _api(links: dict[str, Any], paths: Any = None, **more: Any) -> dict[str, Any]:
    """A description of a POST with ``links``, and a GET that they may lead to."""
    create = {
        "operationId": "create",
        "summary": "Create an order",
        "parameters": [_parameter("X-Trace", "header")],
        "responses": {"201": {"description": "Made", "links": links}},
    }
    parameters = [
        _parameter("id", "path"),
        _parameter("view", "query", example="short & plain"),
        _parameter("id", "query", required=False),
        _parameter("X-Trace", "header"),
        _parameter("cursor", "query", required=False),
        {
            **_parameter("filter", "query", required=False),
            "schema": {"type": "object"},
            "style": "deepObject",
        },
    ]
    retrieve = {
        "operationId": "retrieve",
        "summary": "Retrieve an order",
        "parameters": parameters,
        "responses": YES,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://shop.example.com"}],
        "paths": {"/orders": {"post": create}, "/orders/{id}": {"get": retrieve}, **(paths or {})},
        **more,
    }


def _link(operation: str = "retrieve", **parameters: Any) -> dict[str, Any]:
    return {"operationId": operation, "parameters": {k.replace("__", "."): v for k, v in parameters.items()}}


def _plan(folder, root, **options: Any) -> Plan:
    (folder / "shop.json").write_text(json.dumps(root))
    return load(folder / "shop.json", options=Options(**options))


def _collection(plan: Plan) -> dict[str, Any]:
    rendered = plan.render(("postman",))["shop.postman_collection.json"].text
    return json.loads("".join(rendered))


def _item(plan: Plan, name: str) -> dict[str, Any]:
    return next(item for item in items(_collection(plan)) if item["name"] == name)


def _kept(plan: Plan, name: str = "Create an order") -> str:
    """The part of a request's test script that keeps values for other requests."""
    lines = [line for event in _item(plan, name).get("event", ()) for line in event["script"]["exec"]]
    text = "\n".join(lines)
    return text[text.index("callsheet.keep(") :] if "callsheet.keep(" in text else ""


def _options(plan: Plan, variable: str) -> set[str]:
    """How ``callsheet.keep`` reads and writes the value of a variable."""
    inside = _kept(plan).partition(f"keep(pm, '{variable}', {{")[2].partition("});")[0]
    lines = inside.splitlines() if "\n" in inside else inside.split(", ")
    return {line.strip(" ,}") for line in lines}


def _rows(item: dict[str, Any], part: str = "") -> dict[str, Any]:
    rows = item["request"]["url"]["query"] if part == "query" else item["request"]["header"]
    return {row["key"]: (row["value"], not row.get("disabled")) for row in rows}


# --- Expressions ----------------------------------------------------------------------------------------

EXPRESSIONS = {
    "$url": ("url", "", ""),
    "$method": ("method", "", ""),
    "$statusCode": ("statusCode", "", ""),
    "$request.path.id": ("path", "request", "id"),
    "$request.query.a b{c}": ("query", "request", "a b{c}"),
    "$request.header.X-Id": ("header", "request", "X-Id"),
    "$request.body": ("body", "request", ""),
    "$request.body#/a~1b/0/~0": ("body", "request", "/a~1b/0/~0"),
    "$response.body#": ("body", "response", ""),
    "$response.body#/{x}/é": ("body", "response", "/{x}/é"),
    "$response.header.Location": ("header", "response", "Location"),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_parsed(text):
    assert value(text) == Expression(text, *EXPRESSIONS[text])


def test_expressions_may_be_in_braces_in_a_text_and_anywhere_in_a_value():
    inner = Expression("$response.body#/id", "body", "response", "/id")
    assert value("order-{$response.body#/id}!") == Template(("order-", inner, "!"))
    read = value({"a": ["$url", 1, None, {"b": "{$response.body#/id}"}], "c": "plain"})
    assert [each.text for each in expressions(read)] == ["$url", "$response.body#/id"]
    assert read["c"] == "plain"


@pytest.mark.parametrize("text", ["$5", "{$5}", "5$url", "", "$", "{}", "a{b}", "{ $url }"])
def test_a_text_that_does_not_begin_like_an_expression_is_a_value(text):
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("$response.body.orders.id", "Write `$response.body#/orders/id`."),
        ("$response.body/id", "Write `$response.body#/id`."),
        ("$response.body#id", ""),
        ("$response.body#/a~2", ""),
        ("$response.query.q", ""),
        ("$request.header.a b", ""),
        ("$urls", ""),
        ("$respons.body#/id", ""),
        ("order {$response.bod}", ""),
    ],
)
def test_an_invalid_expression_is_refused_with_advice(text, advice):
    with pytest.raises(ExpressionError) as caught:
        value(text)
    assert caught.value.advice == advice


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text("a${}.#/ "), st.lists))
def test_any_value_is_parsed_or_refused(given_value):
    try:
        read = value(given_value)
    except ExpressionError:
        return
    if not list(expressions(read)):
        assert read == given_value


# --- Targets of links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    [
        "#/paths/~1orders~1{id}/get",
        "#/paths/~1orders~1%7Bid%7D/get",
        "shop.json#/paths/~1orders~1%7Bid%7D/get",
        "#/components/pathItems/One/get",
    ],
)
def test_a_link_may_name_its_operation_by_reference(tmp_path, reference):
    root = _api({"next": {"operationRef": reference, "parameters": {"path.id": "$response.body#/id"}}})
    root["components"] = {"pathItems": {"One": root["paths"]["/orders/{id}"]}}
    if "pathItems" in reference:
        root["paths"]["/orders/{id}"] = {"$ref": "#/components/pathItems/One"}
    plan = _plan(tmp_path, root)
    assert _options(plan, "id") >= {"from: 'body'", "at: '/id'"}
    assert not plan.warnings


def test_a_reference_to_a_path_with_shared_operations_means_that_path(tmp_path):
    root = _api({"next": {"operationRef": "#/paths/~1others~1{id}/get", "parameters": {"id": "$url"}}})
    shared = root["paths"]["/orders/{id}"]
    del shared["get"]["operationId"]
    root["components"] = {"pathItems": {"One": shared}}
    root["paths"] |= {
        path: {"$ref": "#/components/pathItems/One"} for path in ("/orders/{id}", "/others/{id}")
    }
    assert "keep(pm, 'others_id'" in _kept(_plan(tmp_path, root))


def test_links_and_responses_may_be_references(tmp_path):
    root = _api({"next": {"$ref": "#/components/links/next"}})
    root["components"] = {
        "links": {"next": _link(id="$response.body#/id")},
        "responses": {"Made": root["paths"]["/orders"]["post"]["responses"]["201"]},
    }
    root["paths"]["/orders"]["post"]["responses"]["201"] = {"$ref": "#/components/responses/Made"}
    assert "keep(pm, 'id'" in _kept(_plan(tmp_path, root))


@pytest.mark.parametrize("name", ["id", "path.id"])
def test_an_unqualified_name_means_the_path_parameter_first(tmp_path, name):
    plan = _plan(tmp_path, _api({"next": {"operationId": "retrieve", "parameters": {name: "$url"}}}))
    assert not any(option.startswith("as:") for option in _options(plan, "id"))
    plan = _plan(tmp_path, _api({"next": _link(query__id="$url")}))
    assert "as: 'query'" in _options(plan, "query_id")


def test_a_parameter_name_may_look_like_a_qualified_name(tmp_path):
    search = {
        "get": {"operationId": "search", "parameters": [_parameter("path.id", "query")], "responses": YES}
    }
    plan = _plan(tmp_path, _api({"next": _link("search", path__id="$url")}, {"/search": search}))
    assert "as: 'query'" in _options(plan, "path.id")
    assert not plan.warnings


def test_a_link_to_an_excluded_operation_gives_no_warning(tmp_path):
    for link in (
        _link(id="$url"),
        {"operationRef": "#/paths/~1orders~1{id}/get", "parameters": {"id": "$url"}},
    ):
        plan = _plan(tmp_path, _api({"next": link}), exclude=Filter(operation_ids=("retrieve",)))
        assert not plan.warnings
        assert "callsheet.keep(pm" not in json.dumps(_collection(plan))


# --- Warnings -------------------------------------------------------------------------------------------

SECURED = {"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}}}}
FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no operation of that name": (_link("nobody"), "'nobody', which no operation is called", ""),
    "no operation at all": ({}, "names no operation", ""),
    "another description": ({"operationRef": "https://a.example/b.json#/paths/~1x/get"}, "is outside", ""),
    "a reference to something else": ({"operationRef": "#/info"}, "is not an operation", ""),
    "a reference to nothing": ({"operationRef": "#/paths/~1nowhere/get"}, "which is not there.", ""),
    "no expression": (_link(id="$response.body.id"), "is not a runtime expression. Write", "/parameters/id"),
    "no parameter": (_link(colour="$url"), "'retrieve' has no parameter 'colour'", "/parameters/colour"),
    "another place": (_link(header__id="$url"), "has no parameter 'header.id'", "/parameters/header.id"),
    "nothing of the kind was sent": (_link(id="$request.query.q"), "that 'create' has not", "/parameters/id"),
    "no body was sent": (_link(id="$request.body#/id"), "'create' has none", "/parameters/id"),
    "a body for a request without": (
        {"operationId": "retrieve", "requestBody": "$response.body"},
        "'retrieve' has no request body",
        "/requestBody",
    ),
    "a parameter of several parts": (_link(filter="$url"), "of several parts", "/parameters/filter"),
    "another server": (
        {**_link(id="$url"), "server": {"url": "https://other.example"}},
        "not to https://other.example",
        "/server",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_an_invalid_link_is_a_warning_with_its_place_and_other_links_still_work(case, tmp_path):
    link, sentence, place = FAULTS[case]
    plan = _plan(
        tmp_path, _api({"first": link, "second": _link(X_Trace="$method", **{"X-Trace": "$method"})})
    )
    found = [str(warning) for warning in plan.warnings if sentence in str(warning)]
    assert len(found) == 1, plan.warnings
    assert f"({AT}/first{place})" in found[0]
    assert "keep(pm, 'X-Trace'" in _kept(plan)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("$url", "holds a credential"),
        ("$request.query.key", "is a credential"),
        ("$request.header.Authorization", "is a credential"),
        ("$request.header.cookie", "is a credential"),
    ],
)
def test_no_link_passes_on_a_credential(expression, words, tmp_path):
    root = _api({"next": _link(view=expression)}, **SECURED)
    root["paths"]["/orders"]["post"]["security"] = [{"key": []}]
    plan = _plan(tmp_path, root)
    assert [words in str(warning) for warning in plan.warnings] == [True]
    assert not _kept(plan)


# --- Requests -------------------------------------------------------------------------------------------


def test_a_linked_parameter_is_a_variable_with_its_sample_value(tmp_path):
    given_by = _link(view="$response.body#/view", **{"header.X-Trace": "$response.header.X-Trace"})
    plan = _plan(tmp_path, _api({"next": given_by}))
    item = _item(plan, "Retrieve an order")
    assert _rows(item, "query")["view"] == ("{{view}}", True)
    assert _rows(item)["X-Trace"] == ("{{X-Trace}}", True)
    collection = {each["key"]: each["value"] for each in _collection(plan)["variable"]}
    text = next(iter(plan.render(("environments",)).values())).text
    environment = {each["key"]: each["value"] for each in json.loads(text)["values"]}
    assert collection["view"] == environment["view"] == "short %26 plain"
    assert collection["X-Trace"] == environment["X-Trace"] != ""


def test_an_optional_parameter_is_sent_if_another_request_provides_it(tmp_path):
    plan = _plan(tmp_path, _api({"next": _link(cursor="$response.body#/next")}))
    assert _rows(_item(plan, "Retrieve an order"), "query")["cursor"] == ("{{cursor}}", True)


def test_a_cursor_that_only_its_own_list_provides_is_not_sent_at_first(tmp_path):
    root = _api({})
    response = {"description": "Yes", "links": {"next": _link(cursor="$response.body#/next")}}
    root["paths"]["/orders/{id}"]["get"]["responses"] = {"200": response}
    plan = _plan(tmp_path, root)
    assert _rows(_item(plan, "Retrieve an order"), "query")["cursor"] == ("{{cursor}}", False)
    assert "optional: true" in _kept(plan, "Retrieve an order")


def test_parameters_with_the_same_name_share_a_variable_only_if_linked_to_the_same_value(tmp_path):
    def search(name: str) -> dict[str, Any]:
        return {"get": {"operationId": name, "parameters": [_parameter("owner", "query")], "responses": YES}}

    paths = {f"/{name}": search(name) for name in ("one", "two")}
    alike = {name: _link(name, owner="$response.body#/owner") for name in paths_names(paths)}
    assert _kept(_plan(tmp_path, _api(alike, paths))).count("keep(pm, 'owner'") == 1
    apart = {name: _link(name, owner=f"$response.body#/{name}") for name in paths_names(paths)}
    kept = _kept(_plan(tmp_path, _api(apart, paths)))
    assert "keep(pm, 'one_owner'" in kept
    assert "keep(pm, 'two_owner'" in kept


def paths_names(paths: dict[str, Any]) -> list[str]:
    return [path.strip("/") for path in paths]


def test_a_linked_parameter_never_uses_a_variable_with_another_meaning(tmp_path):
    search = {"get": {"operationId": "search", "parameters": [], "responses": YES}}
    names = ("ACCESS_TOKEN", "baseUrl", "CLIENT_SECRET")
    search["get"]["parameters"] = [_parameter(name, "query") for name in names]
    plan = _plan(
        tmp_path, _api({"next": _link("search", **dict.fromkeys(names, "$url"))}, {"/search": search})
    )
    assert {row[0] for row in _rows(_item(plan, "search"), "query").values()} == {
        "{{query_ACCESS_TOKEN}}",
        "{{query_baseUrl}}",
        "{{query_CLIENT_SECRET}}",
    }


def test_a_linked_body_is_a_variable_and_saved_examples_show_the_sample(tmp_path):
    change = {"put": {"operationId": "change", "requestBody": BODY, "responses": YES}}
    link = {"operationId": "change", "requestBody": {"id": "$response.body#/id"}}
    plan = _plan(tmp_path, _api({"next": link}, {"/change": change}))
    item = _item(plan, "change")
    assert item["request"]["body"]["raw"] == "{{change_body}}"
    variables = {each["key"]: each["value"] for each in _collection(plan)["variable"]}
    assert json.loads(variables["change_body"]) == {"a": "{{SECRET}}"}
    assert "{{" not in variables["change_body"]
    assert json.loads(item["response"][0]["originalRequest"]["body"]["raw"]) == {"a": "{{SECRET}}"}
    source = "object: { id: { from: 'body', at: '/id'"
    assert _options(plan, "change_body") >= {source, "as: 'body'"}


def test_a_saved_example_keeps_its_own_values(tmp_path):
    root = _api({"next": _link(view="$response.body#/view")})
    get = root["paths"]["/orders/{id}"]["get"]
    get["parameters"][1] = {**_parameter("view", "query"), "examples": {"far": {"value": "from far"}}}
    content = {"application/json": {"examples": {"far": {"value": {}}}}}
    get["responses"] = {"200": {"description": "Yes", "content": content}}
    (saved,) = _item(_plan(tmp_path, root), "Retrieve an order")["response"]
    assert {"key": "view", "value": "from far"} in saved["originalRequest"]["url"]["query"]


def test_a_value_that_is_already_a_variable_is_not_kept_again(tmp_path):
    root = _api({}, {"/orders/{id}/cancel": {"post": {"operationId": "cancel", "responses": YES}}})
    root["paths"]["/orders/{id}/cancel"]["parameters"] = [_parameter("id", "path")]
    response = {"description": "Yes", "links": {"c": _link("cancel", id="$request.path.id")}}
    root["paths"]["/orders/{id}"]["get"]["responses"] = {"200": response}
    assert not _kept(_plan(tmp_path, root), "Retrieve an order")


@pytest.mark.parametrize(
    ("given_value", "words"),
    [
        ("$response.body#/id", "the value at `/id` of the response"),
        ("$response.header.Location", "the header `Location` of the response"),
        ("$request.header.X-Trace", "the header `X-Trace` of the request"),
        ("$statusCode", "the status of the response"),
        ("order-{$response.body#/id}", "`order-{$response.body#/id}`"),
    ],
)
def test_the_description_of_a_request_says_what_it_keeps_for_which_request(tmp_path, given_value, words):
    link = {**_link(id=given_value), "description": "The *new* one\n</script>"}
    text = _item(_plan(tmp_path, _api({"next": link})), "Create an order")["request"]["description"]
    assert (
        f"After this request, `id` holds {words}, for *Retrieve an order*: the *new* one &lt;/script>."
        in text
    )


def test_all_requests_with_the_kept_value_in_their_path_are_named(tmp_path):
    root = _api({"next": {**_link(id="$response.body#/id"), "description": "Adobe's own id"}})
    root["paths"]["/orders/{id}/lines"] = {
        "parameters": [_parameter("id", "path")],
        "get": {"summary": "List lines", "responses": {"200": {"description": "Yes"}}},
    }
    plan = _plan(tmp_path, root)
    text = _item(plan, "Create an order")["request"]["description"]
    assert "at `/id` of the response, for *Retrieve an order* and *List lines*: Adobe's own id." in text
    assert "for: 'Retrieve an order and List lines'" in _kept(plan)


def test_hostile_text_stays_text(tmp_path):
    word = "'\"`${x}\u2028</script>\\"
    root = _api({word: _link(id=f"$response.body#/{word}")})
    root["paths"]["/orders/{id}"]["get"]["summary"] = word
    root["paths"]["/orders"]["post"]["responses"]["'); evil('"] = {
        "description": "?",
        "links": {"x": _link(id="$url")},
    }
    kept = _kept(_plan(tmp_path, root))
    assert "evil" not in kept
    assert "</script>" not in kept
    assert "\u2028" not in kept


# --- The Privacy Service --------------------------------------------------------------------------------

LINKS = {
    ("listPrivacyJobs", "retrievePrivacyJob", "$response.body#/jobDetails/0/jobId"),
    ("createPrivacyJob", "retrievePrivacyJob", "$response.body#/jobs/0/jobId"),
    ("createPrivacyJob", "retrievePrivacyJobContent", "$response.body#/jobs/0/jobId"),
    ("retrievePrivacyJob", "retrievePrivacyJobContent", "$request.path.JOB_ID"),
}


def _links(plan: Plan) -> set[tuple[str, str, str]]:
    return {
        (operation.id, link.operation, given.value.text)
        for operation in plan.api.operations
        for response in operation.responses
        for link in response.links
        for given in link.parameters
    }


def test_the_description_links_jobs_to_their_status_and_content():
    assert _links(load(OURS)) == LINKS


@pytest.mark.skipif(not UPSTREAM.exists(), reason=UPSTREAM_ABSENT)
def test_the_overlay_adds_the_same_links_to_the_publishers_description():
    overlay = OURS.parent / "overlays" / "privacy-service.yaml"
    assert _links(load(UPSTREAM, options=Options(overlays=(overlay,)))) == LINKS
