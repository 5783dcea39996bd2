"""The test script of a request: a section for each thing that is checked or done once the answer is there."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Api
from generator.model.api import Operation
from generator.settings import Settings
from generator.targets import paging
from generator.targets.chains import Chains
from generator.targets.contract import ContractTests


class RequestTests:
    """Writes the test scripts of one collection; what many requests share is written once."""

    def __init__(self, api: Api, settings: Settings, chains: Chains) -> None:
        self._contract = ContractTests(api, settings)
        self._chains = chains
        self._paging = settings.tests.paging

    def script(self, operation: Operation) -> list[str]:
        """The script of a request, line by line; empty where there is nothing to check."""
        lines: list[str] = []
        for section in self._sections(operation):
            if section:
                lines += ["", *section] if lines else section
        return lines

    def _sections(self, operation: Operation) -> Iterator[list[str]]:
        yield self._contract.section(operation)
        yield self._chains.section(operation)
        if self._paging:
            yield paging.section(operation)
