"""Load YAML as plain JSON data, without the features that JSON lacks. YAML 1.2.2, section 10.2.

PyYAML follows YAML 1.1, where ``no`` is a boolean, ``12:30`` a number and ``2024-01-01`` a date. In a
description they are strings. OpenAPI 3.1.1, section 4.5 ("Format").
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import yaml

from generator.reading.limits.depth import DEEPEST
from generator.reading.source.numerals import Written, apart, numeral, spelling

#: Levels for which the usual stack suffices; more need a deep one. (The time that the parser takes grows with
#: the square of the depth.)
_SHALLOW = 1000
#: Values that a text may have with its aliases expanded: more means an attack.
_MOST = 20_000_000
_BRACKET = re.compile(r"[\[\]{}]")
#: Each level of nested blocks takes at least one column.
_DEEP_BLOCK = re.compile(rf"^[ ?-]{{{_SHALLOW},}}", re.MULTILINE)
_DEEPER_BLOCK = re.compile(rf"^[ ?-]{{{2 * DEEPEST},}}", re.MULTILINE)
_MERGE = "tag:yaml.org,2002:merge"
_BOOLEAN = "tag:yaml.org,2002:bool"

Mark = tuple[int, int]


class YamlData(msgspec.Struct, frozen=True):
    """Plain data, and what the loader had to decide."""

    data: Any
    duplicates: tuple[tuple[str, Mark, Mark], ...] = ()
    """The duplicate keys of mappings, each with the line and column of both."""
    circles: tuple[tuple[str | int, ...], ...] = ()
    """The paths of aliases to a node that contains them, which were replaced by references."""
    numerals: tuple[Written, ...] = ()
    """The numbers and booleans that JSON would write differently."""


class TooManyAliasesError(ValueError):
    """With its aliases expanded, a text has more values than any description."""


def load(text: str) -> YamlData:
    """The single document in ``text``.

    Raises ``yaml.YAMLError``, ``TooManyAliasesError``, and ``RecursionError`` if it is nested too deeply for
    the current stack.
    """
    check_depth(text)
    loader = _loader()(text)
    try:
        data = loader.get_single_data()  # a safe loader: plain data only
    finally:
        loader.dispose()
    duplicates = sorted(loader.duplicates, key=lambda found: found[2])
    circles = tuple(_untangle(data)) if "&" in text and "*" in text else ()
    return YamlData(data, tuple(duplicates), circles, tuple(loader.numerals))


def check_depth(text: str) -> None:
    """Raise ``RecursionError`` for nesting that would overflow the stack: the parser, in C, doesn't check."""
    is_deep = sys.getrecursionlimit() > 10 * DEEPEST
    if _most_brackets(text) > (DEEPEST if is_deep else _SHALLOW):
        raise RecursionError
    if (_DEEPER_BLOCK if is_deep else _DEEP_BLOCK).search(text):
        raise RecursionError


def _most_brackets(text: str) -> int:
    """The most brackets that are open at once, including those in strings."""
    if text.count("{") + text.count("[") <= _SHALLOW:
        return 0
    depth = most = 0
    for match in _BRACKET.finditer(text):
        depth += 1 if match.group() in "[{" else -1
        most = max(most, depth)
    return most


@cache
def _loader() -> Any:
    """A loader for the JSON schema of YAML 1.2, in which every key is a string."""

    class Loader(yaml.CSafeLoader):
        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

        def __init__(self, stream: str) -> None:
            super().__init__(stream)
            self.duplicates: list[tuple[str, Mark, Mark]] = []
            self.numerals: list[Written] = []
            self._flat: set[Any] = set()

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            """Build a mapping whose keys are the text of the key nodes; merge keys are flattened."""
            self.flatten_mapping(node)
            return {self._key(key): self.construct_object(value) for key, value in node.value}

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            """Replace merge keys by what they name, once for each node, as it may be merged again."""
            if node in self._flat:
                return
            self._flat.add(node)
            if self._look_at_keys(node):
                super().flatten_mapping(node)
                # Each key once, or merges of merges would grow exponentially.
                node.value = list({self._name(key): (key, value) for key, value in node.value}.values())

        def _look_at_keys(self, node: yaml.MappingNode) -> bool:
            """Record duplicate keys. Returns whether there are merge keys."""
            seen: dict[str, Any] = {}
            merges = False
            for key, _ in node.value:
                if key.tag == _MERGE:
                    merges = True
                elif isinstance(key, yaml.ScalarNode):
                    first = seen.setdefault(key.value, key.start_mark)
                    if first is not key.start_mark:
                        self.duplicates.append((key.value, _mark(first), _mark(key.start_mark)))
            return merges

        def _name(self, key: Any) -> Any:
            return key.value if isinstance(key, yaml.ScalarNode) else key

        def _key(self, node: Any) -> str:
            if isinstance(node, yaml.ScalarNode):
                return str(node.value)
            return str(self.construct_object(node, deep=True))

        def construct_yaml_map(self, node: yaml.MappingNode) -> Any:
            """Build a mapping in two steps, so that an anchor may refer to its own node."""
            data: dict[Any, Any] = {}
            yield data
            data.update(self.construct_mapping(node))
            for key, value in node.value:
                if value.tag == _BOOLEAN:
                    self.numerals += spelling(data, self._key(key), value.value)

        def construct_yaml_seq(self, node: yaml.SequenceNode) -> Any:
            """Build a list in two steps, so that an anchor may refer to its own node."""
            data: list[Any] = []
            yield data
            data.extend(self.construct_sequence(node))
            for index, value in enumerate(node.value):
                if value.tag == _BOOLEAN:
                    self.numerals += spelling(data, index, value.value)

        def construct_yaml_float(self, node: yaml.ScalarNode) -> Any:
            """Build a number. One that JSON can't express, such as infinity, stays text."""
            number = super().construct_yaml_float(node)
            if not math.isfinite(number):
                return node.value
            self.numerals += numeral(number, node.value)
            return number

        def construct_yaml_int(self, node: yaml.ScalarNode) -> Any:
            """Build a whole number."""
            number = apart(super().construct_yaml_int(node), node.value)
            self.numerals += numeral(number, node.value)
            return number

        def construct_plain(self, _suffix: str, node: yaml.Node) -> Any:
            """Build the value of a node with a custom tag, such as ``!Ref``, as if it had none."""
            if isinstance(node, yaml.MappingNode):
                return self.construct_yaml_map(node)
            if isinstance(node, yaml.SequenceNode):
                return self.construct_yaml_seq(node)
            return node.value

    for tag, pattern, first in (
        ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        (_BOOLEAN, r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
        ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
        (
            "tag:yaml.org,2002:float",
            r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$",
            list("-+.0123456789"),
        ),
        (_MERGE, r"^(?:<<)$", ["<"]),
    ):
        Loader.add_implicit_resolver(tag, re.compile(pattern), first)
    for tag in ("map", "set"):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", Loader.construct_yaml_map)
    for tag in ("seq", "omap", "pairs"):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", Loader.construct_yaml_seq)
    for tag in ("str", "timestamp", "binary"):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", Loader.construct_scalar)  # type: ignore[type-var]
    Loader.add_constructor("tag:yaml.org,2002:float", Loader.construct_yaml_float)
    Loader.add_constructor("tag:yaml.org,2002:int", Loader.construct_yaml_int)
    Loader.add_multi_constructor("!", Loader.construct_plain)
    return Loader


def _mark(mark: Any) -> Mark:
    return mark.line + 1, mark.column + 1


def _untangle(data: Any) -> Iterator[tuple[str | int, ...]]:
    """Replace each alias to a node that contains it by a reference, since JSON has no cycles.

    Yields their paths. Raises ``TooManyAliasesError`` if aliases of aliases expand to too many values.
    """
    sizes: dict[int, int] = {}
    open_: dict[int, int] = {}
    way: list[str | int] = []
    stack: list[tuple[Any, Iterator[tuple[str | int, Any]], list[int]]] = []

    def enter(node: Any) -> None:
        open_[id(node)] = len(way)
        members = node.items() if isinstance(node, dict) else enumerate(node)
        stack.append((node, iter(list(members)), [1]))

    if isinstance(data, dict | list):
        enter(data)
    while stack:
        node, members, size = stack[-1]
        for key, child in members:
            if not isinstance(child, dict | list):
                size[0] += 1
            elif id(child) in open_:
                parts = way[: open_[id(child)]]
                node[key] = {"$ref": "#" + "".join("/" + _escaped(part) for part in parts)}
                yield (*way, key)
            elif id(child) in sizes:
                size[0] += sizes[id(child)]
            else:
                way.append(key)
                enter(child)
                break
            if size[0] > _MOST:
                raise TooManyAliasesError("its aliases stand for more than 20 million values")
        else:
            stack.pop()
            del open_[id(node)]
            sizes[id(node)] = size[0]
            if stack:
                way.pop()
                stack[-1][2][0] += size[0]


def _escaped(part: str | int) -> str:
    """``part`` as a token of a JSON pointer in a URI fragment (RFC 6901, section 6)."""
    return str(part).replace("~", "~0").replace("/", "~1").replace("%", "%25")
