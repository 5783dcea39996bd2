"""The site of a hostile description: its texts are shown as text, and do nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.anchors import broken_anchors
from support.browsing import has_run, shown
from support.sites import Site, calls, fill_in, made, open_everything, search, written

HOSTILE = [
    "<script>ran = 1</script></script><script>ran=1</script>",
    "</title></style></textarea></template></noscript></pre></code><script>ran = 1</script>",
    "<img src=x onerror='ran = 1'><svg/onload=ran=1><svg><script>ran=1</script></svg>",
    "<iframe srcdoc='<script>parent.ran = 1</script>'></iframe><object data=x></object><embed src=x>",
    "<a href='javascript:ran=1'>x</a> [x](javascript:ran=1) [x](JaVaScRiPt:ran=1) <javascript:ran=1>",
    "[x](java&#10;script:ran=1) [x](&#106;avascript:ran=1) [x](vbscript:ran)",
    "[x](data:text/html,<script>ran=1</script>) ![x](data:image/svg+xml,<svg/onload=ran=1>) <data:x>",
    "![x](https://example.com/x.png) ![x](//example.com/x.png) [![x](http://a.example/y.png)](http://a.example/)",
    '[x][y]\n\n[y]: javascript:ran=1 "title"\n\n[z](http://a.example/" onmouseover="ran=1) [w](/up) [v](#x)',
    '" onmouseover="ran=1" autofocus onfocus="ran=1" x="\' onclick=\'ran=1\' x=\' ` onclick=`ran=1`',
    "{{7*7}} {% if true %}yes{% endif %} {# x #} ${7*7} #{7*7} <%= 7*7 %> {{config}} {{''.__class__}}",
    "</style><style>body{display:none}</style> x{background:url(https://example.com/x)} ;}*{color:red",
    '<link rel="stylesheet" href="https://example.com/x.css"><meta http-equiv="refresh" content="0;url=https://x.example/">',
    '<base href="https://example.com/"><form action="https://example.com/"><button>x</button></form>',
    "<!-- --!> <script>ran=1</script> -->]]><script>ran=1</script><![CDATA[",
    "\u2028</script>\u2029\u202e<script>ran=1</script>\ue001API_KEY\ue002header\ue002x\ue003",
    "```html\n</code></pre><script>ran=1</script>\n```\n# <b>h</b>\n| a |\n| - |\n| <script>ran=1</script> |",
    "&lt;script&gt;ran=1&lt;/script&gt; &#60;script&#62; &amp;lt; &quot;",
    "'); ran = 1; ('\\'); ran=1 // \"]); ran=1; ([\"",
    "__proto__",
    "../../etc/passwd",
]
#: Elements that a text must never become.
FORBIDDEN = "iframe, object, embed, base, style, img, video, math, template, noscript, main form, main svg"
#: Lists the elements and attributes of a page that would run or load something.
_DANGEROUS = """() => [...document.querySelectorAll("*")].flatMap(each => [...each.attributes]
  .filter(({name, value}) => name.startsWith("on") || ["style", "srcdoc", "autofocus"].includes(name)
    || (["href", "src", "action"].includes(name) && /^\\s*(javascript|vbscript|data:text)/i.test(value)))
  .map(({name, value}) => `${each.localName} ${name}=${value}`))"""


def _description(text: str) -> dict[str, Any]:
    """A description with ``text`` wherever text is allowed."""
    key = re.sub(r"[^\x20-\x7e]", "", text)
    token = re.sub(r"[\s/{}?#]+", "-", key)
    schema = {
        "type": "string",
        "title": text,
        "description": text,
        "examples": [text],
        "enum": [text, "b"],
        "default": text,
        "pattern": text,
        "format": text,
    }
    response = {
        "type": "object",
        "title": text,
        "description": text,
        "required": [text],
        "properties": {text: schema, "ref": {"$ref": "#/components/schemas/Text.1"}},
        "patternProperties": {text: schema},
        "x-text": text,
    }
    body = {
        "application/json": {
            "schema": response,
            "examples": {text: {"summary": text, "value": {text: text}}},
        },
        f"text/{token}": {"schema": schema, "example": text},
    }
    parameter = {"required": True, "schema": schema, "description": text}
    link = {
        "operationId": text,
        "description": text,
        "parameters": {"id": "$response.body#/" + text, text: text},
    }
    operation = {
        "operationId": text,
        "summary": text,
        "description": text,
        "tags": [text],
        "externalDocs": {"url": "https://docs.example/" + token, "description": text},
        "deprecated": True,
        "x-text": text,
        "parameters": [
            {"name": "id", "in": "path", **parameter},
            {"name": text, "in": "query", **parameter},
            {"name": token, "in": "header", **parameter},
            {"name": token, "in": "cookie", **parameter},
        ],
        "requestBody": {"description": text, "required": True, "content": body},
        "responses": {
            "200": {
                "description": text,
                "headers": {token: {"description": text, "schema": schema}},
                "content": body,
                "links": {text: link},
            },
            "default": {"description": text},
        },
    }
    flow = {"tokenUrl": "https://auth.example/token", "scopes": {text: text}}
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text, "description": text, "summary": text, "x-text": text},
        "servers": [
            {"url": f"https://api.example.com/{token}", "description": text},
            {"url": "https://b.example.com/{x}", "variables": {"x": {"default": text, "description": text}}},
        ],
        "tags": [{"name": text, "description": text}],
        "components": {
            "schemas": {"Text.1": {"type": "object", "properties": {text: schema}}, text: response},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key", "description": text},
                text: {"type": "apiKey", "in": "query", "name": text, "description": text},
                "flow": {"type": "oauth2", "flows": {"clientCredentials": flow}, "description": text},
            },
        },
        "security": [{"key": [], text: []}, {"flow": [text]}],
        "paths": {f"/things/{{id}}/{token}": {"post": operation, "summary": text, "description": text}},
        "webhooks": {text: {"post": {"summary": text, "responses": {"200": {"description": text}}}}},
    }


@pytest.fixture(params=range(len(HOSTILE)))
def text(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


def test_hostile_text_is_shown_as_text_and_runs_nothing(text, visit, tmp_path):
    site = made(_description(text), tmp_path)
    assert broken_anchors(site.folder) == []
    visited = visit(site.address)
    page = visited.page
    _assert_harmless(page, site)
    open_everything(page)
    names = page.eval_on_selector_all("[data-fill]", "all => all.map(each => each.dataset.fill)")
    typed = " ".join(text.split())
    fill_in(visited, dict.fromkeys(names, typed), typed)
    assert [call for call in calls(written(page)) if typed in call.replace("'\\''", "'")]
    for query in (text, text[:5], "things", "post"):
        search(page, query)
        _assert_harmless(page, site)
    (results,) = search(page, "things")
    title = " ".join(site.operations[0].name.split())
    assert [each for each in results if title in " ".join(each.split())]
    screen = shown(page)
    assert "49" not in screen
    assert ("{% if true %}yes" in screen) == ("{% if" in text)
    visited.assert_quiet()


def _assert_harmless(page: Any, site: Site) -> None:
    assert has_run(page, "ran") == []
    assert page.evaluate(_DANGEROUS) == []
    assert page.locator(FORBIDDEN).count() == 0
    assert page.locator("script").evaluate_all("all => all.map(each => each.getAttribute('src'))") in (
        ["site.js"],
        ["site.js", "search-index.js"],
    )
    assert page.title() == " ".join(site.plan.api.title.split())
