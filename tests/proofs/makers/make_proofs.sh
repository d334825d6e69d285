#!/usr/bin/env bash
# Compiles chain.circom for 0, 1, 2 and 100 public inputs and makes a Groth16 key and a proof of each with
# snarkjs, once: a second run finds them.
#
#   make_proofs.sh DIR
#
# DIR then has pot.ptau (2^8) and chain_N/{circuit.r1cs,circuit.wasm,circuit.zkey,verification_key.json,proof.json,
# public.json}. circom2 and snarkjs are those of $PEGKIT_DEPS (default build/deps); exit 77 where they are not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: make_proofs.sh DIR}
export PEGKIT_NODE_MODULES=${PEGKIT_DEPS:-$here/../../../build/deps}/l2/node_modules
bin=$PEGKIT_NODE_MODULES/.bin
if [ ! -x "$bin/snarkjs" ] || [ ! -x "$bin/circom2" ]; then
  echo "skipped: make_proofs | no snarkjs and circom2 in $PEGKIT_NODE_MODULES (make deps)" >&2
  exit 77
fi
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/lock"
flock 9 # two tests may ask at once
sources=$(cat "$here/chain.circom" "$here/prover.mjs" "$0" | sha256sum)
[ "$(cat "$dir/made" 2>/dev/null)" != "$sources" ] || exit 0

counts="0 1 2 100"
for n in $counts; do
  rm -rf "$dir/chain_$n"
  mkdir -p "$dir/chain_$n/compile"
  cp "$here/chain.circom" "$dir/chain_$n/compile/chain.circom"
  names=; [ "$n" = 0 ] || names=" {public [x]}"
  (
    cd "$dir/chain_$n/compile"
    printf 'pragma circom 2.0.0;\ninclude "chain.circom";\ncomponent main%s = Chain(%s);\n' "$names" "$n" >circuit.circom
    "$bin/circom2" circuit.circom --r1cs --wasm -o . >compile.log || { cat compile.log >&2; exit 1; }
    mv circuit.r1cs circuit_js/circuit.wasm ..
  )
  rm -rf "$dir/chain_$n/compile"
done
# shellcheck disable=SC2086
node "$here/prover.mjs" setup "$dir" $counts
echo "$sources" >"$dir/made"
