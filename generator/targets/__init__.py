"""``Api`` to ``{path: text}``. A target is one module with a pure function ``render(api, settings)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from generator.model import Api
from generator.settings import Settings
from generator.texts import Text

Target = Callable[[Api, Settings], Mapping[str, Text]]


def _target(name: str) -> Target:
    """The target in the module of that name, which is imported when it is asked for."""

    def render(api: Api, settings: Settings) -> Mapping[str, Text]:
        found: Target = import_module(f"{__name__}.{name.replace('-', '_')}").render
        return found(api, settings)

    return render


#: Every target by the name that ``--target`` takes, in the order in which they are written.
TARGETS: Mapping[str, Target] = MappingProxyType(
    {name: _target(name) for name in ("postman", "postman-v3", "environments", "curl")}
)
