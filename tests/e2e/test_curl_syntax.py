"""curl never interprets text of a description as its own syntax: with the real curl, bash and a recorder.

Each text of ``curl_cases`` is put into each place of a request. It is sent by the scripts, by the shell
blocks of the Markdown pages, and by the samples copied from the site, in a folder with a file to steal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser
from support import run
from support.browsing import on_disk
from support.curl_cases import CANARY, Case, cases, description
from support.recorder import Sent, recorder

from generator import generate, load

WAYS = ("scripts", "pages", "site")


class Sending(NamedTuple):
    """The requests that one way sent, by the number of their case, and the output of bash."""

    sent: dict[str, list[Sent]]
    output: str
    left: list[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("curl")


@pytest.fixture(scope="module")
def found(folder) -> list[Case]:
    (folder / "canary").write_text(CANARY)
    return cases(str(folder / "canary"))


@pytest.fixture(scope="module")
def sendings(folder, found, browser) -> dict[str, Sending]:
    result = {}
    with recorder() as server:
        source = folder / "curl.json"
        source.write_text(json.dumps(description(server.address, found)))
        plan = load(source)
        generate(plan, folder / "out", targets=("curl", "docs"))
        for way in WAYS:
            own = folder / way
            own.mkdir()
            (own / "canary").write_text(CANARY)
            server.sent.clear()
            calls = _calls(way, folder / "out", browser)
            output = "".join(run("bash", script, cwd=own).output for script in _batches(way, calls, own))
            left = sorted(p.name for p in own.iterdir() if p.suffix != ".bin")
            result[way] = Sending(dict(server.sent), output, left)
    return result


def _batches(way: str, calls: list[str], own: Path) -> Iterator[Path]:
    """Scripts that run the calls of one way, a hundred calls each, every call in a separate shell."""
    for start in range(0, len(calls), 100):
        script = own.parent / f"{way}-{start}.sh"
        script.write_text(
            "".join(f"(\n{call}\n) </dev/null\n" for call in calls[start : start + 100]), newline=""
        )
        yield script


def _calls(way: str, out: Path, browser: Browser) -> list[str]:
    if way == "scripts":
        return [f"bash {path}" for path in sorted((out / "curl" / "scripts").glob("*.sh"))]
    if way == "pages":
        page = "".join(path.read_bytes().decode() for path in sorted((out / "curl").glob("tag-*.md")))
        return [block for _, block in re.findall(r"^(`{3,})shell\n(.*?)\n\1$", page, re.M | re.S)]
    return _copied(out / "docs", browser)


def _copied(docs: Path, browser: Browser) -> list[str]:
    found = []
    page = browser.new_page()
    for path in sorted(docs.glob("*.html")):
        page.goto(on_disk(docs) + path.name)
        found += page.eval_on_selector_all("pre.sample code", "all => all.map(each => each.textContent)")
    page.close()
    return [text for text in found if re.search(r"(^|\|\n)curl ", text)]


@pytest.mark.parametrize("way", WAYS)
def test_no_call_reads_a_file_or_runs_a_command(sendings, way):
    sending = sendings[way]
    for number, requests in sending.sent.items():
        for sent in requests:
            assert CANARY not in repr(sent), number
            assert CANARY.encode() not in sent.body, number
    assert sending.left == ["canary"]


@pytest.mark.parametrize("way", WAYS)
def test_every_call_sends_exactly_the_sample(sendings, found, way):
    sending = sendings[way]
    wrong: list[str] = []
    for number, case in enumerate(found):
        requests = sending.sent.get(f"c{number}", [])
        if len(requests) != 1 or not _matches(case, requests[0]):
            wrong.append(f"{case.place}: {case.text!r}: {requests}")
    assert not wrong, "\n".join(wrong)


def _matches(case: Case, sent: Sent) -> bool:
    try:
        return case.matches(sent)
    except (ValueError, AssertionError, KeyError):
        return False
