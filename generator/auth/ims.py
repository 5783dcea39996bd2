"""Adobe's identity service (IMS): OAuth Server-to-Server credentials, the token profile ``adobe-ims``.

The names are those of the Postman environment that Adobe Developer Console exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from generator.auth.profile import Header, Mock, Profile, Service
from generator.auth.token import Token

TOKEN_PATH = "/ims/token/v3"
SCOPES = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"
_CREDENTIAL = "Developer Console > your project > OAuth Server-to-Server"
#: The variables that the user fills in, and where to find the value of each one.
_WHERE: Mapping[str, str] = MappingProxyType(
    {
        "IMS": "the IMS host, ims-na1.adobelogin.com for production",
        "API_KEY": f"{_CREDENTIAL} > Client ID",
        "CLIENT_SECRET": f"{_CREDENTIAL} > Retrieve client secret",
        "SCOPES": f"{_CREDENTIAL} > Scopes",
        "IMS_ORG": f"{_CREDENTIAL} > Organization ID",
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
    required=tuple(_WHERE),
    beside=("API_KEY", "IMS_ORG"),
    where=_WHERE,
    refused=(
        "Does API_KEY belong to the same credential, does the project have this API, and is IMS the host for "
        "this address?"
    ),
    script="ims-token",
)
#: The Privacy Service, whose description is embedded.
PRIVACY_SERVICE = Service(
    path="/data/core/privacy",
    # It documents its dates as `date-time`, but sends them as `10/02/2019 08:25 PM GMT`.
    loose_formats=("date-time",),
    # A job is created for each data subject, of whom there are many.
    sent_by_rows=("POST", "/jobs"),
)
MOCK = Mock(
    port=8080,
    values=MappingProxyType(
        {
            "API_KEY": "local-mock-api-key",
            "CLIENT_SECRET": "local-mock-only-not-a-secret",
            "SCOPES": SCOPES,
            "IMS_ORG": "10CA10CA10CA10CA10CA10CA@AdobeOrg",
            "TECHNICAL_ACCOUNT_ID": "10CA10CA10CA10CA10CA10CA@techacct.adobe.com",
        }
    ),
)
IMS = Profile(
    name="adobe-ims",
    token=TOKEN,
    headers=MappingProxyType(
        {
            "authorization": Header("ACCESS_TOKEN"),
            "x-api-key": Header("API_KEY"),
            "x-gw-ims-org-id": Header("IMS_ORG", secret=False),
            # `prod` is the sandbox that each organization has.
            "x-sandbox-name": Header(secret=False, default="prod"),
            "x-sandbox-id": Header(secret=False),
        }
    ),
    revealing=("x-gw-ims-org-id",),
    organization="x-gw-ims-org-id",
    hosts=("*.adobe.io",),
    variables=(
        "IMS",
        "API_KEY",
        "CLIENT_SECRET",
        "SCOPES",
        "IMS_ORG",
        "TECHNICAL_ACCOUNT_ID",
        "ACCESS_TOKEN",
    ),
    secrets=frozenset({"CLIENT_SECRET", "ACCESS_TOKEN"}),
    # Developer Console shows the client ID and the organization.
    public=frozenset({"API_KEY", "IMS_ORG"}),
    # These belong to Service Account (JWT) credentials.
    retired=("PRIVATE_KEY", "META_SCOPE", "JWT_TOKEN"),
    values=MappingProxyType(
        {
            "production": {"IMS": "ims-na1.adobelogin.com", "SCOPES": SCOPES},
            "stage": {"IMS": "ims-na1-stg1.adobelogin.com", "SCOPES": SCOPES},
        }
    ),
    wrong=MappingProxyType({"organization": "000000000000000000000000@AdobeOrg"}),
    placeholders=MappingProxyType(
        {
            "API_KEY": "API_KEY",
            "CLIENT_ID": "API_KEY",
            "ORG_ID": "IMS_ORG",
            "IMS_ORG": "IMS_ORG",
            "IMS_ORG_ID": "IMS_ORG",
        }
    ),
    guide_names=MappingProxyType({"IMS_ORG": "ORG_ID"}),
    shell_variables=MappingProxyType(
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
    ),
    words=MappingProxyType(
        {
            "access": "words/ims/access.md.j2",
            "token": "words/ims/token.md.j2",
            "by_hand": "words/ims/by_hand.md.j2",
            "use": "words/ims/use.md.j2",
        }
    ),
    flag="ims",
    # The gateway rejects credentials; the services behind it reject the rest.
    refused=MappingProxyType({"token": 401, "key": 403, "organization": 403, "unknown": 404, "": 400}),
    enums="open",
    guarded=True,
    service=PRIVACY_SERVICE,
    mock=MOCK,
)
