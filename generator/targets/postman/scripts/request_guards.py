"""The pre-request script of a request: it is sent only by the scripts of its collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from generator.escaping import javascript
from generator.model.types import Operation
from generator.targets.postman.scripts.marks import marked
from generator.targets.shared import templating


class Step(NamedTuple):
    """A function of the collection's script that prepares a request before it is sent."""

    function: str
    call: list[str]
    """The lines of the statement that calls it."""


def script(
    operation: Operation, credentials: Sequence[str], *, guarded: bool, step: Step | None = None
) -> list[str]:
    """The lines of the script of ``operation``; none if it isn't ``guarded`` and there is no ``step``.

    ``credentials`` are the variables that it carries.
    """
    if not (guarded or step):
        return []
    text = templating.render(
        "scripts/request-guard.js.j2",
        credentials=list(credentials),
        needed=step.function if step else "",
    )
    lines = text.strip("\n").split("\n")
    if step:
        lines = [*lines[:-1], "} else {", *javascript.indented(step.call), "}"]
    return marked(operation, lines)
