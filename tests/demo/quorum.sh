#!/usr/bin/env bash
# A whole bridge in quorum mode on one machine, as an operator would script it: five custodians of whom three
# suffice, deposits, mints, withdrawals, a state commitment, a rotation, a refund and a reorganisation.
#
#   quorum.sh FOLDER        NODE=regtest-node (default) or bitcoind
#
# Every document it makes stays in FOLDER.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/demo/lib.sh"
open_folder "${1:?usage: quorum.sh FOLDER}"
started=$(date +%s)

steps=18

# Every party follows the chain by itself; the operator's view is the one shown.
watch() { watch-chain run --once --datadir operator; }

say "Starting $NODE and a layer 2 (anvil)"
start_bitcoin
start_layer2
write_config

say "Making keys: five custodians, their five successors, a sequencer, a relayer, and three users"
mkdir -p old new people
for i in 0 1 2 3 4; do
  keygen new --out "old/$i.key" >"old/$i.pub.json"
  keygen new --out "new/$i.key" >"new/$i.pub.json"
done
for name in alice bob carol sequencer relayer; do
  keygen new --chain regtest --out "people/$name.key" >"people/$name.json"
done
address_of() { jq -r .address "people/$1.json"; }
evm_of() { jq -r .evm_address "people/$1.json"; }

say "Two custodies, each three of five: one signature of all, or of any three"
for set in old new; do
  jq -s '{type:"pegkit/custody",version:1,policy:"subsets",threshold:3,keys:map(.public_key)}' $set/*.pub.json |
    build-taptree custody --chain regtest >$set.custody.json
  note "$set custody: $(jq -r .address $set.custody.json) ($(jq -r .leaf_count $set.custody.json) leaves)"
done

say "Mining coins for the users and deploying the bridge contract"
for name in alice bob carol sequencer; do btc generatetoaddress 1 "\"$(address_of "$name")\"" >/dev/null; done
mine 100
contract=$(deploy "$(jq -r '.internal_key + .merkle_root' old.custody.json)" 0 0)
jq -n --arg contract "$contract" --argjson height "$(btc getblockcount)" '{
  type:"pegkit/params", version:1, chain:"regtest", magic:"504b4954", start_height:$height,
  deposit_confirmations:3, refund_blocks:30, sweep_margin:5, payout_confirmations:3,
  fee_floor_sat_vb:1, fee_cap_sat_vb:100, fee_cap_sat:500000,
  l2:{chain_id:31337, contract:$contract, from_block:0, finality:2, epoch_blocks:4}}' >params.json
note "contract: $contract"
watch-chain init --datadir operator --params params.json --custody old.custody.json --quiet >/dev/null
watch-chain watch --datadir operator --label thread <people/sequencer.json >/dev/null

# deposit NAME SATOSHIS: address, funding transaction, watch.
deposit() {
  peg-in address --params params.json --custody old.custody.json --recipient "$(evm_of "$1")" \
    --refund-key "$(jq -r .public_key "people/$1.json")" >"$1.deposit.json"
  watch-chain watch --datadir operator --label "$1" <"$1.deposit.json" >/dev/null
  peg-in build --params params.json --deposit "$1.deposit.json" --amount "$2" --key-file "people/$1.key" \
    --datadir "people/$1" --fee-rate 2 --broadcast --yes >"$1.deposit.sent.json"
  note "$1 deposits $(sat "$2") with $(jq -r .txid "$1.deposit.sent.json")"
}

say "Deposits: Alice and Bob send coins to addresses bound to their layer-2 accounts"
deposit alice 200000000
deposit bob 150000000
mine 3
watch | jq -r '"       seen: \(.kind) \(.data.label // "") \(.data.amount_sat // "") at height \(.height)"'

say "Minting: custodians check each deposit's proof and sign, Alice's by three, Bob's by all five"
for name in alice bob; do
  peg-in prove --params params.json --deposit $name.deposit.json >$name.proof.json
  verify-proof spv --chain regtest <$name.proof.json >/dev/null
  peg-in prove --params params.json --deposit $name.deposit.json --mint >$name.mint.json
done
sign old.custody.json old "--signers 0,2,4" 0 2 4 <alice.mint.json >alice.signed-mint.json
sign old.custody.json old "--path key" 0 1 2 3 4 <bob.mint.json >bob.signed-mint.json
for name in alice bob; do
  peg-in mint --params params.json --custody old.custody.json --key-file people/relayer.key --yes $name.signed-mint.json >$name.minted.json
  note "$name has $(sat "$(balance "$(evm_of $name)")") on the layer 2"
done
again=$(peg-in mint --params params.json --key-file people/relayer.key --yes alice.signed-mint.json | jq .already)
[ "$again" = true ] || fail "a second mint of one deposit was not refused"

say "A layer-2 transfer: Alice pays Carol 0.25"
l2 anvil_impersonateAccount "\"$(evm_of alice)\"" >/dev/null
l2 eth_sendTransaction "{\"from\":\"$(evm_of alice)\",\"to\":\"$(evm_of carol)\",\"gasPrice\":\"0x0\",\"value\":\"$(python3 -c 'print(hex(25 * 10**16))')\"}" >/dev/null
note "Carol has $(sat "$(balance "$(evm_of carol)")")"

say "The sequencer commits the layer 2's state root to Bitcoin"
l2 anvil_mine '"0xc"' >/dev/null
commit-state build --params params.json --key-file people/sequencer.key --datadir people/sequencer --fee-rate 2 --epoch 1 >commitment.tx.json
commit-state send --params params.json --datadir people/sequencer --yes <commitment.tx.json >commitment.sent.json
mine 1
thread=$(jq -r .txid commitment.sent.json)
commit-state verify --params params.json --datadir people/sequencer --thread "$thread" >commitment.verdict.json
note "epoch 1 stands in $thread: valid is $(jq .valid commitment.verdict.json)"

say "Three withdrawals are asked for on the layer 2"
ask() {
  peg-out request --params params.json --key-file "people/$1.key" --to "$(address_of "$1")" --amount "$2" --yes >"$1.withdrawal.json"
  note "withdrawal $(jq .id "$1.withdrawal.json"): $1 wants $(sat "$2")"
}
ask alice 60000000
ask bob 50000000
ask carol 25000000
l2 anvil_mine '"0x3"' >/dev/null
peg-out list --params params.json --datadir operator >withdrawals.jsonl
[ "$(wc -l <withdrawals.jsonl)" = 3 ] || fail "peg-out list shows $(wc -l <withdrawals.jsonl) withdrawals"

# pay NAME "OPTIONS" SIGNER... : one batch through batch, each signer's own look at it, rounds, finalize, send.
pay() {
  local name=$1 batch=$2 options=$3
  shift 3
  peg-out batch --params params.json --custody old.custody.json --datadir operator --fee-rate 3 $batch $options >"$name.psbt.json"
  for i in "$@"; do
    peg-out verify --params params.json --custody old.custody.json --datadir "old/$i" --input "$name.psbt.json" --quiet >"$name.verdict.$i.json" ||
      fail "signer $i: $(jq -r .reason "$name.verdict.$i.json")"
  done
  sign old.custody.json old "$options" "$@" <"$name.psbt.json" >"$name.signed.json"
  peg-out finalize <"$name.signed.json" >"$name.tx.json"
  peg-out send --params params.json --datadir operator --yes <"$name.tx.json" >"$name.sent.json"
  note "withdrawals $(jq -c .withdrawals "$name.tx.json") paid by $(jq -r .txid "$name.sent.json"), fee $(jq .fee_sat "$name.tx.json") sat"
}

say "One batched payout of the first two: three of five look at it, and sign it in two rounds"
pay payout-1 "--max 2" "--signers 0,2,4" 0 2 4
mine 3
watch | jq -r 'select(.kind == "payout") | "       seen: payout of \(.data.ids | tostring) at height \(.height)"'

say "The third, signed by all five: one signature on the chain, nobody sees how many stood behind it"
pay payout-2 "" "--path key" 0 1 2 3 4
mine 3
watch >/dev/null
peg-out batch --params params.json --custody old.custody.json --datadir operator --path key --check >/dev/null && fail "a withdrawal would be paid twice"
rm -rf operator/regtest/pegkit.sqlite*
watch-chain init --datadir operator --params params.json --custody old.custody.json --quiet >/dev/null
cat alice.deposit.json bob.deposit.json | watch-chain watch --datadir operator >/dev/null
peg-out batch --params params.json --custody old.custody.json --datadir operator --path key --check >/dev/null && fail "with the database deleted a withdrawal would be paid twice"
note "with the operator's database deleted, the chain still says that all three are paid"

say "Carol deposits too, and never has it minted"
carol_height=$(btc getblockcount)
deposit carol 70000000
mine 1
watch | jq -r 'select(.data.label == "carol") | "       seen: \(.kind) \(.data.label) at height \(.height), event \(.seq)"'

say "A reorganisation takes Carol's block away, and another one brings the deposit back"
btc invalidateblock "\"$(btc getblockhash $((carol_height + 1)) | jq -r .)\"" >/dev/null
[ "$(btc getblockcount)" = "$carol_height" ] || fail "the block is still there"
mine 2 "$(address_of carol)"
watch | jq -r '"       seen: \(.kind) at height \(.height), event \(.seq)\(if .undoes then ", undoes event \(.undoes)" else "" end)"' | tee reorganisation.txt
grep -q undoes reorganisation.txt || fail "the reorganisation undid nothing"
grep -q 'deposit' reorganisation.txt || fail "the deposit did not come back"

say "Custody moves to the five successors, on Bitcoin and in the contract"
peg-out rotate --params params.json --custody old.custody.json --to new.custody.json --datadir operator --signers 1,2,3 --fee-rate 2 >rotation.jsonl
moves=0
while IFS= read -r move; do
  moves=$((moves + 1))
  printf '%s\n' "$move" | sign old.custody.json old "--signers 1,2,3" 1 2 3 | peg-out finalize >"rotation-$moves.tx.json"
  peg-out send --params params.json --datadir operator --yes <"rotation-$moves.tx.json" >/dev/null
done <rotation.jsonl
peg-out announce --params params.json --to new.custody.json >announce.messages.json
sign old.custody.json old "--signers 0,1,4" 0 1 4 <announce.messages.json >announce.signature.json
peg-out announce --params params.json --to new.custody.json --custody old.custody.json --signers 0,1,4 \
  --signature announce.signature.json --key-file people/relayer.key --yes >announced.json
mine 3
watch >/dev/null
note "$moves transaction(s); the contract now trusts $(jq -r .internal_key new.custody.json)"

say "Carol takes her deposit back: too early is refused, after the timelock it needs nobody"
refund() {
  peg-in refund --params params.json --deposit carol.deposit.json --to "$(address_of carol)" --key-file people/carol.key \
    --datadir people/carol --fee-rate 2 --broadcast --yes
}
code=0
refund 2>refund.err >/dev/null || code=$?
[ "$code" = 4 ] || fail "a refund before its time exited with $code"
note "$(head -n 1 refund.err)"
mine 30
refund >carol.refund.json
mine 1
note "refunded by $(jq -r .txid carol.refund.json)"

say "SPV proof of the first payout, checked without a node"
watch >/dev/null
payout_block=$(watch-chain events --datadir operator --kind payout | jq -rs '.[0].block')
peg-in prove --params params.json --txid "$(jq -r .txid payout-1.sent.json)" --block "$payout_block" >payout-1.proof.json
verify-proof spv --chain regtest <payout-1.proof.json | jq -r '"       valid: \(.valid), in block \(.block)"'

say "What the operator sees"
watch-chain status --datadir operator >status.json
jq -r '"       height \(.height), \(.coins) coins, \(.balance_sat) sat, last commitment of epoch \(.last_commitment.epoch), \(.intents | length) open intents"' status.json

say "Balances, to the satoshi"
custody_sat() { coins_of "$(jq -r .script_pubkey "$1")"; }
fees=$(cat payout-1.tx.json payout-2.tx.json rotation-*.tx.json | jq -s 'map(.fee_sat) | add')
minted=350000000
withdrawn=135000000
on_layer2=0
for name in alice bob carol; do on_layer2=$((on_layer2 + $(balance "$(evm_of $name)"))); done
held=$(custody_sat new.custody.json)
note "minted      $minted"
note "withdrawn   $withdrawn"
note "on layer 2  $on_layer2  (minted - withdrawn)"
note "custody     $held  (minted - withdrawn - $fees of fees)"
[ "$on_layer2" = $((minted - withdrawn)) ] || fail "the layer 2 does not add up"
[ "$held" = $((minted - withdrawn - fees)) ] || fail "the custody does not add up"
[ "$(custody_sat old.custody.json)" = 0 ] || fail "the old custody still holds coins"
contract_holds=$(balance "$contract")
[ "$contract_holds" = $((2100000000000000 - on_layer2)) ] || fail "the contract's reserve does not add up"

printf '%s\n' "Done in $(($(date +%s) - started)) s; every document is in $work"
