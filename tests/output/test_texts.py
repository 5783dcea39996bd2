"""Texts that are written in pieces: the same bytes, all or nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.escaping.json_text import json_text
from generator.output import Rendered, write
from generator.texts import Items, Pieces, json_pieces

_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
_LISTED = st.recursive(
    st.dictionaries(st.text(max_size=4), _PLAIN, max_size=3),
    lambda inner: st.dictionaries(
        st.text(max_size=4), _PLAIN | st.lists(inner, max_size=3).map(tuple), max_size=3
    ),
    max_leaves=6,
)


def _lazy(value):
    """Turn tuples into arrays whose items are generated while they are written."""
    if isinstance(value, dict):
        return {key: _lazy(child) for key, child in value.items()}
    return Items(lambda: map(_lazy, value)) if isinstance(value, tuple) else value


def _whole(value):
    if isinstance(value, dict):
        return {key: _whole(child) for key, child in value.items()}
    return [_whole(child) for child in value] if isinstance(value, tuple) else value


@given(_LISTED)
@settings(derandomize=True, max_examples=200)
def test_json_in_pieces_is_the_same_json(value):
    assert "".join(json_pieces(_lazy(value))) == json_text(_whole(value))


def test_items_are_generated_one_by_one():
    made = []

    def items():
        for number in range(3):
            made.append(number)
            yield {"number": number}

    seen = [len(made) for _ in json_pieces({"list": Items(items)})]
    assert sorted(set(seen)) == [0, 1, 2, 3]


def test_a_text_that_fails_half_way_leaves_everything_as_it_was(tmp_path):
    def broken():
        yield "half"
        raise RuntimeError("a fault")

    write(tmp_path, {"a.txt": Rendered("x", "before")}, ("x",))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    files = {"a.txt": Rendered("x", Pieces(broken)), "b.txt": Rendered("x", "new")}
    with pytest.raises(RuntimeError):
        write(tmp_path, files, ("x",))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_text_in_pieces_is_not_written_again_if_it_is_unchanged(tmp_path):
    text = Pieces(lambda: itertools.repeat("line\n", 3))
    write(tmp_path, {"a.txt": Rendered("x", text)}, ("x",))
    stamp = (tmp_path / "a.txt").stat().st_ino
    states = write(tmp_path, {"a.txt": Rendered("x", text)}, ("x",))
    assert [(state.path, state.state, state.size) for state in states] == [("a.txt", "unchanged", 15)]
    assert (tmp_path / "a.txt").stat().st_ino == stamp
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "manifest.json"]
