"""Every constraint of our own description, found without the generator, has a request that violates it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from support import OURS

from generator import load
from generator.model.types import Operation

#: Keywords that a value can violate. JSON Schema Validation 2020-12, section 6, and Core, sections 10 and 11.
ASSERTED = frozenset(
    "type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength "
    "pattern format maxItems minItems uniqueItems maxContains minContains contains maxProperties "
    "minProperties dependentRequired additionalProperties propertyNames oneOf anyOf not".split()
)
#: "the parameter definition SHALL be ignored": OpenAPI 3.1.1, section 4.8.12.2.
IGNORED = frozenset(("accept", "content-type", "authorization"))
Demand = tuple[str, str, str]
"""Operation id, place and keyword of a constraint."""


def _at(root: Any, node: Any) -> Any:
    """Resolve ``node`` if it is a reference; keywords beside the reference override those of its target."""
    while "$ref" in node:
        target = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _demanded(
    root: Any, schema: Any, place: str, *, text: bool = False, one_of_several: bool = False
) -> Iterator[tuple[str, str]]:
    """The constraints of a schema, each with its place; for a ``text``, not those that any text satisfies.

    A value that violates the type or the values of ``one_of_several`` alternatives violates the union's
    constraint.
    """
    node = _at(root, schema)
    for keyword in node:
        if one_of_several and keyword in ("type", "enum", "const"):
            continue
        if keyword in ASSERTED and not (text and keyword == "type" and node["type"] == "string"):
            yield place, keyword
    between = "" if place.endswith(" ") else "."
    for name in node.get("required", ()):
        yield f"{place}{between}{name}", "required"
    for name, child in node.get("properties", {}).items():
        yield from _demanded(root, child, f"{place}{between}{name}")
    if "items" in node:
        yield from _demanded(root, node["items"], f"{place}[]")
    for union in (node.get("oneOf", ()), node.get("anyOf", ())):
        for branch in union:
            yield from _demanded(root, branch, place, one_of_several=len(union) > 1)
    for branch in node.get("allOf", ()):
        yield from _demanded(root, branch, place)


def _demands_of(root: Any, path: str, item: Any, operation: Any) -> Iterator[tuple[str, str]]:
    for schemes in operation.get("security", root.get("security", ())):
        for name in schemes:
            scheme = root["components"]["securitySchemes"][name]
            header = scheme.get("name", "Authorization")
            yield from ((f"security {header}", how) for how in ("missing", "wrong"))
    for node in (*item.get("parameters", ()), *operation.get("parameters", ())):
        parameter = _at(root, node)
        if parameter["in"] == "header" and parameter["name"].lower() in IGNORED:
            continue
        place = f"{parameter['in']} {parameter['name']}"
        if parameter["in"] == "path":
            yield place, "unknown"
        elif parameter.get("required"):
            yield place, "required"
        yield from _demanded(root, parameter["schema"], place, text=True)
    if "requestBody" in operation:
        body = _at(root, operation["requestBody"])
        yield from [("body ", "required")] if body.get("required") else []
        yield from (("body ", keyword) for keyword in ("content", "syntax"))
        yield from _demanded(root, body["content"]["application/json"]["schema"], "body ")


def every_demand(root: Any) -> set[Demand]:
    """Every constraint of a description on requests, found without the generator."""
    return {
        (operation["operationId"], *demand)
        for path, item in root["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        for demand in _demands_of(root, path, item, operation)
    }


def every_broken(operations: tuple[Operation, ...]) -> set[Demand]:
    """Every constraint that the variations violate, in the same form."""
    found = set()
    for operation in operations:
        for variation in operation.variations():
            place = variation.place
            keyword = place.keyword
            if keyword == "security":
                keyword = "wrong" if variation.value else "missing"
            between = "." if place.path and place.name and not place.path.startswith("[") else ""
            name = re.sub(r"\[\d+\]", "[]", f"{place.name}{between}{place.path}")
            found.add((operation.id, f"{place.location} {name}", keyword))
    return found


def test_every_constraint_of_our_description_has_its_variation():
    root = yaml.safe_load(OURS.read_text())
    demanded = every_demand(root)
    assert len(demanded) > 100
    assert every_broken(load().api.operations) == demanded


def test_a_constraint_added_to_a_description_has_its_variation(tmp_path):
    root = yaml.safe_load(OURS.read_text())
    schemas = root["components"]["schemas"]
    schemas["UserId"]["properties"]["value"] |= {"minLength": 2, "maxLength": 300}
    schemas["JobRequest"]["properties"]["mergePolicyId"] |= {"minimum": 10, "multipleOf": 5}
    schemas["JobRequest"]["additionalProperties"] = False
    root["components"]["parameters"]["JOB_ID"]["schema"] |= {"pattern": "^[0-9a-f-]+$", "maxLength": 40}
    changed = tmp_path / "changed.yaml"
    changed.write_text(yaml.safe_dump(root, sort_keys=False))
    demanded = every_demand(root)
    assert {keyword for _, _, keyword in demanded} >= {"maxLength", "multipleOf", "additionalProperties"}
    assert every_broken(load(changed).api.operations) == demanded
