"""OpenAPI 3.0 made 3.1: the one dialect that everything after reading knows.

The differences are those of the Schema Object: OpenAPI 3.0.4, section 4.7.24, against 3.1.1, section 4.8.24.
"""

from __future__ import annotations

import copy
from typing import Any

from generator.reading.references import keyword_objects


def upgraded(root: dict[str, Any]) -> dict[str, Any]:
    """A copy of a 3.0 description that says the same in 3.1."""
    root = copy.deepcopy(root)
    for _, node in keyword_objects(root):
        _upgrade_nullable(node)
        _upgrade_bound(node, "minimum", "exclusiveMinimum")
        _upgrade_bound(node, "maximum", "exclusiveMaximum")
    root["openapi"] = "3.1.0"
    return root


def _upgrade_nullable(node: dict[str, Any]) -> None:
    nullable = node.pop("nullable", None) if isinstance(node.get("nullable"), bool) else None
    if nullable and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
        if isinstance(node.get("enum"), list) and None not in node["enum"]:
            node["enum"] = [*node["enum"], None]


def _upgrade_bound(node: dict[str, Any], bound: str, exclusive: str) -> None:
    if isinstance(node.get(exclusive), bool) and node.pop(exclusive) and bound in node:
        node[exclusive] = node.pop(bound)
