#!/usr/bin/env bash
# A script that needs a Bitcoin node, as a test: it must end by itself with every balance right.
#
#   check.sh NODE SCRIPT [ARGUMENT...]      exits 77 (skipped) when NODE is bitcoind and PATH has none
set -euo pipefail
if [ "$1" = bitcoind ] && ! command -v bitcoind >/dev/null 2>&1; then
  echo "skipped: $(basename "$2" .sh) | there is no bitcoind on PATH"
  exit 77
fi
NODE=$1
export NODE
shift
exec "$@"
