"""Work is bounded: any description smaller than a megabyte takes only seconds and little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support import TESTS, exploding

from generator import load
from generator.budget import Limit, Meter, SpentError, copied_nodes, nodes
from generator.model.schemas.check_costs import Costs
from generator.model.schemas.resolved import Schemas
from generator.reading import Document
from generator.reading.validation import findings

_MEBIBYTES = 512
#: Only pages of the site are shortened, where they say so themselves.
_WITHOUT_WARNING = {"the pattern of a parameter, 300 times"}
Run = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A function that runs the commands on a case. In its result, ``limit`` is the limit of their seconds."""
    with subprocess.Popen(
        [sys.executable, "-m", "support.exploding_runs"],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        @cache
        def run(name: str) -> dict[str, Any]:
            process.stdin.write(json.dumps(name) + "\n")
            process.stdin.flush()
            found: dict[str, Any] = json.loads(process.stdout.readline())
            return found

        yield run
        process.stdin.close()


@pytest.mark.parametrize("name", exploding.CASES)
def test_a_small_description_takes_seconds_and_little_memory(run: Run, name: str) -> None:
    assert len(exploding.text(name)) < exploding.MOST_BYTES
    found = run(name)
    for command in ("generate", "validate"):
        done = found[command]
        assert "Traceback" not in done["printed"]
        assert done["code"] in ((0, 2) if command == "generate" else (0, 1, 2)), done
        assert done["seconds"] < found["limit"]
        assert done["mebibytes"] < _MEBIBYTES
    assert found["generate"]["broken"] == []
    assert found["generate"]["files"] > 0 or found["generate"]["code"] == 2


@pytest.mark.parametrize("name", exploding.SHOWN_AGAIN)
def test_files_stay_small_if_a_text_appears_in_many_places(run: Run, name: str) -> None:
    done = run(name)["generate"]
    assert done["code"] == 0
    assert done["bytes"] < 50_000_000
    assert ("the limit" in done["printed"]) == (name not in _WITHOUT_WARNING)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("minLength 1e20", "at most 10,000 characters"),
        ("minItems 1e9", "at most 1,000 items"),
        ("minProperties 1e9", "at most 200 properties"),
        ("nested minItems", "the limit of 10,000 values"),
        ("ten schemas that refer to each other", "the limit of 10,000 values"),
        ("six levels of ten properties", "the limit of 10,000 values"),
        ("oneOf of three of one reference, ten levels", "5,000 schemas to one place, which is the limit"),
        ("allOf of one reference four times, ten levels", "5,000 schemas to one place, which is the limit"),
        ("reference circle", "100 times, which is the limit"),
        ("a pattern of 900,000 characters", "all together exceed the limit of 400,000 characters"),
        ("60,000 items that no branch accepts", "more than the limit of 50,000 values"),
        ("an example of 900 levels that no branch accepts", "more than the limit of 50,000 values"),
        ("20,000 items of 4,000 branches", "more comparisons than the limit of 10,000,000"),
        ("a parameter of 500 items", "the limit of 100 values"),
        ("1,000 items with a name of 300,000 characters", "the limit of 10,000 values"),
        ("15,000 examples of a parameter", "more examples than the limit of 500"),
        ("the description of a parameter, 300 times", "operations show more than the limit of 1,8"),
        ("an example of a body, 300 times", "operations show more than the limit of 2,"),
        ("a long name of XML in each element", "more than the limit of 200 characters"),
        ("10,000 references that lead nowhere", "more broken references than the limit of 1,000"),
    ],
)
def test_the_warning_names_the_limit(run: Run, name: str, limit: str) -> None:
    assert limit in run(name)["validate"]["printed"]


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("a table of 2,500 properties", "at most 2,000 properties are listed"),
        ("the words of a schema, 300 times", "tests hold more than the limit of 3,"),
        ("60 operations with a table of 1,900 properties", "all tables have more than the limit of 4"),
    ],
)
def test_a_warning_says_what_is_left_out_of_pages(run: Run, name: str, limit: str) -> None:
    assert limit in run(name)["generate"]["printed"]


def test_findings_beyond_the_limit_are_neither_listed_nor_computed() -> None:
    asked = iter(range(5_000))
    found = findings.first(((f"/{number}", "It is wrong.") for number in asked), "faults")
    assert len(found) == findings.MOST_FINDINGS + 1
    assert found[-1] == ("", "There are more faults than the limit of 1,000; only the first are listed.")
    assert next(asked) == findings.MOST_FINDINGS + 1
    assert findings.first([("/a", "It is wrong.")], "faults") == [("/a", "It is wrong.")]


def test_messages_about_limits_are_sentences() -> None:
    assert all(limit.value.endswith(".") for limit in Limit)


def test_a_share_cannot_use_what_is_reserved_for_the_next() -> None:
    meter = Meter(1000, shares=4)
    meter.next_share()
    with pytest.raises(SpentError):
        meter.spend(10_000)
    meter.next_share()
    meter.spend(100)


def test_the_rest_of_a_share_goes_to_the_next() -> None:
    meter = Meter(1000, shares=2)
    meter.next_share()
    meter.spend(10)
    meter.next_share()
    assert meter.left == 990


def test_long_texts_count_as_several_nodes() -> None:
    assert nodes({"a": [1, 2], "b": "x" * 160}, 1000) == 5 + 10
    assert nodes([1] * 1000, 20) < 2000
    assert nodes({"x" * 160: 1, "short": 1}, 1000) == 3 + 10
    assert copied_nodes({"a": [1, "x" * 16]}, 1000) == 1 + 2 + 3 + 2 * 3


def test_a_documented_value_counts_in_full_wherever_it_is_used(tmp_path: Path) -> None:
    fan = exploding.levels(
        4,
        lambda n: {
            **exploding.holding(**{f"p{i}": exploding.ref(f"L{n}") for i in range(10)}),
            "required": [f"p{i}" for i in range(10)],
        },
        {"const": "x" * 20_000},
    )
    (tmp_path / "d.json").write_text(json.dumps(exploding.body(exploding.ref("L0"), fan)))
    plan = load(tmp_path / "d.json")
    body = next(operation.body for operation in plan.api.operations if operation.body)
    assert len(json.dumps([example.value for example in body.content[0].examples])) < 400_000
    assert any("the limit of 10,000 values" in str(warning) for warning in plan.warnings)


@pytest.mark.parametrize(
    "name",
    [
        "ten schemas that refer to each other",
        "allOf circle",
        "anyOf circle",
        "the words of a schema, 300 times",
    ],
)
def test_the_choice_of_targets_does_not_change_their_files(tmp_path: Path, name: str) -> None:
    file = tmp_path / "d.json"
    file.write_text(exploding.text(name))
    whole = {path: _text(made.text) for path, made in load(file).render().items()}
    for target in ("postman", "curl", "docs"):
        alone = {path: _text(made.text) for path, made in load(file).render((target,)).items()}
        assert alone
        assert alone == {path: whole[path] for path in alone}


def _text(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)


def test_a_reference_repeated_in_allof_is_merged_once() -> None:
    levels = exploding.levels(
        200, lambda n: {"allOf": [exploding.ref(f"L{n}")] * 4}, exploding.holding(a=exploding.TEXT)
    )
    schemas = Schemas(Document("d", "d.json", b"", exploding.body(True, levels)))
    assert schemas.merged(exploding.ref("L0")) == exploding.holding(a=exploding.TEXT)


def test_members_of_an_allof_circle_require_the_same_in_any_order_of_merging() -> None:
    circle = {
        f"A{i}": {"allOf": [exploding.ref(f"A{j}") for j in range(4)], "required": [f"p{i}"]}
        for i in range(4)
    }
    forwards, backwards = (
        Schemas(Document("d", "d.json", b"", exploding.body(True, circle))) for _ in range(2)
    )
    for number in range(4):
        forwards.merged(exploding.ref(f"A{number}"))
        backwards.merged(exploding.ref(f"A{3 - number}"))
    for number in range(4):
        found = [set(each.merged(exploding.ref(f"A{number}"))["required"]) for each in (forwards, backwards)]
        assert found == [{"p0", "p1", "p2", "p3"}] * 2


def test_schemas_that_apply_too_many_schemas_to_one_place_are_emptied() -> None:
    lean: dict[str, Any] = {"20": {"type": "string"}}
    lean |= {str(n): {"anyOf": [{"$ref": f"#/$defs/{n + 1}"}] * 3} for n in range(20)}
    costs = Costs(lean, "#/$defs/")
    assert costs.prune([lean["0"]])
    assert lean["19"]["anyOf"], "what is cheap is kept"
    assert not all(lean.values())


def test_the_cost_grows_with_the_depth_if_two_branches_describe_a_property() -> None:
    node = {"$ref": "#/$defs/0"}
    lean = {"0": {"allOf": [{"properties": {"a": node}}, {"properties": {"a": node}}]}}
    costs = Costs(lean, "#/$defs/")
    costs.prune([lean["0"]])
    assert costs.grows


def test_the_cost_of_a_plain_tree_does_not_grow_with_its_depth() -> None:
    lean = {"0": {"anyOf": [{"properties": {"a": {"$ref": "#/$defs/0"}}}, {"type": "null"}]}}
    costs = Costs(lean, "#/$defs/")
    assert not costs.prune([lean["0"]])
    assert not costs.grows
