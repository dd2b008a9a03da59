#!/usr/bin/env bash
# Puts Redis 7.0 and 8.0 and Valkey 8.1 and 9.1 from signed Debian packages into a cache directory.
# Result: DIR/bin/{redis70,redis80,valkey81,valkey91}-{server,cli}
#   REDIS_MAINTENANCE_CACHE    where the cache is (default ~/.cache/redis-maintenance)
#   REDIS_MAINTENANCE_SERVERS  a directory with bin/ as above that is already there: nothing is downloaded
#   DEBIAN_MIRROR              address of a Debian archive where this machine's apt knows none
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/debian-packages.sh"

names=(redis70 redis80 valkey81 valkey91)
missing() { # DIR : the programs that are not there
  local name program
  for name in "${names[@]}"; do
    for program in server cli; do
      [ -x "$1/bin/$name-$program" ] || printf ' %s-%s' "$name" "$program"
    done
  done
}

if [ -n "${REDIS_MAINTENANCE_SERVERS:-}" ]; then
  lacks=$(missing "$REDIS_MAINTENANCE_SERVERS")
  [ -z "$lacks" ] || die "REDIS_MAINTENANCE_SERVERS=$REDIS_MAINTENANCE_SERVERS lacks in bin/:$lacks"
  say "servers: $REDIS_MAINTENANCE_SERVERS (given)"
  exit
fi
out=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}/servers
if [ -z "$(missing "$out")" ]; then
  say "servers: $out (already there)"
  exit
fi
command -v apt-get >/dev/null && command -v dpkg >/dev/null || die \
"this machine has no apt, and the servers come from Debian packages. The way out: put
  bin/{redis70,redis80,valkey81,valkey91}-{server,cli} into a directory DIR and set REDIS_MAINTENANCE_SERVERS=DIR"

mkdir -p "$out/bin"
exec 9>"$out/.lock"
flock 9
[ -n "$(missing "$out")" ] || { say "servers: $out (made by another run)"; exit; }

unpack() { # SUITE PACKAGE... : whole or not at all
  local suite=$1
  shift
  [ -d "$out/$suite" ] && return
  rm -rf "$out/$suite.part"*
  debian_unpack "$suite" "$out/$suite.part" "$@"
  rm -rf "$out/$suite.part/usr/share"
  mv "$out/$suite.part" "$out/$suite"
}

# The programs run with their own release's loader and libraries, whatever this machine's are. exec, so that the
# process that is started is the server itself: signals and process ids mean the server.
wrap() { # SUITE PREFIX-THERE NAME
  local root=$out/$1 loader libs program file
  loader=$(cd "$root" && shopt -s nullglob && set -- usr/lib*/ld-linux*.so.* lib*/ld-linux*.so.* && echo "$1")
  libs=$(cd "$root" && shopt -s nullglob && printf ':$root/%s' usr/lib/*-linux-gnu* lib/*-linux-gnu*)
  for program in server cli; do
    file=$out/bin/$3-$program
    printf '#!/bin/sh\nroot=${0%%/*}/../%s\nexec "$root/%s" --library-path "%s" "$root/usr/bin/%s-%s" "$@"\n' \
      "$1" "$loader" "${libs#:}" "$2" "$program" >"$file.part"
    chmod +x "$file.part"
    mv "$file.part" "$file"
  done
}

began=$SECONDS
say "servers: unpacking Debian packages into $out ..."
unpack forky valkey-server valkey-tools redis-server redis-tools
unpack trixie valkey-server valkey-tools
unpack bookworm redis-server redis-tools
wrap forky valkey valkey91
wrap forky redis redis80
wrap trixie valkey valkey81
wrap bookworm redis redis70
for name in "${names[@]}"; do
  version=$("$out/bin/$name-server" --version) || die "$name-server does not run"
  say "servers: $name is ${version%% sha*}"
done
say "servers: done in $((SECONDS - began)) s"
