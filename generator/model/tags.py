"""Tags, nested by ``parent`` (OpenAPI 3.2.0, section 4.8.22) or by the extension ``x-tagGroups``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from generator.budget import MOST_TAG_LEVELS
from generator.model.context import Context
from generator.model.types import Tag
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, sequence, text

#: Kinds of tags that mark an operation without being a place to look for it.
_MARKS = frozenset({"badge", "audience"})


def tags(context: Context) -> tuple[Tag, ...]:
    """The declared tags in order. A group of ``x-tagGroups`` becomes a tag that is the parent of others."""
    root = context.document.root
    return tuple(_grouped(_rooted(context, _declared(root)), root))


def home(names: Sequence[str], kinds: Mapping[str, str]) -> str:
    """The tag under which an operation is listed; empty if all of its tags only mark it.

    This is the first for navigation (of kind ``nav`` or without a kind), else the first of an unknown kind.
    """
    known = [(name, kinds.get(name, "")) for name in names]
    chosen = [name for name, kind in known if kind in ("", "nav")]
    chosen += [name for name, kind in known if kind not in _MARKS]
    return next(iter(chosen), "")


def _declared(root: Mapping[str, Any]) -> dict[str, tuple[Tag, str]]:
    """Each declared tag and its JSON pointer, by name."""
    found: dict[str, tuple[Tag, str]] = {}
    for index, node in enumerate(map(mapping, sequence(root.get("tags")))):
        name = text(node.get("name"))
        if name.strip() and name not in found:
            tag = Tag(
                name,
                text(node.get("description")),
                text(node.get("parent")),
                text(node.get("summary") or node.get("x-displayName")),
                text(node.get("kind")),
            )
            found[name] = (tag, pointer("tags", index))
    return found


def _rooted(context: Context, declared: Mapping[str, tuple[Tag, str]]) -> dict[str, Tag]:
    """The tags by name, with undeclared parents added.

    A parent is dropped if it makes a circle, or nests a tag too deep.
    """
    found = {name: tag for name, (tag, _) in declared.items()}
    result: dict[str, Tag] = {}
    for name, (tag, at) in declared.items():
        if tag.parent and tag.parent not in found:
            context.warn(at + "/parent", f"The parent {tag.parent!r} is not a declared tag.")
            found[tag.parent] = result[tag.parent] = Tag(tag.parent)
        wrong = _what_is_wrong(tag, found)
        if wrong:
            context.warn(at + "/parent", f"The tag {name!r} {wrong}.")
            found[name] = replace(tag, parent="")
        result[name] = found[name]
    return result


def _what_is_wrong(tag: Tag, found: Mapping[str, Tag]) -> str:
    """Why a tag can't have the parent that it names, as the rest of a sentence; empty if it can."""
    parent, levels = tag.parent, 0
    while parent:
        if parent == tag.name:
            return "is, by its parents, inside itself"
        levels += 1
        if levels >= MOST_TAG_LEVELS:
            return f"is nested deeper than {MOST_TAG_LEVELS} levels, which is the limit"
        parent = found[parent].parent if parent in found else ""
    return ""


def _grouped(found: Mapping[str, Tag], root: Mapping[str, Any]) -> list[Tag]:
    result = dict(found)
    groups: dict[str, Tag] = {}
    for group in map(mapping, sequence(root.get("x-tagGroups"))):
        name = text(group.get("name"))
        if not name.strip():
            continue
        # A group and a tag may have the same name; a trailing space, which is invisible, distinguishes them.
        own = name if name not in found else f"{name} "
        groups[own] = Tag(own)
        for child in map(text, sequence(group.get("tags"))):
            tag = result.get(child) or Tag(child)
            if child.strip() and child != own and not tag.parent:
                result[child] = replace(tag, parent=own)
    return [*groups.values(), *result.values()]
