"""Parse YAML and JSON into plain data, with warnings for what a plain parser would decide silently."""

from __future__ import annotations

import bisect
import contextlib
import json
import math
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from generator.errors import Place, Problem
from generator.reading.json_pointer import pointer
from generator.reading.source import characters
from generator.reading.source.decoding import TextError, decoded, is_json, line_and_column
from generator.reading.source.numerals import Numeral, Written, numeral


class Parsed(msgspec.Struct, frozen=True):
    """Plain data, and what the parser had to decide."""

    data: Any
    warnings: tuple[Problem, ...] = ()
    """Duplicate keys, with both places, characters that were dropped, and circular aliases."""
    numerals: tuple[Written, ...] = ()
    """The numbers and booleans that JSON would write differently."""


_MOST_DIGITS = 4300  # sys.int_info.default_max_str_digits, which guards against slow conversions


def parse_bytes(content: bytes, file: str) -> Parsed:
    """Parse the content of a file as ``parse`` does. JSON in UTF-8, the usual case, isn't decoded first.

    Raises what ``decoded`` and ``parse`` raise.
    """
    if content[:1] == b"{" and content[1:2] != b"\0":
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            data = msgspec.json.decode(content)
            if msgspec.json.format(content, indent=-1) == msgspec.json.encode(data):
                if not characters.may_hold_dropped(content):
                    return Parsed(data)
                return _cleaned(Parsed(data), decoded(content, file), file)
    return parse(decoded(content, file), file)


def parse(text: str, file: str) -> Parsed:
    """The plain data of ``text``, in JSON or YAML, without the characters that ``characters`` drops.

    ``file`` is its name in messages. Raises ``TextError`` with line and column, and ``RecursionError`` if it
    is nested too deeply for the current stack.
    """
    parsed = _parsed(text, file)
    if "\\" in text or characters.DROPPED.search(text):
        return _cleaned(parsed, text, file)
    return parsed


def _cleaned(parsed: Parsed, text: str, file: str) -> Parsed:
    data, found = characters.cleaned(parsed.data)
    if not found:
        return parsed
    from generator.reading.source.locations import Places

    places = Places(text.encode("utf-8", "surrogatepass"), file)
    warnings = (*parsed.warnings, *characters.problems(found, file, places.locate))
    return Parsed(data, warnings, parsed.numerals)


def _parsed(text: str, file: str) -> Parsed:
    if is_json(text):
        plain = text.lstrip("\ufeff")
        numerals: list[Numeral] = []
        try:
            data = msgspec.json.Decoder(float_hook=partial(_number, numerals)).decode(plain)
            return Parsed(data, tuple(_duplicate_json_keys(plain, data, file)), tuple(numerals))
        except msgspec.DecodeError:
            numerals.clear()
        try:
            # Unescaped line ends and tabs in strings are not valid JSON, but occur in practice.
            read = partial(_finite, numerals)
            data = json.loads(plain, strict=False, parse_float=read, parse_int=_whole, parse_constant=str)
            return Parsed(data, tuple(_duplicate_json_keys(plain, data, file)), tuple(numerals))
        except json.JSONDecodeError as error:
            problem = Problem(Place(file, error.lineno, error.colno), f"This is not valid JSON: {error.msg}.")
            if file.endswith(".json"):
                raise TextError(problem) from None
            # YAML's flow style begins with the same brackets.
            return _parse_yaml(text, file, json_problem=problem)
    return _parse_yaml(text, file)


def _number(numerals: list[Numeral], digits: str) -> float:
    """The same as ``_finite``, but raises ``msgspec.DecodeError`` for a number beyond the range of floats."""
    number = _finite(numerals, digits)
    if isinstance(number, str):
        raise msgspec.DecodeError("a number out of range")
    return number


def _finite(numerals: list[Numeral], digits: str) -> float | str:
    """A number, whose numeral is added to ``numerals``, or ``digits`` if it is beyond the range of floats."""
    number = float(digits)
    if not math.isfinite(number):
        return digits
    numerals += numeral(number, digits)
    return number


def _whole(digits: str) -> int | str:
    """A whole number, or ``digits`` if they are more than Python converts."""
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _parse_yaml(text: str, file: str, json_problem: Problem | None = None) -> Parsed:
    import yaml

    from generator.reading.source import yaml_loader

    try:
        # PyYAML refuses these characters.
        found = yaml_loader.load(plain := characters.without_dropped(text))
    except yaml.YAMLError as error:
        if json_problem is not None:
            raise TextError(json_problem) from None
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise TextError(Problem(place, f"This is not valid YAML: {what}.")) from None
    except ValueError as error:
        raise TextError(Problem(Place(file), f"This is not valid YAML: {error}.")) from None
    warnings = [_duplicate(file, *keys) for keys in found.duplicates]
    if len(plain) < len(text):
        warnings.append(_raw_characters(text, file))
    if found.circles:
        from generator.reading.source.locations import locate

        what = "The alias leads back to a node that contains it."
        warnings += [
            Problem(locate(text, file, pointer(*way)), what, "It is read as a reference (`$ref`); write one.")
            for way in found.circles
        ]
    return Parsed(found.data, tuple(warnings), found.numerals)


def _raw_characters(text: str, file: str) -> Problem:
    """A warning about characters that were dropped before the text was parsed."""
    at = [match.start() for match in characters.DROPPED.finditer(text)]
    first = ord(text[at[0]])
    more = f", and {len(at) - 1:,} more" if len(at) > 1 else ""
    what = f"The file holds a character that no file may hold (U+{first:04X}{more}); it was dropped."
    return Problem(Place(file, *line_and_column(text, at[0])), what, "Remove it from the description.")


def _duplicate(file: str, key: str, first: tuple[int, int], second: tuple[int, int]) -> Problem:
    what = f"The key {key!r} appears twice in one object, first in line {first[0]}, column {first[1]}."
    return Problem(Place(file, *second), what, "The later one counts; remove the other.")


def _duplicate_json_keys(text: str, data: Any, file: str) -> Iterator[Problem]:
    """A warning for each key that a JSON parser drops silently.

    Usually there are none, as a cheap comparison of the text with the encoded data shows.
    """
    with contextlib.suppress(msgspec.DecodeError):  # JSON with tabs in its strings
        if msgspec.json.format(text, indent=-1).encode() == msgspec.json.encode(data):
            return
    twice = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal twice
        twice = twice or len({key for key, _ in pairs}) < len(pairs)

    json.loads(text, object_pairs_hook=look, parse_int=str, strict=False)
    if twice:
        ends = [match.start() for match in _LINE_END.finditer(text)]
        for key, first, second in _scan_json_keys(text):
            yield _duplicate(file, key, _position(ends, first), _position(ends, second))


_LINE_END = re.compile(r"\n")


def _position(line_ends: list[int], offset: int) -> tuple[int, int]:
    """The same as ``line_and_column``, for many offsets: ``line_ends`` are the offsets of all line ends."""
    line = bisect.bisect_left(line_ends, offset)
    return line + 1, offset - (line_ends[line - 1] if line else -1)


_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.DOTALL)


def _scan_json_keys(text: str) -> Iterator[tuple[str, int, int]]:
    """The duplicate keys of each object: the key and its two offsets."""
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
