"""The command ``callsheet``: arguments in, exit codes out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.errors import CallsheetError, Problem

if TYPE_CHECKING:
    from generator.output import FileState

# What a command needs is imported when it runs: `callsheet --help` answers at once.
TARGET_NAMES = ("postman", "environments", "curl")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="callsheet")
def main() -> None:
    """Postman collections, environments and curl samples from an OpenAPI description."""


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.argument("spec", required=False, type=click.Path(path_type=Path)),
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
    ):
        command = option(command)
    return command


@main.command()
@_common
def generate(spec: Path | None, output: Path, project_file: Path | None, targets: tuple[str, ...]) -> None:
    """Write the artifacts of SPEC, an OpenAPI description."""
    from generator.api import generate as write
    from generator.api import load

    with _Reported():
        plan = load(spec, project_file)
        _warn(plan.warnings)
        states = write(plan, output, targets)
    _table(states)
    click.echo(f"\n{sum(s.state != 'removed' for s in states)} files in {output}")


@main.command()
@_common
def check(spec: Path | None, output: Path, project_file: Path | None, targets: tuple[str, ...]) -> None:
    """Exit 0 if the output folder is what SPEC gives, 1 with a list of files if it is not."""
    from generator.api import check as compare
    from generator.api import load

    with _Reported():
        plan = load(spec, project_file)
        states = compare(plan, output, targets)
    if states:
        _table(states)
        click.echo(f"\n{output} is not what the description gives; run `callsheet generate`.")
        sys.exit(1)
    click.echo(f"{output} is up to date.")


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


def _warn(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(f"{click.style('warning:', fg='yellow')} {problem}", err=True)


def _table(states: Iterable[FileState]) -> None:
    rows = [(s.path, f"{s.size:,} B" if s.size else "", s.state) for s in states]
    widths = [max(len(row[i]) for row in [("File", "Size", ""), *rows]) for i in (0, 1)]
    for path, size, state in [("File", "Size", "State"), *rows]:
        click.echo(f"{path:<{widths[0]}}  {size:>{widths[1]}}  {state}")
