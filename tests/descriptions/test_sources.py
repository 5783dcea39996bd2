"""``make sources`` checks the embedded description against the publisher's file and a file of facts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sources import surface
from sources.__main__ import main
from support import ROOT, UPSTREAM, UPSTREAM_ABSENT, run

from generator.reading import load_document

#: A description like the publisher's: Swagger's idioms, headers as parameters, errors without bodies.
PUBLISHED = """\
openapi: 3.0.1
info: {title: Parcels, version: '1'}
servers: [{url: 'https://{stage}.example.com/v1', variables: {stage: {default: live, enum: [live, test]}}}]
paths:
  /parcels:
    get:
      summary: List parcels
      operationId: listParcels
      parameters:
        - {name: Authorization, in: header, required: true, schema: {type: string}}
        - {name: size, in: query, schema: {type: integer, maximum: 100}}
        - {name: state, in: query, required: true, schema: {type: string, enum: [sent, lost]}}
      responses:
        '200':
          description: Fine
          content: {application/json: {schema: {$ref: '#/components/schemas/Parcels'}}}
        '404': {description: None, content: {}}
    post:
      summary: Send a parcel
      operationId: sendParcel
      parameters:
        - {name: Authorization, in: header, required: true, schema: {type: string}}
        - {name: Content-Type, in: header, required: true, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
      responses: {'202': {description: Fine, content: {}}}
components:
  schemas:
    Parcels:
      type: object
      properties:
        parcels: {type: array, maxItems: 50, items: {$ref: '#/components/schemas/Parcel'}}
    Parcel:
      type: object
      required: [to]
      properties:
        to: {type: string, minLength: 2}
        weight: {type: integer}
        within: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
"""
EMBEDDED = """\
openapi: 3.1.0
info: {title: Parcels, version: '1', description: A parcel takes 3 days.}
servers: [{url: 'https://{stage}.example.com/v1', variables: {stage: {default: live, enum: [live, test]}}}]
security: [{bearer: []}]
paths:
  /parcels:
    get:
      summary: List parcels
      operationId: listParcels
      description: Requires *Read*.
      parameters:
        - {name: size, in: query, schema: {type: integer, maximum: 1000}}
        - {$ref: '#/components/parameters/state'}
      responses:
        '200':
          description: Fine
          content:
            application/json:
              schema:
                allOf:
                  - properties: {parcels: {maxItems: 50, $ref: '#/components/schemas/Several'}}
                type: object
        '404': {description: None}
    post:
      summary: Send a parcel
      operationId: sendParcel
      requestBody: {$ref: '#/components/requestBodies/Parcel'}
      responses: {'202': {description: Fine}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  parameters:
    state: {name: state, in: query, required: true, schema: {$ref: '#/components/schemas/State'}}
  requestBodies:
    Parcel: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/One'}}}}
  schemas:
    State: {type: string, enum: [sent, lost, found]}
    Several: {type: array, items: {$ref: '#/components/schemas/One'}}
    One:
      type: object
      required: [to]
      properties:
        to: {type: string, minLength: 2}
        weight: {type: integer}
        within: {$ref: '#/components/schemas/Several'}
"""
OVERLAY = """\
overlay: 1.0.0
info: {title: O, version: '1'}
actions:
  - {target: "$.paths['/parcels'].get.parameters[?@.name == 'size'].schema", update: {maximum: 1000}}
  - {target: "$.paths['/parcels'].get.parameters[?@.name == 'state'].schema", update: {enum: [found]}}
"""
FACTS = """\
sources:
  guide: {title: The guide, url: 'https://example.com/guide', read: 2026-11}
  publisher: {title: The publisher's file, read: 2026-11}
facts:
  - {at: GET /parcels query size maximum, equals: 1000, source: guide}
  - {at: GET /parcels query state enum, holds: [sent], lacks: [burnt], source: guide}
  - {at: GET /parcels query state enum, equals: [lost, sent, found], source: guide}
  - {at: GET /parcels, mentions: ['*Read*'], source: guide, of: [embedded]}
  - {at: 'POST /parcels request within[]', source: publisher}
  - {at: POST /parcels request colour, absent: true, source: publisher}
"""
DIFFERENCES = """\
published:
  - differences: ['GET /parcels query size maximum: 1000 embedded, 100 published']
    reason: The guide says so.
    source: guide
  - differences: ['* state enum found: embedded only']
    times: 1
    reason: The guide lists this state.
    source: guide
overlaid: []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {"published": PUBLISHED, "embedded": EMBEDDED, "overlay": OVERLAY, "facts": FACTS}
    for name, text in {**texts, "differences": DIFFERENCES}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def _change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / f"{name}.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def _check(folder: Path, *without: str, more: tuple[str, ...] = ()) -> int:
    names = [
        name for name in ("published", "embedded", "overlay", "facts", "differences") if name not in without
    ]
    return main([f"--{name}={folder / name}.yaml" for name in names] + list(more))


def test_intended_differences_are_counted_by_source(folder, capsys):
    assert _check(folder) == 0
    said = capsys.readouterr().out
    assert "beside the published one: 2 differences on purpose.\n     2  The guide\n\n" in said
    assert "query size maximum" not in said
    assert "To list each difference with its reason: make sources ALL=1 PUBLISHED=FILE\n" in said


def test_all_lists_every_intended_difference_with_reason_and_source(folder, capsys):
    assert _check(folder, more=("--all",)) == 0
    said = capsys.readouterr().out
    assert "beside the published one: 2 differences on purpose." in said
    assert (
        "  GET /parcels query size maximum: 1000 embedded, 100 published\n"
        "    The guide says so. (The guide)\n"
        "  * state enum found: embedded only\n"
        "    The guide lists this state. (The guide)\n"
    ) in said
    assert "beside the overlaid one: 0 differences on purpose." in said
    assert "6 facts checked, from 2 sources:\n  The guide, https://example.com/guide, read 2026-11\n" in said


UNEXPLAINED = {
    "an operation": (
        "operationId: sendParcel",
        "operationId: postParcel",
        'POST /parcels operationId: "sendParcel"',
    ),
    "a method": ("    post:", "    put:", "POST /parcels: embedded only"),
    "a summary": ("Send a parcel", "Post a parcel", "POST /parcels summary: "),
    "a parameter": ("name: size", "name: count", "GET /parcels query count: published only"),
    "a header": ("name: Authorization", "name: x-key", "GET /parcels header x-key: published only"),
    "an enumeration value": ("[sent, lost]", "[sent, lost, burnt]", "query state enum burnt: published only"),
    "an enumeration": (
        ", enum: [sent, lost]",
        "",
        'query state enum: ["sent", "lost", "found"] embedded, none',
    ),
    "whether it is required": (
        "query, required: true",
        "query",
        "query state required: true embedded, false",
    ),
    "a limit": ("minLength: 2", "minLength: 3", "request to minLength: 2 embedded, 3 published"),
    "a limit of a list": (", maxItems: 50", "", "200 parcels maxItems: 50 embedded, none published"),
    "a type": (
        "weight: {type: integer}",
        "weight: {type: number}",
        'weight type: "integer" embedded, "number"',
    ),
    "a number that is no truth value": (
        "maximum: 100}",
        "maximum: 1000, default: true}",
        "default: none embedded",
    ),
    "a property": ("        weight:", "        mass:", "POST /parcels request mass: published only"),
    "a property of items": (
        "        weight:",
        "        mass:",
        "GET /parcels 200 parcels[].mass: published only",
    ),
    "a response": ("'404'", "'410'", "GET /parcels 410: published only"),
    "a media type": (
        "'202': {description: Fine, content: {}}",
        "'202': {description: Fine, content: {text/csv: {}}}",
        'POST /parcels 202 media: none embedded, ["text/csv"] published',
    ),
    "a server": ("[live, test]", "[live, stage]", "stage enum stage: published only"),
}


@pytest.mark.parametrize("case", UNEXPLAINED)
def test_an_unexplained_difference_fails(case, folder, capsys):
    old, new, line = UNEXPLAINED[case]
    _change(folder, "published", old, new)
    assert _check(folder) == 1
    said = [each for each in capsys.readouterr().out.splitlines() if "UNEXPLAINED" in each]
    assert any(line in each for each in said), said


def test_nodes_below_one_that_only_one_description_has_are_not_listed(folder, capsys):
    _change(
        folder,
        "published",
        "        within:",
        "        inside: {type: object, properties: {a: {}}}\n        within:",
    )
    _check(folder)
    said = capsys.readouterr().out
    assert "POST /parcels request inside: published only" in said
    assert "inside.a" not in said


OUTDATED = {
    "one that no longer differs": (
        "published",
        "maximum: 100}",
        "maximum: 1000}",
        "'GET /parcels query size maximum: 1000 embedded, 100 published' is explained, but no longer differs",
    ),
    "one whose value changed": (
        "published",
        "maximum: 100}",
        "maximum: 200}",
        "UNEXPLAINED GET /parcels query size maximum: 1000 embedded, 200 published",
    ),
    "more than were meant": (
        "differences",
        "* state enum found: embedded only",
        "GET /parcels query *",
        "'GET /parcels query *' is explained for 1 differences; there are 2.",
    ),
}


@pytest.mark.parametrize("case", OUTDATED)
def test_an_explanation_that_no_longer_applies_fails(case, folder, capsys):
    name, old, new, line = OUTDATED[case]
    if name == "differences":
        _change(folder, name, DIFFERENCES.partition("\n  - differences: ['* state")[0] + "\n", "published:\n")
    _change(folder, name, old, new)
    assert _check(folder) == 1
    assert line in capsys.readouterr().out


def test_the_publishers_description_with_our_overlay_must_agree(folder, capsys):
    _change(folder, "overlay", "maximum: 1000", "maximum: 500")
    assert _check(folder) == 1
    said = capsys.readouterr().out
    assert "UNEXPLAINED GET /parcels query size maximum: 1000 embedded, 500 overlaid" in said
    assert (
        "GET /parcels query size maximum: 1000 is right, and it says 500 in the overlaid description" in said
    )


WRONG = {
    "a value": ("maximum, equals: 1000", "maximum, equals: 10", "10 is right, and it says 1000"),
    "a list": ("equals: [lost, sent, found]", "equals: [lost]", "['lost'] is right"),
    "a missing value": ("holds: [sent]", "holds: [sold]", "it lacks 'sold'"),
    "a retired value": ("lacks: [burnt]", "lacks: [lost]", "it holds 'lost'"),
    "a word": ("['*Read*']", "['*Write*']", "its words don't mention '*Write*'"),
    "what is not there": ("within[]'", "beside'", "it is not there"),
    "what must not be there": ("colour", "weight", "it is there"),
}


@pytest.mark.parametrize("without", [(), ("published",)], ids=["compared", "facts alone"])
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_fact_fails_with_its_source(case, without, folder, capsys):
    old, new, what = WRONG[case]
    _change(folder, "facts", old, new)
    assert _check(folder, *without) == 1
    (line, *_) = [each for each in capsys.readouterr().out.splitlines() if "WRONG" in each]
    assert what in line
    assert "in the embedded description (The " in line


def test_without_the_publishers_file_only_facts_are_checked_and_instructions_are_shown(folder, capsys):
    assert _check(folder, "published") == 0
    said = capsys.readouterr().out
    assert "The publisher's description was not compared. Get it, and name it:" in said
    assert "make sources PUBLISHED=" in said
    assert "6 facts checked" in said


UNREADABLE = {
    "no published file": ("published", None, "published.yaml: There is no such file."),
    "no facts": ("facts", None, "facts.yaml: [Errno 2]"),
    "a broken file of differences": ("differences", "published: [", "differences.yaml: "),
    "an unknown key": (
        "facts",
        "sources: {}\nfacts: [{at: x, source: y, equal: 1}]\n",
        "unknown field `equal`",
    ),
    "an unknown source": ("facts", "sources: {}\nfacts: []\n", "No source is called guide."),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_used_is_an_error(case, folder, capsys):
    name, text, message = UNREADABLE[case]
    file = folder / f"{name}.yaml"
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    assert _check(folder) == 2
    assert message in capsys.readouterr().err


def test_a_recursive_schema_is_listed_once(folder):
    found = surface.of(load_document(folder / "embedded.yaml"))
    shown = [surface.shown(path) for path in found]
    assert "POST /parcels request within[]" in shown
    assert "GET /parcels 200 parcels[].within[]" in shown
    assert not any("within[].within" in each for each in shown)


def test_circular_references_in_the_publishers_file_are_an_error_without_a_traceback(folder, capsys):
    _change(
        folder,
        "published",
        "    Parcels:\n      type: object",
        "    Parcels:\n      allOf: [{$ref: '#/components/schemas/Parcels'}]",
    )
    assert _check(folder) == 2
    assert "nested too deeply" in capsys.readouterr().err


def test_our_description_agrees_with_the_facts(capsys):
    assert main([]) == 0, capsys.readouterr().out


@pytest.mark.skipif(not UPSTREAM.exists(), reason=UPSTREAM_ABSENT)
def test_our_description_has_only_intended_differences_from_the_publishers(capsys):
    assert main([f"--published={UPSTREAM}"]) == 0, capsys.readouterr().out


def test_each_fact_and_difference_of_ours_has_a_source_with_a_date_and_a_reason():
    folder = ROOT / "tests" / "sources"
    facts = yaml.safe_load((folder / "facts.yaml").read_text())
    assert all(len(source["read"]) == len("2026-11") for source in facts["sources"].values())
    differences = yaml.safe_load((folder / "differences.yaml").read_text())
    for each in (*differences["published"], *differences["overlaid"]):
        assert each["source"] in facts["sources"]
        assert each["reason"].strip().endswith(".")
        # A line with `*` covers several differences; their number has to be given.
        assert ("times" in each) == any("*" in line for line in each["differences"])


@pytest.mark.skipif(not UPSTREAM.exists(), reason=UPSTREAM_ABSENT)
def test_our_differences_are_reported_in_a_page(capsys):
    main([f"--published={UPSTREAM}"])
    assert len(capsys.readouterr().out.splitlines()) < 40


def test_make_passes_on_the_path_of_the_publishers_file():
    done = run("make", "--dry-run", "sources", "PUBLISHED=a b.yaml", cwd=ROOT)
    assert "-m sources --published 'a b.yaml'" in done.output
    assert "-m sources --all" in run("make", "--dry-run", "sources", "ALL=1", cwd=ROOT).output
    assert "--published" not in run("make", "--dry-run", "sources", cwd=ROOT).output
