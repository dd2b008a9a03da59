#!/usr/bin/env bash
# Puts Prometheus' promtool, of a Debian package, where AlertsIT looks for it:
#   ${REDIS_MAINTENANCE_CACHE:-~/.cache/redis-maintenance}/promtool/promtool
# One that is on the PATH does as well. Where there is neither, that test is skipped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"
out=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}/promtool

if [ -x "$out/promtool" ] || command -v promtool >/dev/null; then
  say "promtool: already there"
  exit
fi
mkdir -p "$out"
work=$(mktemp -d "$out/packages.XXXXXX")
trap 'rm -rf "$work"*' EXIT
# of this machine's own release where it is Debian: it is linked to the C library
suite=$(. /etc/os-release 2>/dev/null && [ "$ID" = debian ] && echo "$VERSION_CODENAME" || echo bookworm)
(debian_unpack "$suite" "$work" prometheus) || true
if [ ! -x "$work/usr/bin/promtool" ]; then
  say "promtool: no Debian package of it here; install promtool to have the alerts tried"
  exit
fi
mv "$work/usr/bin/promtool" "$out/promtool"
say "promtool: $("$out/promtool" --version 2>&1 | head -1)"
