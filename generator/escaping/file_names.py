"""File names that are valid on every file system."""

from __future__ import annotations

import re

from generator.unused_names import unused

_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def file_stem(name: str, fallback: str = "unnamed") -> str:
    """``name`` as a file's stem: up to 60 letters, digits, ``-``, ``_``. ``Get job (v2)`` → ``Get-job-v2``.

    A name that Windows reserves gets a ``_`` at its end; one of which nothing remains becomes ``fallback``.
    """
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60].strip("-") or fallback
    return stem + "_" if _RESERVED.match(stem) else stem


def dotted_stem(name: str) -> str:
    """``name`` as a stem with dots, for files with an ending of their own: ``api.github.com``."""
    stem = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9_.-]+", "-", name))[:60].strip("-.") or "unnamed"
    return stem + "_" if _RESERVED.match(stem.partition(".")[0]) else stem


def slug(name: str) -> str:
    """``name`` as a file's stem in lower case with hyphens: ``Privacy jobs`` → ``privacy-jobs``."""
    return file_stem(name).lower().replace("_", "-")


def unique_names(names: list[str]) -> list[str]:
    """``names`` made unique, ignoring case; the first is kept: ``["a", "A"]`` → ``["a", "A-2"]``."""
    taken: set[str] = set()
    result = []
    for name in names:
        unique = unused(name, lambda name: name.lower() in taken, separator="-")
        taken.add(unique.lower())
        result.append(unique)
    return result
