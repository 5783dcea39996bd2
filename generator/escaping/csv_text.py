"""CSV files whose cells no spreadsheet evaluates as formulas.

A spreadsheet evaluates a cell that begins with ``=``, ``+``, ``-`` or ``@``. An apostrophe in front makes it
text. If a spreadsheet expects another separator than the file uses (``;`` in much of Europe), a cell can
begin in the middle of a quoted field, so apostrophes are also added after every separator. The script that
reads the rows removes them: ``START`` and ``INSIDE`` are valid regular expressions in both Python and
JavaScript, and neither examines a character more than twice.

See OWASP, *CSV Injection*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from csv import QUOTE_ALL, writer
from io import StringIO

#: The characters that begin a formula, including full-width and small forms and the minus sign.
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
#: The characters that importers skip or strip before they look for a formula.
_SKIPPED = r'[ \t\r\n\v\f"\u00a0\u200b\u3000\ufeff]'
#: Matches at the beginning of a text that needs an apostrophe, or one more.
START = rf"(?='*(?:[\t\r\n]|{_SKIPPED}*{_SIGN}))"
#: A separator, apostrophes, and the character after them if it begins a formula.
INSIDE = rf"([;,|\t\r\n]{_SKIPPED}*)('*)({_SIGN})?"

_START = re.compile(START)
_INSIDE = re.compile(INSIDE)


def guarded(text: str) -> str:
    """``text`` as a cell that begins no formula, however a spreadsheet splits it: ``=1+1`` → ``'=1+1``."""
    inside = _INSIDE.sub(lambda found: f"{found[1]}'{found[2]}{found[3]}" if found[3] else found[0], text)
    return f"'{inside}" if _START.match(inside) else inside


def table(rows: Iterable[Iterable[str]]) -> str:
    """``rows`` as CSV (RFC 4180), with every cell in quotes, so that digits remain text.

    Spreadsheets read a file as UTF-8 only if it begins with a byte order mark; plain ASCII needs none.
    """
    sink = StringIO()
    writer(sink, quoting=QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    text = sink.getvalue()
    return text if text.isascii() else "\ufeff" + text
