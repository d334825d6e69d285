#!/usr/bin/env bash
# The demo as a test: it must end by itself with every balance right.
#
#   check.sh NODE FOLDER      exits 77 (skipped) when NODE is bitcoind and PATH has none
set -euo pipefail
if [ "$1" = bitcoind ] && ! command -v bitcoind >/dev/null 2>&1; then
  echo "skipped: no bitcoind on PATH"
  exit 77
fi
NODE=$1 "$(dirname "$0")/quorum.sh" "$2"
