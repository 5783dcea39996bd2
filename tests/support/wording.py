"""Check the English of modules, templates and pages against ``tests/package/wording.txt``.

Of a Python module, that is its docstrings, comments and names of tests.

    PYTHONPATH=tests python -m support.wording

It prints each finding with its place and advice, and exits with 1 if there are any.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from support import ROOT

LIST = ROOT / "tests" / "package" / "wording.txt"
#: The files that are checked.
PATTERNS = (
    "generator/**/*.py",
    "tests/**/*.py",
    "templates/**/*.j2",
    "*.md",
    "docs/*.md",
    "specs/guides/*.md",
)


class Rule(NamedTuple):
    """A turn of phrase, and what to write instead."""

    pattern: re.Pattern[str]
    advice: str


class Finding(NamedTuple):
    """A turn of phrase that a rule refuses, and its line, from 1."""

    line: int
    words: str
    advice: str


def rules(text: str) -> list[Rule]:
    """Read the rules of a list: on each line a regular expression, ``->`` and the advice."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [line.split("->", 1) for line in lines]
    return [
        Rule(re.compile(rf"\b(?:{words.strip()})", re.IGNORECASE), advice.strip()) for words, advice in pairs
    ]


def prose(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings, comments and names of tests (as words) of a module, each with its line."""
    for node in ast.walk(ast.parse(source)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                value = child.value.value
                if isinstance(value, str):
                    yield child.lineno, value
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.lineno, node.name.removeprefix("test_").replace("_", " ")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("#: ")


def findings(texts: Iterable[tuple[int, str]], listed: list[Rule]) -> Iterator[Finding]:
    """Find what the rules refuse in texts, each given with its first line."""
    for line, text in texts:
        for rule in listed:
            for found in rule.pattern.finditer(text):
                yield Finding(line + text.count("\n", 0, found.start()), found[0], rule.advice)


def checked() -> Iterator[tuple[Path, Iterable[tuple[int, str]]]]:
    """Every file that is checked, with its texts: the prose of Python modules, everything in other files."""
    for pattern in PATTERNS:
        for path in sorted(ROOT.glob(pattern)):
            if "node_modules" not in path.parts:
                source = path.read_text(encoding="utf-8")
                yield path, prose(source) if path.suffix == ".py" else [(1, source)]


def main() -> int:
    """Print every finding; returns 1 if there are any."""
    listed = rules(LIST.read_text(encoding="utf-8"))
    count = 0
    for path, texts in checked():
        for finding in findings(texts, listed):
            print(f"{path.relative_to(ROOT)}:{finding.line}: {finding.words!r}: {finding.advice}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
