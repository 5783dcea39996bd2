"""Converts descriptions (CommonMark, often with HTML in it) to a small set of harmless HTML elements.

The site, the collections and the curl pages share this conversion. The parser is imported when the first
description needs it: most are plain text, which every target writes without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from generator.urls import split

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

#: A bare address: one without any markup.
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`|\\^]+")
#: What makes an address lead nowhere: something to fill in.
_NO_PART = re.compile(r"[{}\[\]]")
_ENDS_A_SENTENCE = ".,;:!?*_~"


def parser(*, html: bool) -> MarkdownIt:
    """Create a CommonMark parser with tables and strikethrough.

    It accepts links with any scheme: ``is_web_address`` decides which of them stay links.
    """
    from markdown_it import MarkdownIt

    found = MarkdownIt("commonmark", {"html": html}).enable(["table", "strikethrough"])
    found.validateLink = lambda url: True  # type: ignore[method-assign]
    return found


#: The number of characters to parse at once, and of marks without a blank line between them: the parser's
#: work on brackets, emphasis and tags grows faster than linearly.
_AT_ONCE = 16_384
_MOST_MARKS = 16_384
_MARK = re.compile(r"[\[\]<>*_`~!|\\&\n]")
_BLANK_LINE = re.compile(r"\n(?=[ \t]*\n)")


def portions(text: str) -> Iterator[tuple[str, bool]]:
    """Split ``text`` into parts to parse one by one, each with whether to treat it as plain text instead.

    Only very long texts are split: at blank lines, outside code fences at the left margin. A part with more
    marks than any prose has is plain text.
    """
    if len(text) <= _AT_ONCE:
        yield text, False
        return
    for part in _parted(text):
        yield part, len(part) > _MOST_MARKS and len(_MARK.findall(part)) > _MOST_MARKS


def _parted(text: str) -> Iterator[str]:
    begin = 0
    fence = False
    counted = 0
    for found in _BLANK_LINE.finditer(text):
        end = found.end()
        fences = text.count("\n```", counted, end) + text.count("\n~~~", counted, end)
        fence ^= fences % 2 == 1
        counted = end
        # Indented text may continue the list item before it.
        goes_on = text[end : end + 3].lstrip("\n")[:1] in (" ", "\t")
        if end - begin > _AT_ONCE and not fence and not goes_on:
            yield text[begin:end]
            begin = end
    yield text[begin:]


@cache
def with_html() -> MarkdownIt:
    """The parser that keeps HTML. What it renders has to pass through ``html_elements.cleaned``."""
    from generator.escaping.markup import tags

    found = parser(html=True)
    rules = found.renderer.rules  # type: ignore[attr-defined]
    rules["html_block"] = rules["html_inline"] = lambda tokens, at, *_: tags.known(tokens[at].content)
    return found


def addresses(text: str) -> Iterator[tuple[str, bool]]:
    """Split ``text`` into parts, each with whether it is a bare web address.

    ``See https://a.example.`` → ``("See ", False)``, ``("https://a.example", True)``, ``(".", False)``.
    """
    done = 0
    for match in _ADDRESS.finditer(text):
        address = _without_punctuation(match[0])
        if is_web_address(address) and not _NO_PART.search(address):
            yield text[done : match.start()], False
            yield address, True
            done = match.start() + len(address)
    yield text[done:], False


def _without_punctuation(address: str) -> str:
    """``address`` without the punctuation of the sentence around it; parentheses in pairs are kept."""
    end = len(address)
    surplus = address.count(")") - address.count("(")
    while end:
        if address[end - 1] in _ENDS_A_SENTENCE:
            end -= 1
        elif address[end - 1] == ")" and surplus > 0:
            end -= 1
            surplus -= 1
        else:
            break
    return address[:end]


def is_web_address(text: str) -> bool:
    """Whether pages may link to ``text``: an absolute http or https URL, or a mail address."""
    parts = split(text)
    return bool(parts.scheme in ("http", "https") and parts.netloc) or parts.scheme == "mailto"
