"""Every field × every door × payloads: each file has the form of a harmless twin's, whatever it says.

The description says a text of its own in every field that the published schemas list. All files are generated
for each payload, and the real consumer of each kind reads them: a JavaScript parser, bash, curl, Chromium,
and parsers of YAML, JSON, CSV, CommonMark and HTML. What they find differs from the twin in texts alone.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from hostile_description import Texts, description
from markdown_it import MarkdownIt
from recorder import Recorder, recorder
from support import ROOT
from test_csv_text import formulas

from generator import load

HARMLESS = "plain"
PAYLOADS = {
    "shell": "'$(touch pwned)`touch pwned`\"",
    "shell line": "a\ntouch pwned\n",
    "heredoc": "\nBODY\nEOF\ntouch pwned\n",
    "curl": "@/etc/passwd;headers=@/etc/passwd,<x",
    "script": "'); throw 1; ('",
    "template literal": "`${process.exit(1)}`\\",
    "comment": "*/ throw 1 /*\n// x",
    "separators": "\u2028throw 1\u2029",
    "element": "</script><script>ran=1</script><img src=x onerror=ran=1>",
    "attribute": '" onmouseover="ran=1" \' autofocus x=\'',
    "markdown": "](javascript:ran=1) <javascript:ran=1>",
    "fence": "\n````\n</code><img src=x>\n",
    "yaml": "\n- &a !!python/object x: {y: [*a\n---\n",
    "formula": "=cmd|' /C calc'!A0",
    "variables": "{{CLIENT_SECRET}}{{$guid}}",
    "jinja": "{% raw %}{# {{ 7 * 7 }}",
    "path": "../../pwned",
    "terminal": "\x1b]0;pwned\x07\x1b[2J\u202e\u0085",
    "prototype": "__proto__",
}
Files = Mapping[str, str]


@cache
def _rendered(payload: str, address: str = "http://127.0.0.1:9") -> Files:
    """Every file that is generated of the description, by path."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = description(Texts(payload), address)
        ids = [root["paths"]["/things/{id}"]["post"]["operationId"]]
        (folder / "hostile.json").write_text(json.dumps(root))
        (folder / "callsheet.yaml").write_text(f"description: hostile.json\ndata: {json.dumps(ids)}\n")
        files = load(project_file=folder / "callsheet.yaml").render()
        return {path: "".join(each.text) for path, each in files.items()}


@pytest.fixture(params=PAYLOADS)
def payload(request: pytest.FixtureRequest) -> str:
    return PAYLOADS[request.param]


@pytest.fixture
def files(payload: str) -> Files:
    return _rendered(payload)


@pytest.fixture
def twin() -> Files:
    return _rendered(HARMLESS)


def _of(files: Files, *endings: str) -> list[str]:
    """The texts of the files of a kind, in order; names may differ."""
    return [text for path, text in files.items() if path.endswith(endings)]


# --- File names ---------------------------------------------------------------------------------------------


def test_names_of_files_are_plain_and_there_are_none_that_the_twin_lacks(files, twin):
    kinds, usual = (Counter(path.rpartition(".")[2] for path in each) for each in (files, twin))
    assert kinds - usual == Counter()
    assert kinds.keys() == usual.keys()
    for path in files:
        assert ".." not in path.split("/")
        assert not path.startswith("/")
        assert len({each.casefold() for each in files}) == len(files)
        assert not re.search(r'[\\:*?"<>|\x00-\x1f\x7f-\x9f\u2028-\u202e]', path), path
        assert all(len(part.encode()) < 200 for part in path.split("/"))


# --- JSON, YAML, CSV ----------------------------------------------------------------------------------------


#: Members that a request has where a name or a value can't be sent as it is.
_OF_THE_FORMAT = {"disabled"}


def _members(value: Any) -> set[str]:
    """The names of all members in a value."""
    if isinstance(value, dict):
        return set(value).union(*map(_members, value.values()))
    return set().union(*map(_members, value)) if isinstance(value, list) else set()


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value, names of members among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in (*value.keys(), *value.values()) if isinstance(value, dict) else value:
            yield from _texts(child)


@pytest.mark.parametrize(
    ("endings", "read"),
    [
        (("postman_collection.json", "postman_environment.json"), json.loads),
        ((".yaml",), yaml.safe_load),
    ],
    ids=["JSON", "YAML"],
)
def test_files_of_postman_have_no_member_that_the_twin_lacks(endings, read, files, twin):
    usual = set().union(*(_members(read(text)) for text in _of(twin, *endings)))
    texts = _of(files, *endings)
    assert len(texts) > 1
    for text in texts:
        assert _members(read(text)) - usual - _OF_THE_FORMAT == set()


def test_rows_of_a_data_file_are_the_sample(payload, files):
    """As JSON with the texts of the description; as CSV with as many cells in each row, and no formula."""
    rows = json.loads(next(text for path, text in files.items() if re.match(r"data/.*\.json$", path)))
    assert rows
    assert all(any(payload in text for text in _texts(row)) for row in rows)
    (text,) = _of(files, ".csv")
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(table) == len(rows) + 1
    assert len({len(row) for row in table}) == 1
    assert formulas(text) == []


# --- JavaScript ---------------------------------------------------------------------------------------------


def _exec(node: Any) -> Iterator[str]:
    """The scripts of a collection, in format 2.1.0 and in files of format 3.0.0."""
    if isinstance(node, dict):
        for key, child in node.items():
            if key == "exec" and isinstance(child, list):
                yield "\n".join(child)
            elif key == "code" and isinstance(child, str):
                yield child
            else:
                yield from _exec(child)
    elif isinstance(node, list):
        for child in node:
            yield from _exec(child)


def _scripts(files: Files) -> list[str]:
    collections = (json.loads(text) for text in _of(files, "postman_collection.json"))
    definitions = (yaml.safe_load(text) for text in _of(files, ".yaml"))
    return [script for each in (*collections, *definitions) for script in _exec(each)]


@cache
def _trees(payload: str) -> list[list[str]]:
    """The trees of each script's statements without their data, as digests."""
    files = _rendered(payload)
    scripts = [*_scripts(files), *(text for path, text in files.items() if path.endswith(".js"))]
    done = subprocess.run(
        ["node", ROOT / "tests" / "tools" / "script-tree.js"],
        input=json.dumps(scripts).encode(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def test_scripts_have_no_statement_that_the_twin_lacks(payload):
    trees = _trees(payload)
    assert len(trees) > 10
    statements, usual = ({each for tree in found for each in tree} for found in (trees, _trees(HARMLESS)))
    assert [each for each in statements if each.startswith("no script")] == []
    assert statements - usual == set()


# --- Markdown -----------------------------------------------------------------------------------------------

#: Addresses that a link of a description may have.
_SAFE = re.compile(r"(https?:|mailto:|#|[\w./%-]+(#.*)?$)", re.IGNORECASE)


def _markdown(files: Files) -> Iterator[str]:
    """Pages, and what Postman shows as Markdown."""
    yield from _of(files, ".md")
    for text in _of(files, "postman_collection.json"):
        yield from _descriptions(json.loads(text))


def _descriptions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            yield node["description"]
        for child in node.values():
            yield from _descriptions(child)
    elif isinstance(node, list):
        for child in node:
            yield from _descriptions(child)


def test_markdown_holds_no_html_and_leads_nowhere_unsafe(files):
    reader = MarkdownIt("commonmark").enable("table")
    for text in _markdown(files):
        for token in reader.parse(text):
            assert token.type != "html_block", token.content
            for inner in token.children or ():
                assert inner.type != "html_inline", inner.content
                where = inner.attrs.get("href", inner.attrs.get("src", ""))
                assert not where or _SAFE.match(str(where)), where


# --- HTML ---------------------------------------------------------------------------------------------------


class _Elements(HTMLParser):
    """The elements of a page with the names of their attributes, and where its scripts come from."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[tuple[str, tuple[str, ...]]] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def test_pages_have_no_element_and_no_attribute_that_the_twin_lacks(files, twin):
    usual = {each for text in _of(twin, ".html") for each in _Elements(text).seen}
    # What Markdown in a description may become.
    usual |= {(tag, ()) for tag in ("pre", "code", "p", "em", "strong", "hr", "ul", "ol", "li", "h5", "br")}
    usual |= {("pre", ("tabindex",)), ("ol", ("start",))}
    links = {link for text in _of(twin, ".html") for link in _Elements(text).links}
    for text in _of(files, ".html"):
        page = _Elements(text)
        assert page.seen - usual == set()
        assert [link for link in page.links if link not in links and not _SAFE.match(link)] == []


def test_pages_run_nothing_in_a_browser(visit, tmp_path):
    """The payloads of pages in a real browser."""
    from browsing import has_run, on_disk

    for name in ("element", "attribute", "markdown", "fence", "script", "jinja"):
        folder = tmp_path / name
        for path, text in _rendered(PAYLOADS[name]).items():
            if path.startswith("docs/"):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text)
        visited = visit(on_disk(folder / "docs"))
        assert has_run(visited.page, "ran") == []
        visited.assert_quiet()


# --- Shell --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    with recorder() as opened:
        yield opened


_VARIABLE = re.compile(r"\$\{?((?!OUTPUT\b)[A-Z][A-Z0-9_]{2,})\b")
_BLOCK = re.compile(r"^(`{3,}|~{3,})shell\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)


def _ran(files: Files, server: Recorder, folder: Path) -> list[tuple[int, int]]:
    """Runs each script and each block of the pages with the real curl in an empty folder.

    Gives what each did: its exit code and the number of its requests.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    empty = folder / "empty"
    empty.mkdir()
    scripts = [text for path, text in files.items() if path.startswith("curl/") and path.endswith(".sh")]
    blocks = [found[2] for text in _of(files, ".md") for found in _BLOCK.finditer(text)]
    assert len(scripts) > 5
    assert len(blocks) > 5
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "BASE_URL": server.address,
        "http_proxy": server.address,
        "https_proxy": "http://127.0.0.1:9",
        "no_proxy": "127.0.0.1",
    }
    done = []
    for text in (*scripts, *blocks):
        before = len(server.in_order)
        needed = dict.fromkeys(_VARIABLE.findall(text), "value")
        result = subprocess.run(
            ["bash", "-c", text],
            env={**needed, **environment},
            cwd=empty,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
        )
        done.append((result.returncode, len(server.in_order) - before))
    assert sorted(path.name for path in folder.rglob("*")) == ["empty", "home"]
    assert not any(b"root:" in sent.body for sent in server.in_order)
    return sorted(done)


@pytest.fixture(scope="module")
def usual(server, tmp_path_factory) -> list[Any]:
    return _ran(_rendered(HARMLESS, server.address), server, tmp_path_factory.mktemp("twin"))


@pytest.mark.parametrize("name", ["shell", "shell line", "heredoc", "curl", "path", "formula"])
def test_scripts_and_blocks_do_what_the_twin_does(name, server, usual, tmp_path):
    assert _ran(_rendered(PAYLOADS[name], server.address), server, tmp_path) == usual


def test_scripts_parse(files):
    texts = [*_of(files, ".sh"), *(found[2] for text in _of(files, ".md") for found in _BLOCK.finditer(text))]
    whole = "\n".join(f"f{number}() {{\n{text}\n}}" for number, text in enumerate(texts))
    done = subprocess.run(["bash", "-n"], input=whole.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


# --- Terminal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["terminal", "separators", "shell line"])
def test_a_terminal_gets_no_control_characters(name, tmp_path):
    (tmp_path / "hostile.json").write_text(
        json.dumps(description(Texts(PAYLOADS[name]), "http://127.0.0.1:9"))
    )
    for command in (["validate", "hostile.json"], ["generate", "hostile.json", "-o", "out"]):
        done = subprocess.run(
            [Path(sys.executable).parent / "callsheet", *command],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        text = (done.stdout + done.stderr).decode()
        assert "Traceback" not in text
        bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") and c != "\n"}
        assert bad == set()
