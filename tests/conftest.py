"""Fixtures: the two descriptions, the output generated from each, a local mock of each, and a browser."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import OURS, UPSTREAM, UPSTREAM_ABSENT, environment_file

from generator import Plan, generate, load
from generator.mock.server import running
from generator.mock.settings import MockSettings
from generator.targets.shared.variables import Variables

# Tests must not write to the run cache of the user who runs them.
os.environ["CALLSHEET_CACHE"] = "off"

#: Files whose tests `make test` leaves out: real tools, browsers, builds, and work at the limits. They start
#: first, in this order, the longest at the top: no worker is left with a long one at the end.
SLOW = (
    "descriptions/test_budget.py",
    "output/test_output_recovery.py",
    "e2e/test_docs_access.py",
    "e2e/test_hold_back.py",
    "escaping/test_hostile_texts.py",
    "descriptions/test_any_description.py",
    "targets/test_many_operations.py",
    "descriptions/test_public_descriptions.py",
    "descriptions/test_script_figures.py",
    "package/test_packaging.py",
    "preview",
    "e2e",
    "package/test_supply_chain.py",
    "descriptions/test_bad_input.py",
    "cli/test_failures.py",
    "cli/test_many.py",
    "escaping/test_matrix.py",
    "model/test_sample_properties.py",
    "package/test_fuzzing.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of ``SLOW``, and put them first."""
    folder = Path(__file__).parent
    slow = [folder / name for name in SLOW]
    assert all(path.exists() for path in slow), "SLOW names a file that was moved"
    places = {
        path: next((place for place, each in enumerate(slow) if path.is_relative_to(each)), len(slow))
        for path in {item.path for item in items}
    }
    for item in items:
        if places[item.path] < len(slow):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: places[item.path])


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts the tests in the background ignores SIGINT; child processes would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Generated:
    """A description, and the folder with the output generated from it."""

    description: Path
    plan: Plan
    folder: Path

    @property
    def collection(self) -> Path:
        return self.folder / "privacy-service.postman_collection.json"

    def environment(self, name: str) -> Path:
        return self.folder / "environments" / f"{name}.postman_environment.json"

    @property
    def job_id(self) -> str:
        return Variables.of(self.plan.api).path["JOB_ID"]


def _generated(description: Path, folder: Path) -> Generated:
    plan = load() if description == OURS else load(description)
    generate(plan, folder)
    return Generated(description, plan, folder)


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return _generated(OURS, tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="session", params=["ours", "the publisher's"])
def generated(
    request: pytest.FixtureRequest, ours: Generated, tmp_path_factory: pytest.TempPathFactory
) -> Generated:
    if request.param == "ours":
        return ours
    if not UPSTREAM.exists():
        pytest.skip(UPSTREAM_ABSENT)
    return _generated(UPSTREAM, tmp_path_factory.mktemp("publishers"))


@dataclass(frozen=True)
class Mocked:
    """A running local mock and the environment file that names its address."""

    mock: Any
    environment: Path


@pytest.fixture
def mocked(tmp_path: Path) -> Iterator[Callable[..., Mocked]]:
    """A function that starts the local mock for ``generated``; ``changes`` go into the environment file."""
    with ExitStack() as stack:

        def start(
            generated: Generated, changes: dict[str, str | None] | None = None, **switches: Any
        ) -> Mocked:
            settings = MockSettings(port=0, job_id=generated.job_id, **switches)
            mock = stack.enter_context(running(generated.plan.document.root, settings))
            addresses = {"baseUrl": mock.base_url, "IMS": mock.ims}
            environment = environment_file(
                tmp_path, generated.environment("local"), **{**addresses, **(changes or {})}
            )
            return Mocked(mock, environment)

        yield start


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests of a process; imported only where it is used, since the import is slow."""
    from support.browsing import chromium

    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Opens a page: ``visit(site, path, viewport=…, scheme=…, javascript=…, clipboard=…)``."""
    from support.browsing import Visitor

    with ExitStack() as stack:
        yield Visitor(browser, stack)
