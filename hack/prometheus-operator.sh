#!/usr/bin/env bash
# Puts the Prometheus operator's own definitions of PodMonitor and PrometheusRule, of its Go module, where ChartIT looks for them:
#   ${REDIS_MAINTENANCE_CACHE:-~/.cache/redis-maintenance}/prometheus-operator/*.yaml
# Where they cannot be got, that test is skipped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"
version=v0.85.0
out=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}/prometheus-operator

if [ "$(cat "$out/version" 2>/dev/null)" = "$version" ]; then
  say "prometheus-operator: $out (already there)"
  exit
fi
skip() { say "prometheus-operator: $1; whether it takes what the chart has for it is not tried"; exit; }
command -v go >/dev/null || skip "there is no Go to get its definitions with"
told=$(cd / && GOFLAGS= GOTOOLCHAIN=local go mod download -json "github.com/prometheus-operator/prometheus-operator@$version" 2>&1) ||
  skip "no definitions of $version here: $(printf '%s' "$told" | sed -n 's/^\t"Error": "\(.*\)"$/\1/p')"
from=$(printf '%s' "$told" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
mkdir -p "$out"
for kind in podmonitors prometheusrules; do
  install -m 644 "$from/example/prometheus-operator-crd/monitoring.coreos.com_$kind.yaml" "$out/$kind.yaml"
done
echo "$version" >"$out/version"
say "prometheus-operator: definitions of $version"
