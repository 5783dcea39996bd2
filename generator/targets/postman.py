"""The collection in Postman's format 2.1.0.

https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from generator import escaping
from generator.auth import ims, oauth2
from generator.model import Api
from generator.model.api import Credential, Example, MediaType, Operation, Parameter, Response
from generator.model.media_types import is_json
from generator.model.styles import header_text
from generator.settings import Settings
from generator.targets import access, payloads, requests, templating
from generator.targets.folders import Folder, folders
from generator.targets.ids import stable_id
from generator.targets.requests import Json
from generator.targets.variables import BASE_URL, Variables
from generator.targets.wording import documented_success, reason, status_code, status_title

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``<name>.postman_collection.json``."""
    stem = escaping.file_stem(api.name)
    text = escaping.json_text(_Collection(api, settings).collection()) + "\n"
    return {f"{stem}.postman_collection.json": text}


class _Variant(NamedTuple):
    """One way to send the request: a media type of the body and an example of it."""

    media_type: MediaType | None
    example: Example | None


class _Collection:
    """One collection. The class only spares passing ``settings`` to every part."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings
        self._variables = Variables.of(api)
        self._auth = _collection_auth(api)
        self._tokens = oauth2.tokens(api, settings)
        self._scripts: dict[tuple[str, ...], list[str]] = {}
        self._texts: dict[int, str] = {}

    def _id(self, *names: str) -> str:
        return stable_id(self._settings.project_id, "postman", *names)

    def collection(self) -> Json:
        """The whole file."""
        return {
            "info": {
                "_postman_id": self._id("collection"),
                "name": self._settings.collection_name,
                "description": self._description(),
                "schema": SCHEMA,
            },
            "item": self._items(folders(self._api, self._settings.folders)),
            **({"auth": requests.auth(self._auth)} if self._auth else {}),
            "event": self._events(),
            "variable": [
                {"key": key, "value": value, "type": "string"}
                for key, value in self._collection_variables().items()
            ],
        }

    def _description(self) -> str:
        by_hand = self._settings.profile is not None
        return templating.render(
            "postman/collection.md.j2",
            api=self._api,
            environments=self._settings.environments,
            further=self._settings.further,
            profile=self._settings.profile,
            notes=access.by_hand(self._api) if by_hand else access.notes(self._api, self._tokens),
            writes=[operation for operation in self._api.operations if operation.writes],
        ).strip()

    def _collection_variables(self) -> dict[str, str]:
        """What a request needs even with an environment that was made elsewhere."""
        address = self._settings.environments[0].base_url if self._settings.environments else ""
        found = {BASE_URL: address or self._api.servers[0].address()}
        found |= {name: server.address() for name, server in self._variables.addresses.items()}
        return {**found, **self._variables.path, "ALLOW_WRITES": "false"}

    def _events(self) -> list[Json]:
        values: Json = {
            "guard_writes": True,
            "ims": self._settings.profile == ims.PROFILE,
            "tokens": self._tokens,
            "inherited": escaping.postman_variable(self._auth.variable) if self._auth else "",
        }
        scripts = {
            "prerequest": templating.render("scripts/prerequest.js.j2", **values),
            "test": templating.render("scripts/answers.js.j2", **values),
        }
        return [
            self._event(name, text.strip("\n").split("\n"), "collection")
            for name, text in scripts.items()
            if text.strip()
        ]

    def _event(self, name: str, lines: list[str], *owner: str) -> Json:
        return {
            "listen": name,
            "script": {"id": self._id(*owner, name), "type": "text/javascript", "exec": lines},
        }

    def _items(self, parts: Iterable[Folder | Operation]) -> list[Json]:
        return [self._folder(part) if isinstance(part, Folder) else self._item(part) for part in parts]

    def _folder(self, folder: Folder) -> Json:
        return {
            "id": self._id("folder", *folder.path),
            "name": folder.name,
            "description": escaping.markdown_block(folder.description),
            "item": self._items(folder.items),
        }

    def _item(self, operation: Operation) -> Json:
        owner = _owner(operation)
        event = [self._event("test", self._status_script(operation), *owner)] if operation.successes else []
        variants = _variants(operation)
        request = self._request(operation, variants[0])
        return {
            "id": self._id(*owner),
            "name": operation.name,
            **({"event": event} if event else {}),
            **(
                {"protocolProfileBehavior": {"disableBodyPruning": True}}
                if payloads.keeps_body(operation)
                else {}
            ),
            "request": {**request, "description": self._operation_description(operation)},
            "response": list(self._examples(operation, request, variants)),
        }

    def _status_script(self, operation: Operation) -> list[str]:
        key = tuple(response.status for response in operation.successes)
        if key not in self._scripts:
            text = templating.render(
                "scripts/status.js.j2",
                title=f"Status is {documented_success(operation)}",
                codes=[code for code in map(status_code, operation.successes) if code is not None],
                classes=[r.status[0] for r in operation.successes if not r.status.isdigit()],
            )
            self._scripts[key] = text.strip("\n").split("\n")
        return self._scripts[key]

    def _request(self, operation: Operation, variant: _Variant) -> Json:
        chosen = requests.native(operation)
        beside = list(requests.beside(operation, chosen))
        accept = _accept(operation)
        body = payloads.body(variant.media_type, variant.example) if variant.media_type else None
        return {
            **self._own_auth(chosen),
            "method": operation.method,
            "header": requests.headers(operation, variant.media_type, accept, beside),
            **({"body": body} if body else {}),
            "url": requests.url(operation, self._variables, beside),
        }

    def _own_auth(self, chosen: Credential | None) -> Json:
        """A request's own ``auth``, where it isn't the collection's."""
        if self._auth is None or (chosen is not None and _same(chosen, self._auth)):
            return {}
        return {"auth": requests.auth(chosen) if chosen else {"type": "noauth"}}

    def _operation_description(self, operation: Operation) -> str:
        inline = requests.inline_parameters(operation)
        parts = [
            "**Deprecated.**" if operation.deprecated else "",
            escaping.markdown_block(operation.description),
            "\n".join(self._inline_line(operation, parameter) for parameter in inline),
            "\n\n".join(c.note for c in operation.credentials if c.note and c.kind == "other"),
        ]
        if operation.kind != "path":
            receiver = escaping.markdown_code(self._variables.base(operation))
            parts.append(
                f"A {operation.kind}: the API sends this request to an address that you give it. "
                f"Here it goes to what the variable {receiver} says."
            )
        if len(operation.servers) > 1:
            others = ", ".join(escaping.markdown_code(server.address()) for server in operation.servers[1:])
            parts.append(f"It is also served at {others}.")
        if operation.writes:
            parts.append(
                "**This request writes.** It is sent only while the variable `ALLOW_WRITES` is `true`."
            )
        return "\n\n".join(part for part in parts if part)

    def _inline_line(self, operation: Operation, parameter: Parameter) -> str:
        variable = escaping.markdown_code(self._variables.of_path(operation, parameter.name))
        text = escaping.markdown_block(parameter.description).replace("\n", " ")
        return f"- {variable} (a variable, in the path){': ' + text if text else ''}"

    # --- Saved examples ---------------------------------------------------------------------------------

    def _examples(self, operation: Operation, request: Json, variants: list[_Variant]) -> Iterable[Json]:
        """Every documented answer, with the request that it answers; then the requests still not shown."""
        named = {v.example.name: v for v in variants if v.example and v.example.name}
        sent = {id(variants[0]): _as_sent(request)}
        shown = {id(variants[0])}

        def original(variant: _Variant) -> Json:
            if id(variant) not in sent:
                sent[id(variant)] = _as_sent(self._request(operation, variant))
            return sent[id(variant)]

        for response in operation.responses:
            answers = _answers(response)
            for media_type, example in answers:
                variant = named.get(example.name, variants[0]) if example.name else variants[0]
                shown.add(id(variant))
                yield self._example(
                    operation, response, media_type, example, original(variant), len(answers) > 1
                )
        for variant in variants:
            if id(variant) not in shown:
                yield self._request_example(operation, variant, original(variant))

    def _request_example(self, operation: Operation, variant: _Variant, original: Json) -> Json:
        """A further example of the request, with the first success as its answer."""
        assert variant.media_type is not None
        response = next(iter(operation.successes), None) or Response("default", "", (), ())
        media_type, example = _answers(response)[0]
        label = (
            variant.example and (variant.example.summary or variant.example.name)
        ) or variant.media_type.name
        saved = self._example(operation, response, media_type, example, original, False)
        names = (
            *_owner(operation),
            "request",
            variant.media_type.name,
            variant.example.name if variant.example else "",
        )
        return {**saved, "id": self._id(*names), "name": f"Request: {' '.join(label.split())}"}

    def _example(
        self,
        operation: Operation,
        response: Response,
        media_type: MediaType | None,
        example: Example,
        original: Json,
        several: bool,
    ) -> Json:
        code = status_code(response)
        title = status_title(response)
        detail = " ".join(
            (example.summary or example.name or (media_type.name if media_type else "")).split()
        )
        headers = [{"key": "Content-Type", "value": media_type.name}] if media_type else []
        headers += [
            {"key": h.name, "value": escaping.postman_header(header_text(h))} for h in response.headers
        ]
        names = (*_owner(operation), response.status, media_type.name if media_type else "")
        return {
            "id": self._id(*names, example.name),
            "name": f"{title}: {detail}" if several and detail else title,
            "originalRequest": original,
            **({"status": reason(code), "code": code} if code is not None else {}),
            "_postman_previewlanguage": _preview(media_type),
            "header": headers,
            "cookie": [],
            "body": self._text(media_type, example),
        }

    def _text(self, media_type: MediaType | None, example: Example) -> str:
        if media_type is None or media_type.binary or not media_type.examples:
            return ""
        if id(example) not in self._texts:
            self._texts[id(example)] = payloads.shown_text(media_type, example)
        return self._texts[id(example)]


def _owner(operation: Operation) -> tuple[str, ...]:
    """What an operation's ids are made of: what it is, not where it stands."""
    if operation.kind == "path":
        return (operation.method, operation.path)
    return (operation.kind, operation.id)


def _collection_auth(api: Api) -> Credential | None:
    """The authorization that most requests have: they inherit it from the collection."""
    chosen = [c for c in map(requests.native, api.operations) if c is not None]
    if not chosen:
        return None
    count = Counter((c.kind, c.location, c.header, c.variable) for c in chosen)
    key = count.most_common(1)[0][0]
    return next(c for c in chosen if (c.kind, c.location, c.header, c.variable) == key)


def _same(first: Credential, second: Credential) -> bool:
    """Whether two credentials are sent alike: a request asks for scopes, but has the token's."""
    return (first.kind, first.location, first.header, first.variable) == (
        second.kind,
        second.location,
        second.header,
        second.variable,
    )


def _variants(operation: Operation) -> list[_Variant]:
    """Every way to send a request, the best first."""
    if operation.body is None:
        return [_Variant(None, None)]
    found = []
    for media_type in operation.body.content:
        found += [_Variant(media_type, example) for example in media_type.examples or (None,)]
    return found


def _accept(operation: Operation) -> str:
    """The media type of a successful answer: JSON where it is offered."""
    answers = operation.successes or tuple(r for r in operation.responses if r.status == "default")
    names = [part.name for response in answers for part in response.content]
    return next((name for name in names if is_json(name)), names[0] if names else "")


def _as_sent(request: Json) -> Json:
    """The request as it was sent: without what is disabled, and without a word of explanation."""
    url = dict(request["url"])
    for key in url.keys() & {"query", "variable"}:
        url[key] = _sent(url[key])
    if not url.get("query", True):
        del url["query"]
    parts = {"header": _sent(request["header"]), "url": url}
    return {key: parts.get(key, value) for key, value in request.items() if key != "auth"}


def _sent(parameters: list[Json]) -> list[Json]:
    return [{"key": p["key"], "value": p["value"]} for p in parameters if not p.get("disabled")]


_NO_EXAMPLE = Example("")


def _answers(response: Response) -> list[tuple[MediaType | None, Example]]:
    """What there is to show of an answer: each example of each media type that has one, else the status."""
    found: list[tuple[MediaType | None, Example]] = [
        (part, example) for part in response.content for example in part.examples
    ]
    if found:
        return found
    binary = next((part for part in response.content if part.binary), None)
    return [(binary or next(iter(response.content), None), _NO_EXAMPLE)]


def _preview(media_type: MediaType | None) -> str:
    if media_type is None:
        return "text"
    if is_json(media_type.name):
        return "json"
    return "xml" if media_type.markup is not None else "html" if "html" in media_type.name else "text"
