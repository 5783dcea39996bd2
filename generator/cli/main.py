"""The commands of ``callsheet``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator import console
from generator.cli import failures, options, reports
from generator.cli.commands import Commands
from generator.errors import CallsheetError
from generator.project import default_input

if TYPE_CHECKING:
    from generator.cli import single

# What a command needs is imported when it runs, so that `callsheet --help` is fast.


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="callsheet")
@options.DEBUG
def main() -> None:
    """Postman collections, environments and curl samples from OpenAPI descriptions.

    \b
    Exit codes:
      0    success
      1    `check` found differences, or `validate` found problems
      2    the arguments, the input or the output folder have a problem
      70   an internal error: please report it
      74   the output could not be printed, for example because the disk is full
      130  interrupted (Ctrl+C)
      141  the reader of the output is gone, for example `| head`
    """


_EPILOG = """
Exit codes: 0 for success; 2 if the input, or one of many SPECs, has a problem; 70 for an internal error;
130 if interrupted. `callsheet --help` lists all of them.

A cache in ~/.cache/callsheet keeps what earlier runs read and wrote, so that unchanged input isn't read
again. CALLSHEET_CACHE names another folder, or is 'off'.
"""


@main.command(epilog=_EPILOG, short_help="Write the artifacts of OpenAPI descriptions.")
@options.SPECS
@options.add(*options.PLACES, options.FORCE, *options.CHOICE, *options.MANY)
@options.DEBUG
def generate(**given: Any) -> None:
    """Write the artifacts of SPEC, an OpenAPI description in YAML or JSON, into the output folder.

    Several SPECs (or --shard) are written to a folder each, below the output folder: apis/shop/v1.yaml and
    apis/users.yaml to shop/v1 and users. If one fails, the others are still written.

    Without SPEC, the project file names the description: the one given with -c, else specs/callsheet.yaml
    in the current folder, else the embedded description of Adobe's Privacy Service. With SPEC, a project
    file applies only if you name it with -c.
    """
    from generator.cli import single

    specs, shard, jobs, request = _request(**given)
    if len(specs) > 1 or shard:
        _many(specs, request, shard, jobs, only_check=False)
        return
    _say_what_is_read(request)
    _without_collector()
    outcome = single.generate(request, reports.findings)
    reports.table(outcome.rows)
    reports.large_collections(outcome.rows)
    written = sum(row.state != "removed" for row in outcome.rows)
    console.say()
    console.say(f"{reports.count(written, 'file')} in {request.output}")


@main.command(short_help="Compare the output folder with what the descriptions give.")
@options.SPECS
@options.add(*options.PLACES, *options.CHOICE, *options.MANY)
@options.DEBUG
def check(**given: Any) -> None:
    """Check that the output folder is what `generate` with the same arguments would write.

    Nothing is written. Files that differ are listed. Exits with 0 if there are none, 1 if there are any,
    and 2 if the input has a problem.
    """
    from generator.cli import single

    specs, shard, jobs, request = _request(**given)
    if len(specs) > 1 or shard:
        _many(specs, request, shard, jobs, only_check=True)
        return
    _say_what_is_read(request)
    _without_collector()
    outcome = single.check(request)
    reports.findings(outcome.findings)
    if outcome.rows:
        reports.table(outcome.rows)
        console.say()
        console.say(f"{request.output} is not what the description gives; run `callsheet generate`.")
        sys.exit(1)
    console.say(f"{request.output} is up to date.")


def _request(
    specs: tuple[Path, ...],
    output: Path,
    project_file: Path | None,
    targets: tuple[str, ...],
    strict: bool,
    shard: tuple[int, int] | None,
    jobs: int | None,
    force: bool = False,
    **choice: Any,
) -> tuple[tuple[Path, ...], tuple[int, int] | None, int | None, single.Request]:
    from generator.cli import single

    if shard and not specs:
        raise click.UsageError("Name the descriptions that --shard is to take a part of.")
    if choice.get("since") and (len(specs) > 1 or shard):
        raise click.UsageError("--since is for one description; name one SPEC with it.")
    spec = specs[0] if specs else None
    return specs, shard, jobs, single.Request(spec, project_file, output, targets, strict, choice, force)


def _say_what_is_read(request: single.Request) -> None:
    if default_input.is_embedded(request.description, request.project_file):
        console.say(default_input.EMBEDDED)


def _many(
    specs: Sequence[Path],
    request: single.Request,
    shard: tuple[int, int] | None,
    jobs: int | None,
    *,
    only_check: bool,
) -> None:
    from generator.cli import batch, workers

    todo = batch.jobs(specs)
    if shard:
        todo = batch.shard(todo, *shard)
    if not todo:
        console.say("This part holds none of the descriptions.")
        return
    with reports.Progress(len(todo)) as progress:
        watcher = workers.Watcher(progress.started, progress.ended, progress.announced)
        results = workers.run(todo, batch.Work(request, only_check), workers=jobs, watcher=watcher)
    (reports.comparison if only_check else reports.summary)(results, request.output)
    failed = [result for result in results if result.errors]
    if failed:
        sys.exit(failures.FAULT if any(result.fault for result in failed) else failures.WRONG)
    if only_check and any(result.outcome.rows for result in results):
        sys.exit(1)


def _without_collector() -> None:
    """Turn garbage collection off: a run makes little garbage, and the search takes a third of its time."""
    import gc

    gc.disable()


@main.command(short_help="Print every problem of OpenAPI descriptions.")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=options.FilePath())
@options.OVERLAY
@options.DEBUG
def validate(specs: tuple[Path, ...], overlays: tuple[Path, ...]) -> None:
    """Print every problem of each SPEC with its file, line, column and JSON pointer.

    Exits with 0 if there are none, 1 if there are any, and 2 if a SPEC can't be read. The other SPECs are
    still validated.
    """
    from generator import api

    _without_collector()
    code = 0
    for spec in specs:
        try:
            problems = api.validate(spec, overlays)
        except CallsheetError as error:
            console.failure(error)
            code = max(code, failures.code(error))
            continue
        for problem in problems:
            console.say(problem)
        code = max(code, 1 if problems else 0)
        if problems:
            console.notice(f"{spec}: {reports.count(len(problems), 'problem')}.")
        else:
            console.say(f"{spec}: no problems.")
    sys.exit(code)


@main.command(short_help="Show the documentation site on this machine.")
@click.argument("spec", required=False, type=options.FilePath())
@options.add(options.PROJECT_FILE, *options.CHOICE)
@options.port(8000)
@click.option("--watch", is_flag=True, help="Rebuild the site when a file changes, and reload open pages.")
@options.DEBUG
def docs(
    spec: Path | None, project_file: Path | None, strict: bool, port: int, watch: bool, **choice: Any
) -> None:
    """Serve the documentation site of SPEC on this machine, from memory: nothing is written.

    `callsheet generate --help` explains what is read without SPEC. The server runs until you press Ctrl+C.
    With --watch, errors are shown here and in open pages, which keep the last site that could be built.
    """
    from generator.cli import single
    from generator.preview import server

    request = single.Request(spec, project_file, Path(), ("docs",), strict, choice)
    _say_what_is_read(request)

    def load() -> Any:
        plan = single.read(request)
        reports.findings(single.findings_of(plan, request.targets))
        return plan

    server.serve(load, port, watch=watch)


@main.command(short_help="Run a local mock of IMS and the Privacy Service.")
@click.argument("spec", required=False, type=options.FilePath())
@options.port(8080)
@click.option(
    "--processing",
    default=0.0,
    type=options.SECONDS,
    help="How long a new job takes to complete.",
)
@click.option(
    "--token-lifetime",
    default=86399.0,
    type=options.SECONDS,
    show_default=True,
    help="How long a token is valid.",
)
@click.option(
    "--ims-error",
    type=options.Words(
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
@click.option("--rate-limit", type=click.IntRange(0), metavar="N", help="Respond with 429 after N calls.")
@click.option(
    "--revoke-after", type=click.IntRange(0), metavar="N", help="Revoke every token after N calls, once."
)
@click.option("--reject-tokens", is_flag=True, help="Respond to every call with 401.")
@click.option("--forbid", is_flag=True, help="Respond to every call with 403.")
@click.option(
    "--break-answer",
    type=options.Words(options.BREAKS),
    help="How each response breaks the description. A single request can ask for it with the header "
    "'Prefer: break=…'.",
)
@options.DEBUG
def mock(spec: Path | None, **switches: Any) -> None:
    """Run a local mock of IMS and the Privacy Service that validates each request against SPEC.

    Without SPEC, it serves the embedded description. It runs until you press Ctrl+C.
    """
    from generator.api import mock as serve

    if spec is None:
        console.say("Reading the embedded description of Adobe's Privacy Service.")
    serve(spec, **switches)
