"""Accessibility of the site: dark and light, phone and desktop, keyboard; axe-core finds no violations."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.browsing import (
    SCHEMES,
    SCREENSHOTS,
    VIEWPORTS,
    focused,
    on_disk,
    screenshot,
    scrolls_sideways,
    tab_stops,
    violations,
)
from support.large_description import large_description
from support.sites import Site, made, open_everything, search

#: A page of each kind: a first page, and on large sites one of a tag and one of schemas.
PAGES = {"small": ["index.html"], "large": ["index.html", "a-b-c-n.html", "schemas-c.html"]}
#: Counts the visible elements that can have the focus.
_CONTROLS = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']"
  )].filter(each => each.checkVisibility({visibilityProperty: true}) && !each.disabled).length"""
_OUTLINED = """() => {
  const {activeElement: element} = document;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return seen && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


@pytest.fixture(scope="module")
def sites(ours, tmp_path_factory) -> dict[str, Site]:
    small = Site(ours.plan, ours.folder / "docs", on_disk(ours.folder / "docs"))
    return {"small": small, "large": made(large_description(), tmp_path_factory.mktemp("large"))}


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_is_accessible_and_fits(scheme, viewport, sites, visit):
    visited = visit(sites["small"].address, viewport=viewport, scheme=scheme)
    page = visited.page
    name = f"small-index-{scheme}-{viewport}"
    screenshot(page, name)
    assert not scrolls_sideways(page)
    search(page, "a")
    assert page.locator("#results li").count() > 3
    page.screenshot(path=SCREENSHOTS / f"{name}-search.png", animations="disabled")
    assert not scrolls_sideways(page)
    # Each state is tested in both schemes and both viewports, but not in all four pairs: each takes seconds.
    if (scheme, viewport) in (("light", "wide"), ("dark", "phone")):
        page.eval_on_selector_all("main details", "all => all.forEach(each => { each.open = false; })")
        assert violations(page) == []
    page.keyboard.press("Escape")
    open_everything(page)
    page.select_option("#fill-server", label="Another address")
    assert not scrolls_sideways(page)
    if (scheme, viewport) in (("light", "phone"), ("dark", "wide")):
        assert violations(page) == []
    visited.assert_quiet()


@pytest.mark.parametrize(("scheme", "viewport"), [("dark", "phone"), ("light", "wide")])
def test_each_kind_of_page_is_accessible_and_fits(scheme, viewport, sites, visit):
    visited = visit(sites["large"].address, viewport=viewport, scheme=scheme)
    found: list[str] = []
    for path in PAGES["large"]:
        visited.go(path)
        screenshot(visited.page, f"large-{Path(path).stem}-{scheme}-{viewport}")
        open_everything(visited.page)
        found += [f"{path}: {line}" for line in violations(visited.page)]
        found += [f"{path}: scrolls sideways"] * scrolls_sideways(visited.page)
    assert found == []
    visited.assert_quiet()


@pytest.mark.parametrize("size", PAGES)
def test_the_tab_key_reaches_everything_and_leaves_the_page(size, sites, visit):
    for path in PAGES[size]:
        visited = visit(sites[size].address, path)
        stops = tab_stops(visited.page, most=3000)
        assert stops[0].startswith("a.skip")
        assert len(stops) == visited.page.evaluate(_CONTROLS)


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_focused_element_is_visible(scheme, viewport, sites, visit):
    visited = visit(sites["small"].address, viewport=viewport, scheme=scheme)
    page = visited.page
    page.eval_on_selector("#credentials", "box => { box.open = true; }")
    unseen = []
    for _ in range(120):
        page.keyboard.press("Tab")
        if not page.evaluate(_OUTLINED):
            unseen.append(focused(page))
    assert unseen == []


def test_contents_are_closed_on_a_phone_and_open_on_a_wide_screen(sites, visit):
    for viewport, is_open in (("phone", False), ("wide", True)):
        page = visit(sites["large"].address, viewport=viewport).page
        assert page.eval_on_selector("#contents", "each => each.open") is is_open
    phone = visit(sites["small"].address, viewport="phone")
    phone.page.tap("#contents summary")
    phone.page.tap("#contents a[href='#reading']")
    assert phone.page.eval_on_selector("#contents", "each => each.open") is False
