"""The ASGI application of the local mock: ``/ims/token/v3`` and the paths of the description."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from generator.auth.ims import TOKEN_PATH
from generator.mock import broken_responses
from generator.mock.jobs import Jobs, date_problems
from generator.mock.limits import limited
from generator.mock.request_log import RequestLog
from generator.mock.settings import MockSettings
from generator.mock.tokens import Tokens
from generator.mock.validation import Description, NoSuchOperationError, Request

_RETRY_AFTER = {"Retry-After": "30"}
_HANG = 60  # seconds
_MOST_FIELDS = 100  # in the form of a token request


def create_app(
    description: Mapping[str, Any], settings: MockSettings, log: RequestLog | None = None
) -> ASGIApp:
    """Create the application. It appends each request, with its response's status, to ``log`` if given."""
    mock = _Mock(description, settings, log)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        # No router: a path may contain anything, even line breaks, and is logged exactly as received.
        with contextlib.suppress(ClientDisconnect):
            response = await mock.respond(HttpRequest(scope, receive))
            await response(scope, receive, send)

    return limited(application)


class _Mock:
    def __init__(
        self, description: Mapping[str, Any], settings: MockSettings, log: RequestLog | None
    ) -> None:
        self._description = Description(description)
        self._settings = settings
        self._tokens = Tokens(settings)
        self._jobs = Jobs(settings)
        self._log = log
        self._requests = 0
        self._calls = 0
        self._accepted = 0

    async def respond(self, request: HttpRequest) -> Response:
        """Log ``request`` and return the response to it."""
        body = await request.body()
        entry: dict[str, Any] = {
            "method": request.method,
            "path": request.scope["path"],
            "query": request.url.query,
            "headers": dict(request.headers),
            "body": body.decode(errors="replace"),
        }
        self._requests += 1
        if self._log is not None:
            self._log.append(entry)
        if request.scope["path"] == TOKEN_PATH:
            response = await self._token(request, entry["body"])
        else:
            response = self._api(request, body)
            # Experience Platform's gateways send this header; the description doesn't mention it.
            response.headers["X-Request-Id"] = f"{self._requests:032d}"
            way = broken_responses.wanted(self._settings.break_answer, request.headers.get("prefer", ""))
            response = broken_responses.broken(response, way) if way else response
        entry["status"] = response.status_code
        return response

    # --- IMS ------------------------------------------------------------------------------------------

    async def _token(self, request: HttpRequest, body: str) -> Response:
        failure = self._settings.ims_error
        if failure == "hang":
            await asyncio.sleep(_HANG)
        if failure == "429":
            return JSONResponse({"error": "too_many_requests"}, 429, _RETRY_AFTER)
        if failure in ("500", "hang"):
            return JSONResponse({"error": "server_error"}, 500)
        if failure == "not-json":
            return Response("<html>A proxy was here.</html>", 200, media_type="text/html")
        if failure == "echo":
            secret = self._settings.client_secret
            return JSONResponse({"error": secret, "error_description": body}, 400)
        if failure:
            return _oauth_error(failure, "asked for by a switch of the local mock")
        return self._checked_token(request, body)

    def _checked_token(self, request: HttpRequest, body: str) -> Response:
        """Grant a token as in RFC 6749, section 4.4, the way IMS implements it."""
        settings = self._settings
        try:
            fields = parse_qs(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            return _oauth_error("invalid_request", f"a form of at most {_MOST_FIELDS} fields is expected")
        if request.method != "POST" or not request.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            return _oauth_error("invalid_request", "a POST with a form is expected")
        if "authorization" in request.headers or request.url.query:
            return _oauth_error("invalid_request", "credentials belong into the body")
        if fields.get("grant_type") != ["client_credentials"]:
            return _oauth_error("unsupported_grant_type", "grant_type must be client_credentials")
        if fields.get("client_id") != [settings.api_key]:
            return _oauth_error("invalid_client", "invalid client_id parameter")
        if fields.get("client_secret") != [settings.client_secret]:
            return _oauth_error("invalid_client", "invalid client_secret parameter")
        scopes = fields.get("scope", [])
        if len(scopes) != 1 or set(scopes[0].split(",")) != set(settings.scopes.split(",")):
            return _oauth_error("invalid_scope", "scope must be one field, comma-separated")
        return JSONResponse(self._tokens.issue())

    # --- Privacy Service ------------------------------------------------------------------------------

    def _api(self, request: HttpRequest, body: bytes) -> Response:
        base = self._description.base_path
        if not request.scope["path"].startswith(base + "/"):
            return _error(404, "404", f"There is nothing here. The API is below {base}.")
        refused = self._refused(request)
        if refused is not None:
            return refused
        self._accepted += 1
        self._tokens.count(self._accepted)
        checked = Request(
            request.method, request.scope["path"], request.url.query, dict(request.headers), body
        )
        try:
            problems = self._description.problems(checked)
        except NoSuchOperationError as error:
            return _error(404, "404", str(error))
        except RecursionError:
            return _error(400, "1000-400", "The body is nested too deeply.")
        except UnicodeDecodeError:
            return _error(400, "1000-400", "The body is not UTF-8.")
        if problems:
            return _error(400, "1000-400", " ".join(problems))
        return self._operation(request, request.scope["path"].removeprefix(base), body)

    def _refused(self, request: HttpRequest) -> Response | None:
        """The gateway's error response, if it rejects ``request`` before the service sees it."""
        settings = self._settings
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not self._tokens.accepts(token):
            return _error(401, "401013", "Oauth token is not valid")
        if request.headers.get("x-api-key") != settings.api_key:
            return _error(403, "403003", "Api Key is invalid")
        if settings.forbid or request.headers.get("x-gw-ims-org-id") != settings.ims_org:
            return _error(403, "403027", "User does not have access to this organization or operation")
        self._calls += 1
        if settings.rate_limit is not None and self._calls > settings.rate_limit:
            return _error(429, "1030-400", "Too many requests", _RETRY_AFTER)
        return None

    def _operation(self, request: HttpRequest, path: str, body: bytes) -> Response:
        parts = path.strip("/").split("/")
        if parts == ["consent"]:
            return Response(status_code=202)
        if parts == ["jobs"] and request.method == "GET":
            return self._list(dict(request.query_params))
        if parts == ["jobs"]:
            return self._create(body)
        return self._job(request, parts)

    def _list(self, query: dict[str, str]) -> Response:
        problems = list(date_problems(query, datetime.now(UTC).date()))
        return (
            _error(400, "1000-400", " ".join(problems)) if problems else JSONResponse(self._jobs.list(query))
        )

    def _create(self, body: bytes) -> Response:
        data = msgspec.json.decode(body)
        organization = {"namespace": "imsOrgID", "value": self._settings.ims_org}
        contexts = [{key: c.get(key) for key in organization} for c in data["companyContexts"]]
        if organization not in contexts:
            message = (
                "One of companyContexts must name the organization: namespace imsOrgID, its id as value."
            )
            return _error(400, "1001-400", message)
        return JSONResponse(self._jobs.create(data), 202)

    def _job(self, request: HttpRequest, parts: list[str]) -> Response:
        job = self._jobs.get(parts[1])
        if job is None:
            return _error(404, "404", "There is no job with this id.")
        if parts[2:] != ["content"]:
            base = f"{request.url.scheme}://{request.url.netloc}{self._description.base_path}"
            return JSONResponse(job.details(base))
        if job.action != "access" or not job.complete:
            return _error(400, "PRVCY-6054-200", "Only a completed access job has content.")
        disposition = {"Content-Disposition": f'attachment; filename="{job.id}.zip"'}
        return Response(job.content(), 200, disposition, "application/zip")


def _oauth_error(code: str, description: str) -> Response:
    """An OAuth error response. RFC 6749, section 5.2."""
    status = 401 if code == "invalid_client" else 400
    return JSONResponse({"error": code, "error_description": description}, status)


def _error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error_code": code, "message": message}, status, dict(headers or {}))
