"""Read the files in and below a description's folder. No others are read, and nothing is ever fetched."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from generator.errors import Problem
from generator.reading import inputs
from generator.reading.source.decoding import TextError, decoded
from generator.reading.source.numerals import Written
from generator.reading.source.parsing import parse

_STRUCTURED = (".json", ".yaml", ".yml")


class NotReadError(Exception):
    """A file is not read. The message says why, as the end of a sentence that begins with the reference."""


_OUTSIDE = (
    "points out of the description's folder, where nothing is read. Put what it names into the description, "
    "or into a file beside or below it."
)


class Folder:
    """Reads files by their paths below one folder."""

    def __init__(self, folder: Path) -> None:
        self._shown = folder
        self._folder = folder.resolve()
        self.texts: dict[str, str] = {}
        self.warnings: list[Problem] = []
        self.numerals: list[Written] = []
        self.paths: list[Path] = []
        """Every file that was read or looked for."""

    def path(self, reference: str, name: str) -> str:
        """The path, relative to the folder, of the file that ``reference`` in the file ``name`` means.

        Raises ``NotReadError`` for a URL, and for a path out of the folder.
        """
        try:
            parts = urlsplit(reference)
        except ValueError:
            raise NotReadError("is not an address.") from None
        if parts.scheme or parts.netloc:
            raise NotReadError(
                "points out of the description: nothing is fetched. Put what it names into the description, "
                "or into a file beside or below it."
            )
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
        if parts.path.startswith("/") or path.startswith(".."):
            raise NotReadError(_OUTSIDE)
        return path

    def read(self, path: str, *, example: bool = False) -> Any:
        """The data in a file. Raises ``NotReadError``.

        With ``example``, a file that isn't called ``.json``, ``.yaml`` or ``.yml`` is read as text.
        """
        shown = str(self._shown / path)
        try:
            file = (self._folder / path).resolve()
            # The path as it was referred to, not as it resolves: a link may lead elsewhere the next time.
            self.paths.append(self._shown / path)
            if not file.is_relative_to(self._folder):
                raise NotReadError(_OUTSIDE)
            if not inputs.is_file(file):
                raise NotReadError("leads to a file that is not there.")
            content = inputs.content(file)
        except (inputs.InputError, OSError, ValueError, RuntimeError):  # a loop of links, an impossible name
            raise NotReadError("leads to a file that can't be read.") from None
        try:
            text = decoded(content, shown)
            if example and not path.lower().endswith(_STRUCTURED):
                return text
            parsed = parse(text, shown)
        except TextError as error:
            if example:
                raise NotReadError("leads to a file that isn't text, so its content isn't shown.") from None
            self.warnings.append(error.problem)
            raise NotReadError("leads to a file that can't be read.") from None
        self.warnings += parsed.warnings
        self.numerals += parsed.numerals
        if not example:
            self.texts[path] = text
        return parsed.data
