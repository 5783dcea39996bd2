"""Format 3: nothing of format 2.1.0 is lost, and every file name is valid on every file system."""

from __future__ import annotations

import copy
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from support import OURS, environment_file
from support.wire_cases import description as wire_cases

from generator import generate, load
from generator.targets.postman.collections import collections
from generator.targets.postman.formats import FORMAT_3
from generator.targets.postman.v3.file_names import FolderNames, length, safe_name
from generator.targets.postman.v3.files import collection_files
from generator.texts import Items

RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³"
}
SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        f"/{name}": {"get": {"summary": name, "tags": ["T"], "responses": {"200": {"description": "Yes"}}}}
        for name in ("first", "second", "third")
    },
}


def _written(root: Mapping[str, Any], folder: Path) -> Path:
    (folder / "api.json").write_text(json.dumps(root))
    generate(load(folder / "api.json"), folder / "out", ["postman-v3"])
    return folder / "out" / "postman"


def _files(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): f.read_text() for f in sorted(folder.rglob("*")) if f.is_file()}


def _whole(value: Any) -> Any:
    """A structure with all of its lazy parts evaluated."""
    if isinstance(value, Items):
        return [_whole(item) for item in value.make()]
    if isinstance(value, dict):
        return {key: _whole(child) for key, child in value.items()}
    return [_whole(child) for child in value] if isinstance(value, list) else value


def _structures(root: Mapping[str, Any] | None, folder: Path) -> list[dict[str, Any]]:
    """The collections of a description (by default our own) in the structure of format 2.1.0."""
    if root is not None:
        (folder / "api.json").write_text(json.dumps(root))
    plan = (
        load(folder / "api.json") if root is not None else load(project_file=OURS.parent / "callsheet.yaml")
    )
    return [_whole(structure) for _, structure in collections(plan.api, plan.settings, FORMAT_3)]


# --- Nothing is lost --------------------------------------------------------------------------------------


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, including property names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)


def _meaningful_texts(structure: Any) -> Iterator[str]:
    """Every text of a collection in format 2.1.0 with a meaning to readers or runtimes."""
    if isinstance(structure, list):
        for child in structure:
            yield from _meaningful_texts(child)
    for key, child in structure.items() if isinstance(structure, dict) else ():
        if key == "exec":
            yield "\n".join(child)
        elif key in (
            "description",
            "name",
            "key",
            "value",
            "raw",
            "method",
            "body",
            "code",
            "src",
            "id",
            "status",
        ):
            yield from _texts(child) if key != "body" or isinstance(child, str) else _meaningful_texts(child)
        elif key == "script":
            yield from _meaningful_texts({"exec": child["exec"]})
        else:
            yield from _meaningful_texts(child)


@pytest.mark.parametrize("root", [None, wire_cases("http://127.0.0.1:9")], ids=["ours", "wire"])
def test_every_text_of_format_2_is_in_format_3(root, tmp_path):
    for structure in _structures(root, tmp_path):
        files = dict(collection_files(structure, "C"))
        # The name of a file or folder need not be repeated inside.
        stems = {part.removesuffix(".request.yaml") for path in files for part in path.split("/")}
        stems |= {part.removesuffix(".example.yaml") for path in files for part in path.split("/")}
        found = {text for content in files.values() for text in _texts(yaml.safe_load(content))} | stems
        assert {text for text in _meaningful_texts(structure) if text} - found == set()


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every mapping in a structure."""
    if isinstance(value, dict):
        yield path
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(child, (*path, key))


def test_an_unknown_field_of_format_2_is_an_error_rather_than_lost(tmp_path):
    root = wire_cases("http://127.0.0.1:9")
    kept = ("upload", "form", "json", "bytes", "get-with-body", "query-in-path", "headers")
    root["paths"] = {path: item for path, item in root["paths"].items() if path.split("/")[1] in kept}
    for item in root["paths"].values():
        for operation in item.values():
            operation |= {"tags": ["T"], "security": [{"basic": []}]}
    root["components"] = {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}}
    (structure, *_) = _structures(root, tmp_path)
    places = list(_places(structure))
    assert len(places) > 100
    for place in places:
        changed = copy.deepcopy(structure)
        found: Any = changed
        for key in place:
            found = found[key]
        found["later"] = {"key": "x"}
        with pytest.raises(ValueError, match="no place for later"):
            list(collection_files(changed, "C"))


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"mode": "graphql", "graphql": {}}, "no body 'graphql'"),
        ({"mode": "raw", "raw": "", "options": {"raw": {"language": "sql"}}}, "no language 'sql'"),
    ],
)
def test_an_unknown_kind_of_body_is_an_error(body, what, tmp_path):
    (structure,) = _structures(SHOP, tmp_path)[:1]
    structure["item"][0]["item"][0]["request"]["body"] = body
    with pytest.raises(ValueError, match=what):
        list(collection_files(structure, "C"))


def test_files_are_rendered_one_by_one(tmp_path):
    (structure,) = _structures(SHOP, tmp_path)[:1]
    made = []

    def items() -> Iterator[Mapping[str, Any]]:
        for item in structure["item"][0]["item"]:
            made.append(item["name"])
            yield item

    files = collection_files({**structure, "item": Items(items)}, "C")
    next(path for path, _ in files if path == "first.request.yaml")
    assert made == ["first"]


def test_environments_have_the_values_of_format_2(ours, tmp_path):
    for name in ("local", "stage", "production"):
        file = ours.folder / "postman" / "environments" / f"{name}.environment.yaml"
        other = json.loads(environment_file(tmp_path, ours.environment(name)).read_text())
        found = yaml.safe_load(file.read_text())
        assert found["values"] == other["values"]
        assert (found["id"], found["name"]) == (other["id"], other["name"])


# --- Small diffs ------------------------------------------------------------------------------------------


def test_a_changed_request_changes_one_file(tmp_path):
    before = _files(_written(SHOP, tmp_path))
    root = copy.deepcopy(SHOP)
    root["paths"]["/second"]["get"]["description"] = "Now with a word on it."
    after = _files(_written(root, tmp_path))
    assert before.keys() == after.keys()
    (changed,) = (path for path in before if after[path] != before[path])
    assert changed == "collections/Shop/T/second.request.yaml"
    lines = set(after[changed].splitlines()) ^ set(before[changed].splitlines())
    assert lines == {"description: Now with a word on it."}


def test_a_renamed_request_leaves_no_file_and_no_empty_folder_behind(tmp_path):
    _written(SHOP, tmp_path)
    root = copy.deepcopy(SHOP)
    root["paths"]["/second"]["get"] |= {"summary": "other", "tags": ["U"]}
    root["paths"]["/first"]["get"] |= {"summary": "new"}
    folder = _written(root, tmp_path)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert not {path for path in found if "second" in path or "first" in path}
    folders = [path for path in folder.rglob("*") if path.is_dir()]
    assert all(any(file.is_file() for file in each.rglob("*")) for each in folders)


def test_a_new_request_does_not_rename_others(tmp_path):
    root = copy.deepcopy(SHOP)
    long = "A name that begins like another one and is longer than any file name may be, "
    for number, path in enumerate(("/a", "/b", "/c", "/d")):
        summary = f"{long}{number}" if number % 2 else "Same"
        root["paths"][path] = {"get": {"summary": summary, "responses": {"200": {"description": "Yes"}}}}
    before = _files(_written(root, tmp_path)).keys()
    root["paths"]["/new"] = {"get": {"summary": long, "responses": {"200": {"description": "Yes"}}}}
    root["paths"]["/e"] = {"get": {"summary": "same", "responses": {"200": {"description": "Yes"}}}}
    assert before < _files(_written(root, tmp_path)).keys()


# --- Names ------------------------------------------------------------------------------------------------


@given(st.text() | st.text('aA. /\\:-~"😀é\u0301\u202e\ud800', max_size=80), st.integers(8, 60))
@example("CON", 8)
@example("nul .txt", 60)
@example("\ufeff..", 60)
@example("😀" * 40, 60)
@example('A"\u0300', 8)
def test_a_name_is_valid_on_every_file_system(text, most):
    name = safe_name(text, most)
    assert 0 < len(name.encode("utf-16-le")) // 2 <= most
    assert not re.search(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]', name)
    assert name.strip(" .") == name
    assert name[0] != "-"
    assert name.split(".")[0].strip().lower() not in RESERVED
    assert safe_name(name, most) == name
    assert unicodedata.is_normalized("NFC", name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Create a privacy job", "Create a privacy job"),
        ("GET /jobs/{id}", "GET jobs-{id}"),
        ("Key: in a *header*?", "Key in a header"),
        ("../../x", "x"),
        (".resources", "resources"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("CON", "CON_"),
        ("com1.txt", "com1_.txt"),
        ("Console", "Console"),
        ("two\nlines\tand more", "two lines and more"),
        ("50 % off - now", "50 % off - now"),
        ("Zoë 😀", "Zoë 😀"),
    ],
)
def test_a_name_stays_readable(text, name):
    assert safe_name(text, 60) == name


def test_a_long_name_is_cut_between_words_and_marked():
    name = safe_name("Retrieve customer access information that was created long ago", 47)
    assert re.fullmatch("Retrieve customer access information that-[0-9a-f]{4}", name)
    assert name != safe_name("Retrieve customer access information that was created just now", 47)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('expandIds: "unknown" is none of "true", "false"', "expandIds unknown is none of true, false"),
        ('"a"/"b" and c"d', "a-b and c-d"),
        (
            'users[0].userIDs[0].isDeletedClientSide: "text" is not a boolean',
            "isDeletedClientSide text is not a boolean-525c",
        ),
        ("users[0].userIDs[0].namespace: an item is repeated", "userIDs[0].namespace an item is repeated"),
        ("without users[0].userIDs[0].namespaces, which key needs", "without namespaces, which key needs"),
        ("JOB_ID: 00000000-0000-4000-8000-000000000000 is unknown", "JOB_ID 00000000-000… is unknown"),
        ('q: "unknown" is none of alternative, alternatives, another', "q unknown is none of alternative"),
    ],
)
def test_a_long_name_of_a_variation_keeps_its_meaning(text, name):
    assert re.fullmatch(re.escape(name) + "(-[0-9a-f]{4})?", safe_name(text, 47))


@given(st.lists(st.text("aAéE\u0301ßsſK\u212a. /", max_size=12), max_size=12))
def test_names_in_a_folder_differ_on_every_file_system(texts):
    names = FolderNames()
    found = [names.take(text, str(number), 20) for number, text in enumerate(texts)]
    assert len({unicodedata.normalize("NFD", name).casefold() for name in found}) == len(texts)
    assert all(length(name) <= 20 for name in found)


@given(
    st.lists(st.sampled_from(["List", "list", "LIST ", "Get", "x" * 50]), min_size=1, unique=True), st.data()
)
def test_a_later_name_does_not_change_earlier_ones(texts, data):
    """Of similar names, the first is kept and the others are marked by their ids, whatever their order."""
    order = data.draw(st.permutations(texts[1:]))
    first, second = FolderNames(), FolderNames()
    before = {text: first.take(text, text, 30) for text in texts}
    after = {text: second.take(text, text, 30) for text in [texts[0], *order]}
    assert after[texts[0]] == before[texts[0]]
    marked = [text for text in texts[1:] if text.strip().lower() == texts[0].strip().lower()]
    assert all(after[text] == before[text] for text in marked)


def _nested(levels: int, name: str) -> dict[str, Any]:
    """A description of nested tags, each with a description and a request."""
    tags = [f"{name} {n}" for n in range(levels)]
    return {
        "openapi": "3.2.0",
        "info": {"title": "Deep " * 40, "version": "1"},
        "tags": [
            {"name": tag, "description": f"About {n}.", **({"parent": tags[n - 1]} if n else {})}
            for n, tag in enumerate(tags)
        ],
        "paths": {
            f"/{n}": {
                "get": {
                    "tags": [tag],
                    "summary": "A request whose name is very long, too " * 3 + str(n),
                    "responses": {
                        "200": {"description": "Yes"},
                        "511": {"description": "No"},
                        "default": {"description": "No"},
                    },
                }
            }
            for n, tag in enumerate(tags)
        },
    }


@pytest.mark.parametrize("levels", [1, 3, 40])
@pytest.mark.parametrize("name", ["L", "A folder with a name so long that no file system would have it 😀"])
def test_names_and_paths_obey_their_limits_however_deep_folders_are_nested(levels, name, tmp_path):
    files = _files(_written(_nested(levels, name), tmp_path))
    paths = [Path(path).parts[1:] for path in files if path.startswith("collections/")]
    assert sum(parts[-1].endswith(".request.yaml") for parts in paths) == levels
    assert max(length("/".join(parts[1:])) for parts in paths) <= 180
    assert max(length(part) for parts in paths for part in parts) <= 60
    found = {
        text.get("description")
        for path, content in files.items()
        if path.endswith("definition.yaml")
        for text in [yaml.safe_load(content)]
    }
    assert {f"About {n}." for n in range(levels)} <= found


def test_flattened_folders_keep_the_order_of_requests(tmp_path):
    """A folder nested too deeply becomes a sibling, and its requests still run in the same order."""
    files = _files(_written(_nested(30, "Level"), tmp_path))
    (structure, *_) = _structures(_nested(30, "Level"), tmp_path)

    def names(items: list[Any]) -> Iterator[str]:
        for item in items:
            yield from names(item["item"]) if "item" in item else [item["name"]]

    read = {
        path.removeprefix("collections/").partition("/")[2]: yaml.safe_load(text)
        for path, text in files.items()
    }

    def run(folder: str) -> Iterator[str]:
        found = []
        for path, content in read.items():
            inside = path.removeprefix(folder) if path.startswith(folder) else ""
            if re.fullmatch(r"[^/]+\.request\.yaml", inside):
                found.append((content["order"], content["name"], None))
            elif re.fullmatch(r"(?!\.)[^/]+/\.resources/definition\.yaml", inside):
                found.append((content["order"], "", f"{folder}{inside.partition('/')[0]}/"))
        assert len({order for order, *_ in found}) == len(found)
        for _, name, below in sorted(found):
            yield from run(below) if below else [name]

    assert list(run("")) == list(names(structure["item"]))


def test_no_path_leads_out_of_the_collection_whatever_the_names(tmp_path):
    hostile = [
        "..",
        "../../x",
        ".resources",
        "CON",
        "con",
        "Con.",
        "😀",
        " ",
        "a.request.yaml",
        "a",
        "\\\\x\\y",
        "é",
        "e\u0301",
    ]
    root = {
        "openapi": "3.1.0",
        "info": {"title": "../../up", "version": "1"},
        "paths": {
            f"/{n}/{m}": {
                "get": {"tags": [tag], "summary": summary, "responses": {"200": {"description": "Yes"}}}
            }
            for n, tag in enumerate(hostile)
            for m, summary in enumerate(hostile)
        },
    }
    folder = _written(root, tmp_path)
    found = [path.relative_to(folder) for path in folder.rglob("*.request.yaml")]
    assert len(found) == len(hostile) ** 2
    assert len({unicodedata.normalize("NFD", str(path)).casefold() for path in found}) == len(found)
    assert {path.parts[:2] for path in found} == {("collections", "up")}
    assert all(len(path.parts) in (3, 4) and path.parts[2] != ".resources" for path in found)
    assert {path.name for path in tmp_path.iterdir()} == {"api.json", "out"}
