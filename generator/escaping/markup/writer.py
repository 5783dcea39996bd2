"""Writes the harmless elements of ``html_elements.cleaned`` as CommonMark, with GFM tables and strikethrough.

All text is escaped, so that parsing the result gives the same elements again, and no others. Of elements
that Markdown has no notation for, the text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.escaping.markup.inline import Inline
from generator.escaping.markup.tree import Element, _Reader

_INLINE = frozenset("strong em code s sub sup a br".split())
_LISTS = frozenset(("ul", "ol"))
#: The largest number of a list item: CommonMark, section 5.2, allows nine digits.
_MOST = 999_999_999
#: A thematic break (CommonMark, section 4.1), which the markers of empty nested lists may look like.
_THEMATIC_BREAK = re.compile(r"(?:[-] ?){3,}(?:$|\n)|(?:[*] ?){3,}(?:$|\n)")


def written(html: str) -> str:
    """``html``, as ``html_elements.cleaned`` returns it, as Markdown blocks."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _joined(_blocks(reader.root.children))


class _Block(NamedTuple):
    """The lines of a block, and its kind, which decides how it is separated from its neighbours."""

    kind: str
    lines: list[str]


def _blocks(children: Iterable[Element | str]) -> list[_Block]:
    """The blocks of ``children``; text and inline elements between them become paragraphs."""
    found: list[_Block] = []
    run: list[Element | str] = []

    def end_run() -> None:
        found.extend(_paragraph("p", run))
        run.clear()

    for child in children:
        if isinstance(child, str) or child.name in _INLINE:
            run.append(child)
            continue
        end_run()
        before = found[-1].kind if found else ""
        found.extend(_block(child, before))
    end_run()
    return found


def _block(element: Element, before: str) -> Iterator[_Block]:
    name = element.name
    if name == "p":
        heading = element.attributes.get("class") == "heading"
        yield from _paragraph("heading" if heading else "p", element.children)
    elif name in _LISTS:
        yield from _list(element, before)
    elif name == "blockquote":
        inner = _joined(_blocks(element.children))
        if inner:
            yield _Block(name, [f"> {line}".rstrip() for line in inner.split("\n")])
    elif name == "pre":
        yield _fence(element)
    elif name == "hr":
        yield _Block(name, ["___"])
    elif name == "table":
        yield from _table(element)
    else:
        yield from _blocks(element.children)


def _paragraph(kind: str, children: list[Element | str]) -> Iterator[_Block]:
    text = Inline(heading=kind == "heading").paragraph(children)
    if text:
        yield _Block(kind, text.split("\n"))


def _fence(element: Element) -> _Block:
    from generator.escaping.markup.spans import fenced

    language = next((c.attributes.get("class", "") for c in element.children if isinstance(c, Element)), "")
    language = language.removeprefix("language-")
    known = language if language.replace("-", "").replace("+", "").isalnum() else ""
    return _Block("pre", fenced(element.text.rstrip("\n"), known).split("\n"))


# --- Lists ----------------------------------------------------------------------------------------------


def _list(element: Element, before: str) -> Iterator[_Block]:
    """A list. After another list it uses other markers, which begin a new one. CommonMark, section 5.3."""
    items = [child for child in element.children if isinstance(child, Element)]
    if not items:
        return
    loose = any(isinstance(child, Element) and child.name == "p" for item in items for child in item.children)
    other = before == element.name
    start = int(element.attributes.get("start", "1"))
    lines: list[str] = []
    for index, item in enumerate(items):
        if element.name == "ol":
            marker = f"{min(start + index, _MOST)}{')' if other else '.'}"
        else:
            marker = "*" if other else "-"
        if loose and lines:
            lines.append("")
        lines += _item(marker, item, loose)
    yield _Block(before if other else element.name, lines) if not other else _Block("", lines)


def _item(marker: str, item: Element, loose: bool) -> Iterator[str]:
    content = _joined(_blocks(item.children), tight=not loose)
    indent = " " * (len(marker) + 1)
    if _THEMATIC_BREAK.match(f"{marker} {content}"):
        # Section 5.2: an item may begin with one blank line.
        content = f"\n{content}"
    for index, line in enumerate(content.split("\n")):
        yield (f"{indent if index else marker + ' '}{line}" if line or not index else "").rstrip()


def _joined(blocks: list[_Block], *, tight: bool = False) -> str:
    """Join ``blocks`` with blank lines; ``tight`` leaves out those after paragraphs that aren't needed."""
    lines: list[str] = []
    before = ""
    for block in blocks:
        if lines and not (tight and before == "p" and _interrupts(block)):
            lines.append("")
        lines += block.lines
        before = block.kind
    return "\n".join(lines)


def _interrupts(block: _Block) -> bool:
    """Whether ``block`` can interrupt a paragraph, without a blank line. CommonMark, sections 4 and 5."""
    first = block.lines[0]
    return block.kind in ("pre", "blockquote") or first.startswith(("- ", "* ", "1. ", "1) "))


# --- Tables ---------------------------------------------------------------------------------------------


def _table(element: Element) -> Iterator[_Block]:
    """A table. GFM, section 4.10: rows may be shorter than the header, but not longer."""
    rows = [[cell for cell in row.children if isinstance(cell, Element)] for row in _rows(element)]
    rows = [row for row in rows if row]
    if not rows:
        return
    width = max(map(len, rows))
    sides = [cell.attributes.get("class", "") for cell in rows[0]]
    rules = {"right": "---:", "center": ":---:"}
    header = [_cell(cell) for cell in rows[0]] + [""] * (width - len(rows[0]))
    ruler = [rules.get(side, "---") for side in sides] + ["---"] * (width - len(sides))
    yield _Block("table", [_row(row) for row in (header, ruler, *(map(_cell, row) for row in rows[1:]))])


def _rows(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element):
            if child.name == "tr":
                yield child
            elif child.name in ("thead", "tbody"):
                yield from _rows(child)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(element: Element) -> str:
    """A cell, which can contain only inline content: blocks in it become one line."""
    return " ".join(Inline(cell=True).paragraph(run) for run in _runs(element.children)).strip()


def _runs(children: Iterable[Element | str]) -> Iterator[list[Element | str]]:
    """The inline content of a cell, one run for each block."""
    run: list[Element | str] = []
    for child in children:
        if isinstance(child, str) or child.name in _INLINE:
            run.append(child)
            continue
        yield run
        run = []
        yield from _runs([Element("code", {}, [child.text])] if child.name == "pre" else child.children)
    yield run
