"""The index that the site's search reads: a script of its own, which a page loads when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from generator.escaping.javascript import js
from generator.escaping.markup import tags


class Entry(NamedTuple):
    """Something that can be found."""

    kind: str
    """``operation``, ``schema``, ``answer`` or ``page``."""
    title: str
    url: str
    detail: str
    """What is shown beside the title: method and path."""
    words: str
    """What it is found by as well."""


def entry(kind: str, title: str, url: str, detail: str, names: Iterable[str], text: str, most: int) -> Entry:
    """An entry that is found by ``names`` and by the first ``most`` characters of ``text`` (CommonMark)."""
    shown = tags.without_tags(text[: most * 4])
    # (Between letters an underscore is a part of a name.)
    plain = re.sub(r"[`*\[\]()<>#|\\]+|(?<!\w)_+|(?<!_)_+(?!\w)", " ", shown)
    words = " ".join(plain.split())[:most]
    return Entry(kind, title, url, detail, f"{' '.join(dict.fromkeys(names))} {words}".strip())


def script(entries: Iterable[Entry]) -> str:
    """The index as JavaScript: a call with all entries, a line each."""
    lines = ",\n".join(js(list(found)) for found in entries)
    return f"callsheetIndex([\n{lines}\n]);\n"
