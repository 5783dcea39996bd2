"""Parameters and headers. OpenAPI 3.1.1, sections 4.8.12 and 4.8.21."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.errors import DescriptionError, Problem
from generator.model.api import Parameter
from generator.model.context import Context
from generator.model.samples import documented
from generator.reading.text import pointer

_MEDIA_TYPE_IN_TEXT = re.compile(r"`([a-z]+/[A-Za-z0-9.+-]+)`")


def schema_of(context: Context, node: Mapping[str, Any]) -> Any:
    """The schema of a parameter or header, whether it stands in ``schema`` or in ``content``."""
    if "schema" in node:
        return node["schema"]
    for media_type in (node.get("content") or {}).values():
        return context.document.follow(media_type).get("schema", {})
    return {}


def examples_of(context: Context, node: Mapping[str, Any]) -> Iterator[Any]:
    """The documented values of a parameter, header or media type, not yet those of its schema."""
    if "example" in node:
        yield node["example"]
    for example in (node.get("examples") or {}).values():
        example = context.document.follow(example)
        if "value" in example:
            yield example["value"]


def parameter(
    context: Context, node: Mapping[str, Any], at: str, *, name: str = "", media_type: str = ""
) -> Parameter:
    """One parameter, or one header of an answer when ``name`` gives its name.

    ``media_type`` is that of the request's body, or of the answer: the value of ``Content-Type`` or
    ``Accept`` where the description gives none.
    """
    name = name or str(node["name"])
    location = str(node.get("in", "header"))
    schema = schema_of(context, node)
    return Parameter(
        name=name,
        location=location,
        required=node.get("required") is True or location == "path",
        description=str(node.get("description", "")),
        facts=context.schemas.facts(schema),
        sample=_sample(context, node, schema, at, name, media_type),
        deprecated=node.get("deprecated") is True,
    )


def _sample(
    context: Context, node: Mapping[str, Any], schema: Any, at: str, name: str, media_type: str
) -> Any:
    given = list(examples_of(context, node)) or list(documented(context.schemas.merged(schema)))
    if not given and name.lower() in ("accept", "content-type"):
        # The description's words name the value where its schema is silent.
        named = _MEDIA_TYPE_IN_TEXT.search(str(node.get("description", "")))
        given = [media_type or (named.group(1) if named else "*/*")]
    if given:
        return context.usable(given[0], schema, name, at)
    value = context.samples.made(schema, name, request=True)
    if not context.samples.accepts(value, schema):
        context.warn(at, f"No value was found that the schema of {name!r} accepts; give it an `example`.")
    return value


def parameters(
    context: Context, path_item: Mapping[str, Any], operation: Mapping[str, Any], at: str, path_at: str
) -> list[tuple[Mapping[str, Any], str]]:
    """The parameter nodes of an operation with their pointers; its own override those of its path."""
    found: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
    for owner, where in ((path_item, path_at), (operation, at)):
        for index, node in enumerate(owner.get("parameters") or ()):
            resolved = context.document.follow(node)
            if "name" not in resolved or "in" not in resolved:
                raise DescriptionError(
                    Problem(
                        context.document.place(where + pointer("parameters", index)),
                        "The reference leads to something that is not a parameter.",
                        "Name one of #/components/parameters.",
                    )
                )
            key = (str(resolved.get("in")), str(resolved.get("name")))
            found[key] = (resolved, where + pointer("parameters", index))
    return list(found.values())
