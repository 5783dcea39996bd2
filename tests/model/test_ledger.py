"""Who uses a sample value, and which operations are read again once it is replaced."""

from __future__ import annotations

from typing import Any

from generator.model.context import Context
from generator.model.samples.shared_results import SharedResults
from generator.reading import Document

NUMBER = {"type": "object", "properties": {"a": {"type": "integer"}}}
WRONG = {"a": "x"}


def _context() -> Context:
    root = {"openapi": "3.1.0", "components": {"schemas": {"Number": NUMBER}}}
    return Context(Document("d", "d.yaml", b"", root), lambda value: value)


def test_only_the_operation_that_uses_a_refused_value_is_read_again():
    context = _context()
    context.of(0).usable({"a": 1}, NUMBER, "", "/0")
    context.of(1).usable(WRONG, NUMBER, "", "/1")
    assert context.settle() == {1}


def test_a_context_of_one_operation_has_its_repaired_values():
    context = _context()
    first = context.of(0)
    assert first.usable(WRONG, NUMBER, "", "/0") == WRONG
    context.settle()
    assert context.of(1).usable(WRONG, NUMBER, "", "/1") != WRONG
    assert first.warnings.problems() == context.warnings.problems()


def test_all_operations_that_share_a_result_with_a_refused_value_are_read_again():
    context, node = _context(), {"description": "a shared response"}

    def make(own: Context) -> Any:
        return own.usable(WRONG, NUMBER, "", "/shared")

    for index in (0, 2):
        context.of(index).shared(node, "200", make)
    context.of(1).usable({"a": 1}, NUMBER, "", "/1")
    assert context.settle() == {0, 2}
    assert context.of(0).shared(node, "200", make) != WRONG


def test_a_shared_result_is_made_once():
    results, numbers = SharedResults(), []
    node = {"a": 1}
    for owner in (0, 1, 1):
        assert results.of(owner, node, "about", lambda number: numbers.append(number) or "made") == "made"
    assert numbers == [-1]
    assert results.forget({-1}) == {0, 1}


def test_a_shared_result_in_another_is_traced_to_the_operations():
    results = SharedResults()
    header, response = {"header": 1}, {"response": 1}
    results.of(4, response, "", lambda number: results.of(number, header, "", lambda _: "header"))
    assert results.forget({-2}) == {4}


def test_a_dropped_result_is_made_again():
    results, node = SharedResults(), {"a": 1}
    results.of(0, node, "", lambda _: "before")
    results.forget({-1})
    assert results.of(0, node, "", lambda _: "after") == "after"


def test_targets_of_links_are_read_on_demand():
    asked = []
    context = _context()
    other = context.including([], lambda sources: asked.append(sources) or {"a": "b"})
    assert asked == []
    assert other.of(3).targets() == other.targets() == {"a": "b"}
    assert asked == [()]
    assert context.targets() == {}
