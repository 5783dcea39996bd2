"""The place of an operation in the description: its path item, its node and their JSON pointers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


Kind = Literal["path", "webhook", "callback"]


class Source(NamedTuple):
    """An operation's nodes in the description, the JSON pointers to them, and its unique id."""

    kind: Kind
    path: str
    """The path template; a webhook's name; a callback's expression."""
    method: str
    item: Mapping[str, Any]
    item_at: str
    node: Mapping[str, Any]
    at: str
    id: str
