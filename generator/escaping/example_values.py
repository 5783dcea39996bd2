"""Replaces placeholders in examples (``{CLIENT_ID}``) with values, so that the examples can be validated."""

from __future__ import annotations

from typing import Any

import msgspec

from generator.auth import profiles
from generator.escaping.placeholders import mapped, with_placeholders


def concrete(value: Any) -> Any:
    """``value`` with its placeholders replaced by values of the local mock."""
    try:
        if not profiles.KNOWN.perhaps_placeholder.search(msgspec.json.encode(value)):
            return value
    except (OverflowError, UnicodeError, ValueError):
        pass
    return mapped(value, _text)


def _text(text: str) -> str:
    if "{" not in text:
        return text
    values = profiles.KNOWN.examples
    return with_placeholders(text, lambda variable: values.get(variable, variable))
