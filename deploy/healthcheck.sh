#!/bin/bash
# Whether the worker in this container is healthy: alive, as its HTTP endpoint has it, or with PORT=0, which means
# that there is none, in reach of its database.
set -euo pipefail

given=${PORT-}
port=${given//[!0-9]/}  # the worker too takes no notice of blanks and quotes around it
port=${port:-8080}
if [[ $port == 0 ]]; then
  exec aura status
fi
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r _ status _ <&3
[[ $status == 200 ]]
