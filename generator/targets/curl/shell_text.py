"""Shell commands that write a document of any length: ``printf`` for text, ``cat`` for files.

(``printf`` is a shell builtin, to which no limit on arguments applies. Unlike a here-document it adds no line
end, and can write characters that no page can show.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from generator.escaping.hidden_characters import is_shown
from generator.escaping.shell import printf_format, shell_quote
from generator.targets.curl.variables import File, Piece

Word = Callable[[Sequence[Piece]], str]
"""Writes pieces as one word of the shell."""


def writing(document: Sequence[Piece], word: Word) -> str:
    """The commands that write ``document`` to standard output."""
    commands: list[str] = []
    for is_file, group in groupby(document, lambda piece: isinstance(piece, File)):
        found = tuple(group)
        commands += [f"cat < {word((file,))}" for file in found] if is_file else [_printf(found, word)]
    if len(commands) == 1:
        return commands[0]
    return "{\n  " + ";\n  ".join(commands) + "; }"


def _printf(text: Sequence[Piece], word: Word) -> str:
    if all(is_shown(piece) for piece in text if isinstance(piece, str)):
        return f"printf '%s' {word(text)}"
    parts = [printf_format(piece) if isinstance(piece, str) else "%s" for piece in text]
    filled = [word((piece,)) for piece in text if not isinstance(piece, str)]
    line = shell_quote("".join(parts))
    return " ".join(["printf", *(["--"] if line.startswith("'-") else []), line, *filled])
