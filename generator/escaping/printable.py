"""Text that is safe to print: neither terminals nor CI systems interpret any of it.

Messages quote text of any origin: descriptions, file names, exceptions of other packages. Three kinds of
text have an effect when printed, and are therefore shown as Python escapes, such as ``\\x1b``:

- control characters (C0, C1, DEL), which begin escape sequences (ECMA-48), and line breaks of every kind;
- characters that no reader sees: bidirectional marks (Unicode TR 36), zero-width ones, lone surrogates;
- the beginnings of workflow commands, such as ``::error::``, ``##[error]``, ``##vso[`` and ``##teamcity[``.
"""

from __future__ import annotations

import re

#: GitHub looks for ``::`` at the start of a line, possibly after spaces; other commands count anywhere in it.
_COMMAND = re.compile(r"^(?P<space>\s*):(?=:)|#(?=#[A-Za-z]*\[)")


def printable(text: str) -> str:
    """``text`` on one line, with everything escaped that would have an effect when printed."""
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
