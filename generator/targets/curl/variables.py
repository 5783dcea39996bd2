"""The shell variables of curl samples, and the texts that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import NamedTuple

from generator.escaping.http import url_component
from generator.escaping.placeholders import parted, with_placeholders
from generator.model.types import Operation

#: How the guides call what Postman calls otherwise.
_GUIDE_NAMES = {"IMS_ORG": "ORG_ID"}
#: A variable in a text whose own braces are percent-encoded.
VARIABLE = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")
#: Variables that a shell, its programs or our scripts read; a path variable of such a name gets an ending.
_TAKEN = frozenset(
    "PATH HOME USER USERNAME LOGNAME SHELL PWD OLDPWD IFS LANG LANGUAGE TERM TZ HOST HOSTNAME HOSTTYPE "
    "OSTYPE MACHTYPE UID EUID PPID GROUPS RANDOM SECONDS LINENO SHLVL REPLY OPTARG OPTIND OPTERR COLUMNS "
    "LINES ENV NAME MAIL EDITOR DISPLAY TMPDIR DIRSTACK PIPESTATUS FUNCNAME SHELLOPTS PS1 PS2 PS4 "
    "OUTPUT BASE_URL API_KEY ORG_ID ALLOW_WRITES ALLOW_HOSTS BASIC ACCESS_TOKEN CLIENT_ID CLIENT_SECRET "
    "SCOPES IMS".split()
)


class Variable(NamedTuple):
    """A shell variable inside a text."""

    name: str
    how: str
    """How its value is written there: ``text``, ``json``, ``xml``, ``url``, ``header``, or inside curl's
    own quotes ``quoted``, ``quotedjson`` or ``quotedxml``."""


class File(NamedTuple):
    """The shell variable that holds the path of a file to send."""

    name: str


Piece = str | Variable | File
"""A part of a text: document text as it is, a variable, or a file."""


def guide_name(variable: str) -> str:
    """The shell variable of a Postman variable: ``IMS_ORG`` is ``ORG_ID`` in the guides."""
    return _GUIDE_NAMES.get(variable, variable)


def capitals(name: str) -> str:
    """A name as the guides write variables: ``fromDate`` is ``FROM_DATE``."""
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_")


def path_names(operation: Operation) -> dict[str, str]:
    """The environment variable that overrides each path parameter's sample value, by the parameter's name."""
    found: dict[str, str] = {}
    taken = _TAKEN | {variable.name for c in operation.credentials for variable in c.variables}
    for parameter in operation.parameters_in("path"):
        name = capitals(parameter.name) or "VALUE"
        name = f"VALUE_{name}" if name[0].isdigit() else name
        name = f"{name}_VALUE" if name in taken or name.startswith("BASH") else name
        numbered = chain((name,), (f"{name}_{number}" for number in count(2)))
        found[parameter.name] = next(each for each in numbered if each not in found.values())
    return found


def file_variable(key: str, taken: Iterable[str]) -> str:
    """The shell variable that holds the path of a file: that of ``photo`` is ``PHOTO_FILE``."""
    names = frozenset(taken)
    name = capitals(key)
    name = name if name.endswith("FILE") else f"{name}_FILE".lstrip("_")
    name = f"FILE_{name}" if name[0].isdigit() else name
    while name in names:
        name = f"BODY_{name}"
    return name


def pieces(text: str, how: str) -> Iterator[Piece]:
    """``text`` in pieces: each placeholder such as ``{IMS_ORG}`` becomes a variable, written as ``how``."""
    for literal, variable in parted(text):
        if variable:
            yield Variable(guide_name(variable), how)
        elif literal:
            yield literal


def url_text(text: str) -> str:
    """``text`` percent-encoded, with its placeholders as variables in braces."""
    return with_placeholders(text, "{{{}}}".format, url_component)


def encoded_pieces(text: str) -> Iterator[Piece]:
    """Percent-encoded text, as ``url_text`` gives it, in pieces."""
    for index, part in enumerate(VARIABLE.split(text)):
        if index % 2:
            yield Variable(guide_name(part), "url")
        elif part:
            yield part


def variables(found: Iterable[Piece]) -> tuple[Variable, ...]:
    """The variables among the pieces of a text."""
    return tuple(piece for piece in found if isinstance(piece, Variable))
