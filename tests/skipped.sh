#!/usr/bin/env bash
# Lists the tests that the last CTest runs skipped, one line for each reason. Tests print "skipped: NAME | REASON".
#
#   skipped.sh BUILD_DIR...
set -euo pipefail
logs=()
for build in "$@"; do
  [ -f "$build/Testing/Temporary/LastTest.log" ] && logs+=("$build/Testing/Temporary/LastTest.log")
done
[ "${#logs[@]}" -gt 0 ] || { echo "skipped: no test has run"; exit 1; }
{ grep -hao '^skipped: .*' "${logs[@]}" || true; } | awk '
  { line = substr($0, 10); at = index(line, " | "); reason = substr(line, at + 3); count[reason]++ }
  END {
    for (reason in count) { total += count[reason]; lines = lines sprintf("  %3d  %s\n", count[reason], reason) }
    printf "%d test cases and scripts were skipped%s\n%s", total, total ? ":" : "", lines
  }'
