"""Plain text, code spans and code blocks in Markdown."""

from __future__ import annotations

import re
from functools import lru_cache


def markdown_text(text: str) -> str:
    """Plain text on one line, escaped so that Markdown shows it unchanged: ``a*b`` → ``a\\*b``."""
    return re.sub(r"([\\`*_{}\[\]<>|#]|&(?=[#\w]))", r"\\\1", " ".join(text.split()))


@lru_cache(maxsize=4096)
def markdown_code(text: str) -> str:
    """``text`` as a code span that is safe in a table cell as well."""
    return code_span(text.replace("|", "\\|"))


def code_span(text: str) -> str:
    """``text`` as a code span outside of tables, where ``|`` needs no escape. CommonMark, section 6.1."""
    text = " ".join(text.split())
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str, language: str) -> str:
    """``text`` as a code block with a fence longer than any inside. CommonMark, section 4.5."""
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text}\n{fence}"
