"""Jinja2, set up once: the filters are the doors of ``escaping``, and nothing is looked up silently."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator import escaping
from generator.resources import resource
from generator.targets import javascript


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource("templates"), encoding="utf-8"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is no HTML: each value passes the filter of its own language
    )
    environment.filters |= {
        "js": escaping.js,
        "literal": javascript.literal,
        "sh": escaping.shell_quote,
        "comment": escaping.shell_comment,
        "markdown": escaping.markdown_block,
        "line": escaping.markdown_line,
        "code": escaping.markdown_code,
        "plain": escaping.markdown_text,
        "fenced": escaping.fenced,
    }
    return environment


def render(template: str, **values: Any) -> str:
    """The text of ``template``, a path below ``templates/``."""
    return _environment().get_template(template).render(**values)
