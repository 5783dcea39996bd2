"""Syntax highlighting with Pygments while the site is generated, so that browsers need no script for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from pygments.lexer import Lexer

#: Longer texts are not highlighted: that would make them six times as large, and take seconds.
_LONGEST = 20_000
#: These enclose what a reader fills in: the variable's name, how its value is written, the initial text.
_BEGIN, _NEXT, _END = "\ue001", "\ue002", "\ue003"
_FILLED = re.compile(rf"{_BEGIN}(\w+){_NEXT}([a-z]+){_NEXT}([^{_BEGIN}{_NEXT}{_END}]*){_END}")
_MARKS = re.compile(f"[{_BEGIN}{_NEXT}{_END}]")
#: CSS classes by prefixes of the names of Pygments' token types.
_CLASSES = {
    "Token.Name.Tag": "n",
    "Token.Name.Attribute": "n",
    "Token.Literal.String.Escape": "e",
    "Token.Literal.String": "s",
    "Token.Literal.Number": "m",
    "Token.Keyword.Constant": "k",
    "Token.Keyword": "k",
    "Token.Name.Function": "k",
    "Token.Comment": "c",
    "Token.Name.Variable": "v",
}


def filled_in(name: str, how: str, shown: str) -> str:
    """A mark for ``code``: the reader's value of ``name``, written as ``how`` says, replaces ``shown``."""
    return f"{_BEGIN}{name}{_NEXT}{how}{_NEXT}{shown}{_END}"


def unmarked(text: str) -> str:
    """``text`` without the characters that form the marks of ``filled_in``."""
    return _MARKS.sub("", text)


@lru_cache(maxsize=16384)
def code(text: str, language: str, *, marked: bool = False) -> Markup:
    """``text`` as ``span`` elements for a ``code`` element. Only JSON and shell code is highlighted.

    Without its elements the result is ``text`` again, character by character. Marks of ``filled_in`` are
    replaced only if ``text`` is ``marked``: then the caller has removed them from all text of others.
    """
    # Each mark is a single character for the lexer, so that it can't be split.
    parts = _FILLED.split(text) if marked else [text]
    plain = _BEGIN.join(map(unmarked, parts[::4]))
    lexer = _lexer(language) if len(plain) <= _LONGEST else None
    tokens = _tokens(lexer, plain) if lexer else [("", plain)]
    spans = (
        f'<span class="{kind}">{_escaped(part)}</span>' if kind else _escaped(part)
        for kind, part in _joined(tokens)
    )
    fills = map(_fill, parts[1::4], parts[2::4], parts[3::4])
    first, *others = "".join(spans).split(_BEGIN)
    return Markup(first + "".join(fill + other for fill, other in zip(fills, others, strict=True)))


def _fill(name: str, how: str, shown: str) -> str:
    return f'<span class="fill" data-name="{name}" data-as="{how}">{escape(shown)}</span>'


def _escaped(text: str) -> str:
    # Quotes stay, since this isn't an attribute: escaped, those of JSON would take five times as much space.
    return str(escape(text)).replace("&#34;", '"').replace("&#39;", "'")


@cache
def _lexer(language: str) -> Lexer | None:
    """The lexer for ``language``, imported directly: a lookup makes Pygments read its list of 600."""
    if language in ("json", "jsonc"):
        from pygments.lexers.data import JsonLexer

        return JsonLexer(ensurenl=False, stripnl=False)
    if language in ("shell", "sh", "bash", "console", "curl"):
        from pygments.lexers.shell import BashLexer

        return BashLexer(ensurenl=False, stripnl=False)
    return None


def _tokens(lexer: Lexer, text: str) -> Iterator[tuple[str, str]]:
    for _, kind, part in lexer.get_tokens_unprocessed(text):
        if part[:2] in ("'{", "'["):  # a body in a shell's quotes
            inner = _lexer("json")
            assert inner is not None
            yield "s", part[0]
            yield from _tokens(inner, part[1:])
        else:
            yield _class(kind), part


@cache
def _class(kind: Any) -> str:
    name = str(kind)
    return next((css for start, css in _CLASSES.items() if name.startswith(start)), "")


def _joined(tokens: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Merge adjacent tokens of the same class; white space joins the token before it."""
    kind, text = "", ""
    for each, part in tokens:
        if each == kind or part.isspace():
            text += part
            continue
        if text:
            yield kind, text
        kind, text = each, part
    if text:
        yield kind, text
