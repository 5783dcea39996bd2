"""Long lists of accepted values, each once on a page: what is described by one links to it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from generator.escaping.markup.heading_anchors import heading_anchors
from generator.escaping.markup.lines import markdown_line
from generator.model.schemas.facts import Property
from generator.model.types import Parameter
from generator.targets.shared.wording import explained, value_text

#: A list with more values than this has a section of its own.
_SHORT = 12


class ValueList(NamedTuple):
    """The values of a property or parameter."""

    title: str
    anchor: str
    values: tuple[str, ...]


class ValueLists:
    """The long lists of one page, in the order of first use. ``titles`` are the page's other headings."""

    def __init__(self, titles: list[str]) -> None:
        self._titles = titles
        self._known: dict[tuple[str, ...], ValueList] = {}

    def explained(self, described: Parameter | Property) -> str:
        """The description of a parameter or property, with its constraints, for a cell of a table."""
        facts = described.facts
        text, deprecated = markdown_line(described.description), bool(getattr(described, "deprecated", False))
        if len(facts.accepted) <= _SHORT:
            return explained(text, facts, deprecated=deprecated)
        found = self._list(described.name.rpartition(".")[2], tuple(map(value_text, facts.accepted)))
        rest = msgspec.structs.replace(facts, accepted=())
        link = f"Accepted values: [{len(found.values)} values](#{found.anchor})."
        return f"{explained(text, rest, deprecated=deprecated)} {link}".strip()

    def lists(self) -> list[ValueList]:
        """The lists that descriptions link to."""
        return list(self._known.values())

    def _list(self, name: str, values: tuple[str, ...]) -> ValueList:
        known = self._known.get(values)
        if known is None:
            title = f"Values of {name}"
            self._titles.append(title)
            known = self._known[values] = ValueList(title, heading_anchors(self._titles)[-1], values)
        return known
