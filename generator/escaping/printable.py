"""Text that a terminal shows, and neither a terminal nor a CI system obeys.

What a message quotes may come from anybody: descriptions, file names, exceptions of other packages. Three
kinds of it do something where they are printed, and are shown as Python writes them, such as ``\\x1b``:

- control characters (C0, C1, DEL), which begin escape sequences (ECMA-48), and line breaks of every kind;
- characters that no reader sees: bidirectional marks (Unicode TR 36), zero-width ones, lone surrogates;
- the beginnings of workflow commands, such as ``::error::``, ``##[error]``, ``##vso[`` and ``##teamcity[``.
"""

from __future__ import annotations

import re

#: GitHub reads ``::`` at the start of a line, behind spaces too; the others read theirs anywhere in it.
_COMMAND = re.compile(r"^(?P<space>\s*):(?=:)|#(?=#[A-Za-z]*\[)")


def printable(text: str) -> str:
    """``text`` as one line that is only shown."""
    if not text.isprintable():
        text = "".join(map(_shown, text))
    return _COMMAND.sub(_disarmed, text) if ":" in text or "#" in text else text


def _shown(character: str) -> str:
    if character.isprintable() or (
        character.isspace() and character > "\u009f" and character not in _LINE_ENDS
    ):
        return character
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_LINE_ENDS = "\u2028\u2029"


def _disarmed(match: re.Match[str]) -> str:
    return r"\x23" if match["space"] is None else match["space"] + r"\x3a"
