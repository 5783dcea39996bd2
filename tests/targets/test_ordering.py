"""Order of requests: producers come before consumers, and otherwise the description's order is kept."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import items

from generator import Options, Plan, load
from generator.targets.postman.precedence import sorted_by


def _plan(folder: Path, calls: list[str], links: Sequence[str] = (), **options: Any) -> Plan:
    """A description of calls, ``METHOD /path tag``, and links, ``METHOD /path > METHOD /path name what``."""
    paths: dict[str, Any] = {}
    for call in calls:
        method, path, *tags = call.split()
        names = [part.partition("}")[0] for part in path.split("{")[1:]]
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": f"{method} {path}",
            "responses": {"200": {"description": "Yes", "links": {}}},
            "parameters": [_required(name, "path") for name in names] + [_required("q", "query")],
            **({"tags": tags} if tags else {}),
        }
    for index, link in enumerate(links):
        first, second = (part.split() for part in link.split(" > "))
        response = paths[first[1]][first[0].lower()]["responses"]["200"]
        response["links"][f"l{index}"] = {
            "operationId": " ".join(second[:2]),
            "parameters": {second[2]: second[3] if len(second) > 3 else "$response.body#/id"},
        }
    root = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://a.example"}],
        "paths": paths,
    }
    (folder / "api.json").write_text(json.dumps(root))
    return load(folder / "api.json", options=Options(**options))


def _required(name: str, where: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": {"type": "string"}}


def _collection(plan: Plan) -> dict[str, Any]:
    return json.loads("".join(plan.render(("postman",))["api.postman_collection.json"].text))


def _order(plan: Plan) -> list[str]:
    return [item["name"] for item in items(_collection(plan))]


BY_PATHS: dict[str, tuple[list[str], list[str]]] = {
    "nothing to order": (["GET /b", "GET /a", "POST /c"], ["GET /b", "GET /a", "POST /c"]),
    "created before it is used": (
        ["GET /a/{id}", "POST /a", "GET /a"],
        ["POST /a", "GET /a/{id}", "GET /a"],
    ),
    "deleted last": (
        ["DELETE /a/{id}", "PUT /a/{id}", "GET /a/{id}"],
        ["PUT /a/{id}", "GET /a/{id}", "DELETE /a/{id}"],
    ),
    "deleted after what is below": (
        ["DELETE /a/{id}", "GET /a/{id}/b", "POST /a"],
        ["POST /a", "GET /a/{id}/b", "DELETE /a/{id}"],
    ),
    "deleted from the inside out": (
        ["POST /a", "DELETE /a/{id}", "POST /a/{id}/b", "DELETE /a/{id}/b/{n}", "GET /a/{id}/b/{n}"],
        ["POST /a", "POST /a/{id}/b", "GET /a/{id}/b/{n}", "DELETE /a/{id}/b/{n}", "DELETE /a/{id}"],
    ),
    "a list of all is emptied last": (["DELETE /a", "GET /a/{id}"], ["GET /a/{id}", "DELETE /a"]),
    "other names of one parameter": (
        ["DELETE /a/{id}", "GET /a/{other}/b"],
        ["GET /a/{other}/b", "DELETE /a/{id}"],
    ),
    "a literal below is nothing that was created": (["GET /a/b", "POST /a"], ["GET /a/b", "POST /a"]),
    "part of a segment": (["GET /a/{id}.json", "POST /a"], ["POST /a", "GET /a/{id}.json"]),
    "one is moved, not many": (
        ["GET /a/{id}", "PUT /a/{id}", "GET /x", "GET /y", "POST /a"],
        ["POST /a", "GET /a/{id}", "PUT /a/{id}", "GET /x", "GET /y"],
    ),
}


@pytest.mark.parametrize("case", BY_PATHS)
def test_methods_and_paths_order_requests_without_links(tmp_path, case):
    calls, expected = BY_PATHS[case]
    assert _order(_plan(tmp_path, calls)) == expected


BY_LINKS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "across paths": (
        ["GET /a/{id}", "GET /c", "GET /search"],
        ["GET /search > GET /a/{id} id"],
        ["GET /c", "GET /search", "GET /a/{id}"],
    ),
    "by a query": (["GET /a", "GET /b"], ["GET /b > GET /a q"], ["GET /b", "GET /a"]),
    "a chain": (
        ["GET /a", "GET /b", "GET /c"],
        ["GET /b > GET /a q", "GET /c > GET /b q"],
        ["GET /c", "GET /b", "GET /a"],
    ),
    "against what paths say": (
        ["POST /a", "GET /a/{id}"],
        ["GET /a/{id} > POST /a q"],
        ["GET /a/{id}", "POST /a"],
    ),
    "a circle stays": (
        ["GET /a", "GET /b", "GET /c"],
        ["GET /a > GET /c q", "GET /c > GET /a q"],
        ["GET /a", "GET /b", "GET /c"],
    ),
    "to itself": (["GET /b", "GET /a"], ["GET /a > GET /a q"], ["GET /b", "GET /a"]),
    "what was sent goes on": (
        ["PUT /a/{id}", "GET /a/{id}"],
        ["GET /a/{id} > PUT /a/{id} id $request.path.id"],
        ["PUT /a/{id}", "GET /a/{id}"],
    ),
    # The object read or deleted afterwards is the one just created, not the first in the list.
    "a list before what creates": (
        ["POST /a", "GET /a", "GET /a/{id}", "DELETE /a/{id}"],
        ["POST /a > GET /a/{id} id", "GET /a > GET /a/{id} id"],
        ["GET /a", "POST /a", "GET /a/{id}", "DELETE /a/{id}"],
    ),
    "what needs the created one gives another": (
        ["POST /a", "GET /a/{id}/next", "GET /a/{id}"],
        ["POST /a > GET /a/{id} id", "GET /a/{id}/next > GET /a/{id} id"],
        ["POST /a", "GET /a/{id}/next", "GET /a/{id}"],
    ),
}


@pytest.mark.parametrize("case", BY_LINKS)
def test_links_order_requests(tmp_path, case):
    calls, links, expected = BY_LINKS[case]
    assert _order(_plan(tmp_path, calls, links)) == expected


def _shape(parts: list[dict[str, Any]]) -> list[Any]:
    return [{part["name"]: _shape(part["item"])} if "item" in part else part["name"] for part in parts]


def test_folders_are_not_split_and_are_ordered_by_their_requests(tmp_path):
    calls = ["GET /a/{id} readers", "GET /c readers", "POST /a writers", "GET /b others"]
    assert _shape(_collection(_plan(tmp_path, calls))["item"]) == [
        {"writers": ["POST /a"]},
        {"readers": ["GET /a/{id}", "GET /c"]},
        {"others": ["GET /b"]},
    ]


def test_folders_that_need_each_other_are_ordered_by_their_links_or_keep_their_order(tmp_path):
    calls = ["GET /a/{id} one", "POST /b one", "POST /a two", "GET /b/{id} two"]
    stays = [{"one": ["GET /a/{id}", "POST /b"]}, {"two": ["POST /a", "GET /b/{id}"]}]
    assert _shape(_collection(_plan(tmp_path, calls))["item"]) == stays
    plan = _plan(tmp_path, calls, ["POST /a > GET /a/{id} id"])
    assert _shape(_collection(plan)["item"]) == stays[::-1]


def test_every_level_of_folders_is_ordered(tmp_path):
    calls = ["GET /x/{id}/b", "DELETE /x/{id}", "GET /x/{id}", "POST /x", "GET /a"]
    found = _shape(_collection(_plan(tmp_path, calls, folders="paths"))["item"])
    assert found == [
        {"/x": ["POST /x", {"/{id}": ["GET /x/{id}", {"/b": ["GET /x/{id}/b"]}, "DELETE /x/{id}"]}]},
        {"/a": ["GET /a"]},
    ]


def test_both_formats_have_the_same_order(tmp_path):
    plan = _plan(tmp_path, ["GET /a/{id} readers", "GET /c readers", "POST /a writers"])
    files = {path: rendered.text for path, rendered in plan.render(("postman-v3",)).items()}

    def order(name: str, ending: str) -> int:
        (text,) = [text for path, text in files.items() if path.endswith(ending) and name in path]
        return int(next(line for line in "".join(text).split("\n") if line.startswith("order:")).split()[1])

    assert order("/writers/", "definition.yaml") < order("/readers/", "definition.yaml")


def test_ids_and_curl_pages_do_not_change(tmp_path):
    calls = ["DELETE /a/{id}", "GET /a/{id}", "POST /a"]
    moved = {item["name"]: item["id"] for item in items(_collection(_plan(tmp_path, calls)))}
    plan = _plan(tmp_path, calls[::-1])
    assert {item["name"]: item["id"] for item in items(_collection(plan))} == moved
    pages = "".join(r.text for p, r in _plan(tmp_path, calls).render(("curl",)).items() if p.endswith(".md"))
    assert pages.index("DELETE /a/") < pages.index("GET /a/") < pages.index("POST /a")


# --- The algorithm --------------------------------------------------------------------------------------


@st.composite
def _cases(draw: st.DrawFn, most: int = 12) -> tuple[int, set[tuple[int, int]], set[tuple[int, int]]]:
    count = draw(st.integers(0, most))
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)) if count else st.nothing()
    return count, draw(st.sets(pair, max_size=count)), draw(st.sets(pair, max_size=count))


def _reached(count: int, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The transitive closure of ``pairs`` (Warshall's algorithm)."""
    found = set(pairs)
    for middle, first, second in itertools.product(range(count), repeat=3):
        if (first, middle) in found and (middle, second) in found:
            found.add((first, second))
    return found


@given(_cases())
def test_every_dependency_outside_a_circle_is_respected(case):
    count, firm, loose = case
    order = sorted_by(count, firm, loose)
    assert sorted(order) == list(range(count))
    place = {index: position for position, index in enumerate(order)}
    every, links = _reached(count, firm | loose), _reached(count, firm)
    for first, second in firm | loose:
        if (second, first) not in every:
            assert place[first] < place[second]
    for first, second in firm:
        if (second, first) not in links:
            assert place[first] < place[second]


@given(_cases())
def test_requests_in_a_circle_of_links_keep_their_order(case):
    count, firm, _ = case
    place = {index: position for position, index in enumerate(sorted_by(count, firm))}
    links = _reached(count, firm)
    for first, second in itertools.combinations(range(count), 2):
        if (first, second) in links and (second, first) in links:
            assert place[first] < place[second]


@given(_cases())
def test_a_valid_order_is_kept(case):
    count, firm, loose = case
    right = {(min(pair), max(pair)) for pair in firm | loose}
    assert sorted_by(count, right) == list(range(count))
    order = sorted_by(count, firm, loose)
    place = {index: position for position, index in enumerate(order)}
    again = [{(place[a], place[b]) for a, b in pairs} for pairs in (firm, loose)]
    every = _reached(count, firm | loose)
    if all((second, first) not in every for first, second in every):
        assert sorted_by(count, *again) == list(range(count))


@given(_cases(most=6))
def test_if_moving_one_request_suffices_no_more_are_moved(case):
    count, firm, loose = case
    pairs = firm | loose
    moves = [_moves(each) for each in itertools.permutations(range(count)) if _keeps(each, pairs)]
    if moves and min(moves) <= 1:
        assert _moves(tuple(sorted_by(count, firm, loose))) == min(moves)


def _keeps(order: tuple[int, ...], pairs: set[tuple[int, int]]) -> bool:
    place = {index: position for position, index in enumerate(order)}
    return all(place[first] < place[second] for first, second in pairs)


def _moves(order: tuple[int, ...]) -> int:
    """How many requests to move at least: all but the longest increasing subsequence."""
    longest = [1] * len(order)
    for here, there in itertools.combinations(range(len(order)), 2):
        if order[here] < order[there]:
            longest[there] = max(longest[there], longest[here] + 1)
    return len(order) - max(longest, default=0)


@pytest.mark.parametrize("kind", ["paths", "backwards", "circle"])
def test_ten_thousand_requests_are_ordered_quickly(kind):
    count = 10_000
    pairs = {
        "paths": [(i + d, i) for i in range(0, count - 4, 4) for d in (1, 2, 3)]
        + [(i, 0) for i in range(1, count)],
        "backwards": [(i + 1, i) for i in range(count - 1)],
        "circle": [*((i, i + 1) for i in range(count - 1)), (count - 1, 0)],
    }
    start = time.process_time()
    order = sorted_by(count, pairs[kind])
    assert len(order) == count
    assert time.process_time() - start < 5
