"""Characters that are invisible on a page."""

from __future__ import annotations

import re

#: Characters that are invisible in a block of shell code, or that a browser changes: control characters,
#: bidirectional marks, lone surrogates, and the characters that pages reserve for marks of their own.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ue001-\ue003\ufeff]"
)


def is_shown(text: str) -> bool:
    """Whether a page can show ``text`` unchanged, so that readers can copy it without loss."""
    return _HIDDEN.search(text) is None


def json_shown(text: str) -> str:
    """Escape the hidden characters of a JSON document, which only its strings contain, as JSON escapes."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
