"""YAML as a person would have written it: blocks for long texts, quotes where needed, nothing folded.

What is written means the same in YAML 1.1 and 1.2 (https://yaml.org/spec/1.2.2/): a text that either takes
for something else is quoted.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

try:
    from yaml import CSafeDumper as _Base
except ImportError:  # a Python without libyaml
    from yaml import SafeDumper as _Base  # type: ignore[assignment]

#: Texts that YAML 1.1 or 1.2 takes for a number, a date, a truth value or nothing.
_OTHER = re.compile(
    r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?)"
    r"|[-+]?[0-9_]*\.?[0-9_]*(?:e[-+]?[0-9]+)?|[-+]?\.(?:inf|nan)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t \t].*)?"
    r"|~|=|<<|y|n|yes|no|on|off|true|false|null",
    re.IGNORECASE,
)
#: What a plain text must not begin with, or hold, for every reader to take it as it is.
_QUOTED = re.compile(r"""^[\s\-?:,\[\]{}#&*!|>'"%@`]|\{\{|: |:$| #|\s$""")
#: What no block can hold without a change: its own line breaks aside, only what is printed.
_NO_BLOCK = re.compile(
    r"[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[ \t]$", re.M
)


class _Dumper(_Base):
    def ignore_aliases(self, _data: Any) -> bool:
        """Write what stands twice twice."""
        return True


def _text(dumper: Any, value: str) -> Any:
    style = None
    if "\n" in value and value.strip("\n") and not value[0].isspace() and not _NO_BLOCK.search(value):
        style = "|"
    elif (
        not value
        or "\n" in value
        or _NO_BLOCK.search(value)
        or _QUOTED.search(value)
        or _OTHER.fullmatch(value)
    ):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def yaml_text(value: Any) -> str:
    """``value`` (mappings, lists, texts, numbers, truth values, nothing) as a YAML document.

    Halves of surrogate pairs, which no file can hold, become ``?``.
    """
    written: str = yaml.dump(
        _whole(value),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=2**31 - 1,
    )
    return written


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_whole(child) for child in value]
    return value
