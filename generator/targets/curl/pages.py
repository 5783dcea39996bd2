"""curl samples: a page for each tag in the style of the public guides, and the same calls as scripts."""

from __future__ import annotations

import re
from typing import Any

from generator.auth import profiles
from generator.escaping.file_names import file_stem, slug, unique_names
from generator.escaping.markup.heading_anchors import heading_anchors
from generator.escaping.markup.spans import fenced
from generator.model import Api
from generator.model.presentation.property_tables import PropertyTables
from generator.project.settings import Settings
from generator.targets.curl import token_scripts
from generator.targets.curl.calls import Call
from generator.targets.curl.sample_calls import SampleCalls
from generator.targets.curl.scripts import operation_script
from generator.targets.curl.value_lists import ValueLists
from generator.targets.curl.variables import guide_name
from generator.targets.shared import access_notes, templating, token_exchanges
from generator.targets.shared.guards import Guards
from generator.targets.shared.page_groups import MOST_OPERATIONS, PageGroup, page_groups


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``curl/README.md``, a page for each tag, and in ``curl/scripts/`` one for each operation and token."""
    first = next(iter(settings.environments), None)
    address = settings.address(api)
    common = _common(api, settings, address, token_scripts.names(token_exchanges.tokens(api, settings)))
    calls, scripts = common["calls"], common["scripts"]
    files = _pages(api, common)
    for operation in api.operations:
        own = operation.servers[0].address() if operation.servers else address
        name = first.name if first and own == address else "the API"
        what = {} if settings.profile else common["shell_variables"]
        script = operation_script(operation, calls[operation.id], own, name, what, common["guards"])
        files[f"curl/scripts/{scripts[operation.id]}.sh"] = script
    for stem, script in token_scripts.scripts(api, settings).items():
        files[f"curl/scripts/{stem}.sh"] = script
    return files


def _common(api: Api, settings: Settings, address: str, own_scripts: dict[str, str]) -> dict[str, Any]:
    """The values for the templates of all pages. ``own_scripts`` are the scripts that print tokens."""
    # The names of our own files take precedence over those that come from the description.
    ids = [file_stem(operation.id) for operation in api.operations]
    reserved = dict.fromkeys([*profiles.KNOWN.scripts, *own_scripts.values()])
    stems = unique_names([*reserved, *ids])[len(reserved) :]
    calls = {operation.id: Call.of(operation) for operation in api.operations}
    printed = {name: f"{stem}.sh" for name, stem in own_scripts.items()}
    credentials = [c for operation in api.operations for c in operation.credentials]
    described = access_notes.shell_variables(credentials, printed, address)
    return {
        "api": api,
        "guards": Guards.of(api, settings),
        "address": address,
        "local": next((e for e in settings.environments if e.mock), None),
        "profile": settings.profile,
        "token_scripts": own_scripts,
        "on_site": False,
        "folder": "scripts/",
        "shown": "scripts/",
        "shell_variables": {guide_name(name): what for name, what in described.items()},
        "scripts": {operation.id: stem for operation, stem in zip(api.operations, stems, strict=True)},
        "calls": calls,
        "path_names": list(dict.fromkeys(name for c in calls.values() for name in c.path_names.values())),
        "file_names": list(dict.fromkeys(name for c in calls.values() for name in c.files)),
    }


def _pages(api: Api, common: dict[str, Any]) -> dict[str, str]:
    groups = list(page_groups(api, is_large=len(api.operations) > MOST_OPERATIONS))
    slugs = [slug(tag.name or "other") + (f"-{number}" if number > 1 else "") for tag, _, number in groups]
    stems = unique_names(["README", *slugs])[1:]
    others = "Other calls" if len(groups) > 1 else "Calls"
    titles = [_title(group, others) for group in groups]
    pages = [
        (title, group.operations, stem) for title, group, stem in zip(titles, groups, stems, strict=True)
    ]
    page = SampleCalls(common["address"], common["calls"])
    tables = PropertyTables.of_api(api).of
    files = {"curl/README.md": templating.render("curl/README.md.j2", pages=pages, **common)}
    for group, (title, operations, stem) in zip(groups, pages, strict=True):
        blocks = _Blocks()
        headings = [title, *(operation.name for operation in operations)]
        contents = zip(operations, heading_anchors(headings)[1:], strict=True)
        lines = templating.render(
            "curl/tag.md.j2",
            tag=group.tag,
            title=title,
            operations=operations,
            contents=list(contents) if len(operations) > 1 else [],
            codes=ValueLists(headings),
            page=page,
            tables=tables,
            block=blocks.add,
            **common,
        ).split("\n")
        files[f"curl/{stem}.md"] = "\n".join(_tidy(lines, blocks))
    return files


def _title(group: PageGroup, others: str) -> str:
    title = " ".join(group.tag.title.split()) or others
    return f"{title} ({group.number})" if group.number > 1 else title


class _Blocks:
    """The page's own code blocks, replaced by marks while blank lines are removed from the rest."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, text: str, language: str) -> str:
        """Add a block. Returns its mark."""
        self._texts.append(fenced(text, language))
        return f"\0{len(self._texts) - 1}\0"

    def put_into(self, line: str) -> str:
        """``line`` with each mark replaced by its block."""
        if "\0" not in line:
            return line
        parts = re.split(r"\0(\d{1,9})\0", line)
        return "".join(self._block(int(part)) if index % 2 else part for index, part in enumerate(parts))

    def _block(self, number: int) -> str:
        return self._texts[number] if number < len(self._texts) else ""


_FENCE = re.compile(r"`{3,}(?=[^`]*$)")


def _tidy(lines: list[str], blocks: _Blocks) -> list[str]:
    """``lines`` with their ``blocks`` and no more than one blank line in a row, except in fenced code."""
    kept: list[str] = []
    fence = ""
    for line in lines:
        if fence:
            is_end = len(line) >= len(fence) and not line.rstrip(" \t").strip("`")
            fence = "" if is_end else fence
        elif not line and kept and not kept[-1]:
            continue
        elif found := _FENCE.match(line):
            fence = found[0]
        kept.append(blocks.put_into(line))
    while kept and not kept[-1]:
        kept.pop()
    return [*kept, ""]
