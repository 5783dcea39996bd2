"""Finds every regular expression of the generator and its templates, in JavaScript's notation for analysis.

Python's patterns are found in the syntax trees and evaluated in their modules; ``written`` converts the
output of Python's own parser to an equivalent expression in JavaScript. Expressions in scripts are found by
acorn's tokenizer.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from support import ROOT

_SCRIPT = ROOT / "tests" / "tools" / "patterns.js"
_METHODS = {
    "search": "search", "match": "match", "fullmatch": "fullmatch",
    "sub": "search", "subn": "search", "split": "search", "findall": "search", "finditer": "search",
}  # fmt: skip


class Pattern(NamedTuple):
    """A pattern, its place, and how it is applied: any of ``search``, ``match`` and ``fullmatch``."""

    file: str
    line: int
    pattern: str | bytes
    flags: int
    modes: frozenset[str]


class Built(NamedTuple):
    """A call whose pattern is built at run time."""

    file: str
    line: int
    source: str


def of_python() -> tuple[list[Pattern], list[Built]]:
    """Every pattern in ``generator/``, and the calls that build their patterns at run time."""
    trees = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "generator").rglob("*.py"))}
    uses = _uses(trees.values())
    found: list[Pattern] = []
    built: list[Built] = []
    for path, tree in trees.items():
        names = {
            id(n.value): t.id
            for n in ast.walk(tree)
            if isinstance(n, ast.Assign)
            for t in n.targets
            if isinstance(t, ast.Name)
        }
        for node in ast.walk(tree):
            call = _call_of_re(node)
            if call is None:
                continue
            file = path.relative_to(ROOT).as_posix()
            try:
                pattern, flags = _evaluated(path, node)
            except NameError:
                built.append(Built(file, node.lineno, ast.unparse(node.args[0])))
                continue
            if call == "compile":
                modes = uses.get(names.get(id(node), ""), {"search", "match", "fullmatch"})
            else:
                modes = {_METHODS[call]}
            found.append(Pattern(file, node.lineno, pattern, flags, frozenset(modes)))
    return found, built


def _call_of_re(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        of = node.func.value
        if isinstance(of, ast.Name) and of.id == "re" and node.func.attr in {*_METHODS, "compile"}:
            return node.func.attr
    return None


def _uses(trees: Iterable[ast.AST]) -> dict[str, set[str]]:
    """How the compiled pattern of each name is applied: ``{"_NAME": {"search"}}``."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _METHODS:
                found.setdefault(node.value.id, set()).add(_METHODS[node.attr])
    return found


def _evaluated(path: Path, node: Any) -> tuple[str | bytes, int]:
    """The pattern and flags of a call to ``re``, evaluated in its module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
    names = dict(vars(module))
    pattern = eval(ast.unparse(node.args[0]), names)
    at = {"compile": 1, "search": 2, "match": 2, "fullmatch": 2, "findall": 2, "finditer": 2, "split": 3}.get(
        node.func.attr, 4
    )
    given = [keyword.value for keyword in node.keywords if keyword.arg == "flags"] or node.args[at : at + 1]
    flags = int(eval(ast.unparse(given[0]), names)) if given else 0
    return (pattern.pattern, pattern.flags) if isinstance(pattern, re.Pattern) else (pattern, flags)


def of_javascript() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every regular expression in scripts and their templates, and the places that build one at run time."""
    files = [
        *(ROOT / "templates").rglob("*.js"),
        *(ROOT / "templates").rglob("*.js.j2"),
        *(ROOT / "generator").rglob("*.js"),
    ]
    found = json.loads(_node("collect", *map(str, sorted(files))))
    for each in (*found["found"], *found["built"]):
        each["file"] = Path(each["file"]).relative_to(ROOT).as_posix()
    return found["found"], found["built"]


def judged(expressions: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Analyze expressions, each a source and flags, with recheck; returns their status and complexity."""
    given = [{"source": source, "flags": flags} for source, flags in expressions]
    return list(json.loads(_node("check", text=json.dumps(given))))


def _node(*arguments: str, text: str = "") -> str:
    done = subprocess.run(
        ["node", _SCRIPT, *arguments], input=text, capture_output=True, text=True, timeout=600, check=True
    )
    return done.stdout


# --- Python's patterns in JavaScript's notation ---------------------------------------------------------


#: The highest bound of a repetition that is kept as it is.
_COUNTED = 16


class UnwritableError(ValueError):
    """Part of the pattern has no notation in JavaScript."""


_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
_PLACES = {
    codes.AT_BEGINNING: "^", codes.AT_BEGINNING_STRING: "^", codes.AT_END: "$", codes.AT_END_STRING: "$",
    codes.AT_BOUNDARY: r"\b", codes.AT_NON_BOUNDARY: r"\B",
}  # fmt: skip


def written(pattern: str | bytes, flags: int, mode: str) -> tuple[str, str]:
    """Source and flags of a JavaScript expression that is equivalent to ``pattern`` applied in ``mode``.

    Possessive repetition and atomic groups, which backtrack less, are written as ordinary ones.
    """
    tree = parser.parse(pattern, flags)
    source = "".join(_parts(tree))
    flags = tree.state.flags
    if mode != "search":
        source = f"^(?:{source})" + ("$" if mode == "fullmatch" else "")
        if flags & re.MULTILINE and mode == "fullmatch":
            raise UnwritableError("the end of the text in several lines")
    known = ((re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"))
    return source, "".join(letter for flag, letter in known if flags & flag)


def repeats(pattern: str | bytes, flags: int) -> bool:
    """Whether ``pattern`` has a long or unbounded repetition; without one, matching at a position is fast."""
    return _repeats(parser.parse(pattern, flags))


def _repeats(tree: Any) -> bool:
    if isinstance(tree, parser.SubPattern | list | tuple):
        found = [*tree]
        if (
            found
            and found[0] in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
            and found[1][1] > _COUNTED
        ):
            return True
        return any(_repeats(part) for part in found)
    return False


def _parts(tree: Iterable[Any]) -> Iterator[str]:
    for code, value in tree:
        yield _part(code, value)


def _part(code: Any, value: Any) -> str:
    if code is codes.LITERAL:
        return _character(value)
    if code is codes.NOT_LITERAL:
        return f"[^{_character(value)}]"
    if code is codes.ANY:
        return "."
    if code is codes.AT:
        return _PLACES[value]
    if code is codes.IN:
        return _class(value)
    if code is codes.BRANCH:
        return "(?:" + "|".join("".join(_parts(each)) for each in value[1]) + ")"
    if code is codes.SUBPATTERN:
        group, added, removed, inner = value
        if added or removed:
            raise UnwritableError("flags of a group")
        return ("(" if group else "(?:") + "".join(_parts(inner)) + ")"
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = value
        if most > _COUNTED:
            # A high bound is analyzed as no bound: the pattern then matches more, so that nothing is missed.
            least, most = min(least, 1), codes.MAXREPEAT
        count = f"{{{least},{'' if most is codes.MAXREPEAT else most}}}"
        return f"(?:{''.join(_parts(inner))}){count}{'?' if code is codes.MIN_REPEAT else ''}"
    if code is codes.ATOMIC_GROUP:
        return f"(?:{''.join(_parts(value))})"
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        direction, inner = value
        look = (
            ("=" if code is codes.ASSERT else "!")
            if direction > 0
            else ("<=" if code is codes.ASSERT else "<!")
        )
        return f"(?{look}{''.join(_parts(inner))})"
    if code is codes.GROUPREF:
        return f"\\{value}"
    raise UnwritableError(str(code))


def _class(members: Iterable[Any]) -> str:
    text = ""
    for code, value in members:
        if code is codes.NEGATE:
            text += "^"
        elif code is codes.LITERAL:
            text += _character(value)
        elif code is codes.RANGE and value[0] > 0xFFFF:
            text += "\\uffff"
        elif code is codes.RANGE:
            text += f"{_character(value[0])}-{_character(value[1])}"
        elif code is codes.CATEGORY:
            text += _CATEGORIES[value]
        else:
            raise UnwritableError(str(code))
    return f"[{text}]"


def _character(code: int) -> str:
    shown = chr(code)
    if shown.isascii() and shown.isalnum():
        return shown
    # Characters of the basic plane suffice to distinguish the classes.
    return f"\\u{min(code, 0xFFFF):04x}"
