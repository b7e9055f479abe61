#!/bin/bash
# Installs what is missing of the Debian packages in deploy/packages/LIST.txt. What apt says goes to build/install.log.
#
#   deploy/install.sh LIST...
set -euo pipefail
cd "$(dirname "$0")/packages"

names=$(sed '/^#/d' "${@/%/.txt}")
mapfile -t wanted <<<"$names"
if ! command -v apt-get >/dev/null; then
  echo "install.sh: this is not Debian; install the counterparts of these yourself: ${wanted[*]}" >&2
  exit 1
fi
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
missing=()
for package in "${wanted[@]}"; do
  grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then exit 0; fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "install.sh: please install as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

# Debian's PostgreSQL makes and starts a server of its own the first time that it is installed. Ours are
# private (deploy/postgres.sh), so ask it not to; later installations are none of our business.
if [[ " ${missing[*]} " == *" postgresql "* ]]; then
  settings=/etc/postgresql-common/createcluster.d/aura-install.conf
  trap '"${as_root[@]}" rm -f "$settings"' EXIT
  "${as_root[@]}" mkdir -p "${settings%/*}"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$settings" >/dev/null
fi

log=$(realpath -m ../../build/install.log)
mkdir -p "${log%/*}"
: >"$log"
apt() {
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "install.sh: apt-get $1 failed, see above; all that it said is in $log" >&2
    exit 1
  fi
}

echo "Installing ${missing[*]}; what apt says goes to $log"
apt update
apt install --yes --no-install-recommends "${missing[@]}"
