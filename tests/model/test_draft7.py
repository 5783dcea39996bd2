"""Schemas converted to JSON Schema draft 7: they refuse nothing more, and a warning says what they accept.

`draft7_cases.py` has a case for each keyword; `e2e/test_draft7_runtimes.py` runs them in Postman's runtimes.
Here the same validator, Ajv 6, runs by itself: it is one of Newman's dependencies, also used for HAR files.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OURS, TOOLS, random_schemas, run
from support.draft7_cases import CASES, REF, Case, chain, ref

from generator import load
from generator.model.draft7 import Draft7
from generator.model.draft7.ajv import INHERITED
from generator.model.draft7.patterns import without_unicode_flag
from generator.model.draft7.reference_depth import LongestPaths
from generator.model.schemas.resolved import Schemas
from generator.model.types import Contract
from generator.reading import Document

AJV = TOOLS.parent / "har-validator" / "node_modules" / "ajv"


def draft7(components: Any = (), version: str = "3.1", **settings: Any) -> Draft7:
    """The maker of contracts for a description with these components."""
    root = {"openapi": f"{version}.0", "components": {"schemas": dict(components)}}
    document = Document("d", "d.yaml", b"", root, version=version)
    return Draft7(document, Schemas(document), **settings)


def turned(schema: Any, components: Any = (), **settings: Any) -> Any:
    """Convert ``schema`` to draft 7; its definitions are left out."""
    return draft7(components, **settings).contract(schema, "/at").schema


#: Reads schemas with definitions and values, validates the values with Ajv, and prints the results.
VALIDATE = """
const [Ajv, rows] = [require(process.argv[2]), JSON.parse(require('fs').readFileSync(process.argv[3]))];
console.log(JSON.stringify(rows.map(([schema, definitions, values]) => {
  const validate = new Ajv({ allErrors: true, logger: false }).compile({ allOf: [schema], definitions });
  return values.map((value) => validate(value));
})));
"""


def validated(rows: list[tuple[Contract, list[Any]]]) -> list[list[bool]]:
    """Validate values against contracts: for each contract, whether it accepts each of its values."""
    with tempfile.TemporaryDirectory() as folder:
        given, script = Path(folder) / "rows.json", Path(folder) / "hold.js"
        given.write_text(json.dumps([[c.schema, dict(c.definitions), values] for c, values in rows]))
        script.write_text(VALIDATE)
        done = run("node", script, AJV, given)
    assert done.code == 0, done.output[:2000]
    found: list[list[bool]] = json.loads(done.output)
    return found


def accepts(contract: Contract, *values: Any) -> bool:
    """Whether a contract accepts all values."""
    return all(validated([(contract, list(values))])[0])


def losses(schema: Any, components: Any = (), **settings: Any) -> list[str]:
    """The warnings about the conversion of ``schema``."""
    made = draft7(components, **settings)
    made.contract(schema, "/at")
    return [sentence for _, sentence in made.losses()]


@pytest.fixture(scope="module")
def verdicts() -> dict[str, list[bool]]:
    """Name of a case → whether its draft 7 form accepts each of its values."""
    rows = [(draft7(c.components).contract(c.schema, "/at"), [*c.good, *c.bad, *c.lost]) for c in CASES]
    return {case.name: verdict for case, verdict in zip(CASES, validated(rows), strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_keyword_accepts_and_refuses_what_it_should(case: Case, verdicts: dict[str, list[bool]]):
    good, bad, lost = len(case.good), len(case.bad), len(case.lost)
    if not case.by_openapi:
        values = (*case.good, *case.bad, *case.lost)
        original = [random_schemas.accepted(case.schema, value, dict(case.components)) for value in values]
        assert original == [True] * good + [False] * (bad + lost)
    assert verdicts[case.name] == [True] * good + [False] * bad + [True] * lost
    found = losses(case.schema, case.components)
    assert len(found) == len(case.losses), found
    assert all(words in sentence for words, sentence in zip(case.losses, found, strict=True)), found


def test_the_names_of_cases_are_distinct():
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_assertion_keyword_has_a_case():
    from generator.reading.validation.schema_dialects import ASSERTIONS

    text = repr([(case.schema, case.components) for case in CASES])
    assert [
        keyword for keyword in ASSERTIONS if f"'{keyword}'" not in text and keyword != "$dynamicRef"
    ] == []


# --- Any schema ---------------------------------------------------------------------------------------------


@st.composite
def schemas_and_values(draw: Any) -> tuple[Any, dict[str, Any], list[Any], int]:
    """Draw a schema with keywords that draft 7 lacks, its components, almost valid values, and a budget."""
    schema, components, value = draw(random_schemas.described())
    values = [
        value,
        *(draw(random_schemas.VALUES) for _ in range(2)),
        *(_near(draw, value) for _ in range(4)),
    ]
    most = draw(st.sampled_from([400, 400, 2, 1]))
    return _newer(draw, schema), {n: _newer(draw, part) for n, part in components.items()}, values, most


def _near(draw: Any, value: Any) -> Any:
    """A copy of ``value`` with one change."""
    if isinstance(value, dict) and value:
        name = draw(st.sampled_from(list(value)))
        rest = {key: child for key, child in value.items() if key != name}
        return rest if draw(st.booleans()) else {**value, name: _near(draw, value[name])}
    if isinstance(value, list) and value:
        return [_near(draw, value[0]), *value[1:]]
    return draw(random_schemas.SCALARS)


NEWER = (
    {"unevaluatedProperties": False},
    {"unevaluatedProperties": {"type": "string"}},
    {"unevaluatedItems": False},
    {"patternProperties": {"^c": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
    {"patternProperties": {r"^\p{L}+$": {"type": "string"}}, "additionalProperties": False},
    {"patternProperties": {"^.{2}$": False}},
    {"propertyNames": {"pattern": "^[a-z]"}},
    {"dependentRequired": {"id": ["constructor"], "constructor": ["name"]}},
    {"dependentSchemas": {"name": {"required": ["__proto__"]}, "length": False}},
    {"contains": {"type": "string"}, "minContains": 2, "maxContains": 2},
    {"contains": {"type": "string"}, "minContains": 0},
    {"required": ["constructor"]},
    {"format": "duration"},
    {"format": "email"},
    {"multipleOf": 0.1},
    {"multipleOf": 3},
    {"pattern": r"\p{L}"},
)


def _newer(draw: Any, schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    node = {}
    for key, value in schema.items():
        if key in ("allOf", "anyOf", "oneOf", "prefixItems"):
            node[key] = [_newer(draw, part) for part in value]
        elif key in ("not", "if", "then", "else", "items", "additionalProperties", "contains"):
            node[key] = _newer(draw, value)
        elif key == "properties":
            node[key] = {name: _newer(draw, part) for name, part in value.items()}
        else:
            node[key] = value
    return node | (draw(st.sampled_from(NEWER)) if draw(st.integers(0, 3)) == 0 else {})


def test_the_draft_7_form_of_any_schema_accepts_the_same_values_or_more_with_a_warning():
    rows: list[tuple[Contract, list[Any]]] = []
    wanted: list[tuple[list[bool], Any]] = []

    @given(schemas_and_values())
    @random_schemas.SETTINGS
    def look(made):
        schema, components, values, most = made
        maker = draft7(components, most=most)
        contract = maker.contract(schema, "/at")
        try:
            original = [random_schemas.accepted(schema, value, components) for value in values]
        except ValueError:
            return  # a schema that applies itself to the same value
        rows.append((contract, values))
        wanted.append((original, maker.losses()))

    look()
    exact = 0
    for (contract, values), got, (original, warnings) in zip(rows, validated(rows), wanted, strict=True):
        for value, is_accepted, was_accepted in zip(values, got, original, strict=True):
            assert is_accepted or not was_accepted, (value, contract)
            assert is_accepted == was_accepted or warnings, (value, contract)
            exact += not is_accepted
    assert exact > len(rows) > 50


def test_responses_of_a_request_can_share_their_definitions():
    """Each contract is cut separately; merged, complete definitions replace those that were cut."""
    rows: list[tuple[Contract, list[Any]]] = []

    @given(schemas_and_values())
    @random_schemas.SETTINGS
    def look(made):
        schema, components, values, _ = made
        maker = draft7(components, most=2)
        roots = [schema, *(ref(name) for name in components)]
        contracts = [maker.contract(root, "/at") for root in roots]
        together: dict[str, Any] = {}
        for contract in contracts:
            for name, definition in contract.definitions.items():
                if together.get(name, True) is True:
                    together[name] = definition
        for root, contract in zip(roots, contracts, strict=True):
            try:
                valid = [value for value in values if random_schemas.accepted(root, value, components)]
            except ValueError:
                return
            rows.append((Contract(contract.schema, together), valid))

    look()
    assert all(all(verdict) for verdict in validated(rows))
    assert len(rows) > 100


# --- Layout and names ---------------------------------------------------------------------------------------


def test_keywords_are_in_the_order_in_which_people_write_them():
    schema = {
        "additionalProperties": False,
        "properties": {"b": {"maximum": 3, "type": "integer", "minimum": 1}, "a": True},
        "description": "gone",
        "required": ["b"],
        "type": "object",
        "example": {"b": 1},
    }
    assert json.dumps(turned(schema)) == json.dumps(
        {
            "type": "object",
            "required": ["b"],
            "properties": {"b": {"type": "integer", "minimum": 1, "maximum": 3}, "a": True},
            "additionalProperties": False,
        }
    )


def test_keywords_and_schemas_that_assert_nothing_are_left_out():
    assert turned({"type": "object", "properties": {"a": {"description": "x"}, "b": {"items": True}}}) == {
        "type": "object"
    }
    assert turned({"allOf": [{"title": "x"}, {"type": "string"}]}) == {"type": "string"}


def test_definitions_have_the_names_of_components_as_distinct_identifiers():
    names = [
        "JobDetails",
        "simple-user",
        "simple_user",
        "a/b~c",
        "constructor",
        "__proto__",
        "2",
        "é",
        "%25",
        '"<',
    ]
    components = {name: {"type": "object", "title": name, "required": [name]} for name in names}
    pointers = [REF + n.replace("~", "~0").replace("/", "~1").replace("%", "%25") for n in names]
    contract = draft7(components).contract({"allOf": [{"$ref": at} for at in pointers]}, "/at")
    found = list(contract.definitions)
    assert found[:3] == ["JobDetails", "simple_user", "simple_user_2"]
    assert len(found) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in found)
    assert INHERITED.isdisjoint(found)


def test_a_component_has_its_own_name_rather_than_that_of_an_alias():
    components = {"Alias": ref("Real"), "Real": {"type": "string"}}
    assert list(draft7(components).contract({"items": ref("Alias")}, "/at").definitions) == ["Real"]


def test_definitions_from_elsewhere_are_named_after_their_place():
    components = {"User": {"type": "object", "properties": {"address": {"type": "string"}}}}
    root = {
        "openapi": "3.1.0",
        "components": {
            "schemas": components,
            "responses": {"Error": {"content": {"application/json": {"schema": {"type": "integer"}}}}},
        },
    }
    document = Document("d", "d.yaml", b"", root, version="3.1")
    references = [REF + "User/properties/address"]
    references.append("#/components/responses/Error/content/application~1json/schema")
    contract = Draft7(document, Schemas(document)).contract({"anyOf": [{"$ref": r} for r in references]}, "")
    assert dict(contract.definitions) == {"User_address": {"type": "string"}, "Error": {"type": "integer"}}


def test_names_do_not_depend_on_the_order_of_requests():
    components = {"a-b": {"type": "string"}, "a_b": {"type": "integer"}}
    schema = {"items": ref("a_b")}
    first = draft7(components).contract(schema, "/at")
    made = draft7(components)
    made.contract({"items": ref("a-b")}, "/at")
    assert made.contract(schema, "/at") == first


def test_definitions_are_in_order_of_first_use():
    components = {
        "A": {"properties": {"b": ref("B"), "c": ref("C")}},
        "C": {"type": "string"},
        "B": {"properties": {"d": ref("D")}},
        "D": {"type": "integer"},
    }
    assert list(draft7(components).contract(ref("A"), "/at").definitions) == ["A", "B", "C", "D"]


def test_openapi_3_0_gives_the_same_form():
    schema = {"type": "integer", "nullable": True, "minimum": 1, "exclusiveMinimum": True}
    assert turned(schema, version="3.0") == {"type": ["integer", "null"], "exclusiveMinimum": 1}


# --- Losses -------------------------------------------------------------------------------------------------


def test_a_loss_is_reported_once_with_its_place():
    schema = {"properties": {"when/then": {"items": {"type": "string", "format": "duration"}}}}
    made = draft7({"A": schema, "B": schema["properties"]["when/then"]})
    for _ in range(2):
        made.contract({"properties": {"a": ref("A"), "b": ref("B"), "c": ref("A")}}, "/at")
    sentence = "Contract tests don't check the format 'duration': Postman's validator can't."
    assert made.losses() == (
        ("/components/schemas/A/properties/when~1then/items", sentence),
        ("/components/schemas/B/items", sentence),
    )


def test_email_addresses_are_reported_once_for_all():
    schema = {"properties": {"a": {"format": "email"}, "b": {"format": "email"}}}
    assert len(losses(schema)) == 1


def test_a_loss_in_an_inline_schema_is_reported_at_its_response():
    made = draft7()
    made.contract({"items": {"multipleOf": 0.01}}, "/paths/~1a/get/responses/200/content/application~1json")
    ((at, sentence),) = made.losses()
    assert at == "/paths/~1a/get/responses/200/content/application~1json/schema/items"
    assert "`multipleOf: 0.01`" in sentence


def test_loose_formats_are_not_checked_and_not_reported():
    schema = {
        "properties": {"a": {"format": "date-time"}, "b": {"format": "duration"}, "c": {"format": "email"}}
    }
    loose = frozenset({"date-time", "duration", "email"})
    assert turned(schema, loose_formats=loose) is True
    assert losses(schema, loose_formats=loose) == []


def test_a_loose_format_also_loosens_what_would_become_stricter_by_it():
    schema = {"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "pattern": "^x"}]}
    assert "oneOf" in turned(schema)
    contract = draft7(loose_formats=frozenset({"date"})).contract(schema, "/at")
    assert accepts(contract, "x")


def test_our_own_description_loses_nothing():
    plan = load(OURS)
    contracts = plan.api.contracts(frozenset())
    made = [
        contracts.contract(part.schema, part.at)
        for operation in plan.api.operations
        for response in operation.responses
        for part in response.content
    ]
    assert any("JobDetails" in name for contract in made for name in contract.definitions)
    assert contracts.losses() == ()


# --- Limits -------------------------------------------------------------------------------------------------


def test_the_nearest_of_too_many_definitions_are_kept_with_one_warning():
    components = {f"C{n}": {"properties": {"a": ref(f"C{n + 1}"), "b": {"type": "string"}}} for n in range(9)}
    made = draft7({**components, "C9": {}}, most=3)
    contract = made.contract(ref("C0"), "/at")
    made.contract(ref("C1"), "/at")
    assert list(contract.definitions) == ["C0", "C1", "C2", "C3"]
    assert contract.definitions["C3"] is True
    assert contract.definitions["C2"] is not True
    assert [sentence for _, sentence in made.losses()] == [
        "Contract tests validate some responses only in part: they have too many schemas."
    ]


def test_fewer_large_definitions_are_kept():
    wide = {"properties": {f"p{n}": {"type": "string", "maxLength": n} for n in range(100)}}
    components = {f"W{n}": {**wide, "items": ref(f"W{n + 1}")} for n in range(9)}
    contract = draft7(components, most=30).contract(ref("W0"), "/at")
    assert 1 < sum(definition is not True for definition in contract.definitions.values()) < 5


def test_schemas_that_would_become_stricter_by_a_cut_are_cut_too():
    components = {
        "Whole": {"properties": {"one": {"oneOf": [ref("A"), ref("B")]}, "not": {"not": ref("B")}}},
        "A": {"required": ["a"], "properties": {"deep": ref("Deep")}},
        "B": {"required": ["b"]},
        "Deep": {"type": "string"},
    }
    for most in range(1, 5):
        for schema in (ref("Whole"), components["Whole"]):
            contract = draft7(components, most=most).contract(schema, "/at")
            assert accepts(contract, {"one": {"a": 1}, "not": {}})
            assert most < 4 or not accepts(contract, {"one": {"a": 1, "b": 1}})


def test_long_chains_of_definitions_are_cut_for_javascript_and_many_flat_ones_are_kept():
    contract = draft7(chain(500)).contract(ref("C0"), "/at")
    assert 50 < len(contract.definitions) < 200
    wide = {f"W{n}": {"type": "object", "properties": {"a": {"type": "string"}}} for n in range(300)}
    schema = {"properties": {name: ref(name) for name in wide}}
    contract = draft7(wide).contract(schema, "/at")
    assert True not in contract.definitions.values()
    assert len(contract.definitions) == 300


def test_the_length_of_the_longest_path_is_never_underestimated():
    @given(st.lists(st.lists(st.integers(0, 6), max_size=3), min_size=7, max_size=7))
    @random_schemas.SETTINGS
    def look(graph):
        needs = {str(n): [str(other) for other in others] for n, others in enumerate(graph)}

        def longest(name: str, seen: frozenset[str]) -> int:
            further = [longest(other, seen | {other}) for other in needs[name] if other not in seen]
            return 1 + max(further, default=0)

        ways = LongestPaths(needs.__getitem__, lambda _: 1)
        for name in needs:
            assert longest(name, frozenset({name})) <= ways.longest(name) <= len(needs)

    look()


def test_schemas_nested_thousands_deep_and_long_circles_are_converted():
    from generator import deep_stack

    schema: Any = {"type": "string"}
    for _ in range(3000):
        schema = {"properties": {"a": schema}}
    made = draft7()
    contract = deep_stack.run(lambda: made.contract(schema, "/at"))
    assert len(json.dumps(contract.schema)) < 5000
    circle = {f"C{n}": {"allOf": [ref(f"C{(n + 1) % 300}"), {"required": [f"a{n}"]}]} for n in range(300)}
    made = draft7(circle)
    contract = deep_stack.run(lambda: made.contract(ref("C0"), "/at"))
    assert not accepts(contract, {})


def test_two_thousand_operations_take_little_time():
    properties = {f"p{n}": {"type": "string", "maxLength": n, "description": "x"} for n in range(30)}
    components = {
        f"S{n}": {
            "type": "object",
            "required": ["p0"],
            "properties": {**properties, "next": ref(f"S{(n * 7) % 900}")},
        }
        for n in range(900)
    }
    made = draft7(components, most=100)
    begin = time.process_time()
    for n in range(2000):
        made.contract({"type": "array", "items": ref(f"S{n % 900}")}, "/at")
    assert time.process_time() - begin < 2


# --- Patterns -----------------------------------------------------------------------------------------------

PARTS = (
    *"a b - . / ] } | ^ $".split(),
    *(r"[^a] [ab] [a-c] \d \D \w \W \s \S [\s\S] [\w-] [\w-.] \x41 \/ \- \_ \b [^\d] \0 \cA [\b]".split()),
    *(r"😀 \u{1F600} \uD83D\uDE00 [😀] \u{61} [\u{61}b] \u0061 \1 \k<n> \p{L} [[:alpha:]] \A [z-a]".split()),
)
TIMES = ("", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "++", "{3,1}", "{,2}", "{")
OPENINGS = ("(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "(?i)", "(?>", "(?P<n>")
TEXTS = [
    "",
    *"a b - 1 A / _ ab aa a-b 😀 😀😀 a😀 😀a a😀b 😀😀😀 b😀😀 } ] A1".split(),
    "a b",
    "\n",
    "\u2028",
    "a" * 9,
]
#: Reads patterns and their converted forms, applies both to the texts, and prints differences.
TRY = """
const [rows, texts] = JSON.parse(require('fs').readFileSync(process.argv[2]));
const wrong = [];
for (const [original, text, exact] of rows) {
  let mine, meant;
  try { mine = new RegExp(text); } catch (error) { wrong.push([original, text, error.message]); continue; }
  try { meant = new RegExp(original, 'u'); } catch (error) { continue; }
  for (const value of texts) {
    const [finds, should] = [mine.test(value), meant.test(value)];
    if (should ? !finds : exact && finds) wrong.push([original, text, value]);
  }
}
console.log(JSON.stringify(wrong.slice(0, 9)));
"""


def pattern(chance: random.Random, depth: int = 0) -> str:
    """A random text that is a regular expression, or almost."""
    found = ""
    for _ in range(chance.randint(1, 4)):
        if depth < 2 and chance.random() < 0.2:
            found += chance.choice(OPENINGS) + pattern(chance, depth + 1) + ")"
        else:
            found += chance.choice(PARTS)
        found += chance.choice(TIMES)
    return found


def test_converted_patterns_match_without_the_u_flag_what_the_originals_match_with_it(tmp_path):
    chance = random.Random(0)
    originals = {pattern(chance) for _ in range(20_000)}
    originals |= {f"^{original}$" for original in originals}
    rows = [(p, made.text, made.exact) for p in sorted(originals) if (made := without_unicode_flag(p))]
    assert len(rows) > 3000
    assert sum(exact for _, _, exact in rows) > 1000
    given, script = tmp_path / "rows.json", tmp_path / "try.js"
    given.write_text(json.dumps([rows, TEXTS]))
    script.write_text(TRY)
    done = run("node", script, given)
    assert done.code == 0, done.output[:500]
    assert json.loads(done.output) == []


@pytest.mark.parametrize(
    "pattern",
    r"\p{L} \P{Lu} (?i)a (?i:a) \Aa a\Z \za [[:alpha:]] a++ a*+ (?>a) (?P<n>a) (?#a) a{,3} a{3,1} [z-a] []a] "
    r"\1 \k<n> ( ) [ \ (?<n>a)(?<n>b) \u{110000} \uD83D [😀-😎] a{ *a \Qa\E \h \G (?=a)*".split(),
)
def test_patterns_that_javascript_rejects_or_reads_differently_are_dropped(pattern):
    assert without_unicode_flag(pattern) is None


@pytest.mark.parametrize(
    "pattern", [*random_schemas.PATTERNS, r"^[\w.+-]+@[\w-]+\.\w{2,}$", r"^(\d{3})-\1$", "^$"]
)
def test_a_common_pattern_is_unchanged(pattern):
    made = without_unicode_flag(pattern)
    assert made is not None
    assert made.text == pattern or "." in pattern
