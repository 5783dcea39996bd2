"""Facts about values that a schema states, worded for readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from generator.budget import LONGEST_SHOWN_AGAIN, rows

Schema = Mapping[str, Any] | bool
"""A JSON Schema in dialect 2020-12, as in OpenAPI 3.1."""


class Facts(msgspec.Struct, frozen=True):
    """The type, accepted values, default and limits of a value, worded for readers."""

    type: str = ""
    """``string``, ``array of strings``, …; empty for any value."""
    accepted: tuple[Any, ...] = ()
    default: tuple[Any, ...] = ()
    """The default in a tuple of one, since ``None`` is a value; empty if there is none."""
    limits: tuple[str, ...] = ()
    """Phrases such as ``1 to 9 items``."""
    characters: int = 0
    """The approximate length of all of this in characters."""

    def brief(self) -> Facts:
        """The type alone, as long facts are shown once the budget is used up."""
        return Facts(self.type[:LONGEST_SHOWN_AGAIN])


class Property(msgspec.Struct, frozen=True):
    """One property of a body, at any depth. ``name`` is dotted: ``users.userIDs.value``."""

    name: str
    required: bool
    description: str
    facts: Facts

    def rows(self) -> int:
        """The number of table rows it counts as in budgets."""
        return rows(len(self.name) + len(self.description) + self.facts.characters)
