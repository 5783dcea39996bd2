"""Where an operation is in the description: its path item, node and JSON pointer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


Kind = Literal["path", "webhook", "callback"]


class Source(NamedTuple):
    """Where an operation stands in the description."""

    kind: Kind
    path: str
    """The path template; a webhook's name; a callback's expression."""
    method: str
    item: Mapping[str, Any]
    item_at: str
    node: Mapping[str, Any]
    at: str
    id: str
