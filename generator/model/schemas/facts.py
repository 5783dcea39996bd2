"""What a schema says about a value, in the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from generator.budget import LONGEST_SHOWN_AGAIN, rows

if TYPE_CHECKING:
    pass


Schema = Mapping[str, Any] | bool
"""A JSON Schema of dialect 2020-12, as OpenAPI 3.1 has it."""


class Facts(msgspec.Struct, frozen=True):
    """What a schema demands of a single value, in the words of a reader."""

    type: str = ""
    """``string``, ``array of strings``, …; empty for any value."""
    accepted: tuple[Any, ...] = ()
    default: tuple[Any, ...] = ()
    """The default in a tuple of one, or nothing: ``None`` is a value."""
    limits: tuple[str, ...] = ()
    """Such as ``1 to 9 items``."""
    characters: int = 0
    """About how long all of it is when it is written."""

    def brief(self) -> Facts:
        """The type alone, which is all that is shown of long facts once too much has been shown."""
        return Facts(self.type[:LONGEST_SHOWN_AGAIN])


class Property(msgspec.Struct, frozen=True):
    """One property of a body, at any depth. ``name`` is dotted: ``users.userIDs.value``."""

    name: str
    required: bool
    description: str
    facts: Facts

    def rows(self) -> int:
        """The rows of a table that it counts as."""
        return rows(len(self.name) + len(self.description) + self.facts.characters)
