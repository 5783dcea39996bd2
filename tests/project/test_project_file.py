"""What the project file and the command's options change."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from support import OURS, UPSTREAM, UPSTREAM_ABSENT, items, run

from generator.cli import options
from generator.targets import TARGETS

CALLSHEET = Path(sys.executable).parent / "callsheet"
PLAIN = """
openapi: 3.0.3
info: {title: Things, version: '1'}
servers: [{url: 'https://api.example.com/v1/'}]
paths:
  /things/{id}:
    get:
      summary: Get a thing
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: A thing}, default: {description: No thing}}
    delete:
      responses: {2XX: {description: Gone}}
  /other:
    get:
      tags: [Others]
      operationId: con
      responses: {'200': {description: Fine}}
"""


def _generate(folder: Path, *options: str) -> dict:
    done = run(CALLSHEET, "generate", *options, cwd=folder)
    assert done.code == 0, done.output
    found = (folder / "output").glob("*.postman_collection.json")
    (collection,) = (path for path in found if ".variations." not in path.name)
    return json.loads(collection.read_text())


@pytest.fixture
def project(tmp_path):
    def write(text: str) -> Path:
        (tmp_path / "privacy-service.yaml").write_text(OURS.read_text())
        (tmp_path / "callsheet.yaml").write_text("description: privacy-service.yaml\n" + text)
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("strategy", "names"),
    [
        ("tags", ["Privacy jobs", "Consent"]),
        ("paths", ["/jobs", "/consent"]),
        (
            "flat",
            [
                "List privacy jobs",
                "Create a privacy job",
                "Retrieve a privacy job",
                "Retrieve customer access information",
                "Process a customer opt-out-of-sale request",
            ],
        ),
    ],
)
def test_the_folder_strategy_divides_the_collection(strategy, names, project):
    collection = _generate(project(f"collection: {{folders: {strategy}}}\n"), "-c", "callsheet.yaml")
    assert [part["name"] for part in collection["item"]] == names
    assert len(items(collection)) == 5


def test_names_and_environments_come_from_the_project_file(project):
    folder = project(
        "collection: {name: Mine}\n"
        "environments:\n"
        "  - name: eu\n    values: {baseUrl: 'https://eu.example.com/privacy', IMS: ims.example.com}\n"
    )
    collection = _generate(folder, "-c", "callsheet.yaml")
    assert collection["info"]["name"] == "Mine"
    (environment,) = (folder / "output" / "environments").iterdir()
    assert environment.name == "eu.postman_environment.json"
    values = {v["key"]: v["value"] for v in json.loads(environment.read_text())["values"]}
    assert (values["baseUrl"], values["IMS"]) == ("https://eu.example.com/privacy", "ims.example.com")


def test_the_id_of_the_project_changes_every_id(project):
    folder = project("")
    first = _generate(folder, "-c", "callsheet.yaml")
    (folder / "callsheet.yaml").write_text("description: privacy-service.yaml\nid: other\n")
    # With another id it counts as another description, which needs `--force` to replace the artifacts.
    second = _generate(folder, "-c", "callsheet.yaml", "--force")
    assert {i["id"] for i in items(first)}.isdisjoint({i["id"] for i in items(second)})


def test_if_a_description_is_named_a_project_file_applies_only_if_it_is_named_too(project):
    folder = project("collection: {name: Mine}\n")
    (folder / "specs").mkdir()
    (folder / "specs" / "callsheet.yaml").write_text(
        "description: ../privacy-service.yaml\ncollection: {name: Mine}\n"
    )
    assert _generate(folder)["info"]["name"] == "Mine"
    assert _generate(folder, "privacy-service.yaml")["info"]["name"] == "Privacy Service API"
    assert _generate(folder, "privacy-service.yaml", "-c", "callsheet.yaml")["info"]["name"] == "Mine"


def test_one_target_writes_only_its_own_files(project):
    folder = project("")
    done = run(CALLSHEET, "generate", "privacy-service.yaml", "--target", "curl", cwd=folder)
    assert done.code == 0, done.output
    assert {p.name for p in (folder / "output").iterdir()} == {"curl", "manifest.json"}
    assert run(CALLSHEET, "check", "privacy-service.yaml", "--target", "curl", cwd=folder).code == 0
    assert run(CALLSHEET, "check", "privacy-service.yaml", cwd=folder).code == 1


def test_every_target_can_be_named_on_the_command_line():
    assert tuple(TARGETS) == options.TARGET_NAMES


def test_a_description_of_another_api_gets_no_ims_script_and_no_local_environment(tmp_path):
    (tmp_path / "things.yaml").write_text(PLAIN)
    collection = _generate(tmp_path, "things.yaml")
    text = json.dumps(collection)
    assert "adobelogin" not in text
    assert "auth" not in collection
    assert [i["name"] for i in items(collection)] == ["con", "Get a thing", "DELETE /things/{id}"]
    assert collection["variable"][0] == {
        "key": "baseUrl",
        "value": "https://api.example.com/v1",
        "type": "string",
    }
    assert [p.name for p in (tmp_path / "output" / "environments").iterdir()] == [
        "api-example-com.postman_environment.json"
    ]
    scripts = {p.name for p in (tmp_path / "output" / "curl" / "scripts").iterdir()}
    assert scripts == {"getThingsId.sh", "deleteThingsId.sh", "con_.sh"}


def test_names_of_a_description_never_collide_with_those_of_our_own_files(tmp_path):
    text = PLAIN.replace("tags: [Others]", "tags: [ReadMe]").replace(
        "operationId: con", "operationId: IMS-Token"
    )
    (tmp_path / "things.yaml").write_text(text)
    _generate(tmp_path, "things.yaml")
    curl = tmp_path / "output" / "curl"
    assert {p.name for p in curl.glob("*.md")} == {"README.md", "readme-2.md", "other.md"}
    assert "IMS-Token-2.sh" in {p.name for p in (curl / "scripts").iterdir()}


def test_the_publishers_headers_are_credentials_and_not_parameters():
    if not UPSTREAM.exists():
        pytest.skip(UPSTREAM_ABSENT)
    from generator import load

    plan = load(UPSTREAM)
    assert plan.settings.profile.name == "adobe-ims"
    assert [e.name for e in plan.settings.environments] == ["production", "stage", "local"]
    for operation in plan.api.operations:
        assert [c.header for c in operation.credentials] == ["Authorization", "x-api-key", "x-gw-ims-org-id"]
        assert {p.name for p in operation.parameters_in("header")} <= {"Content-Type", "Accept"}
    assert len(plan.warnings) == 2


def test_no_folder_is_empty_even_if_a_tag_has_no_operation(generated):
    def check(parts):
        for part in parts:
            if "item" in part:
                assert part["item"]
                check(part["item"])

    collection = json.loads(generated.collection.read_text())
    check(collection["item"])
    assert [part["name"] for part in collection["item"]] == ["Privacy jobs", "Consent"]


def test_every_documented_response_is_a_saved_example_named_after_its_status(generated):
    for item in items(json.loads(generated.collection.read_text())):
        names = [response["name"] for response in item["response"]]
        assert names[0] in ("200 OK", "202 Accepted")
        assert {"400 Bad Request", "403 Forbidden", "404 Not Found", "500 Internal Server Error"} <= set(
            names
        )
        assert len(names) == len(set(names))
        for response in item["response"]:
            assert response["originalRequest"]["method"] == item["request"]["method"]


def test_the_saved_429_says_when_to_try_again(ours):
    for item in items(json.loads(ours.collection.read_text())):
        response = next(r for r in item["response"] if r["code"] == 429)
        assert {"key": "Retry-After", "value": "30"} in response["header"]


@pytest.mark.parametrize(
    ("option", "tested"),
    [("off", set()), ("status", {"Status"}), ("contract", {"Status", "Content", "Body"})],
)
def test_the_option_overrides_the_tests_of_the_project_file(option, tested, project):
    folder = project("tests: {status: off, contentType: false, body: false, headers: false, paging: false}\n")
    collection = _generate(folder, "-c", "callsheet.yaml", "--tests", option)
    lines = [line for e in collection["event"] if e["listen"] == "test" for line in e["script"]["exec"]]
    settings = {"Status": "STATUS = 'success'", "Content": "CONTENT_TYPE = true", "Body": "BODY = true"}
    assert {name for name, line in settings.items() if any(f"const {line};" in x for x in lines)} == tested
