# Scenarios of documents and transactions that are not what they seem: nothing is signed, sent or believed. To be sourced
# by scenarios.sh.

# A signer is shown graphs in which one thing was changed.
scenario_bad_graph() {
  local change
  signs() {
    musig-round nonce --custody ../custody.json --params params.json --sequencer-keys sequencer.ots.json \
      --key-file ../signers/0.key --datadir ../signers/0 --quiet
  }
  [ -n "$(signs <graph.unsigned.json)" ] || fail "the graph as it is gets no nonces"
  for change in \
    '.transactions["take-fast"].inputs[1].sequence -= 1' '.transactions["take-final"].inputs[1].sequence += 1' \
    '.transactions["assert-timeout[0]"].inputs[1].sequence -= 1' '.transactions.lock.outputs[0].amount_sat -= 1' \
    '.transactions.kickoff.outputs[1].amount_sat -= 1' '.transactions.challenge.outputs[0].amount_sat += 1' \
    '.transactions.kickoff.txid |= .[1:] + "0"' '.operator |= .[2:] + "00"' '.signers_key |= .[2:] + "00"' \
    '.leaves.disprove[7] = .leaves.disprove[8]' '.leaves.disprove |= .[1:]' '.leaves.assert_roots |= reverse' \
    '.leaves.kickoff |= .[2:] + "00"' '.operator_keys.keys[3].key = .operator_keys.keys[4].key' \
    '.operator_keys.keys |= .[1:]' '.operator_keys.keys[0].name = "other"' '.stake_vout += 1' '.sequencer_keys |= .[2:] + "00"' \
    '.deposit.recipient = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"' '.deposit.refund_blocks += 1' \
    '.deposit.outpoint |= .[:-1] + "7"' '.params |= .[2:] + "00"' '.extra = 1' 'del(.operator_keys)' 'del(.deposit.outpoint)' \
    '.signatures["challenge:0"] |= .[2:] + "00"' 'del(.signatures)'; do
    jq -c "$change" graph.unsigned.json >changed.json
    cmp -s changed.json <(jq -c . graph.unsigned.json) && fail "$change changes nothing"
    local code=0
    signs <changed.json >signed.txt 2>error.txt || code=$?
    case $code in 3 | 4 | 7) ;; *) fail "$change: exit code $code: $(head -c 300 error.txt)" ;; esac
    [ ! -s signed.txt ] || fail "$change: was signed"
  done
  settle
}

# A signer who signs last keeps its part: nothing is locked, and Alice takes her coins back.
scenario_withheld() {
  local context="--custody ../custody.json --sequencer-keys sequencer.ots.json --params params.json --quiet"
  for i in 0 1 2; do musig-round nonce $context --key-file ../signers/$i.key --datadir ../signers/$i <graph.unsigned.json; done >nonces
  for i in 0 1; do musig-round sign $context --nonces nonces --key-file ../signers/$i.key --datadir ../signers/$i <graph.unsigned.json; done >partials
  expect_code 4 musig-round combine $context --nonces nonces --partials partials --request graph.unsigned.json
  [ ! -s output.txt ] || fail "two of three made signatures"
  cp graph.unsigned.json graph.json
  expect_code 4 operator peg-in lock
  expect_code 4 peg-out payout $graph_options --id 0 --broadcast --key-file operator.key --datadir operator --yes
  mine 250
  peg-in refund --params params.json --deposit deposit.json --to "$(field alice.json .address)" --key-file alice.key \
    --datadir alice --fee-rate 1 --broadcast --yes --quiet >refund.json
  mine 1
  settle
  expect_sat "Alice" "$(gain alice)" $((-$(fee deposit) - $(jq --arg txid "$(field refund.json .txid)" '.txs[] | select(.txid == $txid) | .fee' money.json)))
}

# Parts in any order, twice, with other values, and of another graph.
scenario_assert_order() {
  unpaid_trace >trace.json
  dishonest flip tx_state_1 0 onwards <trace.json >other.json
  lie_kickoff trace.json
  mine 1
  look
  expect_move open
  mine 1
  local hex
  lie_part trace.json $(all_parts | tac) >parts.hex
  while read -r hex; do
    send_raw "$hex" >/dev/null
    btc sendrawtransaction "\"$hex\"" >/dev/null 2>&1 || true
  done <parts.hex
  lie_part other.json 0 3 12 | while read -r hex; do refused "$hex" >/dev/null; done
  # From raw transactions, without a node.
  dishonest kickoff <trace.json >kickoff.raw
  local given=()
  while read -r hex; do given+=(--assert "$hex"); done <parts.hex
  challenge disprove $graph_options --kickoff "$(cat kickoff.raw)" "${given[@]}" --to "$(field challenger.json .address)" --fee-rate 1 \
    --datadir challenger --quiet >offline.json
  ! challenge disprove $graph_options --kickoff "$(cat kickoff.raw)" --to "$(field challenger.json .address)" --fee-rate 1 \
    --datadir challenger --quiet >nothing.json 2>error.txt || fail "a kickoff alone was disproved"
  [ "$(btc testmempoolaccept "[\"$(field offline.json .tx)\"]" | jq '.[0].allowed')" = true ] || fail "the offline disprove is refused"
  look
  expect_move disprove
  mine 1
  operator_lost disprove 0
}

# The challenger's layer 2 is another one, without the contract: an honest claim is not challenged, and it says so.
scenario_lying_layer2() {
  pay
  mine 2
  kick
  mine 1
  local honest=$l2_url
  (
    work=$PWD pids=()
    start_layer2
    end_epoch 2
    code=0
    challenger challenge run --once --l2-url "$l2_url" >look.json 2>error.txt || code=$?
    case $code in 3 | 6 | 7) ;; *) fail "with a layer 2 that has no contract the exit code is $code" ;; esac
    [ "$l2_url" != "$honest" ] || fail "this is the honest layer 2"
    stop_all
  )
  [ "$(btc getrawmempool)" = '[]' ] || fail "something was sent"
  look
  expect_move none
  until_block $challenge_window
  take
  mine 1
  operator_won
}

# Transactions that look like ours: payout records that pay nothing or somebody else, and foreign bytes in the witness.
scenario_garbage() {
  local id hex
  id=$(field withdrawal.json .id)
  for lie in "" "$((withdrawal / 3)):$(cat "$work/bank.script")"; do
    send_raw "$(dishonest pay "$work/bank.key" "$(coin_of "$work/bank.script")" 300 "$(record "$id" challenger.json)" $lie)" >/dev/null
    mine 1
  done
  expect_code 4 kick
  pay
  mine 2
  kick
  mine 1
  raw_of "$(txid_of kickoff)" "$(btc getblockcount)" >kickoff.raw
  # Every so many bytes of the kickoff's witness are changed; disprove reads them and finds nothing.
  python3 - <<'END' >garbled
raw = bytearray.fromhex(open("kickoff.raw").read().strip())
for at in range(40, len(raw), max(1, len(raw) // 60)):
    bad = bytearray(raw)
    bad[at] ^= 0x55
    print(bad.hex())
print(raw[: len(raw) // 2].hex())
END
  local code
  while read -r hex; do
    code=0
    challenge disprove $graph_options --kickoff "$hex" --to "$(field challenger.json .address)" --fee-rate 1 \
      --datadir challenger --quiet >garbled.json 2>error.txt || code=$?
    case $code in 1 | 3 | 4 | 7) ;; *) fail "a garbled kickoff: exit code $code: $(head -c 300 error.txt)" ;; esac
    [ ! -s garbled.json ] || fail "a garbled kickoff was disproved"
  done <garbled
  look
  expect_move none
  until_block $challenge_window
  take
  mine 1
  operator_won
}
