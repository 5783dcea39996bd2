"""Findings have their places, include all those of the package, and are the same with and without a cache."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)
from support import ROOT, run

from generator.api import validate

CALLSHEET = Path(sys.executable).parent / "callsheet"
PACKAGE = {
    "2.0": OpenAPIV2SpecValidator,
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}
FINE = "responses: {'200': {description: Fine}}"
HEAD = "openapi: {}\ninfo: {{title: T, version: '1'}}\nservers: [{{url: https://api.example.org}}]\n"

#: Descriptions, each with the place and the message of what is wrong with it.
FLAWS = {
    "a duplicate operationId": (
        "3.0.3",
        f"paths:\n  /a:\n    get: {{operationId: x, {FINE}}}\n  /b:\n    get: {{operationId: x, {FINE}}}\n",
        "8:11 (#/paths/~1b/get/operationId)",
        "'x' is used twice",
    ),
    "an undeclared path parameter": (
        "3.0.3",
        f"paths:\n  /a/{{id}}:\n    get: {{{FINE}}}\n",
        "6:5 (#/paths/~1a~1{id}/get)",
        "names {id}",
    ),
    "a path parameter that is not in the path": (
        "3.1.0",
        "paths:\n  /a:\n    get:\n      parameters: [{name: id, in: path, required: true, schema: {}}]\n"
        f"      {FINE}\n",
        "6:5 (#/paths/~1a/get)",
        "'id'",
    ),
    "a parameter twice": (
        "3.1.0",
        "paths:\n  /a:\n    get:\n      parameters: [{name: q, in: query, schema: {}}, {name: q, in: query, "
        f"schema: {{}}}}]\n      {FINE}\n",
        "7:7 (#/paths/~1a/get/parameters)",
        "Duplicate parameter 'q'",
    ),
    "a tag twice": (
        "3.1.0",
        "tags: [{name: a}, {name: a}]\npaths: {}\n",
        "4:1 (#/tags)",
        "Duplicate tag name 'a'",
    ),
    "a tag without its parent": (
        "3.2.0",
        "tags: [{name: a, parent: b}]\npaths: {}\n",
        "4:1 (#/tags)",
        "unknown parent tag 'b'",
    ),
    "a default that its schema refuses": (
        "3.0.3",
        "paths: {}\ncomponents:\n  schemas:\n    A: {type: integer, default: x}\n",
        "7:5 (#/components/schemas/A)",
        'The default is refused by its own schema: The value: "x" is not of type "integer"',
    ),
    "a property that is required but not there": (
        "3.0.3",
        "paths: {}\ncomponents:\n  schemas:\n    A: {required: [a], allOf: [{properties: {b: {}}}]}\n",
        "7:5 (#/components/schemas/A)",
        "not defined properties: ['a']",
    ),
    "a bound without its value": (
        "3.0.3",
        "paths: {}\ncomponents:\n  schemas:\n    A: {type: integer, exclusiveMinimum: true}\n",
        "7:5 (#/components/schemas/A)",
        "minimum",
    ),
    "a pattern that Python does not know": (
        "3.1.0",
        "paths: {}\ncomponents:\n  schemas:\n    A: {properties: {b: {pattern: '[a'}}}\n",
        "7:26 (#/components/schemas/A/properties/b/pattern)",
        "'[a' is not a 'regex'",
    ),
    "a keyword of OpenAPI's own": (
        "3.1.0",
        "paths: {}\ncomponents:\n  schemas:\n    A: {discriminator: kind}\n",
        "7:9 (#/components/schemas/A/discriminator)",
        '"kind" is not of type "object"',
    ),
    "a mistake in the second place": (
        "3.1.0",
        "paths: {}\ncomponents:\n  schemas:\n    A: {type: strin, minLength: -1}\n",
        "7:22 (#/components/schemas/A/minLength)",
        "-1 is less than",
    ),
    "a schema in a request body": (
        "3.1.0",
        "paths:\n  /a:\n    post:\n      requestBody: {content: {a/b: {schema: {items: {type: 5}}}}}\n"
        f"      {FINE}\n",
        "7:54 (#/paths/~1a/post/requestBody/content/a~1b/schema/items/type)",
        "5 is not valid",
    ),
    "an answer without a description": (
        "3.0.3",
        "paths: {/a: {get: {responses: {'200': {}}}}}\n",
        "4:32 (#/paths/~1a/get/responses/200)",
        '"description" is a required property',
    ),
    "a parameter nowhere": (
        "3.1.0",
        f"paths: {{/a: {{get: {{parameters: [{{name: q, in: qurey, schema: {{}}}}], {FINE}}}}}}}\n",
        "4:43 (#/paths/~1a/get/parameters/0/in)",
        '"qurey" is not one of',
    ),
}


@pytest.mark.parametrize("case", FLAWS)
def test_validate_names_the_place_of(case, tmp_path):
    version, text, place, what = FLAWS[case]
    file = tmp_path / "api.yaml"
    file.write_text(HEAD.format(version) + text)
    found = [str(problem).removeprefix(f"{tmp_path}/") for problem in validate(file)]
    assert any(problem.startswith(f"api.yaml:{place}: ") and what in problem for problem in found), found


#: The package's message for a finding, and ours.
SAME = {
    r"Operation ID '(\w+)' .* is not unique": r"The operationId '{}' is used twice",
    r"Path parameter '(\w+)' .* was not resolved": r"{{{0}}}|'{0}'",
    r".* is not valid under any of the": r"is not (one of|of type|valid)|required",
    r"'maximum' is a dependency|'minimum' is a dependency": r"minimum",
}


def _says(ours: str, package: str) -> bool:
    """Whether two messages mean the same, since jsonschema and jsonschema-rs quote differently."""
    if package.rstrip(".").replace("'", '"') in ours.replace("'", '"'):
        return True
    for theirs, words in SAME.items():
        match = re.match(theirs, package)
        if match:
            return re.search(words.format(*match.groups()), ours) is not None
    return False


@pytest.mark.parametrize("case", FLAWS)
def test_no_finding_of_the_package_is_missing_and_none_is_reported_twice(case, tmp_path):
    version, text, _, _ = FLAWS[case]
    file = tmp_path / "api.yaml"
    file.write_text(HEAD.format(version) + text)
    root = yaml.safe_load(file.read_text())
    package = [error.message.splitlines()[0] for error in PACKAGE[version[:3]](root).iter_errors()]
    ours = validate(file)
    for message in package:
        assert any(_says(problem.what, message) for problem in ours), (message, ours)
    assert len({(p.place, p.what) for p in ours}) == len(ours)
    assert len([p for p in ours if "'x' is used twice" in p.what or "{id}" in p.what]) <= 1


def test_a_failure_of_the_package_in_one_path_loses_no_finding_in_another(tmp_path):
    file = tmp_path / "api.yaml"
    file.write_text(
        HEAD.format("3.0.3") + f"paths:\n  /a: {{get: {{parameters: [{{in: query}}], {FINE}}}}}\n"
        "  /b: {get: {parameters: [{name: q, in: query, schema: {type: integer, default: x}}], "
        f"{FINE}}}}}\n"
    )
    found = list(map(str, validate(file)))
    assert any("/paths/~1a/get/parameters/0)" in problem and "name" in problem for problem in found)
    assert any("/paths/~1b/get/parameters/0/schema)" in problem for problem in found), found
    assert not any("ended early" in problem for problem in found)


@pytest.mark.parametrize("spec", sorted(ROOT.glob("specs/**/*.yaml")), ids=lambda path: path.name)
def test_every_committed_description_is_without_problems(spec):
    if "openapi" in yaml.safe_load(spec.read_text()):
        assert validate(spec) == ()


def test_the_command_prints_every_problem_and_strict_stops_at_any(tmp_path):
    schemas = "".join(f"    A{i:02}: {{minimum: x}}\n" for i in range(30))
    text = HEAD.format("3.0.3") + f"paths: {{}}\ncomponents:\n  schemas:\n{schemas}"
    (tmp_path / "api.yaml").write_text(text)
    validated = run(CALLSHEET, "validate", "api.yaml", cwd=tmp_path)
    assert validated.code == 1
    lines = validated.output.splitlines()
    assert lines[:-1] == [
        f'api.yaml:{i + 7}:11 (#/components/schemas/A{i:02}/minimum): "x" is not of type "number".'
        for i in range(30)
    ]
    assert lines[-1] == "api.yaml: 30 problems."
    for command in ("generate", "check"):
        refused = run(CALLSHEET, command, "api.yaml", "--strict", cwd=tmp_path)
        assert refused.code == 2
        assert refused.output.count("is not of type") == 30
        assert not (tmp_path / "output").exists()


def test_findings_are_the_same_at_the_first_run_the_second_and_without_a_cache(tmp_path):
    text = HEAD.format("3.0.3") + f"paths: {{'/a/{{id}}': {{get: {{{FINE}}}}}}}\nnope: 1\n"
    (tmp_path / "api.yaml").write_text(text)
    warnings = []
    for cache in (str(tmp_path / "cache"), str(tmp_path / "cache"), "off"):
        env = {**os.environ, "CALLSHEET_CACHE": cache}
        done = run(CALLSHEET, "generate", "api.yaml", env=env, cwd=tmp_path)
        assert done.code == 0, done.output
        warnings.append([line for line in done.output.splitlines() if line.startswith("warning:")])
    assert warnings[0] == warnings[1] == warnings[2]
    assert len(warnings[0]) == 2


def test_generate_does_not_import_the_package(tmp_path):
    (tmp_path / "api.yaml").write_text(
        HEAD.format("3.1.0") + f"paths: {{/a: {{get: {{{FINE}}}}}}}\nnope: 1\n"
    )
    code = (
        "import sys; from pathlib import Path; from generator import load;"
        "plan = load(Path('api.yaml')); assert 'nope' in str(plan.warnings[0]); plan.render();"
        "print({'openapi_spec_validator', 'openapi_schema_validator', 'jsonschema'} & set(sys.modules))"
    )
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert done.output.strip() == "set()"


def test_the_package_reports_a_cycle_of_tags_once(tmp_path):
    file = tmp_path / "api.yaml"
    tags = "tags: [{name: a, parent: b}, {name: b, parent: c}, {name: c, parent: b}]\npaths: {}\n"
    file.write_text(HEAD.format("3.2.0") + tags)
    found = [problem.what for problem in validate(file) if "Circular tag hierarchy" in problem.what]
    assert found == ["Circular tag hierarchy detected: b -> c -> b."]


def test_a_required_name_is_found_in_schemas_combined_at_any_depth(tmp_path):
    file = tmp_path / "api.yaml"
    schemas = "".join(
        f"    L{n}: {{allOf: [{{$ref: '#/components/schemas/L{n + 1}'}}]}}\n" for n in range(300)
    )
    file.write_text(
        HEAD.format("3.0.3")
        + "paths: {}\ncomponents:\n  schemas:\n"
        + "    A: {required: [a, z], allOf: [{$ref: '#/components/schemas/L0'}]}\n"
        + schemas
        + "    L300: {properties: {a: {}}}\n"
    )
    found = [problem.what for problem in validate(file) if "Required list" in problem.what]
    assert found == ["Required list has not defined properties: ['z']."]


@pytest.mark.parametrize("name", ["id", "id:int", "a.b", "a!r", "a[0]"])
def test_a_path_parameter_may_have_any_name_without_braces(read, head, name):
    api = read(
        head()
        + f"paths: {{'/a/{{{name}}}/y': {{get: {{parameters: [{{name: '{name}', in: path, required: true, "
        "schema: {type: string}}], responses: {'200': {description: Fine}}}}}\n"
    )
    assert api.warnings == api.problems == []


@pytest.mark.parametrize("path", ["/a/{{id}}/y", "/a/{id}}", "/a/{id}/{", "/a/{}/{id}"])
def test_a_brace_that_encloses_no_name_is_one_finding_of_both_commands(read, head, path):
    operation = "{parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {}}"
    api = read(head() + f"paths: {{'{path}': {{get: {operation}, put: {operation}}}}}\n")
    (line,) = [line for line in api.warnings if "brace" in line]
    assert "api.yaml:4:9 (#/paths/" in line
    assert "it is sent percent-encoded" in line
    assert api.problems == api.warnings


def test_a_reference_in_a_value_of_a_link_is_data(read, head):
    link = "{operationId: a, parameters: {p: {$ref: '#/no'}}, requestBody: {$ref: ./no.yaml}}"
    api = read(
        head()
        + "paths: {/a: {get: {operationId: a, parameters: [{name: p, in: query, schema: {type: object}}], "
        f"responses: {{'200': {{description: Fine, links: {{l: {link}, r: {{$ref: '#/nowhere'}}}}}}}}}}}}}}\n"
    )
    assert [line for line in api.problems if "'#/no'" in line or "no.yaml" in line] == []
    assert any("'#/nowhere'" in line for line in api.problems)
    assert api.problems == api.warnings


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_an_invalid_pattern_is_one_finding_of_validate(read, head, version):
    api = read(
        head(version) + "paths: {/a: {get: {responses: {'200': {description: Fine}}}}}\n"
        "components: {schemas: {A: {type: string, pattern: '[a'}}}\n"
    )
    (line,) = api.problems
    assert "(#/components/schemas/A/pattern): " in line
