"""Descriptions of one operation, and the requests that it must refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator import load
from generator.api import Plan
from generator.model.api import Variation

REFUSED = {"400": {"description": "No"}, "200": {"description": "Yes"}}


def plan(
    tmp_path: Path, operation: dict[str, Any], path: str = "/x", method: str = "post", **more: Any
) -> Plan:
    content = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {path: {method: {"operationId": "send", "responses": REFUSED, **operation}}},
        **more,
    }
    (tmp_path / "t.json").write_text(json.dumps(content))
    return load(tmp_path / "t.json")


def variations(tmp_path: Path, operation: dict[str, Any], **more: Any) -> tuple[Variation, ...]:
    (found,) = plan(tmp_path, operation, **more).api.operations
    return found.variations()


def body(schema: Any, **more: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema, **more}}}}
