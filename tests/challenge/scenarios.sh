#!/usr/bin/env bash
# Ways in which a withdrawal of an optimistic bridge can go, each played to its end and settled to the satoshi.
#
#   scenarios.sh FOLDER [NAME...]        NODE=regtest-node (default) or bitcoind
#
# A NAME is a scenario, or a file here with many: honest, thieves, trouble, bad_input. Without any it is all of them.
# One bridge, and for every scenario a deposit and a signed graph of its own; their documents stay in FOLDER/NAME.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/demo/lib.sh"
open_folder "${1:?usage: scenarios.sh FOLDER [NAME...]}"
shift
. "$root/tests/challenge/bridge.sh"
. "$root/tests/challenge/actions.sh"
fail() { printf 'scenarios: %s: %s\n' "${name:-bridge}" "$*" >&2; exit 1; }
files="honest thieves trouble bad_input"
for file in $files; do . "$root/tests/challenge/$file.sh"; done

[ $# -gt 0 ] || set -- $files
names=()
for name in "$@"; do
  if [ -f "$root/tests/challenge/$name.sh" ]; then
    names+=($(sed -n 's/^scenario_\(.*\)() {$/\1/p' "$root/tests/challenge/$name.sh"))
  elif declare -F "scenario_$name" >/dev/null; then
    names+=("$name")
  else
    echo "scenarios: there is no $name; there are:" $(declare -F | sed -n 's/^declare -f scenario_//p') >&2
    exit 2
  fi
done
set -- "${names[@]}"
name=bridge
start_bridge
prepare "$@"
peg-out list --params params.json --datadir lister --quiet >withdrawals.jsonl
prepared_to=$(btc getblockcount)
echo "prepared $# deposits and graphs in $SECONDS s"

failed=0
for name in "$@"; do
  began=$SECONDS began_at=$(($(btc getblockcount) + 1))
  (
    cd "$name"
    "scenario_$name"
  ) >"$name/log" 2>&1 &
  if wait $!; then
    printf '%-28s %3d s  operator %9d sat, challenger %9d sat, burned %8d sat\n' "$name" $((SECONDS - began)) \
      $(jq '.gain.operator, .gain.challenger, .burned' "$name/money.json")
  else
    failed=$((failed + 1))
    printf '%-28s %3d s  FAILED\n' "$name" $((SECONDS - began))
    sed 's/^/    /' "$name/log" | tail -n 12
  fi
done
[ "$failed" = 0 ] || { echo "scenarios: $failed of $# failed"; exit 1; }
echo "scenarios: all $# ended as they must, in $SECONDS s"
