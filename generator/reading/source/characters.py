"""Drop the characters of a description that no generated file may hold, with a warning.

These are the control characters except tab and line ends, surrogates, and noncharacters (The Unicode
Standard, section 23.7). A shell can't pass NUL on, UTF-8 has no surrogates, and XML and YAML forbid most of
the others, so no target could write them everywhere. Marks that change the direction of text are kept, since
some languages need them; the functions of ``escaping`` escape them where they can deceive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from generator.errors import Place, Problem

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
)
DROPPED = re.compile(f"[{_CONTROLS}\ud800-\udfff{_NONCHARACTERS}]")
#: The same in the bytes of a JSON file: encoded in UTF-8, or as escapes.
_IN_UTF8 = (re.compile(b"\xc2[\x80-\x9f]"), re.compile(b"\xef\xb7[\x90-\xaf]"), re.compile(b"\xbf[\xbe\xbf]"))
_ESCAPED = re.compile(rb"\\(?:[bf]|u(?:00[0189]|007[fF]|[dD][89a-fA-F]|[fF][dD][dDeE]|[fF]{3}[eEfF]))")
#: As many findings are reported with their places.
_MOST = 50


def may_hold_dropped(content: bytes) -> bool:
    """Whether valid JSON in UTF-8 may hold such a character: a quick test. If false, there is none.

    Of the control characters below U+0080, only DEL may be in its strings unescaped (RFC 8259, section 7).
    """
    if b"\x7f" in content:
        return True
    if not content.isascii() and any(pattern.search(content) for pattern in _IN_UTF8):
        return True
    return _ESCAPED.search(content) is not None


def without_dropped(text: str) -> str:
    """``text`` without these characters."""
    return DROPPED.sub("", text)


class _Node(NamedTuple):
    """A container, its parent, and its key in that."""

    value: Any
    parent: _Node | None = None
    key: str | int = ""


class Found(NamedTuple):
    """A text that held such characters: its path before and after keys were cleaned, and what it held."""

    before: tuple[str | int, ...]
    after: tuple[str | int, ...]
    is_key: bool
    characters: tuple[str, ...]


def cleaned(data: Any) -> tuple[Any, list[Found]]:
    """``data`` without these characters in keys and values, and the texts that held them.

    Containers are changed in place. Of two keys that become the same, the later one counts.
    """
    holder = [data]
    found: list[Found] = []
    seen = {id(holder)}
    stack = [_Node(holder)]
    while stack:
        node = stack.pop()
        for key, child in _members(node.value):
            if isinstance(child, dict | list) and id(child) not in seen:
                seen.add(id(child))
                stack.append(_Node(child, node, key))
        found += _clean(node)
    found = [each for each in found if not _separates_records(each)]
    found.sort(key=lambda each: [(isinstance(part, str), part) for part in each.before])
    return holder[0], found


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    yield from value.items() if isinstance(value, dict) else enumerate(value)


def _clean(node: _Node) -> Iterator[Found]:
    """Clean the keys and texts of one container."""
    value = node.value
    renamed = isinstance(value, dict) and any(DROPPED.search(key) for key in value)
    names = {key: without_dropped(key) for key in value} if renamed else {}
    for key, child in list(_members(value)):
        if isinstance(child, str) and DROPPED.search(child):
            value[key] = without_dropped(child)
            yield _found(node, key, names, child, is_key=False)
    if renamed:
        members = [(names[key], key, child) for key, child in value.items()]
        value.clear()
        for name, key, child in members:
            value[name] = child
            if name != key:
                yield _found(node, key, names, key, is_key=True)


def _found(node: _Node, key: str | int, names: dict[str, str], text: str, *, is_key: bool) -> Found:
    way = _way(node)
    characters = tuple(dict.fromkeys(DROPPED.findall(text)))
    after = names.get(key, key) if isinstance(key, str) else key
    return Found((*way, key)[1:], (*map(_clean_part, way), after)[1:], is_key, characters)


def _separates_records(found: Found) -> bool:
    """Whether a text is a JSON text sequence (RFC 7464), whose record separators are written again later."""
    names = (part.partition(";")[0].strip().lower() for part in found.before if isinstance(part, str))
    return found.characters == ("\x1e",) and any(name.endswith("json-seq") for name in names)


def _clean_part(part: str | int) -> str | int:
    return without_dropped(part) if isinstance(part, str) else part


def _way(node: _Node) -> list[str | int]:
    parts: list[str | int] = []
    at: _Node | None = node
    while at is not None and at.parent is not None:
        parts.append(at.key)
        at = at.parent
    return parts[::-1]


def problems(found: list[Found], file: str, locate: Callable[[str], Place]) -> Iterator[Problem]:
    """A warning for each of ``found``; ``locate`` returns the place of a JSON pointer in the file."""
    from generator.reading.json_pointer import pointer

    for each in found[:_MOST]:
        place = locate(pointer(*each.before))._replace(pointer=pointer(*each.after))
        names = ", ".join(f"U+{ord(character):04X}" for character in each.characters[:5])
        more = ", …" if len(each.characters) > 5 else ""
        what = "The key" if each.is_key else "The text"
        yield Problem(
            place,
            f"{what} holds characters that no file may hold ({names}{more}); they were dropped.",
            "Remove them from the description.",
        )
    if len(found) > _MOST:
        what = f"{len(found) - _MOST:,} more texts hold characters that no file may hold; they were dropped."
        yield Problem(Place(file), what, "Remove them from the description.")
