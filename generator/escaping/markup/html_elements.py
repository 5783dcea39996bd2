"""HTML in descriptions: elements that only format text are rewritten, and balanced.

Of a tag only the name is kept, and of a few their essential attribute, such as a link's address. Tags that
are not known are shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from typing import NamedTuple

from markupsafe import escape

from generator.escaping.markup.tags import NAMES

_INLINE = frozenset(("strong", "em", "code", "s", "sub", "sup", "a"))
_PARAGRAPHS = frozenset(("p", "heading"))
_CELLS = frozenset(("td", "th"))
_LISTS = frozenset(("ul", "ol"))
#: The elements at which the search for what an end tag closes stops.
_BOUNDS = {
    **dict.fromkeys(_INLINE | _PARAGRAPHS, frozenset(("li", "blockquote")) | _CELLS),
    "li": _LISTS | _CELLS,
    **dict.fromkeys(("ul", "ol", "blockquote"), _CELLS),
    **dict.fromkeys(("tr", "td", "th"), frozenset(("table",))),
}
_BEGIN = {"heading": '<p class="heading">', "table": '<div class="table" tabindex="0"><table>'}
_END = {"heading": "</p>", "table": "</table></div>"}
_EMPTY = re.compile(r"<p(?: class=\"heading\")?>\s*</p>\n?")
_HOLLOW = re.compile(r"<(strong|em|code|s|sub|sup)>(\s*)</\1>")
_DEEPEST = 60


class Doors(NamedTuple):
    """The callbacks of ``cleaned``."""

    leads: Callable[[str], bool]
    """Whether pages may link to an address."""
    addresses: Callable[[str], Iterable[tuple[str, bool]]]
    """Splits text into parts, each with whether it is an address."""
    fence: Callable[[str, str], str]
    """Writes a code block as HTML; the second argument is its language."""


def plain_fence(text: str, language: str) -> str:
    """A code block as HTML without syntax highlighting."""
    begin = f'<code class="language-{escape(language)}">' if language else "<code>"
    return f"<pre>{begin}{escape(text)}</code></pre>\n"


def cleaned(html: str, doors: Doors) -> str:
    """``html``, in which all tags are known, as properly nested elements.

    ``<b>a<i>b`` → ``<p><strong>a<em>b</em></strong></p>``.
    """
    cleaner = _Cleaner(doors)
    cleaner.feed(html)
    cleaner.close()
    return cleaner.text()


class _Cleaner(HTMLParser):
    """Writes balanced elements while it parses tags."""

    def __init__(self, doors: Doors) -> None:
        super().__init__()
        self._doors = doors
        self._open: list[str] = []
        self._written: list[str] = []
        self._code: list[str] | None = None
        """The text of a code block while inside one."""
        self._language = ""

    def text(self) -> str:
        """All HTML written so far, after closing every open element."""
        if self._code is not None:
            self._end_code()
        self._close(0)
        return _EMPTY.sub("", _HOLLOW.sub(r"\2", "".join(self._written))).strip() + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open the element that ``tag`` becomes."""
        name = NAMES.get(tag, "")
        attributes = {key: value or "" for key, value in attrs}
        if self._code is not None:
            if name == "code":
                self._language = attributes.get("class", "").partition("language-")[2]
            return
        if name == "br":
            self._written += ["<br>\n"] if self._open else []
        elif name == "img":
            self._picture(attributes)
        elif name == "a":
            self._link(attributes.get("href", ""))
        elif name in _INLINE:
            self._begin_inline(name)
        elif name:
            self._begin_block(name, attributes)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that ``tag`` became, if it is open."""
        name = NAMES.get(tag, "")
        if self._code is not None:
            if name == "pre":
                self._end_code()
        elif name == "br":
            self.handle_starttag("br", [])
        elif name == "break":
            self._end_paragraph()
        elif (at := self._at(frozenset((name,)), _BOUNDS.get(name, frozenset()))) is not None:
            self._close(at)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open only what is empty by nature: browsers read ``<b/>`` as ``<b>``, which is never meant."""
        if NAMES.get(tag) in ("br", "hr", "img", "p"):
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        """Write text inside a paragraph, a list item or a cell."""
        if self._code is not None:
            self._code.append(data)
            return
        if data.strip():
            self._begin_text()
        inside = {"a", "code"} & {*self._open}
        for part, is_address in [(data, False)] if inside else self._doors.addresses(data):
            begin, end = (_link_to(part), "</a>") if is_address else ("", "")
            self._written.append(f"{begin}{escape(part)}{end}")

    def _begin_text(self) -> None:
        """Open an element that may contain text, if none is open."""
        top = self._open[-1] if self._open else ""
        if top in ("", "blockquote"):
            self._push("p")
        elif top in _LISTS:
            self._push("li")
        elif top in ("table", "tr"):
            self._begin_cell("td")

    def _begin_inline(self, name: str) -> None:
        self._begin_text()
        self._push(name)

    def _link(self, address: str) -> None:
        if (at := self._at(frozenset("a"), _BOUNDS["a"])) is not None:
            self._close(at)
        if self._doors.leads(address):
            self._begin_text()
            self._push("a", _link_to(address))

    def _picture(self, attributes: dict[str, str]) -> None:
        address = attributes.get("src", "")
        linked = "a" not in self._open and self._doors.leads(address)
        if linked:
            self._link(address)
        self.handle_data(attributes.get("alt", "").strip() or "image")
        if linked:
            self.handle_endtag("a")

    def _begin_block(self, name: str, attributes: dict[str, str]) -> None:
        self._end_paragraph()
        if name == "pre":
            self._code, self._language = [], ""
        elif name == "hr":
            self._written.append("<hr>\n")
        elif name == "li":
            self._begin_item()
        elif name in ("tr", "td", "th"):
            self._begin_cell(name, _side(attributes))
        elif name == "ol" and attributes.get("start", "").isdecimal():
            self._push("ol", f'<ol start="{int(attributes["start"][:9])}">')
        elif name != "break":
            if self._open and self._open[-1] in _LISTS:
                self._push("li")
            self._push(name)

    def _begin_item(self) -> None:
        at = self._at(_LISTS, _CELLS)
        if at is None:
            self._push("ul")
        else:
            self._close(at + 1)
        self._push("li")

    def _begin_cell(self, name: str, side: str = "") -> None:
        """Open a row, or a cell in one. Outside of a table, nothing is opened."""
        table = self._at(frozenset(("table",)), frozenset())
        if table is None:
            return
        row = self._at(frozenset(("tr",)), frozenset(("table",)))
        if name == "tr" or row is None:
            self._close(table + 1)
            self._push("tr")
        else:
            self._close(row + 1)
        if name != "tr":
            self._push(name, f'<{name} class="{side}">' if side else "")

    def _end_paragraph(self) -> None:
        """Close the elements that can't contain a block."""
        at = len(self._open)
        while at and self._open[at - 1] in _INLINE | _PARAGRAPHS:
            at -= 1
        self._close(at)

    def _end_code(self) -> None:
        assert self._code is not None
        text, self._code = "".join(self._code), None
        self._written.append(self._doors.fence(text.strip("\n"), self._language))

    def _at(self, names: frozenset[str], bounds: frozenset[str]) -> int | None:
        """The index of the innermost open element of ``names``, unless one of ``bounds`` is inside it."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] in names:
                return at
            if self._open[at] in bounds:
                return None
        return None

    def _push(self, name: str, begin: str = "") -> None:
        if len(self._open) < _DEEPEST:
            self._open.append(name)
            self._written.append(begin or _BEGIN.get(name, f"<{name}>"))

    def _close(self, at: int) -> None:
        while len(self._open) > at:
            name = self._open.pop()
            self._written.append(_END.get(name, f"</{name}>"))
            if name not in _INLINE:
                self._written.append("\n")


def _side(attributes: dict[str, str]) -> str:
    """A cell's alignment as a CSS class: the page's security policy forbids inline styles."""
    side = attributes.get("align") or attributes.get("style", "").rpartition("text-align:")[2].strip(" ;")
    return side if side in ("right", "center") else ""


def _link_to(address: str) -> str:
    return f'<a href="{escape(address)}" rel="noreferrer">'
