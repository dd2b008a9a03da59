#!/usr/bin/env bash
# Makes what an image needs below the application, without a registry: a Java run time that is linked to what is used, and Debian's C library.
#   rootfs.sh DIR            made anew unless it is there already
#   IMAGE_JDK     a JDK of a long-term release with jlink (default: the newest of this machine)
#   IMAGE_SUITE   Debian's release (default trixie)
# The image is of this machine's architecture; run it on each one for more.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/debian-packages.sh"
out=$(realpath -m "${1:?rootfs.sh DIR}")
[ -x "$out/opt/java/bin/java" ] && { say "rootfs: $out (already there)"; exit; }

release_of() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null; }
newest() {
  local dir
  for dir in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -x "$dir/bin/jlink" ] && case $(release_of "$dir") in 17 | 21 | 25 | 29) printf '%s %s\n' "$(release_of "$dir")" "$dir" ;; esac
  done | sort -n | awk '{ found = $2 } END { print found }'
}
jdk=${IMAGE_JDK:-$(newest)}
[ -n "$jdk" ] && [ -x "$jdk/bin/jlink" ] || die "no JDK with jlink; set IMAGE_JDK to one, or IMAGE_BASE to a base image as a tar"
say "rootfs: Java $(release_of "$jdk") of $jdk, Debian ${IMAGE_SUITE:=trixie}"

mkdir -p "$(dirname "$out")"
rm -rf "$out.part"*
debian_unpack "$IMAGE_SUITE" "$out.debian" libc6 zlib1g
mkdir -p "$out.part"/{opt,etc,tmp,usr}
# Image layers here have no symbolic links: the loader is put where programs name it, the libraries where it looks for them.
shopt -s nullglob
for file in "$out.debian"/{usr/,}lib/*-linux-gnu*/*.so*; do
  mkdir -p "$out.part/usr/lib/$(basename "$(dirname "$file")")"
  cp -L "$file" "$out.part/usr/lib/$(basename "$(dirname "$file")")/"
done
for loader in "$out.debian"/{usr/,}lib64/ld-linux-*.so.* "$out.debian"/{usr/,}lib/ld-linux-*.so.*; do
  at=$(basename "$(dirname "$loader")")
  mkdir -p "$out.part/$at"
  cp -L "$loader" "$out.part/$at/"
done
echo 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin' >"$out.part/etc/passwd"
echo 'nonroot:x:65532:' >"$out.part/etc/group"
echo 'hosts: files dns' >"$out.part/etc/nsswitch.conf"
"$jdk/bin/jlink" --output "$out.part/opt/java" --strip-debug --no-man-pages --no-header-files --compress zip-6 --add-modules \
  java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,java.instrument,jdk.crypto.ec,jdk.unsupported,jdk.management,jdk.zipfs
rm -rf "$out.debian" "$out"
mv "$out.part" "$out"
du -sh "$out" >&2
