"""The variables of the values that links give: query, header and cookie parameters, and whole bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

import msgspec

from generator.escaping.http import url_component
from generator.escaping.placeholders import with_placeholders
from generator.escaping.postman import postman_header, postman_json_line, postman_query, postman_variable
from generator.model import Api
from generator.model.styles import cookie_pairs, header_text, query_pairs
from generator.model.types import Operation, Parameter
from generator.targets.shared.link_values import LinkValue, link_values
from generator.unused_names import unused

_Key = tuple[str, str, str]


class Row(NamedTuple):
    """A parameter whose value in a request is a variable."""

    variable: str
    sent: bool
    """Whether another operation gives the value, so that the parameter is sent even if it is optional.

    A value that only the operation's own response gives, such as the cursor of the next page, is not there
    at first.
    """


class Linked(msgspec.Struct, frozen=True):
    """The variables of the values that links give, except in paths, whose parameters always have one."""

    rows: Mapping[_Key, Row] = {}
    """By operation id, location and name of the parameter."""
    samples: Mapping[str, str] = {}
    """The encoded sample values, by variable."""
    bodies: Mapping[str, str] = {}
    """The variables of bodies, by operation id."""
    body_samples: Mapping[str, str] = {}

    @classmethod
    def of(cls, api: Api, taken: Iterable[str]) -> Linked:
        """The variables of ``api``. None has a name that is ``taken``."""
        found = list(link_values(api))
        if not found:
            return cls()
        meant = set(taken)
        rows, samples = _rows(found, meant)
        bodies = {}
        body_samples = {}
        for target in {f.target.id: f.target for f in found if f.parameter is None}.values():
            name = _unused((f"{variable_name(target.id)}_body",), meant)
            bodies[target.id], body_samples[name] = name, _body_sample(target)
        return cls(rows, samples, bodies, body_samples)


def variable_name(name: str) -> str:
    """``name`` as the name of a variable: ``user[id]`` → ``user_id``."""
    return re.sub(r"[^\w.-]+", "_", name).strip("_") or "value"


def _unused(names: Iterable[str], meant: set[str]) -> str:
    first, *others = names
    found = unused(first, meant.__contains__, *others)
    meant.add(found)
    return found


def _rows(found: list[LinkValue], meant: set[str]) -> tuple[dict[_Key, Row], dict[str, str]]:
    """A variable for each parameter that a link gives a value.

    Parameters of one name share a variable if they receive the same values from the same responses, and
    serialize them alike. Otherwise the variables' names include those of the operations.
    """
    by_parameter: dict[_Key, list[LinkValue]] = {}
    for linked in found:
        if linked.parameter is not None and linked.parameter.location != "path":
            key: _Key = (linked.target.id, linked.parameter.location, linked.parameter.name)
            by_parameter.setdefault(key, []).append(linked)
    alike: dict[tuple[str, str], dict[tuple[object, ...], list[_Key]]] = {}
    for each, given in by_parameter.items():
        sources = frozenset((f.owner.id, f.response.status, repr(f.value)) for f in given)
        alike.setdefault(each[1:], {}).setdefault((sources, *_manner(given[0])), []).append(each)
    rows: dict[_Key, Row] = {}
    samples: dict[str, str] = {}
    for (location, name), groups in alike.items():
        for keys in groups.values():
            own = variable_name(name)
            longer = f"{variable_name(keys[0][0])}_{own}"
            variable = _unused((own, f"{location}_{own}") if len(groups) == 1 else (longer,), meant)
            first = by_parameter[keys[0]][0].parameter
            assert first is not None
            samples[variable] = _sample(first)
            for each in keys:
                rows[each] = Row(
                    variable, any(linked.owner.id != linked.target.id for linked in by_parameter[each])
                )
    return rows, samples


def _manner(linked: LinkValue) -> tuple[object, ...]:
    """What decides how the parameter serializes its value."""
    own = linked.parameter
    assert own is not None
    return (own.style, own.explode, own.media_type, isinstance(own.sample, list))


def _sample(parameter: Parameter) -> str:
    """The sample of a parameter as written in its row; of a list that has several rows, the first item."""
    if parameter.location == "header":
        return postman_header(header_text(parameter))
    if parameter.location == "cookie":
        pairs = cookie_pairs(parameter, cookie_text)
    else:
        listed = isinstance(parameter.sample, list) and not parameter.media_type
        pairs = query_pairs(parameter, partial(postman_query, item=listed, reserved=parameter.allow_reserved))
    return pairs[0][1] if pairs else ""


def cookie_text(text: str) -> str:
    """``text`` as a cookie's value in Postman, percent-encoded."""
    return with_placeholders(text, postman_variable, url_component)


def _body_sample(operation: Operation) -> str:
    body = operation.body
    example = next(iter(body.content[0].examples), None) if body else None
    return postman_json_line(example.value if example else {})
