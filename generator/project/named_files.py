"""Check the files that a project file names; one that can't be read is reported at its line there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from generator.errors import ProjectFileError
from generator.project.keys import ProjectFile
from generator.project.project_file import problem_at
from generator.reading import inputs
from generator.reading.json_pointer import pointer


class Named(NamedTuple):
    """A file that a project file names: the pointer, its role in messages, and its name."""

    at: str
    """The JSON pointer of the name in the project file."""
    role: str
    name: str


def refuse_missing(project: ProjectFile, project_file: Path, *, description: bool, since: bool) -> None:
    """Raise ``ProjectFileError`` for the first file named by ``project`` that can't be read.

    ``description`` and ``since`` are false if that file isn't needed, since another replaces it.
    """
    for file in _named(project, description=description, since=since):
        path = project_file.parent / file.name
        try:
            inputs.refuse_unreadable(path, file.name)
        except inputs.InputError as error:
            what = f"The {file.role} {inputs.name(Path(file.name))!r} can't be read. {error.what}"
            advice = error.advice or "Its path is relative to the project file."
            problem = problem_at(project_file, file.at, what, advice)
            raise ProjectFileError(problem, looked_for=(path,)) from None


def _named(project: ProjectFile, *, description: bool, since: bool) -> Iterator[Named]:
    if description:
        yield Named(pointer("description"), "description", project.description)
    for index, name in enumerate(project.overlays):
        yield Named(pointer("overlays", index), "overlay", name)
    if since and project.since is not None:
        yield Named(pointer("since"), "description of before", project.since)
