"""Generated sites for the tests in a browser, and the actions of a reader."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from playwright.sync_api import Page

from generator import Plan, generate, load
from support.browsing import Visit, on_disk, served

IN_VIEW = """id => {
  const box = document.getElementById(id)?.getBoundingClientRect();
  return Boolean(box) && box.top >= 0 && box.top < window.innerHeight && box.width > 0;
}"""


class Site(NamedTuple):
    """A generated site: its plan, its folder, and its address on disk or on a server."""

    plan: Plan
    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        return sorted(page.name for page in self.folder.glob("*.html"))

    @property
    def operations(self) -> list[Any]:
        return list(self.plan.api.operations)

    @property
    def entries(self) -> list[list[str]]:
        """The entries of the search index: kind, title, address, method and path, further words."""
        text = (self.folder / "search-index.js").read_text()
        return list(json.loads(text.removeprefix("callsheetIndex(").rstrip().removesuffix(");")))

    def place(self, operation: Any) -> str:
        """The address of an operation, relative to that of the site."""
        return next(e[2] for e in self.entries if e[3] == f"{operation.method} {operation.path}")


def made(description: Mapping[str, Any], folder: Path) -> Site:
    """Generate the site of a description."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "description.yaml"
    source.write_text(yaml.safe_dump(description))
    plan = load(source)
    generate(plan, folder / "output", targets=("docs",))
    return Site(plan, folder / "output" / "docs", on_disk(folder / "output" / "docs"))


@contextlib.contextmanager
def on_a_server(site: Site) -> Iterator[Site]:
    """Serve a site below a folder, like a project's page: links from the root of the server would break."""
    with served(site.folder.parent) as server:
        yield site._replace(address=f"{server}{site.folder.name}/")


def arrive(visit: Visit, address: str) -> None:
    """Wait until the browser is at ``address``, and the element that its fragment names is in view."""
    visit.page.wait_for_url(f"**/{address}")
    visit.page.wait_for_function(IN_VIEW, arg=address.partition("#")[2])


def search(page: Page, *queries: str) -> list[list[str]]:
    """Type each of ``queries`` into the search box; returns the results of each: ``"address text"``."""
    page.focus("#search")
    page.wait_for_function("() => document.querySelector('script[src$=\"search-index.js\"]')")
    page.fill("#search", queries[0])
    page.wait_for_function("() => document.querySelector('[role=status]').textContent !== ''")
    return list(page.evaluate(_SEARCH, list(queries)))


_SEARCH = """queries => queries.map(query => {
  const input = document.querySelector("#search");
  input.value = query;
  input.dispatchEvent(new Event("input"));
  return [...document.querySelectorAll("#results li")].map(each => `${each.dataset.url} ${each.textContent}`);
})"""


def open_everything(page: Page) -> None:
    """Open every ``<details>`` element."""
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")


def fill_in(visit: Visit, values: Mapping[str, str], address: str = "") -> None:
    """Type values into the page's box for them, as a reader does."""
    page = visit.page
    page.eval_on_selector("#credentials", "box => { box.open = true; }")
    if address:
        page.select_option("#fill-server", label="Another address")
        page.fill("#fill-address", address)
    for name, value in values.items():
        page.fill(f"[data-fill='{name}']", value)


def written(page: Page) -> list[str]:
    """The current text of each code block."""
    return list(page.locator("pre code").evaluate_all("all => all.map(each => each.textContent)"))


def copied(visit: Visit) -> list[str]:
    """The text that each copy button of the page copies, in order."""
    open_everything(visit.page)
    found = []
    for button in visit.page.locator("button.copy").all():
        button.click()
        found.append(visit.clipboard())
    return found


def calls(texts: list[str]) -> list[str]:
    """Those of ``texts`` that are curl commands."""
    return [text for text in texts if re.match(r"curl -", text)]
