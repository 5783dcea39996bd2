"""Adobe's identity service (IMS): OAuth Server-to-Server credentials, the token profile ``adobe-ims``.

The names are those of the Postman environment that Adobe Developer Console exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from generator.auth.token import Token

PROFILE = "adobe-ims"

#: Host of the token endpoint by the host label of the API's server.
IMS_HOSTS: Mapping[str, str] = MappingProxyType(
    {"production": "ims-na1.adobelogin.com", "stage": "ims-na1-stg1.adobelogin.com"}
)
TOKEN_PATH = "/ims/token/v3"
SCOPES = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"


class Credential(msgspec.Struct, frozen=True):
    """A variable that the user fills in, and where to find its value in Developer Console."""

    name: str
    where: str
    secret: bool = False


CREDENTIALS: tuple[Credential, ...] = (
    Credential("IMS", "the IMS host, ims-na1.adobelogin.com for production"),
    Credential("API_KEY", "Developer Console > your project > OAuth Server-to-Server > Client ID"),
    Credential(
        "CLIENT_SECRET",
        "Developer Console > your project > OAuth Server-to-Server > Retrieve client secret",
        secret=True,
    ),
    Credential("SCOPES", "Developer Console > your project > OAuth Server-to-Server > Scopes"),
    Credential("IMS_ORG", "Developer Console > your project > OAuth Server-to-Server > Organization ID"),
)
#: The variables of the shell samples, named as in Adobe's guides: what each one holds, and where to find it.
SHELL_VARIABLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ACCESS_TOKEN": (
            "an access token of IMS, valid for about 24 hours",
            "made by `ims-token.sh`, or by *Generate access token* in Developer Console",
        ),
        "API_KEY": ("the client ID", "Developer Console, your project, *OAuth Server-to-Server*"),
        "ORG_ID": (
            "the organization's ID, ending in `@AdobeOrg`",
            "Developer Console, your project, *OAuth Server-to-Server*",
        ),
    }
)
#: The access token, as the collection's script obtains it.
TOKEN = Token(
    variable="ACCESS_TOKEN",
    server="IMS",
    url="IMS",
    client_id="API_KEY",
    client_secret="CLIENT_SECRET",
    scopes="SCOPES",
    hosts=("adobelogin.com", "*.adobelogin.com"),
    path=TOKEN_PATH,
    separator=",",
    required=tuple(credential.name for credential in CREDENTIALS),
    beside=("API_KEY", "IMS_ORG"),
    where=MappingProxyType({credential.name: credential.where for credential in CREDENTIALS}),
    refused=(
        "Does API_KEY belong to the same credential, does the project have this API, and is IMS the host for "
        "this address?"
    ),
)
#: The variables that Developer Console exports, in the same order.
NAMES = ("IMS", "API_KEY", "CLIENT_SECRET", "SCOPES", "IMS_ORG", "TECHNICAL_ACCOUNT_ID", "ACCESS_TOKEN")
#: The variables whose values are secrets: the generator writes them in the environment ``local`` alone.
SECRETS = frozenset({"CLIENT_SECRET", "ACCESS_TOKEN"})

#: The placeholders that descriptions use in examples, and the Postman variable that replaces each one.
#: None of these variables is a secret: an example must not be able to request one.
PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "API_KEY": "API_KEY",
        "CLIENT_ID": "API_KEY",
        "ORG_ID": "IMS_ORG",
        "IMS_ORG": "IMS_ORG",
        "IMS_ORG_ID": "IMS_ORG",
    }
)

#: Request headers that carry credentials, in lower case, and the Postman variable that each one holds.
CREDENTIAL_HEADERS: Mapping[str, str] = MappingProxyType(
    {"authorization": "ACCESS_TOKEN", "x-api-key": "API_KEY", "x-gw-ims-org-id": "IMS_ORG"}
)

#: The credentials of the local mock, which holds invented data, on loopback. No other server accepts them.
LOCAL_MOCK: Mapping[str, str] = MappingProxyType(
    {
        "API_KEY": "local-mock-api-key",
        "CLIENT_SECRET": "local-mock-only-not-a-secret",
        "SCOPES": SCOPES,
        "IMS_ORG": "10CA10CA10CA10CA10CA10CA@AdobeOrg",
        "TECHNICAL_ACCOUNT_ID": "10CA10CA10CA10CA10CA10CA@techacct.adobe.com",
    }
)
LOCAL_MOCK_PORT = 8080
