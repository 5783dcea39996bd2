"""Saved examples: every documented response with the request that leads to it, matched by key.

A key of ``examples`` means the same scenario wherever it occurs: at a parameter, a body or a response.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from generator.escaping.postman import postman_header
from generator.identity import IdentityMemo
from generator.model.presentation.titles import titled
from generator.model.styles import header_text
from generator.model.types import Example, MediaType, Operation, Response
from generator.targets.shared import payloads
from generator.targets.shared.multiparts import with_boundary
from generator.targets.shared.wording import reason, status_code, status_title

Json = dict[str, Any]
_NO_EXAMPLE = Example("")
#: The most scenarios of an operation that differ only in shared parameters; more would help nobody.
_MOST_SCENARIOS = 20


class Variant(NamedTuple):
    """A way to send the request: a media type of the body and an example of it."""

    media_type: MediaType | None
    example: Example | None

    @property
    def key(self) -> str:
        """The example's key, or an empty string."""
        return self.example.name if self.example else ""


def variants(operation: Operation) -> list[Variant]:
    """All ways to send a request, the preferred one first."""
    if operation.body is None:
        return [Variant(None, None)]
    found = []
    for media_type in operation.body.content:
        found += [Variant(media_type, example) for example in media_type.examples or (None,)]
    return found


class SavedExamples:
    """Creates the saved examples of a collection. Texts that responses share are written once."""

    def __init__(
        self, make_id: Callable[..., str], request: Callable[[Operation, Variant, bool], Json]
    ) -> None:
        self._id = make_id
        self._request = request
        self._texts: IdentityMemo[str] = IdentityMemo()

    def of(self, operation: Operation, owner: tuple[str, ...], request: Json) -> Iterator[Json]:
        """Every documented response, with its request, followed by requests that no response has shown.

        ``owner`` is the names that ids are derived from, ``request`` the operation's own request.
        """
        found = variants(operation)
        named = {variant.key: variant for variant in reversed(found) if variant.key}
        keys = _keys_of_parameters(operation, named)
        sent = {(id(found[0]), ""): _as_sent(request)}
        shown, shown_keys = {id(found[0])}, {""}

        def original(variant: Variant, key: str) -> Json:
            key = key if key in keys else ""
            shown.add(id(variant))
            shown_keys.add(key)
            if (id(variant), key) not in sent:
                scenario = _with_parameters(operation, key) if key else operation
                sent[id(variant), key] = _as_sent(self._request(scenario, variant, bool(key)))
            return sent[id(variant), key]

        for response in operation.responses:
            contents = _contents(response)
            for media_type, example in contents:
                variant = named.get(example.name, found[0])
                saved = self._example(owner, response, media_type, example, len(contents) > 1)
                yield {**saved, "originalRequest": original(variant, example.name)}
        for variant in found:
            if id(variant) not in shown:
                yield self._further(operation, owner, variant, variant.key, original(variant, variant.key))
        for key in keys:
            if key not in shown_keys:
                variant = named.get(key, found[0])
                yield self._further(operation, owner, variant, key, original(variant, key))

    def _further(
        self, operation: Operation, owner: tuple[str, ...], variant: Variant, key: str, original: Json
    ) -> Json:
        """A further example of the request, with the first success as its response."""
        response = next(iter(operation.successes), None) or Response("default", "", (), ())
        media_type, example = _contents(response)[0]
        kind = variant.media_type.name if variant.media_type else ""
        label = titled(variant.example.summary if variant.example else "").name or key or kind
        if operation.body and variant.media_type is not operation.body.content[0] and label != kind:
            label = f"{label} ({kind})"
        return {
            **self._example(owner, response, media_type, example, False),
            "id": self._id(*owner, "request", kind, key),
            "name": f"Request: {' '.join(label.split())}",
            "originalRequest": original,
        }

    def _example(
        self,
        owner: tuple[str, ...],
        response: Response,
        media_type: MediaType | None,
        example: Example,
        several: bool,
    ) -> Json:
        code = status_code(response)
        status = status_title(response)
        kind = media_type.name if media_type else ""
        detail = titled(example.summary or example.name or kind).name
        text = self._text(media_type, example)
        headers = [{"key": "Content-Type", "value": with_boundary(kind, text)}] if media_type else []
        headers += [{"key": h.name, "value": postman_header(header_text(h))} for h in response.headers]
        return {
            "id": self._id(*owner, response.status, kind, example.name),
            "name": f"{status}: {detail}" if several and detail else status,
            "originalRequest": {},
            **({"status": reason(code), "code": code} if code is not None else {}),
            "_postman_previewlanguage": _preview(media_type, example),
            "header": headers,
            "cookie": [],
            "body": text,
        }

    def _text(self, media_type: MediaType | None, example: Example) -> str:
        if media_type is None or media_type.binary or not media_type.examples:
            return ""
        known = self._texts.get(example, media_type.name)
        if known is None:
            known = self._texts.keep(example, payloads.shown_text(media_type, example), media_type.name)
        return known


def _keys_of_parameters(operation: Operation, of_bodies: Mapping[str, Variant]) -> list[str]:
    """The scenarios that parameters have examples for.

    If parameters of the operation alone, its body or a response have some of these, the others belong to
    other operations that share a parameter.
    """
    keys = dict.fromkeys(key for parameter in operation.parameters for key in parameter.named)
    if not keys:
        return []
    own = {key for parameter in operation.parameters if not parameter.shared for key in parameter.named}
    own |= of_bodies.keys()
    own |= {
        example.name
        for response in operation.responses
        for media_type in response.content
        for example in media_type.examples
    }
    return [key for key in keys if key in own] or list(keys)[:_MOST_SCENARIOS]


def _with_parameters(operation: Operation, key: str) -> Operation:
    """The operation with the values of a scenario, whose parameters are sent."""
    changed = (
        msgspec.structs.replace(p, sample=p.named[key], required=True) if key in p.named else p
        for p in operation.parameters
    )
    return msgspec.structs.replace(operation, parameters=tuple(changed))


def _as_sent(request: Json) -> Json:
    """The request as it was sent: without disabled rows and descriptions."""
    url = dict(request["url"])
    for key in url.keys() & {"query", "variable"}:
        url[key] = _sent(url[key])
    if not url.get("query", True):
        del url["query"]
    parts = {"header": _sent(request["header"]), "url": url}
    return {key: parts.get(key, value) for key, value in request.items() if key != "auth"}


def _sent(parameters: list[Json]) -> list[Json]:
    return [{"key": p["key"], "value": p["value"]} for p in parameters if not p.get("disabled")]


def _contents(response: Response) -> list[tuple[MediaType | None, Example]]:
    """What to show of a response: each example of each media type, or without examples the status alone."""
    found: list[tuple[MediaType | None, Example]] = [
        (part, example) for part in response.content for example in part.examples
    ]
    if found:
        return found
    binary = next((part for part in response.content if part.binary), None)
    return [(binary or next(iter(response.content), None), _NO_EXAMPLE)]


def _preview(media_type: MediaType | None, example: Example) -> str:
    if media_type is None:
        return "text"
    if payloads.is_json_text(media_type, example):
        return "json"
    return "xml" if media_type.markup is not None else "html" if "html" in media_type.name else "text"
