"""Tables of the properties of bodies, made once for each schema, and all together within a budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.budget import MOST_PROPERTIES, Limit, SpentError, table_rows
from generator.identity import Same
from generator.model.schemas.facts import Property
from generator.model.schemas.resolved import Schemas
from generator.model.types import Api, MediaType, Operation

Rows = tuple[Property, ...]


class Tables(NamedTuple):
    """The tables of one operation."""

    request: Rows = ()
    """The properties of the request body, in the media type that is sent."""
    response: Rows = ()
    """The properties of the first successful response, in the media type that is shown."""


class PropertyTables:
    """The tables of all operations of a description, in its order.

    A table is cut where the budget or the limit for one table is reached; see ``losses``.
    """

    def __init__(self, schemas: Schemas, operations: Sequence[Operation]) -> None:
        self._schemas = schemas
        self._meter = table_rows(schemas.size, len(operations))
        self._known: dict[tuple[Same, Same], Rows] = {}
        self._cut: dict[str, list[str]] = {}
        """JSON pointers to the tables that each limit cut, by the sentence that describes the limit."""
        self.of = {operation.id: self._tables(operation) for operation in operations}
        """The tables by operation id."""

    @classmethod
    def of_api(cls, api: Api) -> PropertyTables:
        """The tables of ``api``, made at the first call."""
        return api.once(cls, lambda: cls(api.schemas, api.operations))

    def losses(self) -> Iterator[tuple[str, str]]:
        """For each limit that cut a table, the JSON pointer of the first one and a sentence."""
        for limit, places in self._cut.items():
            more = f" So are {len(places) - 1:,} more." if len(places) > 1 else ""
            yield places[0], limit + more

    def _tables(self, operation: Operation) -> Tables:
        self._meter.next_share()
        request = self._rows(operation.body.content[0]) if operation.body else ()
        response = next(iter(operation.successes), None)
        shown = response.shown if response else None
        return Tables(request, self._rows(shown) if shown else ())

    def _rows(self, part: MediaType) -> Rows:
        most = min(MOST_PROPERTIES, self._meter.left)
        # One more than is listed, to find out whether there are more.
        found = self._first(part, most + 1)
        shown = tuple(self._within_budget(found[:most]))
        if len(shown) < len(found):
            limit = Limit.PROPERTIES if len(shown) == MOST_PROPERTIES else Limit.ROWS
            self._cut.setdefault(limit.value.format(self._meter.total), []).append(part.at)
        return shown

    def _within_budget(self, found: Rows) -> Iterator[Property]:
        """The first properties of ``found``, as many as are left in the budget."""
        for row in found:
            try:
                self._meter.spend(row.rows())
            except SpentError:
                return
            yield row

    def _first(self, part: MediaType, most: int) -> Rows:
        """The first ``most`` properties of a body, remembered for other operations with the same schema."""
        key = (self._schemas.identity(part.schema), Same(part.describe))
        known = self._known.get(key)
        if known is not None:
            return known[:most]
        found = part.describe(part.schema, most)
        if len(found) < most or most > MOST_PROPERTIES:
            self._known[key] = found
        return found
