"""Directions: the one rule for properties that requests or responses don't have."""

from __future__ import annotations

import pytest
from support import ROOT

from generator.model.schemas.direction import Direction


@pytest.mark.parametrize(
    ("schema", "hidden"),
    [
        ({}, set()),
        ({"readOnly": True}, {Direction.REQUEST}),
        ({"writeOnly": True}, {Direction.RESPONSE}),
        ({"readOnly": True, "writeOnly": True}, set(Direction)),
        ({"readOnly": "true", "writeOnly": 1}, set()),
    ],
)
def test_a_direction_hides_what_is_not_sent_that_way(schema, hidden):
    assert {direction for direction in Direction if direction.hides(schema)} == hidden


def test_the_direction_of_a_request():
    assert Direction.of(request=True).is_request
    assert not Direction.of(request=False).is_request


def test_only_directions_decide_what_is_hidden():
    """Elsewhere, the keywords are named only to show them, or to merge them."""
    found = {
        str(path.relative_to(ROOT / "generator"))
        for path in (ROOT / "generator").rglob("*.py")
        if '"readOnly"' in path.read_text() or '"writeOnly"' in path.read_text()
    }
    assert found == {"model/schemas/direction.py", "model/presentation/outlines.py"}
