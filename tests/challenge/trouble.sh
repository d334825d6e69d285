# Scenarios in which chain, programs or sequencer misbehave. To be sourced by scenarios.sh.

# undo_block: the last block is reorganised away; what was in it waits in the mempool, not in the two blocks that follow.
undo_block() {
  btc invalidateblock "$(btc getbestblockhash)" >/dev/null
  for i in 1 2; do btc generateblock "\"$(field ../bank.json .address)\"" '[]' >/dev/null; done
}
# undone COMMAND...: the last block is undone, the command is run again, and what it is about is mined again.
undone() {
  undo_block
  "$@"
  mine 1
}

# A thief is caught although every transaction is reorganised away once.
scenario_reorg_thief() {
  unpaid_trace >trace.json
  lie_kickoff trace.json
  mine 1
  undone look
  look
  expect_move open
  mine 1
  undone look
  lie_parts trace.json $(all_parts)
  mine 1
  undo_block
  look
  expect_move disprove
  mine 1
  undone look
  look
  expect_move none
  operator_lost disprove 0
}

scenario_reorg_timeout() {
  silent
  mine 1
  look
  expect_move timeout
  mine 1
  undone look
  look
  expect_move none
  operator_lost timeout 0
}

# An honest operator wins although every transaction is reorganised away once, its payout after the kickoff.
scenario_reorg_honest() {
  pay
  mine 1
  undone pay
  mine 1
  kick
  mine 1
  undone kick
  btc invalidateblock "$(btc getblockhash $(($(btc getblockcount) - 5)))" >/dev/null
  expect_code 4 kick
  mine 8
  kick
  open_anyway
  mine 1
  undone open_anyway
  answer
  mine 1
  undone answer
  [ "$(field asserts.jsonl .already)" = true ] || fail "parts that are there are asserted again"
  until_block $final_window
  take
  mine 1
  undone take
  operator_won
}

# run_killed STEP: killed ever later, then run to its end.
run_killed() {
  local kill_after
  for kill_after in 0.02 0.05 0.1 0.2 0.3 0.5 0.8; do "$1" 2>/dev/null || true; done
  kill_after=
  "$1"
}
scenario_operator_crashes() {
  run_killed pay
  mine 2
  run_killed kick
  mine 1
  open_anyway
  mine 1
  run_killed answer
  mine 1
  run_killed answer
  until_block $final_window
  run_killed take
  mine 1
  run_killed take
  [ "$(field take.json .already)" = true ] || fail "the deposit would be taken twice"
  operator_won
  [ "$(count payout)" = 1 ] || fail "there are $(count payout) payouts"
  [ "$(count assert)" = "$(parts)" ] || fail "there are $(count assert) asserts"
}
scenario_challenger_crashes() {
  unpaid_trace >trace.json
  lie_kickoff trace.json
  mine 1
  run_killed look
  mine 1
  lie_parts trace.json $(all_parts)
  mine 1
  run_killed look
  mine 1
  run_killed look
  expect_move none
  operator_lost disprove 0
  [ "$(count challenge)" = 1 ] || fail "there are $(count challenge) challenges"
}

# A challenger who comes when all is asserted, and knows nothing but the graph.
scenario_late_challenger() {
  unpaid_trace >trace.json
  lie_kickoff trace.json
  mine 1
  look
  expect_move open
  mine 1
  lie_parts trace.json $(all_parts)
  mine 3
  rm -rf challenger
  look
  expect_move disprove
  mine 1
  operator_lost disprove 0
}

# A sequencer signs two roots of epoch 2: from a copy of its data directory, as if it had lost its memory. Whoever has
# both takes its bond.
scenario_equivocation() {
  local stake_coin
  (
    cd ..
    end_epoch 2
    cp -r sequencer sequencer.copy
    build_other() {
      commit-state build --params params.json --sequencer-keys sequencer.ots.json --key-file sequencer.key \
        --ots-key-file sequencer.seed --fee-rate 1 --epoch 2 --thread "$thread" --unchecked \
        --state-root "$(printf '%064d' 1)" --withdrawals-root "$(printf '%064d' 2)" --datadir "$1"
    }
    build_other sequencer.copy >equivocation.json
    commit_epoch 2
    expect_code 7 build_other sequencer
  )
  build-taptree stake --params params.json --recovery-blocks 1000 <sequencer.ots.json >sequencer.stake.json
  stake_coin=$(send_raw "$(dishonest pay operator.key "$(coin_of operator.script)" 300 "$bond:$(field sequencer.stake.json .script_pubkey)")"):0
  mine 1
  slash() {
    challenge slash --params params.json --sequencer-keys sequencer.ots.json --stake sequencer.stake.json --outpoint "$stake_coin" \
      --to "$(field challenger.json .address)" --datadir challenger --fee-rate 1 --yes --quiet --broadcast "$@"
  }
  expect_code 3 slash --evidence ../commitment.2.json --evidence ../commitment.1.json
  slash --evidence ../commitment.2.json --evidence ../equivocation.json >slash.json
  mine 1
  settle
  expect_sat "the challenger" "$(gain challenger)" $((bond - $(jq --arg txid "$(field slash.json .txid)" '.txs[] | select(.txid == $txid) | .fee' money.json)))
}
