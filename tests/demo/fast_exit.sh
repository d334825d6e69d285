#!/usr/bin/env bash
# A quorum bridge with state proofs on one machine: a sequencer commits epoch by epoch with proofs that snarkjs makes, a
# withdrawal of a proven epoch is paid at once, one of an unproven epoch when its window is over, and a challenger finds
# a proof that belongs to another commitment.
#
#   fast_exit.sh FOLDER        NODE=regtest-node (default) or bitcoind
#
# Every document it makes stays in FOLDER. Exits 77 where snarkjs is not installed.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/demo/lib.sh"
open_folder "${1:?usage: fast_exit.sh FOLDER}"
started=$(date +%s)

steps=12
# exits WANTED COMMAND...: the command must end so; its error stays in err. why: what it said, for people.
exits() {
  local wanted=$1 code=0
  shift
  "$@" >out 2>err || code=$?
  [ "$code" = "$wanted" ] || { cat err >&2; fail "exit $code instead of $wanted: $*"; }
}
why() { note "exit $1, as it should: $(grep -m 1 "$2" err)"; }

say "Making a proving key, whose verifying key the parameters will name"
"$root/tests/proofs/makers/ziren_proof.sh" --key vk.bin
program=00$(printf 'a program that executes the layer 2' | sha256sum | cut -c 3-64)
note "verifying key $(sha256sum vk.bin | cut -c 1-64), program $program"

say "Starting $NODE and a layer 2 (anvil); keys, a custody of two of three, a contract"
start_bitcoin
start_layer2
write_config
mkdir -p custodians people proofs copy
for i in 0 1 2; do keygen new --out "custodians/$i.key" >"custodians/$i.pub.json"; done
for name in alice sequencer relayer; do keygen new --chain regtest --out "people/$name.key" >"people/$name.json"; done
address_of() { jq -r .address "people/$1.json"; }
evm_of() { jq -r .evm_address "people/$1.json"; }
jq -s '{type:"pegkit/custody",version:1,policy:"subsets",threshold:2,keys:map(.public_key)}' custodians/*.pub.json |
  build-taptree custody --chain regtest >custody.json
for name in alice sequencer; do btc generatetoaddress 1 "\"$(address_of "$name")\"" >/dev/null; done
mine 100
contract=$(deploy "$(jq -r '.internal_key + .merkle_root' custody.json)" 0 0)
window=6
jq -n --arg contract "$contract" --argjson height "$(btc getblockcount)" --arg program "$program" \
  --arg vk "$(sha256sum vk.bin | cut -c 1-64)" --argjson window $window '{
  type:"pegkit/params", version:1, chain:"regtest", magic:"504b4954", start_height:$height,
  deposit_confirmations:3, refund_blocks:60, sweep_margin:5, payout_confirmations:3,
  fee_floor_sat_vb:1, fee_cap_sat_vb:100, fee_cap_sat:500000,
  l2:{chain_id:31337, contract:$contract, from_block:0, finality:2, epoch_blocks:4},
  proofs:{system:"groth16", verifying_key:$vk, program:$program, previous_root:0, root:32, challenge_window:$window}}' >params.json
watch-chain init --datadir operator --params params.json --custody custody.json --quiet >/dev/null

say "Alice deposits 1 BTC and has it minted"
peg-in address --params params.json --custody custody.json --recipient "$(evm_of alice)" \
  --refund-key "$(jq -r .public_key people/alice.json)" >deposit.json
watch-chain watch --datadir operator <deposit.json >/dev/null
peg-in build --params params.json --deposit deposit.json --amount 100000000 --key-file people/alice.key \
  --datadir people/alice --fee-rate 2 --broadcast --yes >deposit.sent.json
mine 3
watch-chain run --once --datadir operator >/dev/null
peg-in prove --params params.json --deposit deposit.json --mint | sign custody.json custodians "--signers 0,2" 0 2 >mint.json
peg-in mint --params params.json --custody custody.json --key-file people/relayer.key --yes mint.json >/dev/null

# The layer 2: an epoch is four blocks, and final two blocks later.
l2_height() { l2 eth_blockNumber | jq -r . | xargs printf '%d\n'; }
root_of() { l2 eth_getBlockByNumber "\"$(printf '0x%x' $(($1 * 4)))\"" false | jq -r '.stateRoot[2:]'; }
end_epoch() {
  local blocks=$(($1 * 4 + 2 - $(l2_height)))
  [ "$blocks" -le 0 ] || l2 anvil_mine "\"$(printf '0x%x' "$blocks")\"" >/dev/null
}
# prove FROM TO FILE: the transition between the states after two epochs.
prove() { "$root/tests/proofs/makers/ziren_proof.sh" "$program" "$(root_of "$1")$(root_of "$2")" "$3"; }
build() { commit-state build --params params.json --key-file people/sequencer.key --datadir people/sequencer --fee-rate 2 "$@"; }
send() { commit-state send --params params.json --datadir people/sequencer --yes; }
# publish EPOCH FILE: whole or not at all.
publish() { cp "$2" "proofs/$1.part" && mv "proofs/$1.part" "proofs/$1.json"; }

say "The sequencer's first commitment, which has nothing before it to be proven from"
first=$((($(l2_height) + 3) / 4))
end_epoch $first
build --epoch $first | send >commitment.json
thread=$(jq -r .txid commitment.json)
mine $window
note "epoch $first in $thread, now $window blocks deep: settled by its window"

settling="--thread $thread --proofs proofs --vk vk.bin"
batch() { peg-out batch --params params.json --custody custody.json --datadir operator --fee-rate 3 --signers 0,2 "$@"; }
list() { peg-out list --params params.json --datadir operator $settling; }
settled() { list | jq -rs ".[$1].settled"; }
# look CUSTODIAN DOCUMENT: what it is asked to sign, by its own data directory and copy of the proofs.
look() {
  peg-out verify --params params.json --custody custody.json --datadir "custodians/$1" --thread "$thread" --proofs copy \
    --vk vk.bin --input "$2"
}
ask() {
  peg-out request --params params.json --key-file people/alice.key --to "$(address_of alice)" --amount "$2" --yes >"withdrawal-$1.json"
  note "withdrawal $1 of $(sat "$2") in layer-2 block $(jq .l2_block "withdrawal-$1.json")"
}
# pay NAME DOCUMENT: the rounds, and the network.
pay() {
  sign custody.json custodians "--signers 0,2" 0 2 <"$2" | peg-out finalize >"$1.tx.json"
  peg-out send --params params.json --datadir operator --yes <"$1.tx.json" >"$1.sent.json"
}

say "Alice asks for 0.4 BTC back; nothing is paid before the epoch is committed"
ask 0 40000000
proven=$((first + 1))
end_epoch $proven
exits 1 batch $settling --check
grep -q "withdrawal 0 is left out: epoch $proven is not committed yet" err || fail "$(cat err)"
why 1 'left out'
exits 2 batch --check
why 2 'error:'

say "A proof of another state is refused before anything is signed, and so is one that does not verify"
prove $((first - 1)) $proven other.json
exits 7 build --thread "$thread" --epoch $proven --proof other.json --vk vk.bin --json-errors
[ "$(jq -r .error.code err)" = proof.extends ] || fail "$(cat err)"
note "exit 7, as it should: $(jq -r .error.message err)"
prove $first $proven $proven.json
jq -c --slurpfile other other.json '.proof = $other[0].proof' $proven.json >broken.json
exits 7 build --thread "$thread" --epoch $proven --proof broken.json --vk vk.bin --json-errors
[ "$(jq -r .error.code err)" = proof.invalid ] || fail "$(cat err)"
note "exit 7, as it should: $(jq -r .error.message err)"

say "With its own proof the epoch is committed and the proof published: one block later a batch pays what it proves"
build --thread "$thread" --epoch $proven --proof $proven.json --vk vk.bin | send >commitment-$proven.json
mine 1
[ "$(settled 0)" = no ] || fail "settled without a published proof"
publish $proven $proven.json
[ "$(settled 0)" = proven ] || fail "a proven epoch is not settled"
exits 0 batch $settling
mv out payout-0.json
note "$(tail -n 1 err)"
[ "$(jq -c '[.withdrawals, .proven]' payout-0.json)" = '[[0],[0]]' ] || fail "withdrawal 0 is not paid as proven"

say "A reorganisation takes the commitment: the plan is not for signing until it is back"
btc invalidateblock "\"$(btc getblockhash "$(btc getblockcount)" | jq -r .)\"" >/dev/null
btc generateblock '"bcrt1p2zffkaxp5py4fdutfdsrt6t6tcrc5ks09rkfd428hlhf4n5q8tqq5az5cr"' '[]' >/dev/null
btc generateblock '"bcrt1p2zffkaxp5py4fdutfdsrt6t6tcrc5ks09rkfd428hlhf4n5q8tqq5az5cr"' '[]' >/dev/null
exits 4 batch $settling
why 4 'error:'
cp -r proofs/. copy/
for i in 0 2; do exits 1 look $i payout-0.json; done
note "custodians, exit 1, as it should: $(jq -r .reason out)"
mine 1
exits 0 batch $settling
cmp -s out payout-0.json || fail "another plan"
note "epoch $proven is committed again, and $(tail -n 1 err)"

say "Each custodian looks for itself, with a copy of the proofs; then any two of three sign"
for i in 0 2; do
  look $i payout-0.json >verdict-$i.json || fail "custodian $i: $(cat verdict-$i.json)"
  note "custodian $i, before it signs: $(jq -c '{valid, withdrawals, proven}' verdict-$i.json)"
done
pay payout-0 payout-0.json
[ "$(jq -c .proven payout-0.tx.json)" = '[0]' ] || fail "the rounds lost what is proven"
mine 1
[ "$(list | jq -r .state)" = paid ] || fail "withdrawal 0 is not paid"
committed=$(commit-state list --params params.json --datadir people/sequencer --thread "$thread" | jq -s '.[-1].height')
note "paid by $(jq -r .txid payout-0.sent.json), $(($(btc getblockcount) - committed)) block after the commitment"

say "The next epoch is committed with the hash of one proof, and another one is published"
ask 1 25000000
unproven=$((proven + 1))
end_epoch $unproven
build --thread "$thread" --epoch $unproven --proof-hash "$(printf 'some proof' | sha256sum | cut -c 1-64)" | send >commitment-$unproven.json
mine 1
prove $proven $unproven $unproven.json
publish $unproven $unproven.json
challenge check --params params.json --datadir challenger --thread "$thread" --proofs proofs --vk vk.bin >checks.jsonl && fail "the challenger finds nothing"
[ "$(jq -cs 'map(.proof)' checks.jsonl)" = '["none","valid","invalid"]' ] || fail "$(cat checks.jsonl)"
note "challenge check: $(jq -rs '.[2].reason' checks.jsonl)"
rm proofs/$unproven.json
challenge check --params params.json --datadir challenger --thread "$thread" --proofs proofs --vk vk.bin >checks.jsonl || fail "a proof that is not published is no lie"

say "Its withdrawal waits for the window, and is paid when that is over"
exits 1 batch $settling --check
grep -q "withdrawal 1 is left out: epoch $unproven is not proven and 1 of $window blocks old" err || fail "$(cat err)"
why 1 'left out'
mine $((window - 2))
exits 1 batch $settling --check
mine 1
[ "$(settled 1)" = window ] || fail "the window settles nothing"
batch --thread "$thread" >payout-1.json
[ "$(jq -c '[.withdrawals, .proven]' payout-1.json)" = '[[1],null]' ] || fail "withdrawal 1 is not paid by its window"
pay payout-1 payout-1.json
mine 1

say "What everybody sees"
[ "$(list | jq -cs 'map([.id, .settled, .state])')" = '[[0,"window","paid"],[1,"window","paid"]]' ] || fail "$(list)"
commit-state verify --params params.json --datadir challenger --thread "$thread" | jq -r '"       commitments: \(.commitments), valid: \(.valid)"'
fees=$(cat payout-0.tx.json payout-1.tx.json | jq -s 'map(.fee_sat) | add')
held=$(coins_of "$(jq -r .script_pubkey custody.json)")
[ "$held" = $((100000000 - 65000000 - fees)) ] || fail "the custody holds $held"
note "custody holds $held sat: what was deposited, less 65000000 and $fees of fees"

printf '%s\n' "Done in $(($(date +%s) - started)) s; every document is in $work"
