"""The statuses with which servers should reject a request."""

from __future__ import annotations

from typing import NamedTuple

from generator.auth.profile import Profile
from generator.model.types import Operation, Variation
from generator.targets.shared.wording import reason, status_code

#: The statuses for each kind of variation, if they are documented; ``_MALFORMED`` for all other kinds.
_WANTED = {
    "token": (401, 403),
    "key": (401, 403),
    "organization": (401, 403),
    "unknown": (404,),
    "media-type": (415, 400, 422),
}
_MALFORMED = (400, 422)
#: Rejections that say nothing about the request's content: too slow, too many.
_OTHER_REASONS = (408, 429)
#: The client is not authenticated.
_UNAUTHENTICATED = (401,)


class Refusal(NamedTuple):
    """The expected statuses: ``codes``, or if these are empty, any 4xx but ``other``."""

    codes: tuple[int, ...]
    other: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """The statuses in words: ``400 Bad Request or 422 Unprocessable Content``."""
        return " or ".join(f"{code} {reason(code)}".strip() for code in self.codes) or "4xx"

    def takes(self, code: int) -> bool:
        """Whether a response with ``code``, which is 4xx, is the expected rejection."""
        return code in self.codes if self.codes else code not in self.other


def refusal(operation: Operation, variation: Variation, profile: Profile) -> Refusal:
    """How ``operation`` should reject ``variation``. ``profile`` is that of the API."""
    if profile.refused:
        return Refusal((profile.refused.get(variation.kind, profile.refused[""]),))
    wanted = _WANTED.get(variation.kind, _MALFORMED)
    if variation.place.location == "path" and variation.kind != "unknown":
        wanted = (*_MALFORMED, 404)  # a router may find no path for a malformed id
    documented = {status_code(response) for response in operation.responses}
    codes = tuple(code for code in wanted if code in documented)
    if codes:
        if variation.kind == "syntax":  # a body that can't be parsed never leads to a 422
            codes = (400, *(code for code in codes if code != 400))
        return Refusal(codes)
    return Refusal((), _OTHER_REASONS if 401 in wanted else (*_UNAUTHENTICATED, *_OTHER_REASONS))
