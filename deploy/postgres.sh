#!/bin/bash
# A private PostgreSQL server in a folder of its own, for tests and for trying AURA out.
#
#   deploy/postgres.sh start DIR [--durable]   make it if need be, start it, print its URL
#   deploy/postgres.sh url DIR                 print its URL
#   deploy/postgres.sh stop DIR                stop it; the data stays
#   deploy/postgres.sh remove DIR              stop it and delete the data
#
# It listens on a Unix socket in a directory that only its owner can enter and on no network port, so it
# needs no password and can't collide with any other server. Without --durable (which counts when it is
# made) it doesn't wait for the disk: quick, and lost with a power cut. AURA_POSTGRES_BIN is where the server's
# programs are; without it, in Debian's newest package.
set -euo pipefail

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
  exit "$1"
}

die() {
  echo "postgres.sh: $*" >&2
  exit 1
}

# PostgreSQL refuses to run as root; the account of that name comes with Debian's package.
as_server() {
  if ((EUID == 0)); then
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    "$@"
  fi
}

# DIR/cluster is where the server lives: a directory, or a link to one under /var/tmp if DIR won't do: its
# path must go into a URL and (107 bytes at most) a socket's address, and the server's account must get there.
make_home() {
  if [[ $dir =~ ^[A-Za-z0-9._/-]{1,80}$ ]] && mkdir -m 700 "$dir/cluster"; then
    ((EUID != 0)) || chown postgres: "$dir/cluster"
    if as_server test -w "$dir/cluster"; then return; fi
    rmdir "$dir/cluster"
  fi
  local far
  far=$(mktemp -d /var/tmp/aura-postgres.XXXXXX)
  ((EUID != 0)) || chown postgres: "$far"
  ln -s "$far" "$dir/cluster"
}

make_cluster() {
  local new=$home/data.new
  as_server rm -rf "$new"
  as_server "$bin/initdb" -D "$new" -U aura --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1 ||
    die "initdb failed: see $dir/initdb.log"
  {
    echo "listen_addresses = ''"
    echo "unix_socket_directories = '.'"
    echo "unix_socket_permissions = 0700"
    [[ $durable ]] || printf '%s = off\n' fsync synchronous_commit full_page_writes
  } | as_server tee -a "$new/postgresql.conf" >/dev/null
  as_server mv "$new" "$data"
}

ready() {
  "$bin/pg_isready" --quiet --host="$data"
}

start() {
  mkdir -p "$dir"
  if [[ ! -e $dir/cluster ]]; then
    rm -f "$dir/cluster" # a link to what a clean-up of /var/tmp took away
    make_home
  fi
  locate
  [[ -e $data ]] || make_cluster
  if ! ready; then
    as_server "$bin/pg_ctl" start --silent --wait --timeout=60 -D "$data" -l "$home/server.log" >/dev/null ||
      die "the server does not start: see $home/server.log"
  fi
  local exists
  exists=$("$bin/psql" -XAtq -d "$(url postgres)" -c "SELECT 1 FROM pg_database WHERE datname = 'aura'")
  [[ $exists ]] || "$bin/psql" -Xq -d "$(url postgres)" -c 'CREATE DATABASE aura'
  url aura
}

stop() {
  [[ -e ${data-} ]] || return 0
  # Exit status 3 is "no server running".
  local status=0
  as_server "$bin/pg_ctl" status -D "$data" >/dev/null || status=$?
  ((status == 0)) || return 0
  as_server "$bin/pg_ctl" stop --silent --wait --mode=fast -D "$data"
}

url() {
  echo "postgresql://aura@/$1?host=$data"
}

locate() {
  home=$(readlink -f "$dir/cluster")
  data=$home/data
}

command=${1-}
case $command in
  start | url | stop | remove) ;;
  -h | --help) usage 0 ;;
  *) usage 2 >&2 ;;
esac
dir=$(realpath -m "${2:?DIR is missing}")
durable=
case ${3-} in
  '') ;;
  --durable) durable=yes ;;
  *) usage 2 >&2 ;;
esac

# What the caller has set for another server must not reach this one; and the server's account may not be
# allowed to see the caller's working directory.
unset "${!PG@}"
cd /

bin=${AURA_POSTGRES_BIN:-$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}
[[ -x $bin/initdb ]] || die "PostgreSQL is not installed: run deploy/install.sh database"
[[ ! -e $dir/cluster ]] || locate

case $command in
  start) start ;;
  url)
    [[ -e ${data-} ]] || die "there is no cluster in $dir"
    url aura
    ;;
  stop) stop ;;
  remove)
    stop
    [[ ! -e ${home-} ]] || rm -rf "$home"
    rm -rf "$dir/cluster" "$dir/initdb.log"
    rmdir --ignore-fail-on-non-empty "$dir" 2>/dev/null || true
    ;;
esac
