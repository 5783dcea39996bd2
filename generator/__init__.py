"""Callsheet: an OpenAPI description to Postman collections, environments and curl samples.

``load`` reads, ``generate`` writes, ``check`` compares, ``validate`` finds every problem. Errors are those
of ``generator.errors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.api import Options, Plan, check, generate, load, validate

__all__ = ["Options", "Plan", "check", "generate", "load", "validate"]


def __getattr__(name: str) -> Any:
    """Import on first use: the command line answers ``--help`` without reading a parser."""
    if name in __all__:
        from generator import api

        return getattr(api, name)
    raise AttributeError(name)
