"""The site without JavaScript, on paper, and opened by bookmarked addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.anchors import broken_anchors
from support.browsing import on_disk
from support.large_description import large_description
from support.sites import Site, arrive, made, search


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Site:
    return made(large_description(), tmp_path_factory.mktemp("large"))


@pytest.fixture(params=["small", "large"])
def either(request: pytest.FixtureRequest, ours) -> Site:
    if request.param == "small":
        return Site(ours.plan, ours.folder / "docs", on_disk(ours.folder / "docs"))
    return request.getfixturevalue("large")


def test_without_javascript_everything_is_shown_but_controls_that_need_it(either, visit):
    shown = ""
    visited = visit(either.address, javascript=False)
    for page in either.pages:
        visited.go(page)
        for control in ("#search", "#credentials", "button.copy"):
            assert not visited.page.locator(control).is_visible()
        assert visited.page.locator("#contents").get_attribute("open") is not None
        shown += str(visited.page.locator("main").text_content())
    for operation in either.operations:
        for word in (operation.name, operation.path, *(each.name for each in operation.parameters)):
            assert word in shown
        assert not operation.body or operation.body.content[0].name in shown
    visited.go(either.place(either.operations[0]))
    response = visited.page.locator("details.answer").last
    response.locator("summary").first.click()
    assert response.get_attribute("open") is not None
    visited.assert_quiet()


def test_on_paper_everything_is_open_without_the_search(either, visit, tmp_path):
    visited = visit(either.address, either.place(either.operations[0]))
    page = visited.page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not(.credentials):not([open])").count() == 0
    assert page.locator("main details").count() > 5
    for gone in (".bar", ".contents", "#credentials", ".copy >> nth=0"):
        assert not page.locator(gone).is_visible()
    paper = page.pdf(path=tmp_path / "page.pdf")
    assert paper.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) > 2
    visited.assert_quiet()


def test_an_anchor_that_moved_to_another_page_is_found(large, visit):
    visited = visit(large.address)
    for entry in [e for e in large.entries if e[0] in ("operation", "schema")][::90]:
        anchor = entry[2].partition("#")[2]
        visited.page.goto("about:blank")
        visited.go(f"index.html#{anchor}")
        arrive(visited, entry[2])
    visited.assert_quiet()


def test_an_address_with_an_unknown_anchor_stays_on_its_page(either, visit):
    visited = visit(either.address)
    for anchor in ("nowhere", "%E0%A4", "%3Cb%3E", "__proto__"):
        visited.page.goto("about:blank")
        visited.go(f"index.html#{anchor}")
        search(visited.page, "thing")
        visited.assert_quiet()
        assert visited.page.url.endswith(f"index.html#{anchor}")


def test_new_operations_do_not_change_the_anchors_of_others(large, tmp_path):
    more = made(large_description(aaaNew={}, zzzNew={"tags": ["Orders"]}), tmp_path)
    before, after = (
        {entry[3]: entry[2].partition("#")[2] for entry in site.entries if entry[0] == "operation"}
        for site in (large, more)
    )
    assert len(after) == len(before) + 2
    assert after.items() >= before.items()


def test_ids_of_operations_and_schemas_never_clash_with_those_of_the_site(visit, tmp_path):
    ids = ["start", "start-title", "top", "main", "fill-server", "fill-1", "result-0", "guide-1", "tag-other"]
    ids += [
        "tag-other-title",
        "get",
        "get-title",
        "schema-Pet",
        "schema-Pet-title",
        "changes-title",
        "a b",
        "100%",
    ]
    ids += ["Fill", "fill", "GUIDE", "guide", "list-tag-other", "__proto__", "constructor", "ü", "operations"]
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Names", "version": "1"},
        "paths": {
            f"/{at}": {"get": {"operationId": name, "tags": [f"t{'-title' * (at % 2)}"], "responses": {}}}
            for at, name in enumerate(ids)
        },
        "components": {"schemas": {name: {"type": "string"} for name in ("Pet", "Pet-title", "title", "s")}},
    }
    site = made(description, tmp_path)
    assert broken_anchors(site.folder) == []
    places = [entry[2] for entry in site.entries]
    assert len({place.lower() for place in places if "answers" not in place}) == len(places)
    visited = visit(site.address)
    for name in ("get-title", "guide-1", "constructor"):
        at = next(entry[2] for entry in site.entries if entry[3] == f"GET /{ids.index(name)}")
        visited.go(at)
        arrive(visited, at)


def test_pages_are_in_one_folder_whatever_the_names_of_tags(large):
    assert all(re.fullmatch(r"[a-z0-9_-]+\.html", page) for page in large.pages)
    assert not [path for path in large.folder.rglob("*.html") if path.parent != Path(large.folder)]
