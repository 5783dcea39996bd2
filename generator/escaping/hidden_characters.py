"""Characters that a reader of a page does not see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


#: What a reader of a shell block doesn't see, or a browser changes: control characters, marks that turn the
#: direction of text, halves of surrogate pairs, and the characters that pages keep for marks of their own.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ue001-\ue003\ufeff]"
)


def is_shown(text: str) -> bool:
    """Whether a page can show ``text`` as it is, and a reader copy it without a loss."""
    return _HIDDEN.search(text) is None


def json_shown(text: str) -> str:
    """A JSON document as a page can show it: what is hidden, which only its strings hold, as JSON escapes."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
