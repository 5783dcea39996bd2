"""A description (CommonMark) on one line, for a table cell or a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
from generator.escaping.markup.spans import code_span, markdown_code, markdown_text


@lru_cache(maxsize=4096)
def markdown_block(text: str) -> str:
    """A description (CommonMark) for a page of ours. See ``escaping/markup/blocks.py``."""
    from generator.escaping.markup import blocks as door

    return door.block(text)


@cache
def _commonmark() -> MarkdownIt:
    """The parser, imported only if a page with tables is written, which collections don't need."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


#: A line end, including the backslash of a hard line break (CommonMark, section 6.7).
_BREAK = re.compile(r"(?<!\\)\\\n|\n")


#: A paragraph of a single line without any markup, which needs no parser.
_PLAIN_LINE = re.compile(r"[A-Za-z](?:[A-Za-z0-9 /.,-]*[A-Za-z0-9.,])?")


def markdown_line(text: str) -> str:
    """A description on one line for a table cell: paragraphs are joined, list items separated by ``;``."""
    return _one_line(text, _cell, markdown_code)


def markdown_sentence(text: str) -> str:
    """The same as ``markdown_line`` for text outside of tables, where ``|`` needs no escape."""
    return _one_line(text, str, code_span)


def _one_line(text: str, words_of: Callable[[str], str], code_of: Callable[[str], str]) -> str:
    if not text.strip():
        return ""
    if _PLAIN_LINE.fullmatch(text):
        return text
    words: list[str] = []
    for token in _tokens(markdown_block(text)):
        if token.type == "list_item_open" and words and not words[-1].endswith((".", ":", ";", ",")):
            words[-1] += ";"
        if token.type == "inline":
            words.append(words_of(" ".join(map(str.strip, _BREAK.split(token.content)))))
        elif token.type in ("fence", "code_block"):
            words.append(code_of(token.content))
    return " ".join(words)


def _tokens(text: str) -> Iterator[Token]:
    from generator.escaping.markup import commonmark

    for part, is_plain in commonmark.portions(text):
        # A part with very many marks is not prose: what is escaped in it stays escaped, as code would be.
        yield from _commonmark().parse(markdown_text(part) if is_plain else part)


def _cell(text: str) -> str:
    return text.replace("\\|", "|").replace("|", "\\|")


def markdown_name(text: str) -> str:
    """A name as a line of Markdown, since authors write code and emphasis in names; HTML in it is text."""
    return markdown_text(text) if "<" in text or "&" in text else markdown_line(text)
