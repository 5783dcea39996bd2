"""Requests stand so that what is produced comes before what needs it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import items

from generator import load
from generator.targets.ordering import sorted_by


def _order(tmp_path, *calls, links=(), tags=None):
    paths = {}
    for call in calls:
        method, path = call.split()
        operation = {"operationId": call, "summary": call, "responses": {"200": {"description": "Yes"}}}
        if tags:
            operation["tags"] = [tags[call]]
        paths.setdefault(path, {})[method.lower()] = operation
        for name in ("id", "item"):
            if "{" + name + "}" in path:
                operation.setdefault("parameters", []).append(
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                )
    for first, second in links:
        method, path = first.split()
        answer = paths[path][method.lower()]["responses"]["200"]
        answer["links"] = {"l": {"operationId": second, "parameters": {"id": "$response.body#/id"}}}
    root = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    (tmp_path / "api.json").write_text(json.dumps(root))
    rendered = load(tmp_path / "api.json").render(["postman"])
    collection = json.loads(rendered["api.postman_collection.json"].text)
    return [item["name"] for item in items(collection)], [part["name"] for part in collection["item"]]


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (["GET /a", "GET /b"], ["GET /a", "GET /b"]),
        (["GET /a/{id}", "POST /a", "GET /a"], ["POST /a", "GET /a/{id}", "GET /a"]),
        (["DELETE /a/{id}", "PUT /a/{id}", "GET /a/{id}"], ["PUT /a/{id}", "GET /a/{id}", "DELETE /a/{id}"]),
        (["DELETE /a/{id}", "GET /a/{id}/b", "POST /a"], ["POST /a", "GET /a/{id}/b", "DELETE /a/{id}"]),
        (["GET /a/b", "POST /a"], ["GET /a/b", "POST /a"]),
    ],
)
def test_methods_and_paths_order_what_no_link_does(tmp_path, calls, expected):
    assert _order(tmp_path, *calls)[0] == expected


def test_links_order_requests_across_paths(tmp_path):
    links = [("GET /search", "GET /a/{id}")]
    found, _ = _order(tmp_path, "GET /a/{id}", "GET /c", "GET /search", links=links)
    assert found == ["GET /c", "GET /search", "GET /a/{id}"]


def test_a_link_comes_before_what_paths_say(tmp_path):
    links = [("GET /a/{id}", "POST /a")]
    assert _order(tmp_path, "POST /a", "GET /a/{id}", links=[])[0] == ["POST /a", "GET /a/{id}"]
    root, _ = _order(tmp_path, "GET /a/{id}", "POST /a", links=links)
    assert root == ["POST /a", "GET /a/{id}"] or root == ["GET /a/{id}", "POST /a"]


def test_folders_stay_whole_and_are_ordered_by_what_is_in_them(tmp_path):
    tags = {"GET /a/{id}": "readers", "GET /c": "readers", "POST /a": "writers"}
    found, folders = _order(tmp_path, "GET /a/{id}", "GET /c", "POST /a", tags=tags)
    assert folders == ["writers", "readers"]
    assert found == ["POST /a", "GET /a/{id}", "GET /c"]


def test_a_circle_of_links_keeps_the_description_s_order(tmp_path):
    links = [("GET /a/{id}", "GET /b/{id}"), ("GET /b/{id}", "GET /a/{id}")]
    assert _order(tmp_path, "GET /a/{id}", "GET /b/{id}", links=links)[0] == ["GET /a/{id}", "GET /b/{id}"]


@given(
    st.integers(1, 30).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.tuples(*[st.integers(0, n - 1)] * 2)))
    )
)
def test_an_order_holds_everything_once_and_every_need_that_is_in_no_circle(case):
    count, edges = case
    order = sorted_by(count, edges)
    assert sorted(order) == list(range(count))
    forward = {(a, b) for a, b in edges if a < b}
    place = {each: index for index, each in enumerate(sorted_by(count, forward))}
    assert all(place[a] < place[b] for a, b in forward)
    assert sorted_by(count, set()) == list(range(count))
    backward = {(b, a) for a, b in forward}
    place = {each: index for index, each in enumerate(sorted_by(count, backward))}
    assert all(place[b] < place[a] for a, b in forward)
