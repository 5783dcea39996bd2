"""The embedded description: valid, complete, and every example valid against its own schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from support import OURS

ROOT: dict[str, Any] = yaml.safe_load(OURS.read_text())
OPERATIONS = {
    operation["operationId"]: operation
    for item in ROOT["paths"].values()
    for method, operation in item.items()
    if method in ("get", "post")
}


def _follow(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node and node["$ref"].startswith("#/"):
        target: Any = ROOT
        for token in node["$ref"][2:].split("/"):
            target = target[token]
        node = target
    return node


def _examples(node: Any, at: str = "#") -> Iterator[tuple[str, Any, Any]]:
    """Every example beside a schema: JSON pointer, value, schema."""
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            yield at, node["example"], node["schema"]
        if "schema" in node:
            for name, example in node.get("examples", {}).items():
                yield f"{at}/{name}", example["value"], node["schema"]
        for key, value in node.items():
            if key not in ("example", "examples"):
                yield from _examples(value, f"{at}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _examples(value, f"{at}/{index}")


def test_it_is_valid_openapi_3_1():
    assert [error.message for error in OpenAPIV31SpecValidator(ROOT).iter_errors()] == []


@pytest.mark.parametrize(("at", "value", "schema"), [pytest.param(*e, id=e[0]) for e in _examples(ROOT)])
def test_every_example_is_valid_against_its_own_schema(at, value, schema):
    judged = {"allOf": [schema], "components": ROOT["components"]}
    validator = jsonschema_rs.Draft202012Validator(judged, validate_formats=True)
    assert [error.message for error in validator.iter_errors(value)] == []


def test_the_operations_are_the_five_of_the_service():
    assert set(OPERATIONS) == {
        "listPrivacyJobs",
        "createPrivacyJob",
        "retrievePrivacyJob",
        "retrievePrivacyJobContent",
        "processConsent",
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_documents_one_success_and_the_same_refusals(name):
    statuses = list(OPERATIONS[name]["responses"])
    assert statuses[0] in ("200", "202")
    assert statuses[1:] == ["400", "401", "403", "404", "429", "500"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_documented_body_has_an_example(name):
    operation = OPERATIONS[name]
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    bodies += [_follow(response) for response in operation["responses"].values()]
    for body in bodies:
        for media_type, content in body.get("content", {}).items():
            if media_type == "application/json" and content.get("schema"):
                assert "example" in content or "examples" in content


def test_a_job_may_contain_jobs():
    details = ROOT["components"]["schemas"]["JobDetails"]["allOf"][1]["properties"]["childJobs"]
    assert details["items"] == {"$ref": "#/components/schemas/JobDetails"}


def test_links_lead_from_create_to_retrieve_to_content():
    created = OPERATIONS["createPrivacyJob"]["responses"]["202"]["links"]
    retrieved = OPERATIONS["retrievePrivacyJob"]["responses"]["200"]["links"]
    assert created["retrievePrivacyJob"]["parameters"] == {"JOB_ID": "$response.body#/jobs/0/jobId"}
    assert retrieved["retrievePrivacyJobContent"]["parameters"] == {"JOB_ID": "$request.path.JOB_ID"}


def test_one_company_context_must_name_the_organization():
    schema = {"$ref": "#/components/schemas/JobRequest", "components": ROOT["components"]}
    body = OPERATIONS["createPrivacyJob"]["requestBody"]["content"]["application/json"]["examples"]
    value = dict(body["accessAndDelete"]["value"])
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid(value)
    assert not validator.is_valid({**value, "companyContexts": [{"namespace": "campaign", "value": "a"}]})


def test_a_404_is_about_a_job_only_if_the_path_has_a_job_id():
    for path, item in ROOT["paths"].items():
        named = {op["responses"]["404"]["$ref"] for method, op in item.items() if method in ("get", "post")}
        assert named == {f"#/components/responses/{'JobNotFound' if 'JOB_ID' in path else 'NotFound'}"}
