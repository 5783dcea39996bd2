"""The outlines that pages show. Each schema is outlined once, and all share a budget."""

from __future__ import annotations

from generator.budget import shown_fields
from generator.identity import Same
from generator.model import Api
from generator.model.presentation.outlines import Outline, Outlines
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.targets.docs.outline_text import unless_empty

#: How many parts of a schema are shown; in a large description, components are only shown in their own place.
_PARTS, _PARTS_OF_LARGE = 400, 200


class ShownOutlines:
    """Creates the outlines for the pages of a site, in the order of the pages.

    An outline that exceeds the rest of the budget shows fewer parts, and how many more there are.
    """

    def __init__(self, api: Api, *, is_large: bool) -> None:
        self._schemas = api.schemas
        self._outlines = Outlines(api.schemas)
        self._is_large = is_large
        self._operations = shown_fields(api.schemas.size, len(api.operations))
        self._components = shown_fields(api.schemas.size, len(api.schemas.components))
        self._known: dict[tuple[Same, Direction], tuple[Schema, Outline, int]] = {}

    def next_operation(self) -> None:
        """Begin the next operation's share of the budget."""
        self._operations.next_share()

    def outline(self, schema: Schema, direction: Direction) -> Outline | None:
        """The outline of a schema in an operation, or ``None`` if it says nothing."""
        key = (self._schemas.identity(schema), direction)
        left = self._operations.left
        known = self._known.get(key)
        if known is None or known[2] > left:
            known = self._made(schema, direction, left)
            if known[2] <= left:
                self._known[key] = known
        self._operations.take(known[2])
        return unless_empty(known[1])

    def component(self, schema: Schema) -> Outline | None:
        """The outline of a component in the list of all, or ``None`` if it says nothing."""
        self._components.next_share()
        left = self._components.left
        outline = self._outlines.outline(schema, named=False, most=_PARTS, left=left)
        self._components.take(outline.rows())
        return unless_empty(outline)

    def _made(self, schema: Schema, direction: Direction, left: int) -> tuple[Schema, Outline, int]:
        most = _PARTS_OF_LARGE if self._is_large else _PARTS
        outline = self._outlines.outline(
            schema, direction=direction, named=not self._is_large, most=most, left=left
        )
        return schema, outline, outline.rows()
