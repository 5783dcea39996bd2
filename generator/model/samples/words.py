"""The words of names: where one ends, what they are in the singular, and a form to compare them in."""

from __future__ import annotations

import re
from functools import lru_cache

#: The characters of a name that are considered, from its end.
_LONGEST_NAME = 200
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
#: Endings of plurals, and of their singulars.
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"))
#: Singulars of plurals that these endings would get wrong. Each pair begins with the same letter.
_IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "aliases:alias statuses:status canvases:canvas atlases:atlas biases:bias bonuses:bonus viruses:virus "
        "campuses:campus lenses:lens analyses:analysis diagnoses:diagnosis theses:thesis synopses:synopsis "
        "indices:index matrices:matrix vertices:vertex appendices:appendix movies:movie cookies:cookie "
        "calories:calorie caches:cache niches:niche series:series species:species news:news children:child"
    ).split()
)
_IRREGULAR_END = re.compile(f"(?:{'|'.join(_IRREGULAR)})$", re.IGNORECASE)


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: ``billingCountry_code`` → ``("billing", "country", "code")``."""
    return tuple(word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:]))


@lru_cache(maxsize=8192)
def singular(name: str) -> str:
    """The name for one item of a list: ``categories`` → ``category``."""
    irregular = _IRREGULAR_END.search(name, max(len(name) - _LONGEST_NAME, 0))
    if irregular:
        plural = irregular.group()
        one = _IRREGULAR[plural.lower()]
        return name[: irregular.start()] + (one.upper() if plural.isupper() else plural[0] + one[1:])
    for ending, instead in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending) + instead
    return name if name.endswith(("ss", "us", "is")) else name.removesuffix("s") or name


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """A name in a form for comparison: ``JOB_ID``, ``jobId`` and ``job-id`` → ``jobid``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
