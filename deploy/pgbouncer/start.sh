#!/bin/sh
# Runs PgBouncer for POSTGRES_USER, whose POSTGRES_PASSWORD holds no double quote.
set -eu
printf '"%s" "%s"\n' "$POSTGRES_USER" "$POSTGRES_PASSWORD" >/tmp/users.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
