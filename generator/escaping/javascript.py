"""Values as readable JavaScript: on one line if they fit, otherwise with a line for each member."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

_WIDTH = 100
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*|0|[1-9][0-9]{0,8}")


def literal(value: Any, indent: int = 0, taken: int = 0) -> str:
    """``value`` as a JavaScript literal.

    ``taken`` is the number of characters before the literal on its first line, and ``indent`` the number of
    spaces that this line is indented by.
    """
    if not isinstance(value, dict | list) or not value:
        return _plain(value)
    line = _line(value, _WIDTH - taken)
    return _block(value, indent) if line is None else line


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """``name`` as the key of an object. ``__proto__`` is an ordinary key only in brackets."""
    if name == "__proto__":
        return "['__proto__']"
    return name if _NAME.fullmatch(name) else js_string(name)


def indented(lines: Iterable[str]) -> list[str]:
    """Indent lines of code as in a block. No line may continue a literal that began on the line before."""
    return [f"  {line}" if line else line for line in lines]


def _plain(value: Any) -> str:
    """A value without members, as a literal."""
    return _string(value) if isinstance(value, str) else js(value)


@lru_cache(maxsize=4096)
def _string(text: str) -> str:
    return js_string(text)


def _line(value: Any, room: int) -> str | None:
    """``value`` on one line of at most ``room`` characters, or ``None`` if it is longer."""
    if not isinstance(value, dict | list) or not value:
        text = _plain(value)
        return text if len(text) <= room else None
    ends = ("{ ", " }") if isinstance(value, dict) else ("[", "]")
    room -= 2 * len(ends[0])
    found = []
    for before, child in _members(value):
        inner = _line(child, room - len(before))
        if inner is None:
            return None
        found.append(before + inner)
        room -= len(before) + len(inner) + 2
    return ends[0] + ", ".join(found) + ends[1] if room >= -2 else None


def _block(value: Any, indent: int) -> str:
    inner = indent + 2
    pad = " " * inner
    ends = "{}" if isinstance(value, dict) else "[]"
    if ends == "[]" and not any(isinstance(child, dict | list) for child in value):
        return f"[\n{_filled(map(_plain, value), pad)}\n{' ' * indent}]"
    lines = [
        f"{pad}{before}{literal(child, inner, inner + len(before) + 1)}," for before, child in _members(value)
    ]
    return "\n".join([ends[0], *lines, " " * indent + ends[1]])


def _members(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """Each member, preceded by its key and colon (empty in a list)."""
    if isinstance(value, dict):
        return ((f"{key(name)}: ", child) for name, child in value.items())
    return (("", child) for child in value)


def _filled(words: Iterable[str], pad: str) -> str:
    """Items without members, as many to a line as fit."""
    lines = [pad]
    for word in words:
        if len(lines[-1]) > len(pad) and len(lines[-1]) + len(word) + 2 > _WIDTH:
            lines.append(pad)
        lines[-1] += (" " if len(lines[-1]) > len(pad) else "") + word + ","
    return "\n".join(lines)


#: Characters that may end a script element, or a line of older JavaScript, that are invisible, that change
#: the direction of text, or that can't be encoded in UTF-8.
_UNSEEN = re.compile("[<\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def js(value: Any) -> str:
    """``value`` as a JavaScript literal, safe inside an HTML script element, with nothing invisible in it."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def js_string(text: str) -> str:
    """``text`` as a JavaScript literal, in single quotes unless it contains one: ``a "b"`` → ``'a "b"'``."""
    written = js(text)
    if "'" in text:
        return written
    return "'" + re.sub(r"\\(.)", lambda found: '"' if found[1] == '"' else found[0], written[1:-1]) + "'"
