"""Names as file names that every file system takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def file_stem(name: str, fallback: str = "unnamed") -> str:
    """``name`` as a file's stem for every file system: letters, digits, ``-`` and ``_``, 60 at most."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60].strip("-") or fallback
    return stem + "_" if _RESERVED.match(stem) else stem


def slug(name: str) -> str:
    """``name`` as a lower-case file stem with hyphens."""
    return file_stem(name).lower().replace("_", "-")


def unique_names(names: list[str]) -> list[str]:
    """``names`` made unique without regard to case, the first keeping its own."""
    taken: set[str] = set()
    result = []
    for name in names:
        unique, count = name, 2
        while unique.lower() in taken:
            unique, count = f"{name}-{count}", count + 1
        taken.add(unique.lower())
        result.append(unique)
    return result
