#!/usr/bin/env bash
# Process an opt-out-of-sale request
# POST /consent
#
# Needs ACCESS_TOKEN, API_KEY, ORG_ID in the environment. They reach curl on its standard input:
# arguments can be seen by every user of the machine.
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

# This call writes. Anywhere but on this machine it has to be asked for.
case "$BASE_URL" in
  http://127.0.0.1[:/]* | http://localhost[:/]* | 'http://[::1]'[:/]*) ;;
  *)
    if [ "${ALLOW_WRITES:-}" != true ]; then
      printf '%s: this call writes at %s; set ALLOW_WRITES=true to send it\n' "${0##*/}" "$BASE_URL" >&2
      exit 3
    fi
    ;;
esac

curl --fail-with-body --silent --show-error -X POST \
  "${BASE_URL%/}/consent" \
  -H @- \
  -H 'Content-Type: application/json' \
  -d '{
    "optOutOfSale": true,
    "entities": [
      {
        "nameSpace": "email",
        "values": [
          "dsmith@acme.com",
          "ajones@acme.com"
        ]
      },
      {
        "nameSpace": "ECID",
        "values": [
          "443636576799758681021090721276"
        ]
      }
    ]
  }' <<HEADERS
Authorization: Bearer ${ACCESS_TOKEN}
x-api-key: ${API_KEY}
x-gw-ims-org-id: ${ORG_ID}
HEADERS
