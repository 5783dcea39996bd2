"""The result of a comparison. All types are frozen; a target reads them and nothing else."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["added", "removed", "changed"]


class Change(msgspec.Struct, frozen=True):
    """One difference between two versions."""

    kind: Kind
    what: str
    """A sentence in CommonMark: ``The query parameter `size` was removed.``"""
    breaking: bool = False
    """Whether a client that worked before may no longer work."""


class OperationChanges(msgspec.Struct, frozen=True):
    """The changes of one operation, breaking ones first."""

    kind: Kind
    id: str
    """The operation's id; of a removed operation, the id it had."""
    method: str
    path: str
    name: str
    changes: tuple[Change, ...]

    @property
    def breaking(self) -> bool:
        """Whether any of the changes may break a client."""
        return any(change.breaking for change in self.changes)


class Changes(msgspec.Struct, frozen=True):
    """All changes between two versions of an API."""

    before: str
    """The version in ``info`` of the earlier description; ``after`` is that of the later one."""
    after: str
    api: tuple[Change, ...] = ()
    """Changes that belong to no single operation, such as those of servers."""
    operations: tuple[OperationChanges, ...] = ()
