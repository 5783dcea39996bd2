"""Parse the command line: find the command, suggest what a mistyped word means, exit with a code."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from generator import console
from generator.cli import failures
from generator.suggestions import suggestion


class Command(click.Command):
    """A command that reads or writes files."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless the current folder was removed."""
        failures.refuse_a_lost_folder()
        return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. The error for an unknown option names the commands that have it."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            others = _commands_with(error.option_name, ctx)
            if not others:
                raise
            have = "has" if len(others) == 1 else "have"
            what = f"No such option {error.option_name!r} of `{self.name}`; {' and '.join(others)} {have} it."
            raise click.UsageError(what, ctx) from None


def _commands_with(option: str, ctx: click.Context) -> list[str]:
    """The names of the commands that have ``option``, in the order of the help."""
    group = ctx.parent.command if ctx.parent else None
    commands = group.commands.values() if isinstance(group, click.Group) else ()
    return [
        f"`{command.name}`"
        for command in commands
        if any(option in (*param.opts, *param.secondary_opts) for param in command.params)
    ]


class Commands(click.Group):
    """The group of all commands, listed in the order of a first use. Every failure gets its exit code."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands in the order of their declaration."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that ``args`` begin with. The error for a description says which command reads it."""
        name = args[0]
        if self.get_command(ctx, name) or name.startswith("-"):
            return super().resolve_command(ctx, args)
        if "://" in name:  # it may hold a secret, and is not repeated
            raise click.UsageError("An address is not a command. Write `callsheet generate FILE`.", ctx)
        what = f"No such command {name!r}."
        if _is_input(name):
            advice = f"To read a description, write `callsheet generate {shlex.quote(name)}`."
        else:
            advice = suggestion(name, self.commands)
        raise click.UsageError(f"{what} {advice}".rstrip(), ctx)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and exit. Without ``standalone_mode``, do what Click does."""
        whole = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return whole()
        done: Any = None
        try:
            with failures.reported():
                done = whole()
        finally:
            console.show_tracebacks(False)  # for the next command in the same process
        sys.exit(done if isinstance(done, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and report its failure, before Click reports some of them in its own words."""
        with failures.reported():
            return super().invoke(ctx)


def _is_input(name: str) -> bool:
    """Whether ``name`` is more likely a description than a command."""
    return name.lower().endswith((".yaml", ".yml", ".json")) or os.path.isfile(name)  # noqa: PTH113
