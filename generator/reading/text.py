"""YAML and JSON text to plain data, and back from a JSON pointer to its line."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from generator.errors import Place, Problem

if TYPE_CHECKING:
    import yaml


class TextError(Exception):
    """The text is neither YAML nor JSON. ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Parsed:
    """Plain data, and what reading it had to decide by itself."""

    data: Any
    warnings: tuple[Problem, ...] = ()
    """Keys that stand twice in one object, with both places."""


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes, file: str) -> str:
    """The text of a file: UTF-8, or what its byte order mark or its zero bytes tell. YAML 1.2, section 5.2.

    Raises ``TextError``.
    """
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), "")
    if not encoding:
        zeros: tuple[bool, ...] = tuple(byte == 0 for byte in content[:4])
        by_zeros: dict[tuple[bool, ...], str] = {
            (True, True, True, False): "utf-32-be",
            (False, True, True, True): "utf-32-le",
            (True, False, True, False): "utf-16-be",
            (False, True, False, True): "utf-16-le",
        }
        encoding = by_zeros.get(zeros, "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"Byte {error.start} is not {encoding.removesuffix('-sig').upper()}."
        raise TextError(Problem(Place(file), what, "Save the file as UTF-8.")) from None


@cache
def _loader() -> Any:
    """YAML as OpenAPI reads it: the JSON schema of YAML 1.2, every key a string.

    PyYAML follows YAML 1.1, where ``no`` is a boolean, ``12:30`` a number and ``2024-01-01`` a date;
    none of these is a JSON value. OpenAPI 3.1, section "Format". Made when YAML is met: reading JSON
    needs none of it.
    """
    import yaml

    class Loader(yaml.CSafeLoader):
        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

        def __init__(self, stream: str) -> None:
            super().__init__(stream)
            self.twice: list[tuple[str, Any, Any]] = []

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            """Build a mapping whose keys are the text of the key nodes; merge keys are flattened."""
            self._note_keys_that_stand_twice(node)
            self.flatten_mapping(node)
            return {self._key(key): self.construct_object(value, deep=True) for key, value in node.value}

        def _key(self, node: Any) -> str:
            if isinstance(node, yaml.ScalarNode):
                return str(node.value)
            return str(self.construct_object(node, deep=True))

        def _note_keys_that_stand_twice(self, node: yaml.MappingNode) -> None:
            seen: dict[str, Any] = {}
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                    if key.value in seen:
                        self.twice.append((key.value, seen[key.value], key.start_mark))
                    seen[key.value] = key.start_mark

        def construct_yaml_map(self, node: yaml.MappingNode) -> Any:
            """Build a mapping in two steps, so that an anchor may refer to its own node."""
            data: dict[Any, Any] = {}
            yield data
            data.update(self.construct_mapping(node))

    for tag, pattern, first in (
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
        Loader.add_implicit_resolver(tag, re.compile(pattern), first)
    Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_yaml_map)
    return Loader


def parse_bytes(content: bytes, file: str) -> Parsed:
    """The same as ``parse`` for the content of a file: JSON in UTF-8, the usual case, is not decoded first.

    Raises what ``decoded`` and ``parse`` raise.
    """
    if content[:1] == b"{" and content[1:2] != b"\0":
        with contextlib.suppress(msgspec.DecodeError):
            data = msgspec.json.decode(content)
            if msgspec.json.format(content, indent=-1) == msgspec.json.encode(data):
                return Parsed(data)
    return parse(decoded(content, file), file)


def parse(text: str, file: str) -> Parsed:
    """Plain data of ``text``, JSON or YAML. ``file`` is its name in messages.

    Raises ``TextError`` with line and column, and ``RecursionError`` where it is nested too deeply for the
    stack at hand.
    """
    if is_json(text):
        plain = text.lstrip("\ufeff")
        try:
            data = msgspec.json.decode(plain)
            return Parsed(data, tuple(_json_keys_that_stand_twice(plain, data, file)))
        except msgspec.DecodeError:
            pass
        try:
            # Line ends and tabs inside strings are no JSON, yet they are met.
            data = json.loads(plain, strict=False)
            return Parsed(data, tuple(_json_keys_that_stand_twice(plain, data, file)))
        except json.JSONDecodeError as error:
            problem = Problem(Place(file, error.lineno, error.colno), f"This is not valid JSON: {error.msg}.")
            if file.endswith(".json"):
                raise TextError(problem) from None
            # YAML's flow style begins alike, so what is not JSON may still be YAML.
            return _parse_yaml(text, file, json_problem=problem)
    return _parse_yaml(text, file)


def is_json(text: str) -> bool:
    """Whether ``text`` begins as JSON does."""
    return text[:200].lstrip("\ufeff \t\r\n").startswith(("{", "["))


def _parse_yaml(text: str, file: str, json_problem: Problem | None = None) -> Parsed:
    import yaml

    loader = None
    try:
        loader = _loader()(text)
        data = loader.get_single_data()  # a safe loader: plain data only
        return Parsed(data, tuple(_twice(file, *found) for found in _in_lines(loader.twice)))
    except yaml.YAMLError as error:
        if json_problem is not None:
            raise TextError(json_problem) from None
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise TextError(Problem(place, f"This is not valid YAML: {what}.")) from None
    except ValueError as error:
        raise TextError(Problem(Place(file), f"This is not valid YAML: {error}.")) from None
    finally:
        if loader is not None:
            loader.dispose()


def _in_lines(
    found: Iterable[tuple[str, Any, Any]],
) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    for key, first, second in found:
        yield key, (first.line + 1, first.column + 1), (second.line + 1, second.column + 1)


def _twice(file: str, key: str, first: tuple[int, int], second: tuple[int, int]) -> Problem:
    what = f"The key {key!r} stands twice in one object, first in line {first[0]}, column {first[1]}."
    return Problem(Place(file, *second), what, "The later one counts; remove the other.")


def _json_keys_that_stand_twice(text: str, data: Any, file: str) -> Iterator[Problem]:
    """Keys that a JSON parser drops silently. The usual case, none, is told by comparing lengths: cheap."""
    with contextlib.suppress(msgspec.DecodeError):  # JSON with tabs in its strings
        if msgspec.json.format(text, indent=-1).encode() == msgspec.json.encode(data):
            return
    twice = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal twice
        twice = twice or len({key for key, _ in pairs}) < len(pairs)

    json.loads(text, object_pairs_hook=look, strict=False)
    if twice:
        for key, first, second in _scan_json_keys(text):
            yield _twice(file, key, line_and_column(text, first), line_and_column(text, second))


_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.DOTALL)


def _scan_json_keys(text: str) -> Iterator[tuple[str, int, int]]:
    """Keys that stand twice in one object: the key and the offsets of both."""
    open_: list[dict[str, int] | None] = []
    before = ""
    waiting: tuple[str, int] | None = None
    for match in _JSON_TOKEN.finditer(text):
        token = match.group()
        if token == "{":
            open_.append({})
        elif token == "[":
            open_.append(None)
        elif token in "}]":
            open_.pop()
        elif token == ":" and waiting is not None:
            seen = open_[-1] if open_ else None
            if seen is not None:
                key, offset = waiting
                if key in seen:
                    yield key, seen[key], offset
                seen[key] = offset
        is_key = token[0] == '"' and before in ("{", ",")
        waiting = (json.loads(token, strict=False), match.start()) if is_key else None
        before = token[0]


def tokens(pointer: str) -> tuple[str, ...]:
    """The reference tokens of an RFC 6901 JSON pointer (section 4)."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _escaped(part: str) -> str:
    return "/" + part.replace("~", "~0").replace("/", "~1")


def pointer(*parts: str | int) -> str:
    """An RFC 6901 JSON pointer from its reference tokens."""
    if len(parts) == 1:
        part = str(parts[0])
        return f"/{part}" if "/" not in part and "~" not in part else _escaped(part)
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of what stands at ``offset``."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
