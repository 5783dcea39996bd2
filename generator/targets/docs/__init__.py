"""The documentation site, which works from disk or any web server and loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from generator.escaping.markup import html_text
from generator.identity import Same
from generator.model import Api
from generator.model.presentation.outlines import Outline
from generator.project.settings import Settings, is_known_service
from generator.targets.curl import token_scripts
from generator.targets.curl.calls import Call
from generator.targets.curl.sample_calls import SampleCalls
from generator.targets.docs import search
from generator.targets.docs.credentials import values
from generator.targets.docs.error_advice import documented_errors
from generator.targets.docs.layout import INDEX, Group, SiteLayout
from generator.targets.docs.operation_view import OperationView, Reader
from generator.targets.docs.outline_text import descriptions, details, names, types
from generator.targets.postman import environments, v2_1
from generator.targets.shared import access_notes, templating, token_exchanges
from generator.targets.shared.guards import Guards
from generator.texts import Text

FOLDER = "docs"
DOWNLOADS = "downloads"
_ASSETS = ("site.css", "site.js")
#: How many characters of each text the search covers; in a large site, only the beginning.
_WHOLE, _WORDS_OF_LARGE = 20_000, 300


def render(api: Api, settings: Settings) -> Iterator[tuple[str, Text]]:
    """``docs/index.html`` and everything it refers to: pages, style, script, search index, downloads."""
    downloads = dict(_downloads(api, settings))
    pages = _Pages(api, settings, tuple(downloads))
    for page in pages.site.pages:
        yield f"{FOLDER}/{page}", pages.page(page)
    yield f"{FOLDER}/search-index.js", search.script(pages.entries)
    for name in _ASSETS:
        yield f"{FOLDER}/{name}", templating.page(f"docs/{name}", settings.templates)
    for path, text in downloads.items():
        yield f"{FOLDER}/{path}", text


def _downloads(api: Api, settings: Settings) -> Iterator[tuple[str, Text]]:
    """Copies of the files that readers import and run, so that the folder can be published on its own."""
    path, collection = next(iter(v2_1.files(api, settings).items()))
    yield f"{DOWNLOADS}/{path}", collection
    for path, text in environments.render(api, settings).items():
        yield f"{DOWNLOADS}/{path.rpartition('/')[2]}", text
    for stem, text in token_scripts.scripts(api, settings).items():
        yield f"{DOWNLOADS}/{stem}.sh", text


class _Others(NamedTuple):
    """The entries of other pages in the table of contents of a page, before and after its own."""

    before: Markup
    after: Markup


class _Contents:
    """The entries of all groups in other pages' tables of contents, rendered once."""

    def __init__(self, groups: Sequence[Group], settings: Settings) -> None:
        text = templating.page("docs/groups.html.j2", settings.templates, groups=groups)
        entries = text.split("</li>\n")[:-1]
        self._entries = [f"{entry}</li>\n" for entry in entries]
        self._places = {Same(group): number for number, group in enumerate(groups)}

    def without(self, groups: Sequence[Group]) -> _Others:
        """All entries but those of ``groups``, which are consecutive."""
        first = self._places[Same(groups[0])] if groups else len(self._entries)
        before, after = self._entries[:first], self._entries[first + len(groups) :]
        return _Others(Markup("".join(before)), Markup("".join(after)))


class _Pages:
    """Renders the pages one by one, and collects the entries of the search index."""

    def __init__(self, api: Api, settings: Settings, downloads: tuple[str, ...]) -> None:
        address = settings.address(api)
        calls = SampleCalls(address, {operation.id: Call.of(operation) for operation in api.operations})
        named = dict.fromkeys(name for call in calls.calls.values() for name in call.credentials)
        guards = Guards.of(api, settings)
        self.site = SiteLayout.of(api, settings)
        self.entries: list[search.Entry] = []
        self._contents = _Contents(self.site.groups, settings)
        self._most = _WORDS_OF_LARGE if self.site.is_large else _WHOLE
        self._api = api
        self._settings = settings
        self._reader = Reader(api, self.site, calls, guards)
        tokens = token_scripts.names(token_exchanges.tokens(api, settings))
        words = _words(api, settings, guards, tokens, downloads)
        needed = values(api, settings, address, named)
        self._common: dict[str, Any] = {
            "api": api,
            "settings": settings,
            "site": self.site,
            "guards": guards,
            "downloads": downloads,
            "servers": _servers(settings, address),
            "values": needed,
            "words": words,
            "sections": {
                anchor: title
                for anchor, title in _SECTIONS.items()
                if words[anchor] or (anchor == "access" and needed)
            },
            "errors": documented_errors(api),
            "reading": READING,
            "inline": html_text.line,
            "types": types,
            "details": details,
        }

    def page(self, page: str) -> str:
        """Render a page. Its contents are then in the search index."""
        groups = [group for group in self.site.groups if group.place.page == page]
        views = {op.id: self._reader.view(op) for group in groups for op in group.operations}
        schemas = [group for group in self.site.schema_groups if group.page == page]
        outlines = {
            name: self._reader.component(schema) for group in schemas for name, schema in group.schemas
        }
        if page == INDEX:
            self._find_sections()
        for view in views.values():
            self._find_operation(view)
        for name, outline in outlines.items():
            self._find_schema(name, outline)
        template = "docs/index.html.j2" if page == INDEX else "docs/part.html.j2"
        return templating.page(
            template,
            self._settings.templates,
            page=page,
            groups=groups,
            others=self._contents.without(groups),
            views=views,
            schema_groups=schemas,
            outlines=outlines,
            **self._common,
        )

    def _find_operation(self, view: OperationView) -> None:
        operation = view.operation
        text = " ".join((operation.description, *view.texts()))
        self.entries.append(
            search.entry(
                "operation",
                view.place.title,
                f"{view.place.page}#{view.place.anchor}",
                f"{operation.method} {operation.path or operation.kind}",
                (operation.id, *operation.tags, *view.words()),
                text,
                self._most,
            )
        )

    def _find_schema(self, name: str, outline: Outline | None) -> None:
        place = self.site.schemas[name]
        found = tuple(names(outline)) if outline else ()
        text = " ".join(descriptions(outline)) if outline else ""
        self.entries.append(
            search.entry("schema", name, f"{place.page}#{place.anchor}", "Schema", found, text, self._most)
        )

    def _find_sections(self) -> None:
        sections = [("start", "Start here", self._api.description)]
        titles = {**self._common["sections"], "reading": READING}
        sections += [(anchor, title, str(self._common["words"][anchor])) for anchor, title in titles.items()]
        sections += [(f"guide-{n}", g.title, g.text) for n, g in enumerate(self._settings.guides, 1)]
        for anchor, title, text in sections:
            self.entries.append(search.entry("page", title, f"{INDEX}#{anchor}", "", (), text, _WHOLE))
        for error in self._common["errors"]:
            self.entries.append(
                search.entry(
                    *("answer", error.title, f"{INDEX}#answers", "Response", error.meanings),
                    *(error.advice, _WHOLE),
                )
            )


#: The sections of *Start here*, which are left out if empty: anchors and titles.
_SECTIONS = {
    "access": "Getting access",
    "token": "An access token",
    "postman": "Import into Postman",
    "local": "Try it without an account",
    "ci": "Run it in CI",
}
READING = "How to read the samples"


def _servers(settings: Settings, address: str) -> list[tuple[str, str]]:
    """Names and addresses to choose from. The samples show the first one."""
    found = [(each.name, each.base_url) for each in settings.environments]
    found += [(further, further) for further in settings.further]
    return found or [(address, address)]


def _words(
    api: Api,
    settings: Settings,
    guards: Guards,
    tokens: dict[str, str],
    downloads: tuple[str, ...],
) -> dict[str, Any]:
    """The sections that the curl pages and the collection have in the same words, as HTML."""
    notes = access_notes.notes(api, token_exchanges.tokens(api, settings), settings.profile.variables)
    common = {
        "api": api,
        "profile": settings.profile,
        "is_known_service": is_known_service(api, settings.profile),
        "local": next((each for each in settings.environments if each.mock), None),
        "call": "",
        "on_site": True,
        "shell_variables": any(operation.credentials for operation in api.operations),
        "notes": notes,
        "further": settings.further,
        "guards": guards,
        "writes": [op for op in api.operations if op.writes] if guards.writes else [],
        "token_scripts": tokens,
        "folder": f"{DOWNLOADS}/",
        "collection": _first(downloads, ".postman_collection.json"),
        "environment": _first(downloads, ".postman_environment.json"),
        "shown": "",
    }
    wanted = ["reading", "use", "ci"]
    wanted += ["access"] if settings.profile or notes else []
    wanted += ["token"] if tokens else []
    wanted += ["by_hand"] if "by_hand" in settings.profile.words else []
    wanted += ["local"] if common["local"] else []
    found = {}
    for name in wanted:
        # Authentication is explained only once, in the section about access.
        given = common if name == "access" else {**common, "notes": []}
        found[name] = html_text.block(templating.render(f"words/{name}.md.j2", **given), f"{DOWNLOADS}/")
    return (
        dict.fromkeys(("access", "token", "by_hand", "local"), Markup()) | found | {"postman": found["use"]}
    )


def _first(downloads: tuple[str, ...], ending: str) -> str:
    """The file name of the first download with ``ending``."""
    return next(path.rpartition("/")[2] for path in downloads if path.endswith(ending))
