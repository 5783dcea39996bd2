"""What a person meets who opens a collection, for eight public descriptions. See docs/figures.md."""

from __future__ import annotations

import pytest
from support.script_figures import CATALOGUE, PUBLIC, Figures, figures, table


@pytest.fixture(scope="module")
def found() -> dict[str, Figures]:
    return {name: figures(CATALOGUE / f"{path}.json") for path, name in PUBLIC.items()}


def test_the_scripts_of_a_request_are_short(found, capsys):
    with capsys.disabled():
        print(f"\n{table(found)}")
    for name, each in found.items():
        assert each.largest <= 40, name
        assert each.median <= 40, name


def test_tests_add_little_to_a_collection(found):
    """Schemas and code are in it once. A small collection is mostly its scripts."""
    for name, each in found.items():
        assert each.size - each.plain <= max(0.3 * each.plain, 100_000), name


def test_names_are_short_and_no_large_collection_is_flat(found):
    for name, each in found.items():
        assert each.longest_name <= 120, name
        assert each.folders or each.requests < 10, name
        assert each.at_top <= each.requests // 3 or each.requests < 10, name
