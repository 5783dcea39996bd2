"""The anchors that forges give to the headings of Markdown pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_DROPPED = re.compile(r"[^\w\- ]")


def heading_anchors(titles: Iterable[str]) -> list[str]:
    """An anchor for each heading of a page: ``Get jobs (all)`` → ``get-jobs-all``, ``get-jobs-all-1``."""
    counts: Counter[str] = Counter()
    found = []
    for title in titles:
        anchor = _DROPPED.sub("", " ".join(title.lower().split())).replace(" ", "-")
        found.append(f"{anchor}-{counts[anchor]}" if counts[anchor] else anchor)
        counts[anchor] += 1
    return found
