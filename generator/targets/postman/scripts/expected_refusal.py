"""With which status a request has to be refused."""

from __future__ import annotations

from typing import NamedTuple

from generator.auth import ims
from generator.model.types import Operation, Variation
from generator.targets.shared.wording import reason, status_code

#: By kind what services answer, as far as it is documented; of all others `_MALFORMED`.
_WANTED = {
    "token": (401, 403),
    "key": (401, 403),
    "organization": (401, 403),
    "unknown": (404,),
    "media-type": (415, 400, 422),
}
_MALFORMED = (400, 422)
#: What Adobe's gateway and the services behind it answer.
_OF_IMS = {"token": 401, "key": 403, "organization": 403, "unknown": 404}
#: Refusals that say nothing about the request: too slow, too many, and who sent it.
_OTHER_REASONS = (408, 429)
_NOT_LET_IN = (401,)


class Refusal(NamedTuple):
    """The statuses that count: ``codes``, or where there are none any of class 4xx but ``other``."""

    codes: tuple[int, ...]
    other: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """``400 Bad Request or 422 Unprocessable Content``."""
        return " or ".join(f"{code} {reason(code)}".strip() for code in self.codes) or "4xx"

    def takes(self, code: int) -> bool:
        """Whether an answer of class 4xx with this status is the refusal that is wanted."""
        return code in self.codes if self.codes else code not in self.other


def refusal(operation: Operation, variation: Variation, profile: str | None) -> Refusal:
    """How ``operation`` has to refuse ``variation``; ``profile`` is the token profile of the API."""
    if profile == ims.PROFILE:
        return Refusal((_OF_IMS.get(variation.kind, 400),))
    wanted = _WANTED.get(variation.kind, _MALFORMED)
    if variation.place.location == "path" and variation.kind != "unknown":
        wanted = (*_MALFORMED, 404)  # to a router, a malformed id is no path of its own
    documented = {status_code(response) for response in operation.responses}
    codes = tuple(code for code in wanted if code in documented)
    if codes:
        if variation.kind == "syntax":  # what can't be read at all never gets as far as a 422
            codes = (400, *(code for code in codes if code != 400))
        return Refusal(codes)
    return Refusal((), _OTHER_REASONS if 401 in wanted else (*_NOT_LET_IN, *_OTHER_REASONS))
