"""The command ``callsheet``: arguments in, exit codes out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.errors import CallsheetError, Problem

if TYPE_CHECKING:
    from generator.api import Options, Plan
    from generator.batch import Result
    from generator.model.selection import Filter
    from generator.output import FileState

# What a command needs is imported when it runs: `callsheet --help` answers at once.
TARGET_NAMES = ("postman", "environments", "curl")
_SHOWN = 20
_CRITERIA = {
    "tag": "tags",
    "path": "paths",
    "method": "methods",
    "operation-id": "operation_ids",
    "extension": "extensions",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="callsheet")
def main() -> None:
    """Postman collections, environments and curl samples from OpenAPI descriptions."""


class _Shard(click.ParamType[tuple[int, int]]):
    name = "K/N"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        """``3/16`` as ``(3, 16)``."""
        if isinstance(value, tuple):
            return value
        part, slash, parts = str(value).partition("/")
        if slash and part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts):
            return int(part), int(parts)
        return self.fail(f"{value!r} is not a part such as 3/16.", param, ctx)


_CHOICE = (
    click.option(
        "--include",
        multiple=True,
        metavar="CRITERION",
        help="Only operations with tag=NAME, path=/users*, method=get, operation-id=get*, deprecated, "
        "extension=x-name or extension=x-name=value; several of a kind are alternatives.",
    ),
    click.option("--exclude", multiple=True, metavar="CRITERION", help="Leave these operations out."),
    click.option(
        "--overlay",
        "overlays",
        multiple=True,
        type=click.Path(path_type=Path),
        help="An OpenAPI Overlay to apply first; may be given several times.",
    ),
    click.option(
        "--folders", type=click.Choice(["tags", "paths", "flat"]), help="How the collection is divided."
    ),
    click.option(
        "--webhooks", is_flag=True, default=None, help="Webhooks as requests, in a folder of their own."
    ),
    click.option(
        "--callbacks", is_flag=True, default=None, help="Callbacks as requests, in a folder of their own."
    ),
    click.option("--strict", is_flag=True, help="Treat every problem of the description as an error."),
)
_PLACES = (
    click.option(
        "-o",
        "--output",
        default="output",
        show_default=True,
        type=click.Path(path_type=Path),
        help="The folder that the artifacts are in.",
    ),
    click.option(
        "-c",
        "--project-file",
        type=click.Path(path_type=Path),
        help="Settings; without SPEC, specs/callsheet.yaml is taken, or else the embedded one.",
    ),
    click.option(
        "--target",
        "targets",
        multiple=True,
        type=click.Choice(TARGET_NAMES),
        help="Only this target; may be given several times.",
    ),
)


def _with(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@main.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1, type=click.Path(path_type=Path))
@_with(*_PLACES, *_CHOICE)
@click.option("--shard", type=_Shard(), help="Only part K of N of the given descriptions, always the same.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Processes for many descriptions; one a core."
)
def generate(
    specs: tuple[Path, ...],
    output: Path,
    project_file: Path | None,
    targets: tuple[str, ...],
    shard: tuple[int, int] | None,
    jobs: int | None,
    strict: bool,
    **choice: Any,
) -> None:
    """Write the artifacts of SPEC, an OpenAPI description.

    With several, each is written to a folder of its own below the output folder.
    """
    if len(specs) > 1 or shard:
        with _Reported():
            _generate_many(specs, output, project_file, targets, shard, jobs, strict, _options(choice))
        return
    from generator import remembered

    spec = specs[0] if specs else None
    name = remembered.key(spec, project_file, output.absolute(), targets, strict, sorted(choice.items()))
    known = remembered.recall(name)
    if known is not None:
        _print_warnings(known.report)
        _rows((path, size, "unchanged") for path, size in known.sizes.items())
        click.echo(f"\n{len(known.sizes)} files in {output}")
        return
    _without_collector()
    with _Reported():
        from generator import api

        plan = api.load(spec, project_file, _options(choice))
        if strict:
            api.refuse(api.validate(Path(plan.document.file), plan.document.overlays))
        report = _warnings_of(plan)
        _print_warnings(report)
        states = api.generate(plan, output, targets)
    _table(states)
    written = [s for s in states if s.state != "removed"]
    click.echo(f"\n{len(written)} files in {output}")
    if all(s.state in ("new", "changed", "unchanged", "removed") for s in states):
        paths = [output / s.path for s in written]
        remembered.remember(
            name,
            remembered.Run(
                remembered.digests(plan.inputs),
                remembered.digests([*paths, output / "manifest.json"]),
                {s.path: s.size for s in written},
                tuple(report),
            ),
        )


def _without_collector() -> None:
    """A run makes little garbage and much that lasts: looking for circles in it costs a third of the time."""
    import gc

    gc.disable()


def _options(choice: dict[str, Any]) -> Options:
    from generator.api import Options
    from generator.model.selection import Selection

    include, exclude = _filter(choice["include"], "--include"), _filter(choice["exclude"], "--exclude")
    return Options(
        overlays=choice["overlays"],
        selection=None if include.is_empty and exclude.is_empty else Selection(include, exclude),
        folders=choice["folders"] or "",
        webhooks=choice["webhooks"],
        callbacks=choice["callbacks"],
    )


def _filter(criteria: Sequence[str], option: str) -> Filter:
    from generator.model.selection import Filter

    found: dict[str, Any] = {}
    for criterion in criteria:
        kind, _, value = criterion.partition("=")
        if criterion in ("deprecated", "deprecated=true", "deprecated=false"):
            found["deprecated"] = value != "false"
        elif kind in _CRITERIA and value:
            found[_CRITERIA[kind]] = (*found.get(_CRITERIA[kind], ()), value)
        else:
            known = ", ".join(f"{name}=…" for name in _CRITERIA)
            raise click.BadParameter(f"{criterion!r} is none of {known}, deprecated.", param_hint=option)
    return Filter(**found)


def _generate_many(
    specs: Sequence[Path],
    output: Path,
    project_file: Path | None,
    targets: tuple[str, ...],
    shard: tuple[int, int] | None,
    workers: int | None,
    strict: bool,
    options: Options,
) -> None:
    from generator import batch

    if not specs:
        raise click.UsageError("Name the descriptions that --shard is to take a part of.")
    todo = batch.jobs(specs)
    if shard:
        todo = batch.shard(todo, *shard)
    if not todo:
        click.echo("This part holds none of the descriptions.")
        return
    work = batch.Generate(output, project_file, options, targets, strict)
    with _Progress(len(todo)) as progress:
        results = batch.run(todo, work, workers=workers, started=progress.started, ended=progress.ended)
    failed = [result for result in results if result.errors]
    _summary(results, output)
    if failed:
        sys.exit(2)


class _Progress:
    """A bar that shows what runs and what failed; on no terminal, a line for each that failed."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._console = Console(stderr=True, highlight=False, markup=False)
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)
        self._running: dict[str, None] = {}

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def started(self, job: Any) -> None:
        """A description is being worked on."""
        self._running[job.name] = None
        self._show()

    def ended(self, result: Result) -> None:
        """It is done."""
        self._running.pop(result.job.name, None)
        for error in result.errors[:_SHOWN]:
            self._console.print(f"error: {error}", soft_wrap=True)
        self._bar.advance(self._task)
        self._show()

    def _show(self) -> None:
        self._bar.update(self._task, description=", ".join(self._running))


def _summary(results: Sequence[Result], output: Path) -> None:
    for result in results:
        for warning in result.warnings:
            _print_warnings([warning])
        if result.warning_count > len(result.warnings):
            more = result.warning_count - len(result.warnings)
            _print_warnings([f"{result.job.description}: and {more} more; `callsheet validate` shows all."])
    done = [result for result in results if not result.errors]
    click.echo(
        f"{len(done)} of {len(results)} descriptions written to {output}: "
        f"{sum(r.files for r in done):,} files, {sum(r.changed for r in done):,} of them new or changed."
    )
    for result in results:
        if result.errors:
            click.echo(f"  failed: {result.job.description}")


@main.command()
@click.argument("spec", required=False, type=click.Path(path_type=Path))
@_with(*_PLACES, *_CHOICE)
def check(
    spec: Path | None,
    output: Path,
    project_file: Path | None,
    targets: tuple[str, ...],
    strict: bool,
    **choice: Any,
) -> None:
    """Exit 0 if the output folder is what SPEC gives, 1 with a list of files if it is not."""
    _without_collector()
    with _Reported():
        from generator import api

        plan = api.load(spec, project_file, _options(choice))
        if strict:
            api.refuse(api.validate(Path(plan.document.file), plan.document.overlays))
        states = api.check(plan, output, targets)
    if states:
        _table(states)
        click.echo(f"\n{output} is not what the description gives; run `callsheet generate`.")
        sys.exit(1)
    click.echo(f"{output} is up to date.")


@main.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--overlay",
    "overlays",
    multiple=True,
    type=click.Path(path_type=Path),
    help="An OpenAPI Overlay to apply first; may be given several times.",
)
def validate(specs: tuple[Path, ...], overlays: tuple[Path, ...]) -> None:
    """Print every problem of each SPEC with its place; exit 1 if there are any, 2 if one can't be read."""
    _without_collector()
    code = 0
    with _Reported():
        from generator import api

        for spec in specs:
            problems = api.validate(spec, overlays)
            for problem in problems:
                click.echo(str(problem))
            code = 1 if problems else code
            count = (
                f"{len(problems):,} problem{'s' if len(problems) > 1 else ''}" if problems else "no problems"
            )
            click.echo(f"{spec}: {count}.", err=bool(problems))
    sys.exit(code)


@main.command()
@click.argument("spec", required=False, type=click.Path(path_type=Path))
@click.option("--port", default=8080, show_default=True, help="The port on 127.0.0.1; 0 for any free one.")
@click.option("--processing", default=0.0, metavar="SECONDS", help="How long a new job takes to complete.")
@click.option(
    "--token-lifetime",
    default=86399.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a token is good.",
)
@click.option(
    "--ims-error",
    type=click.Choice(
        [
            "invalid_client",
            "invalid_scope",
            "invalid_request",
            "unauthorized_client",
            "429",
            "500",
            "not-json",
            "echo",
            "hang",
        ]
    ),
    help="How the token endpoint fails.",
)
@click.option("--rate-limit", type=int, metavar="N", help="Answer 429 after N calls.")
@click.option("--revoke-after", type=int, metavar="N", help="Revoke every token after N calls, once.")
@click.option("--reject-tokens", is_flag=True, help="Answer 401 to every call.")
@click.option("--forbid", is_flag=True, help="Answer 403 to every call.")
def mock(spec: Path | None, **switches: Any) -> None:
    """Run a local stand-in for IMS and the Privacy Service that checks each request against SPEC."""
    with _Reported():
        from generator.api import mock as serve

        serve(spec, **switches)


class _Reported:
    """Turns the errors that a user can meet into messages and exit code 2."""

    def __enter__(self) -> None:
        """Nothing to set up."""

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, CallsheetError):
            for problem in error.problems:
                click.echo(f"{click.style('error:', fg='red', bold=True)} {problem}", err=True)
            sys.exit(2)


def _warnings_of(plan: Plan) -> list[str]:
    """The first findings as lines, and how many more there are."""
    shown, count = plan.first_warnings(_SHOWN)
    lines = [str(problem) for problem in shown]
    if count > len(shown) and len(shown) == _SHOWN:
        lines.append(
            f"{plan.document.file}: and {count - len(shown):,} more; `callsheet validate` shows all."
        )
    return lines


def _print_warnings(lines: Iterable[str | Problem]) -> None:
    for line in lines:
        click.echo(f"{click.style('warning:', fg='yellow')} {line}", err=True)


def _table(states: Iterable[FileState]) -> None:
    _rows((s.path, s.size, s.state) for s in states)


def _rows(states: Iterable[tuple[str, int, str]]) -> None:
    rows = [(path, f"{size:,} B" if size else "", state) for path, size, state in states]
    widths = [max(len(row[i]) for row in [("File", "Size", ""), *rows]) for i in (0, 1)]
    for path, size, state in [("File", "Size", "State"), *rows]:
        click.echo(f"{path:<{widths[0]}}  {size:>{widths[1]}}  {state}")
