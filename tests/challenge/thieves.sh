# Scenarios in which the operator claims what is not true. To be sourced by scenarios.sh.

# caught TRACE STEP: a false claim is kicked off, challenged, asserted, disproved at STEP.
caught() {
  lie_kickoff "$1"
  mine 1
  look
  expect_move open
  mine 1
  look
  expect_move wait
  lie_parts "$1" $(all_parts)
  mine 1
  look
  expect_move disprove "$2"
  mine 1
  look
  expect_move none
}

# caught_lying TRACE STEP: the same with a claim that is true until it is asserted; somebody challenges it all the same.
caught_lying() {
  lie_kickoff "$1"
  mine 1
  look
  expect_move none
  open_anyway
  mine 1
  lie_parts "$1" $(all_parts)
  mine 1
  look
  expect_move disprove "$2"
  mine 1
}

my_id() { field withdrawal.json .id; }
# unsent_payout: as hex; nobody gets to see it.
unsent_payout() { dishonest pay operator.key "$(coin_of operator.script)" 300 "$(record "$(my_id)")" "$withdrawal:$(cat bob.script)"; }
# The claim of a payout that is in no block, beside a block that is.
unpaid_trace() { withdrawals | claim "$(my_id)" "$(unsent_payout)" $(($(btc getblockcount) - headers)) | dishonest trace; }

# A withdrawal that nobody asked for, paid to the operator itself.
scenario_not_in_tree() {
  local id=$(($(wc -l <"$work/withdrawals.jsonl")))
  pay_as "$(record $id)" "$withdrawal:$(cat operator.script)"
  {
    withdrawals
    jq -nc --argjson id $id --argjson amount $withdrawal --arg script "$(cat operator.script)" \
      --arg deposit "$(field deposit.json .outpoint)" '{id:$id, amount_sat:$amount, script:$script, deposit:$deposit}'
  } | claim $id "$payout_hex" "$payout_height" | dishonest trace >false.json
  withdrawals | claim 0 "$payout_hex" "$payout_height" | dishonest trace >true.json
  dishonest set root "$(field true.json .root)" <false.json >trace.json
  caught trace.json root
  operator_lost disprove 0
}

# The payout was never made.
scenario_never_paid() {
  unpaid_trace >trace.json
  caught trace.json "$(first_block_step)"
  operator_lost disprove 0
}
# The step that holds the merkle root of the claimed block against its header.
first_block_step() { echo "block_$((16#$(field trace.json .depth) - 1))"; }

scenario_wrong_script() {
  pay_as "$(record "$(my_id)")" "$withdrawal:$(cat operator.script)"
  true_trace "$payout_hex" "$payout_height" >trace.json
  caught trace.json script
  operator_lost disprove 0
}

scenario_wrong_amount() {
  pay_as "$(record "$(my_id)")" "$((withdrawal - 1)):$(cat bob.script)"
  true_trace "$payout_hex" "$payout_height" >trace.json
  caught trace.json record
  settle
  expect_sat "Bob" "$(gain bob)" $((withdrawal - 1))
  expect_sat "burned" "$(jq .burned money.json)" $burn
}

# Bob is paid, but by somebody else.
scenario_wrong_operator() {
  pay_as "$(record "$(my_id)" challenger.json)" "$withdrawal:$(cat bob.script)"
  true_trace "$payout_hex" "$payout_height" >trace.json
  caught trace.json record
  operator_lost disprove 1
}

# A root of the operator's own: no sequencer signed it, so part 0 cannot be asserted, and time does the rest.
scenario_wrong_root() {
  local id=$(my_id)
  pay_as "$(record "$id")" "$withdrawal:$(cat operator.script)"
  withdrawals | jq -c --argjson id "$id" --arg script "$(cat operator.script)" 'if .id == $id then .script = $script else . end' |
    claim "$id" "$payout_hex" "$payout_height" | dishonest trace >trace.json
  lie_kickoff trace.json
  mine 1
  look
  expect_move open
  mine 1
  lie_parts trace.json $(all_parts | tail -n +2)
  refused "$(lie_part trace.json 0)" | grep -q script || fail "the node refuses an unsigned root for another reason"
  mine 1
  until_block $((assert_window - 1))
  look
  expect_move wait
  until_block $assert_window
  look
  expect_move timeout
  mine 1
  operator_lost timeout 0
}

# A true claim, asserted with one false value: a first one, one in the middle with all that follows from it, and one that
# only the last step shows.
scenario_false_first() {
  paid_honestly
  true_trace "$payout_hex" "$payout_height" | dishonest flip script_hash 0 >trace.json
  caught_lying trace.json script_hash
  operator_lost disprove 1
}
scenario_false_middle() {
  paid_honestly
  true_trace "$payout_hex" "$payout_height" | dishonest flip tx_state_1 31 onwards >trace.json
  caught_lying trace.json tx_state_1
  operator_lost disprove 1
}
scenario_false_last() {
  paid_honestly
  true_trace "$payout_hex" "$payout_height" | dishonest set depth 0e >trace.json
  caught_lying trace.json block_13
  operator_lost disprove 1
}

# Nothing is said after the challenge, or all but one part.
silent() {
  unpaid_trace >trace.json
  lie_kickoff trace.json
  mine 1
  look
  expect_move open
  mine 1
  lie_parts trace.json "$@"
  until_block $((assert_window - 1))
  expect_code 4 challenger challenge timeout
}
scenario_silent() {
  silent
  mine 1
  look
  expect_move timeout
  mine 1
  look
  expect_move none
  operator_lost timeout 0
}
# Not asserted is the part without which the false step cannot be shown.
scenario_silent_in_part() {
  local missing
  missing=$(build-taptree claim --params params.json --values | jq -e '.values[] | select(.name == "merkle_node_1").part')
  silent $(all_parts | grep -vx "$missing")
  mine 1
  look
  expect_move timeout
  [ "$(field look.json .part)" = "$missing" ] || fail "the timeout is not of part $missing"
  mine 1
  operator_lost timeout 0
}

# One withdrawal, paid once and claimed against two deposits: the operator has one and loses a bond.
scenario_two_deposits() {
  paid_honestly
  true_trace "$payout_hex" "$payout_height" >trace.json
  lie_kickoff trace.json
  (
    cd second
    withdrawals | claim "$(field ../withdrawal.json .id)" "$payout_hex" "$payout_height" | dishonest trace >trace.json
    caught trace.json root
    unspent "$(txid_of lock)" 0 || fail "the second deposit is not locked any more"
  )
  look
  expect_move none
  until_block $challenge_window
  take
  mine 1
  settle second
  expect_sat "both Alices" "$(gain alice)" $((-2 * denomination - $(fee deposit)))
  expect_sat "both Bobs" "$(gain bob)" $withdrawal
  expect_sat "burned" "$(jq .burned money.json)" $burn
  expect_sat "the challenger" "$(gain challenger)" \
    $(($(cd second && kickoff_output 1) - burn + $(challenge_cost) - $(fee disprove challenge)))
  expect_sat "left" "$(jq .left money.json)" $(($(cd second && locked) + 330 * $(parts)))
  expect_sat "anchors" "$(jq .anchors money.json)" $((5 * 240))
}

# A claim of epoch 3, whose root nobody signed: the operator can but assert the root of another epoch.
scenario_unsigned_epoch() {
  end_epoch 3
  paid_honestly
  true_trace "$payout_hex" "$payout_height" | dishonest set epoch 00000003 >trace.json
  caught trace.json epoch
  operator_lost disprove 1
}
