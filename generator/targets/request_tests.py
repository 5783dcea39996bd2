"""The test script of a request: a section for each thing that is checked or done once the answer is there."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.api import Operation
from generator.settings import Settings
from generator.targets import templating
from generator.targets.wording import documented_success, status_code


class RequestTests:
    """Writes the test scripts of one collection; what many requests share is written once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._status: dict[tuple[str, ...], list[str]] = {}

    def script(self, operation: Operation) -> list[str]:
        """The script of a request, line by line; empty where there is nothing to check."""
        lines: list[str] = []
        for section in self._sections(operation):
            lines += ["", *section] if lines else section
        return lines

    def _sections(self, operation: Operation) -> Iterator[list[str]]:
        if operation.successes and self._settings.tests.status != "off":
            yield self._status_section(operation)

    def _status_section(self, operation: Operation) -> list[str]:
        key = tuple(response.status for response in operation.successes)
        if key not in self._status:
            text = templating.render(
                "scripts/status.js.j2",
                title=f"Status is {documented_success(operation)}",
                codes=[code for code in map(status_code, operation.successes) if code is not None],
                classes=[r.status[0] for r in operation.successes if not r.status.isdigit()],
            )
            self._status[key] = text.strip("\n").split("\n")
        return self._status[key]
