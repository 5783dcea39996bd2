"""The second collection: requests that servers must reject, in a folder for each operation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, zip_longest
from typing import Any

import msgspec

from generator.auth import profiles
from generator.escaping.javascript import literal
from generator.escaping.markup.spans import markdown_code, markdown_text
from generator.escaping.placeholders import variables_in
from generator.escaping.postman import postman_name
from generator.escaping.shell import shell_comment
from generator.model import Api
from generator.model.schemas.facts import Facts
from generator.model.types import Breach, Credential, Example, Operation, Parameter, Response, Variation
from generator.model.variations.of_schema import is_cut
from generator.model.variations.varied_requests import kind_of
from generator.project.settings import Settings
from generator.project.settings import Variations as Wanted
from generator.targets.postman.collection import Collection
from generator.targets.postman.formats import FORMAT_2, Format
from generator.targets.postman.ids import stable_id
from generator.targets.postman.requests import Json, owner_of, same_credential
from generator.targets.postman.saved_examples import Variant, variants
from generator.targets.postman.scripts import request_tests
from generator.targets.postman.scripts.expected_refusal import Refusal, refusal
from generator.targets.postman.scripts.request_guards import Step
from generator.targets.postman.scripts.request_tests import RequestTests
from generator.targets.shared import payloads, templating
from generator.texts import Items

#: The variable that allows sending these requests to other hosts than this machine.
ALLOW_VARIATIONS = "ALLOW_VARIATIONS"
_WRONG = "WRONG_"
_WRONG_TOKEN = {"token": "not-a-token"}


def collection(api: Api, settings: Settings, form: Format = FORMAT_2) -> Json | None:
    """The collection, or ``None`` if it isn't wanted or there are no variations."""
    wanted = settings.variations
    if wanted is None or not any(chosen(_every(operation), wanted) for operation in api.operations):
        return None
    return VariationCollection(api, settings, wanted, form).structure()


def _every(operation: Operation) -> tuple[Variation, ...]:
    """All variations of an operation; none of webhooks and callbacks, which the API itself sends."""
    return operation.variations() if operation.kind == "path" else ()


def chosen(every: tuple[Variation, ...], wanted: Wanted) -> tuple[Variation, ...]:
    """The variations of the kinds that are wanted. If their number is limited, kinds take turns."""
    found = [each for each in every if each.kind in wanted.kinds]
    if not wanted.limit or len(found) <= wanted.limit:
        return tuple(found)
    by_kind: dict[str, list[int]] = {}
    for index, each in enumerate(found):
        by_kind.setdefault(each.kind, []).append(index)
    turns = [index for turn in zip_longest(*by_kind.values()) for index in turn if index is not None]
    return tuple(found[index] for index in sorted(turns[: wanted.limit]))


class VariationCollection(Collection):
    """A collection of requests that servers must reject. They are built like all others."""

    _are_variations = True

    def __init__(self, api: Api, settings: Settings, wanted: Wanted, form: Format) -> None:
        # Responses are rejections: the test for a successful status doesn't apply, and there is no next page.
        tests = msgspec.structs.replace(settings.tests, status="off", paging=False)
        self._wanted = wanted
        super().__init__(api, msgspec.structs.replace(settings, tests=tests), form)
        self._variables = self._variables.unlinked()
        self._tests = RequestTests(self._checks, self._chains, paging=False)

    def _id(self, *names: str) -> str:
        return stable_id(self._settings.project_id, "variations", *names)

    def structure(self) -> Json:
        """The whole collection. Its items are created during iteration."""
        whole = super().structure()
        name = f"{self._settings.collection_name} - variations"
        return {**whole, "info": {**whole["info"], "name": name}, "item": Items(self._folders)}

    def _description(self) -> str:
        return templating.render(
            "postman/variations.md.j2",
            api=self._api,
            collection=self._settings.collection_name,
            guards=self._guards,
        ).strip()

    def _collection_variables(self) -> dict[str, str]:
        credentials = chain.from_iterable(operation.credentials for operation in self._api.operations)
        wrong = {
            _WRONG + each.variable: {**profiles.KNOWN.wrong, **_WRONG_TOKEN}.get(kind_of(each), "not-a-key")
            for each in credentials
            if each.variable and kind_of(each) in self._wanted.kinds
        }
        return {**super()._collection_variables(), **wrong, ALLOW_VARIATIONS: "false"}

    def _checked(self) -> tuple[Operation, ...]:
        """The operations with the rejections that are documented for them."""
        varied = (op for op in self._api.operations if chosen(_every(op), self._wanted))
        return tuple(msgspec.structs.replace(op, responses=_rejections(op)) for op in varied)

    def _grows(self) -> bool:
        found = (each for op in self._api.operations for each in chosen(_every(op), self._wanted))
        return any(each.growth is not None for each in found)

    def _is_sent_by_rows(self, operation: Operation) -> bool:
        del operation
        return False

    def _folders(self) -> Iterator[Json]:
        for operation in self._api.operations:
            every = _every(operation)
            found = chosen(every, self._wanted)
            if found:
                yield self._folder_of(operation, found, is_cut(every))

    def _folder_of(self, operation: Operation, found: tuple[Variation, ...], cut: bool) -> Json:
        owner = owner_of(operation)
        script = request_tests.script(operation, self._checks.call(operation))
        more = " More can be wrong with its body than is tried here." if cut else ""
        return {
            "id": self._id("folder", *owner),
            "name": operation.name,
            "description": f"What must be refused of *{markdown_text(operation.name)}*.{more}",
            **({"event": [self._event("test", script, "folder", *owner)]} if script else {}),
            "item": [
                self._variation(operation, variation, names)
                for variation, names in zip(found, _distinct(map(_names, found)), strict=True)
            ],
        }

    def _native(self, operation: Operation) -> Credential | None:
        """As in the other collection, but nothing replaces a common credential that a variation removed."""
        found = super()._native(operation)
        moved = found and self._auth and not (found.authorizes or same_credential(found, self._auth))
        return None if moved else found

    # --- One request --------------------------------------------------------------------------------------

    def _variation(self, operation: Operation, variation: Variation, names: tuple[str, ...]) -> Json:
        owner = (*owner_of(operation), *names)
        varied, variant = changed(operation, variation)
        expected = refusal(operation, variation, self._settings.profile)
        scripts = {
            "prerequest": self._guard(varied, _growing(variation)),
            "test": request_tests.script(operation, _test(expected, self._token(varied, expected))),
        }
        # With ``literal``, a path has the values that ``changed`` gave its parameters.
        request = self._request(varied, variant, literal=True)
        return {
            "id": self._id(*owner),
            "name": postman_name(" ".join(variation.what.split())),
            "event": [self._event(name, lines, *owner) for name, lines in scripts.items() if lines],
            **self._behavior(varied),
            "request": {**request, "description": _description(variation, expected.words)},
            "response": [],
        }

    def _token(self, varied: Operation, expected: Refusal) -> str:
        """The variable of a valid token that a request carries, if 401 isn't an expected response to it."""
        if expected.takes(401):
            return ""
        fetched = {token.variable for token in self._tokens}
        carried = (c.variable for c in varied.credentials if not c.optional and c.variable in fetched)
        return next(carried, "")


def changed(operation: Operation, variation: Variation) -> tuple[Operation, Variant]:
    """The operation as ``variation`` sends it, and its body: only what is required, and one thing wrong."""
    place, value = variation.place, variation.value
    parameters = operation.parameters
    credentials = operation.credentials
    if place.location == "security":
        wrong = (c for c in credentials if c.header == place.name and c.location == (place.path or "header"))
        instead = {
            id(c): (msgspec.structs.replace(c, variable=_WRONG + c.variable),) if value else () for c in wrong
        }
        credentials = tuple(each for c in credentials for each in instead.get(id(c), (c,)))
    body = operation.body
    if body is not None and (body.has_files or (place.location == "body" and not value)):
        body = None
    varied = msgspec.structs.replace(
        operation,
        parameters=tuple(_parameters(parameters, place, value)),
        credentials=credentials,
        body=body,
    )
    variant = variants(varied)[0]
    return varied, _variant(variant, variation) if place.location == "body" and value else variant


def _parameters(
    parameters: tuple[Parameter, ...], place: Breach, value: tuple[Any, ...]
) -> Iterator[Parameter]:
    """The parameters that are sent: the one at ``place`` only if there is a ``value``, which it has then."""
    for parameter in parameters:
        if (parameter.location, parameter.name) == (place.location, place.name):
            for instead in value:
                yield msgspec.structs.replace(parameter, sample=instead, named={"": instead}, required=True)
        elif parameter.required:
            yield msgspec.structs.replace(parameter, named={}, description="", facts=Facts())


def _variant(variant: Variant, variation: Variation) -> Variant:
    (value,) = variation.value
    assert variant.media_type is not None
    if variation.media_type:
        text = payloads.shown_text(variant.media_type, Example(value))
        media_type = msgspec.structs.replace(variant.media_type, name=variation.media_type, parts={})
        return Variant(media_type, Example(text, serialized=True))
    return Variant(variant.media_type, Example(value, serialized=variation.serialized))


@cache
def _test(expected: Refusal, token: str) -> list[str]:
    """The statement of a test script, of which few differ. ``token`` is what an unexpected 401 is about."""
    options = {
        "words": expected.words,
        **({"codes": list(expected.codes)} if expected.codes else {"others": list(expected.other)}),
        **({"token": token} if token else {}),
    }
    return f"callsheet.expectRefusal(pm, {literal(options, 0, 31)});".split("\n")


def _growing(variation: Variation) -> Step | None:
    """The statement that makes the body of ``variation`` as long as it is sent."""
    growth = variation.growth
    if growth is None:
        return None
    variables = list(variables_in(variation.value[0]))
    options = {
        "at": list(growth.path),
        "to": growth.length,
        **({"variables": variables} if variables else {}),
    }
    comment = f"// The body is shown short and sent long: {shell_comment(variation.what)}."
    call = f"callsheet.growBody(pm, {literal(options, 0, 27)});"
    return Step("growBody", [comment, *call.split("\n")])


def _rejections(operation: Operation) -> tuple[Response, ...]:
    """The documented rejections, without links: no values are kept for other requests."""
    found = (r for r in operation.responses if r.status.startswith("4") or r.status == "default")
    return tuple(msgspec.structs.replace(response, links=()) for response in found)


def _description(variation: Variation, expected: str) -> str:
    at = markdown_code(variation.place.at)
    return f"Wrong: {markdown_text(variation.what)}\n\nExpected: {expected}. In the description: {at}."


def _names(variation: Variation) -> tuple[str, ...]:
    """The names that ids are derived from: place and constraint, independent of order."""
    place = variation.place
    at = re.sub(r"/parameters/\d+", "/parameters", place.at)
    path = re.sub(r"\[\d+\]", "[]", place.path)
    what = (variation.media_type or "instead") if variation.value else "left out"
    return (place.location, place.name, path, at, place.keyword, what)


def _distinct(names: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """``names`` with repeated ones numbered, such as those of items that share a schema."""
    counts: Counter[tuple[str, ...]] = Counter()
    for each in names:
        counts[each] += 1
        yield each if counts[each] == 1 else (*each, str(counts[each]))
