"""``Document`` to ``Api``: what the API is, free of OpenAPI's age and of any target's notation."""

from generator.model.api import Api
from generator.model.operations import build_api

__all__ = ["Api", "build_api"]
