"""What the generator knows about the authentication of one provider's APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from generator.auth.token import Token


class Header(msgspec.Struct, frozen=True):
    """A request header that carries a credential, or says what a credential is used for."""

    variable: str = ""
    """The Postman variable with its value; if empty, it is derived from the header's name."""
    secret: bool = True
    default: str = ""
    """The variable's value if the description has none."""


class Service(msgspec.Struct, frozen=True):
    """A service of the provider that the generator knows in detail."""

    path: str
    """The path of its URL."""
    loose_formats: tuple[str, ...] = ()
    """Formats that the service documents but doesn't keep to."""
    sent_by_rows: tuple[str, str] | None = None
    """The method and path of the operation that is sent once for each row of a data file."""


class Mock(msgspec.Struct, frozen=True):
    """The credentials of the local mock, which has invented data. No other server accepts them."""

    port: int
    values: Mapping[str, str]
    """The values of variables. They also take the place of placeholders when examples are validated."""


class Profile(msgspec.Struct, frozen=True):
    """What the APIs of one provider have in common: headers, variables, hosts, words, and the token.

    A profile without a name, ``NO_PROFILE``, is that of any other API. It is false.
    """

    name: str = ""
    """Its name in project files."""
    token: Token | None = None
    """The access token that scripts request."""
    headers: Mapping[str, Header] = {}
    """Request headers that carry credentials, in lower case, in the order in which samples show them."""
    revealing: tuple[str, ...] = ()
    """Headers, in lower case, that only APIs with this profile have."""
    organization: str = ""
    """The header, in lower case, that names the organization for which a request is sent."""
    hosts: tuple[str, ...] = ()
    """The hosts of the APIs, to which credentials may be sent; if empty, those of the description."""

    variables: tuple[str, ...] = ()
    """The variables of environments, in the order in which users need them."""
    secrets: frozenset[str] = frozenset()
    """The variables whose values are secrets: the generator never writes them, except for the local mock."""
    public: frozenset[str] = frozenset()
    """The variables of credentials that the provider doesn't treat as secrets."""
    retired: tuple[str, ...] = ()
    """Variables in old environments of the provider, which must not get another meaning."""
    values: Mapping[str, Mapping[str, str]] = {}
    """Values of variables, by the stage of the server: ``production`` or ``stage``."""
    wrong: Mapping[str, str] = {}
    """Wrong values of credentials, by the kind of the variation that sends them."""

    placeholders: Mapping[str, str] = {}
    """The placeholders that descriptions use in examples, and the variable that replaces each one.

    None of these variables may be a secret: an example must not be able to request one.
    """
    guide_names: Mapping[str, str] = {}
    """The names that the provider's guides use in shell samples, where they differ, by variable."""
    shell_variables: Mapping[str, tuple[str, str]] = {}
    """The variables of shell samples: what each one holds, and where to find it."""
    words: Mapping[str, str] = {}
    """The templates of paragraphs in the provider's own words.

    ``access`` is how to get credentials, ``token`` how to get a token in a shell, ``by_hand`` in a browser,
    and ``use`` is what to do in Postman. Without them, general words appear, but nothing for ``by_hand``.
    """
    flag: str = ""
    """The value that is true in templates of scripts with this profile, if they have branches for it."""

    refused: Mapping[str, int] = {}
    """The statuses with which servers reject variations, by kind; ``""`` is the status of other kinds.

    If empty, the description decides.
    """
    enums: Literal["open", "closed"] = "closed"
    """Whether responses may have values beyond a documented enumeration."""
    guarded: bool = False
    """Whether writing requests, unknown hosts and redirects need the user's consent."""
    service: Service | None = None
    mock: Mock | None = None

    def __bool__(self) -> bool:
        """Whether this is the profile of a provider."""
        return bool(self.name)

    def is_shown(self, headers: frozenset[str], token_hosts: frozenset[str]) -> bool:
        """Whether a description has this profile, given its headers and hosts of tokens in lower case."""
        trusted = self.token.hosts if self.token else ()
        return any(_matches(host, trusted) for host in token_hosts) or not headers.isdisjoint(self.revealing)

    def guide_name(self, variable: str) -> str:
        """The name of ``variable`` in shell samples."""
        return self.guide_names.get(variable, variable)


#: The profile of APIs whose provider the generator doesn't know.
NO_PROFILE = Profile()


def _matches(host: str, trusted: tuple[str, ...]) -> bool:
    return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in trusted)
