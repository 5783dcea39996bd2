#!/usr/bin/env bash
# Exchanges client credentials for an access token of Adobe's identity service (IMS), and prints the token.
#
# Needs API_KEY and CLIENT_SECRET in the environment. They reach curl through files that only this process
# can read: arguments can be seen by every user of the machine.
# Optional: IMS (a host, or an address of which the host counts), SCOPES (comma-separated).
set -euo pipefail

missing=''
for name in API_KEY CLIENT_SECRET; do
  if [ -z "${!name:-}" ]; then missing="$missing $name"; fi
done
if [ -n "$missing" ]; then
  printf '%s: set these environment variables first:%s\n' "${0##*/}" "$missing" >&2
  exit 2
fi

IMS="${IMS:-ims-na1.adobelogin.com}"
SCOPES="${SCOPES:-openid,session,AdobeID,read_organizations,additional_info.projectedProductContext}"
case "$IMS" in
  *://*) ;;
  *) IMS="https://$IMS" ;;
esac

# The secret goes over https to Adobe, or to this machine, and nowhere else. The path is always the same.
scheme='' host='' port=''
plain='^(https?)://([A-Za-z0-9._-]+|\[::1\])(:[0-9]+)?(/|$)'
if [[ $IMS =~ $plain ]]; then
  scheme="${BASH_REMATCH[1]}"
  host="$(printf '%s' "${BASH_REMATCH[2]}" | tr '[:upper:]' '[:lower:]')"
  port="${BASH_REMATCH[3]:-}"
fi
case "$scheme://$host" in
  https://adobelogin.com | https://*.adobelogin.com) trusted=yes ;;
  *://127.0.0.1 | *://localhost | *://'[::1]') trusted=yes ;;
  *) trusted=no ;;
esac
if [ "$trusted" = no ]; then
  printf '%s: IMS is neither an https host of adobelogin.com nor this machine; the secret was not sent\n' "${0##*/}" >&2
  exit 2
fi

status=0
answer="$(curl --fail-with-body --silent --show-error -X POST \
  "$scheme://$host$port/ims/token/v3" \
  -H 'Content-Type: application/x-www-form-urlencoded' \
  --data-urlencode 'grant_type=client_credentials' \
  --data-urlencode client_id@<(printf '%s' "$API_KEY") \
  --data-urlencode client_secret@<(printf '%s' "$CLIENT_SECRET") \
  --data-urlencode scope@<(printf '%s' "$SCOPES"))" || status=$?

if [ "$status" -ne 0 ]; then
  error="$(printf '%s' "$answer" | sed -n 's/.*"error" *: *"\([a-z_]*\)".*/\1/p')"
  # Only the codes of RFC 6749 are repeated: other text of the server may hold what was sent.
  case "$error" in
    invalid_request | invalid_client | invalid_grant | unauthorized_client | unsupported_grant_type | invalid_scope) ;;
    *) error='' ;;
  esac
  printf '%s: IMS gave no token%s\n' "${0##*/}" "${error:+ ($error)}" >&2
  exit "$status"
fi

token="$(printf '%s' "$answer" | tr -d '\n' | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')"
if [ -z "$token" ]; then
  printf '%s: the response of IMS contains no access token\n' "${0##*/}" >&2
  exit 1
fi
printf '%s\n' "$token"
