"""The checks of the site work: each fault of a handmade page is reported, a page without one passes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.anchors import broken_anchors
from support.browsing import (
    SCHEMES,
    VIEWPORTS,
    Visit,
    focused,
    has_run,
    links,
    on_disk,
    screenshot,
    scrolls_sideways,
    served,
    shown,
    tab_stops,
    violations,
)

POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:\">"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{policy}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Things</title>
<link rel="icon" href="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">
<link rel="stylesheet" href="style.css">
<script src="site.js" defer></script>
</head>
<body>
<main>
<h1 id="top-of-page">Things</h1>
<p id="colour">Some text.</p>
<p><a href="pages/other.html#there">Other</a> <a href="https://example.com/">Elsewhere</a></p>
<button id="copy" type="button">Copy</button>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" alt="">
{fault}
</main>
</body>
</html>
"""
STYLE = """body { background: #fff; color: #222; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } a { color: #9cf; } }
"""
SCRIPT = """document.querySelector("#copy").addEventListener("click", () => {
  navigator.clipboard.writeText("curl -d 'ü' \\\\\\n  \\"$X\\"\\n");
});
document.querySelector("#colour").dataset.ran = "yes";
"""
OTHER = """<!doctype html><html lang="en"><title>Other</title><link rel="icon" href="data:image/png,">
<h1 id="there">There</h1>"""


def _site(folder: Path, fault: str = "", *, policy: str = POLICY, script: str = "") -> Path:
    """Write a small site, in which nothing but ``fault`` is wrong."""
    (folder / "pages").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE.format(policy=policy, fault=fault))
    (folder / "style.css").write_text(STYLE)
    (folder / "site.js").write_text(SCRIPT + script)
    (folder / "pages" / "other.html").write_text(OTHER)
    return folder


def _wait_for(reported: str, visited: Visit) -> None:
    """Wait until ``reported`` is noted: browsers request some things long after a page has been loaded."""
    deadline = time.monotonic() + 10
    while reported not in "\n".join(visited.noted):
        assert time.monotonic() < deadline, f"{reported} is not in {visited.noted}"
        visited.page.wait_for_timeout(20)


@pytest.fixture(params=["from disk", "from a server"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of the site that a test writes to ``site``."""
    if request.param == "from disk":
        yield on_disk(tmp_path / "site")
        return
    with served(tmp_path) as server:
        yield f"{server}site/"


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_without_fault_reports_nothing(viewport, scheme, address, visit, tmp_path):
    _site(tmp_path / "site")
    visited = visit(address, viewport=viewport, scheme=scheme)
    assert visited.page.evaluate("innerWidth") == VIEWPORTS[viewport]["viewport"]["width"]
    background = visited.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(17, 17, 17)" if scheme == "dark" else "rgb(255, 255, 255)")
    assert visited.page.locator("#colour").get_attribute("data-ran") == "yes"
    assert violations(visited.page) == []
    assert not scrolls_sideways(visited.page)
    visited.page.click("text=Other")
    assert visited.page.url == f"{address}pages/other.html#there"
    visited.assert_quiet()


@pytest.mark.parametrize(
    ("fault", "script", "reported"),
    [
        ("", "console.error('a bad thing')", "console error: a bad thing"),
        ("", "console.warn('an odd thing')", "console warning: an odd thing"),
        ("", "throw new Error('broken')", "page error: broken"),
        ("", "setTimeout(() => Promise.reject(new Error('late')))", "page error: late"),
        ("", "alert('hello')", "dialog: alert hello"),
        ("", "confirm('sure?')", "dialog: confirm sure?"),
        ("", "open('pages/other.html')", "another page: "),
        ("<script>window.ran = 1</script>", "", "console error: Executing inline script violates"),
        ('<p style="color: red">Red.</p>', "", "console error: Applying inline style violates"),
        ('<img src="missing.png" alt="">', "", "missing.png"),
        ('<img src="https://example.com/x.png" alt="">', "", "violates the following Content Security"),
    ],
)
def test_what_a_page_does_unasked_is_reported(fault, script, reported, address, visit, tmp_path):
    _site(tmp_path / "site", fault, script=script)
    visited = visit(address)
    _wait_for(reported, visited)
    with pytest.raises(AssertionError):
        visited.assert_quiet()


@pytest.mark.parametrize(
    ("fault", "script", "reported"),
    [
        ('<img src="https://example.com/x.png" alt="">', "", "foreign request: https://example.com/x.png"),
        ('<img src="http://192.0.2.1/x.png" alt="">', "", "failed request: http://192.0.2.1/x.png"),
        ('<link rel="stylesheet" href="//example.com/x.css">', "", "failed request: "),
        (
            '<iframe src="https://example.com/" title="x"></iframe>',
            "",
            "foreign request: https://example.com/",
        ),
        ('<img src="../beside.png" alt="">', "", "beside.png"),
        ("", "fetch('https://example.com/').catch(() => 0)", "foreign request: https://example.com/"),
        ("", "navigator.sendBeacon('https://example.com/')", "foreign request: https://example.com/"),
        ("", "new WebSocket('wss://example.com/')", "web socket: wss://example.com/"),
        ("<script>window.ran = 1; alert(1)</script>", "", "dialog: alert 1"),
        ("<img src='missing.png' onerror='alert(2)' alt=''>", "", "dialog: alert 2"),
    ],
)
def test_without_a_policy_foreign_requests_and_scripts_are_reported(
    fault, script, reported, address, visit, tmp_path
):
    _site(tmp_path / "site", fault, policy="", script=script)
    visited = visit(address)
    _wait_for(reported, visited)
    assert has_run(visited.page, "ran", "rang") == (["ran"] if "ran =" in fault else [])


def test_a_page_without_an_icon_is_reported_since_browsers_request_one(visit, tmp_path):
    _site(tmp_path / "site")
    page = tmp_path / "site" / "index.html"
    page.write_text(re.sub('<link rel="icon".*', "", page.read_text()))
    with served(tmp_path) as server:
        _wait_for(f"404 (File not found) ({server}favicon.ico)", visit(f"{server}site/"))


def test_a_service_worker_is_reported(visit, tmp_path):
    site = _site(tmp_path / "site", policy="", script="navigator.serviceWorker.register('worker.js')")
    (site / "worker.js").write_text("")
    with served(site) as address:
        _wait_for(f"service worker: {address}worker.js", visit(address))


@pytest.mark.parametrize(
    ("fault", "reported"),
    [
        ('<img src="pages/x.png">', "image-alt (critical): img"),
        ('<p><input id="q"></p>', "label (critical): #q"),
        ('<button id="empty" type="button"></button>', "button-name (critical): #empty"),
        ('<p class="pale">Pale.</p>', "color-contrast (serious): .pale"),
    ],
)
def test_what_axe_finds_is_reported_with_the_element(fault, reported, address, visit, tmp_path):
    _site(tmp_path / "site", fault)
    style = tmp_path / "site" / "style.css"
    style.write_text(f"{style.read_text()}.pale {{ color: #ddd; }}")
    assert reported in "\n".join(violations(visit(address).page))


@pytest.mark.parametrize(
    ("fault", "reported"),
    [
        ('<a href="pages/none.html">x</a>', "no such file"),
        ('<a href="#nowhere">x</a>', "no such place"),
        ('<a href="pages/other.html#nowhere">x</a>', "no such place"),
        ('<a href="pages/">x</a>', "is a folder"),
        ('<a href="/pages/other.html">x</a>', "starts at the top of a server"),
        ('<a href="../beside.html">x</a>', "leads out of the site"),
        ('<a href="//example.com/">x</a>', "names a host"),
        ('<a href="javascript:alert(1)">x</a>', "scheme javascript"),
        ('<a href=" java&#10;script:alert(1)">x</a>', "scheme javascript"),
        ('<a href="data:text/html,x">x</a>', "scheme data"),
        ('<a href="vbscript:x">x</a>', "scheme vbscript"),
        ('<img src="https://example.com/x.png" alt="">', "loads from elsewhere"),
        ('<img srcset="style.css 1x, https://example.com/x.png 2x" alt="">', "loads from elsewhere"),
        ('<link rel="preconnect" href="https://example.com">', "loads from elsewhere"),
        ('<form action="https://example.com"></form>', "loads from elsewhere"),
        ('<p id="copy">x</p>', "id copy stands more than once"),
    ],
)
def test_a_broken_link_is_found_in_the_files(fault, reported, tmp_path):
    (fault_found,) = broken_anchors(_site(tmp_path / "site", fault))
    assert fault_found.startswith("index.html: ")
    assert fault_found.endswith(reported)


@pytest.mark.parametrize(
    "link",
    [
        "#top-of-page",
        "#top%2Dof%2Dpage",
        "#",
        "",
        "#top",
        "pages/other.html",
        "pages/../index.html#copy",
        "pages/oth%65r.html?q=1#there",
        "mailto:a@example.com",
        "https://example.com/#x",
    ],
)
def test_a_valid_link_is_not_reported(link, tmp_path):
    assert broken_anchors(_site(tmp_path / "site", f'<a href="{link}">x</a>')) == []


def test_the_links_of_a_page_are_absolute_urls(address, visit, tmp_path):
    _site(tmp_path / "site")
    assert links(visit(address).page) == [f"{address}pages/other.html#there", "https://example.com/"]


def test_without_scripts_the_text_is_there_and_no_script_runs(address, visit, tmp_path):
    _site(tmp_path / "site")
    visited = visit(address, javascript=False)
    assert shown(visited.page) == "Things Some text. Other Elsewhere Copy"
    assert visited.page.locator("#colour").get_attribute("data-ran") is None
    visited.assert_quiet()


def test_copied_text_is_read_exactly(address, visit, tmp_path):
    _site(tmp_path / "site")
    visited = visit(address, clipboard=True)
    visited.page.click("#copy")
    assert visited.clipboard() == "curl -d 'ü' \\\n  \"$X\"\n"
    visited.assert_quiet()


def test_the_keyboard_reaches_each_link_and_button(address, visit, tmp_path):
    _site(tmp_path / "site")
    visited = visit(address)
    assert tab_stops(visited.page) == ["a Other", "a Elsewhere", "button#copy Copy"]
    visited.page.focus("#copy")
    assert focused(visited.page) == "button#copy Copy"


def test_content_wider_than_a_phone_is_reported(address, visit, tmp_path):
    _site(tmp_path / "site", f"<pre>{'x' * 500}</pre>")
    assert scrolls_sideways(visit(address, viewport="phone").page)


def test_a_link_of_a_site_without_fault_is_not_reported(tmp_path):
    assert broken_anchors(_site(tmp_path / "site")) == []


def test_a_picture_of_the_whole_page_is_kept(address, visit, tmp_path, monkeypatch):
    monkeypatch.setattr("support.browsing.SCREENSHOTS", tmp_path / "pictures")
    _site(tmp_path / "site", "<p>Line.</p>" * 100)
    picture = screenshot(visit(address, viewport="phone").page, "a page: GET /things/{id}")
    assert picture == tmp_path / "pictures" / "a-page-GET-things-id.png"
    data = picture.read_bytes()
    assert data[:4] == b"\x89PNG"
    assert int.from_bytes(data[16:20]) == 390
    assert int.from_bytes(data[20:24]) > 844


def test_a_long_page_is_kept_in_several_pictures_that_leave_nothing_out(
    address, visit, tmp_path, monkeypatch
):
    monkeypatch.setattr("support.browsing.SCREENSHOTS", tmp_path / "pictures")
    _site(tmp_path / "site", "<p>Line.</p>" * 500)
    page = visit(address).page
    window, height = page.viewport_size, page.evaluate("document.documentElement.scrollHeight")
    screenshot(page, "long")
    pictures = [each.read_bytes() for each in sorted((tmp_path / "pictures").iterdir())]
    assert len(pictures) > 1
    assert sum(int.from_bytes(data[20:24]) for data in pictures) == height
    assert (page.viewport_size, page.evaluate("scrollY")) == (window, 0)
