"""Tags, nested by `parent` (OpenAPI 3.2.0, section 4.8.22) or by the extension `x-tagGroups`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.model.api import Tag
from generator.reading.nodes import mapping, sequence, text


def tags(root: Mapping[str, Any]) -> tuple[Tag, ...]:
    """The declared tags in their order; a group of ``x-tagGroups`` is a tag that is the parent of others."""
    found: dict[str, Tag] = {}
    for node in map(mapping, sequence(root.get("tags"))):
        name = text(node.get("name"))
        if name and name not in found:
            summary = text(node.get("summary") or node.get("x-displayName"))
            found[name] = Tag(name, text(node.get("description")), text(node.get("parent")), summary)
    found = {
        name: tag if _is_rooted(tag, found) else Tag(name, tag.description, "", tag.summary)
        for name, tag in found.items()
    }
    return tuple(_grouped(found, root))


def _is_rooted(tag: Tag, found: Mapping[str, Tag]) -> bool:
    """Whether the chain of parents ends: one that leads to nothing, or back to itself, is no chain."""
    seen = {tag.name}
    while tag.parent:
        if tag.parent in seen or tag.parent not in found:
            return False
        seen.add(tag.parent)
        tag = found[tag.parent]
    return True


def _grouped(found: Mapping[str, Tag], root: Mapping[str, Any]) -> list[Tag]:
    result = dict(found)
    groups: dict[str, Tag] = {}
    for group in map(mapping, sequence(root.get("x-tagGroups"))):
        name = text(group.get("name"))
        if not name:
            continue
        own = name if name not in found else f"{name} "
        groups[own] = Tag(own)
        for child in map(text, sequence(group.get("tags"))):
            tag = result.get(child) or Tag(child)
            if child != name and not tag.parent:
                result[child] = Tag(child, tag.description, own, tag.summary)
    return [*groups.values(), *result.values()]
