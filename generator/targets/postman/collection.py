"""A collection as a structure of Postman's format 2.1.0, from which both formats are written.

https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from generator.auth import profiles
from generator.escaping import csv_text
from generator.escaping.markup.lines import markdown_block, markdown_sentence
from generator.escaping.markup.spans import markdown_code
from generator.escaping.postman import postman_name, postman_text, postman_variable
from generator.model import Api
from generator.model.responses import accepted
from generator.model.types import Credential, Operation, Parameter
from generator.project.settings import Settings
from generator.targets.postman import data_files, requests
from generator.targets.postman.formats import FORMAT_2, Format
from generator.targets.postman.ids import stable_id
from generator.targets.postman.ordering import ordered
from generator.targets.postman.requests import Json, owner_of, same_credential
from generator.targets.postman.saved_examples import SavedExamples, Variant, variants
from generator.targets.postman.scripts import paging, request_guards
from generator.targets.postman.scripts.links import Chains
from generator.targets.postman.scripts.request_tests import RequestTests
from generator.targets.postman.scripts.response_checks import ResponseChecks
from generator.targets.shared import access_notes, payloads, templating, token_exchanges
from generator.targets.shared.folders import Folder, folders
from generator.targets.shared.guards import ALLOW_WRITES, Emptied, Guards
from generator.targets.shared.variables import BASE_URL, Variables
from generator.texts import Items

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


class Collection:
    """A collection. It is a class so that ``settings`` needn't be passed to every function."""

    _are_variations = False
    """Whether its requests are meant to be rejected, so that they are not sent to just any server."""

    def __init__(self, api: Api, settings: Settings, form: Format = FORMAT_2) -> None:
        self._api = api
        self._settings = settings
        self._form = form
        self._variables = Variables.of(api)
        self._auth = _collection_auth(api)
        self._inherited = requests.auth(self._auth) if self._auth and form.inherits_auth else None
        self._tokens = token_exchanges.tokens(api, settings)
        self._guards = Guards.of(api, settings)
        self._emptied = Emptied.of(api, settings, self._variables)
        self._chains = Chains(api, self._variables)
        self._checks = ResponseChecks(api, settings, self._checked())
        self._tests = RequestTests(self._checks, self._chains, paging=settings.tests.paging)
        self._saved = SavedExamples(self._id, self._request)

    def _id(self, *names: str) -> str:
        return stable_id(self._settings.project_id, "postman", *names)

    def structure(self) -> Json:
        """The whole collection. Its items are created during iteration."""
        return {
            "info": {
                "_postman_id": self._id("collection"),
                "name": self._settings.collection_name,
                "description": self._description(),
                "schema": SCHEMA,
            },
            "item": self._items(ordered(folders(self._api, self._settings.folders), self._api)),
            **({"auth": self._inherited} if self._inherited else {}),
            "event": self._events(),
            "variable": [
                {"key": key, "value": value, "type": "string"}
                for key, value in self._collection_variables().items()
            ],
        }

    def _description(self) -> str:
        return templating.render(
            "postman/collection.md.j2",
            api=self._api,
            environments=self._settings.environments,
            further=self._settings.further,
            profile=self._settings.profile,
            notes=access_notes.notes(self._api, self._tokens, self._settings.profile.variables),
            writes=[each for each in self._api.operations if self._guards.writes and each.writes],
            guards=self._guards,
        ).strip()

    def _collection_variables(self) -> dict[str, str]:
        """The variables that requests need even with an environment that isn't ours."""
        address = self._settings.environments[0].base_url if self._settings.environments else ""
        found = {BASE_URL: address or self._api.servers[0].address()}
        found |= {name: server.address() for name, server in self._variables.addresses.items()}
        allowed = {ALLOW_WRITES: "false"} if self._guards.writes else {}
        return {**found, **self._variables.path, **self._chains.lists(), **self._variables.bodies, **allowed}

    def _checked(self) -> tuple[Operation, ...]:
        """The operations with the responses that the collection's tests check."""
        return self._api.operations

    def _events(self) -> list[Json]:
        inherited = self._auth.variable if self._auth and self._inherited else ""
        operations = self._api.operations
        values: Json = {
            "guards": self._guards,
            "emptied": self._emptied,
            "skips": self._form.skips_in_requests,
            "variations": self._are_variations,
            **profiles.KNOWN.flags(self._settings.profile),
            "tokens": self._tokens,
            "files": any(op.body is not None and op.body.has_files for op in operations),
            "rows": any(map(self._is_sent_by_rows, operations)),
            "grown": self._grows(),
            "body_prefix": data_files.PREFIX,
            "csv": csv_text,
            "inherited": inherited and postman_variable(inherited),
        }
        before = templating.render("scripts/prerequest.js.j2", **values)
        scripts = {"prerequest": before.strip("\n").split("\n"), "test": self._test_script(values)}
        return [self._event(name, lines, "collection") for name, lines in scripts.items() if lines]

    def _test_script(self, values: Json) -> list[str]:
        """The test script of the collection; none if its requests have none and carry no tokens."""
        operations = self._api.operations
        documented = self._checks.shared()
        kept = not self._are_variations and any(map(self._chains.calls, operations))
        paged = self._settings.tests.paging and any(map(paging.call, operations))
        if not (documented or kept or paged or self._are_variations or self._tokens):
            return []
        schemas = self._checks.schemas() if documented else []
        text = templating.render(
            "scripts/tests.js.j2",
            **values,
            **(documented or {}),
            documented=bool(documented),
            kept=kept,
            samples=self._chains.samples() if kept else {},
            paged=paged,
            schemas=schemas,
        )
        return [*text.strip("\n").split("\n"), *schemas]

    def _is_sent_by_rows(self, operation: Operation) -> bool:
        return operation.id in self._settings.data and data_files.takes_rows(operation)

    def _grows(self) -> bool:
        """Whether a request's script makes its body longer."""
        return False

    def _is_guarded(self, operation: Operation) -> bool:
        """Whether the request must not leave its collection without its guards."""
        return bool(operation.credentials) or (self._guards.writes and operation.writes)

    def _guard(self, operation: Operation, step: request_guards.Step | None = None) -> list[str]:
        """The pre-request script of a request."""
        carried = (name for c in operation.credentials for name in (c.variable, c.username) if name)
        guarded = self._is_guarded(operation)
        return request_guards.script(operation, list(dict.fromkeys(carried)), guarded=guarded, step=step)

    def _event(self, name: str, lines: list[str], *owner: str) -> Json:
        return {
            "listen": name,
            "script": {"id": self._id(*owner, name), "type": "text/javascript", "exec": lines},
        }

    def _items(self, parts: Sequence[Folder | Operation]) -> Items:
        return Items(lambda: (self._folder(p) if isinstance(p, Folder) else self._item(p) for p in parts))

    def _folder(self, folder: Folder) -> Json:
        return {
            "id": self._id("folder", *folder.path),
            "name": folder.name,
            "description": markdown_block(folder.description),
            "item": self._items(folder.items),
        }

    def _item(self, operation: Operation) -> Json:
        owner = owner_of(operation)
        sent_by_rows = self._is_sent_by_rows(operation)
        step = data_files.step(operation, self._api, self._settings) if sent_by_rows else None
        scripts = {"prerequest": self._guard(operation, step), "test": self._tests.script(operation)}
        event = [self._event(name, lines, *owner) for name, lines in scripts.items() if lines]
        request = self._request(operation, variants(operation)[0])
        # (Rows of a data file modify the body as it is written here.)
        linked = "" if sent_by_rows else self._variables.of_body(operation)
        body = {"body": payloads.json_variable(linked)} if linked else {}
        return {
            "id": self._id(*owner),
            "name": postman_name(operation.name),
            **({"event": event} if event else {}),
            **self._behavior(operation),
            "request": {**request, **body, "description": self._operation_description(operation)},
            "response": list(self._saved.of(operation, owner, request)),
        }

    def _request(self, operation: Operation, variant: Variant, literal: bool = False) -> Json:
        chosen = self._native(operation)
        beside = list(requests.beside(operation, chosen))
        accept = next(iter(accepted(operation.responses)), "")
        body = payloads.body(variant.media_type, variant.example) if variant.media_type else None
        return {
            **self._own_auth(chosen),
            "method": postman_text(operation.method),
            "header": requests.headers(
                operation, variant.media_type, accept, beside, self._variables, literal=literal
            ),
            **({"body": body} if body else {}),
            "url": requests.url(operation, self._variables, beside, literal=literal),
        }

    def _behavior(self, operation: Operation) -> Json:
        """How the runtime sends a request. (On collections in format 3, the Postman CLI ignores this.)"""
        kept = {"disableBodyPruning": True} if payloads.keeps_body(operation) else {}
        stay = {"followRedirects": False} if self._settings.guards.redirects else {}
        return {"protocolProfileBehavior": {**kept, **stay}} if kept or stay else {}

    def _native(self, operation: Operation) -> Credential | None:
        """The credential for the *Authorization* tab."""
        return requests.native(operation)

    def _own_auth(self, chosen: Credential | None) -> Json:
        """A request's ``auth`` if it differs from the collection's."""
        if self._auth is None or (self._inherited and chosen and same_credential(chosen, self._auth)):
            return {}
        return {"auth": requests.auth(chosen) if chosen else {"type": "noauth"}}

    def _operation_description(self, operation: Operation) -> str:
        inline = requests.inline_parameters(operation)
        parts = [
            "**Deprecated.**" if operation.deprecated else "",
            markdown_block(operation.description),
            "\n".join(self._inline_line(operation, parameter) for parameter in inline),
            "\n\n".join(c.note for c in operation.credentials if c.note and c.kind == "other"),
        ]
        if operation.kind != "path":
            receiver = markdown_code(self._variables.base(operation))
            parts.append(
                f"A {operation.kind}: the API sends this request to an address that you give it. "
                f"Here it goes to what the variable {receiver} says."
            )
        if len(operation.servers) > 1:
            others = ", ".join(markdown_code(server.address()) for server in operation.servers[1:])
            parts.append(f"It is also served at {others}.")
        parts += self._chains.sentences(operation)
        if self._guards.writes and operation.writes:
            parts.append(
                "**This request writes.** It is sent only while the variable `ALLOW_WRITES` is `true`."
            )
        return "\n\n".join(part for part in parts if part)

    def _inline_line(self, operation: Operation, parameter: Parameter) -> str:
        variable = markdown_code(self._variables.of_path(operation, parameter.name))
        text = markdown_sentence(parameter.description)
        return f"- {variable} (a variable, in the path){': ' + text if text else ''}"


def _collection_auth(api: Api) -> Credential | None:
    """The credential that most requests have, which they inherit from the collection."""
    chosen = [c for c in map(requests.native, api.operations) if c is not None]
    if not chosen:
        return None
    count = Counter((c.kind, c.location, c.header, c.variable) for c in chosen)
    key = count.most_common(1)[0][0]
    return next(c for c in chosen if (c.kind, c.location, c.header, c.variable) == key)
