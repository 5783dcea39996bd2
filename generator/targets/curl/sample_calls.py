"""A sample call as the curl pages and the site present it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from generator.escaping.shell import shell_inner, shell_quote
from generator.model.types import Operation, Parameter
from generator.targets.curl import curl_syntax
from generator.targets.curl.calls import Call, path_value
from generator.targets.curl.scripts import method_option
from generator.targets.curl.shell_text import writing
from generator.targets.curl.variables import File, Piece, Variable, capitals, encoded_pieces, pieces
from generator.targets.shared.path_templates import PARAMETER, Route
from generator.targets.shared.payloads import is_json_text, shown_text
from generator.targets.shared.sentences import request_sentence, success_sentence

#: Optional parameters that are shown in pairs, by the beginnings of their names.
_PAIRS = (("from", "to"), ("start", "end"), ("min", "max"), ("since", "until"), ("after", "before"))
#: With more optional parameters than this, they are shown in one form, as far as they fit.
_MOST_FORMS = 6
_LONGEST_FORM = 120


class Notation(msgspec.Struct, frozen=True):
    """How a sample call shows what a reader has to fill in: by default in braces, as in the guides.

    ``variable`` takes the name of a shell variable, and how its value has to be written at that place:
    ``header``, ``url``, ``json``, ``xml``, ``text``, or in curl's own quotes ``quoted``, ``quotedjson`` or
    ``quotedxml``.
    """

    variable: Callable[[str, str], str] = lambda name, _how: "{" + name + "}"
    address: Callable[[str], str] = str
    """Applied to the address of the API."""
    text: Callable[[str], str] = str
    """Applied to all other text, which comes from the description."""


PLAIN = Notation()


class SampleCalls(msgspec.Struct, frozen=True):
    """What is shown of each operation, in the order of the guides."""

    default: str
    """The address of the API."""
    calls: Mapping[str, Call]
    """The calls by operation id."""

    def address(self, operation: Operation) -> str:
        """The address of an operation's server."""
        return operation.servers[0].address() if operation.servers else self.default

    def formats(self, operation: Operation) -> list[str]:
        """The typical forms of the call: with required parameters alone, then with optional ones as well."""
        route = Route.of(operation)
        own = "&".join(name if value is None else f"{name}={value}" for name, value in route.query)
        whole = (route.path or "/") + (f"?{own}" if own else "")
        path = PARAMETER.sub(lambda match: "{" + capitals(match[1]) + "}", whole)
        query = operation.parameters_in("query")
        required = [p for p in query if p.required]
        optional = list(_groups([p for p in query if not p.required]))
        if len(optional) > _MOST_FORMS:
            optional = [_fitting(required, [parameter for group in optional for parameter in group])]
        texts = [_form(form) for form in (required, *([*required, *group] for group in optional))]
        texts = ["{" + capitals(p.name) + "}" for p in operation.parameters_in("querystring")] or texts
        return [f"{operation.method} {path}{'&' if own else '?'}{text}".rstrip("?&") for text in texts]

    def parameters(self, operation: Operation) -> list[tuple[str, Parameter]]:
        """The variables in ``formats``, each with its parameter."""
        kinds = ("path", "query", "querystring")
        found = [parameter for kind in kinds for parameter in operation.parameters_in(kind)]
        return [("{" + capitals(parameter.name) + "}", parameter) for parameter in found]

    def request(self, operation: Operation, notation: Notation = PLAIN, call: Call | None = None) -> str:
        """The sample call for pasting into a shell; ``call`` is another call of the operation, if given."""
        call = call or self.calls[operation.id]
        word = partial(_word, notation)
        address = curl_syntax.address(self.address(operation))
        shown = notation.text(address) if operation.servers else notation.address(notation.text(address))
        target = _inner(notation, tuple(encoded_pieces(_target(call))))
        lines = [f"curl {method_option(call)}", f"'{shell_inner(shown)}{target}'"]
        # curl supports other protocols than HTTP: an address like ``file://…`` would make it read a file.
        lines += [] if curl_syntax.is_web(address) else ["--proto '=http,https'"]
        lines += ["--path-as-is"] if call.has_dot_segments else []
        if call.user:
            user = ":".join(notation.variable(name, "text") for name in call.user)
            lines += [f"{'--digest ' if call.digest else ''}-u {shell_quote(user)}"]
        if call.signed_for:
            scope = ":".join(["aws", "amz", *(value for _, value in call.signed_for)])
            lines += [f"--aws-sigv4 {shell_quote(scope)}"]
        credentials = frozenset(call.credential_headers)
        lines += [
            f"-H {word(_header(header, is_credential=header in credentials))}" for header in call.headers
        ]
        lines += [f"{data.option} {word(data.value)}" for data in call.data]
        lines += ["--data-binary @-"] if call.document else []
        lines += [f"-o {shell_quote(call.output)}"] if call.output else []
        return (f"{writing(call.document, word)} |\n" if call.document else "") + " \\\n  ".join(lines)

    def files(self, operation: Operation) -> list[str]:
        """The placeholders for paths of files in the sample call."""
        return [f"{{{name}}}" for name in self.calls[operation.id].files]

    def sentence(self, operation: Operation) -> str:
        """What the request does, as a sentence; empty if the operation's name doesn't say."""
        return request_sentence(operation)

    def answer(self, operation: Operation) -> dict[str, Any]:
        """The successful response that is shown, with its title, media type and example if there are any."""
        response = next(iter(operation.successes), None)
        if response is None:
            return {"response": None}
        part = response.shown
        binary = next((p for p in response.content if p.binary), None)
        has_payload = bool(response.content) and operation.gets_bodies
        return {
            "response": response,
            "sentence": success_sentence(response, has_payload=has_payload),
            "binary": binary,
            "content": response.content[0].name if response.content and operation.gets_bodies else "",
            "language": "json" if part and is_json_text(part, part.examples[0]) else "text",
            "text": shown_text(part, part.examples[0]) if part else "",
        }


def _target(call: Call) -> str:
    """Path and query. Anything in braces is a variable, since all other braces are encoded."""
    path = "".join(path_value(part) if isinstance(part, Parameter) else part for part in call.path)
    keys = "&".join(f"{name}={{{variable}}}" for name, variable in call.query_credentials)
    return path + call.query + (call.joint + keys if keys else "")


def _header(header: tuple[str, str], *, is_credential: bool) -> tuple[Piece, ...]:
    """A header in pieces. If it carries a credential, anything in braces is a variable."""
    text = curl_syntax.header(*header)
    if is_credential:
        found = encoded_pieces(text)
        return tuple(
            piece._replace(how="header") if isinstance(piece, Variable) else piece for piece in found
        )
    return tuple(pieces(text, "header"))


def _word(notation: Notation, found: Sequence[Piece]) -> str:
    """One shell word, in one pair of quotes."""
    return f"'{_inner(notation, found)}'"


def _inner(notation: Notation, found: Sequence[Piece]) -> str:
    return "".join(shell_inner(_shown(notation, piece)) for piece in found)


def _shown(notation: Notation, piece: Piece) -> str:
    if isinstance(piece, str):
        return notation.text(piece)
    return f"{{{piece.name}}}" if isinstance(piece, File) else notation.variable(*piece)


def _fitting(required: list[Parameter], optional: list[Parameter]) -> list[Parameter]:
    """As many ``optional`` parameters as fit into one form, at least one."""
    count = 1
    while count < len(optional) and len(_form([*required, *optional[: count + 1]])) <= _LONGEST_FORM:
        count += 1
    return optional[:count]


def _form(parameters: list[Parameter]) -> str:
    pairs = [f"{parameter.name}={{{capitals(parameter.name)}}}" for parameter in parameters]
    return "&".join(pairs)


def _groups(parameters: list[Parameter]) -> Iterator[list[Parameter]]:
    """Each optional parameter on its own, except that the two ends of a range are together."""
    rest = {parameter.name: parameter for parameter in parameters}
    for parameter in parameters:
        if rest.pop(parameter.name, None) is None:
            continue
        group = [parameter]
        for low, high in _PAIRS:
            if parameter.name.lower().startswith(low):
                partner = high + parameter.name[len(low) :]
                other = next((name for name in rest if name.lower() == partner.lower()), None)
                group += [rest.pop(other)] if other else []
        yield group
