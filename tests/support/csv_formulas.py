"""Finds the cells of a CSV file that a spreadsheet would take for formulas."""

from __future__ import annotations

import csv
import io
import re

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\u2212"


DELIMITERS = ",;|\t"


def formulas(text: str) -> list[str]:
    """The cells that begin a formula, with any separator that a spreadsheet may expect."""
    return [
        cell
        for delimiter in DELIMITERS
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
        for cell in row
        if re.match(rf'[\s"\ufeff]*[{re.escape(SIGNS)}]', cell)
        or (delimiter == "," and cell[:1] in ("\t", "\r", "\n"))
    ]
