"""The test script of a request: sections for what is checked and done after the response."""

from __future__ import annotations

from generator.escaping import javascript
from generator.model import Api
from generator.model.types import Operation
from generator.project.settings import Settings
from generator.targets.postman.scripts import paging
from generator.targets.postman.scripts.contract import ContractTests
from generator.targets.postman.scripts.links import Chains


class RequestTests:
    """Writes the test scripts of a collection. What many requests share is rendered once."""

    def __init__(self, api: Api, settings: Settings, chains: Chains) -> None:
        self._contract = ContractTests(api, settings)
        self._chains = chains
        self._paging = settings.tests.paging

    def script(self, operation: Operation) -> list[str]:
        """The lines of a request's script; empty if there is nothing to check."""
        data, checks = self._contract.section(operation)
        sections = [checks, self._chains.section(operation)]
        if self._paging:
            sections.append(paging.section(operation))
        inside: list[str] = []
        for section in filter(None, sections):
            inside += ["", *section] if inside else section
        return [*data, *([""] if data else []), *with_response(inside)] if inside else data


def with_response(lines: list[str]) -> list[str]:
    """A block that runs ``lines`` only if there is a response."""
    return [
        "// Without a response there is nothing to check: none came, or the request was held back.",
        "if (pm.response && pm.response.code) {",
        *javascript.indented(lines),
        "}",
    ]
