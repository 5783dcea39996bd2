"""The plan of the package: what each part may import, no import cycles, no crowded folders."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from support import ROOT

PACKAGE = ROOT / "generator"
#: From the lowest layer to the highest. A module imports its own layer and lower ones.
LAYERS = (
    (
        "budget deep_stack errors file_stamps identity installation output_names resources suggestions "
        "unused_names urls"
    ).split(),
    ["auth"],
    ["escaping"],
    ["console", "texts"],
    ["reading"],
    ["model"],
    ["changes"],
    ["project"],
    ["targets", "output", "mock"],
    ["api"],
    ["preview"],
    ["cli"],
    ["__main__"],
)
#: Parts of one layer that must not import each other, except as listed.
APART: Mapping[str, frozenset[str]] = {
    "targets.shared": frozenset(),
    "targets.curl": frozenset({"targets.shared"}),
    "targets.postman": frozenset({"targets.shared"}),
    # The site shows curl samples, and offers the collections and environments for download.
    "targets.docs": frozenset({"targets.shared", "targets.curl", "targets.postman"}),
    "output": frozenset(),
    "mock": frozenset(),
}
#: The most modules in a folder, besides its `__init__.py`.
MOST_MODULES = 15
#: Modules that access disk or network, which layers that turn data into text must not import.
DISK = frozenset({"shutil", "tempfile", "subprocess", "socket"})


def _modules() -> dict[str, Path]:
    """Dotted name below the package → path, for every module."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = _modules()


def _imports(path: Path) -> Iterator[str]:
    """The modules that a module imports at its top, in functions, and for type checkers."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "Imports name the whole module."
            for alias in node.names:
                full = f"{node.module}.{alias.name}".partition(".")[2]
                yield full if full in MODULES and full else f"{node.module}".partition(".")[2]
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[2] for alias in node.names if _is_own(alias.name))


def _is_own(name: str) -> bool:
    return name == "generator" or name.startswith("generator.")


def _own_imports(name: str) -> set[str]:
    tree = ast.parse(MODULES[name].read_text())
    own = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    if not any(_is_own(module) for module in own):
        return set()
    return {found for found in _imports(MODULES[name]) if found in MODULES} - {name}


IMPORTS = {name: _own_imports(name) for name in MODULES if name}


def _layer(name: str) -> int:
    part = name.split(".")[0]
    (layer,) = (index for index, parts in enumerate(LAYERS) if part in parts)
    return layer


def _apart(name: str) -> str:
    return next((part for part in APART if name == part or name.startswith(f"{part}.")), "")


def _upward(imports: Mapping[str, set[str]]) -> list[str]:
    """Imports from a layer to a higher one, or between parts that are kept apart."""
    found = []
    for name, others in imports.items():
        for other in others - {""}:
            here, there = _apart(name), _apart(other)
            strange = here and there and here != there and there not in APART[here]
            if _layer(other) > _layer(name) or strange:
                found.append(f"{name} imports {other}")
    return sorted(found)


def test_every_module_belongs_to_one_layer():
    for name in IMPORTS:
        _layer(name)


def test_no_import_leads_to_a_higher_layer():
    assert _upward(IMPORTS) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [("reading.document", "model.types"), ("model.types", "targets.docs"), ("targets.curl.pages", "output")],
)
def test_an_import_of_a_higher_layer_is_found(name, other):
    assert _upward({name: {other}}) == [f"{name} imports {other}"]


def test_there_are_no_import_cycles():
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_folder_is_crowded():
    folders = {path.parent for path in MODULES.values()}
    for folder in folders:
        modules = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= MOST_MODULES, f"{folder.relative_to(ROOT)}: {modules}"


@pytest.mark.parametrize("part", ["model", "changes", "targets", "escaping"])
def test_layers_that_turn_data_into_text_do_not_access_the_disk(part):
    for name in IMPORTS:
        if name.split(".")[0] == part:
            tree = ast.parse(MODULES[name].read_text())
            names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
            assert names.isdisjoint(DISK), name
            calls = {
                node.func.id
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert "open" not in calls, name
