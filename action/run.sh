#!/usr/bin/env bash
# Runs connlint for the action. Inputs come as CONNLINT_ variables; connlint reads the event, the token and where to write
# summary and outputs from GitHub's own ones. Its exit code is the step's.
set -euo pipefail

arguments=(review)

# option NAME VALUE: passes an option on if it has a value. One word, so that no value can be taken for an option.
option() {
    [ -z "$2" ] || arguments+=("$1=$2")
}

# A file's path as seen from the workspace, wherever connlint runs; nothing for no path.
from_workspace() {
    case $1 in
        '' | /* | [A-Za-z]:*) printf '%s' "$1" ;;
        *) printf '%s/%s' "$PWD" "$1" ;;
    esac
}

sarif=$(from_workspace "${CONNLINT_SARIF_FILE:-}")
json=$(from_workspace "${CONNLINT_JSON_FILE:-}")
option --base "${CONNLINT_BASE:-}"
option --config "$(from_workspace "${CONNLINT_CONFIG:-}")"
option --fail-on "${CONNLINT_FAIL_ON:-}"
option --comments "${CONNLINT_COMMENTS:-}"
option --comment-on "${CONNLINT_COMMENT_ON:-}"
option --comment-id "${CONNLINT_COMMENT_ID:-}"
option --output "${sarif:+sarif=$sarif}"
option --output "${json:+json=$json}"
option --from "$(from_workspace "${CONNLINT_FROM:-}")"

if ! [ -d "${CONNLINT_PATH:-.}" ]; then
    echo "::error title=connlint did not run::'path' names no folder"
    exit 2
fi
code=0
(cd "${CONNLINT_PATH:-.}" && "$CONNLINT_PROGRAM" "${arguments[@]}") || code=$?
# A later step uploads the report only if there is one. A name of several lines would be several outputs.
if [ -n "$sarif" ] && [ -f "$sarif" ] && [[ $sarif != *$'\n'* ]]; then
    echo "sarif-file=$CONNLINT_SARIF_FILE" >>"$GITHUB_OUTPUT"
fi
exit "$code"
