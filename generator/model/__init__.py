"""``Document`` to ``Api``: what the API is, free of OpenAPI's age and of any target's notation."""

from generator.model.operations import build_api
from generator.model.types import Api

__all__ = ["Api", "build_api"]
