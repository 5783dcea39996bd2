#!/usr/bin/env bash
# List privacy jobs
# GET /jobs
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

curl --fail-with-body --silent --show-error -X GET \
  "${BASE_URL%/}/jobs?regulation=ccpa" \
  -H @- <<HEADERS
Authorization: Bearer ${ACCESS_TOKEN}
x-api-key: ${API_KEY}
x-gw-ims-org-id: ${ORG_ID}
HEADERS
