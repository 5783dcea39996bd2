"""Jinja2, set up once: its filters are the doors of ``escaping``, and an unknown name is an error."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import jinja2
import msgspec
from jinja2 import ChoiceLoader, Environment, FileSystemBytecodeCache, FileSystemLoader, PrefixLoader
from jinja2.bccache import Bucket
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.errors import CallsheetError, Place, Problem, TemplateError, shortened
from generator.escaping import javascript
from generator.escaping.javascript import js
from generator.escaping.markup.lines import markdown_block, markdown_line, markdown_name
from generator.escaping.markup.spans import fenced, markdown_code, markdown_text
from generator.escaping.shell import shell_comment, shell_quote
from generator.installation import install
from generator.project.settings import Overrides
from generator.resources import resource

#: A template that is on the stack this often calls itself.
_RECURSION = 50
_SETTINGS: Mapping[str, Any] = {
    "optimized": False,  # otherwise filters of constants would run once, and their results be cached
    "undefined": jinja2.StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "auto_reload": False,  # otherwise each template's file is checked before each use
}


class _Compiled(FileSystemBytecodeCache):
    """A cache of compiled templates beside them, like Python's for modules, if it may and can be written.

    Compiling takes a third of a run. An entry is valid only for the same source, Python and Jinja2.
    """

    def __init__(self, templates: Path, pattern: str = "%s.jinja2") -> None:
        super().__init__(str(templates / "__pycache__"), pattern)

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
        autoescape=False,  # the output isn't HTML: each value passes through the filter of its language
        **_SETTINGS,
    )
    environment.globals["install"] = install
    environment.filters |= {
        "js": js,
        "literal": javascript.literal,
        "sh": shell_quote,
        "comment": shell_comment,
        "markdown": markdown_block,
        "line": markdown_line,
        "code": markdown_code,
        "plain": markdown_text,
        "named": markdown_name,
        "fenced": fenced,
    }
    return environment


def forget() -> None:
    """Drop all loaded templates, since their files may have changed."""
    _environment.cache_clear()
    _page_environment.cache_clear()


def render(template: str, **values: Any) -> str:
    """Render ``template``, a path below ``templates/``, as text."""
    return _environment().get_template(template).render(**values)


class _Own(jinja2.BaseLoader):
    """Loads users' own templates. Their compiled form isn't cached."""

    def __init__(self, texts: Mapping[str, str], folder: str) -> None:
        self._texts = texts
        self._folder = folder

    def file(self, name: str) -> str:
        """The path of the template ``name``, for messages."""
        return str(Path(self._folder) / name)

    def load(
        self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        if name not in self._texts:
            raise jinja2.TemplateNotFound(name)
        code = environment.compile(self._texts[name], name, self.file(name))
        return environment.template_class.from_code(environment, code, globals or {}, lambda: True)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Renders users' own templates, which may come from anywhere: they reach only what they are given."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        # These are most of the lookups; the sandbox's own check of them costs as much as all the rest.
        if isinstance(obj, msgspec.Struct | LoopContext) and not attribute.startswith("_"):
            with contextlib.suppress(AttributeError):
                return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, Macro) or super().is_safe_callable(obj)


@lru_cache(maxsize=4)
def _page_environment(overrides: frozenset[tuple[str, str]], folder: str) -> Environment:
    templates = resource("templates")
    ours = FileSystemLoader(templates, encoding="utf-8")
    environment: Environment
    if not overrides:
        # The same template compiles differently here than for text that isn't HTML.
        compiled = _Compiled(templates, "%s.page.jinja2")
        environment = Environment(loader=ours, bytecode_cache=compiled, autoescape=True, **_SETTINGS)
        environment.filters |= _page_filters()
        return environment
    environment = _Sandbox(
        loader=ChoiceLoader([_Own(dict(overrides), folder), ours, PrefixLoader({"callsheet": ours})]),
        bytecode_cache=_Compiled(templates, "%s.sandboxed.jinja2"),
        autoescape=True,
        **_SETTINGS,
    )
    environment.filters |= _page_filters()
    return environment


def _page_filters() -> dict[str, Callable[..., Any]]:
    """The filters of page templates beside Jinja2's own, imported only if there are pages."""
    from generator.escaping.markup import html_text

    return {
        "html": html_text.block,
        "name": html_text.name,
        "value": html_text.value,
        "method": html_text.method,
    }


def page(template: str, overrides: Mapping[str, str], **values: Any) -> str:
    """Render ``template``, a path below ``templates/``, or the one that replaces it, as HTML.

    ``overrides`` are the texts of templates that replace ours, by the same paths; each may extend or include
    the one it replaces as ``callsheet/…``. Raises ``TemplateError`` with file and line if one of them fails.
    """
    folder = overrides.folder if isinstance(overrides, Overrides) else ""
    environment = _page_environment(frozenset(overrides.items()), folder)
    try:
        return environment.get_template(template).render(**values)
    except CallsheetError:
        raise
    except Exception as error:
        place = _place(error, overrides, folder)
        if place is None:
            raise
        raise TemplateError(Problem(place, _what(error), "Correct the template, or take it away.")) from None


def _place(error: Exception, overrides: Mapping[str, str], folder: str) -> Place | None:
    """Where in a user's template ``error`` was raised; ``None`` if it was in one of ours."""
    files = {str(Path(folder) / name) for name in overrides}
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Place(error.filename, error.lineno) if error.filename in files else None
    found, count = None, 0
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file in files:
            found, count = Place(file, trace.tb_lineno), count + 1
        trace = trace.tb_next
    if isinstance(error, RecursionError) and count < _RECURSION:
        # A description may be nested so deeply that our own templates need a deeper stack.
        return None
    if found is None and overrides and isinstance(error, jinja2.TemplateError):
        # One of our templates misses something that a user's template no longer defines, such as a macro.
        return Place(folder or ", ".join(sorted(overrides)))
    return found


def _what(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "The template calls itself without end."
    if isinstance(error, jinja2.TemplateNotFound):
        return f"There is no template {error.name!r}."
    said = " ".join(str(error.message if isinstance(error, jinja2.TemplateSyntaxError) else error).split())
    kind = "" if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: "
    return f"The template can't be rendered: {kind}{shortened(said)}".removesuffix(".") + "."
