"""The collection in Postman's format 2.1.0.

https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator import escaping
from generator.auth import ims
from generator.model import Api
from generator.model.api import Example, MediaType, Operation, Parameter, Response
from generator.model.bodies import is_json
from generator.settings import Settings
from generator.targets import templating
from generator.targets.folders import Folder, folders
from generator.targets.ids import stable_id
from generator.targets.wording import (
    documented_success,
    explained,
    parameter_text,
    reason,
    status_code,
    status_title,
)

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
Json = dict[str, Any]


def render(api: Api, settings: Settings) -> dict[str, str]:
    """``<name>.postman_collection.json``."""
    stem = escaping.file_stem(api.name)
    text = escaping.json_text(_Collection(api, settings).collection()) + "\n"
    return {f"{stem}.postman_collection.json": text}


def path_variables(api: Api) -> dict[str, str]:
    """The Postman variable of each path parameter, with the sample value of its first use."""
    found: dict[str, str] = {}
    for operation in api.operations:
        for parameter in operation.parameters_in("path"):
            found.setdefault(parameter.name, escaping.postman_path(parameter_text(parameter)))
    return found


class _Collection:
    """One collection. The class only spares passing ``settings`` to every part."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings

    def _id(self, *names: str) -> str:
        return stable_id(self._settings.project_id, "postman", *names)

    def collection(self) -> Json:
        """The whole file."""
        secured = any(operation.credentials for operation in self._api.operations)
        return {
            "info": {
                "_postman_id": self._id("collection"),
                "name": self._settings.collection_name,
                "description": self._description(),
                "schema": SCHEMA,
            },
            "item": self._items(folders(self._api, self._settings.folders)),
            **({"auth": _bearer()} if secured else {}),
            "event": self._events(),
            "variable": [
                {"key": key, "value": value, "type": "string"} for key, value in self._variables().items()
            ],
        }

    def _description(self) -> str:
        return templating.render(
            "postman/collection.md.j2",
            api=self._api,
            environments=self._settings.environments,
            profile=self._settings.profile,
            writes=[operation for operation in self._api.operations if operation.writes],
        ).strip()

    def _variables(self) -> dict[str, str]:
        """What a request needs even with an environment that Developer Console made."""
        address = self._settings.environments[0].base_url if self._settings.environments else ""
        base = {"baseUrl": address or self._api.servers[0].address()}
        return {**base, **path_variables(self._api), "ALLOW_WRITES": "false"}

    def _events(self) -> list[Json]:
        values: Json = {
            "credentials": ims.CREDENTIALS,
            "token_path": ims.TOKEN_PATH,
            "guard_writes": True,
            "token": self._settings.profile == ims.PROFILE,
        }
        scripts = {
            "prerequest": templating.render("scripts/prerequest.js.j2", **values),
            "test": templating.render("scripts/answers.js.j2", **values),
        }
        return [self._event(name, text, "collection") for name, text in scripts.items() if text.strip()]

    def _event(self, name: str, text: str, *owner: str) -> Json:
        return {
            "listen": name,
            "script": {
                "id": self._id(*owner, name),
                "type": "text/javascript",
                "exec": text.strip("\n").split("\n"),
            },
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
        owner = (operation.method, operation.path)
        script = templating.render(
            "scripts/status.js.j2",
            title=f"Status is {documented_success(operation)}",
            codes=[code for code in map(status_code, operation.successes) if code is not None],
            classes=[response.status[0] for response in operation.successes if not response.status.isdigit()],
        )
        return {
            "id": self._id(*owner),
            "name": operation.name,
            **({"event": [self._event("test", script, *owner)]} if operation.successes else {}),
            "request": self._request(operation),
            "response": list(self._examples(operation)),
        }

    def _request(self, operation: Operation) -> Json:
        bearer = any(c.header.lower() == "authorization" for c in operation.credentials)
        inherits = bearer or not any(o.credentials for o in self._api.operations)
        return {
            **({} if inherits else {"auth": {"type": "noauth"}}),
            "method": operation.method,
            "header": self._headers(operation),
            **({"body": body} if (body := _body(operation)) else {}),
            "url": _url(operation),
            "description": self._operation_description(operation),
        }

    def _original_request(self, operation: Operation) -> Json:
        """The request as it was sent: without what is disabled, and without a word of explanation."""
        request = self._request(operation)
        url = dict(request["url"])
        for key in url.keys() & {"query", "variable"}:
            url[key] = _sent(url[key])
        parts = {"header": _sent(request["header"]), "url": url}
        return {
            key: parts.get(key, value) for key, value in request.items() if key not in ("auth", "description")
        }

    def _operation_description(self, operation: Operation) -> str:
        parts = [
            "**Deprecated.**" if operation.deprecated else "",
            escaping.markdown_block(operation.description),
        ]
        if operation.writes:
            parts.append(
                "**This request writes.** It is sent only while the variable `ALLOW_WRITES` is `true`."
            )
        return "\n\n".join(part for part in parts if part)

    def _headers(self, operation: Operation) -> list[Json]:
        headers = []
        body = operation.body.content[0].name if operation.body else None
        declared = {p.name.lower() for p in operation.parameters_in("header")}
        if body and "content-type" not in declared:
            headers.append({"key": "Content-Type", "value": body})
        headers += [
            {"key": c.header, "value": escaping.postman_variable(c.variable)}
            for c in operation.credentials
            if c.header.lower() != "authorization"
        ]
        headers += [_parameter(p, escaping.postman_header) for p in operation.parameters_in("header")]
        return headers

    def _examples(self, operation: Operation) -> Iterable[Json]:
        for response in operation.responses:
            for media_type, example in _answers(response):
                yield self._example(operation, response, media_type, example)

    def _example(
        self, operation: Operation, response: Response, media_type: MediaType | None, example: Example
    ) -> Json:
        code = status_code(response)
        title = status_title(response)
        several = sum(1 for _ in _answers(response)) > 1
        detail = example.summary or example.name or (media_type.name if media_type else "")
        headers = [{"key": "Content-Type", "value": media_type.name}] if media_type else []
        headers += [
            {"key": h.name, "value": escaping.postman_header(parameter_text(h))} for h in response.headers
        ]
        names = (operation.method, operation.path, response.status, media_type.name if media_type else "")
        return {
            "id": self._id(*names, example.name),
            "name": f"{title}: {detail}" if several and detail else title,
            "originalRequest": self._original_request(operation),
            **({"status": reason(code), "code": code} if code is not None else {}),
            "_postman_previewlanguage": "json" if media_type and is_json(media_type.name) else "text",
            "header": headers,
            "cookie": [],
            "body": _example_body(media_type, example),
        }


def _bearer() -> Json:
    token = escaping.postman_variable("ACCESS_TOKEN")
    return {"type": "bearer", "bearer": [{"key": "token", "value": token, "type": "string"}]}


def _answers(response: Response) -> Iterable[tuple[MediaType | None, Example]]:
    """What there is to show of an answer: each example of each media type that has one, else the status."""
    found = [(part, example) for part in response.content for example in part.examples]
    if found:
        return found
    binary = next((part for part in response.content if part.binary), None)
    return [(binary or next(iter(response.content), None), Example(""))]


def _example_body(media_type: MediaType | None, example: Example) -> str:
    if media_type is None or media_type.binary:
        return ""
    if isinstance(example.value, str) and not is_json(media_type.name):
        return example.value
    return escaping.json_text(example.value) if media_type.examples else ""


def _body(operation: Operation) -> Json | None:
    if operation.body is None:
        return None
    media_type = operation.body.content[0]
    if not media_type.examples:
        return {"mode": "file", "file": {}} if media_type.binary else None
    value = media_type.examples[0].value
    if media_type.name == "application/x-www-form-urlencoded" and isinstance(value, dict):
        fields = [{"key": k, "value": escaping.postman_text(_form_text(v))} for k, v in value.items()]
        return {"mode": "urlencoded", "urlencoded": fields}
    if media_type.name == "multipart/form-data" and isinstance(value, dict):
        fields = [
            {"key": k, "value": escaping.postman_text(_form_text(v)), "type": "text"}
            for k, v in value.items()
        ]
        return {"mode": "formdata", "formdata": fields}
    if isinstance(value, str) and not is_json(media_type.name):
        return {"mode": "raw", "raw": escaping.postman_text(value)}
    return {
        "mode": "raw",
        "raw": escaping.postman_json(value),
        "options": {"raw": {"language": "json"}},
    }


def _form_text(value: Any) -> str:
    return value if isinstance(value, str) else escaping.json_text(value)


def _parameter(parameter: Parameter, encode: Any) -> Json:
    return {
        "key": parameter.name,
        "value": encode(parameter_text(parameter)),
        "description": explained(
            escaping.markdown_block(parameter.description), parameter.facts, deprecated=parameter.deprecated
        ),
        **({} if parameter.required else {"disabled": True}),
    }


def _sent(parameters: list[Json]) -> list[Json]:
    return [{"key": p["key"], "value": p["value"]} for p in parameters if not p.get("disabled")]


def _url(operation: Operation) -> Json:
    path = operation.path
    for parameter in operation.parameters_in("path"):
        path = path.replace("{" + parameter.name + "}", ":" + parameter.name)
    segments = path.strip("/").split("/") if path.strip("/") else []
    query = [_parameter(p, escaping.postman_query) for p in operation.parameters_in("query")]
    sent = "&".join(f"{part['key']}={part['value']}" for part in query if not part.get("disabled"))
    variables = [
        {
            **_parameter(p, escaping.postman_path),
            "value": escaping.postman_variable(p.name),
        }
        for p in operation.parameters_in("path")
    ]
    return {
        "raw": "/".join(["{{baseUrl}}", *segments]) + (f"?{sent}" if sent else ""),
        "host": ["{{baseUrl}}"],
        "path": segments,
        **({"query": query} if query else {}),
        **({"variable": variables} if variables else {}),
    }
