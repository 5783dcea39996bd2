"""Thousands of operations: what they share is rendered once, and pages that list them are limited."""

from __future__ import annotations

import cProfile
import re
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import exploding

from generator import load
from generator.escaping.markup import lines
from generator.escaping.markup.lines import markdown_line, markdown_sentence
from generator.output.disk import Folder
from generator.targets.docs.layout import _MOST_PAGES, _shared_pages
from generator.texts import Kept, Pieces


def test_groups_have_separate_pages_up_to_the_limit() -> None:
    stems = [f"g{number}" for number in range(_MOST_PAGES)]
    assert list(_shared_pages([1] * _MOST_PAGES, stems)) == stems


def test_beyond_the_limit_small_groups_share_pages_and_keep_their_order() -> None:
    stems = [f"g{number}" for number in range(1200)]
    pages = list(_shared_pages([1] * 60 + [60] + [40, 30] + [1] * 1137, stems))
    assert pages[:63] == ["g0"] * 60 + ["g60", "g61", "g62"]
    assert pages[63:93] == ["g62"] * 30
    assert len(set(pages)) < 25


def _calls(make: Callable[[int], Any], operations: int, folder: Path) -> int:
    """The number of function calls that it takes to render all targets."""
    file = folder / "d.json"
    file.write_text(exploding.dumped(make(operations)))
    profile = cProfile.Profile()
    with profile:
        for made in load(file).render().values():
            deque(made.text, maxlen=0)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", exploding.MANY)
def test_the_work_grows_no_faster_than_the_number_of_operations(name: str, tmp_path: Path) -> None:
    # The first run also does what is done once in a process, such as compiling templates.
    _, few, some, more = (_calls(exploding.MANY[name], number, tmp_path) for number in (80, 80, 160, 240))
    assert more - some < 1.2 * (some - few)


def test_a_kept_text_is_rendered_once_and_is_the_same_each_time() -> None:
    made: list[int] = []

    def pieces() -> list[str]:
        made.append(1)
        return ["ä" * 50_000, "b\ud800", "", "c" * 90_000]

    text = Pieces(Kept(lambda: iter(pieces())))
    assert ["".join(text) for _ in range(3)] == ["".join(pieces())] * 3
    assert len(made) == 2


def test_a_text_whose_first_reader_stops_is_rendered_again() -> None:
    text = Pieces(Kept(lambda: iter(["a" * 70_000, "b"])))
    assert next(iter(text)) == "a" * 70_000
    assert "".join(text) == "a" * 70_000 + "b"


def test_a_missing_folder_is_found_once_it_is_created(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        assert not folder.exists("a/b/c.txt")
        assert folder.digest("a/b/c.txt") is None
        folder.make_folder("a/b")
        written = folder.create("a/b/c.txt", [b"text"], 0o644)
        assert folder.digest("a/b/c.txt") == written


@pytest.mark.parametrize(
    "text", ["getThings1Id", "List the jobs, then stop.", "get /things/1", "a  b", "A-b --- c"]
)
def test_a_plain_line_is_the_same_without_the_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = markdown_line(text), markdown_sentence(text)
    monkeypatch.setattr(lines, "_PLAIN_LINE", re.compile(r"(?!)"))
    assert plain == (markdown_line(text), markdown_sentence(text))
