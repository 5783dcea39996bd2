"""Read small descriptions, written in the tests that need them, as the command would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator import Plan, load
from generator.api import Options, validate
from generator.model.types import Operation

HEAD = "openapi: {version}\ninfo: {{title: T, version: '1'}}\nservers: [{{url: https://api.example.org}}]\n"


@dataclass(frozen=True)
class Read:
    """The result of reading a description."""

    file: Path
    plan: Plan
    overlays: tuple[Path, ...] = ()

    @property
    def operations(self) -> tuple[Operation, ...]:
        return self.plan.api.operations

    @property
    def body(self) -> Any:
        """The sample of the first request body."""
        body = self.operations[0].body
        assert body is not None
        return body.content[0].examples[0].value

    @property
    def warnings(self) -> list[str]:
        """The warnings as lines, with paths relative to the folder of the description."""
        return [str(problem).removeprefix(f"{self.file.parent}/") for problem in self.plan.warnings]

    @property
    def problems(self) -> list[str]:
        """The problems that ``callsheet validate`` prints."""
        found = validate(self.file, self.overlays)
        return [str(problem).removeprefix(f"{self.file.parent}/") for problem in found]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Write a description and other files ``beside`` it, and read it."""

    def read(
        content: str | bytes,
        name: str = "api.yaml",
        *,
        beside: Mapping[str, str | bytes] | None = None,
        overlays: tuple[str, ...] = (),
        **options: Any,
    ) -> Read:
        for path, text in {name: content, **(beside or {})}.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        applied = tuple(tmp_path / overlay for overlay in overlays)
        plan = load(tmp_path / name, None, Options(overlays=applied, **options))
        plan.render(("postman",))
        return Read(tmp_path / name, plan, applied)

    return read


@pytest.fixture
def posting() -> Callable[..., str]:
    """A description with one operation that has a JSON body; its ``schema`` is YAML in flow style."""

    def posting(schema: str, more: str = "", version: str = "3.1.0") -> str:
        return (
            HEAD.format(version=version) + "paths:\n  /a:\n    post:\n      requestBody:\n        content:\n"
            f"          application/json:\n            schema: {schema}\n"
            "      responses: {'200': {description: Fine}}\n" + more
        )

    return posting


@pytest.fixture
def head() -> Callable[..., str]:
    """The beginning of a description, up to its paths."""

    def head(version: str = "3.1.0") -> str:
        return HEAD.format(version=version)

    return head
