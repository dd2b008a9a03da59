#!/usr/bin/env bash
# Puts the Prometheus operator's own definitions of PodMonitor and PrometheusRule, of its Go module, where ChartIT looks for them:
#   ${REDIS_MAINTENANCE_CACHE:-~/.cache/redis-maintenance}/prometheus-operator/{podmonitors,prometheusrules}.yaml
# Where they cannot be got, that test is skipped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"
version=v0.85.0
out=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}/prometheus-operator
kinds="podmonitors prometheusrules"

if [ "$(cat "$out/version" 2>/dev/null)" = "$version" ] && [ -f "$out/podmonitors.yaml" ] && [ -f "$out/prometheusrules.yaml" ]; then
  say "prometheus-operator: $out (already there)"
  exit
fi
# older ones would be tried all the same
rm -rf "$out"
skip() { say "prometheus-operator: $1; whether it takes what the chart has for it is not tried"; exit; }
command -v go >/dev/null || skip "there is no Go to get its definitions with"
told=$(cd / && GOFLAGS= GOTOOLCHAIN=local timeout 120 go mod download -json "github.com/prometheus-operator/prometheus-operator@$version" 2>&1) ||
  skip "no definitions of $version here: $(printf '%s' "$told" | tail -3 | tr -d '\t\n')"
from=$(printf '%s' "$told" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
mkdir -p "$(dirname "$out")"
part=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$part"' EXIT
for kind in $kinds; do
  install -m 644 "$from/example/prometheus-operator-crd/monitoring.coreos.com_$kind.yaml" "$part/$kind.yaml" || skip "its module is not as it was"
done
echo "$version" >"$part/version"
chmod 755 "$part"
mv "$part" "$out"
say "prometheus-operator: definitions of $version"
