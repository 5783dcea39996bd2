"""The public API, which the command line uses and any program may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar

import msgspec

from generator import deep_stack
from generator.errors import DescriptionError, MockError, Place, Problem, only_documented
from generator.escaping.example_values import concrete
from generator.installation import install
from generator.model import Api, build_api
from generator.model.context import Context
from generator.model.operations import NameSource
from generator.model.presentation.property_tables import PropertyTables
from generator.model.selection import Filter, Selection
from generator.output import Description, FileState, Rendered, compare, write
from generator.project import default_input, site_inputs
from generator.project.default_input import PROJECT_FILE
from generator.project.keys import ProjectFile
from generator.project.named_files import refuse_missing
from generator.project.project_file import load_project, refuse_what_does_not_fit
from generator.project.settings import Settings, is_known_service, settle
from generator.reading import Document, load_document
from generator.resources import resource
from generator.targets import TARGETS
from generator.targets.postman.scripts import response_checks
from generator.targets.shared.variables import secret_names

if TYPE_CHECKING:
    from generator.changes import Changes

T = TypeVar("T")


class Options(msgspec.Struct, frozen=True):
    """What a caller sets besides the description and the project file. Options override the project file."""

    overlays: tuple[Path, ...] = ()
    """Overlays to apply after those of the project file."""
    include: Filter = Filter()
    """The operations to include. Unless it is empty, it replaces the project file's; so does ``exclude``."""
    exclude: Filter = Filter()
    folders: Literal["tags", "paths", "flat"] | None = None
    names: NameSource | None = None
    webhooks: bool | None = None
    callbacks: bool | None = None
    tests: Literal["contract", "status", "off"] | None = None
    """What tests check: ``contract`` is everything, ``status`` the status alone, and ``off`` nothing.

    With ``contract``, checks that the project file turns off are included too.
    """
    id: str = ""
    """The name from which the ids of the artifacts are derived."""
    since: Path | None = None
    """An earlier version of the description, in place of the project file's: the site lists the changes."""


class Plan(msgspec.Struct, frozen=True):
    """A description that was read, the model made of it, and the settings for writing its files."""

    document: Document
    api: Api
    settings: Settings
    _context: Context
    inputs: tuple[Path, ...] = ()
    """Every file that was read or looked for."""
    embedded: bool = False
    """Whether this is the embedded description: none was named, and the current folder has no project."""

    @property
    def description(self) -> Description:
        """How an output folder identifies the description."""
        operations = sorted(f"{operation.method} {operation.path}" for operation in self.api.operations)
        return Description.of(self.settings.project_id, self.api.title, operations)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Every finding that doesn't prevent generating, with its place."""
        return self.first_warnings(None)[0]

    def first_warnings(
        self, limit: int | None, targets: Sequence[str] = ()
    ) -> tuple[tuple[Problem, ...], int]:
        """The first ``limit`` findings, and the number of all: locating each in a large file takes time.

        Findings that concern the files of a single target are included if it is among ``targets``, or if
        ``targets`` is empty.
        """
        with only_documented(self.document.file):
            return deep_stack.run(lambda: self._first_warnings(limit, self.names(targets)))

    def _first_warnings(self, limit: int | None, targets: Sequence[str]) -> tuple[tuple[Problem, ...], int]:
        structure, unresolved = self.document.warnings, self.document.unresolved()
        of_model = self._context.warnings.problems(
            None if limit is None else max(limit - len(structure) - len(unresolved), 0)
        )
        losses = response_checks.losses(self.api, self.settings)
        losses += tuple(PropertyTables.of_api(self.api).losses()) if "curl" in targets else ()
        of_targets = (self.document.problem(*loss) for loss in losses[:limit])
        shown = tuple(dict.fromkeys((*structure, *unresolved, *of_model, *of_targets)))
        return shown[:limit], len(structure) + len(unresolved) + len(self._context.warnings) + len(losses)

    def render(self, targets: Sequence[str] = ()) -> dict[str, Rendered]:
        """The files of ``targets``, or of every target if it is empty, by their paths in the output folder.

        The content of the largest is produced in pieces, when it is written or compared.
        """
        with only_documented(self.document.file):
            return deep_stack.run(lambda: dict(self.files(targets)))

    def files(self, targets: Sequence[str] = ()) -> Iterator[tuple[str, Rendered]]:
        """The files that ``render`` returns, with their paths, each made when the iterator reaches it."""
        for target in self.names(targets):
            for path, text in TARGETS[target](self.api, self.settings):
                yield path, Rendered(target, text)

    def names(self, targets: Sequence[str]) -> tuple[str, ...]:
        """The names in ``targets``, or all if it is empty, in the order in which targets are written."""
        return tuple(name for name in TARGETS if not targets or name in targets)


def load(
    description: Path | None = None, project_file: Path | None = None, options: Options | None = None
) -> Plan:
    """Read a description and the project file that goes with it.

    The settings of ``project_file`` apply to the description that it names, or to ``description`` if that is
    given too. Without either, the project file is ``specs/callsheet.yaml`` of the current folder, or the
    embedded one if there is no such file.

    Raises ``DescriptionError``, ``ProjectFileError``, or ``SelectionError`` if what is included and excluded
    leaves no operation. Like all of these functions, it also raises ``OutOfMemoryError``, and
    ``InternalError`` for a fault of the generator itself.
    """
    with only_documented(str(description or project_file or PROJECT_FILE)):
        return _load(description, project_file, options or Options())


def _load(description: Path | None, project_file: Path | None, options: Options) -> Plan:
    looked_for = () if description or project_file else (PROJECT_FILE,)
    embedded = default_input.is_embedded(description, project_file)
    description, project_file, project = _inputs(description, project_file, options, embedded=embedded)
    overlays = _overlays(project, project_file, options)
    plan = _deep(description, lambda: _plan(description, project_file, project, overlays, options))
    given = (project_file,) if project_file else ()
    files = (*looked_for, *given, *plan.document.files)
    plan = msgspec.structs.replace(plan, inputs=files, embedded=embedded)
    return _compared(_with_pages(plan, project, project_file), project, project_file, options)


def _with_pages(plan: Plan, project: ProjectFile, project_file: Path | None) -> Plan:
    """``plan`` with the templates and guides that the project file names."""
    templates, replaced = site_inputs.templates(project, project_file)
    embedded = is_known_service(plan.api, plan.settings.profile)
    guides, read = site_inputs.guides(project, project_file, embedded=embedded)
    settings = msgspec.structs.replace(plan.settings, templates=templates, guides=guides)
    return msgspec.structs.replace(plan, settings=settings, inputs=(*plan.inputs, *replaced, *read))


def _compared(plan: Plan, project: ProjectFile, project_file: Path | None, options: Options) -> Plan:
    """``plan`` with the changes since an earlier version of the description, if one is named.

    The same overlays and selection apply to the earlier version. Its own warnings are not reported.
    """
    since = options.since
    if since is None and project.since is not None and project_file is not None:
        since = project_file.parent / project.since
    if since is None:
        return plan
    document, found = _before(since, plan, project, options)
    settings = msgspec.structs.replace(plan.settings, changes=found)
    return msgspec.structs.replace(plan, settings=settings, inputs=(*plan.inputs, *document.files))


def _before(since: Path, plan: Plan, project: ProjectFile, options: Options) -> tuple[Document, Changes]:
    from generator.changes import compare

    def work() -> tuple[Document, Changes]:
        document = load_document(since, plan.document.overlays)
        before, _ = _understood(document, project, options)
        return document, compare(before, plan.api)

    try:
        return _deep(since, work)
    except DescriptionError as error:
        told = f"This is about {since}, the earlier description."
        raise DescriptionError(
            *(
                problem
                if problem.place.file == str(since)
                else problem._replace(advice=f"{problem.advice} {told}".strip())
                for problem in error.problems
            )
        ) from None


def _inputs(
    description: Path | None, project_file: Path | None, options: Options, *, embedded: bool
) -> tuple[Path, Path | None, ProjectFile]:
    """The description and the project file to read, defaults applied, and the content of the latter."""
    if description is None and project_file is None:
        project_file = resource("specs") / PROJECT_FILE.name if embedded else PROJECT_FILE
    project = load_project(project_file) if project_file else ProjectFile("")
    if project_file is not None:
        refuse_missing(project, project_file, description=description is None, since=options.since is None)
    if description is None:
        assert project_file is not None
        description = project_file.parent / project.description
    return description, project_file, project


def _overlays(project: ProjectFile, project_file: Path | None, options: Options) -> tuple[Path, ...]:
    folder = project_file.parent if project_file else Path()
    return (*(folder / name for name in project.overlays), *options.overlays)


def _plan(
    description: Path,
    project_file: Path | None,
    project: ProjectFile,
    overlays: Sequence[Path],
    options: Options,
) -> Plan:
    document = load_document(description, overlays)
    api, context = _understood(document, project, options)
    selection = _selection(project, options)
    if not api.operations and not selection.is_empty:
        from generator.project.criteria import refusal

        in_project = _selection(project, Options())
        raise refusal(document, selection, in_project, project_file, **_extras(project, options))
    settings = settle(project, api)
    if project_file:
        secrets = secret_names(api, settings)
        rows = _rows(api) if project.data else {}
        refuse_what_does_not_fit(
            project, project_file, api.servers[0].variables, secrets, rows, everything=selection.is_empty
        )
    settings = msgspec.structs.replace(
        settings,
        folders=options.folders or settings.folders,
        project_id=options.id or settings.project_id,
        tests=settings.tests.chosen(options.tests) if options.tests else settings.tests,
    )
    return Plan(document, api, settings, context)


def _understood(document: Document, project: ProjectFile, options: Options) -> tuple[Api, Context]:
    return build_api(
        document,
        concrete,
        _selection(project, options),
        names=options.names or project.collection.names,
        **_extras(project, options),
    )


class _Extras(TypedDict):
    webhooks: bool
    callbacks: bool


def _extras(project: ProjectFile, options: Options) -> _Extras:
    """Whether webhooks and callbacks are included besides the operations of ``paths``."""
    return {
        "webhooks": project.webhooks if options.webhooks is None else options.webhooks,
        "callbacks": project.callbacks if options.callbacks is None else options.callbacks,
    }


def _rows(api: Api) -> dict[str, bool]:
    """Whether the rows of a data file can fill the body of each operation, by its id."""
    from generator.targets.postman.data_files import takes_rows

    return {operation.id: takes_rows(operation) for operation in api.operations}


def _selection(project: ProjectFile, options: Options) -> Selection:
    include, exclude = project.include.filter(), project.exclude.filter()
    return Selection(
        include if options.include.is_empty else options.include,
        exclude if options.exclude.is_empty else options.exclude,
    )


def validate(description: Path, overlays: Sequence[Path] = ()) -> tuple[Problem, ...]:
    """Every problem of a description: structure, references, schemas, and examples that contradict them.

    Raises ``DescriptionError`` if the file isn't an OpenAPI description at all.
    """
    return _deep(description, lambda: _validate(description, overlays))


def _deep(description: Path, work: Callable[[], T]) -> T:
    with only_documented(str(description)):
        return deep_stack.run(work)


def _validate(description: Path, overlays: Sequence[Path]) -> tuple[Problem, ...]:
    from generator.reading.validation import full_validation

    document = load_document(description, overlays)
    _, context = build_api(document, concrete, webhooks=True, callbacks=True)
    own = (*document.warnings, *document.every_unresolved(), *context.warnings.problems())
    return tuple(dict.fromkeys((*own, *full_validation.beyond(document, own))))


def generate(
    plan: Plan, folder: Path, targets: Sequence[str] = (), *, force: bool = False
) -> list[FileState]:
    """Write the files of ``targets``, or of every target, into ``folder``. Returns what became of each file.

    Raises ``OutputError``, with nothing changed, if the folder can't be written or holds the artifacts of
    another description. With ``force``, those are replaced. Files that somebody edited are kept.
    """

    def work() -> list[FileState]:
        return write(folder, plan.files(targets), plan.names(targets), plan.description, force=force)

    with only_documented(plan.document.file):
        return deep_stack.run(work)


def check(plan: Plan, folder: Path, targets: Sequence[str] = ()) -> list[FileState]:
    """The files in ``folder`` that differ from those that ``plan`` renders; empty if it is up to date.

    Raises ``OutputError`` if the folder can't be read or holds the artifacts of another description.
    """

    def work() -> list[FileState]:
        return compare(folder, plan.files(targets), plan.names(targets), plan.description)

    with only_documented(plan.document.file):
        return deep_stack.run(work)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ``DescriptionError`` if there are any ``problems``, as ``--strict`` demands."""
    found = tuple(problems)
    if found:
        raise DescriptionError(*found)


def mock(description: Path | None = None, **switches: Any) -> None:
    """Run a mock server for ``description``, or for the embedded one, until it is interrupted.

    ``switches`` are the fields of ``MockSettings``. Raises ``MockError``, and what ``load`` raises.
    """
    try:
        from generator.mock.server import serve
        from generator.mock.settings import MockSettings
        from generator.targets.shared.variables import Variables
    except ModuleNotFoundError as error:
        problem = Problem(
            Place("callsheet mock"),
            f"The package {error.name!r} is not installed.",
            f"In a clone of the repository, run: {install('mock')}",
        )
        raise MockError(problem) from None
    plan = load(description) if description else load(project_file=resource("specs") / PROJECT_FILE.name)
    with only_documented(plan.document.file):
        job_id = Variables.of(plan.api).path.get("JOB_ID", "")
    serve(plan.document.root, MockSettings(job_id=job_id, **switches))
