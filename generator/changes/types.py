"""What a comparison tells. All are frozen; a target reads them and nothing else."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["added", "removed", "changed"]


class Change(msgspec.Struct, frozen=True):
    """One thing that differs."""

    kind: Kind
    what: str
    """A sentence in CommonMark: ``The query parameter `size` was removed.``"""
    breaking: bool = False
    """Whether a client that worked before may no longer work."""


class OperationChanges(msgspec.Struct, frozen=True):
    """What differs in one operation, breaking changes first."""

    kind: Kind
    id: str
    """That of the operation; of one that was removed, that of before."""
    method: str
    path: str
    name: str
    changes: tuple[Change, ...]

    @property
    def breaking(self) -> bool:
        """Whether any of it may break a client."""
        return any(change.breaking for change in self.changes)


class Changes(msgspec.Struct, frozen=True):
    """Everything that differs."""

    before: str
    """The version that the description of before has."""
    after: str
    api: tuple[Change, ...] = ()
    """What concerns no single operation, such as servers."""
    operations: tuple[OperationChanges, ...] = ()
