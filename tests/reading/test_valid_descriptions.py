"""What OpenAPI allows, though older JSON Schemas and validators refuse it."""

from __future__ import annotations

import pytest

PATH_ITEM = (
    "paths:\n  /b/{id}:\n    $ref: '#/components/pathItems/P'\n    summary: Beside\n"
    "    parameters: [{name: id, in: path, required: true, schema: {type: string, example: b1}}]\n"
    "components:\n  pathItems: {P: {get: {summary: Get, responses: {'200': {description: Fine}}}}}\n"
)
LINK = (
    "paths:\n  /a:\n    get:\n      operationId: getA\n"
    "      parameters: [{name: n, in: query, schema: {type: integer}}]\n"
    "      responses:\n        '200':\n          description: Fine\n"
    "          links:\n"
    "            next: {operationId: getA, parameters: {n: 2}, server: {url: https://api.example.org}}\n"
)
BESIDE = (
    "paths:\n  /a:\n    get:\n      responses: {'200': {$ref: '#/components/responses/Fine', x-n: 1}}\n"
    "components: {responses: {Fine: {description: Fine}}}\n"
)
PATTERN = (
    "paths:\n  /a:\n    get:\n"
    "      parameters: [{name: q, in: query, schema: {$ref: '#/components/schemas/A'}}]\n"
    "      responses: {'200': {description: Fine}}\n"
    "components: {schemas: {A: {type: string, pattern: '^[\\p{L}\\p{N}_.:/=+\\-@]*$', example: a1}}}\n"
)
TEXTS = {"path item": PATH_ITEM, "link": LINK, "beside a reference": BESIDE, "pattern": PATTERN}


@pytest.mark.parametrize("version", ["3.1.0", "3.1.1", "3.2.0"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_valid_description_has_no_problems(read, head, text, version):
    api = read(head(version) + text)
    assert api.warnings == []
    assert api.problems == []


def test_the_fields_beside_the_reference_of_a_path_item_are_read(read, head):
    (operation,) = read(head() + PATH_ITEM).operations
    assert [(p.name, p.sample) for p in operation.parameters] == [("id", "b1")]


def test_a_path_parameter_that_is_not_described_is_still_a_finding(read, head):
    text = PATH_ITEM.replace("name: id", "name: other").replace("in: path, required: true", "in: query")
    problems = read(head() + text).problems
    assert [line for line in problems if "{id}" in line]


def test_an_unknown_field_beside_the_reference_of_a_path_item_is_a_finding(read, head):
    assert read(head() + PATH_ITEM.replace("summary: Beside", "sumary: Beside")).problems
