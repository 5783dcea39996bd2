"""What real files contain becomes plain JSON data: encodings, keys, types, tags, anchors, depth."""

from __future__ import annotations

import codecs
import json

import pytest

from generator.errors import DescriptionError

JSON = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "servers": [{"url": "https://api.example.org"}],
    "paths": {
        "/a": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "string"}}}},
                "responses": {"200": {"description": "Fine"}},
            }
        }
    },
}
JSON["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"]["example"] = "Zoë"


def test_status_codes_need_no_quotes_and_may_be_ranges_or_default(read, head):
    responses = (
        "200: {description: a}, 2XX: {description: b}, 4xx: {description: c}, default: {description: d}"
    )
    api = read(head() + f"paths: {{/a: {{get: {{responses: {{{responses}}}}}}}}}\n")
    responses = api.operations[0].responses
    assert [(a.status, a.description) for a in responses] == [
        ("200", "a"),
        ("2XX", "b"),
        ("4XX", "c"),
        ("default", "d"),
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T09:30:00Z", "2024-01-01T09:30:00Z"),
        ("12:30", "12:30"),
        ("no", "no"),
        ("on", "on"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("1e400", "1e400"),
        ("1e3", 1000.0),
        ("~", None),
        ("12345678901234567890123", 12345678901234567890123),
        ("!!timestamp 2024-01-01", "2024-01-01"),
        ("!!binary aGk=", "aGk="),
        ("!!set {x, y}", {"x": None, "y": None}),
        ("!!omap [x: 1]", [{"x": 1}]),
        ("!!float .nan", ".nan"),
        ("!Ref x", "x"),
        ("!Sub {a: 1}", {"a": 1}),
    ],
)
def test_yaml_values_become_json_values(read, posting, written, value):
    assert read(posting("{}").replace("schema: {}", f"example: {{v: {written}}}")).body == {"v": value}


def test_keys_are_strings_whatever_their_type_in_yaml(read, posting):
    example = "{1: a, yes: b, 2024-01-01: c, null: d, 1.50: e}"
    api = read(posting("{}").replace("schema: {}", f"example: {example}"))
    assert api.body == {"1": "a", "yes": "b", "2024-01-01": "c", "null": "d", "1.50": "e"}


def test_merge_keys_are_expanded_and_own_keys_win(read, head):
    shared = (
        "x-a: &a\n  '400': {description: from a}\n  '401': {description: from a}\n"
        "x-b: &b {<<: *a, '401': {description: from b}}\nx-c: &c {'401': {description: from c}}\n"
    )
    responses = "      responses:\n        <<: [*b, *c]\n        '400': {description: own}\n"
    api = read(head() + shared + "paths:\n  /a:\n    get:\n" + responses)
    assert {r.status: r.description for r in api.operations[0].responses} == {"400": "own", "401": "from b"}
    assert api.problems == []


def test_an_alias_has_the_value_of_its_anchor(read, posting):
    api = read(posting("{type: object, properties: {a: &s {type: string, example: q}, b: *s}}"))
    assert api.body == {"a": "q", "b": "q"}


def test_an_alias_to_a_node_that_contains_it_becomes_a_reference_with_a_warning(read, posting):
    schema = "&s {type: object, properties: {name: {type: string, example: n}, child: *s}}"
    api = read(posting(schema))
    assert api.body["name"] == "n"
    assert "child" not in api.body or set(api.body["child"]) <= {"name", "child"}
    assert any("api.yaml:10:86 " in w and "alias leads back" in w for w in api.warnings), api.warnings


@pytest.mark.parametrize("kind", ["values", "merges"])
def test_aliases_of_aliases_do_not_exhaust_the_memory(read, head, kind):
    lines = ["  a0: &a0 {k: v}"]
    for level in range(1, 15):
        aliases = ", ".join([f"*a{level - 1}"] * 10)
        node = f"[{aliases}]" if kind == "values" else f"{{<<: [{aliases}], k{level}: v}}"
        lines.append(f"  a{level}: &a{level} {node}")
    text = head() + "paths: {}\nx-a:\n" + "\n".join(lines) + "\n"
    if kind == "values":
        with pytest.raises(DescriptionError, match="20 million"):
            read(text)
    else:
        assert read(text).operations == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_description_in_any_unicode_encoding_is_read_with_places_and_files(read, posting, encoding, form):
    beside = {"b.yaml": "type: string\nexample: Zoë\n"}
    text = posting("{type: object, properties: {b: {$ref: b.yaml}, bad: {minimum: x}}}")
    if form == "json":
        text = json.dumps(JSON, ensure_ascii=False).replace('"type": "string"', '"minimum": "x"')
        api = read(text.encode(encoding), "api.json")
        assert api.body == "Zoë"
        assert "(#/paths/~1a/post/requestBody/content/application~1json/schema/minimum)" in api.warnings[0]
    else:
        api = read(text.encode(encoding), beside=beside)
        assert api.body["b"] == "Zoë"
        assert api.problems[0].startswith("api.yaml:10:74 ")


def test_a_byte_that_cannot_be_decoded_is_named(read, posting):
    with pytest.raises(DescriptionError, match=r"Byte \d+ is not UTF-8"):
        read(posting("{example: é}").encode("latin-1"))
    with pytest.raises(DescriptionError, match="not UTF-16"):
        read(codecs.BOM_UTF16_LE + b"\x00\xd8")


def test_json_may_have_tabs_and_line_ends_in_its_strings(read):
    text = json.dumps(JSON, indent="\t").replace("Zo\\u00eb", "a\tb\nc")
    api = read(text, "api.json")
    assert api.body == "a\tb\nc"
    assert api.warnings == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400"])
def test_a_number_that_json_does_not_have_is_read_as_text(read, number):
    api = read(json.dumps(JSON).replace('"Zo\\u00eb"', number), "api.json")
    assert api.body == number


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("api.yaml", "openapi: 3.1.0\ninfo:\n  title: T\n  version: '1'\n  title: U\npaths: {}\n", "5:3"),
        ("api.json", '{"openapi": "3.1.0", "info": {"title": "T",\n "version": "1",\n'
         ' "\\u0074itle": "U"}, "paths": {}}', "3:2"),
    ],
)  # fmt: skip
def test_a_duplicate_key_is_a_warning_with_both_places(read, name, text, line):
    api = read(text, name)
    assert api.plan.api.title == "U"
    first = "line 3, column 3" if name == "api.yaml" else "line 1, column 31"
    assert any(w.startswith(f"{name}:{line}: ") and "'title'" in w and first in w for w in api.warnings)


def test_a_key_repeated_by_a_merge_is_not_a_duplicate(read, head):
    api = read(head() + "x-a: &a {get: {}}\nx-b: &b {<<: *a, get: {summary: s}}\npaths: {/a: {<<: *b}}\n")
    assert not [w for w in api.warnings if "twice" in w]


def _deep(levels: int) -> str:
    schema = '{"properties":{"a":' * levels + '{"type":"string","example":"x"}' + "}}" * levels
    return json.dumps(JSON).replace('{"type": "string"}', schema).replace(', "example": "Zo\\u00eb"', "")


@pytest.mark.parametrize("form", ["api.json", "api.yaml"])
def test_thousands_of_levels_of_nesting_are_read_with_their_places(read, form):
    text = _deep(2500).replace('"title": "T"', '"title": 5')
    api = read(text if form == "api.json" else "#\n" + text, form)
    assert len(api.operations) == 1
    line = "1" if form == "api.json" else "2"
    assert any(w.startswith(f"{form}:{line}:") and "(#/info/title)" in w for w in api.warnings), api.warnings


def test_thousands_of_levels_of_indentation_are_read(read, head):
    levels = "".join(" " * (level + 3) + "items:\n" for level in range(1500))
    api = read(head() + f"paths: {{}}\ncomponents:\n schemas:\n  A:\n{levels}{' ' * 1503}type: string\n")
    node = api.plan.document.root["components"]["schemas"]["A"]
    for _ in range(1500):
        node = node["items"]
    assert node == {"type": "string"}


@pytest.mark.parametrize("form", ["api.json", "api.yaml"])
def test_excessive_nesting_is_refused_with_a_message(read, form):
    with pytest.raises(DescriptionError, match="nested too deeply"):
        read("#\n" * (form == "api.yaml") + _deep(400_000), form)
