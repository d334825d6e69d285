#!/usr/bin/env bash
# Runs the README's tour: its ```sh blocks, in order, in one shell in an empty folder.
#
#   tour.sh SOURCE_DIR BIN_DIR
set -euo pipefail
readme=$(cd "$1" && pwd)/README.md
PATH=$(cd "$2" && pwd):$PATH
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
sed -n '/^```sh$/,/^```$/{/^```/d;p}' "$readme" >tour
[ "$(wc -l <tour)" -gt 30 ] || { echo "tour: the README has no tour"; exit 1; }
set +u
. ./tour
wait
grep -q '"pegkit/sent"' refund.json
echo "tour: ok"
