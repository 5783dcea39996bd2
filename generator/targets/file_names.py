"""File names that people read and every file system takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=$|[. ])", re.IGNORECASE
)
_MARK = 5


def safe_name(text: str, most: int) -> str:
    """``text`` as a name of at most ``most`` characters, for Windows, macOS and Linux alike.

    A longer one is cut, with a mark of what it was, so that names that begin alike stay apart.
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    text = "".join(c if c.isprintable() or c.isspace() else "-" for c in text)
    text = " ".join(_FORBIDDEN.sub("-", text).split()).strip(". ")
    text = _RESERVED.sub(lambda name: name[0] + "_", text, count=1) if _RESERVED.match(text) else text
    if len(text) > most:
        text = marked(text, text, most)
    return text or "unnamed"[:most]


def marked(text: str, of: str, most: int) -> str:
    """``text``, cut to ``most`` characters with a mark at its end that tells what is made ``of`` what."""
    mark = hashlib.sha256(of.encode("utf-8", "replace")).hexdigest()[: _MARK - 1]
    return f"{text[: most - _MARK].rstrip('. -')}-{mark}"


def unique_names(names: Iterable[tuple[str, str]], most: int, taken: Iterable[str] = ()) -> list[str]:
    """A safe name for each text, unique without regard to case. Each comes with what it is the name of.

    The first keeps its own; what follows is marked by what it names, wherever it stands.
    """
    known = {name.casefold() for name in taken}
    found = []
    for text, of in names:
        name = safe_name(text, most)
        number = 0
        while name.casefold() in known:
            name = marked(safe_name(text, most), f"{of}{number or ''}", min(most, len(name) + _MARK))
            number += 1
        known.add(name.casefold())
        found.append(name)
    return found
