#!/usr/bin/env bash
# Builds argocd/main.go, which runs health checks and actions as Argo CD does, inside Argo CD's own Go module:
#   ${REDIS_MAINTENANCE_CACHE:-~/.cache/redis-maintenance}/argocd/argocd-lua
# Needs Go and no registry; 2 to 10 minutes on two cores, once.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"
version=v3.1.0
out=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}/argocd
built="$version $(cksum <"$here/argocd/main.go")"

if [ -x "$out/argocd-lua" ] && [ "$(cat "$out/built" 2>/dev/null)" = "$built" ]; then
  say "argocd: $out (already there)"
  exit
fi
command -v go >/dev/null || die "there is no Go to build Argo CD's scripts machine with"
export GOFLAGS= CGO_ENABLED=0 GOTOOLCHAIN=local
began=$SECONDS
say "argocd: building it from the Go module of Argo CD $version ..."
from=$(cd / && go mod download -json "github.com/argoproj/argo-cd/v3@$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
tar -C "$from" -cf - --exclude=./ui --exclude=./docs --exclude=./manifests --exclude=./test . | tar -C "$work" -xf -
chmod -R u+w "$work"
mkdir "$work/scripts-machine"
cp "$here/argocd/main.go" "$work/scripts-machine"
mkdir -p "$out"
(cd "$work" && go build -mod=mod -trimpath -buildvcs=false -ldflags "-s -w" -o "$out/argocd-lua.part" ./scripts-machine)
mv "$out/argocd-lua.part" "$out/argocd-lua"
echo "$built" >"$out/built"
say "argocd: built in $((SECONDS - began)) s"
