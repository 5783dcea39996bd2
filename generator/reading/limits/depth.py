"""Limits on how deep a description is nested, and on how much Markdown it has.

They are counted in levels and characters, so that every machine writes the same files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

#: Levels of objects and lists. The pointer of a node is as long as the node is deep.
DEEPEST = 6000
#: Levels of an example: each line is indented by its level.
DEEPEST_EXAMPLE = 1000
_EXAMPLES = frozenset(("example", "value", "default", "examples", "enum", "const", "dataValue"))
_USUAL_STACK = 10_000
#: Markdown characters that all texts of any description may have together, or one in `_SHARE` bytes of its
#: files if that is more. Public descriptions have less than half of that.
MARKS = 50_000
_SHARE = 10
_MARKS = b"#*_`~<>[]()|!&\\\n"
_TEXTS = ("description", "summary")


def check_depth(root: Any) -> list[tuple[str, str]]:
    """Remove examples that are nested too deeply. Returns a JSON pointer and a sentence for each.

    Raises ``RecursionError`` if the description itself is nested too deeply. Without a deep stack, nothing is
    checked: what fits the usual one is within the limits.
    """
    if sys.getrecursionlimit() < _USUAL_STACK:
        return []
    found: list[tuple[str, str]] = []
    seen: set[int] = set()
    stack: list[tuple[Any, int, int, tuple[Any, ...]]] = [(root, 0, 0, ())]
    # A path is a pair of its parent's path and its last part: a whole one would be as long as its node is
    # deep.
    while stack:
        node, depth, in_example, way = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if depth > DEEPEST:
            raise RecursionError
        members = list(node.items() if isinstance(node, dict) else enumerate(node))
        for key, child in members:
            if not isinstance(child, dict | list):
                continue
            if in_example or (isinstance(node, dict) and key in _EXAMPLES):
                if not in_example and _depth_exceeds(child, DEEPEST_EXAMPLE):
                    del node[key]
                    limit = f"{DEEPEST_EXAMPLE:,} levels"
                    what = f"An example is nested deeper than the limit of {limit}; it was left out."
                    found.append((_pointer((way, key)), what))
                    continue
                stack.append((child, depth + 1, 1, (way, key)))
            else:
                stack.append((child, depth + 1, 0, (way, key)))
    return found


def _depth_exceeds(value: Any, limit: int) -> bool:
    """Whether ``value`` is nested deeper than ``limit``. The walk goes level by level, without recursion."""
    level, seen = [value], {id(value)}
    for _ in range(limit + 1):
        below = (child for node in level for child in (node.values() if isinstance(node, dict) else node))
        found = {id(child): child for child in below if isinstance(child, dict | list)}
        level = [child for mark, child in found.items() if mark not in seen]
        seen.update(found)
        if not level:
            return False
    return True


def _pointer(way: tuple[Any, ...]) -> str:
    from generator.reading.json_pointer import pointer

    parts: list[str | int] = []
    while way:
        way, part = way
        parts.append(part)
    return pointer(*reversed(parts))


def cut_texts(root: Any, contents: Iterable[bytes]) -> list[tuple[str, str]]:
    """Cut descriptions and summaries once all have more Markdown characters than the limit.

    Returns a JSON pointer and a sentence for each that was cut. ``contents`` are the files from which
    ``root`` was read. Most have so few of these characters that no text has to be looked at.
    """
    contents = tuple(contents)
    most = max(MARKS, sum(map(len, contents)) // _SHARE)
    if sum(len(content) - len(content.translate(None, _MARKS)) for content in contents) <= most:
        return []
    from generator.reading.json_pointer import pointer
    from generator.reading.keywords import keyword_objects

    found = []
    left = most
    known: set[str] = set()
    for at, node in keyword_objects(root):
        for key in _TEXTS:
            text = node.get(key)
            if not isinstance(text, str) or text in known:
                continue
            marks = _marks(text)
            if marks > left:
                node[key] = text = _cut(text, left)
                what = f"The text is cut: all texts have more Markdown than the limit of {most:,} marks."
                found.append((at + pointer(key), what))
                marks = left
            left -= marks
            known.add(text)
    return found


def _marks(text: str) -> int:
    content = text.encode("utf-8", "replace")
    return len(content) - len(content.translate(None, _MARKS))


def _cut(text: str, marks: int) -> str:
    """The beginning of ``text`` that has at most ``marks`` Markdown characters, in whole pieces."""
    kept = []
    for line in _pieces(text):
        marks -= _marks(line)
        if marks < 0:
            break
        kept.append(line)
    return "".join(kept).rstrip() + " …"


def _pieces(text: str) -> Iterator[str]:
    size = 256
    yield from (text[at : at + size] for at in range(0, len(text), size))
