#!/usr/bin/env bash
# Writes what `make demo` prints into the documentation: after each line <!-- demo: SETTINGS --> the code block is made anew.
#   demo-output.sh FILE...      the pages; without a word all below docs that have such a line
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -gt 0 ] || mapfile -t pages < <(grep -rl '^<!-- demo: ' docs)
for page in "${@:-${pages[@]}}"; do
  grep '^<!-- demo: ' "$page" | while IFS= read -r line; do
    settings=${line#<!-- demo: }
    settings=${settings% -->}
    printf '%s: make demo %s\n' "$page" "$settings" >&2
    out=$(mktemp)
    # two lines of the beginning say nothing of the option
    env $settings make --no-print-directory -s demo </dev/null | sed 's,\x1b\[[0-9;]*m,,g' | grep -v '^Kubernetes API:\|^Operator:' >"$out"
    new=$(mktemp)
    awk -v marker="$line" -v out="$out" '
      function block() { print "```"; while ((getline text < out) > 0) if (text != "" || any) { print text; any = 1 }; print "```" }
      $0 == marker && !done { print; wanted = 1; next }
      wanted == 1 && /^```/ { wanted = 2; next }
      wanted == 2 && /^```/ { block(); wanted = 0; done = 1; next }
      wanted == 2 { next }
      { print }' "$page" >"$new"
    mv "$new" "$page"
    rm -f "$out"
  done
done
