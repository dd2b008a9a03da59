#!/usr/bin/env bash
# Puts kube-apiserver, etcd and kubectl where kube-api-test and setup-envtest keep them:
#   ${KUBE_API_TEST_DIR:-~/.kubeapitest}/k8s/VERSION-OS-ARCH/
# Already there, else downloaded, else built: kube-apiserver and kubectl from Go modules (hack/kube), etcd from a
# Debian package. The first build takes 5 to 10 minutes on two cores.
#   kube-binaries.sh                       the three
#   kube-binaries.sh kubelet kube-proxy    other programs of the same Kubernetes, built into the same place
#   KUBE_DOWNLOAD=no                       do not try to download
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"

built=$(awk '$1 == "k8s.io/kubernetes" { print substr($2, 2) }' "$here/kube/go.mod")
released=1.34.1 # the newest envtest archive of the same minor version
envtest=https://github.com/kubernetes-sigs/controller-tools/releases/download
cache=${REDIS_MAINTENANCE_CACHE:-$HOME/.cache/redis-maintenance}
os=$(uname -s | tr '[:upper:]' '[:lower:]')
case $(uname -m) in x86_64 | amd64) arch=amd64 ;; aarch64 | arm64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
top=${KUBE_API_TEST_DIR:-$HOME/.kubeapitest}/k8s
dir=$top/$built-$os-$arch
began=$SECONDS
took() { printf '%s s' $((SECONDS - began)); }

# Prints the directory that has all three, of the highest version where there are several.
complete() {
  local d
  for d in $(ls -d "$top"/*-"$os-$arch" 2>/dev/null | sort -Vr); do
    [ -x "$d/etcd" ] && [ -x "$d/kube-apiserver" ] && [ -x "$d/kubectl" ] && { echo "$d"; return; }
  done
  return 1
}

download() {
  [ "${KUBE_DOWNLOAD:-yes}" = yes ] && command -v curl >/dev/null && command -v sha512sum >/dev/null || return 1
  local name=envtest-v$released-$os-$arch.tar.gz part sum
  part=$(mktemp -d "$top/download.XXXXXX")
  # A machine without the Internet must not wait here: five seconds to connect, five more without a byte.
  fetch() { curl -fsSL --connect-timeout 5 --speed-time 5 --speed-limit 1 -o "$part/$1" "$envtest/envtest-v$released/$1"; }
  if fetch "$name.sha512" 2>/dev/null && fetch "$name"; then
    sum=$(awk '{ print $1; exit }' "$part/$name.sha512")
    echo "$sum  $part/$name" | sha512sum --check --quiet >&2 || die "$name: checksum does not match"
    tar -xzf "$part/$name" -C "$part"
    rm -rf "${top:?}/$released-$os-$arch"
    mv "$part/controller-tools/envtest" "$top/$released-$os-$arch"
    rm -rf "$part"
    return 0
  fi
  rm -rf "$part"
  return 1
}

build() { # PROGRAM
  [ -x "$dir/$1" ] && { say "kube: $1 already there"; return; }
  command -v go >/dev/null || die "cannot download, and there is no Go to build $1 with"
  local began=$SECONDS stamp=k8s.io/component-base/version module
  say "kube: building $1 $built from Go modules ..."
  # go.mod is made complete in a copy: a build must not change the repository.
  module=$(mktemp -d)
  cp "$here/kube/go.mod" "$here/kube/go.sum" "$module"
  (cd "$module" && CGO_ENABLED=0 GOFLAGS= GOTOOLCHAIN=local go build -mod=mod -trimpath -buildvcs=false -o "$dir/$1.part" \
    -ldflags "-s -w -X $stamp.gitVersion=v$built -X $stamp.gitMajor=${built%%.*} -X $stamp.gitMinor=$(cut -d. -f2 <<<"$built")" \
    "k8s.io/kubernetes/cmd/$1")
  rm -rf "$module"
  mv "$dir/$1.part" "$dir/$1"
  say "kube: built $1 in $(took)"
}

etcd() {
  [ -x "$dir/etcd" ] && { say "kube: etcd already there"; return; }
  local began=$SECONDS suite=trixie root=$cache/etcd
  if [ ! -x "$root/usr/bin/etcd" ]; then
    rm -rf "$root.part"*
    debian_unpack "$suite" "$root.part" etcd-server || die "no apt on this machine: put an etcd 3.5 or later at $dir/etcd"
    rm -rf "$root.part/usr/share"
    mv "$root.part" "$root"
  fi
  cp "$root/usr/bin/etcd" "$dir/etcd.part"
  "$dir/etcd.part" --version >/dev/null || die "the packaged etcd does not run on this machine: put another at $dir/etcd"
  mv "$dir/etcd.part" "$dir/etcd"
  say "kube: etcd $("$dir/etcd" --version | awk 'NR == 1 { print $3 }') from a Debian package in $(took)"
}

if [ $# -eq 0 ] && there=$(complete); then
  say "kube: $there (already there)"
  exit
fi
mkdir -p "$dir"
if command -v flock >/dev/null; then
  exec 9>"$top/.lock"
  flock 9
fi
if [ $# -gt 0 ]; then
  for program in "$@"; do build "$program"; done
  exit
fi
if there=$(complete); then
  say "kube: $there (made by another run)"
elif download; then
  say "kube: $(complete) (downloaded in $(took))"
else
  say "kube: nothing to download from, building"
  etcd
  build kubectl
  build kube-apiserver
  say "kube: $dir (complete in $(took))"
fi
