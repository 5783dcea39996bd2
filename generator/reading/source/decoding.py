"""Decode the bytes of a file, and convert offsets in its text to lines and columns."""

from __future__ import annotations

import codecs

from generator.errors import Place, Problem


class TextError(Exception):
    """The content of a file can't be decoded, or is neither YAML nor JSON. ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes, file: str) -> str:
    """The text of a file in UTF-8, or in the encoding that its byte order mark or its zero bytes show.

    YAML 1.2, section 5.2. Raises ``TextError``.
    """
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), "")
    if not encoding:
        zeros: tuple[bool, ...] = tuple(byte == 0 for byte in content[:4])
        by_zeros: dict[tuple[bool, ...], str] = {
            (True, True, True, False): "utf-32-be",
            (False, True, True, True): "utf-32-le",
            (True, False, True, False): "utf-16-be",
            (False, True, False, True): "utf-16-le",
        }
        encoding = by_zeros.get(zeros, "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"Byte {error.start} is not {encoding.removesuffix('-sig').upper()}."
        raise TextError(Problem(Place(file), what, "Save the file as UTF-8.")) from None


def is_json(text: str) -> bool:
    """Whether ``text`` begins as JSON does."""
    return text[:200].lstrip("\ufeff \t\r\n").startswith(("{", "["))


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The line and column at ``offset``, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
