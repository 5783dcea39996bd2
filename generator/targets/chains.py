"""Requests that take values from the answers before them: OpenAPI's links as Postman variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Api
from generator.model.api import Link, LinkParameter, Operation, Parameter, Response
from generator.model.links import EMBEDDED, EXPRESSION, parameter_of
from generator.targets import templating
from generator.targets.javascript import literal
from generator.targets.variables import Variables

_WHOLE = {"url": "sentAddress()", "method": "pm.request.method", "statusCode": "pm.response.code"}


class Kept(NamedTuple):
    """A variable that is set once an answer is there."""

    variable: str
    encoded: bool
    """Whether its value stands in an address."""
    value: str
    """JavaScript that reads it."""
    names: tuple[str, ...]
    """The requests that need it."""


class Chains:
    """What each request of a collection keeps for later ones."""

    def __init__(self, api: Api, variables: Variables) -> None:
        self._operations = {operation.id: operation for operation in api.operations}
        self._variables = variables

    def section(self, operation: Operation) -> list[str]:
        """The lines of an operation's test script that keep values; none where nothing is kept."""
        found = [(response, self._kept(operation, response)) for response in operation.responses]
        answers = [(_condition(operation, response), kept) for response, kept in found if kept]
        if not answers:
            return []
        reads = " ".join(each.value for _, kept in answers for each in kept)
        text = templating.render("scripts/chain.js.j2", answers=answers, reads=reads)
        return text.strip("\n").split("\n")

    def kept(self, operation: Operation) -> tuple[Kept, ...]:
        """Every variable that an answer to ``operation`` sets, each once."""
        found = (kept for response in operation.responses for kept in self._kept(operation, response))
        return tuple({kept.variable: kept for kept in found}.values())

    def _kept(self, operation: Operation, response: Response) -> list[Kept]:
        found: dict[str, Kept] = {}
        for link in response.links:
            target = self._operations.get(link.operation)
            for given in link.parameters if target else ():
                assert target is not None
                parameter = parameter_of(target, given)
                variable = self._variables.of_parameter(target, parameter) if parameter else ""
                value = self._value(operation, given)
                if not variable or parameter is None or value == f"sentPath({literal(variable)})":
                    continue
                names = (*(found[variable].names if variable in found else ()), target.name)
                known = found.get(variable)
                encoded = parameter.location in ("path", "query")
                if known is None or known.value == value:
                    found[variable] = Kept(variable, encoded, value, tuple(dict.fromkeys(names)))
        return list(found.values())

    def _value(self, operation: Operation, given: LinkParameter) -> str:
        """JavaScript that gives the value of a link's parameter."""
        value = given.value
        if not isinstance(value, str):
            return literal(value)
        if value.startswith("$"):
            return self._expression(operation, value)
        parts = EMBEDDED.split(value)
        if len(parts) == 1:
            return literal(value)
        read = [
            self._expression(operation, part) if index % 2 else literal(part)
            for index, part in enumerate(parts)
            if part
        ]
        return f"joined({', '.join(read)})"

    def _expression(self, operation: Operation, expression: str) -> str:
        found = EXPRESSION.fullmatch(expression)
        assert found is not None  # the model keeps no other
        whole, side, _, header, place, name, _, path = found.groups()
        if whole:
            return _WHOLE[whole]
        if header:
            return f"headerOf(pm.{side}, {literal(header)})"
        if place == "path":
            variables = [p for p in operation.parameters_in("path") if p.name == name]
            known = self._variables.of_parameter(operation, variables[0]) if variables else ""
            return f"sentPath({literal(known)})" if known else "undefined"
        if place == "query":
            return f"sentQuery({literal(name)})"
        body = "answerBody()" if side == "response" else "sentBody()"
        return f"at({body}, {literal(path or '')})"


def _condition(operation: Operation, response: Response) -> str:
    """JavaScript that tells whether the answer is ``response``."""
    if response.status.isdigit():
        return f"pm.response.code === {response.status}"
    own = [r.status for r in operation.responses if r.status.isdigit()]
    others = f" && ![{', '.join(own)}].includes(pm.response.code)" if own else ""
    if response.status == "default":
        classes = [r.status[0] for r in operation.responses if r.status.endswith("XX")]
        rest = "".join(f" && String(pm.response.code)[0] !== '{c}'" for c in classes)
        return (others + rest).removeprefix(" && ") or "true"
    return f"String(pm.response.code)[0] === '{response.status[0]}'{others}"


def needs(api: Api) -> Iterator[tuple[str, str]]:
    """The ids of operations, each pair one that gives by a link and one that takes."""
    operations = {operation.id: operation for operation in api.operations}
    for operation in api.operations:
        for response in operation.responses:
            for link in response.links:
                if link.operation != operation.id and _feeds(link, operations.get(link.operation)):
                    yield operation.id, link.operation


def _feeds(link: Link, target: Operation | None) -> bool:
    found: list[Parameter | None] = (
        [parameter_of(target, given) for given in link.parameters] if target else []
    )
    return any(found)
