"""The site in memory: its files, which build they are of, and what the newest one failed at."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from generator import deep_stack
from generator.errors import only_documented

if TYPE_CHECKING:
    from generator.api import Plan

#: The target whose files are served, and the folder that they are in.
_TARGET, _FOLDER = "docs", "docs/"


class Build(msgspec.Struct, frozen=True):
    """What is served."""

    files: Mapping[str, bytes] = {}
    """By their paths below the site's top."""
    made: int = 0
    """The number of the build that the files are of."""
    number: int = 0
    """That of the newest build."""
    error: str = ""
    """What that one failed at; empty where the files are its own."""


class Site:
    """The newest build, for the threads that serve it and the one that makes it."""

    def __init__(self) -> None:
        # Pages that were open before the server was started anew hold a number of then.
        self._build = Build(number=int(time.time()))
        self._changed = threading.Condition()

    @property
    def build(self) -> Build:
        """What is served now."""
        return self._build

    def put(self, files: Mapping[str, bytes]) -> None:
        """Serve ``files`` from now on. The same ones once more are no new build."""
        old = self._build
        if files != old.files or old.error:
            self._set(Build(files, old.number + 1, old.number + 1))

    def fail(self, error: str) -> None:
        """Tell of ``error``; what was served before still is."""
        old = self._build
        if error != old.error:
            self._set(Build(old.files, old.made, old.number + 1, error))

    def _set(self, build: Build) -> None:
        with self._changed:
            self._build = build
            self._changed.notify_all()

    def wait(self, since: int, seconds: float) -> Build | None:
        """The newest build if its number isn't ``since``, or once it isn't; nothing after ``seconds``."""
        with self._changed:
            is_new = self._changed.wait_for(lambda: self._build.number != since, seconds)
            return self._build if is_new else None


def files(plan: Plan) -> dict[str, bytes]:
    """The site of ``plan``, by the paths of its files below its top. Raises ``CallsheetError``."""
    from generator.targets.shared import templating

    templating.forget()  # (the watched templates are among the reasons to build again)
    with only_documented(plan.document.file):
        return deep_stack.run(
            lambda: {
                path.removeprefix(_FOLDER): rendered.text.encode() for path, rendered in plan.files([_TARGET])
            }
        )
