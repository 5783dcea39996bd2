"""OpenAPI Overlay 1.0 and 1.1: changes to a description that leave its file as it is.

https://spec.openapis.org/overlay/v1.1.0.html. Targets are JSONPath (RFC 9535), found by python-jsonpath.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.errors import DescriptionError, Problem
from generator.reading.nodes import mapping, sequence, text
from generator.reading.places import locate
from generator.reading.text import TextError, decoded, parse, pointer


def applied(root: Any, overlays: Sequence[Path], read: Any) -> tuple[Any, list[Problem]]:
    """``root`` changed by ``overlays``, in their order, and warnings about actions that changed nothing.

    ``read`` gives the content of a file. Raises ``DescriptionError`` where a file is no overlay.
    """
    warnings: list[Problem] = []
    for path in overlays:
        overlay = _Overlay(path, read(path))
        root = overlay.applied(root)
        warnings += overlay.warnings
    return root, warnings


class _Overlay:
    """One overlay file."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._file = str(path)
        try:
            self._text = decoded(content, self._file)
            parsed = parse(self._text, self._file)
        except TextError as error:
            raise DescriptionError(error.problem) from None
        self.warnings = list(parsed.warnings)
        data = mapping(parsed.data)
        if not text(data.get("overlay")).startswith(("1.0", "1.1")):
            raise DescriptionError(
                self._problem(
                    "/overlay",
                    "This is not an OpenAPI Overlay of version 1.0 or 1.1.",
                    "Write `overlay: 1.0.0`.",
                )
            )
        if not sequence(data.get("actions")):
            self.warnings.append(self._problem("/actions", "The overlay has no actions."))
        self._actions = sequence(data.get("actions"))

    def _problem(self, at: str, what: str, advice: str = "") -> Problem:
        return Problem(locate(self._text, self._file, at), what, advice)

    def applied(self, root: Any) -> Any:
        """``root`` after every action, each on what the one before it left."""
        for index, action in enumerate(map(mapping, self._actions)):
            root = self._act(root, action, pointer("actions", index))
        return root

    def _act(self, root: Any, action: Mapping[str, Any], at: str) -> Any:
        target = text(action.get("target"))
        places = self._places(root, target, at + "/target")
        if not places:
            what = f"The target {target!r} matches nothing."
            self.warnings.append(self._problem(at + "/target", what, "The action was left out."))
            return root
        if action.get("remove") is True:
            # From the end, so that the places of list items before it still hold.
            for place in sorted(places, key=_order, reverse=True):
                root = _removed(root, place)
            return root
        if "copy" in action:
            sources = self._places(root, text(action["copy"]), at + "/copy")
            if len(sources) != 1:
                count = f"{len(sources) or 'no'} node{'s' * (len(sources) > 1)}"
                what = f"The source {action['copy']!r} matches {count}; one is needed."
                self.warnings.append(self._problem(at + "/copy", what, "The action was left out."))
                return root
            value = copy.deepcopy(_at(root, sources[0]))
            for place in places:
                root = _updated(root, place, value)
        if "update" in action:
            for place in places:
                root = _updated(root, place, action["update"])
        elif "copy" not in action:
            self.warnings.append(self._problem(at, "The action says neither `update`, `copy` nor `remove`."))
        return root

    def _places(self, root: Any, path: str, at: str) -> list[tuple[str | int, ...]]:
        import jsonpath

        try:
            found = jsonpath.JSONPathEnvironment(strict=True).finditer(path, root)
            return list(dict.fromkeys(match.parts for match in found))
        except jsonpath.JSONPathError as error:
            what = f"{path!r} is not a JSONPath (RFC 9535): {str(error).splitlines()[0]}."
            raise DescriptionError(self._problem(at, what)) from None


def _order(place: tuple[str | int, ...]) -> tuple[tuple[int, str | int], ...]:
    return tuple((isinstance(part, str), part) for part in place)


def _at(root: Any, place: tuple[str | int, ...]) -> Any:
    for part in place:
        root = root[part]
    return root


def _removed(root: Any, place: tuple[str | int, ...]) -> Any:
    if not place:
        return {}
    parent = _at(root, place[:-1])
    del parent[place[-1]]
    return root


def _updated(root: Any, place: tuple[str | int, ...], value: Any) -> Any:
    changed = _merged(_at(root, place), value)
    if not place:
        return changed
    _at(root, place[:-1])[place[-1]] = changed
    return root


def _merged(old: Any, new: Any) -> Any:
    """Objects member by member, lists one after the other, anything else replaced; an item joins a list."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {
            **old,
            **{
                key: _merged(old[key], value) if key in old else copy.deepcopy(value)
                for key, value in new.items()
            },
        }
    if isinstance(old, list):
        return [*old, *copy.deepcopy(new)] if isinstance(new, list) else [*old, copy.deepcopy(new)]
    return copy.deepcopy(new)
