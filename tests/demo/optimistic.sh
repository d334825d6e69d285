#!/usr/bin/env bash
# A whole bridge in optimistic mode on one machine: an operator who pays a withdrawal and takes the deposit back, and a
# thief who claims one that it never paid and loses its bond to a challenger with a cron job.
#
#   optimistic.sh FOLDER        NODE=regtest-node (default) or bitcoind
#
# Every document it makes stays in FOLDER.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/demo/lib.sh"
open_folder "${1:?usage: optimistic.sh FOLDER}"
. "$root/tests/challenge/bridge.sh"
. "$root/tests/challenge/actions.sh"
started=$(date +%s)

steps=16
amount() { printf '%d sat' "$1"; }

say "Starting $NODE and a layer 2 (anvil); three signers, and a sequencer with one-time keys for eight epochs"
start_bridge
note "custody of all three together: $(field custody.json .address)"
note "a deposit is $(amount $denomination), a withdrawal pays $(amount $withdrawal), an operator's bond is $(amount $bond)"

# Two deposits with an operator each: `fair` is honest, `thief` is not. In each folder an operator, a challenger, Alice who
# deposits, and Bob who is to be paid.
say "Coins for two operators, a challenger for each, and Alice and Bob"
make_people fair thief
prepared_from=$(($(btc getblockcount) + 1))

say "Alice deposits twice, to addresses that she can take back from until the deposit is locked"
make_deposits fair thief
mine 1
deposit_block=$(btc getbestblockhash | jq -r .)
for name in fair thief; do note "deposit $(field $name/deposit.json .outpoint)"; done

say "Each operator puts up a bond, and draws the graph of all transactions that can follow"
for name in fair thief; do make_stake $name; done
mine 2
for name in fair thief; do
  make_graph $name
  note "$name: $(jq '.leaves.disprove | length' $name/graph.unsigned.json) steps that can be disproved, $(cd $name && cp graph.unsigned.json graph.json && parts) parts to assert"
done

say "The three signers build each graph themselves, compare, and sign all of it in two rounds"
for name in fair thief; do
  sign_graph $name
  note "$name: $(jq '.signatures | length' $name/graph.json) signatures"
done
code=0
jq '.transactions["take-fast"].inputs[1].sequence = 1' thief/graph.unsigned.json |
  musig-round nonce --custody custody.json --params params.json --sequencer-keys sequencer.ots.json --key-file signers/0.key \
    --datadir signers/0 --quiet >refused.txt 2>refused.err || code=$?
[ "$code" = 3 ] && [ ! -s refused.txt ] || fail "a graph with another timelock was not refused"
note "with one timelock changed: $(head -n 1 refused.err)"

say "The deposits are locked, and minted for Alice on the layer 2"
for name in fair thief; do lock_deposit $name; done
mine 2
for name in fair thief; do mint_deposit $name; done
for name in fair thief; do note "Alice has $(amount "$(balance "$(field $name/alice.json .evm_address)")") there"; done

say "She withdraws both to Bob; the layer 2 assigns each withdrawal a deposit, oldest first"
for name in fair thief; do
  ask $name
  note "withdrawal $(field $name/withdrawal.json .id) of deposit $(field $name/withdrawal.json .deposit)"
done

say "The sequencer signs the withdrawals root of epoch 1 with the epoch's one-time key, and commits"
end_epoch 1
commit_epoch 1
note "commitment $(field commitment.1.sent.json .txid)"
peg-out list --params params.json --datadir lister --quiet >withdrawals.jsonl

say "The honest operator pays Bob from its own coins, and waits for $headers block on top"
cd fair
pay
mine 2
note "payout $(field payout.json .txid)"

say "It claims the deposit: the kickoff says which withdrawal, of which epoch, by which transaction"
kick
mine 1
look
note "the challenger looks: $(field look.json .truth), $(field look.json .reason)"
expect_move none
expect_code 4 take
note "too early: $(head -n 1 error.txt)"

say "Nobody challenges for $challenge_window blocks, and it takes deposit and bond"
until_block $challenge_window
take
mine 1
operator_won
note "operator $(amount "$(gain operator)") after all fees, Bob $(amount "$(gain bob)")"

say "The thief pays nobody, and claims the second deposit with a payout that is in no block"
cd ../thief
withdrawals | claim "$(field withdrawal.json .id)" \
  "$(dishonest pay operator.key "$(coin_of operator.script)" 300 "$(record "$(field withdrawal.json .id)")" "$withdrawal:$(cat bob.script)")" \
  $(($(btc getblockcount) - headers)) | dishonest trace >trace.json
lie_kickoff trace.json
mine 1

say "The challenger's cron job runs the claim again from layer 2 and chain, and challenges it"
look
expect_move open
note "$(field look.json .truth_reason)"
mine 1
note "challenge $(field look.json .sent.txid): $(amount $challenge_fee) to the operator, should the claim be true"

say "The thief asserts its trace: every value under a one-time signature, in $(parts) transactions"
lie_parts trace.json $(all_parts)
mine 1

say "The cron job finds the first false step, and shows it to the chain"
look
expect_move disprove
note "step $(field look.json .false_step) is false: $(field look.json .sent.txid)"
mine 1
look
expect_move none

say "Balances, to the satoshi"
operator_lost disprove 0
note "thief      $(amount "$(gain operator)")  (its bond and fees, less the challenger's fee)"
note "challenger $(amount "$(gain challenger)")  (the rest of the bond, less its challenge and fees)"
note "burned     $(amount "$(jq .burned money.json)")"
note "locked     $(amount "$(locked)")  (the deposit, still the signers')"

printf '%s\n' "Done in $(($(date +%s) - started)) s; every document is in $work"
