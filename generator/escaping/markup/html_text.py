"""The door from document text to HTML: CommonMark becomes harmless elements, anything else is text.

HTML that only formats text becomes elements, too; other HTML is shown as text. Nothing is loaded: an image
becomes a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from generator.escaping.markup import commonmark, html_elements, tags
from generator.escaping.markup.commonmark import addresses, is_web_address
from generator.escaping.markup.highlighting import code

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: Text of letters and punctuation that mean nothing in CommonMark; most descriptions have no others.
_PLAIN = re.compile(r"[^\W_][\w ,;:'()/?%\"’–—…=$@]*(?:[.!-][\w ,;:'()/?%\"’–—…=$@]+)*[.!]?")
_METHODS = frozenset("get post put patch delete head options".split())
#: GitHub's alerts in block quotes, which many descriptions contain.
_ALERT = re.compile(r"^((?:> ?)+)\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$", re.MULTILINE)
#: An underscore that may mark emphasis, which one between letters never does.
_EMPHASIS = re.compile(r"\b_|_\b|__")
_NUMBERED = re.compile(r"\d{1,9}[.)]")


@lru_cache(maxsize=65536)
def block(text: str, folder: str = "\0") -> Markup:
    """A description (CommonMark with tables) as HTML blocks. Its headings become paragraphs.

    Only links to web addresses are kept, and those that begin with ``folder``, where files of the site are.
    """
    text = text.strip()
    if not text:
        return Markup()
    if _is_plain(text):
        return _plain(text)
    parts = commonmark.portions(text)
    return Markup().join(_plain(part) if plain else _parsed(part, folder) for part, plain in parts)


def _plain(text: str) -> Markup:
    return Markup("<p>") + escape(text) + Markup("</p>\n")


def _parsed(text: str, folder: str) -> Markup:
    if tags.has_tags(text):
        html = commonmark.with_html().render(_ALERT.sub(_alert, text))
        doors = html_elements.Doors(lambda to: is_web_address(to) or to.startswith(folder), addresses, _fence)
        return Markup(html_elements.cleaned(html, doors))
    tokens = _commonmark().parse(_ALERT.sub(_alert, text))
    return Markup(_commonmark().renderer.render(list(_harmless(tokens, folder)), _commonmark().options, {}))


@lru_cache(maxsize=65536)
def line(text: str) -> Markup:
    """The same as ``block`` for a single line of text, without an element around it."""
    if _is_plain(text):
        return escape(text)
    tokens = _commonmark().parseInline(" ".join(text.split()))
    return Markup(_commonmark().renderer.render(list(_harmless(tokens)), _commonmark().options, {}))


def _alert(match: re.Match[str]) -> str:
    return f"{match[1]}**{match[2].capitalize()}.**"


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and "://" not in text
        and _EMPHASIS.search(text) is None
        and _NUMBERED.match(text) is None
    )


@cache
def _commonmark() -> MarkdownIt:
    """The parser that renders code blocks and tables as pages show them."""
    found = commonmark.parser(html=False)
    rules = found.renderer.rules  # type: ignore[attr-defined]
    rules["fence"] = lambda tokens, at, *_: _fence(tokens[at].content, tokens[at].info)
    rules["code_block"] = lambda tokens, at, *_: _fence(tokens[at].content, "")
    rules["table_open"] = lambda *_: '<div class="table" tabindex="0"><table>\n'
    rules["table_close"] = lambda *_: "</table></div>\n"
    return found


def _fence(text: str, language: str) -> str:
    language = language.split(" ", 1)[0].lower()
    return f'<pre tabindex="0"><code>{code(text.rstrip(), language)}</code></pre>\n'


def _harmless(tokens: Sequence[Token], folder: str = "\0") -> Iterator[Token]:
    """``tokens`` without headings and images, and with links only to web addresses and into ``folder``."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            if token.nesting == 1:
                token.attrSet("class", "heading")
            token.tag = "p"
        if token.type in ("th_open", "td_open"):
            _align(token)
        if token.children:
            token.children = list(_harmless_inline(token.children, folder))
        yield token


def _align(cell: Token) -> None:
    """Turn a cell's alignment into a CSS class: the page's security policy forbids inline styles."""
    side = str(cell.attrs.pop("style", "")).rpartition(":")[2]
    if side in ("right", "center"):
        cell.attrSet("class", side)


def _harmless_inline(children: Sequence[Token], folder: str) -> Iterator[Token]:
    open_: list[bool] = []
    for before, token in zip([None, *children], children, strict=False):
        if token.type == "link_open":
            address = str(token.attrGet("href") or "")
            open_.append(is_web_address(address) or address.startswith(folder))
            if open_[-1]:
                token.attrs = {"href": address, "rel": "noreferrer"}
                yield token
        elif token.type == "link_close":
            if open_.pop():
                if before is not None and before.type == "link_open":
                    yield _words(str(before.attrs["href"]))
                yield token
        elif token.type == "image":
            yield from _picture(token, inside=any(open_))
        elif token.type == "text" and "://" in token.content and not any(open_):
            yield from _with_links(token.content)
        else:
            yield token


def _words(text: str) -> Token:
    from markdown_it.token import Token as New

    return New("text", "", 0, content=text)


def _linked(words: str, address: str) -> Iterator[Token]:
    from markdown_it.token import Token as New

    yield New("link_open", "a", 1, attrs={"href": address, "rel": "noreferrer"})
    yield _words(words)
    yield New("link_close", "a", -1)


def _with_links(text: str) -> Iterator[Token]:
    for part, is_address in addresses(text):
        yield from _linked(part, part) if is_address else (_words(part),)


def _picture(token: Token, *, inside: bool) -> Iterator[Token]:
    """An image as its alternative text, linked to the image unless it is inside a link."""
    address, words = str(token.attrGet("src") or ""), token.content or "image"
    yield from _linked(words, address) if not inside and is_web_address(address) else (_words(words),)


def value(text: str) -> Markup:
    """A value or a name as code, which may break after a slash or a dot."""
    shown = str(escape(text if text.strip() else f"\u201c{text}\u201d"))
    return Markup("<code>" + re.sub(r"(?<=[\w}])([./])(?=[\w{])", r"\1<wbr>", shown) + "</code>")


def name(text: str) -> Markup:
    """A name for a narrow space. An identifier may break between words: ``getUser`` → ``get<wbr>User``."""
    shown = str(escape(text))
    if " " in text:
        return Markup(shown)
    return Markup(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[^\W_][._/-])(?=\w)", "<wbr>", shown))


def method(name: str) -> str:
    """The CSS class for an HTTP method in lower case; ``another`` for methods without one of their own."""
    return name if name in _METHODS else "another"
