"""The values that links give to requests of a collection, one parameter or body at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.model import Api
from generator.model.links import parameter_of, why_no_body, why_not_given, why_not_taken
from generator.model.types import Link, Operation, Parameter, Response


class LinkValue(NamedTuple):
    """After ``response`` to ``owner``, ``link`` gives ``value`` to the request of ``target``."""

    owner: Operation
    response: Response
    link: Link
    target: Operation
    parameter: Parameter | None
    """The parameter that receives the value; ``None`` if it is the whole body."""
    value: Any

    @property
    def needed(self) -> bool:
        """Whether the request requires the value."""
        if self.parameter is not None:
            return self.parameter.required
        return self.target.body is not None and self.target.body.required


def link_values(api: Api) -> Iterator[LinkValue]:
    """All values that links give, in the order of the description.

    Parts of links that can't be used, which the model has warned about, are left out.
    """
    operations = {operation.id: operation for operation in api.operations}
    for operation in api.operations:
        yield from link_values_of(operation, operations)


def link_values_of(owner: Operation, operations: Mapping[str, Operation]) -> Iterator[LinkValue]:
    """The values that responses to ``owner`` give; none for webhooks and callbacks, which the API sends."""
    if owner.kind != "path":
        return
    for response in owner.responses:
        for link in response.links:
            target = operations.get(link.operation)
            if target is None or target.kind != "path":
                continue
            for given in link.parameters:
                parameter = parameter_of(target, given.key)
                if parameter is not None and not (
                    why_not_given(owner, given.value) or why_not_taken(target, parameter)
                ):
                    yield LinkValue(owner, response, link, target, parameter, given.value)
            for body in link.body:
                if not (why_no_body(target) or why_not_given(owner, body)):
                    yield LinkValue(owner, response, link, target, None, body)
