"""What is new in an API since a description of before."""

from __future__ import annotations

from generator.changes.compare import compare
from generator.changes.types import Change, Changes, OperationChanges

__all__ = ["Change", "Changes", "OperationChanges", "compare"]
