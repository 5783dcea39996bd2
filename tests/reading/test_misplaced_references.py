"""References where OpenAPI allows none are followed, with one note for each kind of place."""

from __future__ import annotations

import pytest

from generator.reading.validation.findings import MOST_FINDINGS

OPERATION = (
    "operationId: getThing\nsummary: Get a thing\n"
    "parameters: [{name: id, in: path, required: true, schema: {type: string, example: t1}}]\n"
    "responses: {'200': {description: Fine}}\n"
)


def note(kind: str, where: str = "") -> str:
    return f"OpenAPI doesn't allow a `$ref` in place of {kind}; it was followed anyway{where}."


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_operations_in_other_files_are_read_with_one_note(read, head, version):
    api = read(
        head(version) + "paths:\n  /things/{id}:\n    get: {$ref: resources/get.yml}\n"
        "    delete: {$ref: resources/delete.yml}\n",
        beside={
            "resources/get.yml": OPERATION,
            "resources/delete.yml": OPERATION.replace("getThing", "deleteThing"),
        },
    )
    assert [(o.method, o.id, o.name) for o in api.operations] == [
        ("GET", "getThing", "Get a thing"),
        ("DELETE", "deleteThing", "Get a thing"),
    ]
    assert [p.sample for o in api.operations for p in o.parameters] == ["t1", "t1"]
    place = "api.yaml:6:5 (#/paths/~1things~1{id}/get): "
    assert api.warnings == [place + note("an operation", ", here and in 1 more place")]
    assert api.problems == api.warnings


def test_an_operation_with_two_references_to_it_has_its_id_twice(read, head):
    api = read(
        head() + "paths: {/a: {get: {$ref: get.yml}}, /b: {get: {$ref: get.yml}}}\n",
        beside={"get.yml": "operationId: getIt\nresponses: {'200': {description: Fine}}\n"},
    )
    assert [o.id for o in api.operations] == ["getIt", "getIt_2"]
    twice = "get.yml:1:1 (#/operationId): The operationId 'getIt' is used twice. Each must be unique."
    assert [line for line in api.problems if "getIt" in line] == [twice]
    assert set(api.problems) == set(api.warnings)


def test_an_operation_in_a_swagger_2_description_is_read(read):
    api = read(
        "swagger: '2.0'\ninfo: {title: T, version: '1'}\nhost: api.example.org\nschemes: [https]\n"
        "paths: {/a: {get: {$ref: '#/x-operations/a'}}}\n"
        "x-operations: {a: {summary: Get a, responses: {'200': {description: Fine}}}}\n"
    )
    assert [o.name for o in api.operations] == ["Get a"]
    assert api.warnings == [f"api.yaml:5:14 (#/paths/~1a/get): {note('an operation')}"]


def test_a_finding_in_the_target_of_a_reference_has_its_place_there(read, head):
    api = read(
        head() + "paths:\n  /a:\n    get: {$ref: get.yml}\n",
        beside={"get.yml": "summary: A\nparameters:\n- {name: q, in: nowhere}\nresponses: {}\n"},
    )
    found = [line for line in api.warnings if "This is not a parameter" in line]
    assert found == [
        "get.yml:3:3 (#/parameters/0): This is not a parameter: it lacks `name`, or `in` names no place."
    ]


BODY = (
    "    post:\n      requestBody: {content: {application/json: %s}}\n"
    "      responses: {'200': {description: Fine}}\n"
)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_media_type_is_read_with_a_note_before_3_2(read, head, version):
    api = read(
        head(version) + "paths:\n  /a:\n" + BODY % "{$ref: '#/components/x-media/A'}" + "components:\n"
        "  x-media: {A: {schema: {type: object, properties: {a: {type: integer, example: 7}}}}}\n"
    )
    assert api.body == {"a": 7}
    assert [line.partition("): ")[2] for line in api.warnings] == [note("a media type")]
    assert api.problems == api.warnings


def test_a_media_type_is_read_without_a_note_in_3_2(read, head):
    api = read(
        head("3.2.0") + "paths:\n  /a:\n" + BODY % "{$ref: '#/components/mediaTypes/A'}" + "components:\n"
        "  mediaTypes: {A: {schema: {type: object, properties: {a: {type: integer, example: 7}}}}}\n"
    )
    assert api.body == {"a": 7}
    assert api.warnings == []


PLACES = {
    "a server": ("servers: [{$ref: '#/x-a'}]\n", "{url: https://other.example.org}", "servers"),
    "`info`": ("info: {$ref: '#/x-a'}\n", "{title: Other, version: '2'}", "info"),
    "a tag": ("tags: [{$ref: '#/x-a'}]\n", "{name: Other, description: Words}", "tags"),
    "`tags`": ("tags: {$ref: '#/x-a'}\n", "[{name: Other, description: Words}]", "tags"),
    "`servers`": ("servers: {$ref: '#/x-a'}\n", "[{url: https://other.example.org}]", "servers"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_a_reference_at_the_top_is_followed(read, kind):
    text, target, field = PLACES[kind]
    head = {
        "openapi": "3.1.0",
        "info": "{title: T, version: '1'}",
        "servers": "[{url: https://api.example.org}]",
    }
    head.pop(field, None)
    given = "".join(f"{key}: {value}\n" for key, value in head.items())
    api = read(
        f"{given}{text}paths: {{/a: {{get: {{responses: {{'200': {{description: Fine}}}}}}}}}}\n"
        f"x-a: {target}\n"
    )
    plan = api.plan.api
    assert "Other" in f"{plan.title} {plan.tags}" or plan.servers[0].url == "https://other.example.org"
    assert [line.partition("): ")[2] for line in api.warnings] == [note(kind)]


def test_lists_and_maps_in_an_operation_are_followed(read, head):
    api = read(
        head("3.0.3") + "paths:\n  /a:\n    post:\n      parameters: {$ref: '#/x-p'}\n"
        "      tags: {$ref: '#/x-t'}\n      security: {$ref: '#/x-s'}\n"
        "      requestBody: {content: {$ref: '#/x-c'}}\n      responses: {$ref: '#/x-r'}\n"
        "x-p: [{name: q, in: query, required: true, schema: {type: string, example: qq}}]\n"
        "x-t: [T]\nx-s: [{k: []}]\n"
        "x-c: {multipart/form-data: {schema: {$ref: '#/components/schemas/F'},"
        " encoding: {a: {$ref: '#/x-e'}}}}\n"
        "x-e: {contentType: text/csv}\n"
        "x-r: {'200': {description: Fine, headers: {$ref: '#/x-h'}}}\n"
        "x-h: {X-Rate: {schema: {type: integer, example: 5}}}\n"
        "components:\n  schemas: {F: {type: object, properties: {$ref: '#/x-properties'}}}\n"
        "  securitySchemes: {k: {type: apiKey, in: header, name: X-Key}}\n"
        "x-properties: {a: {type: string, example: csv}}\n"
    )
    (operation,) = api.operations
    assert [p.name for p in operation.parameters] == ["q"]
    assert operation.tags == ("T",)
    assert [c.header for c in operation.credentials] == ["X-Key"]
    assert operation.body.content[0].parts["a"].content_type == "text/csv"
    assert api.body == {"a": "csv"}
    assert [(h.name, h.sample) for h in operation.responses[0].headers] == [("X-Rate", 5)]
    kinds = [line.partition("in place of ")[2].partition(";")[0] for line in api.warnings]
    assert sorted(kinds) == [
        *("`content`", "`headers`", "`parameters`", "`properties`", "`responses`", "`security`", "`tags`"),
        "an encoding",
    ]
    assert api.problems == api.warnings


def test_fields_beside_a_misplaced_reference_win(read, head):
    api = read(
        head() + "paths: {/a: {get: {$ref: '#/x-a', summary: Mine}}}\n"
        "x-a: {summary: Theirs, description: Kept, responses: {}}\n"
    )
    assert [(o.name, o.description) for o in api.operations] == [("Mine", "Kept")]


def test_references_of_references_are_followed(read, head):
    api = read(
        head() + "paths: {/a: {get: {$ref: '#/x-a'}}, /b: {get: {$ref: '#/paths/~1a/get/x-more'}}}\n"
        "x-a: {$ref: '#/x-c', summary: One}\n"
        "x-c: {responses: {'200': {description: Fine, content: {text/plain: {$ref: '#/x-d'}}}},"
        " x-more: {summary: Two, responses: {}}}\n"
        "x-d: {example: plain}\n"
    )
    assert [o.name for o in api.operations] == ["One", "Two"]
    assert api.operations[0].responses[0].content[0].examples[0].value == "plain"


def test_a_misplaced_reference_that_leads_nowhere_is_a_finding(read, head):
    api = read(
        head() + "paths: {/a: {get: {$ref: '#/x-a'}, put: {$ref: gone.yml}}}\n",
    )
    assert any("'#/x-a' points at nothing" in line for line in api.warnings)
    assert any("'gone.yml' leads to a file that is not there" in line for line in api.warnings)
    assert [o.method for o in api.operations] == ["GET", "PUT"]


def test_an_operation_that_leads_back_to_itself_is_a_finding(read, head):
    api = read(
        head() + "paths:\n  /a:\n    post:\n      responses: {}\n"
        "      callbacks: {c: {'{$request.body#/u}': {post: {$ref: '#/paths/~1a/post'}}}}\n"
        "  /b:\n    get: {$ref: '#/paths/~1b/get'}\n",
        callbacks=True,
    )
    found = [line for line in api.warnings if "leads" in line]
    assert any("leads to something that it is part of" in line for line in found)
    assert any("leads to no end" in line for line in found)


def test_a_cycle_that_is_entered_in_its_middle_is_broken(read, head):
    api = read(
        head() + "paths:\n  /a:\n    get: {$ref: '#/x-t/callbacks/c/{$url}/post'}\n"
        "x-t:\n  summary: T\n  responses: {}\n"
        "  callbacks: {c: {'{$url}': {post: {summary: Inner, responses: {}, callbacks:"
        " {d: {'{$url}': {put: {$ref: '#/x-t'}}}}}}}}\n",
        callbacks=True,
    )
    assert [o.name for o in api.operations] == ["Inner", "PUT {$url}"]
    assert any("leads to something that it is part of" in line for line in api.warnings)


def test_how_much_misplaced_references_repeat_is_limited(read, head, monkeypatch):
    monkeypatch.setattr("generator.reading.references.misplaced.MOST_INLINED", 2000)
    operations = "".join(
        f"  o{i}:\n    responses: {{}}\n    callbacks:\n      a: {{'{{$url}}': "
        f"{{get: {{$ref: '#/x-o/o{i + 1}'}}, put: {{$ref: '#/x-o/o{i + 1}'}}}}}}\n"
        for i in range(40)
    )
    api = read(
        head() + "paths: {/a: {get: {$ref: '#/x-o/o0'}}}\nx-o:\n" + operations + "  o40: {responses: {}}\n"
    )
    assert any("they repeat more than 2,000 values, which is the limit" in line for line in api.warnings)
    assert len(api.warnings) < MOST_FINDINGS


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_properties_that_are_a_reference_are_read(read, posting, version):
    api = read(
        posting(
            "{type: object, properties: {$ref: '#/components/schemas/A/properties'}}",
            "components: {schemas: {A: {type: object, properties: {a: {type: integer, example: 7}}}}}\n",
            version,
        )
    )
    assert api.body == {"a": 7}
    assert [line.partition("): ")[2] for line in api.warnings] == [note("`properties`")]
    assert api.problems == api.warnings
