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
    """The target in the module called ``name`` below this package, imported when it is first rendered."""

    def render(api: Api, settings: Settings) -> Iterator[tuple[str, Text]]:
        module = import_module(f"{__name__}.{name}")
        found: Mapping[str, Text] | Iterator[tuple[str, Text]] = module.render(api, settings)
        return iter(found.items()) if isinstance(found, Mapping) else found

    return render


#: Every target by the name that ``--target`` takes, in the order in which they are written.
TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "postman": _target("postman.v2_1"),
        "postman-v3": _target("postman.v3.files"),
        "environments": _target("postman.environments"),
        "curl": _target("curl.pages"),
        "docs": _target("docs"),
    }
)
