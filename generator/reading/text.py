"""YAML and JSON text to plain data, and back from a JSON pointer to its line."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import msgspec
import yaml

from generator.errors import Place, Problem


class TextError(Exception):
    """The text is neither YAML nor JSON. ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Loader(yaml.CSafeLoader):
    """YAML as OpenAPI reads it: the JSON schema of YAML 1.2, every key a string.

    PyYAML follows YAML 1.1, where ``no`` is a boolean, ``12:30`` a number and ``2024-01-01`` a date;
    none of these is a JSON value. OpenAPI 3.1, section "Format".
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping whose keys are the text of the key nodes; merge keys are flattened."""
        self.flatten_mapping(node)
        return {
            (key.value if isinstance(key, yaml.ScalarNode) else str(self.construct_object(key, deep=True))):
            self.construct_object(value, deep=True)
            for key, value in node.value
        }  # fmt: skip

    def construct_yaml_map(self, node: yaml.MappingNode) -> Any:
        """Build a mapping in two steps, so that an anchor may refer to its own node."""
        data: dict[Hashable, Any] = {}
        yield data
        data.update(self.construct_mapping(node))


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    (
        "tag:yaml.org,2002:float",
        r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$",
        list("-+.0123456789"),
    ),
    ("tag:yaml.org,2002:merge", r"^(?:<<)$", ["<"]),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), _first)
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)


def parse(text: str, file: str) -> Any:
    """Plain data of ``text``, JSON or YAML. ``file`` is its name in messages.

    Raises ``TextError`` with line and column.
    """
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        try:
            return msgspec.json.decode(text.lstrip("\ufeff"))
        except msgspec.DecodeError:
            problem = _json_problem(text, file)
            if problem and file.endswith(".json"):
                raise TextError(problem) from None
            # YAML's flow style begins alike, so what is not JSON may still be YAML.
            return _parse_yaml(text, file, json_problem=problem)
    return _parse_yaml(text, file)


def _json_problem(text: str, file: str) -> Problem | None:
    try:
        json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        return Problem(Place(file, error.lineno, error.colno), f"This is not valid JSON: {error.msg}.")
    except RecursionError:
        return Problem(Place(file), "This is nested too deeply to be read.")
    return None


def _parse_yaml(text: str, file: str, json_problem: Problem | None = None) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # a safe loader: plain data only
    except yaml.YAMLError as error:
        if json_problem is not None:
            raise TextError(json_problem) from None
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise TextError(Problem(place, f"This is not valid YAML: {what}.")) from None
    except RecursionError:
        raise TextError(Problem(Place(file), "This is nested too deeply to be read.")) from None
    except ValueError as error:
        raise TextError(Problem(Place(file), f"This is not valid YAML: {error}.")) from None


def tokens(pointer: str) -> tuple[str, ...]:
    """The reference tokens of an RFC 6901 JSON pointer (section 4)."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def pointer(*parts: str | int) -> str:
    """An RFC 6901 JSON pointer from its reference tokens."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@lru_cache(maxsize=4)
def _nodes(text: str) -> yaml.Node | None:
    """The node tree of ``text``; made only when a place is asked for, since reading doesn't need it."""
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None


def locate(text: str, file: str, at: str) -> Place:
    """The place of the node that JSON pointer ``at`` names, or of its nearest ancestor that is there.

    For a member of an object that is the place of its key.
    """
    node = _nodes(text)
    mark = node.start_mark if node is not None else None
    for token in tokens(at):
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == token), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
            node = node.value[int(token)]
            mark = node.start_mark
        else:
            break
    return Place(file, mark.line + 1, mark.column + 1, at) if mark else Place(file, pointer=at)
