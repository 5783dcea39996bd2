"""Limits for texts and values that several operations show: whole the first time, then within a budget.

Many operations may refer to the same parameter, response or example. If each showed it whole, a text of
400 kB could come to hundreds of megabytes.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from generator.budget import (
    LEVELS_SHOWN_AGAIN,
    LONGEST_SHOWN_AGAIN,
    MOST_SHOWN_AGAIN,
    Limit,
    characters,
    shown_characters,
)
from generator.identity import IdentityMemo, Same
from generator.model.schemas.facts import Facts
from generator.model.types import Example, Link, MediaType, Operation, Parameter, RequestBody, Response

T = TypeVar("T", bound=Struct)


def shortened(text: str) -> str:
    """``text`` as it is shown when the budget is used up."""
    return text if len(text) <= LONGEST_SHOWN_AGAIN else text[:LONGEST_SHOWN_AGAIN].rstrip() + " …"


class Shown:
    """Shortens texts and values in the operations of one description, one operation after the other.

    Each is whole the first time. After that it is whole as long as the budget lasts, and then shortened.
    """

    def __init__(self, size: int, operations: int) -> None:
        self._meter = shown_characters(size, operations)
        self._known: set[str | Same] = set()
        self._lengths: IdentityMemo[int] = IdentityMemo()
        self._briefs: IdentityMemo[Any] = IdentityMemo()
        self._is_cut = False

    @property
    def limit(self) -> str:
        """The sentence of the warning that something was shortened."""
        return Limit.SHOWN.value.format(self._meter.total)

    def operation(self, given: Operation) -> tuple[Operation, bool]:
        """``given`` as it is shown, and whether something in it was shortened."""
        self._meter.next_share()
        self._is_cut = False
        found = replace(
            given,
            description=self._text(given.description),
            parameters=tuple(map(self._parameter, given.parameters)),
            body=self._body(given.body) if given.body else None,
            responses=tuple(map(self._response, given.responses)),
        )
        return (found, True) if self._is_cut else (given, False)

    def _parameter(self, given: Parameter) -> Parameter:
        return self._replaced(
            given,
            description=self._text(given.description),
            facts=self._facts(given.facts),
            sample=self._value(given.sample),
            named={key: self._value(value) for key, value in given.named.items()},
        )

    def _body(self, given: RequestBody) -> RequestBody:
        description, content = self._text(given.description), self._content(given.content)
        return self._replaced(given, description=description, content=content)

    def _response(self, given: Response) -> Response:
        return self._replaced(
            given,
            description=self._text(given.description),
            headers=tuple(map(self._parameter, given.headers)),
            content=self._content(given.content),
            links=tuple(map(self._link, given.links)),
        )

    def _content(self, given: tuple[MediaType, ...]) -> tuple[MediaType, ...]:
        return tuple(
            self._replaced(each, examples=tuple(map(self._example, each.examples))) for each in given
        )

    def _example(self, given: Example) -> Example:
        return self._replaced(
            given,
            value=self._value(given.value),
            name=self._text(given.name),
            summary=self._text(given.summary),
            description=self._text(given.description),
        )

    def _link(self, given: Link) -> Link:
        return self._replaced(given, description=self._text(given.description))

    def _replaced(self, given: T, **members: Any) -> T:
        """``given`` with ``members`` replaced, or itself if nothing of the operation was shortened yet."""
        return given if not self._is_cut else replace(given, **members)

    # --- Single texts and values ----------------------------------------------------------------------------

    def _text(self, text: str) -> str:
        return text if not text or self._fits(text, len(text)) else shortened(text)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value if self._fits(value, len(value)) else _brief(value, 0)
        if not isinstance(value, dict | list) or self._fits(Same(value), self._length(value)):
            return value
        return self._briefs.get(value) or self._briefs.keep(value, _brief(value, LEVELS_SHOWN_AGAIN))

    def _facts(self, facts: Facts) -> Facts:
        return facts if self._fits(Same(facts), facts.characters) else facts.brief()

    def _length(self, value: Any) -> int:
        known = self._lengths.get(value)
        return self._lengths.keep(value, characters(value)) if known is None else known

    def _fits(self, shown: str | Same, length: int) -> bool:
        """Whether something of that length is shown whole; its length is then taken from the budget."""
        is_new = shown not in self._known
        self._known.add(shown)
        if is_new or length <= LONGEST_SHOWN_AGAIN or length <= self._meter.left:
            self._meter.take(length)
            return True
        self._is_cut = True
        return False


def _brief(value: Any, levels: int) -> Any:
    """``value`` with only the first members and items, down to ``levels``, and with names and texts cut.

    No mark shows where a text is cut, since the value may be used in a header or an address.
    """
    if isinstance(value, str):
        return value[:LONGEST_SHOWN_AGAIN]
    if isinstance(value, list):
        return [_brief(item, levels - 1) for item in islice(value, MOST_SHOWN_AGAIN if levels else 0)]
    if isinstance(value, dict):
        first = islice(value.items(), MOST_SHOWN_AGAIN if levels else 0)
        return {name[:LONGEST_SHOWN_AGAIN]: _brief(child, levels - 1) for name, child in first}
    return value
