"""The shell variables of curl samples, and texts that contain them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.auth import profiles
from generator.escaping.http import url_component
from generator.escaping.placeholders import parted, with_placeholders
from generator.model.types import Operation
from generator.unused_names import unused

#: A variable in text whose own braces are percent-encoded.
VARIABLE = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")
#: Variables that shells, programs or our scripts read; a path parameter's variable avoids these names.
_TAKEN = frozenset(
    "PATH HOME USER USERNAME LOGNAME SHELL PWD OLDPWD IFS LANG LANGUAGE TERM TZ HOST HOSTNAME HOSTTYPE "
    "OSTYPE MACHTYPE UID EUID PPID GROUPS RANDOM SECONDS LINENO SHLVL REPLY OPTARG OPTIND OPTERR COLUMNS "
    "LINES ENV NAME MAIL EDITOR DISPLAY TMPDIR DIRSTACK PIPESTATUS FUNCNAME SHELLOPTS PS1 PS2 PS4 "
    "OUTPUT BASE_URL ALLOW_WRITES ALLOW_HOSTS BASIC ACCESS_TOKEN CLIENT_ID CLIENT_SECRET SCOPES".split()
)


class Variable(NamedTuple):
    """A shell variable in a text."""

    name: str
    how: str
    """How its value is written there: ``text``, ``json``, ``xml``, ``url``, ``header``, or inside curl's own
    quotes ``quoted``, ``quotedjson`` or ``quotedxml``."""


class File(NamedTuple):
    """The shell variable with the path of a file to send."""

    name: str


Piece = str | Variable | File
"""A part of a text: literal text, a variable, or a file."""


def guide_name(variable: str) -> str:
    """The shell variable for a Postman variable, as the guides of its provider call it."""
    return profiles.KNOWN.guide_names.get(variable, variable)


def capitals(name: str) -> str:
    """A name as the guides write variables: ``fromDate`` → ``FROM_DATE``."""
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_")


def path_names(operation: Operation) -> dict[str, str]:
    """The environment variables that override the samples of path parameters, by the parameters' names."""
    found: dict[str, str] = {}
    taken = (
        _TAKEN
        | profiles.KNOWN.shell_names
        | {variable.name for c in operation.credentials for variable in c.variables}
    )
    for parameter in operation.parameters_in("path"):
        name = capitals(parameter.name) or "VALUE"
        name = f"VALUE_{name}" if name[0].isdigit() else name
        name = f"{name}_VALUE" if name in taken or name.startswith("BASH") else name
        found[parameter.name] = unused(name, lambda each: each in found.values())
    return found


def file_variable(key: str, taken: Iterable[str]) -> str:
    """The shell variable with the path of a file: ``photo`` → ``PHOTO_FILE``. It is none of ``taken``."""
    names = frozenset(taken)
    name = capitals(key)
    name = name if name.endswith("FILE") else f"{name}_FILE".lstrip("_")
    name = f"FILE_{name}" if name[0].isdigit() else name
    while name in names:
        name = f"BODY_{name}"
    return name


def pieces(text: str, how: str) -> Iterator[Piece]:
    """Split ``text`` into pieces. Placeholders such as ``{API_KEY}`` become variables, written as ``how``."""
    for literal, variable in parted(text):
        if variable:
            yield Variable(guide_name(variable), how)
        elif literal:
            yield literal


def url_text(text: str) -> str:
    """``text`` percent-encoded, except for placeholders, which become variables in braces."""
    return with_placeholders(text, "{{{}}}".format, url_component)


def encoded_pieces(text: str) -> Iterator[Piece]:
    """Split percent-encoded text, as ``url_text`` returns it, into pieces."""
    for index, part in enumerate(VARIABLE.split(text)):
        if index % 2:
            yield Variable(guide_name(part), "url")
        elif part:
            yield part


def variables(found: Iterable[Piece]) -> tuple[Variable, ...]:
    """The variables among the pieces of a text."""
    return tuple(piece for piece in found if isinstance(piece, Variable))
