"""``Api`` to ``{path: text}``. A target is one module with a pure function ``render(api, settings)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generator.model import Api
from generator.settings import Settings
from generator.targets import curl, environments, postman
from generator.texts import Text

Target = Callable[[Api, Settings], Mapping[str, Text]]

#: Every target by the name that ``--target`` takes, in the order in which they are written.
TARGETS: Mapping[str, Target] = MappingProxyType(
    {"postman": postman.render, "environments": environments.render, "curl": curl.render}
)
