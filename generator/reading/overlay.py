"""OpenAPI Overlay 1.0 and 1.1: change a description without editing its file.

https://spec.openapis.org/overlay/v1.1.0.html. Targets are JSONPath (RFC 9535), which python-jsonpath
evaluates.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from generator.errors import DescriptionError, Place, Problem
from generator.identity import IdentityMemo
from generator.reading.json_pointer import pointer
from generator.reading.lenient import mapping, sequence, text
from generator.reading.source.decoding import TextError, decoded
from generator.reading.source.locations import locate
from generator.reading.source.numerals import Written
from generator.reading.source.parsing import parse

_Place = tuple[str | int, ...]


def applied(root: Any, overlays: Iterable[tuple[Path, bytes]]) -> tuple[Any, list[Problem], list[Written]]:
    """``root`` with ``overlays`` applied in their order, warnings about actions without effect, and numerals.

    Each overlay is a pair of its path and its content. Raises ``DescriptionError`` if one can't be applied.
    """
    warnings: list[Problem] = []
    numerals: list[Written] = []
    tree = _Tree(root)
    for path, content in overlays:
        overlay = _Overlay(path, content)
        overlay.apply(tree)
        warnings += overlay.warnings
        numerals += overlay.numerals
    return tree.root, warnings, numerals


class _Overlay:
    """One overlay file. Section 4.4.1."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._file = str(path)
        try:
            self._text = decoded(content, self._file)
            parsed = parse(self._text, self._file)
        except TextError as error:
            raise DescriptionError(error.problem) from None
        self.warnings = list(parsed.warnings)
        self.numerals = parsed.numerals
        data = mapping(parsed.data)
        if not text(data.get("overlay")).startswith(("1.0", "1.1")):
            raise DescriptionError(self._not_an_overlay(data))
        self._actions = sequence(data.get("actions"))
        if not self._actions:
            self._warn("/actions", "The overlay has no actions.")

    def _not_an_overlay(self, data: Mapping[str, Any]) -> Problem:
        from generator.reading.references import other_formats

        known = other_formats.of_data(data)
        if "openapi" in data or "swagger" in data:
            what = "This is an OpenAPI description, not an OpenAPI Overlay."
            return Problem(
                Place(self._file, 1, 1), what, "Name it as SPEC, and its overlays with `--overlay`."
            )
        if known is not None and known is not other_formats.OVERLAY:
            what = f"This is {known.name}, not an OpenAPI Overlay."
            return Problem(Place(self._file, 1, 1), what, "Name an OpenAPI Overlay with `--overlay`.")
        what = "This is not an OpenAPI Overlay of version 1.0 or 1.1."
        return self._problem("/overlay", what, "Write `overlay: 1.1.0`.")

    def _problem(self, at: str, what: str, advice: str = "") -> Problem:
        return Problem(locate(self._text, self._file, at), what, advice)

    def _warn(self, at: str, what: str) -> None:
        self.warnings.append(self._problem(at, what, "The action was left out." if at != "/actions" else ""))

    def apply(self, tree: _Tree) -> None:
        """Apply every action, each to the result of the one before it."""
        for index, action in enumerate(map(mapping, self._actions)):
            self._act(tree, action, pointer("actions", index))

    def _act(self, tree: _Tree, action: Mapping[str, Any], at: str) -> None:
        target = text(action.get("target"))
        places = self._places(tree, target, at + "/target")
        if not places:
            self._warn(at + "/target", f"The target {target!r} matches nothing.")
        elif action.get("remove") is True:
            # From the end, so that the indexes of earlier list items stay valid.
            for place in sorted(places, key=_order, reverse=True):
                tree.remove(place)
        elif "update" in action and "copy" in action:
            self._warn(at, "Of `update` and `copy` an action has one; with both it has no effect.")
        elif "update" in action:
            self._update(tree, places, action["update"], at + "/update")
        elif "copy" in action:
            sources = self._places(tree, text(action["copy"]), at + "/copy")
            if len(sources) == 1:
                self._update(tree, places, copy.deepcopy(tree.at(sources[0])), at + "/copy")
            else:
                count = f"{len(sources) or 'no'} node{'s' * (len(sources) > 1)}"
                self._warn(at + "/copy", f"The source {action['copy']!r} matches {count}; one is needed.")
        else:
            self._warn(at, "The action says neither `update`, `copy` nor `remove`.")

    def _update(self, tree: _Tree, places: list[_Place], value: Any, at: str) -> None:
        try:
            for place in places:
                old = tree.at(place)
                if isinstance(old, list) and not isinstance(value, list):
                    tree.replace(place, [*old, copy.deepcopy(value)])
                else:
                    tree.replace(place, _merged(old, value))
        except _IncompatibleError as error:
            raise DescriptionError(self._problem(at, str(error), "Remove the old value first.")) from None

    def _places(self, tree: _Tree, path: str, at: str) -> list[_Place]:
        import jsonpath

        from generator.reading import json_path

        try:
            return json_path.places(path, tree.root)
        except json_path.TooMuchWorkError as error:
            what = f"This JSONPath takes too much work: {error}."
            raise DescriptionError(self._problem(at, what, "Write a plainer one.")) from None
        except jsonpath.JSONPathError as error:
            what = f"{path!r} is not a JSONPath (RFC 9535): {_reason(error)}."
            raise DescriptionError(self._problem(at, what)) from None


def _reason(error: Exception) -> str:
    """The first line of an error of python-jsonpath, whose ``str`` itself fails for some expressions."""
    try:
        return str(error).splitlines()[0]
    except (ValueError, IndexError):
        return str(error.args[0]) if error.args else type(error).__name__


class _Tree:
    """Data that is changed in place, after copying nodes that YAML aliases share with other places."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._own: IdentityMemo[bool] = IdentityMemo()  # the containers that no other place shares

    def at(self, place: _Place) -> Any:
        """The node at ``place``."""
        node = self.root
        for part in place:
            node = node[part]
        return node

    def remove(self, place: _Place) -> None:
        """Remove the node at ``place`` from its container; removing the root leaves an empty object."""
        if place:
            del self._opened(place[:-1])[place[-1]]
        else:
            self.root = {}

    def replace(self, place: _Place, value: Any) -> None:
        """Put ``value`` at ``place``."""
        if place:
            self._opened(place[:-1])[place[-1]] = value
        else:
            self.root = value

    def _opened(self, place: _Place) -> Any:
        """The container at ``place``, copied if need be, so that it can be changed."""
        node = self.root = self._mine(self.root)
        for part in place:
            node[part] = self._mine(node[part])
            node = node[part]
        return node

    def _mine(self, node: Any) -> Any:
        if node in self._own:
            return node
        made = copy.copy(node)
        self._own.keep(made, True)
        return made


class _IncompatibleError(Exception):
    """A value can't be merged with the existing one. The message says why."""


def _order(place: _Place) -> tuple[tuple[int, str | int], ...]:
    return tuple((isinstance(part, str), part) for part in place)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a plain value"


def _merged(old: Any, new: Any) -> Any:
    """``old`` merged with ``new``: objects member by member, lists joined, other values replaced by ``new``.

    Section 4.4.3.1. Raises ``_IncompatibleError`` for values of different kinds.
    """
    if _kind(old) != _kind(new):
        raise _IncompatibleError(f"{_kind(new).capitalize()} can't be merged with {_kind(old)}.")
    if isinstance(old, dict):
        more = {key: _merged(old[key], new[key]) if key in old else copy.deepcopy(new[key]) for key in new}
        return {**old, **more}
    return [*old, *copy.deepcopy(new)] if isinstance(old, list) else new
