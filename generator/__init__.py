"""Callsheet: an OpenAPI description to Postman collections, environments and curl samples.

``load`` reads, ``generate`` writes, ``check`` compares. Errors are those of ``generator.errors``.
"""

from generator.api import Plan, check, generate, load

__all__ = ["Plan", "check", "generate", "load"]
