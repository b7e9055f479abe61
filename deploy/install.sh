#!/bin/bash
# Installs what is missing of the Debian packages in deploy/packages/LIST.txt.
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

echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -o Dpkg::Use-Pty=0 --yes --no-install-recommends "${missing[@]}" </dev/null
