"""Checks the links of a static site by its files alone."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LEADING = {"href", "xlink:href", "action", "formaction", "cite"}
_LOADING = {"src", "poster", "data", "background", "manifest", "srcdoc"}
_LINKED = {"http", "https", "mailto"}


def broken_anchors(folder: Path) -> list[str]:
    """List broken links, links out of the site, resources loaded from elsewhere, and duplicate ids.

    A site has to work from disk too: a link must not lead to a folder or start at the root of a server.
    """
    pages = {path.resolve(): _Page(path) for path in sorted(folder.rglob("*.html"))}
    top = folder.resolve()
    found = []
    for path, page in pages.items():
        shown = path.relative_to(top).as_posix()
        twice = [name for name, count in Counter(page.ids).items() if count > 1]
        found += [f"{shown}: id {name} stands more than once" for name in twice]
        for tag, name, value in page.references:
            if fault := _fault(tag, name, value, path, top, pages):
                found.append(f"{shown}: <{tag} {name}={value!r}>: {fault}")
    return found


class _Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.names: set[str] = set()
        self.references: list[tuple[str, str, str]] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "name" and tag == "a":
                self.names.add(value or "")
            elif name in _LEADING | _LOADING:
                self.references.append((tag, name, value or ""))
            elif name in ("srcset", "imagesrcset", "ping"):
                parts = [part.split()[0] for part in (value or "").split(",") if part.strip()]
                self.references += [(tag, name, part) for part in parts]


def _fault(tag: str, name: str, value: str, path: Path, top: Path, pages: dict[Path, _Page]) -> str:
    # Browsers strip white space around an address, and remove tabs and line ends within it.
    address = re.sub(r"[\t\r\n]", "", value.strip("".join(map(chr, range(0x21)))))
    leads = name in _LEADING and tag in ("a", "area")
    if scheme := re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address):
        kind = scheme[1].lower()
        if leads:
            return "" if kind in _LINKED else f"scheme {kind}"
        return "" if tag in ("img", "link") and address.startswith("data:image/") else "loads from elsewhere"
    if re.match(r"[/\\]{2}", address):
        return "names a host"
    if address.startswith(("/", "\\")):
        return "starts at the top of a server"
    parts = urlsplit(address)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_relative_to(top):
        return "leads out of the site"
    if target.is_dir():
        return "is a folder"
    if not target.is_file():
        return "no such file"
    fragment = parts.fragment.partition(":~:")[0]
    if fragment and target in pages:
        known = {*pages[target].ids, *pages[target].names}
        if not known & {fragment, unquote(fragment)} and fragment.lower() != "top":
            return "no such place"
    return ""
