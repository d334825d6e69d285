#!/usr/bin/env bash
# Proofs in Ziren's form, made by snarkjs for a circuit of two public inputs: they verify for the program and the
# public values that the caller chooses, under a key of our own.
#
#   ziren_proof.sh --key KEY_FILE                          the verifying key, for --vk and params.proofs.verifying_key
#   ziren_proof.sh PROGRAM_HEX PUBLIC_VALUES_HEX OUT_DOC   a document as `verify-proof ziren` reads it
#
# PROGRAM_HEX is 32 bytes below the field's order: begin it with 00. Proving key and circuit are made once, in
# $PEGKIT_ZK (default build/zk). A proof takes about half a second. Exit 77 where snarkjs is not installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 3 ] || { [ $# = 2 ] && [ "$1" = --key ]; } ||
  { echo "usage: ziren_proof.sh --key KEY_FILE | PROGRAM_HEX PUBLIC_VALUES_HEX OUT_DOC" >&2; exit 2; }
dir=${PEGKIT_ZK:-$here/../../../build/zk}
"$here/make_proofs.sh" "$dir"
export PEGKIT_NODE_MODULES=${PEGKIT_DEPS:-$here/../../../build/deps}/l2/node_modules
if [ "$1" = --key ]; then
  node "$here/prover.mjs" ziren-key "$dir" "$2"
else
  node "$here/prover.mjs" ziren "$dir" "$1" "$2" "$3"
fi
