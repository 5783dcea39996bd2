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
        help="The port on 127.0.0.1; 0 for any free one.",
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
    help="Print the traceback of a fault of the program; it may quote your input.",
)
OVERLAY = click.option(
    "--overlay",
    "overlays",
    multiple=True,
    metavar="FILE",
    type=FilePath(),
    help="Change SPEC by this OpenAPI Overlay before anything else. May be repeated.",
)
SPECS = click.argument("specs", metavar="[SPEC]...", nargs=-1, type=FilePath())
PROJECT_FILE = click.option(
    "-c",
    "--project-file",
    metavar="FILE",
    type=FilePath(),
    help="Settings: names, environments, what to choose. Options given here come before them.",
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
        help="Only these artifacts; all where it is left out. May be repeated.",
    ),
)
CHOICE = (
    click.option(
        "--include",
        multiple=True,
        metavar="CRITERION",
        callback=_criteria,
        help="Only operations with tag=NAME, path=PATTERN, method=NAME, operation-id=PATTERN, deprecated, "
        "extension=x-NAME or extension=x-NAME=VALUE. A pattern may hold '*' (path='/users*'). "
        "May be repeated: several of a kind are alternatives, several kinds must all hold.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="CRITERION",
        callback=_criteria,
        help="Leave these operations out; criteria as for --include.",
    ),
    OVERLAY,
    click.option(
        "--since",
        metavar="FILE",
        type=FilePath(),
        help="A description of before: the site tells what is new since, and what may break a client.",
    ),
    click.option(
        "--folders",
        type=Words(["tags", "paths", "flat"]),
        help="What the collection's folders are: tags (as without this option), paths, or none.",
    ),
    click.option(
        "--names",
        type=Words(["summary", "operationId", "path"]),
        help="What requests are called by: summary (as without this option), operationId or path.",
    ),
    click.option(
        "--tests",
        type=Words(["contract", "status", "off"]),
        help="What requests test: each answer against the description (contract, as without this option), "
        "its status alone, or nothing. The project file's `tests` chooses closer.",
    ),
    click.option("--webhooks", is_flag=True, default=None, help="Add webhooks, in a folder of their own."),
    click.option("--callbacks", is_flag=True, default=None, help="Add callbacks, in a folder of their own."),
    click.option(
        "--strict", is_flag=True, help="Write nothing if SPEC has any problem that `validate` finds; exit 2."
    ),
)
FORCE = click.option(
    "--force",
    is_flag=True,
    help="Replace the artifacts of another description in the output folder; files you edited are kept.",
)
MANY = (
    click.option(
        "--shard",
        type=_Shard(),
        help="Only part K of N of the SPECs, always the same ones, to spread many over several machines.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        help="How many SPECs to work on at once; as many as there are cores where it is left out.",
    ),
)
