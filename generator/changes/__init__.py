"""Compare two versions of an API."""

from __future__ import annotations

from generator.changes.compare import compare
from generator.changes.types import Change, Changes, OperationChanges

__all__ = ["Change", "Changes", "OperationChanges", "compare"]
