#!/usr/bin/env bash
# PLONK and fflonk keys and proofs of snarkjs for the circuits of make_proofs.sh with 1 and 2 public inputs (its
# prover fails for none), and what snarkjs says of altered ones, once: a second run finds them.
#
#   make_plonk_proofs.sh DIR
#
# DIR then has SYSTEM_N/{verification_key.json,proof.json,public.json,cases.jsonl} for SYSTEM plonk and fflonk. A line
# of cases.jsonl is {"name":…,"proof":…,"public":…,"valid":…,"raised":…}: what snarkjs says, and whether a number in
# it was raised by the field's order, which snarkjs takes and nobody should. Exit 77 where snarkjs is not installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: make_plonk_proofs.sh DIR}
"$here/make_proofs.sh" "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/plonk_lock"
flock 9 # two tests may ask at once
sources=$(cat "$dir/made" "$here/plonk_prover.mjs" "$0" | sha256sum)
[ "$(cat "$dir/plonk_made" 2>/dev/null)" != "$sources" ] || exit 0

export PEGKIT_NODE_MODULES=${PEGKIT_DEPS:-$here/../../../build/deps}/l2/node_modules
for system in plonk fflonk; do
  for n in 1 2; do
    rm -rf "$dir/${system}_$n"
    mkdir "$dir/${system}_$n"
  done
done
node "$here/plonk_prover.mjs" "$dir" 1 2
echo "$sources" >"$dir/plonk_made"
