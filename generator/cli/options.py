"""The options of the commands: their names, types and help texts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from generator.suggestions import suggestion

TARGET_NAMES = ("postman", "postman-v3", "environments", "curl", "docs")
#: The ways in which the mock server can break its responses.
BREAKS = (
    *("undocumented-status", "error-status", "content-type", "not-json", "no-body", "missing-property"),
    *("null", "type", "enum", "pattern", "list", "deep", "missing-header", "header-value", "header-type"),
)
#: A century, in seconds.
_LONGEST = 3_155_760_000
_CRITERIA = {
    "tag": "tags",
    "path": "paths",
    "method": "methods",
    "operation-id": "operation_ids",
    "extension": "extensions",
}


class _Shard(click.ParamType[tuple[int, int]]):
    name = "K/N"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        """Parse ``3/16`` as ``(3, 16)``."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", str(value))
        if found and 1 <= int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
        return self.fail(f"{value!r} is not a part such as 3/16.", param, ctx)


class _Seconds(click.ParamType[float]):
    name = "SECONDS"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Parse a duration in seconds. (``float`` also accepts ``nan`` and ``inf``: out of range.)"""
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1
        if not 0 <= seconds <= _LONGEST:
            self.fail(f"{value!r} is not a number of seconds from 0 to {_LONGEST}.", param, ctx)
        return seconds


SECONDS = _Seconds()


class _Port(click.IntRange):
    """A port in ASCII digits. ``int`` would also accept ``1_000`` and digits of other scripts."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not (value.isascii() and value.lstrip("-").isdigit()):
            self.fail(f"{value!r} is not a valid integer.", param, ctx)
        return super().convert(value, param, ctx)


class FilePath(click.Path):
    """A path that isn't empty: an empty one, as from an unset variable, would mean the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as ``pathlib.Path``."""
        if not os.fspath(value):
            self.fail("The path is empty.", param, ctx)
        try:
            return super().convert(value, param, ctx)
        except UnicodeEncodeError:
            self.fail("The path holds characters that no file name can have.", param, ctx)


def port(default: int) -> Callable[[Any], Any]:
    """The option ``--port``."""
    return click.option(
        "--port",
        default=default,
        show_default=True,
        type=_Port(0, 65535),
        help="The port on 127.0.0.1; 0 picks a free one.",
    )


def _criteria(_ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, Any]:
    """Parse criteria, such as ``tag=users``, into the fields of a ``Filter``."""
    found: dict[str, Any] = {}
    for criterion in values:
        kind, _, value = criterion.partition("=")
        if criterion in ("deprecated", "deprecated=true", "deprecated=false"):
            found["deprecated"] = value != "false"
        elif kind in _CRITERIA and value:
            found[_CRITERIA[kind]] = (*found.get(_CRITERIA[kind], ()), value)
        else:
            known = ", ".join(f"{name}=…" for name in _CRITERIA)
            what = f"{criterion!r} is none of {known}, deprecated. {_meant(kind, value)}".rstrip()
            raise click.BadParameter(what, param=param)
    return found


def _meant(kind: str, value: str) -> str:
    """Advice about which criterion was meant by ``kind=value``."""
    if kind in _CRITERIA:
        return f"Write a value behind '{kind}='."
    return suggestion(kind, [*_CRITERIA, "deprecated"], f"{{}}={value}" if value else "{}")


class Words(click.Choice[str]):
    """One of a few words. The message about any other suggests the closest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Click's own message with a suggestion."""
        known = super().get_invalid_choice_message(value, ctx)
        return f"{known} {suggestion(str(value), self.choices)}".rstrip()


def add(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Decorate a command with ``options``, in their order."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _debug(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    from generator import console

    if value or ctx.parent is None:
        console.show_tracebacks(value)


#: An option of the program, and of each command too, where it is more likely to be typed.
DEBUG = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=_debug,
    help="Print the traceback of an internal error. It may quote your input.",
)
OVERLAY = click.option(
    "--overlay",
    "overlays",
    multiple=True,
    metavar="FILE",
    type=FilePath(),
    help="Apply this OpenAPI Overlay to SPEC first. May be repeated.",
)
SPECS = click.argument("specs", metavar="[SPEC]...", nargs=-1, type=FilePath())
PROJECT_FILE = click.option(
    "-c",
    "--project-file",
    metavar="FILE",
    type=FilePath(),
    help="The project file: names, environments, selection. Options override it.",
)
PLACES = (
    click.option(
        "-o",
        "--output",
        default="output",
        show_default=True,
        metavar="FOLDER",
        type=FilePath(),
        help="The output folder.",
    ),
    PROJECT_FILE,
    click.option(
        "--target",
        "targets",
        multiple=True,
        type=Words(TARGET_NAMES),
        help="Write only these artifacts instead of all. May be repeated.",
    ),
)
CHOICE = (
    click.option(
        "--include",
        multiple=True,
        metavar="CRITERION",
        callback=_criteria,
        help="Take only operations with tag=NAME, path=PATTERN, method=NAME, operation-id=PATTERN, "
        "deprecated, extension=x-NAME or extension=x-NAME=VALUE. A pattern may contain '*' (path='/users*'). "
        "May be repeated: an operation has to match one criterion of each kind.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="CRITERION",
        callback=_criteria,
        help="Leave out matching operations. The criteria are those of --include.",
    ),
    OVERLAY,
    click.option(
        "--since",
        metavar="FILE",
        type=FilePath(),
        help="An earlier version of the description. The site lists what changed and what may break clients.",
    ),
    click.option(
        "--folders",
        type=Words(["tags", "paths", "flat"]),
        help="How to group requests into folders: by tags (the default), by paths, or not at all (flat).",
    ),
    click.option(
        "--names",
        type=Words(["summary", "operationId", "path"]),
        help="What to name requests after: summary (the default), operationId or path.",
    ),
    click.option(
        "--tests",
        type=Words(["contract", "status", "off"]),
        help="What requests test: the whole response against the description (contract, the default), only "
        "its status, or nothing (off). `tests` in the project file has finer settings.",
    ),
    click.option("--webhooks", is_flag=True, default=None, help="Add webhooks, in their own folder."),
    click.option("--callbacks", is_flag=True, default=None, help="Add callbacks, in their own folder."),
    click.option(
        "--strict",
        is_flag=True,
        help="Exit with 2 and write nothing if SPEC has a problem that `validate` reports.",
    ),
)
FORCE = click.option(
    "--force",
    is_flag=True,
    help="Replace the artifacts of another description in the output folder. Files that you edited are kept.",
)
MANY = (
    click.option(
        "--shard",
        type=_Shard(),
        help="Take only part K of N of the SPECs, to divide them among machines. A part is always the same.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        help="How many SPECs to work on at once. The default is the number of cores.",
    ),
)
