"""Every field × every door × payloads: each file has the form of a harmless twin's, whatever it says.

The description says a text of its own in every field that the published schemas list. All files are generated
for each payload, and the real consumer of each kind reads them: a JavaScript parser, bash, curl, Chromium,
and parsers of YAML, JSON, CSV, CommonMark and HTML. What they find differs from the twin in texts alone.
"""

from __future__ import annotations

import base64
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
from markdown_it import MarkdownIt
from support import ROOT
from support.browsing import has_run, on_disk
from support.csv_formulas import formulas
from support.hostile_description import Texts, description
from support.recorder import Recorder, recorder

from generator import load

#: As the payloads, it is too much for the name of a file and no name of a header; it ends and begins nothing.
_HARMLESS = "harmless? words"
PAYLOADS = {
    "curl": "@/etc/passwd;headers=@/etc/passwd,<x\"'$(touch pwned)`touch pwned`",
    "shell": "'\ntouch pwned\n\"\ntouch pwned\nBODY\nEOF\ntouch pwned\n$(touch pwned)`touch pwned`\n",
    "script": "*/ throw 1 /*');throw 1;('`${throw 1}\\`\u2028throw 1\u2029throw 1\n// x\\",
    "page": "\" onmouseover=\"ran=1\" autofocus ' onfocus='ran=1' --></script></title>"
    "<script>ran=1</script><img src=x onerror=ran=1>",
    "markdown": "](javascript:ran=1) <javascript:ran=1>\n````\n</code><img src=x onerror=ran=1>\n\n"
    "[a]: javascript:ran=1\n",
    "yaml": "\n- &a !!python/object x: {y: [*a\n---\n# ",
    "formula": "=cmd|' /C calc'!A0\t=1,=1;=1\n=1",
    "variables": "{{CLIENT_SECRET}}{{$guid}}{% raw %}{# {{ 7 * 7 }}",
    "path": "../..\\../pwned:",
    "terminal": "\x1b]0;pwned\x07\x1b[2J\u202e\x85\u2028\u2029::error::\r",
}
Files = Mapping[str, str]


@cache
def _rendered(payload: str) -> Files:
    """Every file that is generated of the description, by path."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = description(Texts(payload), "http://api.example")
        ids = [root["paths"]["/things/{id}"]["post"]["operationId"]]
        (folder / "hostile.json").write_text(json.dumps(root))
        (folder / "callsheet.yaml").write_text(json.dumps({"description": "hostile.json", "data": ids}))
        files = load(project_file=folder / "callsheet.yaml").render()
        return {path: "".join(each.text) for path, each in files.items()}


def _twin(payload: str) -> str:
    """A harmless text that is left out where ``payload`` is.

    No column of a data file has a dot in its name, and a media type with an asterisk is a range of them. A
    long text names a request by a part of it.
    """
    return (_HARMLESS + "".join(each for each in ".*" if each in payload)).ljust(len(payload), "s")


@pytest.fixture(params=PAYLOADS)
def payload(request: pytest.FixtureRequest) -> str:
    return PAYLOADS[request.param]


@pytest.fixture
def files(payload: str) -> Files:
    return _rendered(payload)


@pytest.fixture
def twin(payload: str) -> Files:
    return _rendered(_twin(payload))


def _of(files: Files, *endings: str) -> list[str]:
    """The texts of the files of a kind, in order; names may differ."""
    return [text for path, text in files.items() if path.endswith(endings)]


# --- File names ---------------------------------------------------------------------------------------------


def _kind(path: str) -> tuple[int, str, str]:
    """How deep a file is, in which of our folders, and its ending."""
    return path.count("/"), path.partition("/")[0] if "/" in path else "", path.rpartition(".")[2]


def test_names_of_files_are_plain_and_there_are_as_many_as_of_the_twin(files, twin):
    assert Counter(map(_kind, files)) == Counter(map(_kind, twin))
    assert len({each.casefold() for each in files}) == len(files)
    for path in files:
        assert ".." not in path.split("/")
        assert not path.startswith("/")
        assert not re.search(r'[\\:*?"<>|\x00-\x1f\x7f-\x9f\u2028-\u202e]', path), path
        assert all(len(part.encode()) < 200 for part in path.split("/"))


# --- JSON, YAML, CSV ----------------------------------------------------------------------------------------

#: libyaml where PyYAML has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _yaml(text: str) -> Any:
    return yaml.load(text, _LOADER)


def _form(value: Any, *, keys: bool = True) -> Any:
    """A value without what its texts say; scripts are compared elsewhere."""
    if isinstance(value, dict):
        return [
            (key if keys else "text", "script" if key in ("exec", "code") else _form(child, keys=keys))
            for key, child in value.items()
        ]
    if isinstance(value, list):
        return [_form(child, keys=keys) for child in value]
    return "text" if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("endings", "read"),
    [((".postman_collection.json", ".postman_environment.json"), json.loads), ((".yaml",), _yaml)],
    ids=["JSON", "YAML"],
)
def test_files_of_postman_differ_from_the_twin_in_texts_alone(endings, read, files, twin):
    # (What comes first depends on names.)
    found, usual = (
        Counter(repr(_form(read(text))) for text in _of(each, *endings)) for each in (files, twin)
    )
    assert usual.total() > 1
    assert found - usual == Counter()
    assert usual - found == Counter()


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value, names of members among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in (*value.keys(), *value.values()) if isinstance(value, dict) else value:
            yield from _texts(child)


def _rows(files: Files) -> list[Any]:
    return json.loads(next(text for path, text in files.items() if re.match(r"data/.*\.json$", path)))


def test_rows_of_a_data_file_are_the_sample(payload, files, twin):
    """As JSON with the texts of the description; as CSV with as many cells in each row, and no formula."""
    rows = _rows(files)
    # Control characters are dropped at reading.
    kept = "".join(c for c in payload if unicodedata.category(c) != "Cc" or c in "\t\n\r")
    assert rows
    assert all(any(kept in text for text in _texts(row)) for row in rows)
    assert _form(rows, keys=False) == _form(_rows(twin), keys=False)
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
    definitions = (_yaml(text) for text in _of(files, ".yaml"))
    return [script for each in (*collections, *definitions) for script in _exec(each)]


@cache
def _trees() -> Mapping[str, list[list[str]]]:
    """By payload: the trees of each script's statements without their data, as digests."""
    scripts = {
        payload: [*_scripts(files), *_of(files, ".js")]
        for payload in {*PAYLOADS.values(), *map(_twin, PAYLOADS.values())}
        for files in [_rendered(payload)]
    }
    done = subprocess.run(
        ["node", ROOT / "tests" / "tools" / "script-tree.js"],
        input=json.dumps([script for each in scripts.values() for script in each]).encode(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    trees = iter(json.loads(done.stdout))
    return {payload: [next(trees) for _ in each] for payload, each in scripts.items()}


def test_scripts_differ_from_the_twin_in_texts_alone(payload):
    found, usual = _trees()[payload], _trees()[_twin(payload)]
    assert len(usual) > 10
    assert [each for tree in (*found, *usual) for each in tree if each.startswith("no script")] == []
    assert found == usual


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
    for name in ("page", "markdown", "script", "variables"):
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
#: Each file in a process of its own, without another start of bash; the name for the proxy tells whose calls.
_RUN_ALL = """
for number in "${!FILES[@]}"; do
  export http_proxy="http://$number:x@$PROXY"
  ( . "${FILES[number]}" ) </dev/null >/dev/null 2>&1
  echo "$number $?"
done
"""


def _shell(files: Files) -> list[str]:
    """The scripts, and the blocks of the pages."""
    scripts = [text for path, text in files.items() if path.startswith("curl/") and path.endswith(".sh")]
    blocks = [found[2] for text in _of(files, ".md") for found in _BLOCK.finditer(text)]
    assert min(len(scripts), len(blocks)) > 5
    return [*scripts, *blocks]


def _ran(files: Files, server: Recorder, folder: Path) -> list[tuple[int, list[str]]]:
    """Runs each script and each block of the pages with the real curl in an empty folder.

    Gives what each did: its exit code and its requests, which all go to ``server`` as to a proxy.
    """
    for name in ("home", "empty", "texts"):
        (folder / name).mkdir(parents=True)
    texts = _shell(files)
    paths = [folder / "texts" / str(number) for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    server.in_order.clear()
    done = subprocess.run(
        ["bash", "-c", f'FILES=("$@")\n{_RUN_ALL}', "bash", *paths],
        env={
            **dict.fromkeys((name for text in texts for name in _VARIABLE.findall(text)), "value"),
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "BASE_URL": "http://api.example",
            "PROXY": server.address.removeprefix("http://"),
            "https_proxy": "http://127.0.0.1:9",
        },
        cwd=folder / "empty",
        capture_output=True,
        timeout=120,
        check=True,
    )
    codes = [int(line.split()[1]) for line in done.stdout.decode().splitlines()]
    assert len(codes) == len(texts)
    assert sorted(path.name for path in folder.glob("*/*")) == sorted(path.name for path in paths)
    requests: list[list[str]] = [[] for _ in texts]
    for sent in server.in_order:
        assert b"root:" not in sent.body
        who = base64.b64decode((sent.header("Proxy-Authorization") or "").removeprefix("Basic "))
        requests[int(who.partition(b":")[0])].append(sent.method)
    return list(zip(codes, requests, strict=True))


def test_scripts_and_blocks_do_what_the_twin_does(files, twin, server, tmp_path):
    usual = _ran(twin, server, tmp_path / "twin")
    assert sum(methods != [] for _, methods in usual) > 10
    assert _ran(files, server, tmp_path / "hostile") == usual


def test_scripts_parse(files):
    whole = "\n".join(f"f{number}() {{\n{text}\n}}" for number, text in enumerate(_shell(files)))
    done = subprocess.run(["bash", "-n"], input=whole.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


# --- Terminal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["terminal", "shell"])
def test_a_terminal_gets_no_control_characters(name, tmp_path):
    (tmp_path / "hostile.json").write_text(
        json.dumps(description(Texts(PAYLOADS[name]), "http://api.example"))
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
