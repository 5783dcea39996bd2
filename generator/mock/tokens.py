"""Access tokens as IMS issues them: JWTs that contain their age. These are unsigned."""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field

from generator.mock.settings import MockSettings

#: How many tokens are kept; older ones are no longer accepted.
_MOST = 10_000


@dataclass
class Tokens:
    """The tokens issued so far, and when each expires, in seconds since the epoch."""

    settings: MockSettings
    _expiry: dict[str, float] = field(default_factory=dict)
    _revoked: bool = False

    def issue(self) -> dict[str, object]:
        """Issue a token. Returns the body of the response (RFC 6749, section 5.1)."""
        lifetime = self.settings.token_lifetime
        token = secrets.token_hex(24) if self.settings.opaque_tokens else self._jwt(lifetime)
        while len(self._expiry) >= _MOST:
            del self._expiry[next(iter(self._expiry))]
        self._expiry[token] = time.time() + lifetime
        return {"access_token": token, "token_type": "bearer", "expires_in": int(lifetime)}

    def accepts(self, token: str) -> bool:
        """Whether ``token`` was issued here and is neither expired nor revoked."""
        return not self.settings.reject_tokens and self._expiry.get(token, 0) > time.time()

    def count(self, accepted_calls: int) -> None:
        """Revoke the tokens issued so far, once, as soon as ``revoke_after`` calls have been accepted."""
        limit = self.settings.revoke_after
        if limit is not None and accepted_calls >= limit and not self._revoked:
            self._revoked = True
            self._expiry.clear()

    def _jwt(self, lifetime: float) -> str:
        claims = {
            "id": secrets.token_hex(8),
            "client_id": self.settings.api_key,
            "created_at": str(int(time.time() * 1000)),
            "expires_in": str(int(lifetime * 1000)),
        }
        parts = [{"alg": "none", "x5u": "local-mock"}, claims]
        return ".".join([*map(_encoded, parts), base64.urlsafe_b64encode(b"local-mock").decode().rstrip("=")])


def _encoded(part: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
