"""The check of docstrings, comments and names of tests that ``make check`` runs."""

from __future__ import annotations

import pytest
from support import ROOT
from support.wording import LIST, checked, findings, prose, rules

RULES = rules(LIST.read_text(encoding="utf-8"))

SOURCE = '''"""How a token is had.

It is what lets requests in.
"""

#: Told by its length.
X = "a value that is told"


def test_what_stands_there():
    """The value held against its schema."""
'''


def test_docstrings_comments_and_names_of_tests_are_prose_and_strings_are_not():
    found = {(line, text.split("\n")[0]) for line, text in prose(SOURCE)}
    assert found == {
        (1, "How a token is had."),
        (6, "Told by its length."),
        (10, "what stands there"),
        (11, "The value held against its schema."),
    }


def test_each_turn_of_phrase_is_found_at_its_line():
    found = {(finding.line, finding.words.lower()) for finding in findings(prose(SOURCE), RULES)}
    assert found == {
        (1, "is had"),
        (3, "lets requests in"),
        (6, "told"),
        (10, "stands"),
        (11, "held against"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "There is no schema here.",
        "The value is no longer valid.",
        "As it stands for now.",
        "A header, not a body.",
    ],
)
def test_ordinary_english_passes(text):
    assert list(findings([(1, text)], RULES)) == []


def test_pages_templates_and_modules_are_checked():
    names = {path.relative_to(ROOT).as_posix() for path, _ in checked()}
    assert {"README.md", "docs/ci.md", "templates/curl/tag.md.j2", "generator/api.py"} <= names
    assert not [name for name in names if "node_modules" in name]


def test_no_file_has_a_turn_of_phrase_from_the_list():
    found = [(path.name, *finding) for path, texts in checked() for finding in findings(texts, RULES)]
    assert found == []
