"""Where the templates and the embedded descriptions are: inside the installed package, or at the
repository's top when the package is run from a checkout."""

from __future__ import annotations

from pathlib import Path

#: The folder of the package.
PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """The folder ``templates`` or ``specs``."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
