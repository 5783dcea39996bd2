"""The test script of a request: calls of what the collection's script defines."""

from __future__ import annotations

from generator.model.types import Operation
from generator.targets.postman.scripts import paging
from generator.targets.postman.scripts.links import Chains
from generator.targets.postman.scripts.marks import marked
from generator.targets.postman.scripts.response_checks import ResponseChecks

#: An error in a test script fails the run, and its message is shown.
_MISSING = [
    "const missing = 'This request\\'s tests use the scripts of its collection: open it there.';",
    "if (typeof callsheet === 'undefined') throw new Error(missing);",
]


class RequestTests:
    """Writes the test scripts of a collection's requests."""

    def __init__(self, checks: ResponseChecks, chains: Chains, *, paging: bool) -> None:
        self._checks = checks
        self._chains = chains
        self._paging = paging

    def script(self, operation: Operation) -> list[str]:
        """The lines of a request's script; empty if there is nothing to check."""
        return script(operation, self.calls(operation))

    def calls(self, operation: Operation) -> list[str]:
        """The statements of a request's script."""
        return [
            *self._checks.call(operation),
            *self._chains.calls(operation),
            *(paging.call(operation) if self._paging else ()),
        ]


def script(operation: Operation, calls: list[str]) -> list[str]:
    """A test script with ``calls``, which says so if it isn't run in its collection."""
    return marked(operation, [*_MISSING, *calls]) if calls else []
