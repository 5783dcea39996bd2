"""The content of the site: the same as that of the other targets, from the same source."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import msgspec
import pytest
import yaml

from generator import load
from generator.api import Options
from generator.project.settings import Guide
from generator.targets import TARGETS

SHOP = """
openapi: 3.1.0
info: {title: Shop, version: "2"}
servers: [{url: https://shop.example/v1}]
paths:
  /orders:
    get:
      operationId: listOrders
      summary: List orders
      tags: [orders]
      security: [{key: []}]
      parameters: [{name: limit, in: query, schema: {type: integer, maximum: 50}}]
      responses:
        "200": {description: The orders., content: {application/json: {schema: {type: array, items: {type: string}}}}}
        "429": {description: Slow down.}
        default: {description: Something else.}
components:
  securitySchemes: {key: {type: apiKey, in: query, name: token}}
"""  # noqa: E501


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", html))


def _blocks(html: str, kind: str) -> list[str]:
    return [
        _text(each)
        for each in re.findall(rf'<pre class="{kind}"[^>]*><code>(.*?)</code></pre>', html, re.DOTALL)
    ]


@pytest.fixture(scope="module")
def ours() -> dict[str, str]:
    return {path: rendered.text for path, rendered in load().render().items()}


@pytest.fixture
def shop(tmp_path):
    def written(description: str = SHOP, **changes):
        file = tmp_path / "shop.yaml"
        file.write_text(description)
        plan = load(file)
        settings = msgspec.structs.replace(plan.settings, **changes)
        return {path: "".join(text) for path, text in TARGETS["docs"](plan.api, settings)}

    return written


def test_each_call_of_the_curl_pages_is_on_the_site_byte_for_byte(ours):
    index = ours["docs/index.html"]
    pages = [text for path, text in ours.items() if re.fullmatch(r"curl/(?!README)[^/]+\.md", path)]
    fences = [fence for page in pages for fence in re.findall(r"```(\w+)\n(.*?)\n```", page, re.DOTALL)]
    calls = [text for language, text in fences if language == "shell"]
    assert len(calls) == 5
    assert set(calls) <= set(_blocks(index, "sample"))
    assert {text for language, text in fences if language == "http"} == set(_blocks(index, "format"))
    assert {text for language, text in fences if language == "json"} <= set(_blocks(index, "sample"))


def test_the_curl_pages_the_collection_and_the_site_use_the_same_words(ours):
    words = " ".join(_text(ours["docs/index.html"]).split())
    for sentence in (
        "Several lines show typical forms of the same call.",
        "The following request asks for the data of one user, and for the data of another user",
        "IMS throttles clients that request a token for each call",
        "The pre-request script fetches an access token and keeps it until five minutes before it expires",
        "The payload is a file (application/zip), which the request above saves",
    ):
        assert sentence in words
        elsewhere = (
            ours["curl/README.md"],
            ours["curl/privacy-jobs.md"],
            ours["privacy-service.postman_collection.json"],
        )
        assert any(sentence.replace("application/zip", "`application/zip`") in text for text in elsewhere)


def test_downloads_are_the_files_of_the_other_targets(ours):
    offered = {
        path.rpartition("/")[2]: text for path, text in ours.items() if path.startswith("docs/downloads/")
    }
    elsewhere = {path.rpartition("/")[2]: text for path, text in ours.items() if not path.startswith("docs/")}
    assert {
        "privacy-service.postman_collection.json",
        "production.postman_environment.json",
        "local.postman_environment.json",
        "ims-token.sh",
    } <= set(offered)
    assert offered == {name: elsewhere[name] for name in offered}
    for name in offered:
        assert f'href="downloads/{name}"' in ours["docs/index.html"]


def test_instructions_without_an_account_appear_if_there_is_a_local_mock(ours, shop):
    assert "export BASE_URL='http://127.0.0.1:8080" in _text(ours["docs/index.html"])
    assert "bash scripts/listPrivacyJobs.sh" in ours["curl/README.md"]
    assert 'id="local"' not in shop()["docs/index.html"]


def test_a_key_in_the_query_is_shown_and_filled_in_where_it_is_sent(shop):
    index = shop()["docs/index.html"]
    assert "<code>?token=…</code>" in index
    assert re.search(r'\?token=<span class="fill" data-name="(\w+)" data-as="url">\{\1\}</span>', index)
    assert re.search(r'<input id="fill-1" type="password" data-fill="\w+" autocomplete="off"', index)


def test_a_variable_used_only_in_a_body_can_be_filled_in_too(shop):
    body = "requestBody: {content: {application/json: {example: {org: '{IMS_ORG}'}}}}\n      responses:"
    index = shop(SHOP.replace("get:", "post:").replace("responses:", body, 1))["docs/index.html"]
    assert '<span class="fill" data-name="ORG_ID" data-as="json">{ORG_ID}</span>' in index
    assert 'data-fill="ORG_ID"' in index


def test_every_error_is_listed_with_advice(shop):
    words = _text(shop()["docs/index.html"])
    assert "Slow down." in words
    assert "Wait as long as Retry-After says" in words
    assert "Any other response" in words


def test_changes_are_listed_if_an_earlier_description_is_given(tmp_path):
    (tmp_path / "new.yaml").write_text(SHOP)
    (tmp_path / "old.yaml").write_text(
        SHOP.replace("maximum: 50", "maximum: 90").replace('version: "2"', 'version: "1"')
    )
    plan = load(tmp_path / "new.yaml", options=Options(since=tmp_path / "old.yaml"))
    index = plan.render(["docs"])["docs/index.html"].text
    section = index.partition('id="changes"')[2].partition("</section>")[0]
    assert "From version 1 to 2." in _text(section)
    assert "limit" in section
    assert '<span class="breaking">breaking</span>' in section
    assert 'href="#listOrders"' in section
    assert 'id="changes"' not in load(tmp_path / "new.yaml").render(["docs"])["docs/index.html"].text


def test_guides_are_sections_found_by_search(shop):
    files = shop(guides=(Guide("Limits & more", "| a | b |\n| - | - |\n| 1 | frobnicate |"),))
    assert '<h3 id="guide-1-title">Limits &amp; more</h3>' in files["docs/index.html"]
    assert "<td>frobnicate</td>" in files["docs/index.html"]
    assert re.search(
        r'\["page", "Limits & more", "index.html#guide-1", "", ".*frobnicate', files["docs/search-index.js"]
    )


def test_unrelated_custom_templates_change_no_page(shop):
    assert shop(templates={"docs/_of-nobody.html.j2": ""}) == shop()


def test_a_custom_template_replaces_ours(shop):
    index = shop(templates={"docs/contents.html.j2": "<p>{{ api.title }}: mine</p>"})["docs/index.html"]
    assert "<p>Shop: mine</p>" in index
    assert "Start here" not in index


def test_many_operations_have_a_page_for_each_tag(shop):
    description = yaml.safe_load(SHOP)
    one = description["paths"].pop("/orders")["get"]
    for number in range(80):
        operation = {**one, "operationId": f"op{number}", "tags": [f"tag {number % 3}"]}
        description["paths"][f"/p{number}"] = {"get": operation}
    description["components"]["schemas"] = {"Alpha": {"type": "string"}, "beta": {}, "1": {}}
    files = shop(yaml.safe_dump(description))
    pages = {Path(path).name for path in files if path.endswith(".html")}
    tags = {"tag-0.html", "tag-1.html", "tag-2.html"}
    assert pages == {"index.html", *tags, "schemas-a.html", "schemas-b.html", "schemas-other.html"}
    assert 'href="tag-1.html#op1"' in files["docs/index.html"]
    assert 'id="op1"' in files["docs/tag-1.html"]
    assert '"tag-1.html#op1"' in files["docs/search-index.js"]


def test_a_value_filled_into_a_structure_in_a_form_is_json(shop):
    form = "requestBody: {content: {multipart/form-data: {example: {a: {org: '{IMS_ORG}'}, b: '{IMS_ORG}'}}}}"
    description = SHOP.replace("get:", "post:").replace("responses:", form + "\n      responses:", 1)
    index = shop(description)["docs/index.html"]
    hows = re.findall(r'data-name="ORG_ID" data-as="(\w+)"', index)
    assert sorted(hows) == ["quotedjson", "text"]


MARK = "\ue001ACCESS_TOKEN\ue002text\ue003 \ue001address\ue002constructor\ue002x\ue003"


def test_a_description_cannot_mark_anything_as_a_field_to_fill_in(shop):
    body = "requestBody: {content: {application/json: {example: {a: 'MARK'}}, text/MARK: {example: 'MARK'}}}"
    marked = (
        SHOP.replace("get:", "post:")
        .replace(
            "responses:",
            f"description: |\n        ```shell\n        MARK\n        ```\n      {body}\n      responses:",
            1,
        )
        .replace("https://shop.example/v1", "https://shop.example/MARK")
        .replace("The orders.", "'`MARK`'")
    )
    plain = shop(marked.replace("MARK", "x"))["docs/index.html"]
    index = shop(marked.replace("MARK", MARK))["docs/index.html"]
    assert index.count('class="fill"') == plain.count('class="fill"') > 0
    assert 'data-as="constructor"' not in index


@pytest.mark.parametrize(
    ("responses", "words"),
    [
        ('"204": {description: Gone.}', "The response has no payload."),
        ("default: {description: Any.}", "The response has no payload."),
        (
            '"200": {description: Live., content: {text/event-stream: {}}}',
            "The payload is text/event-stream. The description has no example of it.",
        ),
        (
            '"404": {description: No., content: {application/pdf: {}}}',
            "The payload is a file (application/pdf).",
        ),
    ],
)
def test_a_response_without_an_example_is_described(shop, responses, words):
    start = SHOP.index('        "200"')
    end = SHOP.index("components:")
    assert words in _text(shop(f"{SHOP[:start]}        {responses}\n{SHOP[end:]}")["docs/index.html"])


def test_a_webhook_has_no_address_and_its_errors_are_not_listed_for_readers(tmp_path):
    hook = (
        'webhooks:\n  newOrder:\n    post: {summary: New order, responses: {"410": {description: Enough.}}}\n'
    )
    (tmp_path / "shop.yaml").write_text(SHOP + hook)
    plan = load(tmp_path / "shop.yaml", options=Options(webhooks=True))
    index = plan.render(["docs"])["docs/index.html"].text
    articles = (each.partition("</article>")[0] for each in index.split("<article")[1:])
    (article,) = (each for each in articles if "New order" in each)
    assert "sent by the API, as a webhook" in article
    assert "API format" not in article
    assert "410 Gone" not in index.partition('id="answers"')[2].partition("</section>")[0]


def test_search_finds_descriptions_of_parameters_responses_and_properties(shop):
    described = SHOP.replace("name: limit,", "name: limit, description: At most so many_things.,")
    described = described.replace(
        "items: {type: string}", "items: {type: string, description: An identifier.}"
    )
    index = shop(described)["docs/search-index.js"]
    assert "At most so many_things." in index
    assert "Slow down." in index


def test_many_operations_without_tags_have_a_page_for_each_first_segment(shop):
    description = yaml.safe_load(SHOP)
    one = {key: value for key, value in description["paths"].pop("/orders")["get"].items() if key != "tags"}
    for number in range(80):
        path = f"/v1/{['orders', 'users'][number % 2]}/{number}"
        description["paths"][path] = {"get": {**one, "operationId": f"op{number}"}}
    pages = {Path(path).name for path in shop(yaml.safe_dump(description)) if path.endswith(".html")}
    assert pages == {"index.html", "orders.html", "users.html"}


def test_the_first_sample_is_that_of_the_curl_pages_even_if_only_another_media_type_has_an_example(shop):
    body = "requestBody: {content: {application/json: {}, text/csv: {example: 'a,b'}}}"
    described = SHOP.replace("get:", "post:").replace("responses:", f"{body}\n      responses:", 1)
    calls = [text for text in _blocks(shop(described)["docs/index.html"], "sample") if "curl" in text]
    assert ["application/json" in calls[0], "text/csv" in calls[-1]] == [True, True]
    assert len(calls) == 2


def test_a_response_header_shows_only_what_clients_read(shop):
    header = (
        "{type: object, properties: {r: {readOnly: true, type: string}, w: {writeOnly: true, type: string}}}"
    )
    described = SHOP.replace(
        "description: Slow down.", f"description: Slow., headers: {{X-Why: {{schema: {header}}}}}"
    )
    fields = shop(described)["docs/index.html"].partition("X-Why")[2].partition("</details>")[0]
    assert ("<code>r</code>" in fields, "<code>w</code>" in fields) == (True, False)


def test_the_site_says_where_values_are_filled_in(ours):
    assert "until you type them into Your values" in _text(ours["docs/index.html"])
    assert "replace them before you paste" in ours["curl/README.md"]
