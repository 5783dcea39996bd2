"""Names in one line, in plain text, of what their authors wrote as paragraphs or as HTML."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.escaping.markup.tags import plain

#: Characters of a name. A longer one says in its first sentence what it is about.
LONGEST_NAME = 120
_CUT = "…"
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
#: Where a sentence may end: before white space or, in scripts that write none, anywhere.
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]*_]*(?=\s)|[。！？]")
#: Periods that end no sentence: abbreviations, initials, and the number of an enumerated item.
_ABBREVIATION = re.compile(
    r"(?:^\d+|(?:^|[\s(])(?:[A-Z]|(?:\w\.)+\w|(?i:approx|cf|eg|ie|incl|no|p|resp|v|vs)))\.$"
)


class Title(NamedTuple):
    """A text in two: a name, and what it leaves out."""

    name: str
    """In one line, without HTML, of at most ``LONGEST_NAME`` characters."""
    rest: str = ""
    """What a reader of the name has yet to read; empty where the name is the whole text."""


def titled(text: str) -> Title:
    """``text`` as a name: the whole of it, else its first sentence, else the beginning of that.

    A sentence that had to be cut at a word is in ``rest`` as a whole, since no one reads the second half of a
    sentence by itself.
    """
    text = text.strip()
    whole = plain(text)
    if len(whole) <= LONGEST_NAME:
        return Title(whole)
    end = _end_of_sentence(text)
    sentence = plain(text[:end])
    if len(sentence) <= LONGEST_NAME:
        return Title(sentence, text[end:].strip())
    return Title(_cut(sentence), text)


def opened(description: str, rest: str) -> str:
    """``description`` with ``rest`` before it, unless it says the same already."""
    if not rest or _line(rest) in _line(description):
        return description
    return f"{rest}\n\n{description}" if description.strip() else rest


def _line(text: str) -> str:
    return " ".join(text.split())


def _end_of_sentence(text: str) -> int:
    """Where the first sentence of the first paragraph ends."""
    break_ = _PARAGRAPH.search(text)
    end = break_.start() if break_ else len(text)
    # What ends later is too long for a name.
    for found in _SENTENCE_END.finditer(text, 0, min(end, 2 * LONGEST_NAME)):
        if _is_end(text, found):
            return found.end()
    return end


def _is_end(text: str, found: re.Match[str]) -> bool:
    """Whether a sentence ends at ``found``: nothing is open there, and what follows begins another."""
    before, after = text[: found.end()], text[found.end() :].lstrip()
    if (
        before.count("`") % 2
        or before.count("(") > before.count(")")
        or before.count("[") > before.count("]")
    ):
        return False
    return not after[:1].islower() and not _ABBREVIATION.search(before)


def _cut(sentence: str) -> str:
    """The beginning of ``sentence``, cut at a word where it has words of a usual length."""
    beginning = sentence[: LONGEST_NAME - len(_CUT)]
    if not sentence[len(beginning)].isspace():
        words = beginning.rpartition(" ")[0]
        beginning = words if len(words) > LONGEST_NAME // 2 else beginning
    return beginning.rstrip(" ,;:–—-") + _CUT
