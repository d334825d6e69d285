#!/usr/bin/env bash
# Checks the architecture: each folder of libcore includes only itself and the folders above it in the list of
# doc/architecture.md, and each outside library is included by one module alone.
#
#   layers.sh SOURCE_DIR [BIN_DIR]
set -euo pipefail
bin=${2:+$(cd "$2" && pwd)}
cd "$1/libcore"
failed=0
fail() { echo "layers: $*"; failed=1; }

declare -A may=(
  [base]="base"
  [crypto]="base crypto"
  [bitcoin]="base crypto bitcoin"
  [evm]="base crypto evm"
  [bridge]="base crypto bitcoin evm bridge"
  [net]="base crypto bitcoin evm net"
  [store]="base crypto bitcoin store"
  [app]="base crypto bitcoin evm bridge net store app"
  [cli]="base crypto bitcoin evm bridge net store app cli"
)
for layer in */; do
  layer=${layer%/}
  [ -n "${may[$layer]:-}" ] || { fail "libcore/$layer is not in the list of layers"; continue; }
  while IFS=: read -r file included; do
    folder=${included%%/*}
    [[ " ${may[$layer]} " == *" $folder "* ]] || fail "$file includes $included"
  done < <(grep -rHoP '^#include "\K[^"]+' "$layer" --include='*.?pp')
done

only_in() {
  local pattern=$1 allowed=$2
  while read -r file; do
    [[ $file =~ $allowed ]] || fail "$file includes <$pattern>"
  done < <(grep -rlE "^#include [<\"]$pattern" . | sed 's|^\./||')
}
only_in 'curl/' '^net/[a-z_]+\.cpp$'
only_in 'httplib' '^net/[a-z_]+\.cpp$'
only_in 'sqlite3' '^store/database\.cpp$'
only_in 'CLI/' '^cli/parse_options\.cpp$'
only_in 'sodium' '^crypto/[a-z_0-9]+\.cpp$'
only_in 'openssl/' '^crypto/[a-z_0-9]+\.cpp$'
only_in 'secp256k1' '^crypto/[a-z_0-9]+\.(cpp|hpp)$'

# Programs that need no network do not load libcurl.
if [ -n "$bin" ]; then
  for program in keygen musig-round build-taptree verify-proof inspect regtest-node; do
    [ -x "$bin/$program" ] || { fail "$program was not built"; continue; }
    if ldd "$bin/$program" | grep -q libcurl; then fail "$program loads libcurl"; fi
  done
fi
[ "$failed" = 0 ] && echo "layers: ok"
exit "$failed"
