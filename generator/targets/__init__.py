"""Turns an ``Api`` into files. A target is a module with a pure function ``render(api, settings)``.

``render`` returns ``{path: text}``, or an iterator of such pairs if the files are too many to keep them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

from generator.model import Api
from generator.project.settings import Settings
from generator.texts import Text

Target = Callable[[Api, Settings], Iterator[tuple[str, Text]]]


def _target(name: str) -> Target:
    """The target in the module ``name`` of this package, which is imported when it is first rendered."""

    def render(api: Api, settings: Settings) -> Iterator[tuple[str, Text]]:
        module = import_module(f"{__name__}.{name}")
        found: Mapping[str, Text] | Iterator[tuple[str, Text]] = module.render(api, settings)
        return iter(found.items()) if isinstance(found, Mapping) else found

    return render


#: All targets by the names that ``--target`` takes, in the order in which they are written.
TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "postman": _target("postman.v2_1"),
        "postman-v3": _target("postman.v3.files"),
        "environments": _target("postman.environments"),
        "curl": _target("curl.pages"),
        "docs": _target("docs"),
    }
)
