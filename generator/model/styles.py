"""A parameter's value on the wire. OpenAPI 3.1.1, section 4.8.12.2 ("style" and "explode"), and RFC 6570.

Names and values are handed to an encoder of the caller's; what separates them is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from generator.model.api import Parameter, Part

Encode = Callable[[str], str]
Pair = tuple[str, str]


def plain_text(value: Any) -> str:
    """A JSON value as it stands in a URL or a header: a string bare, a list with commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(plain_text, value))
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def json_line(value: Any) -> str:
    """A value as JSON in one line without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def query_pairs(parameter: Parameter, encode: Encode) -> list[Pair]:
    """The name and value pairs of a query parameter or form field; a list may give several."""
    value, name = parameter.sample, parameter.name
    if parameter.media_type:
        return [(encode(name), encode(_written(value, parameter.media_type)))]
    return list(_form_pairs(name, value, parameter.style, parameter.explode, encode))


def field_pairs(name: str, value: Any, part: Part, encode: Encode) -> list[Pair]:
    """Pairs of one field of a form by its ``encoding``; without one, lists repeat and objects are JSON."""
    if part.by_style:
        return list(_form_pairs(name, value, part.style, part.explode, encode))
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return [(encode(name), encode(plain_text(item))) for item in value]
    if isinstance(value, dict | list):
        return [(encode(name), encode(json_line(value)))]
    return [(encode(name), encode(plain_text(value)))]


def _form_pairs(name: str, value: Any, style: str, explode: bool, encode: Encode) -> Iterator[Pair]:
    if style == "deepObject" and isinstance(value, dict):
        yield from _deep(name, value, encode)
    elif isinstance(value, dict):
        if style == "form" and explode:
            yield from ((encode(key), encode(_flat(child))) for key, child in value.items())
        else:
            separator = _separator(style, encode)
            parts = (part for pair in value.items() for part in pair)
            yield encode(name), separator.join(encode(_flat(part)) for part in parts)
    elif isinstance(value, list):
        if explode or style == "deepObject":
            yield from ((encode(name), encode(_flat(item))) for item in value)
        else:
            yield encode(name), _separator(style, encode).join(encode(_flat(item)) for item in value)
    else:
        yield encode(name), encode(plain_text(value))


def _deep(name: str, value: Any, encode: Encode) -> Iterator[Pair]:
    """``name[key]=value``, deeper objects with deeper brackets, lists with the key repeated."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _deep(f"{name}[{key}]", child, encode)
    elif isinstance(value, list):
        for item in value:
            yield from _deep(name, item, encode)
    else:
        yield encode(name), encode(plain_text(value))


def _separator(style: str, encode: Encode) -> str:
    return {"spaceDelimited": encode(" "), "pipeDelimited": encode("|")}.get(style, ",")


def _flat(value: Any) -> str:
    return json_line(value) if isinstance(value, dict | list) else plain_text(value)


def path_text(parameter: Parameter, encode: Encode) -> str:
    """What stands in the path in the place of a path parameter: ``simple``, ``label`` or ``matrix``."""
    value, name = parameter.sample, encode(parameter.name)
    if parameter.media_type:
        return encode(_written(value, parameter.media_type))
    prefix = {"label": ".", "matrix": ";"}.get(parameter.style, "")
    matrix = parameter.style == "matrix"
    if isinstance(value, dict):
        if parameter.explode:
            pairs = [f"{encode(key)}={encode(_flat(child))}" for key, child in value.items()]
            return prefix + (prefix or ",").join(pairs)
        parts = [encode(_flat(part)) for pair in value.items() for part in pair]
        return prefix + (f"{name}=" if matrix else "") + ",".join(parts)
    if isinstance(value, list):
        items = [encode(_flat(item)) for item in value]
        if parameter.explode and matrix:
            return "".join(f";{name}={item}" for item in items)
        joined = (prefix if parameter.explode and prefix else ",").join(items)
        return prefix + (f"{name}=" if matrix else "") + joined
    text = encode(plain_text(value))
    return prefix + (f"{name}={text}" if matrix and text else name if matrix else text)


def header_text(parameter: Parameter) -> str:
    """A header's value, style ``simple``."""
    value = parameter.sample
    if parameter.media_type:
        return _written(value, parameter.media_type)
    if isinstance(value, dict):
        pairs = ((key, _flat(child)) for key, child in value.items())
        return ",".join(f"{key}={text}" if parameter.explode else f"{key},{text}" for key, text in pairs)
    if isinstance(value, list):
        return ",".join(map(_flat, value))
    return plain_text(value)


def cookie_pairs(parameter: Parameter, encode: Encode) -> list[Pair]:
    """The name and value pairs of a cookie parameter."""
    return query_pairs(parameter, encode)


def _written(value: Any, media_type: str) -> str:
    """A value in its media type, in one line."""
    essence = media_type.split(";")[0].strip().lower()
    if isinstance(value, str) and not (essence == "application/json" or essence.endswith("+json")):
        return value
    if essence == "application/x-www-form-urlencoded" and isinstance(value, dict):
        from urllib.parse import urlencode

        return urlencode([(key, plain_text(child)) for key, child in value.items()])
    return json_line(value)
