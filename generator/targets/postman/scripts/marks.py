"""Marks around what is generated in a script, so that lines outside them belong to the user."""

from __future__ import annotations

from generator.escaping.shell import shell_comment
from generator.model.types import Operation

BEGIN = "// callsheet:begin "
END = "// callsheet:end"


def marked(operation: Operation, lines: list[str]) -> list[str]:
    """``lines`` between marks that name the operation; none if there are no lines.

    Generating again replaces what is between the marks.
    """
    return [f"{BEGIN}{key(operation)}", *lines, END] if lines else []


def key(operation: Operation) -> str:
    """What identifies an operation: ``GET /jobs/{jobId}``, or the kind and id of a webhook or callback."""
    of_path = operation.kind == "path"
    return shell_comment(
        f"{operation.method} {operation.path}" if of_path else f"{operation.kind} {operation.id}"
    )
