# Scenarios in which the operator paid. To be sourced by scenarios.sh.

# Pays, kicks off, nobody challenges, takes the deposit as soon as the window is over.
scenario_honest_unchallenged() {
  expect_code 4 kick
  pay
  expect_code 4 kick
  mine 2
  kick
  mine 1
  look
  expect_move none
  expect_code 4 take
  until_block $challenge_window
  take
  mine 1
  operator_won
}

# Somebody challenges a true claim: the operator makes a coin for each part, asserts all of them, wins, and keeps the
# challenger's fee.
scenario_honest_challenged() {
  pay
  mine 2
  kick
  mine 1
  expect_code 7 challenger challenge open
  open_anyway
  mine 1
  look
  expect_move none
  expect_code 4 answer
  mine 1
  answer
  mine 1
  look
  expect_move none
  expect_code 1 challenger challenge disprove
  until_block $challenge_window
  expect_code 4 take
  until_block $final_window
  take
  mine 1
  operator_won
}

# Two operators of one deposit both pay one withdrawal; the one whose take comes first has the deposit, the other one
# has its bond back and lost what it paid.
scenario_rivals() {
  pay
  mine 2
  (
    cd rival
    expect_code 7 pay
    pay_as "$(record "$(field withdrawal.json .id)")" "$withdrawal:$(cat bob.script)"
    true_trace "$payout_hex" "$payout_height" >trace.json
  )
  kick
  (cd rival && lie_kickoff trace.json)
  mine 1
  look
  expect_move none
  until_block $challenge_window
  take
  mine 1
  (
    cd rival
    look
    expect_move none
    expect_code 4 take
    until_block $reclaim_window
    take
    mine 1
    settle
    expect_sat "the rival" "$(gain operator)" \
      $((-withdrawal - $(fee payout stake kickoff reclaim child) - 2 * 240 - 330 * ($(parts) + 1)))
  )
  settle
  expect_users 2
  expect_sat "burned" "$(jq .burned money.json)" 0
  expect_sat "the operator" "$(gain operator)" \
    $((operator_fee - $(fee payout stake lock kickoff take child) - 3 * 240 - 330 * $(parts)))
}
