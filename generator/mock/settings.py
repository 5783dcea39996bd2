"""How the local mock behaves, and how it fails on request."""

from __future__ import annotations

from dataclasses import dataclass

from generator.auth.ims import MOCK


@dataclass(frozen=True, slots=True)
class MockSettings:
    """The switches of ``callsheet mock``. Durations are in seconds."""

    port: int = MOCK.port
    """The port on 127.0.0.1; 0 for any free one."""
    job_id: str = ""
    """The id of the completed access job that the mock starts with."""
    processing: float = 0
    """How long a job takes from creation to completion."""
    token_lifetime: float = 86399
    opaque_tokens: bool = False
    """Issue random tokens instead of JWTs, so that a token doesn't reveal its age."""
    ims_error: str | None = None
    """How IMS fails: an OAuth 2.0 error code, ``429``, ``500``, ``not-json``, ``hang`` or ``echo`` (which
    repeats the secret)."""
    reject_tokens: bool = False
    revoke_after: int | None = None
    """Revoke every token issued so far, once, after that many accepted calls."""
    rate_limit: int | None = None
    """Respond with 429 after that many calls."""
    forbid: bool = False
    break_answer: str | None = None
    """How each response of the service violates the description: a name in ``broken_responses.WAYS``. A
    request's header ``Prefer: break=enum``, in contrast, breaks the response to that request alone."""
    api_key: str = MOCK.values["API_KEY"]
    client_secret: str = MOCK.values["CLIENT_SECRET"]
    ims_org: str = MOCK.values["IMS_ORG"]
    scopes: str = MOCK.values["SCOPES"]
