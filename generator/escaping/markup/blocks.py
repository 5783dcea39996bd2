"""The door from a description to a Markdown page: CommonMark in, harmless CommonMark out.

A page gets no HTML, no heading, no image, no reference definition, and links to the web and to mail only.
Text that is harmless as it is passes unchanged, without the parser. The parser reads the rest, and
``markdown_writer`` writes the elements that the site shows of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What only the parser can judge: HTML, images, reference definitions, underlined headings and code fences.
_UNCLEAR = ("<", "![", "]:", "~~~", "``", "\\`")
_CODE_SPAN = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\]\((?:https?://[^\s()<>\\`]+|mailto:[^\s()<>\\`]+|#[\w-]*)\)")
_UNDERLINE = re.compile(r"^[ \t>]*(?:=+|-+)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
_ANY_HEADING = re.compile(r"(?:^|[\s>])#{1,6}(?:[ \t]|$)", re.MULTILINE)
_FENCE = re.compile(r"`{3,}(?=[^`]*$)")


def block(text: str) -> str:
    """A description as Markdown blocks that can do nothing in the page around them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    passed = _passed(text)
    return _parsed(text) if passed is None else passed


def _parsed(text: str) -> str:
    from markupsafe import escape

    from generator.escaping.markup import commonmark, html_elements, writer

    doors = html_elements.Doors(commonmark.is_web_address, commonmark.addresses, html_elements.plain_fence)
    parts = []
    for part, is_plain in commonmark.portions(text):
        html = f"<p>{escape(part)}</p>" if is_plain else commonmark.with_html().render(part)
        parts.append(writer.written(html_elements.cleaned(html, doors)))
    return "\n\n".join(filter(None, parts))


def _passed(text: str) -> str | None:
    """``text`` with its headings in bold, if it is harmless as it is; ``None`` if the parser has to tell."""
    if "```" not in text:
        return _plain(text)
    parts = []
    for part, is_code in _fences(text):
        passed = part if is_code else _plain(part)
        if passed is None:
            return None
        parts.append(passed)
    return "\n".join(parts)


def _fences(text: str) -> Iterator[tuple[str, bool]]:
    """``text`` in parts, each with whether it is a code fence that stands at the margin and is closed.

    CommonMark, section 4.5: at the margin a fence opens, and closes, whatever block stands before it.
    """
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            lines.append(line)
            mark = line.strip()
            if len(mark) >= len(fence) and not mark.strip("`"):
                # (An indented fence may close this one, or not: only the parser can judge that.)
                yield "\n".join(lines), line.rstrip(" \t") == mark
                lines, fence = [], ""
        elif found := _FENCE.match(line):
            if lines:
                yield "\n".join(lines), False
            lines, fence = [line], found[0]
        else:
            lines.append(line)
    if lines:
        # (An open fence is no plain text: the parser closes it.)
        yield "\n".join(lines), False


def _plain(text: str) -> str | None:
    """``text`` as it is where it holds nothing but words, lists, tables, code spans, emphasis and links."""
    rest = text
    if "`" in text:
        if "\\`" in text or "``" in text or ("|" in text and "<" in text):
            return None
        rest = _CODE_SPAN.sub("", text)
        if "`" in rest:
            return None
    if any(mark in rest for mark in _UNCLEAR) or "]:" in text:
        return None
    if "](" in text and text.count("](") != len(_LINK.findall(text)):
        return None
    if ("=" in rest or "-" in rest) and _UNDERLINE.search(rest):
        return None
    return _without_headings(text) if "#" in rest else text


def _without_headings(text: str) -> str | None:
    """``text`` with the headings that stand at the margin in bold; ``None`` where one stands elsewhere."""
    lines: list[str] = []
    after_heading = False
    for line in text.split("\n"):
        found = _HEADING.match(line)
        if found is None:
            if _ANY_HEADING.search(line):
                return None
            if after_heading and line:
                lines.append("")
            lines.append(line)
            after_heading = False
            continue
        words = _without_closing_marks(line[found.end() :].strip(" \t"))
        if not words or "*" in words or "\\" in words:
            return None
        if lines and lines[-1]:
            lines.append("")
        lines.append(f"**{words}**")
        after_heading = True
    return "\n".join(lines)


def _without_closing_marks(words: str) -> str:
    """The words of a heading. CommonMark, section 4.2: marks at its end count if a space stands before."""
    kept = words.rstrip("#")
    return kept.rstrip(" \t") if not kept or kept[-1] in " \t" else words
