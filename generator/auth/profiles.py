"""The profiles that the generator knows, and what it takes from all of them before one is chosen.

A description is read, and its placeholders are recognized, in the same way whatever its profile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, TypeVar

from generator.auth.ims import IMS
from generator.auth.profile import NO_PROFILE, Header, Mock, Profile

_T = TypeVar("_T")
#: The names that project files may use.
ProfileName = Literal["adobe-ims", "none"]


class Profiles:
    """Profiles in the order of precedence. ``mocked`` is the one that the local mock implements."""

    def __init__(self, *every: Profile, mocked: Profile) -> None:
        self._every = every
        self._mocked = mocked

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._every)

    def named(self, name: str) -> Profile:
        """The profile called ``name``, or ``NO_PROFILE``."""
        return next((each for each in self._every if each.name == name), NO_PROFILE)

    def shown(self, headers: frozenset[str], token_hosts: frozenset[str]) -> Profile:
        """The profile of a description with these ``headers`` and ``token_hosts``, or ``NO_PROFILE``."""
        return next((each for each in self._every if each.is_shown(headers, token_hosts)), NO_PROFILE)

    @property
    def mock(self) -> Mock:
        """The local mock of an API."""
        assert self._mocked.mock is not None
        return self._mocked.mock

    def mock_values(self, address: str) -> dict[str, str]:
        """The values of variables for the local mock at ``address``."""
        token = self._mocked.token
        return {**({token.url: address} if token else {}), **self.mock.values}

    @cached_property
    def headers(self) -> Mapping[str, Header]:
        """The headers that carry credentials, by their names in lower case."""
        return _merged(each.headers for each in self._every)

    @cached_property
    def header_order(self) -> tuple[str, ...]:
        """The headers with variables of their own, in the order in which samples show them."""
        return tuple(name for name, header in self.headers.items() if header.variable)

    @cached_property
    def header_variables(self) -> tuple[str, ...]:
        """The variables of these headers."""
        return tuple(dict.fromkeys(self.headers[name].variable for name in self.header_order))

    @cached_property
    def organizations(self) -> frozenset[str]:
        """The headers that name an organization, in lower case."""
        return frozenset(each.organization for each in self._every if each.organization)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables that have a meaning in each profile's environments."""
        return tuple(dict.fromkeys(name for each in self._every for name in each.variables))

    @cached_property
    def secrets(self) -> frozenset[str]:
        """The variables whose values are secrets."""
        return frozenset().union(*(each.secrets for each in self._every))

    @cached_property
    def retired(self) -> tuple[str, ...]:
        """Variables in old environments."""
        return tuple(name for each in self._every for name in each.retired)

    @cached_property
    def wrong(self) -> Mapping[str, str]:
        """Wrong values of credentials, by the kind of the variation that sends them."""
        return _merged(each.wrong for each in self._every)

    @cached_property
    def guide_names(self) -> Mapping[str, str]:
        """The names of variables in shell samples, where they differ, by variable."""
        return _merged(each.guide_names for each in self._every)

    @cached_property
    def shell_names(self) -> frozenset[str]:
        """The variables that shell samples and token scripts read."""
        required = (name for each in self._every if each.token for name in each.token.required)
        shown = (name for each in self._every for name in each.shell_variables)
        return frozenset(shown).union(self.guide_names.get(name, name) for name in required)

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """The stems of the token scripts that have a template of their own."""
        return tuple(each.token.script for each in self._every if each.token and each.token.script)

    @cached_property
    def placeholders(self) -> Mapping[str, str]:
        """The variables that replace placeholders in examples, by placeholder."""
        return _merged(each.placeholders for each in self._every)

    @cached_property
    def placeholder(self) -> re.Pattern[str]:
        """Matches a placeholder, whose name is group 1: ``{API_KEY}``, but not ``{{API_KEY}}``."""
        return re.compile(r"(?<!\{)\{(" + "|".join(map(re.escape, self.placeholders)) + r")\}(?!\})")

    @cached_property
    def perhaps_placeholder(self) -> re.Pattern[bytes]:
        """Matches any text that looks like a placeholder in UTF-8."""
        return re.compile(
            rb"\{(?:" + b"|".join(re.escape(name.encode()) for name in self.placeholders) + rb")\}"
        )

    @cached_property
    def examples(self) -> Mapping[str, str]:
        """The values that variables have where examples are validated."""
        return _merged(each.mock.values for each in self._every if each.mock)

    def flags(self, profile: Profile) -> dict[str, bool]:
        """The values by which templates of scripts choose what is only for ``profile``."""
        return {each.flag: each is profile for each in self._every if each.flag}


def _merged(each: Iterable[Mapping[str, _T]]) -> Mapping[str, _T]:
    """All items of the mappings; of several with the same key, the first."""
    found: dict[str, _T] = {}
    for mapping in each:
        for key, value in mapping.items():
            found.setdefault(key, value)
    return found


#: The profiles that the generator knows.
KNOWN = Profiles(IMS, mocked=IMS)
