"""Read the inputs of the site besides the description: the templates and guides that a project file names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from generator.errors import Place, Problem, ProjectFileError
from generator.project.keys import ProjectFile
from generator.project.project_file import problem_at
from generator.project.settings import Guide, Overrides
from generator.reading import inputs
from generator.reading.json_pointer import pointer
from generator.reading.source.decoding import TextError, decoded
from generator.resources import resource

#: The part of ``templates/`` that may be replaced.
_REPLACEABLE = "docs"


def known_templates() -> tuple[str, ...]:
    """The templates that may be replaced, by their paths below ``templates/``."""
    templates = resource("templates")
    return tuple(sorted(_names(templates, templates / _REPLACEABLE)))


def templates(project: ProjectFile, project_file: Path | None) -> tuple[Overrides, tuple[Path, ...]]:
    """The project's own templates, and the files that were read or looked for.

    Raises ``ProjectFileError`` if the folder is missing, or if a file in it doesn't replace a template.
    """
    if project_file is None or project.templates is None:
        return Overrides({}, ""), ()
    folder = project_file.parent / project.templates
    if not inputs.is_folder(folder):
        what = f"There is no folder {str(folder)!r}."
        problem = problem_at(project_file, pointer("templates"), what, "Make it, or leave the key out.")
        raise ProjectFileError(problem, looked_for=(folder,))
    known, found = known_templates(), sorted(_names(folder, folder))
    for name in found:
        if name not in known and not Path(name).name.startswith("_"):
            raise ProjectFileError(
                Problem(
                    Place(str(folder / name)),
                    "There is no template of this name to replace.",
                    f"Known names: {', '.join(known)}. A part that others include begins with '_'.",
                )
            )
    texts = {name: _text(folder / name) for name in found}
    return Overrides(texts, str(folder)), tuple(folder / name for name in dict.fromkeys((*known, *found)))


def _names(top: Path, folder: Path) -> Iterator[str]:
    """The paths below ``top`` of the files in ``folder``, without those that editors and systems leave."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__pycache__"))]
        for name in names:
            if not name.startswith(".") and not name.endswith("~"):
                yield (Path(place) / name).relative_to(top).as_posix()


def guides(
    project: ProjectFile, project_file: Path | None, *, embedded: bool
) -> tuple[tuple[Guide, ...], tuple[Path, ...]]:
    """The guides that the project file names, and their files.

    By default there are none or, if ``embedded``, Callsheet's own. Raises ``ProjectFileError`` for a guide
    that can't be read or has no title.
    """
    if project_file is not None and project.guides is not None:
        paths = tuple(project_file.parent / name for name in project.guides)
    else:
        paths = tuple(sorted((resource("specs") / "guides").glob("*.md"))) if embedded else ()
    for index, path in enumerate(paths):
        if project_file is not None and project.guides is not None and not inputs.is_file(path):
            what = f"There is no file {str(path)!r}."
            problem = problem_at(project_file, pointer("guides", index), what)
            raise ProjectFileError(problem, looked_for=(path,))
    return tuple(_guide(path) for path in paths), paths


def _guide(path: Path) -> Guide:
    lines = _text(path).removeprefix("\ufeff").split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    plain = _plain(_title(lines[first]))
    if not plain:
        what = "A guide begins with its title."
        raise ProjectFileError(Problem(Place(str(path), first + 1, 1), what, "Write `# Title` first."))
    return Guide(plain, "\n".join(lines[first + 1 :]).strip("\n") + "\n")


def _title(line: str) -> str:
    """The text of a level 1 heading, without closing ``#``; empty for any other line."""
    words = line[1:].strip(" ") if line.startswith("# ") else ""
    kept = words.rstrip("#")
    return kept.rstrip(" ") if not kept or kept.endswith(" ") else words


def _plain(text: str) -> str:
    """The text of a line of CommonMark, without its markup."""
    if re.fullmatch(r"[\w ,.:;'()-]*", text) and "_" not in text:
        return " ".join(text.split())  # no markup: importing the parser takes as long as writing a page
    from markdown_it import MarkdownIt

    (line,) = MarkdownIt("commonmark").parseInline(text)
    words = (token.content for token in line.children or () if token.type in ("text", "code_inline", "image"))
    return " ".join("".join(words).split())


def _text(path: Path) -> str:
    """The text of a file, its line ends as line feeds. Raises ``ProjectFileError``."""
    try:
        return decoded(inputs.content(path), str(path)).replace("\r\n", "\n")
    except TextError as error:
        raise ProjectFileError(error.problem) from None
    except inputs.InputError as error:
        raise ProjectFileError(Problem(Place(str(path)), error.what, error.advice)) from None
