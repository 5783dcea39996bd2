"""How to install Callsheet's optional parts: the one place that changes once a package is published."""

from __future__ import annotations


def install(extra: str) -> str:
    """The command that installs an optional part, in a clone of the repository: ``pip install '.[mock]'``."""
    return f"pip install '.[{extra}]'"
