"""Cells of CSV files that a spreadsheet opens and never takes for a formula.

A spreadsheet calculates a cell that begins with ``=``, ``+``, ``-`` or ``@``. An apostrophe in front makes it
text. Where a spreadsheet expects another separator than the file has (``;`` in much of Europe), a cell can
begin in the middle of a quoted field, so the same holds after every separator. The script that reads the rows
takes the apostrophes off again: ``START`` and ``INSIDE`` are regular expressions of Python and of JavaScript
alike, and neither looks at a character more than twice.

See OWASP, *CSV Injection*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from csv import QUOTE_ALL, writer
from io import StringIO

#: What begins a formula, with the full-width and small forms and the minus sign.
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
#: What importers skip or strip before they look for one.
_SKIPPED = r'[ \t\r\n\v\f"\u00a0\u200b\u3000\ufeff]'
#: Where the beginning of a text needs an apostrophe, or another one.
START = rf"(?='*(?:[\t\r\n]|{_SKIPPED}*{_SIGN}))"
#: A separator, apostrophes, and what may begin a formula after them.
INSIDE = rf"([;,|\t\r\n]{_SKIPPED}*)('*)({_SIGN})?"

_START = re.compile(START)
_INSIDE = re.compile(INSIDE)


def guarded(text: str) -> str:
    """``text`` as a cell that begins no formula, however a spreadsheet divides it."""
    inside = _INSIDE.sub(lambda found: f"{found[1]}'{found[2]}{found[3]}" if found[3] else found[0], text)
    return f"'{inside}" if _START.match(inside) else inside


def table(rows: Iterable[Iterable[str]]) -> str:
    """Rows of cells as CSV (RFC 4180), every cell in quotes: a text of digits stays a text.

    Spreadsheets take a file for UTF-8 only where a byte order mark says so; plain ASCII needs none.
    """
    sink = StringIO()
    writer(sink, quoting=QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    text = sink.getvalue()
    return text if text.isascii() else "\ufeff" + text
