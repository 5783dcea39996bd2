"""AWS Signature Version 4, which API Gateway declares as an API key with an extension of its own.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from generator.escaping.markup.spans import markdown_code
from generator.model.types import Credential, Variable
from generator.reading.lenient import mapping, sequence, text

if TYPE_CHECKING:
    from generator.model.security.credentials import VariableNames

#: Headers with credentials that the signing client writes itself.
OWN_HEADERS = ("x-amz-security-token",)
_REGION = "us-east-1"
#: The service that API Gateway's own endpoints are signed for.
_SERVICE = "execute-api"
#: The service and the region of an endpoint: https://docs.aws.amazon.com/general/latest/gr/rande.html
_ENDPOINT = re.compile(
    r"[/.]([a-z][a-z0-9-]{0,40})(?:\.([a-z]{2}(?:-[a-z]{2,12}){1,3}-\d))?"
    r"\.amazonaws\.com(?:\.cn)?(?=[/:]|$)"
)


def is_signed(node: Mapping[str, Any]) -> bool:
    """Whether a security scheme is AWS Signature Version 4."""
    if node.get("type") == "http":
        return text(node.get("scheme")).lower() in ("aws4-hmac-sha256", "awssigv4", "sigv4")
    return text(node.get("x-amazon-apigateway-authtype")).lower() == "awssigv4"


def credential(scheme: str, root: Mapping[str, Any], names: VariableNames) -> Credential:
    """The credential of such a scheme. Service and region are those of the first server at AWS."""
    service, region = _scope(root)
    key, secret, token, of_region, of_service = (
        names.variable(scheme, f"AWS_{name}")
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "REGION", "SERVICE")
    )
    note = (
        f"AWS Signature Version 4 ({markdown_code(scheme)}): fill in `{key}` and `{secret}`, and `{token}` "
        f"where they are temporary. Requests are signed for the service in `{of_service}` and the region in "
        f"`{of_region}`."
    )
    return Credential(
        "awsv4",
        scheme,
        variable=secret,
        username=key,
        variables=(
            Variable(key, part="access_key"),
            Variable(secret, True, part="secret_key"),
            Variable(token, True, part="session_token"),
            Variable(of_region, value=region, part="region"),
            Variable(of_service, value=service, part="service"),
        ),
        note=note,
    )


def _scope(root: Mapping[str, Any]) -> tuple[str, str]:
    """The service and the region of the first server whose URL names them, or defaults."""
    for server in map(mapping, sequence(root.get("servers"))):
        url = text(server.get("url")).lower()
        for name, variable in mapping(server.get("variables")).items():
            url = url.replace("{" + name.lower() + "}", text(mapping(variable).get("default")).lower())
        found = _ENDPOINT.search(url)
        if found:
            return found[1], found[2] or _REGION
    return _SERVICE, _REGION
