"""Chromium for the tests of the site: records unexpected events; axe-core, screenshots, a file server."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import re
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    sync_playwright,
)

from support import ROOT, TOOLS

#: Screenshots of pages, for review; CI keeps them too.
SCREENSHOTS = ROOT / "reports" / "screenshots"
VIEWPORTS: Mapping[str, Mapping[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "wide": {"viewport": {"width": 1440, "height": 900}},
}
SCHEMES = ("light", "dark")
_TALLEST = 6000  # pixels in one screenshot
#: No host name and no foreign address can be reached: a request for one fails at once, and is recorded.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_AXE = TOOLS.parent / "axe-core" / "axe.min.js"


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Launch Debian's chromium. While it is open, ``asyncio.run`` works only in other threads."""
    executable = shutil.which("chromium")
    assert executable, "chromium is needed: make system-packages"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def on_disk(folder: Path) -> str:
    """The ``file:`` URL of a folder, with a slash at the end."""
    return f"{folder.resolve().as_uri()}/"


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a local web server; yields its URL, with a slash at the end."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class Visit:
    """A page of a site in its own browser context; ``noted`` lists events that a quiet page doesn't cause.

    ``site`` is a URL that ends in a slash. A request for anything that isn't below it is foreign.
    """

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.noted: list[str] = []
        self._under_way: set[Request] = set()
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note("page error", error.error))
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("requestfinished", lambda request: self._under_way.discard(request))
        context.on("requestfailed", self._failed)
        context.on("response", lambda response: self._response(response.status, response.url))
        context.on("serviceworker", lambda worker: self._note("service worker", worker.url))
        self.page: Page = context.new_page()
        self._watch(self.page)
        context.on("page", self._opened)

    def go(self, path: str) -> None:
        """Open an address below the site; only a fragment of the current page is opened without a load."""
        self.page.goto(self.site + path)

    def assert_quiet(self) -> None:
        """Wait for all responses, then assert that nothing was noted."""
        self.settle()
        assert not self.noted, "\n".join(self.noted)

    def settle(self) -> None:
        """Wait for the responses to all requests, and for the events that the browser has queued so far."""
        deadline = time.monotonic() + 10
        self.page.wait_for_timeout(20)
        while self._under_way and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        assert not self._under_way, f"still loading: {[request.url for request in self._under_way]}"

    def clipboard(self) -> str:
        """The text on the clipboard; needs a visit opened with ``clipboard=True``."""
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def _note(self, what: str, detail: object) -> None:
        self.noted.append(f"{what}: {detail}")

    def _watch(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._note("web socket", socket.url))
        page.on("download", lambda download: self._note("download", download.url))
        page.on("crash", lambda _: self._note("crash", page.url))

    def _opened(self, page: Page) -> None:
        self._note("another page", page.url)
        self._watch(page)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._note(f"console {message.type}", f"{message.text} ({message.location['url']})")

    def _dialog(self, dialog: Dialog) -> None:
        self._note("dialog", f"{dialog.type} {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self._under_way.add(request)
        if not request.url.startswith((self.site, "data:")):
            self._note("foreign request", request.url)

    def _failed(self, request: Request) -> None:
        self._under_way.discard(request)
        self._note("failed request", f"{request.url} {request.failure}")

    def _response(self, status: int, url: str) -> None:
        if status >= 400:
            self._note("refused request", f"{url} {status}")


class Visitor(NamedTuple):
    """Opens pages, each in a context that is closed with ``stack``."""

    browser: Browser
    stack: contextlib.ExitStack

    def __call__(
        self,
        site: str,
        path: str = "index.html",
        *,
        viewport: str = "wide",
        scheme: str = "light",
        javascript: bool = True,
        clipboard: bool = False,
    ) -> Visit:
        """Open a page of a site in a new context."""
        context = self.browser.new_context(
            **VIEWPORTS[viewport],
            color_scheme=scheme,
            java_script_enabled=javascript,
            permissions=["clipboard-read", "clipboard-write"] if clipboard else [],
            locale="en-US",
        )
        self.stack.callback(context.close)
        visit = Visit(context, site)
        visit.go(path)
        return visit


def violations(page: Page) -> list[str]:
    """The violations that axe-core finds in a page in its current state, a line for each element."""
    page.evaluate(_axe())
    # With `preload`, axe-core would request style sheets again: these would be noted, and fail from disk.
    found = page.evaluate(_AXE_RUN)
    return [
        f"{rule['id']} ({node['impact']}): {_selector(node['target'])}: "
        + " ".join(node["failureSummary"].split())
        for rule in found
        for node in rule["nodes"]
    ]


_AXE_RUN = "async () => (await axe.run(document, {preload: false, resultTypes: ['violations']})).violations"


@functools.cache
def _axe() -> str:
    return _AXE.read_text()


def _selector(target: list[Any]) -> str:
    return " ".join(part if isinstance(part, str) else " >>> ".join(part) for part in target)


def screenshot(page: Page, name: str) -> Path:
    """Save a screenshot of the whole page, in several files if it is long; returns the path of the first."""
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-")
    window = page.viewport_size
    assert window is not None
    done, number = 0, 1
    while (left := page.evaluate("document.documentElement.scrollHeight") - done) > 0:
        # On a busy machine, the browser fails to take a screenshot that is tens of thousands of pixels tall.
        height = min(left, _TALLEST)
        page.set_viewport_size({"width": window["width"], "height": height})
        page.evaluate("top => scrollTo(0, top)", done)
        ending = f"-{number}" if number > 1 else ""
        page.screenshot(path=SCREENSHOTS / f"{stem}{ending}.png", animations="disabled")
        done, number = done + height, number + 1
    page.set_viewport_size(window)
    page.evaluate("scrollTo(0, 0)")
    return SCREENSHOTS / f"{stem}.png"


def links(page: Page) -> list[str]:
    """The absolute URLs of all links in a page in its current state, in order."""
    return list(page.eval_on_selector_all("a[href], area[href]", "found => found.map(link => link.href)"))


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window."""
    window = page.viewport_size
    assert window
    return int(page.evaluate("document.documentElement.scrollWidth")) > window["width"]


def focused(page: Page) -> str:
    """The focused element with its id and classes, and its label: ``button#fill.primary Fill in``.

    Without a focus, it is ``body``.
    """
    return str(page.evaluate(_FOCUSED))


_FOCUSED = """() => {
  const element = document.activeElement;
  if (element === document.body) return "body";
  const id = element.id ? `#${element.id}` : "";
  const classes = [...element.classList].map(name => `.${name}`).join("");
  const name = element.getAttribute("aria-label") ?? element.innerText ?? "";
  return `${element.localName}${id}${classes} ${name.trim().split("\\n")[0]}`.trim();
}"""


def tab_stops(page: Page, most: int = 500) -> list[str]:
    """The elements that the tab key reaches, from the top of the page until the focus leaves it."""
    page.evaluate("document.activeElement.blur()")
    stops: list[str] = []
    while len(stops) < most:
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop == "body":
            break
        stops.append(stop)
    return stops


def shown(page: Page) -> str:
    """The visible text, with white space collapsed."""
    return " ".join(str(page.evaluate("document.body.innerText")).split())


def has_run(page: Page, *names: str) -> list[str]:
    """Those of ``names`` that text has set on ``window``, run as script where it should only be shown."""
    return list(page.evaluate(f"{json.dumps(names)}.filter(name => name in window)"))
