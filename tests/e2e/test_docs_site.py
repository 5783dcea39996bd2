"""The site in a real browser, from disk and from a server: pages, search, links and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support import UPSTREAM, UPSTREAM_ABSENT
from support.anchors import broken_anchors
from support.browsing import Visit, focused, links, on_disk, shown
from support.large_description import SCHEMAS, large_description
from support.sites import Site, arrive, made, on_a_server, search

from generator import generate, load


@pytest.fixture(scope="module")
def small(ours) -> Site:
    return Site(ours.plan, ours.folder / "docs", on_disk(ours.folder / "docs"))


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Site:
    return made(large_description(), tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def publishers(tmp_path_factory) -> Site:
    if not UPSTREAM.exists():
        pytest.skip(UPSTREAM_ABSENT)
    folder = tmp_path_factory.mktemp("publishers")
    plan = load(UPSTREAM)
    generate(plan, folder, targets=("docs",))
    return Site(plan, folder / "docs", on_disk(folder / "docs"))


@pytest.fixture(params=["small", "large", "publishers"])
def any_site(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["from disk", "from a server"])
def site(request: pytest.FixtureRequest, any_site: Site) -> Iterator[Site]:
    if request.param == "from disk":
        yield any_site
        return
    with on_a_server(any_site) as served:
        yield served


@pytest.fixture(params=["small", "large"])
def either(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(request.param)


def test_every_page_opens_quietly(site, visit):
    assert "index.html" in site.pages
    visited = visit(site.address)
    for page in site.pages:
        visited.go(page)
        assert "Callsheet" in shown(visited.page)
        visited.assert_quiet()
    search(visited.page, "thing")
    visited.assert_quiet()


def test_no_link_is_broken_and_no_id_is_repeated(any_site):
    assert broken_anchors(any_site.folder) == []


def test_a_large_description_has_pages_for_tags_and_schemas(large):
    assert len(large.operations) > 60
    assert len([page for page in large.pages if page.startswith("schemas-")]) > 3
    assert len(large.pages) > 12
    for entry in large.entries:
        page, _, anchor = entry[2].partition("#")
        assert f'id="{anchor}"' in (large.folder / page).read_text()


def test_links_followed_by_a_script_stay_on_the_site(large, visit):
    visited = visit(large.address)
    for address in links(visited.page):
        assert address.startswith((large.address, "https://", "mailto:")), address


# --- Search -----------------------------------------------------------------------------------------------


def test_search_finds_each_operation_by_name_path_and_parameters(either, visit):
    asked = [
        (f"#{anchor}", word)
        for operation in either.operations
        for anchor in [either.place(operation)]
        for word in _words(operation)
    ]
    assert len(asked) >= 20
    visited = visit(either.address)
    found = search(visited.page, *(word for _, word in asked))
    for (anchor, word), results in zip(asked, found, strict=True):
        assert [result for result in results if anchor.lstrip("#") in result], word
    visited.assert_quiet()


def _words(operation: Any) -> list[str]:
    # Dozens of operations share the name of a parameter; together with the path it is distinct.
    named = [f"{operation.path} {parameter.name}" for parameter in operation.parameters]
    return [operation.name, operation.path, *named]


def test_search_finds_schemas_by_name_and_properties(large, visit):
    visited = visit(large.address)
    for number in (0, 7, SCHEMAS - 1):
        for results in search(visited.page, f"Thing{number}", f"own{number}"):
            assert [result for result in results if f"#schema-Thing{number} " in result]


def test_search_finds_sections_guides_and_responses(small, visit):
    visited = visit(small.address)
    sections = [entry for entry in small.entries if entry[0] in ("page", "answer")]
    assert {entry[0] for entry in sections} == {"page", "answer"}
    assert len(sections) > 5
    for entry, results in zip(sections, search(visited.page, *(e[1] for e in sections)), strict=True):
        assert [result for result in results if result.startswith(f"{entry[2]} {entry[1]}")]


@pytest.mark.parametrize("by_click", [False, True], ids=["enter", "a click"])
def test_enter_and_a_click_open_the_result(by_click, either, visit):
    kinds = {entry[0]: entry for entry in either.entries}
    visited = visit(either.address)
    for entry in kinds.values():
        (results,) = search(visited.page, entry[1])
        at = next(at for at, text in enumerate(results) if text.startswith(f"{entry[2]} {entry[1]}"))
        if by_click:
            visited.page.locator("#results li").nth(at).click()
        else:
            for _ in range(at):
                visited.page.keyboard.press("ArrowDown")
            visited.page.keyboard.press("Enter")
        arrive(visited, entry[2])
    visited.assert_quiet()


def test_search_treats_any_query_as_text(large, visit):
    visited = visit(large.address)
    queries = [
        "(",
        "[a-",
        "\\",
        "\\u",
        "<b>x</b>",
        "<img src=x onerror=ran=1>",
        "%",
        "__proto__",
        "constructor",
    ]
    queries += [" ", "ünï ✓", "İ", "\U0001f600", "$&", "$1", "a|b", "&amp;", "-", "_", "thing" * 2000]
    found = search(visited.page, "C++", *queries)
    assert found[0]
    visited.assert_quiet()
    assert visited.page.evaluate("window.ran") is None


def test_a_search_without_results_is_announced_to_screen_readers(small, visit):
    visited = visit(small.address)
    search(visited.page, "no such thing anywhere")
    visited.page.wait_for_function(
        "() => document.querySelector('[role=status]').textContent === 'Nothing found.'"
    )
    visited.page.fill("#search", "privacy")
    visited.page.wait_for_function(
        "() => /^\\d+ found/.test(document.querySelector('[role=status]').textContent)"
    )


# --- The keyboard -----------------------------------------------------------------------------------------


def test_the_first_tab_reaches_a_link_past_the_contents(either, visit):
    visited = visit(either.address)
    visited.page.keyboard.press("Tab")
    assert focused(visited.page) == "a.skip Skip to the content"
    assert visited.page.locator("a.skip").bounding_box()["y"] >= 0
    visited.page.keyboard.press("Enter")
    visited.page.wait_for_function("() => document.activeElement.id === 'main'")


def test_a_slash_an_arrow_and_enter_open_an_operation(either, visit):
    visited = visit(either.address)
    keyboard = visited.page.keyboard
    keyboard.press("/")
    assert focused(visited.page).startswith("input#search")
    keyboard.type("ch" if either.pages[1:] else "jobs")
    visited.page.wait_for_selector("#results li:nth-child(3)")
    chosen = [visited.page.locator("#results [aria-selected=true]").get_attribute("id")]
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        keyboard.press(key)
        chosen.append(visited.page.locator("#results [aria-selected=true]").get_attribute("id"))
        assert visited.page.get_attribute("#search", "aria-activedescendant") == chosen[-1]
    assert chosen == ["result-0", "result-1", "result-2", "result-1"]
    address = visited.page.locator("#result-1").get_attribute("data-url")
    keyboard.press("Enter")
    arrive(visited, address)
    _goes_on_from(visited, address)
    visited.assert_quiet()


def _goes_on_from(visit: Visit, address: str) -> None:
    visit.page.wait_for_timeout(100)
    visit.page.keyboard.press("Tab")
    inside = "id => document.getElementById(id).contains(document.activeElement)"
    assert visit.page.evaluate(inside, address.partition("#")[2]), focused(visit.page)


def test_the_tab_key_continues_from_the_target_of_a_link_in_the_contents(either, visit):
    address = either.place(either.operations[3])
    visited = visit(either.address, address)
    _goes_on_from(visited, address)
    link = visited.page.locator("#contents .operations a").nth(1)
    link.focus()
    visited.page.keyboard.press("Enter")
    _goes_on_from(visited, str(link.get_attribute("href")))
    visited.assert_quiet()


def test_escape_closes_the_results_and_then_empties_the_search(small, visit):
    visited = visit(small.address)
    visited.page.keyboard.press("/")
    visited.page.keyboard.type("/jobs")
    visited.page.wait_for_selector("#results li")
    visited.page.keyboard.press("Escape")
    assert not visited.page.locator("#results").is_visible()
    assert visited.page.get_attribute("#search", "aria-expanded") == "false"
    assert visited.page.input_value("#search") == "/jobs"
    visited.page.keyboard.press("Escape")
    assert visited.page.input_value("#search") == ""


def test_a_slash_can_be_typed_into_fields(small, visit):
    visited = visit(small.address)
    visited.page.locator("#credentials summary").click()
    visited.page.focus("[data-fill='API_KEY']")
    visited.page.keyboard.type("a/b")
    assert visited.page.input_value("[data-fill='API_KEY']") == "a/b"


def test_details_can_be_opened_with_the_keyboard(small, visit):
    visited = visit(small.address)
    visited.page.focus("#credentials summary")
    visited.page.keyboard.press("Enter")
    assert visited.page.locator("#fill-server").is_visible()
    visited.page.keyboard.press("Tab")
    assert focused(visited.page).startswith("select#fill-server")
