"""The hostile description of the matrix test has every field that takes text."""

from __future__ import annotations

import json

from support.hostile_description import RESTRICTED, Texts, description
from support.openapi_fields import text_fields

from generator import load


def test_every_field_that_takes_text_is_in_the_hostile_description():
    """It fails for a field of a new OpenAPI version until the hostile description has it too."""
    say = Texts("text")
    description(say, "https://a.example")
    assert text_fields() - say.fields - set(RESTRICTED) == set()
    assert say.fields & set(RESTRICTED) == set()
    assert set(RESTRICTED) - text_fields() == set(), "restricted, but no such field is known"


def test_the_harmless_twin_is_read_completely(tmp_path):
    file = tmp_path / "twin.json"
    file.write_text(json.dumps(description(Texts("text"), "https://a.example")))
    assert len(load(file).api.operations) == 7
