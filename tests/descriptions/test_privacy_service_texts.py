"""The texts of the Privacy Service: each operation's notes, tables and next steps, in every output."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from support import OURS, ROOT

DESCRIPTION: dict[str, Any] = yaml.safe_load(OURS.read_text())
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method} {path}": operation
    for path, item in DESCRIPTION["paths"].items()
    for method, operation in item.items()
    if method in ("get", "post")
}
#: The column of codes in each table that an operation's description has.
TABLES = {
    "List privacy jobs": ["Number of the first page", "Default size", "Maximum size"],
    "Create a privacy job": [
        *("standard", "custom", "integrationCode", "namespaceId", "unregistered", "analytics", "target"),
    ],
    "Retrieve a privacy job": ["submitted", "processing", "complete", "error"],
}
#: What the callouts of each operation say.
CALLOUTS = {
    "List privacy jobs": ["at regular intervals"],
    "Create a privacy job": ["production data", "daily limit", "Process a customer opt-out-of-sale request"],
    "Retrieve a privacy job": ["30 days"],
    "Retrieve customer access information": ["30 days", "60 days"],
    "Process a customer opt-out-of-sale request": ["no test environment", "Create a privacy job"],
}
_RENDERER = MarkdownIt("commonmark").enable("table")


def _success(operation: dict[str, Any]) -> str:
    (status,) = [status for status in operation["responses"] if status.startswith("2")]
    text: str = operation["responses"][status]["description"]
    return text.strip()


def _in_postman(folder: Any) -> dict[str, str]:
    collection = json.loads((folder / "privacy-service.postman_collection.json").read_text())
    requests = (request for tag in collection["item"] for request in tag["item"])
    return {each["name"]: _RENDERER.render(each["request"]["description"]) for each in requests}


def _in_postman_3(folder: Any) -> dict[str, str]:
    files = (folder / "postman" / "collections" / "Adobe Privacy Service").rglob("*.request.yaml")
    found = {file.name.removesuffix(".request.yaml"): yaml.safe_load(file.read_text()) for file in files}
    return {name: _RENDERER.render(request["description"]) for name, request in found.items()}


def _on_curl_pages(folder: Any) -> dict[str, str]:
    pages = "\n".join((folder / "curl" / name).read_text() for name in ("privacy-jobs.md", "consent.md"))
    calls = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", pages, re.MULTILINE | re.DOTALL)
    return {name: _RENDERER.render(text) for name, text in calls}


def _on_the_site(folder: Any) -> dict[str, str]:
    page = (folder / "docs" / "index.html").read_text()
    articles = re.findall(r'<article class="operation".*?<h3[^>]*>(.*?)</h3>(.*?)</article>', page, re.DOTALL)
    return {re.sub("<[^>]+>", "", name): text for name, text in articles}


OUTPUTS = {
    "Postman 2.1": _in_postman,
    "Postman 3": _in_postman_3,
    "curl": _on_curl_pages,
    "site": _on_the_site,
}


@pytest.fixture(params=OUTPUTS)
def texts(request, ours) -> dict[str, str]:
    """What one of the outputs says of each operation, as HTML, by the operation's name."""
    return OUTPUTS[request.param](ours.folder)


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", markup)).split())


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_of_states_pages_and_qualifiers_survive(name, texts):
    tables = re.findall(r"<table>.*?</table>", texts[name], re.DOTALL)
    columns = [re.findall(r"<tr>\s*<td[^>]*>(.*?)</td>", table, re.DOTALL) for table in tables]
    assert TABLES[name] in [[_text(cell) for cell in column] for column in columns]


@pytest.mark.parametrize("name", CALLOUTS)
def test_each_callout_is_beside_the_call_that_it_is_about(name, texts):
    callouts = [_text(each) for each in re.findall(r"<blockquote>.*?</blockquote>", texts[name], re.DOTALL)]
    assert all(each.startswith(("Important: ", "Note: ")) for each in callouts)
    for words in CALLOUTS[name]:
        assert any(words in each for each in callouts), words


@pytest.mark.parametrize("name", CALLOUTS)
def test_each_operation_has_its_next_steps(name, texts):
    heading = r"<(?:p><strong|p class=\"heading\")>Next steps</(?:strong></p|p)>\s*"
    (steps,) = re.findall(heading + r"<(?:p|ul)>(.*?)</(?:p|ul)>", texts[name], re.DOTALL)
    assert len(_text(steps).split()) > 10


def test_the_codes_in_the_tables_are_those_of_the_schemas():
    schemas = DESCRIPTION["components"]["schemas"]
    assert set(TABLES["Retrieve a privacy job"]) == set(schemas["Status"]["enum"])
    assert TABLES["Create a privacy job"] == schemas["UserId"]["properties"]["type"]["enum"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_description_of_a_success_completes_the_sentence_returns_status_with(name):
    assert re.match(r"(?:A|An|The) (?!service\b|request\b)\w", _success(OPERATIONS[name]))


def test_no_sentence_is_repeated_from_one_operation_to_another():
    seen: dict[str, str] = {}
    for name, operation in OPERATIONS.items():
        prose = "\n".join(
            line.lstrip("> ") for line in operation["description"].split("\n") if line[:1] != "#"
        )
        for sentence in {" ".join(each.split()) for each in re.split(r"(?<=[.:])\s|\n\n", prose)} - {""}:
            assert seen.setdefault(sentence, name) == name, sentence


def _prose(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "description" and isinstance(value, str):
                yield value
            yield from _prose(value)
    elif isinstance(node, list):
        for each in node:
            yield from _prose(each)


def test_each_link_leads_to_a_page_that_is_among_the_sources():
    sources = yaml.safe_load((ROOT / "tests" / "sources" / "facts.yaml").read_text())["sources"]
    known = {source.get("url") for source in sources.values()} | {DESCRIPTION["info"]["contact"]["url"]}
    guides = [file.read_text() for file in (ROOT / "specs" / "guides").glob("*.md")]
    links = {link for text in (*_prose(DESCRIPTION), *guides) for link in re.findall(r"\]\(([^)]*)\)", text)}
    assert len(links) > 5
    assert links - known == set()


def test_the_overlay_gives_the_publishers_operations_the_same_texts():
    overlay = yaml.safe_load((ROOT / "specs" / "overlays" / "privacy-service.yaml").read_text())
    updates: dict[str, Any] = {}
    for action in overlay["actions"]:
        if "description" in action.get("update", {}) and action["target"].startswith("$.paths['/"):
            named = re.fullmatch(r"\$\.paths\['(.+)'\]\.(\w+)", action["target"])
            if named:
                updates[f"{named[2]} {named[1]}"] = action["update"]
    assert updates.keys() == OPERATIONS.keys()
    for name, operation in OPERATIONS.items():
        assert updates[name]["description"] == operation["description"]
        assert _success(updates[name]) == _success(operation)
