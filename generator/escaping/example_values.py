"""Replaces placeholders in examples (``{IMS_ORG}``) with values, so that the examples can be validated."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from generator.auth import ims
from generator.escaping.placeholders import mapped, with_placeholders

_MAYBE = re.compile(rb"\{(?:" + b"|".join(re.escape(name.encode()) for name in ims.PLACEHOLDERS) + rb")\}")


def concrete(value: Any) -> Any:
    """``value`` with its placeholders replaced by the local mock's values."""
    try:
        if not _MAYBE.search(msgspec.json.encode(value)):
            return value
    except (OverflowError, UnicodeError, ValueError):
        pass
    return mapped(value, _text)


def _text(text: str) -> str:
    if "{" not in text:
        return text
    return with_placeholders(text, lambda variable: ims.LOCAL_MOCK.get(variable, variable))
