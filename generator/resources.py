"""Find the templates and the embedded descriptions.

They are inside the installed package, or at the top of the repository if the package runs from a checkout.
"""

from __future__ import annotations

from pathlib import Path

#: The folder of the package.
PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """The path of the folder ``name``: ``templates`` or ``specs``."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
