#!/usr/bin/env bash
# Runs connlint for the action. Inputs come as CONNLINT_ variables; connlint reads the event, the token and where to write
# summary and outputs from GitHub's own ones. Its exit code is the step's.
set -euo pipefail

arguments=(review)

# option NAME VALUE: passes an option on if it has a value. One word, so that no value can be taken for an option.
option() {
    [ -z "$2" ] || arguments+=("$1=$2")
}

case ${CONNLINT_SARIF_FILE:-} in
    *$'\n'*)
        echo "::error title=connlint did not run::'sarif-file' has more than one line"
        exit 2
        ;;
esac
option --base "${CONNLINT_BASE:-}"
option --config "${CONNLINT_CONFIG:-}"
option --fail-on "${CONNLINT_FAIL_ON:-}"
option --comments "${CONNLINT_COMMENTS:-}"
option --comment-id "${CONNLINT_COMMENT_ID:-}"
option --output "${CONNLINT_SARIF_FILE:+sarif=$CONNLINT_SARIF_FILE}"
option --output "${CONNLINT_JSON_FILE:+json=$CONNLINT_JSON_FILE}"
option --from "${CONNLINT_FROM:-}"

code=0
"$CONNLINT_PROGRAM" "${arguments[@]}" -- "${CONNLINT_PATH:-.}" || code=$?
if [ -n "${CONNLINT_SARIF_FILE:-}" ] && [ -f "$CONNLINT_SARIF_FILE" ]; then
    echo "sarif-file=$CONNLINT_SARIF_FILE" >>"$GITHUB_OUTPUT"
fi
exit "$code"
