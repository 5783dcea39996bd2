#!/usr/bin/env bash
# Retrieve a privacy job
# GET /jobs/{JOB_ID}
#
# Needs ACCESS_TOKEN, API_KEY, ORG_ID in the environment. They reach curl on its standard input:
# arguments can be seen by every user of the machine.
# Optional: BASE_URL (the address), JOB_ID (in the path).
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
if [ -z "${JOB_ID:-}" ]; then JOB_ID='6fc09b53-c24f-4a6c-9ca2-c6076b0842b6'; fi

curl --fail-with-body --silent --show-error -X GET \
  "${BASE_URL%/}/jobs/${JOB_ID}" \
  -H @- <<HEADERS
Authorization: Bearer ${ACCESS_TOKEN}
x-api-key: ${API_KEY}
x-gw-ims-org-id: ${ORG_ID}
HEADERS
