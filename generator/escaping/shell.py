"""Words, formats and comments of a POSIX shell."""

from __future__ import annotations

import re

from generator.escaping.hidden_characters import _HIDDEN


def shell_quote(text: str) -> str:
    """``text`` as one single-quoted shell word."""
    return f"'{shell_inner(text)}'"


def shell_inner(text: str) -> str:
    """``text`` for the inside of single quotes, without NUL, which no shell word can contain."""
    return text.replace("\0", "").replace("'", "'\\''")


def shell_word(text: str) -> str:
    """``text`` as a shell word, quoted only if necessary."""
    return text if re.fullmatch(r"[A-Za-z0-9_.-]+", text) else shell_quote(text)


def shell_double(text: str) -> str:
    """``text`` for the inside of double quotes."""
    return re.sub(r'[\\"$`]', r"\\\g<0>", text.replace("\0", ""))


def shell_here(text: str) -> str:
    """``text`` as part of a line in a here-document whose variables are expanded."""
    return re.sub(r"[\\$`]", r"\\\g<0>", " ".join(text.replace("\0", "").splitlines()))


def printf_format(text: str) -> str:
    """``text`` as a format of ``printf``: hidden characters in octal; line feeds stay, for readability."""
    escaped = text.replace("\\", "\\\\").replace("%", "%%").replace("\r", "\\r")
    return _HIDDEN.sub(_octal, escaped)


def _octal(found: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in found[0].encode("utf-8", "replace"))


def shell_comment(text: str) -> str:
    """``text`` as one line for a comment, safe to print."""
    return _HIDDEN.sub("", " ".join(text.split()))
