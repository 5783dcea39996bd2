"""Serialization of parameters. OpenAPI 3.1.1, section 4.8.12.2 ("style" and "explode"), and RFC 6570.

Names and values are passed to the caller's ``encode``; the separators between them are not, except a space
or ``|``. Items and members that are ``null`` are left out (RFC 6570, section 2.3).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from generator.model.media.media_types import URLENCODED, essence, is_json
from generator.model.types import Parameter, Part

Encode = Callable[[str], str]
Pair = tuple[str, str]


def plain_text(value: Any) -> str:
    """A JSON value as plain text: a string without quotes, a list with commas, an object as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(plain_text, value))
    return "" if value is None else json_line(value)


def json_line(value: Any) -> str:
    """A value as JSON in one line without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _flat(value: Any) -> str:
    """An item or member as text. If it is a list or an object, it is JSON: no style covers that."""
    return json_line(value) if isinstance(value, dict | list) else plain_text(value)


def _present(value: dict[str, Any]) -> dict[str, Any]:
    return {key: child for key, child in value.items() if child is not None}


def _items(value: Iterable[Any]) -> list[str]:
    return [_flat(item) for item in value if item is not None]


# --- Queries, forms and cookies -------------------------------------------------------------------------


def query_pairs(parameter: Parameter, encode: Encode) -> list[Pair]:
    """The name and value pairs of a query parameter; a list or an object may have several, or none."""
    value, name = parameter.sample, parameter.name
    if parameter.media_type:
        return [(encode(name), encode(_written(value, parameter)))]
    return list(_form_pairs(name, value, parameter.style, parameter.explode, encode))


def query_string(parameter: Parameter, encode: Encode) -> list[Pair] | str:
    """The pairs, or the text, of a parameter that is the whole query. OpenAPI 3.2.0, section 4.12.2.1."""
    value = parameter.sample
    if essence(parameter.media_type) == URLENCODED and isinstance(value, dict):
        return form_pairs(value, parameter.parts, encode)
    return encode(_written(value, parameter))


def form_pairs(value: Mapping[str, Any], parts: Mapping[str, Part], encode: Encode) -> list[Pair]:
    """The pairs of a URL-encoded form; a field that is ``null`` has none."""
    found = _present(dict(value)).items()
    return [pair for name, child in found for pair in field_pairs(name, child, parts.get(name), encode)]


def field_pairs(name: str, value: Any, part: Part | None, encode: Encode) -> list[Pair]:
    """The pairs of one form field by its style; without one, lists are repeated pairs and objects JSON."""
    if part is not None and part.by_style:
        return list(_form_pairs(name, value, part.style, part.explode, encode))
    return [(encode(name), encode(_flat(item))) for item in field_values(value)]


def field_values(value: Any) -> list[Any]:
    """The values of one form field: the items of a list, else one value. OpenAPI 3.1.1, section 4.8.15.1."""
    return [item for item in value if item is not None] if isinstance(value, list) else [value]


def _form_pairs(name: str, value: Any, style: str, explode: bool, encode: Encode) -> Iterator[Pair]:
    if style == "deepObject" and isinstance(value, dict | list):
        yield from _deep(name, value, encode)
    elif isinstance(value, dict):
        if style in ("form", "cookie") and explode:
            # No style covers a list inside an object: it is repeated, as servers read any exploded list.
            found = ((key, item) for key, child in _present(value).items() for item in field_values(child))
            yield from ((encode(key), encode(_flat(item))) for key, item in found)
        else:
            parts = (part for pair in _present(value).items() for part in pair)
            yield encode(name), _separator(style, encode).join(encode(_flat(part)) for part in parts)
    elif isinstance(value, list):
        items = (encode(item) for item in _items(value))
        if explode:
            yield from ((encode(name), item) for item in items)
        else:
            yield encode(name), _separator(style, encode).join(items)
    else:
        yield encode(name), encode(plain_text(value))


def _deep(name: str, value: Any, encode: Encode) -> Iterator[Pair]:
    """Pairs such as ``name[key]=value``, with further brackets for nested objects and for indexes of lists.

    OpenAPI doesn't define lists here. With indexes, parsers of brackets still read a list of one as a list.
    """
    if isinstance(value, dict):
        for key, child in _present(value).items():
            yield from _deep(f"{name}[{key}]", child, encode)
    elif isinstance(value, list):
        for index, item in enumerate(item for item in value if item is not None):
            yield from _deep(f"{name}[{index}]", item, encode)
    else:
        yield encode(name), encode(plain_text(value))


def _separator(style: str, encode: Encode) -> str:
    return {"spaceDelimited": encode(" "), "pipeDelimited": encode("|")}.get(style, ",")


def cookie_pairs(parameter: Parameter, encode: Encode) -> list[Pair]:
    """The name and value pairs of a cookie parameter."""
    return query_pairs(parameter, encode)


# --- Paths and headers ----------------------------------------------------------------------------------


def path_text(parameter: Parameter, encode: Encode) -> str:
    """The text of a path parameter in the path, in style ``simple``, ``label`` or ``matrix``."""
    value, name = parameter.sample, encode(parameter.name)
    if parameter.media_type:
        return encode(_written(value, parameter))
    prefix = {"label": ".", "matrix": ";"}.get(parameter.style, "")
    matrix = parameter.style == "matrix"
    if isinstance(value, dict):
        if parameter.explode:
            pairs = [f"{encode(key)}={encode(_flat(child))}" for key, child in _present(value).items()]
            return prefix + (prefix or ",").join(pairs)
        parts = [encode(_flat(part)) for pair in _present(value).items() for part in pair]
        return prefix + (f"{name}=" if matrix else "") + ",".join(parts)
    if isinstance(value, list):
        items = [encode(item) for item in _items(value)]
        if parameter.explode and matrix:
            return "".join(f";{name}={item}" for item in items)
        joined = (prefix if parameter.explode and prefix else ",").join(items)
        return prefix + (f"{name}=" if matrix else "") + joined
    text = encode(plain_text(value))
    return prefix + (f"{name}={text}" if matrix and text else name if matrix else text)


def separates(parameter: Parameter) -> bool:
    """Whether the style puts delimiters around parts of the value, which then must not contain them."""
    return isinstance(parameter.sample, dict | list) or parameter.style != "simple"


def header_text(parameter: Parameter) -> str:
    """The value of a header, in style ``simple``."""
    value = parameter.sample
    if parameter.media_type:
        return _written(value, parameter)
    if isinstance(value, dict):
        pairs = ((key, _flat(child)) for key, child in _present(value).items())
        return ",".join(f"{key}={text}" if parameter.explode else f"{key},{text}" for key, text in pairs)
    return ",".join(_items(value)) if isinstance(value, list) else plain_text(value)


def _written(value: Any, parameter: Parameter) -> str:
    """A value serialized in its parameter's media type, in one line."""
    if isinstance(value, str) and not is_json(parameter.media_type):
        return value
    if essence(parameter.media_type) == URLENCODED and isinstance(value, dict):
        from urllib.parse import quote

        pairs = form_pairs(value, parameter.parts, lambda text: quote(text, safe=""))
        return "&".join(f"{key}={text}" for key, text in pairs)
    return json_line(value)
