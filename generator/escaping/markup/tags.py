"""HTML in texts of a description: which tags are treated as markup, and texts without them."""

from __future__ import annotations

import re

#: What each tag becomes: an element, a ``break`` between paragraphs, or nothing (an empty string).
NAMES = {
    **{name: name for name in "p ul ol li blockquote table tr th td pre br hr a img code sub sup s".split()},
    **{f"h{level}": "heading" for level in range(1, 7)},
    **dict.fromkeys(("summary", "dt", "caption", "fullname"), "heading"),
    **dict.fromkeys("div section article aside center details dl thead tbody tfoot".split(), "break"),
    **dict.fromkeys(("note", "important"), "blockquote"),
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "var", "cite"), "em"),
    **dict.fromkeys(("del", "strike"), "s"),
    **dict.fromkeys(("tt", "kbd", "samp"), "code"),
    **dict.fromkeys(("span", "font", "u", "small", "big"), ""),
    "dd": "p",
}
_ANY = "|".join(NAMES)
#: A complete tag that is known. Anything else that begins with ``<`` is text.
_KNOWN = rf"</?(?:{_ANY})(?:\s[^<>]*)?/?>"
_TAG = re.compile(_KNOWN, re.IGNORECASE)
_NO_TAG = re.compile(rf"<(?!{_KNOWN[1:]})", re.IGNORECASE)
#: Elements that may be inside a word or directly beside one: their tags separate no words.
_INLINE = frozenset(("strong", "em", "code", "s", "sub", "sup", "a", ""))
#: Tags that authors often leave open. Any other tag without an end tag is a placeholder: ``the <section>``.
_OFTEN_LEFT_OPEN = frozenset("p br hr img li tr td th b i strong em code".split())
#: The most characters to look up as the name of an HTML entity: the longest has 31.
_LONGEST_ENTITY = 32


def has_tags(text: str) -> bool:
    """Whether ``text`` contains a tag that is treated as markup."""
    return "<" in text and _TAG.search(text) is not None


def without_tags(text: str) -> str:
    """``text`` with the tags that are treated as markup replaced by spaces."""
    return _TAG.sub(" ", text) if "<" in text else text


def known(text: str) -> str:
    """HTML of a description, in which tags that are not known have become text: ``<foo>`` → ``&lt;foo>``."""
    return _NO_TAG.sub("&lt;", text)


def plain(text: str) -> str:
    """The plain text of ``text``, a name that may contain HTML, on one line.

    ``<b>Get</b> a &amp; b`` → ``Get a & b``. Character references are resolved once, after the tags have been
    removed, so ``&lt;b&gt;`` → ``<b>``, three characters. Whatever shows a name escapes it as text.
    """
    if "<" in text:
        text = _TAG.sub(_between, text)
    if "&" in text:
        first, *parts = text.split("&")
        text = first + "".join(map(_resolved, parts))
    return " ".join(text.split())


def _between(tag: re.Match[str]) -> str:
    """What replaces a tag: nothing, a space, or the tag itself if it must be a placeholder."""
    name = tag[0].strip("</>").split(maxsplit=1)[0].rstrip("/").lower()
    is_alone = tag[0] == f"<{name}>" and name not in _OFTEN_LEFT_OPEN
    if is_alone and f"</{name}" not in tag.string.lower():
        return tag[0]
    return "" if NAMES[name] in _INLINE else " "


def _resolved(part: str) -> str:
    """An ampersand and the text after it, with the reference resolved if it is to a visible character."""
    name, semicolon, rest = part.partition(";")
    if semicolon and len(name) <= _LONGEST_ENTITY and name.removeprefix("#").isalnum():
        import html.entities  # (importing the table takes time, and few names contain an entity)

        known = html.entities.html5.get(f"{name};", "")
        found = html.unescape(f"&{name};") if name.startswith("#") else known
        if found.isspace():
            return f" {rest}"
        if found and found.isprintable() and "\ufffd" not in found:
            return found + rest
    return f"&{part}"
