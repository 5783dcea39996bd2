"""Requests take values from the responses before them, with nothing set by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from support import environment_file, newman, postman_cli
from support.recorder import Sent
from support.scripted_server import Response, scripted_server

from generator import generate, load

RUNNERS = {
    "Newman": (newman, "2.1.0"),
    "Postman CLI": (postman_cli, "2.1.0"),
    "Postman CLI, format 3": (postman_cli, "3.0.0"),
}
#: Text with a meaning in an address, or to Postman, unless it is encoded.
ORDER = "a/b c+d%é?#&=,;{{SECRET}}"
#: More digits than a number in JavaScript can represent.
BIG = 12345678901234567890
DETAILS = {"colour": "{{SECRET}}", "parts": [{"n": 1}, {"n": None}], "deep": {"er": {"yes": True}}}
ADDRESS = "/orders?coupon=50%25%20off%2B"


def _parameter(name: str, where: str, kind: str = "string", *, required: bool = True, **more: Any) -> Any:
    schema = {"type": kind, **({"items": {"type": "string"}} if kind == "array" else {})}
    return {"name": name, "in": where, "required": required, "schema": schema, **more}


def _operation(id_: str, *parameters: Any, status: str = "200", links: Any = None, **more: Any) -> Any:
    response = {"description": "Yes", **({"links": links} if links else {})}
    return {"operationId": id_, "parameters": list(parameters), "responses": {status: response}, **more}


def _link(operation: str, *, body: Any = None, **parameters: Any) -> dict[str, Any]:
    given = {key.replace("__", "."): value for key, value in parameters.items()}
    return {"operationId": operation, "parameters": given} | ({"requestBody": body} if body else {})


def _json(example: Any, kind: str = "object") -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": kind}, "example": example}}
    return {"required": True, "content": content}


ID = "$response.body#/orders/0/id"
#: Every kind of link. Consumers come before producers in the description.
SHOP = {
    "/styles/{plain}/{label}/{matrix}/{list}/{name}.txt": {
        "get": _operation(
            "styles",
            _parameter("plain", "path"),
            _parameter("label", "path", style="label"),
            _parameter("matrix", "path", style="matrix"),
            _parameter("list", "path", "array"),
            _parameter("name", "path"),
            links={
                "said": _link(
                    "sent",
                    plain="$request.path.plain",
                    label="$request.path.label",
                    matrix="$request.path.matrix",
                    name="$request.path.name",
                )
            },
        )
    },
    "/found": {
        "get": _operation(
            "found",
            *(_parameter(name, "query") for name in ("id", "coupon", "what", "address", "method", "status")),
            *(_parameter(name, "query") for name in ("number", "fixed", "whole", "form")),
            _parameter("commas", "query", "array", explode=False),
            _parameter("pipes", "query", "array", style="pipeDelimited", explode=False),
            _parameter("each", "query", "array"),
            _parameter("hint", "query", required=False),
            _parameter("untouched", "query", required=False),
            _parameter("X-Text", "header"),
            _parameter("X-Client", "header"),
            _parameter("X-Tag", "header", required=False),
            _parameter("session", "cookie"),
        )
    },
    "/notes": {"post": _operation("note", requestBody=_json({"order": "sample", "text": "sample"}))},
    "/changes/{id}": {
        "put": _operation(
            "change",
            _parameter("id", "path"),
            _parameter("If-Match", "header"),
            requestBody=_json({"colour": "red"}),
        )
    },
    "/sent/{plain}": {
        "get": _operation(
            "sent",
            _parameter("plain", "path"),
            *(_parameter(name, "query") for name in ("label", "matrix", "name")),
        )
    },
    "/classes": {
        "get": {
            "operationId": "classes",
            "responses": {
                "200": {"description": "Not this", "links": {"no": _link("classed", way="exact")}},
                "2XX": {"description": "This", "links": {"yes": _link("classed", way="class")}},
                "default": {"description": "Not this", "links": {"no": _link("classed", way="default")}},
            },
        }
    },
    "/others": {
        "get": {
            "operationId": "others",
            "responses": {
                "404": {"description": "Not this", "links": {"no": _link("classed", rest="exact")}},
                "default": {"description": "This", "links": {"yes": _link("classed", rest="default")}},
            },
        }
    },
    "/classed": {"get": _operation("classed", _parameter("way", "query"), _parameter("rest", "query"))},
    "/forms": {
        "post": _operation(
            "form",
            requestBody={
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object"},
                        "example": {"size": "x & l"},
                    }
                }
            },
            links={"form": _link("found", form="$request.body#/size")},
        )
    },
    "/orders": {
        "post": _operation(
            "create",
            _parameter("coupon", "query", example="50% off+"),
            _parameter("X-Client", "header", example="tests"),
            requestBody=_json({"what": "tea & milk", "shelf": "7"}),
            status="201",
            links={
                "styles": {
                    "operationRef": "#/paths/~1styles~1{plain}~1%7Blabel}~1{matrix}~1{list}~1{name}.txt/get",
                    "parameters": {
                        "plain": ID,
                        "label": ID,
                        "matrix": ID,
                        "list": "$response.body#/orders/0/tags",
                        "name": ID,
                    },
                },
                "found": _link(
                    "found",
                    query__id=ID,
                    coupon="$request.query.coupon",
                    what="$request.body#/what",
                    address="$url",
                    method="$method",
                    status="$statusCode",
                    number="R-{$response.body#/orders/0/number}",
                    fixed="fixed & plain",
                    whole="$response.header.X-Text",
                    commas="$response.body#/orders/0/tags",
                    pipes="$response.body#/orders/0/tags",
                    each="$response.body#/orders/0/tags",
                    hint="$response.header.etag",
                ),
                "retrieve": _link("retrieve", path__id=ID),
                "headers": {
                    "operationId": "found",
                    "parameters": {
                        "header.X-Text": "$response.body#/text",
                        "x-client": "$request.header.X-Client",
                        "X-Tag": "$response.header.ETag",
                        "cookie.session": "$response.body#/text",
                    },
                },
                "change": {
                    "operationId": "change",
                    "parameters": {"id": ID, "If-Match": "$response.header.ETag"},
                    "requestBody": "$response.body#/details",
                },
                "note": {
                    "$ref": "#/components/links/note",
                },
            },
        )
    },
    "/orders/{id}": {
        "delete": _operation("cancel", _parameter("id", "path")),
        "get": _operation("retrieve", _parameter("id", "path")),
    },
}
NOTE = {
    "operationId": "note",
    "requestBody": {"order": ID, "text": f"about {{{ID}}}", "of": [1, {"all": True}]},
}


def _shop(sent: Sent) -> Response:
    headers = {"ETag": '"v{{SECRET}}"', "X-Text": "it's {{SECRET}}"}
    if (sent.method, sent.path) == ("POST", "/orders"):
        order = {"id": ORDER, "number": BIG, "tags": ["a,b", "c|d e", ORDER]}
        body = {"orders": [order], "text": f"  two\n lines {ORDER}", "details": DETAILS}
        return Response(201, body, headers)
    return Response(207 if sent.path in ("/classes", "/others") else 200, {})


def _generated(folder: Path, paths: Any, **components: Any) -> Path:
    root = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9"}],
        "paths": paths,
        "components": components,
    }
    (folder / "shop.json").write_text(json.dumps(root))
    plan = load(folder / "shop.json")
    assert not plan.warnings, [str(warning) for warning in plan.warnings]
    generate(plan, folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    return _generated(tmp_path_factory.mktemp("shop"), SHOP, links={"note": NOTE})


def _collection(output: Path, form: str) -> Path:
    if form == "2.1.0":
        return next(f for f in output.glob("*.postman_collection.json") if "variations" not in f.name)
    return next(f for f in (output / "postman" / "collections").iterdir() if "variations" not in f.name)


def _run(runner, form, output, folder, address, **changes):
    source = next((output / "environments").iterdir())
    environment = environment_file(folder, source, baseUrl=address, **changes)
    return runner(_collection(output, form), environment, folder)


@pytest.fixture(scope="module", params=RUNNERS)
def ran(request, shop, tmp_path_factory):
    """Run the whole collection; returns the requests, by method and first segment, and the address."""
    runner, form = RUNNERS[request.param]
    with scripted_server(_shop) as server:
        done = _run(
            runner, form, shop, tmp_path_factory.mktemp("run"), server.address, SECRET="it-was-resolved"
        )
    assert done.code == 0, done.output
    assert "stays as it is" not in done.output
    return {(sent.method, sent.path.split("/")[1]): sent for sent in server.sent}, server.address


def _query(sent: Sent) -> dict[str, str]:
    return dict(parse_qsl(sent.query, keep_blank_values=True))


def test_values_of_the_response_body_are_in_paths_of_every_style(ran):
    sent, _ = ran
    segments = sent["GET", "styles"].path.split("/")[2:]
    plain, label, matrix, listed, name = segments
    assert unquote(plain) == ORDER
    assert unquote(label) == f".{ORDER}"
    assert unquote(matrix) == f";matrix={ORDER}"
    assert [unquote(item) for item in listed.split(",")] == ["a,b", "c|d e", ORDER]
    assert unquote(name) == f"{ORDER}.txt"


def test_the_value_in_a_sent_path_is_used_by_the_next_request(ran):
    sent, _ = ran
    assert unquote(sent["GET", "sent"].path.split("/")[2]) == ORDER
    assert _query(sent["GET", "sent"]) == dict.fromkeys(("label", "matrix", "name"), ORDER)


def test_every_expression_arrives_in_a_query(ran):
    sent, address = ran
    found = _query(sent["GET", "found"])
    commas = sent["GET", "found"].query.partition("commas=")[2].partition("&")[0].split(",")
    pipes = sent["GET", "found"].query.partition("pipes=")[2].partition("&")[0].split("%7C")
    assert [unquote(item) for item in commas] == ["a,b", "c|d e", ORDER]
    assert next(map(unquote, pipes)) == "a,b"
    del found["commas"], found["pipes"]
    assert found == {
        "id": ORDER,
        "coupon": "50% off+",
        "what": "tea & milk",
        "address": address + ADDRESS,
        "method": "POST",
        "status": "201",
        "number": f"R-{BIG}",
        "fixed": "fixed & plain",
        "whole": "it's {{SECRET}}",
        "form": "x & l",
        "each": "a,b",
        "hint": '"v{{SECRET}}"',
    }


def test_an_optional_parameter_is_sent_only_if_a_link_provides_it(ran):
    sent, _ = ran
    assert "hint" in _query(sent["GET", "found"])
    assert "untouched" not in _query(sent["GET", "found"])
    assert sent["GET", "found"].header("X-Tag")


def test_headers_and_cookies_take_values_on_one_line_without_variable_references(ran):
    sent, _ = ran
    text = sent["GET", "found"].header("X-Text")
    assert text == "two lines " + ORDER.replace("é", "%C3%A9").replace("{{", "{ {")
    assert sent["GET", "found"].header("X-Client") == "tests"
    assert sent["PUT", "changes"].header("If-Match") == '"v{ {SECRET}}"'
    name, _, value = (sent["GET", "found"].header("Cookie") or "").partition("=")
    assert (name, unquote(value)) == ("session", f"  two\n lines {ORDER}")


def test_a_linked_body_is_what_the_link_says(ran):
    sent, _ = ran
    assert json.loads(sent["PUT", "changes"].body) == DETAILS
    assert json.loads(sent["POST", "notes"].body) == {
        "order": ORDER,
        "text": f"about {ORDER}",
        "of": [1, {"all": True}],
    }


def test_the_links_of_the_actual_response_are_followed(ran):
    sent, _ = ran
    assert _query(sent["GET", "classed"]) == {"way": "class", "rest": "default"}


def test_a_created_object_is_used_and_then_deleted(ran):
    sent, _ = ran
    assert unquote(sent["GET", "orders"].path) == f"/orders/{ORDER}"
    assert unquote(sent["DELETE", "orders"].path) == f"/orders/{ORDER}"


# --- Missing values -------------------------------------------------------------------------------------

NEEDED = ("missing", "null", "object", "list", "empty", "dots", "text")
LACKING = {
    "/things": {
        "post": _operation(
            "make",
            links={
                name: _link(f"use-{name}", id=f"$response.body#/{name}/value") for name in (*NEEDED, "none")
            }
            | {
                "optional": _link("hint", hint="$response.body#/none/1", other="$response.header.X-None"),
                "body": _link("fill", body="$response.body#/nowhere"),
            },
        )
    },
    **{
        f"/{name}s/{{id}}": {
            "get": _operation(f"use-{name}", _parameter("id", "path", example=f"sample-{name}"))
        }
        for name in (*NEEDED, "none")
    },
    "/hints": {
        "get": _operation(
            "hint",
            _parameter("hint", "query", example="sample-hint"),
            _parameter("other", "query", required=False, example="sample-other"),
        )
    },
    "/fill": {"post": _operation("fill", requestBody=_json({"sample": "body"}))},
    "/refused": {
        "get": {
            "operationId": "refused",
            "responses": {
                "404": {"description": "No", "links": {"n": _link("use-null", id="$response.body#/a")}}
            },
        }
    },
}


def _lacking(sent: Sent) -> Response:
    if sent.path == "/things":
        token = "a-token-that-nobody-may-print"
        body = {
            "null": {"value": None},
            "object": {"value": {"token": token}},
            "list": {"value": [token]},
            "empty": {"value": ""},
            "dots": {"value": ".."},
            "text": token,
            "none": [],
        }
        return Response(200, body)
    return Response(404, {}) if sent.path == "/refused" else Response(200, {})


@pytest.mark.parametrize("runner", [newman, postman_cli], ids=["Newman", "Postman CLI"])
def test_a_missing_value_leaves_the_sample_and_fails_the_run_if_it_is_needed(runner, tmp_path):
    output = _generated(tmp_path, LACKING)
    with scripted_server(_lacking) as server:
        done = _run(runner, "2.1.0", output, tmp_path, server.address)
    assert done.code == 1, done.output
    text = " ".join(done.output.split())
    what = dict(zip(NEEDED, ("nothing", "null", "an object", "a list", "an empty text"), strict=False))
    for name in NEEDED:
        found = what.get(name, "dots, which would name another path" if name == "dots" else "nothing")
        link = f"the link {name} ($response.body#/{name}/value) finds {found}."
        assert f"{name}s_id stays as it is: {link}" in text, done.output
    assert "the link body ($response.body#/nowhere) finds nothing." in text
    assert "a-token-that-nobody-may-print" not in done.output
    for name in (*NEEDED, "none"):
        assert server.calls("GET", f"/{name}s/sample-{name}")
    assert server.calls("GET", "/hints")[0].query == "hint=sample-hint&other=sample-other"
    assert json.loads(server.calls("POST", "/fill")[0].body) == {"sample": "body"}
    if runner is newman:
        failed = {failure["error"]["test"] for failure in done.report["run"]["failures"]}
        failed -= {"Status is any success"}  # of the refused request
        # Neither an empty list nor an optional parameter is a failure, nor is a link of an error response.
        assert failed == {*(f"{name}s_id for use-{name}" for name in NEEDED), "fill_body for fill"}


# --- The Privacy Service --------------------------------------------------------------------------------


@pytest.mark.parametrize(("runner", "form"), RUNNERS.values(), ids=RUNNERS)
def test_the_created_job_is_the_one_that_is_retrieved(runner, form, ours, mocked, tmp_path):
    local = mocked(ours)
    done = runner(_collection(ours.folder, form), local.environment, tmp_path)
    assert done.code == 0, done.output
    calls = [
        (entry["method"], entry["path"].removeprefix("/data/core/privacy"), entry["query"])
        for entry in local.mock.log
        if not entry["path"].startswith("/ims/")
    ]
    created = next(path for _, path, _ in calls if path.startswith("/jobs/"))
    assert created != f"/jobs/{ours.job_id}"
    assert calls == [
        ("GET", "/jobs", "regulation=ccpa"),
        ("POST", "/jobs", ""),
        ("GET", created, ""),
        ("GET", f"{created}/content", ""),
        ("POST", "/consent", ""),
    ]
    assert len(local.mock.token_calls()) == 1


def test_the_ids_of_all_jobs_created_by_one_request_are_kept(ours, mocked, tmp_path):
    local = mocked(ours)
    after = tmp_path / "after.json"
    done = newman(
        _collection(ours.folder, "2.1.0"), local.environment, tmp_path, "--export-environment", str(after)
    )
    assert done.code == 0, done.output
    values = {each["key"]: each["value"] for each in json.loads(after.read_text())["values"]}
    ids = json.loads(values["JOB_IDS"])
    assert len(set(ids)) == 3
    assert values["JOB_ID"] == ids[0]


@pytest.mark.parametrize(("given", "retrieved"), [("", "the sample"), ("a-choice", "a-choice")])
def test_the_list_sets_a_job_id_only_if_none_was_chosen(given, retrieved, ours, mocked, tmp_path):
    local = mocked(ours, {"ALLOW_WRITES": "false", "JOB_ID": given})
    done = newman(_collection(ours.folder, "2.1.0"), local.environment, tmp_path)
    paths = [entry["path"].removeprefix("/data/core/privacy") for entry in local.mock.log]
    wanted = ours.job_id if retrieved == "the sample" else retrieved
    assert [path for path in paths if path.startswith("/jobs/")] == [
        f"/jobs/{wanted}",
        f"/jobs/{wanted}/content",
    ]
    assert done.code == (0 if retrieved == "the sample" else 1), done.output


def test_a_created_job_replaces_a_chosen_one_with_a_message_in_the_console(ours, mocked, tmp_path):
    local = mocked(ours, {"JOB_ID": "a-choice"})
    done = newman(_collection(ours.folder, "2.1.0"), local.environment, tmp_path)
    assert done.code == 0, done.output
    words = " ".join(done.output.replace("\0", " ").replace("|", " ").split())
    assert (
        '"Create a privacy job" replaced the value of JOB_ID. JOB_ID now holds the value of the link' in words
    ), words
    assert "To use the earlier value again, set JOB_ID to it." in words
    local = mocked(ours)
    done = newman(_collection(ours.folder, "2.1.0"), local.environment, tmp_path)
    assert "JOB_ID now holds" not in done.output
