#!/usr/bin/env bash
# Puts every program that a Kubernetes cluster with kubelets and containers takes into one directory, without a registry:
#   cluster-binaries.sh DIR
# etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kube-proxy, kubectl (kube-binaries.sh), coredns (a Go module);
# from Debian packages containerd, containerd-shim-runc-v2, ctr, runc, busybox and cni/.
# A machine that runs them also takes nftables, iptables, iproute2, jq and openssl from its own packages, and root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debian-packages.sh"
coredns=v1.13.1
out=$(realpath -m "${1:?cluster-binaries.sh DIR}")
mkdir -p "$out"

"$here/kube-binaries.sh"
# built of one version, also where the first three were downloaded of another
"$here/kube-binaries.sh" kubelet kube-proxy kube-controller-manager kube-scheduler
top=${KUBE_API_TEST_DIR:-$HOME/.kubeapitest}/k8s
for program in etcd kube-apiserver kubectl kubelet kube-proxy kube-controller-manager kube-scheduler; do
  found=$(ls "$top"/*/"$program" | sort -Vr | head -1)
  ln -sf "$found" "$out/$program"
done

if [ ! -x "$out/coredns" ]; then
  say "cluster: building coredns $coredns ..."
  GOBIN=$out CGO_ENABLED=0 GOFLAGS= go install -trimpath "github.com/coredns/coredns@$coredns"
fi

# containerd and the plugins are linked statically or to an old C library; runc is taken from this machine's own release, since a newer one needs a newer one
if [ ! -x "$out/runc" ]; then
  rm -rf "$out/packages"
  debian_unpack "${CLUSTER_SUITE:-forky}" "$out/packages" containerd containernetworking-plugins busybox-static
  cp "$out"/packages/usr/bin/{containerd,containerd-shim-runc-v2,ctr,busybox} "$out"
  mkdir -p "$out/cni"
  cp "$out"/packages/usr/lib/cni/* "$out/cni"
  rm -rf "$out/packages"
  debian_unpack "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$out/packages" runc
  cp "$(find "$out/packages" -name runc -type f -perm -1 -print -quit)" "$out"
  rm -rf "$out/packages"
fi
"$out/containerd" --version >&2
"$out/runc" --version | head -1 >&2
say "cluster: $out"
