"""How the local mock behaves, and how it is told to fail."""

from __future__ import annotations

from dataclasses import dataclass

from generator.auth.ims import LOCAL_MOCK, LOCAL_MOCK_PORT


@dataclass(frozen=True, slots=True)
class MockSettings:
    """The switches of ``callsheet mock``. Durations are in seconds."""

    port: int = LOCAL_MOCK_PORT
    """On 127.0.0.1; 0 for any free one."""
    job_id: str = ""
    """The id of the completed access job that the mock starts with."""
    processing: float = 0
    """How long a created job takes until it is complete."""
    token_lifetime: float = 86399
    opaque_tokens: bool = False
    """Tokens that tell nothing, in the place of JWTs."""
    ims_error: str | None = None
    """An OAuth 2.0 error code, ``429``, ``500``, ``not-json``, ``echo`` (repeats the secret) or ``hang``."""
    reject_tokens: bool = False
    revoke_after: int | None = None
    """Revoke every token issued so far after that many accepted calls, once."""
    rate_limit: int | None = None
    """Answer 429 after that many calls."""
    forbid: bool = False
    break_answer: str | None = None
    """How each answer of the service breaks the description: a name of ``breaking.WAYS``. Other than this, a
    request's header ``Prefer: break=enum`` breaks its own answer alone."""
    api_key: str = LOCAL_MOCK["API_KEY"]
    client_secret: str = LOCAL_MOCK["CLIENT_SECRET"]
    ims_org: str = LOCAL_MOCK["IMS_ORG"]
    scopes: str = LOCAL_MOCK["SCOPES"]
