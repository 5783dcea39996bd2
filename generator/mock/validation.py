"""Validates requests against the description, with openapi-core."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.templating.paths.exceptions import PathError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from generator.urls import split

_HOST = "http://127.0.0.1"


class NoSuchOperationError(Exception):
    """Raised for a request whose path or method is not in the description."""


class Request:
    """A request whose body has been read, as an implementation of openapi-core's protocol."""

    def __init__(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> None:
        self.host_url = _HOST
        self.path = path
        self.method = method.lower()
        self.body = body or None
        self.content_type = headers.get("content-type", "")
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(query, keep_blank_values=True)), header=Headers(dict(headers))
        )


class Description:
    """A description to validate requests against. Credentials are checked elsewhere."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        data = copy.deepcopy(dict(root))
        self.base_path = base_path(root)
        data["servers"] = [{"url": _HOST + self.base_path}]
        data.pop("security", None)
        for item in data.get("paths", {}).values():
            for operation in item.values():
                if isinstance(operation, dict):
                    operation.pop("security", None)
        self._openapi = OpenAPI.from_dict(data)

    def problems(self, request: Request) -> list[str]:
        """What makes ``request`` invalid, a sentence each.

        Raises ``NoSuchOperationError`` if the request matches no operation of the description.
        """
        result = self._openapi.unmarshal_request(request)
        for error in result.errors:
            if isinstance(error, PathError):
                raise NoSuchOperationError(str(error))
        return [_owner(error) + sentence for error in result.errors for sentence in _sentences(error)]


def base_path(root: Mapping[str, Any]) -> str:
    """The path of the first server's URL."""
    servers = root.get("servers") or [{"url": "/"}]
    return split(str(servers[0]["url"]).replace("{", "").replace("}", "")).path.rstrip("/")


def _owner(error: BaseException) -> str:
    """The name of the parameter that an error is about, as a prefix of its sentence: ``size: ``."""
    name = getattr(error, "name", None)
    return f"{name}: " if isinstance(name, str) else ""


def _sentences(error: BaseException) -> Iterator[str]:
    """The messages of the innermost causes: openapi-core wraps a schema's errors several times."""
    inner = getattr(error, "schema_errors", None)
    if inner:
        for each in inner:
            where = "/".join(str(part) for part in each.absolute_path)
            yield f"{where}: {each.message}" if where else each.message
    elif error.__cause__ is not None:
        yield from _sentences(error.__cause__)
    else:
        yield str(error) or type(error).__name__
