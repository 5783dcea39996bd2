"""Writes inline content as CommonMark: text stays text, emphasis stays emphasis, links stay links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from generator.escaping.markup.tree import Element

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_SPECIAL = re.compile(r"[\\`*_~\[\]<&!|]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: Matches what begins a block at the start of a line. CommonMark, sections 4 and 5.
_BEGINS_A_BLOCK = re.compile(r"(?:#{1,6}|[-+])(?=[ \t]|$)|>|=+$|[-:|](?=[-:| \t]*$)")
_NUMBERED = re.compile(r"([0-9]{1,9})([.)])(?=[ \t]|$)")
_IN_BARE_ADDRESS = re.compile(r"[^\w/:.,?=#@%+;-]|__|_\b|\b_")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
#: The delimiters of each kind of emphasis, the preferred one first.
_MARKS = {"strong": ("**", "__"), "em": ("*", "_"), "s": ("~~",)}


class Inline:
    """Writes the inline content of one paragraph, heading or table cell."""

    def __init__(self, *, heading: bool = False, cell: bool = False) -> None:
        self._heading = heading
        self._cell = cell
        self._link = False
        self._open: list[str] = ["strong"] if heading else []

    def paragraph(self, children: Sequence[Element | str]) -> str:
        """``children`` as the lines of a paragraph; an empty string if they show nothing."""
        # The delimiters of a heading (bold) are next to its first and last character.
        text = self._joined(children, "*", "*") if self._heading else self._joined(children, " ", " ")
        lines = [_line(line) for line in text.split("\n")]
        if self._cell:
            text = " ".join(
                filter(None, (line.removesuffix("\\") if _breaks(line) else line for line in lines))
            )
        else:
            text = _without_last_breaks("\n".join(filter(None, lines)))
        if self._heading:
            text = _of_few_lines(text)
        return f"**{text}**" if self._heading and text else text

    def _joined(self, children: Sequence[Element | str], before: str, after: str) -> str:
        """``children`` in a row, given the characters ``before`` and ``after`` them."""
        children = _merged(children)
        pieces = [self._piece(child) for child in children]
        next_ones = [after]
        for piece in reversed(pieces[1:]):
            next_ones.append(piece[:1] or next_ones[-1])
        text = ""
        for child, piece, follows in zip(children, pieces, reversed(next_ones[: len(pieces)]), strict=True):
            if not isinstance(child, str) and child.name in _MARKS and piece:
                # (An escaped delimiter never combines with another one; it counts as ordinary punctuation.)
                last = "." if text[-1:] in tuple("*_~") and _breaks(text[:-1]) else text[-1:]
                piece = self._marked(child.name, piece, last or before, follows)
            if piece.startswith(("http://", "https://")) and not isinstance(child, str):
                runs_on = text[-1:].isalnum() or not (follows.isspace() or follows in ").,;:!?'*")
                piece = f"<{piece}>" if runs_on else piece
            if piece.startswith("[") and text.endswith("!"):
                text = text[:-1] + "\\!"
            text += piece
        return text

    def _piece(self, child: Element | str) -> str:
        """``child`` without the delimiters around it."""
        if isinstance(child, str):
            return self._text(child)
        if child.name == "br":
            return "\\\n"
        if child.name == "code":
            return self._code(child.text)
        if child.name == "a":
            return self._linked(child)
        if child.name in ("sub", "sup"):
            return self._script(child)
        if child.name in _MARKS:
            self._open.append(child.name)
            inner = self._joined(child.children, "*", "*")
            self._open.pop()
            return inner
        return self._joined(child.children, " ", " ")

    def _marked(self, name: str, inner: str, before: str, after: str) -> str:
        """``inner`` as emphasis if CommonMark's rules (section 6.2) allow it there, otherwise unchanged."""
        left, kept, right = _spaces_apart(inner)
        if not kept or (name != "em" and name in self._open) or _breaks(kept):
            return inner
        before, after = left[-1:] or before, right[:1] or after
        for mark in _MARKS[name]:
            taken = mark[0] in (before, after, kept[0], kept[-1])
            if not taken and _flanks(mark, kept[0], before) and _flanks(mark, kept[-1], after):
                return f"{left}{mark}{kept}{mark}{right}"
        return inner

    def _text(self, text: str) -> str:
        """``text`` with all markup escaped. Line ends are kept, but blank lines are not."""
        lines = (" ".join(line.split()) for line in text.strip().split("\n"))
        kept = "\n".join(filter(None, lines))
        left = ("\n" if "\n" in text[: len(text) - len(text.lstrip())] else " ") if text[:1].isspace() else ""
        right = ("\n" if "\n" in text[len(text.rstrip()) :] else " ") if text[-1:].isspace() and kept else ""
        return left + _SPECIAL.sub(self._escaped, kept) + right

    def _escaped(self, found: re.Match[str]) -> str:
        mark, text, at = found[0], found.string, found.start()
        after = text[at + 1 : at + 2]
        if mark == "<":
            return "&lt;"
        if mark == "&":
            return "&amp;" if _ENTITY.match(text, at) else "&"
        escaped = (
            mark in "`*~"
            or (mark == "\\" and (not after or after in _PUNCTUATION or after == "\n"))
            or (mark == "_" and not (text[at - 1 : at].isalnum() and after.isalnum()))
            or (mark == "]" and (self._link or not after or after in "(:["))
            or (mark == "[" and self._link)
            or (mark == "|" and self._cell)
        )
        return "\\" + mark if escaped else mark

    def _code(self, text: str) -> str:
        from generator.escaping.markup.spans import code_span, markdown_code

        if not text.strip():
            return ""
        return markdown_code(text) if self._cell else code_span(text)

    def _linked(self, link: Element) -> str:
        """A link; if its text is its address, a bare address or an autolink (section 6.5)."""
        address = link.attributes.get("href", "")
        text = link.text
        if text.strip() in ("", address) and address.startswith(("http://", "https://")):
            if text.strip() and not _IN_BARE_ADDRESS.search(address) and address[-1:].isalnum():
                return address
            if not any(c in "<>|\\" or c.isspace() for c in address):
                return f"<{address}>"
        self._link = True
        inner = self._joined(link.children, "[", "]")
        self._link = False
        left, kept, right = _spaces_apart(inner)
        return f"{left}[{kept}]({_destination(address)}){right}" if kept else inner

    def _script(self, element: Element) -> str:
        """Super- or subscript: digits as Unicode characters, anything else as in formulas.

        ``10<sup>6</sup>`` → ``10⁶``; ``x<sup>n</sup>`` → ``x^n``.
        """
        inner = self._joined(element.children, " ", " ")
        table, sign = (_RAISED, "^") if element.name == "sup" else (_LOWERED, "\\_")
        changed = inner.translate(table)
        return changed if not set(changed) & set(inner) else f"{sign}{inner}" if inner.strip() else inner


def _merged(children: Sequence[Element | str]) -> list[Element | str]:
    """``children`` with adjacent texts merged, so that markup across them is recognized."""
    found: list[Element | str] = []
    for child in children:
        if isinstance(child, str) and found and isinstance(found[-1], str):
            found[-1] += child
        else:
            found.append(child)
    return found


def _spaces_apart(text: str) -> tuple[str, str, str]:
    """Split ``text`` into leading white space, content, and trailing white space."""
    kept = text.strip()
    if not kept:
        return "", "", text
    at = text.index(kept)
    return text[:at], kept, text[at + len(kept) :]


def _flanks(mark: str, inside: str, outside: str) -> bool:
    """Whether ``mark`` between these two characters can open or close emphasis. CommonMark, section 6.2."""
    if mark[0] == "_" and outside.isalnum():
        return False
    return not _is_punctuation(inside) or outside.isspace() or _is_punctuation(outside)


def _is_punctuation(character: str) -> bool:
    return not character.isalnum() and not character.isspace()


def _breaks(line: str) -> bool:
    """Whether ``line`` ends in a backslash that is not itself escaped."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _without_last_breaks(text: str) -> str:
    while _breaks(text):
        text = text[:-1].rstrip()
    return text


def _of_few_lines(text: str) -> str:
    """The lines of a heading joined, except at hard line breaks."""
    lines = text.split("\n")
    while lines[0] == "\\":
        del lines[0]
    return "".join(line + ("\n" if _breaks(line) else " ") for line in lines).rstrip()


def _line(line: str) -> str:
    """A line of a paragraph, escaped if it would begin another block: ``# a`` → ``\\# a``."""
    line = line.strip()
    if _BEGINS_A_BLOCK.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def _destination(address: str) -> str:
    """A link's destination (CommonMark, section 6.3), in which nothing ends it or is an entity."""
    kept = "".join(
        quote(c, safe="", errors="replace") if c in '<>\\`|"' or c.isspace() or not c.isprintable() else c
        for c in address
    )
    return _ENTITY.sub(lambda found: "&amp;" + found[0][1:], kept).replace("(", "\\(").replace(")", "\\)")
