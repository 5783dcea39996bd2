"""Requests take values from the answers before them; lists are asked for a next page."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from support import environment_file, newman, postman_cli

from generator import generate, load

RUNNERS = [
    pytest.param(newman, "2.1.0", id="Newman"),
    pytest.param(postman_cli, "2.1.0", id="Postman CLI"),
    pytest.param(postman_cli, "3.0.0", id="Postman CLI, format 3"),
]
ORDER = "a/b c+d%é"
JSON = "application/json"


def _answer(status: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {status: {"description": "Yes", "content": {JSON: {"schema": schema}}, **more}}


def _parameter(name: str, where: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": {"type": kind}}


SHOP = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "http://127.0.0.1:9"}],
    "paths": {
        "/receipts/{number}": {
            "get": {
                "operationId": "receipt",
                "parameters": [
                    _parameter("number", "path"),
                    _parameter("code", "query"),
                    _parameter("X-Key", "header"),
                ],
                "responses": _answer("200", {"type": "object"}),
            }
        },
        "/orders/{id}": {
            "delete": {
                "operationId": "cancel",
                "parameters": [_parameter("id", "path")],
                "responses": {"204": {"description": "Gone"}},
            },
            "get": {
                "operationId": "retrieve",
                "parameters": [_parameter("id", "path")],
                "responses": _answer(
                    "200",
                    {"type": "object", "required": ["receipt"]},
                    headers={"X-Key": {"schema": {"type": "string"}}},
                    links={
                        "receipt": {
                            "operationId": "receipt",
                            "parameters": {
                                "path.number": "R-{$response.body#/receipt/number}",
                                "query.code": "$request.path.id",
                                "header.X-Key": "$response.header.X-Key",
                            },
                        }
                    },
                ),
            },
        },
        "/orders": {
            "get": {
                "operationId": "list",
                "parameters": [
                    {"name": "state", "in": "query", "required": True, "schema": {"enum": ["a&b"]}},
                    {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}},
                ],
                "responses": _answer("200", {"type": "array"}),
            },
            "post": {
                "operationId": "create",
                "requestBody": {
                    "content": {JSON: {"schema": {"type": "object"}, "example": {"what": "tea"}}}
                },
                "responses": _answer(
                    "201",
                    {"type": "object"},
                    links={
                        "it": {"operationId": "retrieve", "parameters": {"id": "$response.body#/orders/0/id"}}
                    },
                ),
            },
        },
    },
}


class _Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    calls: list[tuple[str, str, dict[str, str], str | None]]
    empty = False

    def _take(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        self.calls.append((self.command, parts.path, dict(parse_qsl(parts.query)), self.headers.get("X-Key")))
        body: Any = {}
        status = 200
        if self.command == "POST":
            status, body = 201, {"orders": [] if self.empty else [{"id": ORDER}]}
        elif self.command == "DELETE":
            status = 204
        elif parts.path == "/orders":
            body = []
        elif parts.path.startswith("/orders/"):
            body = {"receipt": {"number": 17}}
        content = b"" if status == 204 else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", JSON)
        self.send_header("X-Key", "key-of-the-order")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _take  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def _shop(*, empty: bool = False) -> Iterator[tuple[str, list[Any]]]:
    handler = type("Handler", (_Shop,), {"calls": [], "empty": empty})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", handler.calls
        finally:
            server.shutdown()


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.json").write_text(json.dumps(SHOP))
    generate(load(folder / "shop.json"), folder / "out")
    return folder / "out"


def _collection(output: Path, form: str) -> Path:
    if form == "2.1.0":
        return next(f for f in output.glob("*.postman_collection.json") if "variations" not in f.name)
    return next(f for f in (output / "postman" / "collections").iterdir() if "variations" not in f.name)


def _run(runner, form, output, folder, address, **changes):
    source = next((output / "environments").iterdir())
    environment = environment_file(folder, source, baseUrl=address, ALLOW_WRITES="true", **changes)
    return runner(_collection(output, form), environment, folder)


@pytest.mark.parametrize(("runner", "form"), RUNNERS)
def test_values_travel_from_answer_to_request_with_nothing_set_by_hand(runner, form, shop, tmp_path):
    with _shop() as (address, calls):
        done = _run(runner, form, shop, tmp_path, address)
    assert done.code == 0, done.output
    encoded = "a%2Fb%20c%2Bd%25%C3%A9"
    assert [(method, path) for method, path, _, _ in calls if path != "/orders"] == [
        ("GET", f"/orders/{encoded}"),
        ("GET", "/receipts/R-17"),
        ("DELETE", f"/orders/{encoded}"),
    ] or [(method, path) for method, path, _, _ in calls if path != "/orders"] == [
        ("GET", f"/orders/{encoded}"),
        ("DELETE", f"/orders/{encoded}"),
        ("GET", "/receipts/R-17"),
    ]
    (receipt,) = [call for call in calls if call[1].startswith("/receipts/")]
    assert receipt[2] == {"code": ORDER}
    assert receipt[3] == "key-of-the-order"


@pytest.mark.parametrize(("runner", "form"), RUNNERS)
def test_the_next_page_of_a_list_is_asked_for_once(runner, form, shop, tmp_path):
    with _shop() as (address, calls):
        done = _run(runner, form, shop, tmp_path, address)
    lists = [query for method, path, query, _ in calls if (method, path) == ("GET", "/orders")]
    assert lists == [{"state": "a&b"}, {"state": "a&b", "page": "2"}], done.output
    assert "The next page can be asked for" in done.output


def test_an_empty_list_keeps_the_value_and_fails_nothing(shop, tmp_path):
    with _shop(empty=True) as (address, calls):
        done = _run(newman, "2.1.0", shop, tmp_path, address, id="sample")
    assert done.code == 0, done.output
    assert "id stays as it is: the list is empty." in done.output
    assert ("GET", "/orders/sample") in [(method, path) for method, path, _, _ in calls]


@pytest.mark.parametrize(("runner", "form"), RUNNERS)
def test_the_job_that_was_created_is_the_one_that_is_retrieved(runner, form, ours, mocked, tmp_path):
    local = mocked(ours)
    done = runner(_collection(ours.folder, form), local.environment, tmp_path)
    assert done.code == 0, done.output
    log = local.mock.log
    created = [
        json.loads(entry["body"]) for entry in log if entry["method"] == "POST" and "/jobs" in entry["path"]
    ]
    assert created[0]["users"][0]["key"] == "DavidSmith"
    paths = [entry["path"].partition("/jobs/")[2] for entry in log if "/jobs/" in entry["path"]]
    assert len(paths) == 2
    assert paths[0] != ours.job_id
    assert paths[1] == f"{paths[0]}/content"
    assert sum(entry["path"].startswith("/ims/") for entry in log) == 1
    assert any("page=2" in entry["query"] for entry in log)
