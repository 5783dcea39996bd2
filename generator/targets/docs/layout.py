"""Divides the site into pages, and assigns an address to everything on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from generator.escaping.file_names import file_stem, slug, unique_names
from generator.model import Api
from generator.model.schemas.facts import Schema
from generator.model.types import Operation, Tag
from generator.project.settings import Settings
from generator.targets.shared.folders import Folder, folders
from generator.targets.shared.page_groups import MOST_OPERATIONS, page_groups, parted

INDEX = "index.html"
#: With more schemas than this there is a page for each tag, too.
_MOST_SCHEMAS = 200
#: How many of them a page of a tag or of schemas has.
_OPERATIONS_OF_PAGE = 60
_SCHEMAS_OF_PAGE = 150
#: With more pages than this, small groups share pages, since each page lists all groups.
_MOST_PAGES = 250
#: Our own anchors, which no operation of the same name may get.
_ANCHORS = tuple(
    "top main contents start access token postman ci local reference reading answers schemas changes search "
    "results credentials operations".split()
)
#: The forms of further ids of ours. An anchor that looks like one of them gets a suffix.
_OUR_IDS = re.compile(r"(?:tag|schema|list|guide|fill|result)(?:-.*)?|.*-title", re.IGNORECASE)


class PageAnchor(msgspec.Struct, frozen=True):
    """Where something is: the file name of the page, and the anchor on it."""

    page: str
    anchor: str
    title: str

    def url(self, page: str) -> str:
        """The address in links from ``page``."""
        return f"#{self.anchor}" if page == self.page else f"{self.page}#{self.anchor}"


class Group(msgspec.Struct, frozen=True):
    """The operations of a tag on one page: all, or a part of them."""

    tag: Tag
    operations: tuple[Operation, ...]
    place: PageAnchor


class SchemaGroup(msgspec.Struct, frozen=True):
    """The components on one page."""

    title: str
    page: str
    schemas: tuple[tuple[str, Schema], ...]


class SiteLayout(msgspec.Struct, frozen=True):
    """The plan of the site."""

    is_large: bool
    """Whether it has more than one page."""
    groups: tuple[Group, ...]
    schema_groups: tuple[SchemaGroup, ...]
    operations: Mapping[str, PageAnchor]
    """The places of operations, by id."""
    schemas: Mapping[str, PageAnchor]
    """The places of components, by name."""
    folders: Mapping[str, tuple[str, ...]]
    """The folders of each operation in the collection, from the top, by operation id."""

    @classmethod
    def of(cls, api: Api, settings: Settings) -> SiteLayout:
        """Plan the site of ``api``."""
        components = api.schemas.components
        is_large = len(api.operations) > MOST_OPERATIONS or len(components) > _MOST_SCHEMAS
        groups = tuple(_groups(api, is_large=is_large))
        schema_groups = tuple(_schema_groups(components, is_large=is_large))
        anchors = _anchors([op.id for group in groups for op in group.operations])
        names = [name for group in schema_groups for name, _ in group.schemas]
        slugs = unique_names([_stem(name, ".schema") for name in names])
        pages = {name: group.page for group in schema_groups for name, _ in group.schemas}
        return cls(
            is_large=is_large,
            groups=groups,
            schema_groups=schema_groups,
            operations={
                op.id: PageAnchor(group.place.page, anchors[op.id], op.name)
                for group in groups
                for op in group.operations
            },
            schemas={
                name: PageAnchor(pages[name], f"schema-{slug}", name)
                for name, slug in zip(names, slugs, strict=True)
            },
            folders=dict(_folders(folders(api, settings.folders), ())),
        )

    @property
    def pages(self) -> tuple[str, ...]:
        """The file names of all pages, in reading order."""
        found = (INDEX, *(g.place.page for g in self.groups), *(g.page for g in self.schema_groups))
        return tuple(dict.fromkeys(found))


def _anchors(ids: Sequence[str]) -> dict[str, str]:
    """An anchor for each operation id: the id itself as far as possible."""
    stems = unique_names([*_ANCHORS, *(_stem(id_, ".id") for id_ in ids)])
    return dict(zip(ids, stems[len(_ANCHORS) :], strict=True))


def _stem(name: str, ending: str) -> str:
    """An id that resembles none of ours: ``ending`` begins with a dot, which no stem contains."""
    stem = file_stem(name)
    return stem + ending if _OUR_IDS.fullmatch(stem) else stem


def _groups(api: Api, *, is_large: bool) -> Iterator[Group]:
    parts = list(page_groups(api, is_large=is_large))
    stems = [slug(tag.name or "other") + (f"-{n}" if n > 1 else "") for tag, _, n in parts]
    stems = [f"{stem}_" if stem.endswith("-title") else stem for stem in stems]
    stems = unique_names(["index", "schemas", *stems])[2:]
    pages = _shared_pages([len(part) for _, part, _ in parts], stems)
    for (tag, operations, number), stem, page in zip(parts, stems, pages, strict=True):
        title = " ".join(tag.title.split()) or ("Other operations" if parts[0][0].name else "Operations")
        title += f" ({number})" if number > 1 else ""
        yield Group(tag, operations, PageAnchor(f"{page}.html" if is_large else INDEX, f"tag-{stem}", title))


def _shared_pages(sizes: Sequence[int], stems: Sequence[str]) -> Iterator[str]:
    """The page of each group, named after the first group on it. ``sizes`` are numbers of operations."""
    room, page = 0, ""
    for size, stem in zip(sizes, stems, strict=True):
        if size > room or len(stems) <= _MOST_PAGES:
            room, page = _OPERATIONS_OF_PAGE, stem
        room -= size
        yield page


def _schema_groups(components: Sequence[tuple[str, Schema]], *, is_large: bool) -> Iterator[SchemaGroup]:
    if not components:
        return
    if not is_large:
        yield SchemaGroup("Schemas", INDEX, tuple(components))
        return
    letters: dict[str, list[tuple[str, Schema]]] = {}
    for name, schema in sorted(components, key=lambda component: (component[0].lower(), component[0])):
        first = name[:1].lower()
        letters.setdefault(first if "a" <= first <= "z" else "other", []).append((name, schema))
    for letter, found in letters.items():
        for number, part in enumerate(parted(found, _SCHEMAS_OF_PAGE), 1):
            ending = f"-{number}" if number > 1 else ""
            title = letter.upper() if len(letter) == 1 else "Others"
            title += f" ({number})" if number > 1 else ""
            yield SchemaGroup(f"Schemas: {title}", f"schemas-{letter}{ending}.html", part)


def _folders(
    items: Sequence[Folder | Operation], above: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in items:
        if isinstance(item, Folder):
            yield from _folders(item.items, (*above, item.name))
        else:
            yield item.id, above
