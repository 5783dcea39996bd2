"""What the modules of the model share while one description is read: never seen outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from generator.errors import Problem
from generator.model.api import Schema
from generator.model.samples import Samples
from generator.model.schemas import Schemas
from generator.reading import Document


@dataclass(frozen=True)
class Context:
    """The document, what was made of it so far, and the warnings that the making gave."""

    document: Document
    schemas: Schemas
    samples: Samples
    warnings: list[Problem] = field(default_factory=list)

    def warn(self, at: str, what: str, advice: str = "") -> None:
        """Note a finding that does not stop the work, once."""
        problem = Problem(self.document.place(at), what, advice)
        if problem not in self.warnings:
            self.warnings.append(problem)

    def _problems(self, value: Any, schema: Schema, at: str) -> list[str]:
        reason = self.samples.why_unchecked(schema)
        if reason:
            self.warn(at, f"No value can be checked against this schema: {reason}.")
        return list(self.samples.problems(value, schema))

    def usable(self, value: Any, schema: Schema, name: str, at: str) -> Any:
        """``value`` for a request: as it is if its schema accepts it, else repaired, with a warning."""
        problems = self._problems(value, schema, at)
        if not problems:
            return value
        repaired = self.samples.repaired(value, schema, name, request=True)
        if not self.samples.accepts(repaired, schema):
            self.warn(
                at, f"The example is refused by its own schema, and no valid value was found: {problems[0]}."
            )
            return value
        self.warn(at, f"The example is refused by its own schema and was repaired: {_joined(problems)}.")
        return repaired

    def shown(self, value: Any, schema: Schema, at: str) -> Any:
        """``value`` of an answer: shown as documented, with a warning where its schema refuses it."""
        problems = self._problems(value, schema, at)
        if problems:
            self.warn(at, f"The example of an answer is refused by its own schema: {_joined(problems)}.")
        return value


def _joined(problems: list[str]) -> str:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    first = problems[0] if len(problems[0]) < 200 else problems[0][:200] + " …"
    return first + more
