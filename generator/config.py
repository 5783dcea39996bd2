"""The project file: ``callsheet.yaml``, beside the description or wherever ``-c`` names it.

msgspec reads it: typed structures from one declaration, unknown keys refused, the path of a mistake in
its error, and the fastest start of its kind (pydantic takes as long to import as a whole run).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from generator.auth.ims import SECRETS
from generator.errors import Place, Problem, ProjectFileError
from generator.model.selection import Filter
from generator.reading.places import locate
from generator.reading.text import TextError, decoded, parse, pointer


class CollectionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the collection is called and divided."""

    name: str | None = None
    """Shown in Postman; the description's title where it is left out."""
    folders: Literal["tags", "paths", "flat"] = "tags"
    names: Literal["summary", "operationId", "path"] = "summary"
    """What requests are called by; by the next best where an operation has no such thing."""


class EnvironmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One environment. ``mock`` fills it with what the local mock accepts."""

    name: str
    server: Mapping[str, str] = {}
    """Values of the server's variables; left out, its defaults."""
    values: Mapping[str, str] = {}
    """Values to write, by variable; ``baseUrl`` for an address of its own. Never a secret."""
    mock: bool = False


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What operations are chosen by; every criterion that is given has to hold. ``*`` stands for anything."""

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    operationIds: tuple[str, ...] = ()  # noqa: N815  (OpenAPI's own spelling)
    deprecated: bool | None = None
    extensions: tuple[str, ...] = ()
    """``x-name``, or ``x-name=value``."""

    def filter(self) -> Filter:
        """The same for the model."""
        return Filter(
            self.tags, self.paths, self.methods, self.operationIds, self.deprecated, self.extensions
        )


class ProjectFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    description: str
    """The description's path, relative to the project file."""
    id: str | None = None
    """The name under which ids are made; the description file's stem where it is left out."""
    collection: CollectionSettings = CollectionSettings()
    token: Literal["adobe-ims", "none"] | None = None
    """How a token is had; found from the description where it is left out."""
    environments: tuple[EnvironmentSettings, ...] | None = None
    overlays: tuple[str, ...] = ()
    """Overlay files, applied in this order; relative to the project file."""
    include: Criteria = Criteria()
    """The operations to take; all where it is left out."""
    exclude: Criteria = Criteria()
    """Those to leave out again."""
    webhooks: bool = False
    """Whether requests that the API sends by itself become requests, in a folder of their own."""
    callbacks: bool = False
    """The same for what it sends in answer to a request."""


def load_project(path: Path) -> ProjectFile:
    """Read the project file at ``path``. Raises ``ProjectFileError`` with the line of the mistake."""
    file = str(path)
    try:
        text = decoded(path.read_bytes(), file)
        data = parse(text, file).data
        project = msgspec.convert(data, ProjectFile)
    except TextError as error:
        raise ProjectFileError(error.problem) from None
    except OSError as error:
        what = f"The project file can't be read: {error.strerror}."
        raise ProjectFileError(Problem(Place(file), what, "Name another with -c.")) from None
    except msgspec.ValidationError as error:
        raise ProjectFileError(_mistake(str(error), text, file)) from None
    _refuse_secrets(project, text, file)
    return project


def _mistake(message: str, text: str, file: str) -> Problem:
    """msgspec's message with the place of the key that it is about."""
    what, _, path = message.partition(" - at `")
    parts = re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", path)
    at = pointer(*(name or index for name, index in parts))
    unknown = re.search(r"unknown field `(.+)`", what)
    if unknown:
        at += pointer(unknown.group(1))
        known = _known_keys(at)
        return Problem(
            locate(text, file, at), f"There is no key {unknown.group(1)!r} here.", f"Known keys: {known}."
        )
    return Problem(locate(text, file, at), f"{what}.")


def _known_keys(at: str) -> str:
    owner: type[msgspec.Struct] = ProjectFile
    if at.startswith("/collection/"):
        owner = CollectionSettings
    elif at.startswith("/environments/"):
        owner = EnvironmentSettings
    elif at.startswith(("/include/", "/exclude/")):
        owner = Criteria
    return ", ".join(owner.__struct_fields__)


def _refuse_secrets(project: ProjectFile, text: str, file: str) -> None:
    seen: set[str] = set()
    for index, environment in enumerate(project.environments or ()):
        if environment.name.lower() in seen:
            raise ProjectFileError(
                Problem(
                    locate(text, file, pointer("environments", index, "name")),
                    f"There are two environments called {environment.name!r}.",
                    "Each needs a name of its own.",
                )
            )
        seen.add(environment.name.lower())
        for name, value in environment.values.items():
            if name in SECRETS and value:
                raise ProjectFileError(
                    Problem(
                        locate(text, file, pointer("environments", index, "values", name)),
                        f"{name} is a secret; a project file is no place for one.",
                        "Leave it out and fill it in in Postman.",
                    )
                )
