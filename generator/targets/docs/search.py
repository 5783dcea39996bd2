"""The search index of the site: a separate script, which a page loads once it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from generator.escaping.javascript import js
from generator.escaping.markup import tags


class Entry(NamedTuple):
    """An entry of the index."""

    kind: str
    """``operation``, ``schema``, ``answer`` or ``page``."""
    title: str
    url: str
    detail: str
    """Shown beside the title, such as method and path."""
    words: str
    """Further words by which the entry is found."""


def entry(kind: str, title: str, url: str, detail: str, names: Iterable[str], text: str, most: int) -> Entry:
    """An entry for ``names`` and the words in the first ``most`` characters of ``text`` (CommonMark)."""
    shown = tags.without_tags(text[: most * 4])
    # (Between letters, an underscore is part of a name.)
    plain = re.sub(r"[`*\[\]()<>#|\\]+|(?<!\w)_+|(?<!_)_+(?!\w)", " ", shown)
    words = " ".join(plain.split())[:most]
    return Entry(kind, title, url, detail, f"{' '.join(dict.fromkeys(names))} {words}".strip())


def script(entries: Iterable[Entry]) -> str:
    """The index as JavaScript: a function call with all entries, one a line."""
    lines = ",\n".join(js(list(found)) for found in entries)
    return f"callsheetIndex([\n{lines}\n]);\n"
