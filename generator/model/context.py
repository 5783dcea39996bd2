"""What the modules of the model share while they read one description; internal to the model."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

from generator.budget import MOST_IN_SAMPLE, SHARED, sample_work
from generator.identity import IdentityMemo, Same
from generator.model.samples.build import Budget, Samples
from generator.model.samples.documented import Origin
from generator.model.samples.documented_values import DocumentedValues
from generator.model.samples.ledger import Ledger, Use
from generator.model.samples.repair import Repairs
from generator.model.samples.shared_results import SharedResults
from generator.model.schemas.direction import Direction
from generator.model.schemas.facts import Schema
from generator.model.schemas.kinds import Kinds
from generator.model.schemas.resolved import Schemas
from generator.model.schemas.validator import Checker, Site
from generator.model.warnings import Warnings
from generator.reading import Document

if TYPE_CHECKING:
    from generator.model.operation_source import Source

_Targets = Mapping[Same | str, str]


class Context:
    """The document, what was made from it so far, and for which operation it is read now.

    Values are first taken as they are documented, or made. ``settle`` then validates all of them at once, and
    finds better ones for those that are refused. The operations that use these are then read again.

    ``of`` and ``including`` return contexts that share everything with this one but what they are named for.
    """

    def __init__(self, document: Document, concrete: Callable[[Any], Any]) -> None:
        self.document = document
        self.schemas = Schemas(document)
        self.samples = Samples(self.schemas)
        self.checker = Checker(document, self.schemas, concrete)
        self.warnings = Warnings(document, self.schemas)
        self.warn = self.warnings.warn
        self.cut = self.warnings.cut
        self.described = {
            direction: partial(self.schemas.properties, direction=direction) for direction in Direction
        }
        """Functions that list the properties of a schema, by the direction in which its values are sent."""
        self.kinds: Callable[[], Kinds] = cache(partial(Kinds, self.schemas))
        """The kinds of objects that the document's discriminators distinguish."""
        self.sources: Sequence[Source] = ()
        """The operations to include in the API."""
        self.targets: Callable[[], _Targets] = dict
        """The ids of these operations, by what links name them by."""
        self.seen_for_xml: IdentityMemo[bool] = IdentityMemo()
        """The schemas whose XML names were checked already."""
        repairs = Repairs(self.schemas, self.samples, self.checker)
        self._ledger = Ledger(document, self.schemas, self.checker, repairs, self.warnings)
        self._shared = SharedResults()
        self._documented = DocumentedValues(document, self.schemas, self.samples)
        self._kept: dict[str, Schema] = {}
        self._owner = 0

    def including(
        self, sources: Sequence[Source], targets: Callable[[Sequence[Source]], _Targets]
    ) -> Context:
        """This context for an API with the operations ``sources``.

        ``targets`` is called on demand: only links need it, and most descriptions have none.
        """
        other = copy.copy(self)
        other.sources = tuple(sources)
        other.targets = cache(partial(targets, other.sources))
        return other

    def of(self, owner: int) -> Context:
        """This context for what ``owner`` uses: the operation with this index, or a shared result."""
        other = copy.copy(self)
        other._owner = owner
        return other

    def limit(self, budget: Budget) -> None:
        """Restrict the size of samples to ``budget``."""
        self.samples.budget = budget

    def share(self, operations: int) -> None:
        """Divide the work allowed for samples among a number of operations."""
        self.samples.meter = sample_work(self.document.size, operations)

    def share_of_one(self) -> None:
        """Allow one operation, handled by itself, its share of the work, whatever others have used before."""
        self.samples.meter = sample_work(0, max(len(self.sources) // SHARED, 1)).own_share()

    def keep(self, at: str, schema: Schema) -> Schema:
        """``schema``, or the one kept for ``at`` before: a schema made twice must be the same object."""
        return self._kept.setdefault(at, schema)

    def shared(self, node: object, about: Hashable, make: Callable[[Context], Any]) -> Any:
        """The result of ``make``, which is called once for all operations with this ``node`` and ``about``.

        It must read with the context that it is called with: if a value that was used with that turns out to
        be refused, the result is made again, and all operations that use it are read again.
        """
        return self._shared.of(self._owner, node, about, lambda number: make(self.of(number)))

    def borrow(self) -> None:
        """Make documented values available to parameters and properties of the same names."""
        self._documented.collect()

    def usable(
        self,
        value: Any,
        schema: Schema,
        name: str,
        at: str,
        *,
        direction: Direction = Direction.REQUEST,
        origin: Origin = "example",
    ) -> Any:
        """A documented ``value`` to use: itself, or what it means, such as 5 for ``"5"`` of an integer.

        ``origin`` says what documents it, for messages. Once ``settle`` has found that ``schema`` refuses it,
        this is its repaired value.
        """
        value = self._ledger.meant(value, schema, direction)
        return self._used(value, schema, name, at, origin, direction=direction)

    def shown(self, value: Any, schema: Schema, at: str, origin: Origin = "example") -> Any:
        """A documented ``value`` of a response: shown as it is, even if its schema refuses it."""
        return self._used(value, schema, "", at, origin, direction=Direction.RESPONSE, is_shown=True)

    def look_at(self, value: Any, schema: Schema, at: str, *, direction: Direction) -> None:
        """Have ``value`` validated by ``settle``; it was parsed from a text that is used as it is written."""
        self._used(value, schema, "", at, "example", direction=direction, is_shown=True)

    def made(
        self, schema: Schema, name: str, at: str, *, direction: Direction, most: int = MOST_IN_SAMPLE
    ) -> Any:
        """A value made for ``schema``, which holds at most ``most`` values; ``NOTHING`` if none was found."""
        value = self.samples.made(schema, name, direction=direction, most=most)
        for limit in self.samples.limits:
            self.cut(limit, at)
        return self._used(value, schema, name, at, "made", direction=direction)

    def _used(
        self,
        value: Any,
        schema: Schema,
        name: str,
        at: str,
        origin: Origin | Literal["made"],
        *,
        direction: Direction,
        is_shown: bool = False,
    ) -> Any:
        site = Site(value, schema, direction)
        return self._ledger.used(Use(self._owner, site, name, at, origin, is_shown))

    def settle(self) -> set[int]:
        """Validate every value used so far, and return the indexes of the operations to read again."""
        self.samples.forget()
        self.share(1)
        return self._shared.forget(self._ledger.settle())
