"""The index that the site's search reads: a script of its own, which a page loads when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from generator import escaping
from generator.targets import html_tags

_TEXT = 300


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


def entry(kind: str, title: str, url: str, detail: str, names: Iterable[str], text: str) -> Entry:
    """An entry that is found by ``names`` and by the words of ``text``, which is CommonMark."""
    shown = html_tags.without_tags(text[: _TEXT * 4] if kind != "page" else text)
    plain = re.sub(r"[`*_\[\]()<>#|\\]+", " ", shown)
    known = " ".join(dict.fromkeys(names))
    words = " ".join(plain.split())
    return Entry(kind, title, url, detail, f"{known} {words if kind == 'page' else words[:_TEXT]}".strip())


def script(entries: Iterable[Entry]) -> str:
    """The index as JavaScript: a call with all entries, a line each."""
    lines = ",\n".join(escaping.js(list(found)) for found in entries)
    return f"callsheetIndex([\n{lines}\n]);\n"
