"""The test script of a request: a section for each thing that is checked or done once the answer is there."""

from __future__ import annotations

from generator.escaping import javascript
from generator.model import Api
from generator.model.types import Operation
from generator.project.settings import Settings
from generator.targets.postman.scripts import paging
from generator.targets.postman.scripts.contract import ContractTests
from generator.targets.postman.scripts.links import Chains


class RequestTests:
    """Writes the test scripts of one collection; what many requests share is written once."""

    def __init__(self, api: Api, settings: Settings, chains: Chains) -> None:
        self._contract = ContractTests(api, settings)
        self._chains = chains
        self._paging = settings.tests.paging

    def script(self, operation: Operation) -> list[str]:
        """The script of a request, line by line; empty where there is nothing to check."""
        data, checks = self._contract.section(operation)
        sections = [checks, self._chains.section(operation)]
        if self._paging:
            sections.append(paging.section(operation))
        inside: list[str] = []
        for section in filter(None, sections):
            inside += ["", *section] if inside else section
        return [*data, *([""] if data else []), *with_response(inside)] if inside else data


def with_response(lines: list[str]) -> list[str]:
    """A block that runs ``lines`` only where there is a response to look at."""
    return [
        "// Without a response there is nothing to check: none came, or the request was held back.",
        "if (pm.response && pm.response.code) {",
        *javascript.indented(lines),
        "}",
    ]
