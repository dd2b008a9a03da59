# shellcheck shell=bash
# Unpacks Debian packages of a given release into a directory of one's own: nothing is installed, and the
# system's package lists are not touched. Sourced by the scripts beside it.

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

# The archive that this machine's own apt takes Debian from; DEBIAN_MIRROR says which one where apt cannot.
debian_mirror() {
  [ -n "${DEBIAN_MIRROR:-}" ] && { printf '%s\n' "$DEBIAN_MIRROR"; return; }
  local found format='$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)/$(LABEL)'
  found=$(apt-get indextargets --format "$format" 'Created-By: Packages' |
    awk '$2 !~ /security/ && $3 == "main" && $4 == "Debian/Debian" && !n++ { print $1 }')
  # Before the first "apt-get update" apt knows addresses, but not yet who is behind them.
  if [ -z "$found" ] && (. /etc/os-release && [ "$ID" = debian ]); then
    found=$(apt-get update --print-uris 2>/dev/null |
      sed -n "s|^'\(.*/\)dists/[^']*/InRelease'.*|\1|p" | awk '!/security/ && !n++')
  fi
  printf '%s\n' "$found"
}

# debian_unpack SUITE DIR PACKAGE... : the packages and all they depend on, without their scripts being run.
debian_unpack() {
  local suite=$1 dir=$2 mirror key='' k apt
  shift 2
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || die "apt knows no Debian archive; set DEBIAN_MIRROR to the address of one"
  for k in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do [ -e "$k" ] && { key=$k; break; }; done
  [ -n "$key" ] || die "no Debian archive key; install the package debian-archive-keyring"
  apt=$(mktemp -d "$dir.apt.XXXXXX")
  mkdir -p "$apt"/{lists/partial,cache/archives/partial} "$dir"
  : >"$apt/status"
  echo "deb [signed-by=$key] $mirror $suite main" >"$apt/sources.list"
  cat >"$apt/apt.conf" <<C
Dir::State "$apt"; Dir::State::status "$apt/status"; Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "-";
Acquire::Check-Valid-Until "false"; Acquire::Languages "none"; APT::Sandbox::User "root";
C
  APT_CONFIG=$apt/apt.conf apt-get -qq update >&2
  APT_CONFIG=$apt/apt.conf apt-get -qq install -y --no-install-recommends --download-only "$@" >&2
  local deb
  for deb in "$apt"/cache/archives/*.deb; do dpkg -x "$deb" "$dir"; done
  rm -rf "$apt"
}
