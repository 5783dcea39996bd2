"""HTML in the texts of a description: which tags are more than text, and what a text says without them."""

from __future__ import annotations

import re

#: What each tag becomes: an element, a ``break`` between paragraphs, or nothing at all.
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
#: A whole tag that is known; whatever else begins with a bracket is text.
_KNOWN = rf"</?(?:{_ANY})(?:\s[^<>]*)?/?>"
_TAG = re.compile(_KNOWN, re.IGNORECASE)
_NO_TAG = re.compile(rf"<(?!{_KNOWN[1:]})", re.IGNORECASE)
#: Tags that stand inside a word, or close to one: nothing is between what is before and after them.
_INLINE = frozenset(("strong", "em", "code", "s", "sub", "sup", "a", ""))
#: Elements that authors leave open. Any other tag that nothing closes is a placeholder: ``the <section>``.
_OFTEN_LEFT_OPEN = frozenset("p br hr img li tr td th b i strong em code".split())
#: Characters of the name of an entity: the longest of HTML has 31.
_LONGEST_ENTITY = 32


def has_tags(text: str) -> bool:
    """Whether there is a tag in ``text`` that is more than text."""
    return "<" in text and _TAG.search(text) is not None


def without_tags(text: str) -> str:
    """``text`` without the tags that would become elements."""
    return _TAG.sub(" ", text) if "<" in text else text


def known(text: str) -> str:
    """HTML of a description, of which the tags that are not known have become text."""
    return _NO_TAG.sub("&lt;", text)


def plain(text: str) -> str:
    """What ``text`` says without its tags, in one line, for a name: plain text, no longer HTML.

    ``<b>Get</b> a &amp; b`` is ``Get a & b``. References to characters are resolved once, after the tags are
    gone, so ``&lt;b&gt;`` is ``<b>``, three characters. Everything that shows a name escapes it as text.
    """
    if "<" in text:
        text = _TAG.sub(_between, text)
    if "&" in text:
        first, *parts = text.split("&")
        text = first + "".join(map(_resolved, parts))
    return " ".join(text.split())


def _between(tag: re.Match[str]) -> str:
    """What stands in place of a tag: nothing, a space, or the tag itself, where it must be a placeholder."""
    name = tag[0].strip("</>").split(maxsplit=1)[0].rstrip("/").lower()
    is_alone = tag[0] == f"<{name}>" and name not in _OFTEN_LEFT_OPEN
    if is_alone and f"</{name}" not in tag.string.lower():
        return tag[0]
    return "" if NAMES[name] in _INLINE else " "


def _resolved(part: str) -> str:
    """What follows an ampersand, with it: a character that a person can see, else the reference as it is."""
    name, semicolon, rest = part.partition(";")
    if semicolon and len(name) <= _LONGEST_ENTITY and name.removeprefix("#").isalnum():
        import html.entities  # (the table takes time, and few names have an entity)

        known = html.entities.html5.get(f"{name};", "")
        found = html.unescape(f"&{name};") if name.startswith("#") else known
        if found.isspace():
            return f" {rest}"
        if found and found.isprintable() and "\ufffd" not in found:
            return found + rest
    return f"&{part}"
