"""How a collection is divided: by tags, by paths, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.model import Api
from generator.model.api import Operation


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, never empty. ``path`` holds the names from the top down to its own."""

    path: tuple[str, ...]
    description: str
    items: tuple[Folder | Operation, ...]

    @property
    def name(self) -> str:
        """The folder's own name, in one line."""
        return " ".join(self.path[-1].split())


def folders(api: Api, strategy: Literal["tags", "paths", "flat"]) -> tuple[Folder | Operation, ...]:
    """The top of the collection. Operations that belong to no folder stand beside the folders."""
    if strategy == "flat":
        return api.operations
    if strategy == "paths":
        return _by_paths(api.operations)
    parts: list[Folder | Operation] = []
    for tag, operations in api.tagged():
        if tag.name:
            parts.append(Folder((tag.name,), tag.description, operations))
        else:
            parts.extend(operations)
    return tuple(parts)


def _by_paths(operations: tuple[Operation, ...]) -> tuple[Folder, ...]:
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        groups.setdefault("/" + operation.path.strip("/").split("/")[0], []).append(operation)
    return tuple(Folder((name,), "", tuple(items)) for name, items in groups.items())
