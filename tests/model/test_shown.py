"""Texts and values that operations share: in full at first, and shortened once the output gets too long."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support import exploding

from generator import Plan, load
from generator.budget import LONGEST_SHOWN_AGAIN, Limit
from generator.model.presentation.shown_again import shortened
from generator.model.types import Operation

_LIMIT = Limit.SHOWN.value.partition("{")[0]


def _load(folder: Path, description: Any) -> Plan:
    file = folder / "d.json"
    file.write_text(json.dumps(description))
    return load(file)


def _operations(folder: Path, name: str) -> tuple[Operation, ...]:
    return _load(folder, exploding.SHOWN_AGAIN[name]()).api.operations


def test_long_texts_that_appear_once_are_not_shortened(tmp_path: Path) -> None:
    description = exploding.body(exploding.TEXT)
    description["info"]["description"] = "i" * 300_000
    operation = description["paths"]["/things"]["post"]
    operation["description"] = "o" * 300_000
    operation["responses"]["200"]["description"] = "r" * 300_000
    plan = _load(tmp_path, description)
    made = plan.api.operations[0]
    assert len(plan.api.description) == 300_000
    assert len(made.description) == 300_000
    assert len(made.responses[0].description) == 300_000
    assert not any(_LIMIT in str(warning) for warning in plan.warnings)


def test_a_shared_text_is_shown_in_full_until_the_budget_is_used(tmp_path: Path) -> None:
    plan = _load(tmp_path, exploding.SHOWN_AGAIN["the description of a parameter, 300 times"]())
    lengths = [len(operation.parameters[0].description) for operation in plan.api.operations]
    whole = [length for length in lengths if length == 400_000]
    assert 3 <= len(whole) <= 10
    assert lengths[: len(whole)] == whole
    assert set(lengths[len(whole) :]) == {len(shortened("long text " * 40_000))}
    told = [warning for warning in plan.warnings if _LIMIT in warning.what]
    assert [warning.place.pointer for warning in told] == [f"/paths/~1t{len(whole)}/get"]
    assert told[0].advice == f"So are {300 - len(whole) - 1} more."


def test_short_texts_are_never_shortened(tmp_path: Path) -> None:
    description = exploding.SHOWN_AGAIN["the description of a parameter, 300 times"]()
    for item in description["paths"].values():
        item["get"]["responses"]["200"]["description"] = "r" * LONGEST_SHOWN_AGAIN
    last = _load(tmp_path, description).api.operations[-1]
    assert last.responses[0].description == "r" * LONGEST_SHOWN_AGAIN


def test_a_shortened_shared_example_keeps_its_first_members(tmp_path: Path) -> None:
    first, *_, last = _operations(tmp_path, "an example of a body, 300 times")
    assert first.body
    assert last.body
    assert len(first.body.content[0].examples[0].value) == 20_000
    assert last.body.content[0].examples[0].value == {f"k{i}": "v" * 20 for i in range(5)}


def test_a_shortened_parameter_shows_its_type_instead_of_its_description(tmp_path: Path) -> None:
    first, *_, last = _operations(tmp_path, "the words of a parameter, 300 times")
    assert len(first.parameters[0].facts.accepted) == 15_000
    assert last.parameters[0].facts.accepted == ()
    assert last.parameters[0].sample == "value number 0"


def test_a_sample_is_cut_without_characters_that_headers_cannot_have(tmp_path: Path) -> None:
    first, *_, last = _operations(tmp_path, "the sample of a parameter, 300 times")
    assert first.parameters[0].sample == "d" * 300_000
    assert last.parameters[0].sample == "d" * LONGEST_SHOWN_AGAIN


def test_tests_leave_out_schemas_beyond_the_limit_and_still_check_the_media_type(tmp_path: Path) -> None:
    plan = _load(tmp_path, exploding.SHOWN_AGAIN["the words of a schema, 300 times"]())
    files = plan.render(("postman",))
    collection = json.loads("".join(files["d.postman_collection.json"].text))
    scripts = ["\n".join(item["event"][-1]["script"]["exec"]) for item in _requests(collection)]
    assert "not checked" not in scripts[0]
    assert "'application/json': 'not checked'" in scripts[-1]


def _requests(folder: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for item in folder["item"]:
        found += _requests(item) if "item" in item else [item]
    return found


def test_names_in_addresses_links_and_headers_have_a_limit(tmp_path: Path) -> None:
    description = exploding.body(exploding.TEXT)
    description["servers"] = [
        {
            "url": "https://api.example.com/{a}",
            "variables": {"a": {"default": "d" * 2_000, "enum": ["e" * 2_000, *map(str, range(600))]}},
        }
    ]
    key = {"type": "apiKey", "in": "header", "name": "k" * 2_000}
    description["components"] = {"securitySchemes": {"A": key}}
    description["security"] = [{"A": []}]
    links = {"l" * 2_000: {"operationId": "plain"}, "short": {"operationId": "plain"}}
    links["short"]["parameters"] = {"limit": "v" * 10_000}  # type: ignore[assignment]
    description["paths"]["/things"]["post"]["responses"]["200"]["links"] = links
    plan = _load(tmp_path, description)
    (server,) = plan.api.servers
    operation = plan.api.operations[0]
    assert server.variables["a"][0] == "d" * 1_000
    assert len(server.variables["a"]) == 501
    assert operation.credentials[0].header == "k" * 1_000
    (link,) = operation.responses[0].links
    assert (link.name, link.parameters) == ("short", ())
    told = {warning.place.pointer: warning.what for warning in plan.warnings}
    assert "1,000 characters" in told["/servers/0/variables/a/default"]
    assert "500 values of 1,000 characters" in told["/servers/0/variables/a/enum"]
    assert "1,000 characters" in told["/components/securitySchemes/A/name"]
    assert any("link is longer than the limit of 1,000" in what for what in told.values())
    assert any("longer than the limit of 8,000 characters; it was left out" in what for what in told.values())
