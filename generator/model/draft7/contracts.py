"""The schemas of one document's responses in draft 7, each with the definitions that it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from generator.identity import IdentityMemo
from generator.model.draft7.ajv import Losses
from generator.model.draft7.components import Components
from generator.model.draft7.names import DefinitionNames
from generator.model.draft7.reference_depth import LongestPaths
from generator.model.draft7.schema import Converted, convert
from generator.model.draft7.turn import Around
from generator.model.schemas.facts import Schema
from generator.model.schemas.resolved import Schemas
from generator.model.types import Contract, Contracts
from generator.reading import Document

#: The most schemas nested in each other, a referenced one counted twice. Ajv compiles the target of a
#: reference before it goes on, and in Newman, JavaScript's stack has room for some 900.
_DEEPEST = 400
#: The usual number of keywords and names in a definition.
_SIZE = 30


class Draft7(Contracts):
    """Makes the contracts of one document. Each referenced schema is converted once, when it is needed.

    If a contract needs more than ``most`` definitions (fewer if they are large), or more than Ajv can
    compile, the farthest ones accept anything. ``loose_formats`` are not checked, since a service is known to
    violate them.
    """

    def __init__(
        self,
        document: Document,
        schemas: Schemas,
        most: int = 400,
        loose_formats: frozenset[str] = frozenset(),
    ) -> None:
        self._most = most
        self._losses = Losses()
        self._names = DefinitionNames(document, schemas)
        self._around = Around(document, schemas, self._names, self._losses, loose_formats)
        self._contracts: IdentityMemo[Contract] = IdentityMemo()
        self._first: dict[str, Converted] = {}
        """Definitions on the assumption that all others are exact, and that there are no circles."""
        self._last: dict[str, Converted] = {}
        self._returning: dict[str, frozenset[tuple[bool, str]]] = {}
        self._looseness: dict[str, bool] = {}
        self._in_place = Components(lambda name: self._plain(name).always | self._plain(name).perhaps)
        """Definitions that lead to each other and apply to the same value."""
        self._chosen = Components(lambda name: self._plain(name).perhaps)
        """Definitions that do so by choices and conditions alone."""
        self._needed = Components(lambda name: self._plain(name).needs, self._note_looseness)
        self._depths = LongestPaths(
            lambda name: self._plain(name).needs, lambda name: self._plain(name).depth + 1
        )

    def losses(self) -> tuple[tuple[str, str], ...]:
        """What the contracts made so far don't check: a JSON pointer and a sentence for each."""
        return tuple(self._losses)

    def contract(self, schema: Schema, at: str) -> Contract:
        """``schema`` with all definitions that it needs; ``at`` is the JSON pointer of its owner."""
        if not isinstance(schema, dict):
            return Contract(schema is not False, {})
        known = self._contracts.get(schema)
        if known is None:
            known = self._contracts.keep(schema, self._contract(schema, f"{at}/schema"))
        return known

    def _contract(self, schema: Schema, at: str) -> Contract:
        root = convert(self._around, schema, at)
        loose = self._loose_among(root.guarded)
        if loose:
            root = convert(self._around, schema, at, loose=loose)
        kept, cut = self._nearest(root.needs)
        if cut:
            self._losses.note_beyond()
            loosened = self._referring(kept, cut)
            # Definitions that become stricter if one that is cut accepts anything are cut as well.
            cut |= {name for name in kept if not loosened.isdisjoint(self._definition(name).guarded)}
            if not loosened.isdisjoint(root.guarded):
                root = convert(self._around, schema, at, loose=loose | loosened)
        return Contract(root.schema, self._definitions(root.needs, cut))

    def _nearest(self, needs: Collection[str]) -> tuple[list[str], set[str]]:
        """The definitions to keep, the nearest ones as far as limits allow, and those to cut next to them."""
        found = dict.fromkeys(needs)
        waiting = list(found)
        index = depth = size = 0
        longest: int | None = None
        while index < min(len(waiting), self._most):
            definition = self._definition(waiting[index])
            depth, size = depth + definition.depth + 1, size + definition.size
            if size > self._most * _SIZE and index > 0:
                break
            if depth > _DEEPEST and longest is None:
                longest = max(map(self._depths.longest, needs), default=0)
            if longest is not None and longest > _DEEPEST:
                break
            for other in definition.needs:
                if other not in found:
                    found[other] = None
                    waiting.append(other)
            index += 1
        return waiting[:index], set(waiting[index:])

    def _referring(self, kept: Iterable[str], cut: set[str]) -> set[str]:
        """The definitions that lead to one that is cut, including these."""
        referring: dict[str, list[str]] = {}
        for name in kept:
            for other in self._definition(name).needs:
                referring.setdefault(other, []).append(name)
        found: set[str] = set()
        waiting = list(cut)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += referring.get(name, ())
        return found

    def _definitions(self, needs: Iterable[str], cut: set[str]) -> dict[str, object]:
        found: dict[str, object] = {}
        waiting = list(needs)
        for name in waiting:
            if name in found:
                continue
            found[name] = True
            if name not in cut:
                definition = self._definition(name)
                found[name] = definition.schema
                waiting += definition.needs
        return found

    # --- One definition ---------------------------------------------------------------------------------

    def _definition(self, name: str) -> Converted:
        known = self._last.get(name)
        if known is None:
            known = self._plain(name)
            circles, loose = self._circles(name), self._loose_among(known.guarded)
            if circles or loose:
                target, at = self._names.target(name), self._names.place(name)
                known = convert(self._around, target, at, loose=loose, circles=circles)
            self._last[name] = known
        return known

    def _plain(self, name: str) -> Converted:
        known = self._first.get(name)
        if known is None:
            known = convert(self._around, self._names.target(name), self._names.place(name))
            self._first[name] = known
        return known

    def _circles(self, name: str) -> frozenset[tuple[bool, str]]:
        """The references of a definition that lead back to it for the same value, endlessly for a validator.

        If a circle has references that always apply and references by a choice, the former are dropped.
        """
        known = self._returning.get(name)
        if known is None:
            plain = self._plain(name)
            always = {(True, o) for o in plain.always if self._in_place.of(o) == self._in_place.of(name)}
            perhaps = {(False, o) for o in plain.perhaps if self._chosen.of(o) == self._chosen.of(name)}
            known = self._returning[name] = frozenset(always | perhaps)
        return known

    def _loose_among(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(name for name in names if self._is_loose(name))

    def _is_loose(self, name: str) -> bool:
        """Whether a definition accepts more than its original, by itself or by its references."""
        self._needed.of(name)
        return self._looseness[name]

    def _note_looseness(self, names: list[str]) -> None:
        """Record whether definitions that need each other are loose; all others that they need are known."""
        loose = any(
            self._plain(name).lossy
            or bool(self._circles(name))
            or any(self._looseness.get(other, False) for other in self._plain(name).needs)
            for name in names
        )
        self._looseness |= dict.fromkeys(names, loose)
