"""The door from a description to a Markdown page: CommonMark in, harmless CommonMark out.

The result has no HTML, headings, images or reference definitions, and links only to the web and to mail.
Text that is harmless already is returned unchanged, without the parser. Anything else is parsed, and
``writer`` writes the elements that the site would show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What only the parser can judge: HTML, images, reference definitions, tilde fences, and backticks that are
#: escaped or more than one.
_UNCLEAR = ("<", "![", "]:", "~~~", "``", "\\`")
_CODE_SPAN = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\]\((?:https?://[^\s()<>\\`]+|mailto:[^\s()<>\\`]+|#[\w-]*)\)")
_UNDERLINE = re.compile(r"^[ \t>]*(?:=+|-+)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
_ANY_HEADING = re.compile(r"(?:^|[\s>])#{1,6}(?:[ \t]|$)", re.MULTILINE)
_FENCE = re.compile(r"`{3,}(?=[^`]*$)")


def block(text: str) -> str:
    """A description as Markdown blocks that can't affect the page around them."""
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
    """``text`` with its headings in bold, if it is harmless; ``None`` if only the parser can judge that."""
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
    """Split ``text`` into parts, each with whether it is a closed code fence at the left margin.

    CommonMark, section 4.5: at the margin, a fence opens and closes after any kind of block.
    """
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            lines.append(line)
            mark = line.strip()
            if len(mark) >= len(fence) and not mark.strip("`"):
                # (An indented fence may or may not close this one: only the parser can judge that.)
                yield "\n".join(lines), line.rstrip(" \t") == mark
                lines, fence = [], ""
        elif found := _FENCE.match(line):
            if lines:
                yield "\n".join(lines), False
            lines, fence = [line], found[0]
        else:
            lines.append(line)
    if lines:
        # (A fence that isn't closed is left to the parser, which closes it.)
        yield "\n".join(lines), False


def _plain(text: str) -> str | None:
    """``text`` with its headings in bold, or ``None`` if it needs the parser.

    It doesn't if it contains nothing but words, headings, lists, tables, code spans, emphasis and links.
    """
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
    """``text`` with headings at the left margin in bold; ``None`` if there is one elsewhere."""
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
    """The text of a heading. CommonMark, section 4.2: a closing sequence of ``#`` must follow a space."""
    kept = words.rstrip("#")
    return kept.rstrip(" \t") if not kept or kept[-1] in " \t" else words
