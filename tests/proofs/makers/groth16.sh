#!/usr/bin/env bash
# Proofs that snarkjs makes, altered in many ways: verify-proof says what it should of each, which is what snarkjs
# says but for coordinates raised by the field's order. Then a batch of them, and a proof in Ziren's form.
#
#   groth16.sh BIN_DIR WORK_DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
export PEGKIT_ZK=$2
export PEGKIT_NODE_MODULES=${PEGKIT_DEPS:-$here/../../../build/deps}/l2/node_modules
export HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent
"$here/make_proofs.sh" "$PEGKIT_ZK"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "groth16: $*"; failed=1; }
verify() { "$bin/verify-proof" "$@"; }

for n in 0 1 2 100; do
  vk=$PEGKIT_ZK/chain_$n/verification_key.json
  node "$here/groth16_cases.mjs" "$PEGKIT_ZK" "$n" >"$work/cases"
  [ "$(wc -l <"$work/cases")" -gt 25 ] || fail "no cases for $n public inputs"
  while IFS=$'\t' read -r name expected theirs proof inputs; do
    echo "$proof" >"$work/proof.json"
    echo "$inputs" >"$work/public.json"
    code=0
    verdict=$(verify groth16 --vk "$vk" --proof "$work/proof.json" --public "$work/public.json") || code=$?
    [[ $verdict == *"\"valid\":$expected"* ]] || fail "$n inputs, $name: $verdict"
    [ "$code" = "$([ "$expected" = true ] && echo 0 || echo 1)" ] || fail "$n inputs, $name: exit $code"
    case $name in
      pi_*" raised") # snarkjs reduces coordinates: two documents for one proof
        [[ $verdict == *"not below the field's order"* ]] || fail "$n inputs, $name: $verdict" ;;
      *) [ "$theirs" = "$expected" ] || [ "$theirs" = error ] || fail "$n inputs, $name: snarkjs says $theirs" ;;
    esac
  done < <(jq -r '[.name, .ours, .snarkjs, (.proof | tojson), (.public | tojson)] | @tsv' "$work/cases")
  # All of them at once: the false ones are the same.
  jq -c '{proof,public}' "$work/cases" >"$work/batch"
  expected=$(jq -sc '[to_entries[] | select(.value.ours | not) | .key]' "$work/cases")
  verdict=$(verify groth16 --vk "$vk" --batch "$work/batch") && fail "a batch with false proofs exits 0"
  [ "$(jq -c .invalid <<<"$verdict")" = "$expected" ] || fail "$n inputs: $verdict instead of $expected"
done

node "$here/prover.mjs" batch "$PEGKIT_ZK" 2 12 >"$work/batch"
verdict=$(verify groth16 --vk "$PEGKIT_ZK/chain_2/verification_key.json" --batch - <"$work/batch") || fail "the batch fails"
[ "$(jq -c '[.valid,.proofs,.invalid]' <<<"$verdict")" = '[true,12,[]]' ] || fail "$verdict"

"$here/ziren_proof.sh" --key "$work/vk.bin"
program=00aa000000000000000000000000000000000000000000000000000000000001
"$here/ziren_proof.sh" "$program" 01020304 "$work/ziren.json"
verify ziren --vk "$work/vk.bin" "$work/ziren.json" >"$work/verdict" || fail "$(cat "$work/verdict")"
[ "$(jq -r .program "$work/verdict")" = "$program" ] || fail "$(cat "$work/verdict")"
jq -c '.public_inputs = "01020305"' "$work/ziren.json" | verify ziren --vk "$work/vk.bin" >/dev/null &&
  fail "public values that were not proven"
[ "$failed" = 0 ] && echo "groth16: ok"
exit "$failed"
