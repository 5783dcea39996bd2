"""Requests that a server must refuse: the sample request with one thing wrong.

What can be wrong follows from the description: credentials, an unknown id in the path, a missing parameter or
body, the body's syntax and media type, and every constraint of a schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from generator.auth import profiles
from generator.model.context import Context
from generator.model.media.media_types import essence, is_json, is_multipart
from generator.model.parameters import Node, is_token, is_written_by_clients
from generator.model.samples.scalars import other
from generator.model.schemas.direction import Direction
from generator.model.schemas.quick_checks import NOTHING
from generator.model.types import Breach, Credential, MediaType, Parameter, RequestBody, Variation
from generator.model.variations import wire_readings
from generator.model.variations.of_schema import Demands
from generator.reading.json_pointer import pointer, pointer_of
from generator.reading.lenient import mapping, members, sequence

#: Media types for a body that is sent as the wrong type: the first that the operation doesn't accept.
_OTHER_TYPES = ("text/plain", "application/xml", "application/json")
_NIL = "00000000-0000-4000-8000-000000000000"
#: Header parameters whose definitions are ignored, since bodies, responses and security schemes define their
#: values. OpenAPI 3.1.1, section 4.8.12.2.
_IGNORED = frozenset(("accept", "content-type", "authorization"))


class OperationParts(NamedTuple):
    """An operation in the description, and what was read from it."""

    node: Mapping[str, Any]
    at: str
    method: str
    nodes: Sequence[Node]
    parameters: Sequence[Parameter]
    body: RequestBody | None
    credentials: Sequence[Credential]


def variations(context: Context, source: OperationParts) -> tuple[Variation, ...]:
    """The requests that a server must refuse, for their credentials, parameters or body.

    If the body contains a file, which a person has to choose, there are only those without credentials, with
    wrong ones, and without a body.
    """
    context.share_of_one()
    found = list(_of_credentials(context, source))
    body = source.body
    if body is None or not body.has_files:
        for parameter in source.parameters:
            found += _of_parameter(context, source, parameter)
    if body is not None:
        found += _of_body(context, source, body)
    context.checker.release()
    return tuple(found)


# --- Credentials ----------------------------------------------------------------------------------------


def _of_credentials(context: Context, source: OperationParts) -> Iterator[Variation]:
    """Requests without each required credential, and with a wrong one. OpenAPI 3.1.1, section 4.8.30."""
    for credential in source.credentials:
        if credential.kind == "other" or not credential.variable or credential.optional:
            continue
        if not _is_needed(context, source, credential):
            continue
        place = _place(context, source, credential)
        kind, without, wrong = kind_of(credential), *_words(credential)
        yield Variation(kind, place, without)
        yield Variation(kind, place, wrong, ("wrong",))


def _place(context: Context, source: OperationParts, credential: Credential) -> Breach:
    elsewhere = "" if credential.location == "header" else credential.location
    at = _scheme_at(context, source, credential)
    return Breach("security", credential.header, at, "security", elsewhere)


def _is_needed(context: Context, source: OperationParts, credential: Credential) -> bool:
    """Whether the other credentials alone are not sufficient, according to the description."""
    header = _header(source, credential)
    if header is not None and header.node.get("required") is True:
        return True
    given = source.node.get("security", context.document.root.get("security"))
    others = {each.scheme for each in source.credentials if each is not credential}
    alternatives = [set(mapping(alternative)) for alternative in sequence(given)]
    return bool(alternatives) and not any(alternative <= others for alternative in alternatives)


def _header(source: OperationParts, credential: Credential) -> Node | None:
    """The header parameter as which a credential is declared, if it is."""
    if credential.location != "header":
        return None
    name = credential.header.lower()
    return next((n for n in source.nodes if n.location == "header" and n.name.lower() == name), None)


def _scheme_at(context: Context, source: OperationParts, credential: Credential) -> str:
    schemes = mapping(mapping(context.document.root.get("components")).get("securitySchemes"))
    header = _header(source, credential)
    if credential.scheme not in schemes and header is not None:
        return header.home
    return pointer("components", "securitySchemes", credential.scheme)


def kind_of(credential: Credential) -> str:
    """The kind of its variations: ``organization``, ``token`` in ``Authorization``, otherwise ``key``."""
    if credential.header.lower() in profiles.KNOWN.organizations:
        return "organization"
    return "token" if credential.authorizes else "key"


def _words(credential: Credential) -> tuple[str, str]:
    """Names for a request without a credential, and for one with a wrong credential."""
    if kind_of(credential) == "organization":
        return "no organization", "a foreign organization"
    if credential.kind in ("bearer", "oauth2"):
        return "no access token", "a wrong access token"
    if credential.kind == "awsv4":
        return "no signature", "a signature by a wrong key"
    if credential.kind in ("basic", "digest"):
        return "no user and password", "a wrong password"
    if credential.authorizes:
        return "no authorization", "a wrong authorization"
    return f"no API key in {credential.header}", f"a wrong API key in {credential.header}"


# --- Parameters -----------------------------------------------------------------------------------------


def _of_parameter(context: Context, source: OperationParts, parameter: Parameter) -> Iterator[Variation]:
    node = next((n for n in source.nodes if (n.location, n.name) == _key(parameter)), None)
    if parameter.location == "querystring" or not _is_ours(parameter):
        return
    if parameter.location == "path":
        yield from _unknown(context, source, parameter, node.home if node else source.at)
    elif parameter.required and node:
        place = Breach(parameter.location, parameter.name, node.home + pointer("required"), "required")
        yield Variation("missing", place, f"without {_called(parameter)}")
    if node and (parameter.required or parameter.sample != ""):
        demands = Demands(context, parameter.location, parameter.schema, _readings(context, parameter))
        yield from demands.variations(_schema_at(node), parameter.sample, parameter.name, _called(parameter))


def _key(parameter: Parameter) -> tuple[str, str]:
    return (parameter.location, parameter.name)


def _is_ours(parameter: Parameter) -> bool:
    """Whether the description constrains its value: not that of a header which clients or OpenAPI define."""
    if parameter.location != "header":
        return True
    name = parameter.name
    return is_token(name) and not is_written_by_clients(name) and name.lower() not in _IGNORED


def _called(parameter: Parameter) -> str:
    return (
        f"{parameter.location} {parameter.name}"
        if parameter.location in ("header", "cookie")
        else parameter.name
    )


def _schema_at(node: Node) -> str:
    if "schema" in node.node:
        return node.home + pointer("schema")
    name = next((name for name, _ in members(node.node.get("content"))), "")
    return node.home + pointer("content", name, "schema")


def _readings(context: Context, parameter: Parameter) -> Any:
    """A function that yields how a server may read a parameter; ``None`` if it is sent as ``content``."""
    if parameter.media_type:
        return None
    lists = "array" in context.schemas.types(parameter.schema)

    def readings(value: Any) -> Iterator[Any]:
        if parameter.location in ("header", "cookie") and not wire_readings.fits_header(value):
            return iter(())
        if parameter.location == "path" and not wire_readings.fits_segment(value):
            return iter(())
        return wire_readings.readings(value, lists=lists)

    return readings


def _unknown(context: Context, source: OperationParts, parameter: Parameter, at: str) -> Iterator[Variation]:
    """A valid id that doesn't exist. PUT may create the resource that it names (RFC 9110, section 9.3.4)."""
    documented = mapping(context.document.follow(source.node.get("responses")))
    merged = context.schemas.merged(parameter.schema)
    is_choice = "enum" in merged or "const" in merged or "boolean" in context.schemas.types(parameter.schema)
    if is_choice or (source.method.upper() == "PUT" and "404" not in documented):
        return
    for value in _ids(context, parameter):
        if value != parameter.sample and context.checker.accepts(value, parameter.schema):
            place = Breach("path", parameter.name, at, "unknown")
            yield Variation("unknown", place, f"{parameter.name}: {value} is unknown", (value,))
            return


def _ids(context: Context, parameter: Parameter) -> Iterator[Any]:
    """Values that are unlikely to be ids of anything."""
    sample = parameter.sample
    if isinstance(sample, int | float) and not isinstance(sample, bool):
        yield from (999_999_999, 999_999, 9_999, 99, sample + 1)
    elif isinstance(sample, str):
        if len(sample) == len(_NIL) and sample.count("-") == _NIL.count("-"):
            yield _NIL
        yield from ("unknown", "000000", "0" * len(sample), f"unknown-{sample}")
        yield from (other(sample, count) for count in (7, 1))
        made = context.samples.of_type(
            "string", context.schemas.merged(parameter.schema), "unknown", Direction.REQUEST
        )
        yield from (value for value in made if value is not NOTHING)


# --- Body -----------------------------------------------------------------------------------------------


def _body_at(context: Context, source: OperationParts) -> str:
    """The JSON pointer of the request body itself, after following references."""
    at, node, seen = source.at + pointer("requestBody"), source.node.get("requestBody"), set()
    while isinstance(reference := mapping(node).get("$ref"), str) and reference not in seen:
        seen.add(reference)
        at, node = pointer_of(reference), context.document.references.resolve(reference)
    return at


def _of_body(context: Context, source: OperationParts, body: RequestBody) -> Iterator[Variation]:
    at = _body_at(context, source)
    if body.required:
        yield Variation("missing", Breach("body", "", at + pointer("required"), "required"), "without a body")
    if body.has_files:
        return
    sent = body.content[0]
    examples = [example for example in sent.examples if not example.serialized][:1]
    for example in examples:
        yield from _media_type(context, source, sent, example.value, at)
        if is_json(sent.name) and not sent.sequence:
            place = Breach("body", "", at + pointer("content"), "syntax")
            yield Variation("syntax", place, "a body that is not JSON", ("{",), serialized=True)
            demands = Demands(context, "body", sent.schema)
        elif sent.parts and isinstance(example.value, dict):
            demands = Demands(context, "body", sent.schema, wire_readings.readings, deepest=2)
        else:
            return
        own = source.at + pointer("requestBody")
        where = at + sent.at.removeprefix(own) + pointer("schema")
        yield from demands.variations(where, example.value, "", "")


def _media_type(
    context: Context, source: OperationParts, sent: MediaType, value: Any, at: str
) -> Iterator[Variation]:
    """The same body with a media type that the operation doesn't accept."""
    node = mapping(context.document.follow(source.node.get("requestBody")))
    taken = [essence(name) for name, _ in members(node.get("content"))]
    if is_multipart(sent.name):
        return
    for name in _OTHER_TYPES:
        if not any(each in (name, "*/*", f"{name.split('/')[0]}/*") for each in taken):
            place = Breach("body", "", at + pointer("content"), "content")
            yield Variation("media-type", place, f"Content-Type: {name}", (value,), media_type=name)
            return
