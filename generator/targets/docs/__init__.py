"""The site: pages to read, from disk or from any web server."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Api
from generator.settings import Settings
from generator.texts import Text


def render(api: Api, settings: Settings) -> Iterator[tuple[str, Text]]:
    """``docs/index.html`` and what it needs."""
    del settings
    yield "docs/index.html", f"<!doctype html><title>{len(api.operations)}</title>\n"
