"""``Api`` to paths and texts. A target is one module with a pure function ``render(api, settings)``.

It gives ``{path: text}``, or pairs of both one by one where there are too many files to hold them all.
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
    """The target in the module of that name, which is imported when it is asked for."""

    def render(api: Api, settings: Settings) -> Iterator[tuple[str, Text]]:
        module = import_module(f"{__name__}.{name.replace('-', '_')}")
        found: Mapping[str, Text] | Iterator[tuple[str, Text]] = module.render(api, settings)
        return iter(found.items()) if isinstance(found, Mapping) else found

    return render


#: Every target by the name that ``--target`` takes, in the order in which they are written.
TARGETS: Mapping[str, Target] = MappingProxyType(
    {name: _target(name) for name in ("postman", "postman-v3", "environments", "curl", "docs")}
)
