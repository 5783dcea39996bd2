"""Jinja2, set up once: the filters are the doors of ``escaping``, and nothing is looked up silently."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from generator import escaping
from generator.resources import resource
from generator.targets import html_text, javascript


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates, kept beside them as Python keeps compiled modules: where it may, and if it can.

    Compiling is a third of a run. What is kept counts for the same source, Python and Jinja2 alone.
    """

    def __init__(self, templates: Path) -> None:
        super().__init__(str(templates / "__pycache__"), "%s.jinja2")

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with contextlib.suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


@cache
def _environment() -> Environment:
    templates = resource("templates")
    environment = Environment(
        loader=FileSystemLoader(templates, encoding="utf-8"),
        bytecode_cache=_Compiled(templates),
        optimized=False,  # else filters of constants would be worked out once, and kept with what is compiled
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


@cache
def _pages() -> Environment:
    templates = resource("templates")
    environment = Environment(
        loader=FileSystemLoader(templates, encoding="utf-8"),
        bytecode_cache=_Compiled(templates),
        optimized=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    environment.filters |= {"html": html_text.block, "value": html_text.value, "method": html_text.method}
    return environment


def page(template: str, overrides: Mapping[str, str], **values: Any) -> str:
    """The HTML of ``template``."""
    return _pages().get_template(template).render(**values)


def render(template: str, **values: Any) -> str:
    """The text of ``template``, a path below ``templates/``."""
    return _environment().get_template(template).render(**values)
