"""Mutates JSON trees, but leaves most of each intact, so that inputs get past the first checks."""

from __future__ import annotations

import copy
import json
from typing import Any

from fuzzing.choices import Choices

#: Texts with a meaning in a language that we write, or to a terminal, a parser or a file system.
TEXTS = (
    *(
        "",
        " ",
        "\0",
        "\x1b[31m\x1b]0;t\x07",
        "\u202ea",
        "\ud800",
        "\ufeff",
        "\u2028",
        "a\nb",
        "\r\n::error::x",
    ),
    *(
        "{{CLIENT_SECRET}}",
        "{{$guid}}",
        "{a}",
        "{",
        "}",
        "{" * 200,
        "${x}",
        "`id`",
        "$(id)",
        "'",
        '"',
        "\\",
        "'\\''",
    ),
    *(
        "</script><script>",
        "<!--",
        "]]>",
        "&lt;",
        "<img src=x onerror=y>",
        "[a](javascript:b)",
        "![a](//b)",
        "```",
        "~~~",
    ),
    *(
        "# a #",
        "| a |",
        "- [ ] x",
        "[bold]",
        ":smile:",
        "//",
        "/*",
        "*/",
        "-->",
        "%%",
        "%00",
        "%ff",
        "%",
        "a%2Fb",
    ),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        ".",
        "CON",
        "a/b",
        "a" * 300,
        "\u00fc\u4e16",
        "\U0001f600",
        "~",
        "=cmd|'x'!A1",
    ),
    *(
        "https://[1-9]/",
        "http://",
        "//evil.example",
        "https://u:p@h:99999/?q#f",
        "file:///etc/passwd",
        "javascript:a",
    ),
    *(
        "@/etc/passwd",
        "<a",
        ";type=x",
        "-o x",
        "--data @x",
        "1e999",
        "NaN",
        "null",
        "0x10",
        "1_000",
        "2020-01-01",
        "yes",
    ),
    *(
        "(a+)+$",
        "[",
        "(?P<a>b)",
        "^" * 50,
        "\\p{L}",
        "a{1,99999}",
        "(?i)a",
        "\\",
        "[[:alpha:]]",
        "(?=a)",
        "$ref",
        "#/a/b",
    ),
)
SCALARS = (None, True, False, 0, -1, 1, 10**20, -(10**9), 1e308, 5e-324, 1.5, 1e9, 2**53, 10**400)
KEYS = (
    *"$ref $id $anchor $dynamicRef $defs type format enum const minimum maximum".split(),
    *"exclusiveMinimum multipleOf minLength maxLength pattern minItems maxItems uniqueItems".split(),
    *"minProperties maxProperties required properties patternProperties additionalProperties".split(),
    *"propertyNames items prefixItems contains allOf anyOf oneOf not if then else".split(),
    *"dependentSchemas dependentRequired discriminator mapping nullable default example".split(),
    *"examples value externalValue description summary title deprecated readOnly writeOnly".split(),
    *"parameters requestBody responses headers links callbacks content schema encoding style".split(),
    *"explode in name servers url variables tags operationId security xml namespace prefix".split(),
    *"wrapped attribute contentEncoding itemSchema x-a 200 default get post query trace".split(),
    *"additionalOperations paths webhooks components".split(),
)
LARGEST = 60_000
"""Maximum length of a tree as JSON, in characters: a larger one would only cost time."""


def mutated(tree: Any, choices: Choices, most: int = 6) -> Any:
    """Return a copy of ``tree`` with 1 to ``most`` changes."""
    tree = copy.deepcopy(tree)
    for _ in range(1 + choices.integer(most - 1)):
        changed = _changed(tree, choices)
        if len(json.dumps(changed)) <= LARGEST:
            tree = changed
    return tree


def nodes(tree: Any) -> list[tuple[Any, Any]]:
    """Each container and key (or index) of a value in ``tree``."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        members = (
            node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        )
        for key, child in members:
            found.append((node, key))
            waiting.append(child)
    return found


def _changed(tree: Any, choices: Choices) -> Any:
    places = nodes(tree)
    if not places:
        return value(choices, [tree])
    node, key = choices.one_of(places)
    what = choices.integer(9)
    if what <= 2:
        node[key] = value(choices, places)
    elif what == 3:
        del node[key]
    elif what == 4 and isinstance(node, dict):
        node[choices.one_of(TEXTS)] = node.pop(key)
    elif what == 5:
        other, name = choices.one_of(places)
        node[key] = copy.deepcopy(other[name])
    elif what == 6 and isinstance(node, dict):
        node[choices.one_of(KEYS)] = value(choices, places)
    elif what == 7 and isinstance(node, list):
        node[:] = node * (2 + choices.integer(3))
    elif what == 8 and isinstance(node[key], str):
        text, more = node[key], choices.one_of(TEXTS)
        at = choices.integer(len(text))
        node[key] = text[:at] + more + text[at:]
    else:
        node[key] = {"$ref": _reference(choices, tree)}
    return tree


def value(choices: Choices, places: list[Any]) -> Any:
    """A value that is unexpected wherever it is put."""
    what = choices.integer(7)
    if what <= 2:
        return choices.one_of(TEXTS)
    if what == 3:
        return choices.one_of(SCALARS)
    if what == 4:
        return [value(choices, places) for _ in range(choices.integer(3))]
    if what == 5:
        return {choices.one_of(KEYS): value(choices, places) for _ in range(choices.integer(3))}
    if what == 6:
        found: Any = choices.one_of(SCALARS)
        for _ in range(choices.one_of((1, 5, 40, 400))):
            found = [found] if choices.chance(2) else {choices.one_of(("items", "allOf", "a")): found}
        return found
    return {
        "$ref": choices.one_of(("#", "#/components/schemas/Pet", "b.json", "https://h/x", "#/paths", "#/%"))
    }


def _reference(choices: Choices, tree: Any) -> str:
    """A JSON pointer to an existing node, possibly an ancestor of the reference itself."""
    way, node = "#", tree
    for _ in range(choices.integer(6)):
        if not isinstance(node, dict) or not node:
            break
        key = choices.one_of(list(node))
        way += "/" + str(key).replace("~", "~0").replace("/", "~1")
        node = node[key]
    return way
