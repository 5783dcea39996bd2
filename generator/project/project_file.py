"""Read the project file: ``callsheet.yaml`` beside the description, or the file that ``-c`` names.

msgspec converts it: it validates typed structures, refuses unknown keys, reports the path of a mistake, and
is fast to import (pydantic takes as long as a whole run).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from generator.auth import profiles
from generator.errors import Place, Problem, ProjectFileError
from generator.project.keys import ProjectFile
from generator.reading import inputs
from generator.reading.json_pointer import pointer
from generator.reading.source.decoding import TextError, decoded
from generator.reading.source.locations import locate
from generator.reading.source.parsing import parse
from generator.suggestions import suggestion


def load_project(path: Path) -> ProjectFile:
    """Read the project file at ``path``. Raises ``ProjectFileError`` with the line of the mistake."""
    file = str(path)
    try:
        text = decoded(inputs.content(path), file)
        data = parse(text, file).data
        if isinstance(data, dict) and ("openapi" in data or "swagger" in data):
            from generator.project.mistakes import description_as_project_file

            raise ProjectFileError(description_as_project_file(data, text, file))
        project = msgspec.convert(data, ProjectFile)
    except TextError as error:
        raise ProjectFileError(error.problem) from None
    except inputs.InputError as error:
        what = f"The project file can't be read. {error.what}"
        place = Place(inputs.name(path))
        raise ProjectFileError(Problem(place, what, error.advice or "Name another with -c.")) from None
    except msgspec.ValidationError as error:
        from generator.project.mistakes import mistake

        raise ProjectFileError(mistake(str(error), text, file)) from None
    _refuse_secrets(project, text, file)
    return project


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
            if name in profiles.KNOWN.secrets and value:
                raise ProjectFileError(
                    Problem(
                        locate(text, file, pointer("environments", index, "values", name)),
                        f"{name} is a secret, and a project file must not contain secrets.",
                        "Leave it out and fill it in in Postman.",
                    )
                )


def refuse_what_does_not_fit(
    project: ProjectFile,
    path: Path,
    servers: Mapping[str, Sequence[str]],
    secrets: Collection[str],
    rows: Mapping[str, bool],
    *,
    everything: bool = True,
) -> None:
    """Check the project file at ``path`` against the API.

    ``servers`` holds the values of each server variable, and ``secrets`` the names of secret variables.
    ``rows`` maps the id of each operation to whether rows of a data file can fill its body. Unless these are
    ``everything`` the description has, ids of unknown operations are accepted. Raises ``ProjectFileError``
    with the line of the mistake.
    """
    for index, id_ in enumerate(project.data or ()):
        if not rows.get(id_) and (everything or id_ in rows):
            what = (
                f"The operation {id_!r} has no JSON body that rows can fill."
                if id_ in rows
                else f"There is no operation {id_!r}."
            )
            fitting = ", ".join(name for name, fits in rows.items() if fits)
            advice = f"Rows fit {fitting or 'none'}. {'' if id_ in rows else suggestion(id_, rows)}".rstrip()
            raise ProjectFileError(problem_at(path, pointer("data", index), what, advice))
    for index, environment in enumerate(project.environments or ()):
        at = pointer("environments", index)
        for name, value in environment.server.items():
            if name not in servers:
                known = f"It has {', '.join(servers)}." if servers else "It has none."
                known = f"{known} {suggestion(name, servers)}".rstrip()
                what = f"The API's server has no variable {name!r}."
                raise ProjectFileError(problem_at(path, at + pointer("server", name), what, known))
            if len(servers[name]) > 1 and value not in servers[name]:
                what = f"{value!r} is not a value of the server's variable {name!r}."
                known = (
                    f"Known values: {', '.join(servers[name])}. {suggestion(value, servers[name])}".rstrip()
                )
                raise ProjectFileError(problem_at(path, at + pointer("server", name), what, known))
        for name, value in environment.values.items():
            if name in secrets and value:
                what = f"{name} is a secret, and a project file must not contain secrets."
                where = at + pointer("values", name)
                raise ProjectFileError(
                    problem_at(path, where, what, "Leave it out and fill it in in Postman.")
                )


def problem_at(path: Path, at: str, what: str, advice: str = "") -> Problem:
    """A finding about the node at the JSON pointer ``at`` in the project file at ``path``."""
    file = str(path)
    try:
        place = locate(decoded(inputs.content(path), file), file, at)
    except (inputs.InputError, TextError):  # the file was readable a moment ago
        place = Place(file, pointer=at)
    return Problem(place, what, advice)
