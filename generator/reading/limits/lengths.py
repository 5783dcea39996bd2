"""Limits on the length of names, and on the number of their kind that one object may have.

Names go into URLs, file names, variables and the tables of every page. Those that no server, shell or file
system accepts are left out or cut, with a warning that names the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from generator.reading.json_pointer import pointer

#: Characters of a path or a URL. RFC 9110, section 4.1, recommends 8,000 for a whole request line.
LONGEST_ADDRESS = 8_000
#: Parameters in one path or URL.
MOST_IN_ADDRESS = 100
#: Characters of a name that is sent, such as that of a parameter or a media type.
LONGEST_NAME = 1_000
#: Characters of a title, a tag or an `operationId`.
LONGEST_TITLE = 500
LONGEST_SUMMARY = 5_000
#: The number of servers, parameters, media types, examples, responses or headers of one object, and of
#: security schemes.
MOST_OF_A_KIND = 500
_METHODS = frozenset("get put post delete options head patch trace query".split())

Findings = Iterator[tuple[str, str]]


def shorten(root: Any) -> list[tuple[str, str]]:
    """Cut or remove what exceeds a limit, in place. Returns a JSON pointer and a sentence for each."""
    return list(_of_root(root)) if isinstance(root, dict) else []


def _of_root(root: dict[str, Any]) -> Findings:
    yield from _title(_member(root, "info"), "title", "/info")
    yield from _servers(root, "")
    for index, tag in enumerate(_items(root.get("tags"))):
        yield from _title(tag, "name", pointer("tags", index))
    components = _member(root, "components")
    paths = _member(root, "paths")
    yield from _without(
        paths,
        "/paths",
        _is_address,
        "path",
        f"{LONGEST_ADDRESS:,} characters or {MOST_IN_ADDRESS} parameters",
    )
    groups = (
        (paths, "/paths"),
        (_member(root, "webhooks"), "/webhooks"),
        (_member(components, "pathItems"), "/components/pathItems"),
    )
    waiting = [(item, at + pointer(name)) for items, at in groups for name, item in items.items()]
    waiting += _path_items(_member(components, "callbacks"), "/components/callbacks")
    # (The loop also reaches the path items that it adds, those of callbacks, however deep.)
    for item, at in waiting:
        if isinstance(item, dict):
            yield from _path_item(item, at, waiting)
    named = (
        ("parameters", _parameter),
        ("headers", _parameter),
        ("requestBodies", _content),
        ("responses", _response),
    )
    for kind, look in named:
        for name, node in _member(components, kind).items():
            if isinstance(node, dict):
                yield from look(node, pointer("components", kind, name))
    schemes = _member(components, "securitySchemes")
    yield from _first(schemes, "/components/securitySchemes", "security schemes")
    for name, scheme in schemes.items():
        if isinstance(scheme, dict):
            yield from _title(scheme, "name", pointer("components", "securitySchemes", name), LONGEST_NAME)


def _path_item(item: dict[str, Any], at: str, waiting: list[tuple[Any, str]]) -> Findings:
    """Shorten the contents of one path item; the path items of its callbacks are appended to ``waiting``."""
    yield from _servers(item, at)
    yield from _parameters(item, at)
    further = _member(item, "additionalOperations")
    operations = [(at + pointer(method), item.get(method)) for method in item if method in _METHODS]
    operations += [(f"{at}/additionalOperations" + pointer(name), each) for name, each in further.items()]
    for place, operation in operations:
        if isinstance(operation, dict):
            yield from _operation(operation, place)
            waiting += _path_items(_member(operation, "callbacks"), f"{place}/callbacks")


def _path_items(callbacks: dict[str, Any], at: str) -> Iterator[tuple[Any, str]]:
    for name, callback in callbacks.items():
        for expression, item in callback.items() if isinstance(callback, dict) else ():
            yield item, at + pointer(name, expression)


def _operation(operation: dict[str, Any], at: str) -> Findings:
    yield from _servers(operation, at)
    yield from _parameters(operation, at)
    yield from _title(operation, "operationId", at)
    yield from _title(operation, "summary", at, LONGEST_SUMMARY)
    tags = operation.get("tags")
    tags = tags if isinstance(tags, list) else []
    for index, tag in enumerate(tags):
        if isinstance(tag, str) and len(tag) > LONGEST_TITLE:
            tags[index] = tag[:LONGEST_TITLE]
            yield f"{at}/tags/{index}", _cut_sentence("tag", LONGEST_TITLE)
    body = operation.get("requestBody")
    if isinstance(body, dict):
        yield from _content(body, f"{at}/requestBody")
    responses = operation.get("responses")
    if isinstance(responses, dict):
        yield from _first(responses, f"{at}/responses", "responses")
        for status, response in responses.items():
            if isinstance(response, dict):
                yield from _response(response, f"{at}/responses" + pointer(status))


def _response(response: dict[str, Any], at: str) -> Findings:
    yield from _content(response, at)
    headers = _member(response, "headers")
    yield from _first(headers, f"{at}/headers", "headers")
    for name, header in headers.items():
        if isinstance(header, dict):
            yield from _parameter(header, f"{at}/headers" + pointer(name))
    links = _member(response, "links")
    yield from _without(links, f"{at}/links", _is_name, "link", f"{LONGEST_NAME:,} characters")
    for name, link in links.items():
        given = _member(link, "parameters") if isinstance(link, dict) else {}
        for key in [key for key, value in given.items() if not _is_address(value)]:
            del given[key]
            what = f"The value is longer than the limit of {LONGEST_ADDRESS:,} characters; it was left out."
            yield f"{at}/links" + pointer(name, "parameters", key), what


def _parameter(parameter: dict[str, Any], at: str) -> Findings:
    """Shorten a parameter, or a header of a response."""
    yield from _title(parameter, "name", at)
    yield from _examples(parameter, at)
    yield from _content(parameter, at)


def _content(node: dict[str, Any], at: str) -> Findings:
    content = node.get("content")
    if isinstance(content, dict):
        at += "/content"
        yield from _without(content, at, _is_name, "media type", f"{LONGEST_NAME:,} characters")
        yield from _first(content, at, "media types")
        for name, media_type in content.items():
            if isinstance(media_type, dict):
                yield from _examples(media_type, at + pointer(name))


def _examples(node: dict[str, Any], at: str) -> Findings:
    examples = node.get("examples")
    if isinstance(examples, dict):
        yield from _first(examples, f"{at}/examples", "examples")


def _servers(node: dict[str, Any], at: str) -> Findings:
    servers = node.get("servers")
    if not isinstance(servers, list):
        return
    kept = [each for each in servers if not isinstance(each, dict) or _is_address(each.get("url"))]
    if len(kept) < len(servers):
        limit = f"{LONGEST_ADDRESS:,} characters or {MOST_IN_ADDRESS} variables"
        what = f"A server's URL is longer than the limit of {limit}; it was left out."
        yield f"{at}/servers", what
    if len(kept) > MOST_OF_A_KIND:
        yield f"{at}/servers", _first_sentence("servers")
    if len(kept) < len(servers) or len(kept) > MOST_OF_A_KIND:
        servers[:] = kept[:MOST_OF_A_KIND]
    for index, server in enumerate(_items(servers)):
        for name, variable in _member(server, "variables").items():
            if isinstance(variable, dict):
                yield from _variable(variable, f"{at}/servers/{index}/variables" + pointer(name))


def _variable(variable: dict[str, Any], at: str) -> Findings:
    """Shorten a server variable, whose values are parts of URLs."""
    yield from _title(variable, "default", at, LONGEST_NAME)
    values = variable.get("enum")
    if isinstance(values, list):
        kept = [value for value in values if _is_name(value)][:MOST_OF_A_KIND]
        if len(kept) < len(values):
            values[:] = kept
            limit = f"{MOST_OF_A_KIND} values of {LONGEST_NAME:,} characters"
            yield (
                f"{at}/enum",
                f"There are more or longer values than the limit of {limit}; they were left out.",
            )


def _parameters(node: dict[str, Any], at: str) -> Findings:
    parameters = node.get("parameters")
    if isinstance(parameters, list):
        kept = [each for each in parameters if not isinstance(each, dict) or _is_name(each.get("name"))]
        if len(kept) < len(parameters):
            parameters[:] = kept
            limit = f"{LONGEST_NAME:,} characters"
            what = f"A parameter's name is longer than the limit of {limit}; it was left out."
            yield f"{at}/parameters", what
        if len(parameters) > MOST_OF_A_KIND:
            del parameters[MOST_OF_A_KIND:]
            yield f"{at}/parameters", _first_sentence("parameters")
        for index, parameter in enumerate(parameters):
            if isinstance(parameter, dict):
                yield from _parameter(parameter, f"{at}/parameters/{index}")


def _title(node: dict[str, Any], key: str, at: str, limit: int = LONGEST_TITLE) -> Findings:
    text = node.get(key)
    if isinstance(text, str) and len(text) > limit:
        node[key] = text[:limit]
        yield at + pointer(key), _cut_sentence(key, limit)


def _cut_sentence(what: str, limit: int) -> str:
    return f"The {what} is longer than the limit of {limit:,} characters; it was cut."


def _first(node: dict[str, Any], at: str, what: str) -> Findings:
    if len(node) > MOST_OF_A_KIND:
        for name in [*node][MOST_OF_A_KIND:]:
            del node[name]
        yield at, _first_sentence(what)


def _first_sentence(what: str) -> str:
    return f"There are more {what} than the limit of {MOST_OF_A_KIND}; the first {MOST_OF_A_KIND} were kept."


def _without(
    node: dict[str, Any], at: str, is_right: Callable[[Any], bool], what: str, limit: str
) -> Findings:
    for name in [name for name in node if not is_right(name)]:
        del node[name]
        yield at, f"A {what} is longer than the limit of {limit}; it was left out."


def _is_address(text: Any) -> bool:
    return not isinstance(text, str) or (len(text) <= LONGEST_ADDRESS and text.count("{") <= MOST_IN_ADDRESS)


def _is_name(text: Any) -> bool:
    return not isinstance(text, str) or len(text) <= LONGEST_NAME


def _member(node: dict[str, Any], key: str) -> dict[str, Any]:
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def _items(nodes: Any) -> Iterator[dict[str, Any]]:
    yield from (node for node in nodes if isinstance(node, dict)) if isinstance(nodes, list) else ()
