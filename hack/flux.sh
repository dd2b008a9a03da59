#!/usr/bin/env bash
# Builds Flux's kustomize-controller from its Go module, and puts the resource definitions that it wants beside it:
#   ${REDIS_MAINTENANCE_CACHE:-~/.cache/redis-maintenance}/flux/{kustomize-controller,crds/}
# Needs Go and no registry; 2 to 10 minutes on two cores, once.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"
version=v1.7.3
sources=v1.7.3
out=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}/flux

if [ -x "$out/kustomize-controller" ] && [ "$(cat "$out/built" 2>/dev/null)" = "$version $sources" ]; then
  say "flux: $out (already there)"
  exit
fi
command -v go >/dev/null || die "there is no Go to build kustomize-controller with"
export GOFLAGS= CGO_ENABLED=0 GOTOOLCHAIN=local
# Prints where the module's files are.
module() { (cd / && go mod download -json "$1") | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }

began=$SECONDS
say "flux: building kustomize-controller $version from Go modules ..."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
from=$(module "github.com/fluxcd/kustomize-controller@$version")
definitions=$(module "github.com/fluxcd/source-controller@$sources")
cp -r "$from/." "$work"
chmod -R u+w "$work"
# its API is a directory of the same repository, and so a module of its own to everybody else
(cd "$work" && go mod edit -dropreplace=github.com/fluxcd/kustomize-controller/api \
  && go build -mod=mod -trimpath -buildvcs=false -ldflags "-s -w" -o kustomize-controller .)
mkdir -p "$out/crds"
cp "$work"/config/crd/bases/*.yaml "$definitions"/config/crd/bases/*.yaml "$out/crds"
chmod u+w "$out"/crds/*
mv "$work/kustomize-controller" "$out/kustomize-controller"
echo "$version $sources" >"$out/built"
say "flux: built in $((SECONDS - began)) s"
