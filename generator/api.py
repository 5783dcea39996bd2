"""The public API: what the command line calls, and any program may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator import escaping
from generator.auth import ims
from generator.config import load_project
from generator.errors import CallsheetError, DescriptionError, Place, Problem
from generator.model import Api, build_api
from generator.output import FileState, Rendered, compare, write
from generator.reading import Document, load_document
from generator.resources import resource
from generator.settings import Settings, settle
from generator.targets import TARGETS
from generator.targets.postman import path_variables

PROJECT_FILE = Path("specs") / "callsheet.yaml"


@dataclass(frozen=True, slots=True)
class Plan:
    """A description, read and understood, with the settings it will be written by."""

    document: Document
    api: Api
    settings: Settings
    warnings: tuple[Problem, ...]

    def render(self, targets: Sequence[str] = ()) -> dict[str, Rendered]:
        """The files of ``targets``, all where none is named, by their paths below the output folder."""
        return {
            path: Rendered(target, text)
            for target in self.names(targets)
            for path, text in TARGETS[target](self.api, self.settings).items()
        }

    def names(self, targets: Sequence[str]) -> tuple[str, ...]:
        """The targets meant by ``targets``, in the order of writing."""
        return tuple(name for name in TARGETS if not targets or name in targets)


def load(description: Path | None = None, project_file: Path | None = None) -> Plan:
    """Read a description and the project file that goes with it.

    With ``project_file`` its settings apply, to ``description`` if that is given too. Without either,
    ``specs/callsheet.yaml`` of the current folder is taken, and outside such a project the embedded one.
    Raises ``DescriptionError`` or ``ProjectFileError``.
    """
    if description is None and project_file is None:
        project_file = PROJECT_FILE if PROJECT_FILE.is_file() else resource("specs") / PROJECT_FILE.name
    project = load_project(project_file) if project_file else None
    if description is None:
        assert project_file is not None
        assert project is not None
        description = project_file.parent / project.description
    document = load_document(description)
    try:
        api, warnings = build_api(document, lambda value: escaping.mapped(value, _concrete))
    except RecursionError:
        raise DescriptionError(Problem(Place(document.file), "A schema is nested too deeply.")) from None
    return Plan(document, api, settle(project, api), warnings)


def _concrete(text: str) -> str:
    """``text`` with the local mock's values in the place of its placeholders."""
    return escaping.with_placeholders(text, lambda variable: ims.LOCAL_MOCK.get(variable, variable))


def generate(plan: Plan, folder: Path, targets: Sequence[str] = ()) -> list[FileState]:
    """Write the files of ``targets`` into ``folder``. Raises ``OutputError``, with nothing changed."""
    return write(folder, plan.render(targets), plan.names(targets))


def mock(description: Path | None = None, **switches: Any) -> None:
    """Run the local mock of ``description``, ours where none is named, until it is interrupted.

    ``switches`` are the fields of ``MockSettings``. Raises ``MockError``.
    """
    try:
        from generator.mock.server import serve
        from generator.mock.settings import MockSettings
    except ModuleNotFoundError as error:
        problem = Problem(
            Place("callsheet mock"),
            f"The package {error.name!r} is not installed.",
            "Install the mock's own with: pip install 'callsheet[mock]'",
        )
        raise CallsheetError(problem) from None
    plan = load(description) if description else load(project_file=resource("specs") / PROJECT_FILE.name)
    job_id = path_variables(plan.api).get("JOB_ID", "")
    serve(plan.document.root, MockSettings(job_id=job_id, **switches))


def check(plan: Plan, folder: Path, targets: Sequence[str] = ()) -> list[FileState]:
    """The files in ``folder`` that differ from what ``plan`` gives; empty when it is up to date."""
    return compare(folder, plan.render(targets), plan.names(targets))
