"""Titles in one line of plain text, made from texts that may be paragraphs or HTML."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.escaping.markup.tags import plain

#: The most characters of a name. The first sentence of a longer text says what it is about.
LONGEST_NAME = 120
_CUT = "…"
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
#: Where a sentence may end: before white space, or anywhere in scripts that are written without spaces.
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]*_]*(?=\s)|[。！？]")
#: Periods that don't end a sentence: of abbreviations, initials, and numbers of enumerated items.
_ABBREVIATION = re.compile(
    r"(?:^\d+|(?:^|[\s(])(?:[A-Z]|(?:\w\.)+\w|(?i:approx|cf|eg|ie|incl|no|p|resp|v|vs)))\.$"
)


class Title(NamedTuple):
    """A text split into a name and the rest."""

    name: str
    """One line without HTML, of at most ``LONGEST_NAME`` characters."""
    rest: str = ""
    """The text that the name leaves out; empty if the name is the whole text."""


def titled(text: str) -> Title:
    """``text`` as a name: the whole text if it is short, else its first sentence, else the beginning of that.

    If the sentence itself is cut, ``rest`` has it whole, since half a sentence can't be read by itself.
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
    """``description`` with ``rest`` before it, unless it contains that already."""
    if not rest or _line(rest) in _line(description):
        return description
    return f"{rest}\n\n{description}" if description.strip() else rest


def _line(text: str) -> str:
    return " ".join(text.split())


def _end_of_sentence(text: str) -> int:
    """The index at which the first sentence of the first paragraph ends."""
    break_ = _PARAGRAPH.search(text)
    end = break_.start() if break_ else len(text)
    # A sentence that ends later is too long for a name.
    for found in _SENTENCE_END.finditer(text, 0, min(end, 2 * LONGEST_NAME)):
        if _is_end(text, found):
            return found.end()
    return end


def _is_end(text: str, found: re.Match[str]) -> bool:
    """Whether a sentence ends at ``found``: no code or bracket is open, and another one can begin there."""
    before, after = text[: found.end()], text[found.end() :].lstrip()
    if (
        before.count("`") % 2
        or before.count("(") > before.count(")")
        or before.count("[") > before.count("]")
    ):
        return False
    return not after[:1].islower() and not _ABBREVIATION.search(before)


def _cut(sentence: str) -> str:
    """The beginning of ``sentence``, cut between words unless a word is very long."""
    beginning = sentence[: LONGEST_NAME - len(_CUT)]
    if not sentence[len(beginning)].isspace():
        words = beginning.rpartition(" ")[0]
        beginning = words if len(words) > LONGEST_NAME // 2 else beginning
    return beginning.rstrip(" ,;:–—-") + _CUT
