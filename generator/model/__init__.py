"""Build an ``Api`` from a ``Document``: independent of OpenAPI's versions and of any target's notation."""

from generator.model.operations import build_api
from generator.model.types import Api

__all__ = ["Api", "build_api"]
