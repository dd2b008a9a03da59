#!/usr/bin/env bash
# Puts Prometheus and its promtool, of a Debian package, where AlertsIT and make dashboard look for them:
#   ${REDIS_MAINTENANCE_CACHE:-~/.cache/redis-maintenance}/promtool/{promtool,prometheus}
# Those that are on the PATH do as well. Where there is neither, that test is skipped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"
out=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}/promtool

have() { [ -x "$out/$1" ] || command -v "$1" >/dev/null; }
if have promtool && have prometheus; then
  say "promtool: already there"
  exit
fi
mkdir -p "$out"
work=$(mktemp -d "$out/packages.XXXXXX")
trap 'rm -rf "$work"*' EXIT
# of this machine's own release where it is Debian: it is linked to the C library
suite=$(. /etc/os-release 2>/dev/null && [ "$ID" = debian ] && echo "$VERSION_CODENAME" || echo bookworm)
(debian_unpack "$suite" "$work" prometheus) || true
if [ ! -x "$work/usr/bin/promtool" ] || [ ! -x "$work/usr/bin/prometheus" ]; then
  say "promtool: no Debian package of it here; install promtool to have the alerts tried"
  exit
fi
mv "$work/usr/bin/promtool" "$work/usr/bin/prometheus" "$out/"
say "promtool: $("$out/promtool" --version 2>&1 | head -1)"
