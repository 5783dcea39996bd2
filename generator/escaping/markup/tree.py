"""Parses balanced HTML into a tree of elements."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

_VOID = frozenset(("br", "hr"))


class Element(NamedTuple):
    """An HTML element. Its children are texts and other elements."""

    name: str
    attributes: dict[str, str]
    children: list[Element | str]

    @property
    def text(self) -> str:
        """All text inside, without markup."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class _Reader(HTMLParser):
    """Builds the tree. ``root`` has no name; its children are the top-level nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {}, [])
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, [])
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
