"""What OpenAPI 3.2 added: security schemes by URI, encodings by position, text beside a CDATA section."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from generator.targets.shared import payloads

FLOW = "{tokenUrl: 'https://as.example.com/token', scopes: {read: r}}"
SCHEME = f"{{type: oauth2, flows: {{clientCredentials: {FLOW}}}}}"


def secured(uri: str, own: bool) -> str:
    security = f"security: [{{'{uri}': [read]}}]"
    operation = f"{security}, " if own else ""
    return (
        ("" if own else f"{security}\n")
        + f"paths: {{/b: {{get: {{{operation}responses: {{'200': {{description: Fine}}}}}}}}}}\n"
        f"components: {{securitySchemes: {{dev: {SCHEME}}}}}\nx-schemes: {{other: {SCHEME}}}\n"
    )


@pytest.mark.parametrize("own", [True, False], ids=["of the operation", "of the API"])
@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("#/components/securitySchemes/dev", "dev"),
        ("api.yaml#/components/securitySchemes/dev", "dev"),
        ("#/x-schemes/other", "other"),
        ("dev", "dev"),
    ],
)
def test_a_security_requirement_may_name_a_scheme_by_its_uri(read, head, uri, name, own):
    api = read(head("3.2.0") + secured(uri, own))
    (credential,) = api.operations[0].credentials
    assert (credential.kind, credential.scheme, credential.scopes) == ("oauth2", name, ("read",))
    assert api.warnings == []


def test_a_uri_that_leads_to_no_security_scheme_is_a_finding(read, head):
    api = read(head("3.2.0") + secured("#/components/securitySchemes/gone", True))
    assert api.operations[0].credentials == ()
    assert any("There is no security scheme" in line for line in api.warnings)


IN_FILES = {
    "sec.yaml": "openapi: 3.2.0\ninfo: {title: S, version: '1'}\ncomponents: {securitySchemes: {"
    "basic: {type: http, scheme: basic}, dev: {type: apiKey, in: header, name: X-Key}, "
    "other: {$ref: schemes/whole.json}}}\n",
    "schemes/whole.json": '{"type": "apiKey", "in": "query", "name": "key"}',
    "ops/get.yaml": "security: [{'../sec.yaml#/components/securitySchemes/basic': []}]\nresponses: {}\n",
    "ops/local.yaml": "get: {security: [{'#/x-scheme': []}], responses: {}}\n"
    "x-scheme: {type: http, scheme: basic}\n",
}


def credentials_of(api, path="/b"):
    return [(c.scheme, c.kind, c.header) for o in api.operations if o.path == path for c in o.credentials]


@pytest.mark.parametrize("own", [True, False], ids=["of the operation", "of the API"])
@pytest.mark.parametrize(
    ("uri", "credential"),
    [
        ("./sec.yaml#/components/securitySchemes/basic", ("basic", "basic", "Authorization")),
        ("sec.yaml#/components/securitySchemes/other", ("other", "apiKey", "key")),
        ("schemes/whole.json", ("whole", "apiKey", "key")),
        # The description has another scheme of that name.
        ("sec.yaml#/components/securitySchemes/dev", ("dev_2", "apiKey", "X-Key")),
        ("sec.yaml#/components/../api.yaml", None),
    ],
)
def test_a_security_requirement_may_name_a_scheme_of_another_file(read, head, uri, credential, own):
    api = read(head("3.2.0") + secured(uri, own), beside=IN_FILES)
    assert credentials_of(api) == ([credential] if credential else [])
    assert api.warnings == [] or credential is None


def test_a_security_requirement_of_another_file_is_relative_to_that_file(read, head):
    api = read(
        head("3.2.0")
        + "paths: {/b: {get: {$ref: ops/get.yaml}}, /c: {get: {$ref: ops/local.yaml#/get}}, "
        + "/d: {get: {security: [{'sec.yaml#/components/securitySchemes/basic': []}], responses: {}}}}\n"
        "components: {securitySchemes: {own: {$ref: 'sec.yaml#/components/securitySchemes/basic'}}}\n",
        beside=IN_FILES,
    )
    assert credentials_of(api, "/b") == credentials_of(api, "/d") == [("own", "basic", "Authorization")]
    assert [kind for _, kind, _ in credentials_of(api, "/c")] == ["basic"]


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("gone.yaml#/components/securitySchemes/dev", "leads to a file that is not there"),
        ("https://example.com/sec.yaml#/dev", "nothing is fetched"),
        ("../sec.yaml#/dev", "points out of the description's folder"),
    ],
)
def test_a_finding_says_why_a_security_scheme_of_another_file_is_not_read(read, head, uri, why):
    api = read(head("3.2.0") + secured(uri, True), beside=IN_FILES)
    assert api.operations[0].credentials == ()
    (line,) = [line for line in api.warnings if "There is no security scheme" in line]
    assert why in line
    assert line in api.problems


def mixed(media_type: str) -> str:
    return (
        "paths:\n  /a:\n    post:\n      requestBody:\n        required: true\n        content:\n"
        f"          multipart/mixed: {{{media_type}}}\n      responses: {{'204': {{description: Fine}}}}\n"
    )


ITEM = "{type: object, properties: {a: {type: integer, example: 7}}}"
BY_POSITION = (
    f"prefixEncoding: [{{contentType: application/json}}, {{contentType: text/csv}}], schema: {{type: array, "
    f"prefixItems: [{ITEM}, {{type: string, example: 'x,y'}}]}}"
)
PARTS = {
    "prefixEncoding": (BY_POSITION, [("application/json", '{"a":7}'), ("text/csv", "x,y")]),
    "prefixEncoding and itemEncoding": (
        BY_POSITION[:-1] + ", items: {type: string, example: z}, minItems: 3}, "
        "itemEncoding: {contentType: text/markdown}",
        [("application/json", '{"a":7}'), ("text/csv", "x,y"), ("text/markdown", "z")],
    ),
    "itemSchema": (
        f"itemSchema: {ITEM}, itemEncoding: {{contentType: application/vnd.x+json}}",
        [("application/vnd.x+json", '{"a":7}')],
    ),
    "itemSchema alone": (f"itemSchema: {ITEM}", [("application/json", '{"a":7}')]),
}


@pytest.mark.parametrize(("media_type", "parts"), PARTS.values(), ids=PARTS)
def test_the_parts_of_a_multipart_body_are_encoded_by_position(read, head, media_type, parts):
    api = read(head("3.2.0") + mixed(media_type))
    sent = api.operations[0].body.content[0]
    expected = "".join(f"--part-boundary\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    expected += "--part-boundary--\r\n"
    assert payloads.body(sent, sent.examples[0])["raw"] == expected
    assert payloads.shown_text(sent, sent.examples[0]) == expected
    assert sent.name == "multipart/mixed; boundary=part-boundary"
    assert api.warnings == []


XML = (
    "paths:\n  /a:\n    post:\n      requestBody:\n        content:\n          application/xml:\n"
    "            schema: {type: object, xml: {name: r}, properties: {%s}}\n"
    "      responses: {'204': {description: Fine}}\n"
)
TEXT = "t: {type: string, example: 'a < b ', xml: {nodeType: text}}"
CDATA = "c: {type: string, example: 'x]]>&<y', xml: {nodeType: cdata}}"
ELEMENT = "e: {type: string, example: inner}"
NODES = {
    "text and cdata": ((TEXT, CDATA), "a < b x]]>&<y", "a &lt; b <![CDATA[x]]]]><![CDATA[>&<y]]>"),
    "cdata and text": ((CDATA, TEXT), "x]]>&<ya < b ", "<![CDATA[x]]]]><![CDATA[>&<y]]>a &lt; b "),
    "text after an element": ((ELEMENT, TEXT), "innera < b ", "</e>a &lt; b "),
    "cdata between elements": ((TEXT, ELEMENT, CDATA), "a < b innerx]]>&<y", "</e><![CDATA[x]]]]>"),
}


@pytest.mark.parametrize(("properties", "words", "written"), NODES.values(), ids=NODES)
def test_text_and_cdata_sections_are_nodes_beside_each_other(read, head, properties, words, written):
    api = read(head("3.2.0") + XML % ", ".join(properties))
    sent = api.operations[0].body.content[0]
    document = payloads.body(sent, sent.examples[0])["raw"]
    assert written in document
    assert "".join(ElementTree.fromstring(document.partition("\n")[2]).itertext()).strip() == words.strip()
