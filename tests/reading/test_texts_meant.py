"""Numbers that are meant as strings are read as they are written in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import items

from generator import Options, generate, load
from generator.reading import load_document
from generator.reading.source import texts_meant

PARAMETERS = """
openapi: 3.1.0
info: {title: 2024.10, version: 1.10}
servers: [{url: 'https://api.example.com'}]
paths:
  /x:
    get:
      parameters:
      - {name: p, in: query, required: true, %s}
      responses: {'200': {description: ok}}
components:
  schemas: {Version: {type: string}, Named: {allOf: [{$ref: '#/components/schemas/Version'}]}}
  examples: {one: {value: 1.10}}
"""


ROWS = [
    ("schema: {type: string}, example: 1.10", "1.10"),
    ("schema: {type: string}, example: 1e3", "1e3"),
    ("schema: {type: string}, example: 1E+3", "1E+3"),
    ("schema: {type: string, example: 1.10}", "1.10"),
    ("schema: {type: string, examples: [1.10]}", "1.10"),
    ("schema: {type: string, default: 1.10}", "1.10"),
    ("schema: {type: string, enum: [1.10, 1.20]}", "1.10"),
    ("schema: {type: string, const: 1.10}", "1.10"),
    ("schema: {type: [string, 'null'], example: 1.10}", "1.10"),
    ("schema: {type: string}, examples: {a: {value: 1.10}}", "1.10"),
    ("schema: {type: string}, examples: {a: {$ref: '#/components/examples/one'}}", "1.10"),
    ("schema: {$ref: '#/components/schemas/Version'}, example: 1.10", "1.10"),
    ("schema: {$ref: '#/components/schemas/Named'}, example: 1.10", "1.10"),
    ("schema: {anyOf: [{type: string}, {type: 'null'}]}, example: 1.10", "1.10"),
    ("schema: {type: array, items: {type: string}}, example: [1.10, 2]", ["1.10", "2"]),
    ("content: {text/plain: {schema: {type: string}, example: 1.10}}", "1.10"),
    # Numbers stay numbers
    ("schema: {type: number}, example: 1.10", 1.1),
    ("schema: {type: [string, number]}, example: 1.10", 1.1),
    ("schema: {anyOf: [{type: string}, {type: number}]}, example: 1.10", 1.1),
    ("schema: {}, example: 1.10", 1.1),
    ("schema: {type: string}, example: 1.5", "1.5"),
    ("schema: {type: string}, example: 7", "7"),
]
#: Numbers in forms that JSON doesn't have.
OF_YAML = [
    ("schema: {type: string}, example: .5", ".5"),
    ("schema: {type: string}, example: 5.", "5."),
    ("schema: {type: string}, example: 12345678901234567890.0", "12345678901234567890.0"),
    ("schema: {type: string}, example: +15550100", "+15550100"),
    ("schema: {type: string}, example: +49", "+49"),
    ("schema: {type: string}, example: -0", "-0"),
    ("schema: {type: string}, example: -0.50", "-0.50"),
    ("schema: {type: string}, example: 0x1F", "0x1F"),
    ("schema: {type: string}, example: 0o17", "0o17"),
    ("schema: {type: string}, example: 1_000", "1_000"),
    ("schema: {type: string}, example: 007", "007"),
    ("schema: {type: string}, example: 10:20:30", "10:20:30"),
    ("schema: {type: string}, example: .inf", ".inf"),
    ("schema: {type: string}, example: !!int 0x1F", "0x1F"),
    ("schema: {type: string, default: +1}", "+1"),
    ("schema: {type: string, const: +1}", "+1"),
    ("schema: {type: string, enum: [+1, +44]}", "+1"),
    ("schema: {type: array, items: {type: string}}, example: [+1, 1, -0]", ["+1", "1", "-0"]),
    ("schema: {type: string}, examples: {a: {value: +49}}", "+49"),
    ("schema: {type: string}, example: True", "True"),
    ("schema: {type: string}, example: FALSE", "FALSE"),
    ("schema: {type: string, default: False}", "False"),
    ("schema: {type: string, const: True}", "True"),
    ("schema: {type: string, enum: [True, False]}", "True"),
    ("schema: {type: array, items: {type: string}}, example: [True, true, 1.10]", ["True", "true", "1.10"]),
    ("schema: {type: [string, number]}, example: True", "True"),
    ("schema: {type: object, additionalProperties: {type: string}}, example: {a: True}", {"a": "True"}),
    ("schema: {type: string}, examples: {a: {value: True}}", "True"),
    # Booleans stay booleans
    ("schema: {type: boolean}, example: True", True),
    ("schema: {type: [string, boolean]}, example: True", True),
    ("schema: {}, example: TRUE", True),
    ("schema: {type: array, items: {type: boolean}}, example: [True, FALSE]", [True, False]),
    # Numbers stay numbers
    ("schema: {type: integer}, example: +49", 49),
    ("schema: {type: integer}, example: -0", 0),
    ("schema: {type: array, items: {type: integer}}, example: [+1, -0]", [1, 0]),
    ("schema: {type: integer, enum: [+5, +6]}", 5),
    ("schema: {type: integer, minimum: +5, maximum: +5}", 5),
    ("schema: {}, example: +49", 49),
    # as in other parsers of YAML
    ("schema: {type: integer}, example: 0x1F", 31),
    ("schema: {type: integer}, example: 1_000", 1000),
    ("schema: {type: integer}, example: 007", 7),
]


@pytest.mark.parametrize(
    ("parameter", "value", "ending"),
    [(*row, "yaml") for row in (*ROWS, *OF_YAML)] + [(*row, "json") for row in ROWS],
)
def test_a_number_that_is_meant_as_text_is_as_it_is_written(
    tmp_path: Path, parameter: str, value: Any, ending: str
):
    import yaml

    text = PARAMETERS % parameter
    if ending == "json":
        numerals = {
            f"n{number}": each for number, each in enumerate(("1.10", "1.20", "1e3", "1E+3", "2024.10"))
        }
        for key, each in numerals.items():
            text = text.replace(each, key)
        text = json.dumps(yaml.safe_load(text))
        for key, each in numerals.items():
            text = text.replace(f'"{key}"', each)
    (tmp_path / f"d.{ending}").write_text(text)
    api = load(tmp_path / f"d.{ending}").api
    sample = api.operations[0].parameters[0].sample
    assert (sample, api.version, api.title) == (value, "1.10", "2024.10")
    assert json.dumps(sample) == json.dumps(value)  # 49, not 49.0


SCHEMA = {
    "type": "object",
    "properties": {
        "v": {"type": "string"},
        "n": {"type": "number"},
        "list": {"type": "array", "items": {"type": "object", "properties": {"v": {"type": "string"}}}},
    },
    "additionalProperties": {"type": "string"},
}


@pytest.mark.parametrize("place", ["media type", "named", "schema", "response"])
def test_values_within_an_example_are_as_they_are_written(tmp_path: Path, place: str):
    example = "{v: 1.10, n: 1.10, list: [{v: 1e3}], other: 2.0e1}"
    wanted = {"v": "1.10", "n": 1.1, "list": [{"v": "1e3"}], "other": "2.0e1"}
    schema = json.dumps(SCHEMA)
    beside = {
        "named": f"examples: {{a: {{value: {example}}}}}",
        "schema": "",
    }.get(place, f"example: {example}")
    if place == "schema":
        schema = schema[:-1] + f", example: {example}}}"
    content = f"{{application/json: {{schema: {schema}{', ' if beside else ''}{beside}}}}}"
    body = f"requestBody: {{content: {content}}}, " if place != "response" else ""
    response = f", content: {content}" if place == "response" else ""
    (tmp_path / "d.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://api.example.com'}]\n"
        f"paths: {{/x: {{post: {{{body}responses: {{'200': {{description: ok{response}}}}}}}}}}}\n"
    )
    plan = load(tmp_path / "d.yaml")
    generate(plan, tmp_path / "out", ["postman"])
    (item,) = items(json.loads((tmp_path / "out" / "d.postman_collection.json").read_text()))
    text = item["response"][0]["body"] if place == "response" else item["request"]["body"]["raw"]
    assert json.loads(text) == wanted
    assert plan.warnings == ()


def test_values_that_are_listed_are_shown_as_they_are_written(tmp_path: Path):
    text = PARAMETERS % "schema: {type: string, enum: [1.10, 1.20], default: 1.20}"
    (tmp_path / "d.yaml").write_text(text)
    facts = load(tmp_path / "d.yaml").api.operations[0].parameters[0].facts
    assert (facts.accepted, facts.default) == (("1.10", "1.20"), ("1.20",))


def test_numbers_of_other_files_and_overlays_are_as_they_are_written(tmp_path: Path):
    (tmp_path / "parts.yaml").write_text("p: {name: q, in: query, schema: {type: string}, example: 1.10}\n")
    text = (PARAMETERS % "schema: {type: string}").replace(
        "      responses", "      - $ref: parts.yaml#/p\n      responses"
    )
    (tmp_path / "d.yaml").write_text(text)
    (tmp_path / "o.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\n"
        "actions: [{target: \"$.paths['/x'].get.parameters[0]\", update: {example: 2.50}}]\n"
    )
    parameters = (
        load(tmp_path / "d.yaml", None, Options(overlays=(tmp_path / "o.yaml",))).api.operations[0].parameters
    )
    assert [parameter.sample for parameter in parameters] == ["2.50", "1.10"]


def test_swagger_2_has_its_parameters_as_they_are_written(tmp_path: Path):
    (tmp_path / "d.yaml").write_text(
        "swagger: '2.0'\ninfo: {title: T, version: 1.10}\nhost: api.example.com\n"
        "paths: {/x: {get: {parameters: [{name: p, in: query, type: string, default: 1.10}],"
        " responses: {'200': {description: ok}}}}}\n"
    )
    api = load(tmp_path / "d.yaml").api
    assert (api.operations[0].parameters[0].sample, api.version) == ("1.10", "1.10")


def test_the_number_of_visited_schemas_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "d.yaml").write_text(PARAMETERS % "schema: {type: string}, example: 1.10")
    monkeypatch.setattr(texts_meant, "MOST_LOOKS", 0)
    document = load_document(tmp_path / "d.yaml")
    assert [problem.what for problem in document.warnings if "stay numbers" in problem.what]


def test_small_numbers_of_swagger_2_and_of_overlays_are_as_they_are_written(tmp_path: Path):
    (tmp_path / "d.yaml").write_text(
        "swagger: '2.0'\ninfo: {title: T, version: +1}\nhost: api.example.com\n"
        "paths: {/x: {get: {parameters: [{name: p, in: query, type: string, default: +49},"
        " {name: q, in: query, type: integer, default: +7}, {name: r, in: query, type: string}],"
        " responses: {'200': {description: ok}}}}}\n"
    )
    (tmp_path / "o.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\n"
        "actions: [{target: \"$.paths['/x'].get.parameters[2]\", update: {default: -0}}]\n"
    )
    api = load(tmp_path / "d.yaml", None, Options(overlays=(tmp_path / "o.yaml",))).api
    assert [parameter.sample for parameter in api.operations[0].parameters] == ["+49", 7, "-0"]
    assert api.version == "+1"


def test_texts_of_other_objects_are_as_they_are_written(tmp_path: Path):
    (tmp_path / "d.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://api.example.com'}]\n"
        "paths: {/x: {get: {summary: 1.10, tags: [2.0e1], responses: {'200': {description: +3}}}}}\n"
    )
    operation = load(tmp_path / "d.yaml").api.operations[0]
    assert (operation.name, operation.tags[0], operation.responses[0].description) == ("1.10", "2.0e1", "+3")


@pytest.mark.parametrize("written", ["1.10", "1e3", "+1", "2.0e1"])
def test_a_finding_quotes_a_number_as_it_is_written(tmp_path: Path, written: str):
    (tmp_path / "d.yaml").write_text(
        f"openapi: 3.1.0\ninfo: {{title: T, version: {written}}}\nservers: [{{url: 'https://api.example.com'}}]\n"
        "paths: {}\n"
    )
    document = load_document(tmp_path / "d.yaml")
    assert [each.what for each in document.warnings] == [f'{written} is not of type "string".']
