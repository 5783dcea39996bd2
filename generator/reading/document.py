"""The description as it was read: plain OpenAPI 3.1 data, and where each node stands in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.errors import DescriptionError, Place, Problem
from generator.reading import openapi30, validation
from generator.reading.references import follow
from generator.reading.text import TextError, locate, parse


@dataclass(frozen=True)
class Document:
    """An OpenAPI description.

    ``root`` is plain data in the dialect of OpenAPI 3.1 whatever the file's version was, its structure
    checked and its references resolvable. It is shared, never changed.
    """

    name: str
    """The file's stem: the name that the artifacts bear."""
    file: str
    """The file as the user named it, for messages."""
    text: str = field(repr=False)
    root: Mapping[str, Any] = field(repr=False)

    def follow(self, node: Any) -> Any:
        """``node``, or what its ``$ref`` leads to."""
        return follow(self.root, node)

    def place(self, pointer: str) -> Place:
        """Where the node that ``pointer`` names stands in the file."""
        return locate(self.text, self.file, pointer)


def load_document(path: Path) -> Document:
    """Read the description at ``path``. Raises ``DescriptionError`` with every problem found."""
    file = str(path)
    text = _read(path)
    if not text.strip("\ufeff \t\r\n"):
        raise DescriptionError(Problem(Place(file), "The file is empty.", "Name an OpenAPI description."))
    try:
        root = parse(text, file)
    except TextError as error:
        raise DescriptionError(error.problem) from None
    _check_version(root, text, file)
    problems = [Problem(locate(text, file, at), what) for at, what in list(validation.findings(root))[:20]]
    if problems:
        raise DescriptionError(*problems)
    if root["openapi"].startswith("3.0"):
        root = openapi30.upgraded(root)
    return Document(name=path.name.split(".")[0] or path.stem, file=file, text=text, root=root)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DescriptionError(
            Problem(Place(str(path)), "There is no such file.", "Name an OpenAPI description.")
        ) from None
    except IsADirectoryError:
        raise DescriptionError(
            Problem(Place(str(path)), "This is a folder.", "Name the description's file.")
        ) from None
    except UnicodeDecodeError as error:
        raise DescriptionError(
            Problem(Place(str(path)), f"Byte {error.start} is not UTF-8.", "Save the description as UTF-8.")
        ) from None
    except OSError as error:
        raise DescriptionError(
            Problem(Place(str(path)), f"The file can't be read: {error.strerror}.")
        ) from None


def _check_version(root: Any, text: str, file: str) -> None:
    """OpenAPI 3.1.1, section 4.8.1: the field ``openapi`` names the version."""
    if isinstance(root, dict):
        version = root.get("openapi")
        if isinstance(version, str) and version[:4] in ("3.0.", "3.1.", "3.2."):
            return
        if "swagger" in root:
            raise DescriptionError(
                Problem(
                    locate(text, file, "/swagger"),
                    f"This is Swagger {root['swagger']}; OpenAPI 3.0, 3.1 and 3.2 are read.",
                    "Convert it to OpenAPI 3 first.",
                )
            )
        if "openapi" in root:
            raise DescriptionError(
                Problem(
                    locate(text, file, "/openapi"),
                    f"OpenAPI {version!r} is not a version that is read.",
                    "Write 3.0.x, 3.1.x or 3.2.x, as a string.",
                )
            )
    raise DescriptionError(
        Problem(
            Place(file, 1, 1),
            "This is not an OpenAPI description: it has no field `openapi`.",
            "Name an OpenAPI 3 description, in YAML or JSON.",
        )
    )
