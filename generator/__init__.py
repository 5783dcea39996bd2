"""Callsheet: generate Postman collections, environments and curl samples from an OpenAPI description.

``load`` reads a description, ``generate`` writes its files, ``check`` compares them with an output folder,
and ``validate`` finds every problem of a description. The errors that they raise are in ``generator.errors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.api import Options, Plan, check, generate, load, validate

__all__ = ["Options", "Plan", "check", "generate", "load", "validate"]


def __getattr__(name: str) -> Any:
    """Import the public functions on first use, so that ``callsheet --help`` doesn't wait for the parsers."""
    if name in __all__:
        from generator import api

        return getattr(api, name)
    raise AttributeError(name)
