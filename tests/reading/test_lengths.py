"""Names and numbers that exceed a limit are cut or left out, wherever they are, and the limit is named."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.reading.limits.lengths import LONGEST_NAME, LONGEST_TITLE, MOST_OF_A_KIND, shorten

_MANY = MOST_OF_A_KIND + 1


def _operation(**more: Any) -> dict[str, Any]:
    return {"responses": {}, **more}


def _named(value: Any) -> dict[str, Any]:
    return {f"n{number}": value for number in range(_MANY)}


#: Places for an operation: the pointer with which each begins, and what wraps the operation.
_OPERATIONS = {
    "/paths/~1a/get": lambda operation: {"paths": {"/a": {"get": operation}}},
    "/webhooks/w/post": lambda operation: {"webhooks": {"w": {"post": operation}}},
    "/components/pathItems/p/put": lambda operation: {"components": {"pathItems": {"p": {"put": operation}}}},
    "/paths/~1a/additionalOperations/COPY": lambda operation: {
        "paths": {"/a": {"additionalOperations": {"COPY": operation}}}
    },
    "/paths/~1a/get/callbacks/c/{$url}/post": lambda operation: {
        "paths": {"/a": {"get": {"callbacks": {"c": {"{$url}": {"post": operation}}}}}}
    },
    "/components/callbacks/c/{$url}/post": lambda operation: {
        "components": {"callbacks": {"c": {"{$url}": {"post": operation}}}}
    },
}
#: What an operation has too many of, and where.
_TOO_MUCH = {
    "/servers": _operation(servers=[{"url": "https://a.example"}] * _MANY),
    "/parameters": _operation(parameters=[{"name": "a", "in": "query"}] * _MANY),
    "/parameters/0/examples": _operation(parameters=[{"name": "a", "in": "query", "examples": _named({})}]),
    "/parameters/0/content": _operation(parameters=[{"name": "a", "in": "query", "content": _named({})}]),
    "/requestBody/content": _operation(requestBody={"content": _named({})}),
    "/requestBody/content/a/examples": _operation(requestBody={"content": {"a": {"examples": _named({})}}}),
    "/responses": {"responses": {str(100 + number): {} for number in range(_MANY)}},
    "/responses/200/headers": {"responses": {"200": {"headers": _named({})}}},
    "/responses/200/headers/X/examples": {"responses": {"200": {"headers": {"X": {"examples": _named({})}}}}},
    "/responses/200/content/a/examples": {"responses": {"200": {"content": {"a": {"examples": _named({})}}}}},
}


@pytest.mark.parametrize("begin", _OPERATIONS)
@pytest.mark.parametrize("end", _TOO_MUCH)
def test_the_first_of_a_kind_are_kept_and_the_limit_is_named(begin, end):
    root = _OPERATIONS[begin](copy.deepcopy(_TOO_MUCH[end]))
    found = shorten(root)
    assert [at for at, _ in found] == [begin + end]
    assert (
        f"more {end.rpartition('/')[2].replace('content', 'media types')} than the limit of 500"
        in found[0][1]
    )
    assert shorten(root) == []


def test_security_schemes_are_limited_too():
    root = {"components": {"securitySchemes": _named({})}}
    assert shorten(root) == [
        (
            "/components/securitySchemes",
            "There are more security schemes than the limit of 500; the first 500 were kept.",
        )
    ]
    assert list(root["components"]["securitySchemes"])[-1] == f"n{MOST_OF_A_KIND - 1}"


def test_names_that_are_sent_are_removed_and_titles_are_cut():
    operation = _operation(
        operationId="o" * (LONGEST_TITLE + 1),
        parameters=[{"name": "p" * (LONGEST_NAME + 1), "in": "query"}, {"name": "q", "in": "query"}],
        requestBody={"content": {"m" * (LONGEST_NAME + 1): {}, "a/b": {}}},
    )
    found = shorten({"paths": {"/a": {"post": operation}}})
    assert operation["operationId"] == "o" * LONGEST_TITLE
    assert [each["name"] for each in operation["parameters"]] == ["q"]
    assert list(operation["requestBody"]["content"]) == ["a/b"]
    assert len(found) == 3


def test_a_description_within_the_limits_is_not_changed():
    exact = dict(list(_named({}).items())[:MOST_OF_A_KIND])
    root = {"paths": {"/a": {"get": _operation(requestBody={"content": exact})}}}
    assert shorten(root) == []
    assert len(exact) == MOST_OF_A_KIND
