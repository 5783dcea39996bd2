#!/usr/bin/env bash
# Create a privacy job
# POST /jobs
#
# Needs ACCESS_TOKEN, API_KEY, ORG_ID in the environment. ACCESS_TOKEN, API_KEY reach curl on its standard input:
# arguments can be seen by every user of the machine.
# ORG_ID is part of the request, which becomes an argument.
# Optional: BASE_URL (the address).
set -euo pipefail

missing=''
for name in ACCESS_TOKEN API_KEY ORG_ID; do
  if [ -z "${!name:-}" ]; then missing="$missing $name"; fi
done
if [ -n "$missing" ]; then
  printf '%s: set these environment variables first:%s\n' "${0##*/}" "$missing" >&2
  exit 2
fi

if [ -z "${BASE_URL:-}" ]; then
  BASE_URL='https://platform.adobe.io/data/core/privacy'
  printf '%s: BASE_URL is not set, calling %s: %s\n' "${0##*/}" 'production' "$BASE_URL" >&2
fi

# The host of the address; none where it is not a plain one, with a user name for instance.
scheme='' host=''
plain='^(https?)://([A-Za-z0-9._-]+|\[::1\])(:[0-9]+)?(/|$)'
if [[ $BASE_URL =~ $plain ]]; then
  scheme="${BASH_REMATCH[1]}"
  host="$(printf '%s' "${BASH_REMATCH[2]}" | tr '[:upper:]' '[:lower:]')"
fi
case "$host" in 127.0.0.1 | localhost | '[::1]') here=yes ;; *) here=no ;; esac

# Credentials go to this machine, or over https to *.adobe.io and hosts that ALLOW_HOSTS names, and nowhere else.
if [ "$here" = no ]; then
  trusted=no
  case "$host" in *.adobe.io) trusted=yes ;; esac
  case " $(printf '%s' "${ALLOW_HOSTS:-}" | tr '[:upper:],' '[:lower:] ') " in *" $host "*) trusted=yes ;; esac
  if [ "$scheme" != https ] || [ "$trusted" = no ]; then
    printf '%s: credentials would go to %s, which is neither an https host of *.adobe.io nor this machine;' \
      "${0##*/}" "${host:-no plain address}" >&2
    printf ' nothing was sent. ALLOW_HOSTS names more hosts that may have them over https\n' >&2
    exit 2
  fi
fi

# This call writes. Anywhere but on this machine it has to be asked for.
if [ "$here" = no ]; then
  case "${ALLOW_WRITES:-}" in
    [Tt][Rr][Uu][Ee]) ;;
    *)
      printf '%s: this call writes at %s; set ALLOW_WRITES=true to send it\n' "${0##*/}" "${host:-another machine}" >&2
      exit 3
      ;;
  esac
fi

# Inside a JSON string, backslashes and quotes need escaping.
ORG_ID_JSON=${ORG_ID//\\/\\\\}
ORG_ID_JSON=${ORG_ID_JSON//\"/\\\"}

curl --fail-with-body --silent --show-error -X POST \
  --globoff --proto =http,https \
  "${BASE_URL%/}/jobs" \
  -H @- \
  -H 'Content-Type: application/json' \
  -d '{
    "companyContexts": [
      {
        "namespace": "imsOrgID",
        "value": "'"${ORG_ID_JSON}"'"
      }
    ],
    "users": [
      {
        "key": "DavidSmith",
        "action": [
          "access"
        ],
        "userIDs": [
          {
            "namespace": "email",
            "value": "dsmith@acme.com",
            "type": "standard"
          },
          {
            "namespace": "ECID",
            "value": "443636576799758681021090721276",
            "type": "standard",
            "isDeletedClientSide": false
          }
        ]
      },
      {
        "key": "user12345",
        "action": [
          "access",
          "delete"
        ],
        "userIDs": [
          {
            "namespace": "email",
            "value": "ajones@acme.com",
            "type": "standard"
          },
          {
            "namespace": "loyaltyAccount",
            "value": "12AD45FE30R29",
            "type": "integrationCode"
          }
        ]
      }
    ],
    "include": [
      "Analytics",
      "AudienceManager",
      "profileService"
    ],
    "expandIds": false,
    "priority": "normal",
    "regulation": "ccpa"
  }' <<HEADERS
Authorization: Bearer ${ACCESS_TOKEN}
x-api-key: ${API_KEY}
x-gw-ims-org-id: ${ORG_ID}
HEADERS
