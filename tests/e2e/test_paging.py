"""With ``paging: true``, the next page of a list is requested once if the response says that there is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from support import Run, environment_file, items, newman, postman_cli
from support.recorder import Sent
from support.scripted_server import Response, scripted_server

from generator import generate, load

NAME = "The next page is available"
TEN = {"items": list(range(10))}
FULL = {**TEN, "total": 30}


def _number(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "integer", **schema}}


def _sent(name: str, value: int) -> dict[str, Any]:
    return {**_number(name), "required": True, "example": value}


#: Parameters of a list, its first response, the response to another page, the expected queries, and whether
#: the test passes (``None`` if no page is requested).
LISTS: dict[str, tuple[list[Any], Any, Response, list[str], bool | None]] = {
    "page": ([_number("page")], FULL, Response(), ["", "page=2"], True),
    "from": ([_number("page", default=0)], FULL, Response(), ["", "page=1"], True),
    "sent": ([_sent("page", 2)], {**TEN, "total": 40}, Response(), ["page=2", "page=3"], True),
    "own": ([_number("page")], {**FULL, "page": 0}, Response(), ["", "page=1"], True),
    "own end": ([_number("page")], {**TEN, "total": 10, "page": 0}, Response(), [""], None),
    "spring": (
        [_number("page", default=0)],
        {"content": [1], "number": 3, "last": False},
        Response(),
        ["", "page=4"],
        True,
    ),
    "bracketed": (
        [_sent("page[number]", 2), _number("page[size]")],
        FULL,
        Response(),
        ["page[number]=2", "page[number]=3"],
        True,
    ),
    "offset": (
        [_number("offset"), _number("limit", default=20)],
        FULL,
        Response(),
        ["", "offset=20"],
        True,
    ),
    "skip": (
        [_sent("skip", 14), _sent("take", 7)],
        FULL,
        Response(),
        ["skip=14&take=7", "take=7&skip=21"],
        True,
    ),
    "counted": ([_number("start"), _number("max_results")], FULL, Response(), ["", "start=10"], True),
    "pages": ([_sent("page", 2)], {"meta": {"total_pages": 3}}, Response(), ["page=2", "page=3"], True),
    "more": ([_number("page")], {**TEN, "hasMore": True}, Response(), ["", "page=2"], True),
    "next": ([_number("page")], {**TEN, "next": "/next?page=2"}, Response(), ["", "page=2"], True),
    "linking": ([_number("page")], [1], Response(), ["", "page=2"], True),
    "refusing": ([_number("page")], FULL, Response(404, {}), ["", "page=2"], False),
    "broken": ([_number("page")], FULL, Response(500, {}), ["", "page=2"], False),
    # No page is requested if the response says that there is none, or doesn't say.
    "all": ([_number("page")], {**TEN, "total": 10}, Response(), [""], None),
    "last page": ([_sent("page", 3)], {"meta": {"total_pages": 3}}, Response(), ["page=3"], None),
    "no more": ([_number("page")], {**TEN, "hasMore": False}, Response(), [""], None),
    "no next": ([_number("page")], {**TEN, "next": None}, Response(), [""], None),
    "last": ([_number("page")], {"content": [1], "last": True}, Response(), [""], None),
    "nothing": ([_number("page")], [], Response(), [""], None),
    "silent": ([_number("page")], TEN, Response(), [""], None),
    "short": ([_number("page"), _number("per_page", default=30)], TEN, Response(), [""], None),
    "linked": ([_number("page")], [1], Response(), [""], None),
}
LINKS = {"linked": '<https://a.example/?page=1>; rel="prev"', "linking": '</?page=2>; rel="prev next"'}
#: Requests without a next page, each for another reason.
OTHERS: dict[str, dict[str, Any]] = {
    "refused": {"parameters": [_number("page")]},
    "word": {"parameters": [{"name": "page", "in": "query", "schema": {"type": "string"}}]},
    "alone": {"parameters": [_number("offset")]},
    "image": {
        "parameters": [_number("page")],
        "responses": {"200": {"description": "Yes", "content": {"image/png": {"schema": {}}}}},
    },
    "digest": {"parameters": [_number("page")], "security": [{"digest": []}]},
}
WITH_KEY = {
    "parameters": [_number("page"), {"name": "q", "in": "query", "required": True, "example": "a+b & é"}]
}


def _respond(sent: Sent) -> Response:
    name = sent.path.strip("/").replace("-", " ")
    if name == "refused":
        return Response(503, {})
    if name not in LISTS:
        return Response(200, FULL)
    _, first, second, queries, _ = LISTS[name]
    return (
        Response(200, first, {"Link": LINKS[name]} if name in LINKS else {})
        if sent.query == queries[0]
        else second
    )


def _lists(folder: Path, chosen: list[str], **project: Any) -> Path:
    yes = {"responses": {"200": {"description": "Yes"}}}
    paths: dict[str, Any] = {
        f"/{name.replace(' ', '-')}": {"get": yes | {"summary": name, "parameters": LISTS[name][0]}}
        for name in chosen
    }
    paths |= {f"/{name}": {"get": yes | {"summary": name} | own} for name, own in OTHERS.items()}
    keys = [{"token": [], "key": []}, {"token": [], "header": []}]
    paths |= {
        f"/key{n}": {"get": yes | WITH_KEY | {"summary": f"key{n}", "security": [each]}}
        for n, each in enumerate(keys)
    }
    root = {
        "openapi": "3.1.0",
        "info": {"title": "Lists", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9"}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "query", "name": "key"},
                "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "digest": {"type": "http", "scheme": "digest"},
            }
        },
    }
    (folder / "lists.json").write_text(json.dumps(root))
    (folder / "project.yaml").write_text(
        json.dumps({"description": "lists.json", "tests": {"paging": True}, **project})
    )
    generate(load(project_file=folder / "project.yaml"), folder / "out")
    return folder / "out"


def _run(runner, output: Path, folder: Path, address: str):
    names = {v["key"] for v in json.loads(next((output / "environments").iterdir()).read_text())["values"]}
    secrets = {name: f"my-{name}" for name in names if name not in ("baseUrl", "ALLOW_WRITES")}
    source = next((output / "environments").iterdir())
    environment = environment_file(folder, source, baseUrl=address, **secrets)
    return runner(output / "lists.postman_collection.json", environment, folder)


def _tests(done: Run) -> dict[str, list[dict[str, Any]]]:
    """Request → the results of its paging tests."""
    return {e["item"]["name"]: [a for a in e["assertions"] if a["assertion"] == NAME] for e in done.requests}


def test_the_next_page_is_requested_only_if_the_response_says_that_there_is_one(tmp_path):
    output = _lists(tmp_path, list(LISTS))
    with scripted_server(_respond) as server:
        done = _run(newman, output, tmp_path, server.address)
    tests = _tests(done)
    for name, (_, _, _, queries, passes) in LISTS.items():
        assert [sent.query for sent in server.calls("GET", f"/{name.replace(' ', '-')}")] == queries, name
        if passes is None:
            assert not tests[name], name
        else:
            (test,) = tests[name]
            assert ("error" not in test) == passes, (name, test)
    assert "the service responded with 404 to page=2" in tests["refusing"][0]["error"]["message"]
    for name in OTHERS:
        assert not tests[name]
        assert len({sent.query for sent in server.calls("GET", f"/{name}")}) == 1


@pytest.mark.parametrize("runner", [newman, postman_cli], ids=["Newman", "Postman CLI"])
def test_the_next_page_is_requested_with_the_credentials_of_the_request(runner, tmp_path):
    output = _lists(tmp_path, [name for name in LISTS if LISTS[name][-1]])
    with scripted_server(_respond) as server:
        done = _run(runner, output, tmp_path, server.address)
    for number in (0, 1):
        first, second = server.calls("GET", f"/key{number}")
        assert dict(parse_qsl(second.query)) == {**dict(parse_qsl(first.query)), "page": "2"}
        assert dict(parse_qsl(second.query))["q"] == "a+b & é"
        headers = [
            {k.lower(): v for k, v in sent.headers if k.lower() != "postman-token"}
            for sent in (first, second)
        ]
        assert headers[0] == headers[1]
        assert headers[1]["authorization"].startswith("Bearer my-")
    for name in (name for name in LISTS if LISTS[name][-1]):
        assert [sent.query for sent in server.calls("GET", f"/{name}")] == LISTS[name][3], done.output


def test_no_next_page_is_requested_unless_enabled_in_the_project_file(tmp_path):
    output = _lists(tmp_path, list(LISTS), tests={})
    collection = json.loads((output / "lists.postman_collection.json").read_text())
    assert all(NAME not in json.dumps(item) for item in items(collection))
