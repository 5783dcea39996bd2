"""Every field × every output × payloads: each file has the same structure as with harmless text.

The description has a distinct text in every field that the published schemas list. All files are generated
for each payload, and the real consumer of each kind reads them: a JavaScript parser, bash, curl, Chromium,
and parsers of YAML, JSON, CSV, CommonMark and HTML. The result may differ only in texts from that of the
twin: the same description with harmless text.
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

#: Like the payloads, it has characters that file names and header names can't have; but it can't begin or end
#: any syntax.
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
    """Path → text of every file generated from the description."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = description(Texts(payload), "http://api.example")
        ids = [root["paths"]["/things/{id}"]["post"]["operationId"]]
        (folder / "hostile.json").write_text(json.dumps(root))
        (folder / "callsheet.yaml").write_text(json.dumps({"description": "hostile.json", "data": ids}))
        files = load(project_file=folder / "callsheet.yaml").render()
        return {path: "".join(each.text) for path, each in files.items()}


def _twin(payload: str) -> str:
    """A harmless text that the generator omits or cuts wherever it does so with ``payload``.

    Columns of data files can't have a dot in their name, a media type with an asterisk is a range, and a long
    text is cut in the name of a request.
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
    """The texts of the files with these endings, in order; the twin's may have other names."""
    return [text for path, text in files.items() if path.endswith(endings)]


# --- File names ---------------------------------------------------------------------------------------------


def _kind(path: str) -> tuple[int, str, str]:
    """The depth of a file, its top folder and its ending."""
    return path.count("/"), path.partition("/")[0] if "/" in path else "", path.rpartition(".")[2]


def test_file_names_are_plain_and_as_many_as_the_twins(files, twin):
    assert Counter(map(_kind, files)) == Counter(map(_kind, twin))
    assert len({each.casefold() for each in files}) == len(files)
    for path in files:
        assert ".." not in path.split("/")
        assert not path.startswith("/")
        assert not re.search(r'[\\:*?"<>|\x00-\x1f\x7f-\x9f\u2028-\u202e]', path), path
        assert all(len(part.encode()) < 200 for part in path.split("/"))


# --- JSON, YAML, CSV ----------------------------------------------------------------------------------------

#: libyaml, if PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _yaml(text: str) -> Any:
    return yaml.load(text, _LOADER)


def _form(value: Any, *, keys: bool = True) -> Any:
    """The structure of a value, without its texts; scripts are compared elsewhere."""
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
def test_postman_files_differ_from_the_twin_only_in_texts(endings, read, files, twin):
    # The order of files depends on their names.
    found, usual = (
        Counter(repr(_form(read(text))) for text in _of(each, *endings)) for each in (files, twin)
    )
    assert usual.total() > 1
    assert found - usual == Counter()
    assert usual - found == Counter()


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value, including member names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in (*value.keys(), *value.values()) if isinstance(value, dict) else value:
            yield from _texts(child)


def _rows(files: Files) -> list[Any]:
    return json.loads(next(text for path, text in files.items() if re.match(r"data/.*\.json$", path)))


def test_rows_of_a_data_file_are_the_sample_values(payload, files, twin):
    """JSON has the texts of the description; CSV has the same number of cells in each row, and no formula."""
    rows = _rows(files)
    # Control characters are removed when the description is read.
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
    """Payload → for each script, digests of its statements' syntax trees without data."""
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


def test_scripts_differ_from_the_twin_only_in_texts(payload):
    found, usual = _trees()[payload], _trees()[_twin(payload)]
    assert len(usual) > 10
    assert [each for tree in (*found, *usual) for each in tree if each.startswith("no script")] == []
    assert found == usual


# --- Markdown -----------------------------------------------------------------------------------------------

#: Addresses that a link in a description may have.
_SAFE = re.compile(r"(https?:|mailto:|#|[\w./%-]+(#.*)?$)", re.IGNORECASE)


def _markdown(files: Files) -> Iterator[str]:
    """Pages, and the descriptions that Postman shows as Markdown."""
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


def test_markdown_has_no_html_and_no_unsafe_links(files):
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
    """The elements of a page with the names of their attributes, and the addresses of links and scripts."""

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
    # Elements that Markdown in a description may become.
    usual |= {(tag, ()) for tag in ("pre", "code", "p", "em", "strong", "hr", "ul", "ol", "li", "h5", "br")}
    usual |= {("pre", ("tabindex",)), ("ol", ("start",))}
    links = {link for text in _of(twin, ".html") for link in _Elements(text).links}
    for text in _of(files, ".html"):
        page = _Elements(text)
        assert page.seen - usual == set()
        assert [link for link in page.links if link not in links and not _SAFE.match(link)] == []


def test_pages_run_nothing_in_a_browser(visit, tmp_path):
    """Open the sites with the payloads for pages in a real browser."""
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
#: Runs each file in a subshell, to save a start of bash; its calls are known by the user name for the proxy.
_RUN_ALL = """
for number in "${!FILES[@]}"; do
  export http_proxy="http://$number:x@$PROXY"
  ( . "${FILES[number]}" ) </dev/null >/dev/null 2>&1
  echo "$number $?"
done
"""


def _shell(files: Files) -> list[str]:
    """The scripts, and the code blocks of the pages."""
    scripts = [text for path, text in files.items() if path.startswith("curl/") and path.endswith(".sh")]
    blocks = [found[2] for text in _of(files, ".md") for found in _BLOCK.finditer(text)]
    assert min(len(scripts), len(blocks)) > 5
    return [*scripts, *blocks]


def _ran(files: Files, server: Recorder, folder: Path) -> list[tuple[int, list[str]]]:
    """Run each script and each block of the pages with the real curl in an empty folder.

    Returns the exit code and the requests of each; all requests go to ``server`` as a proxy.
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
