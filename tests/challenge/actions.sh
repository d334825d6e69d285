# Actions of a scenario's operator, challenger, Alice and Bob, run in the scenario's folder. Source it after bridge.sh.

graph_options="--params params.json --graph graph.json --sequencer-keys sequencer.ots.json"
operator() { ${kill_after:+timeout -s KILL $kill_after} "$@" $graph_options --key-file operator.key --datadir operator --fee-rate 1 --yes --quiet; }
challenger() { ${kill_after:+timeout -s KILL $kill_after} "$@" $graph_options --key-file challenger.key --datadir challenger --fee-rate 1 --yes --quiet; }

pay() { operator peg-out payout --id "$(field withdrawal.json .id)" --broadcast >payout.json; }
kick() { operator peg-out kickoff --broadcast >kickoff.json; }
answer() { operator challenge assert --broadcast >asserts.jsonl; }
take() { operator peg-out take --broadcast >take.json; }
# look: one run of the challenger's cron job.
look() { challenger challenge run --once >look.json; }
open_anyway() { challenger challenge open --anyway >open.json; }

# expect_code CODE COMMAND...: how it must end; its stderr is in error.txt.
expect_code() {
  local wanted=$1 code=0
  shift
  "$@" 2>error.txt >output.txt || code=$?
  [ "$code" = "$wanted" ] || fail "exit code $code instead of $wanted: $* ($(head -c 300 error.txt))"
}
# expect_move MOVE [STEP]: what the challenger's last run did, and the false step that it saw.
expect_move() {
  [ "$(field look.json .move)" = "$1" ] || fail "the challenger's move is $(jq -c '[.move, .reason, .error]' look.json) instead of $1"
  [ -z "${2:-}" ] || [ "$(field look.json .false_step)" = "$2" ] || fail "the false step is $(jq .false_step look.json) instead of $2"
}

txid_of() { field graph.json ".transactions.$1.txid"; }
parts() { jq '.transactions.kickoff.outputs | length - 3' graph.json; }
kickoff_height() { btc gettxout "\"$(txid_of kickoff)\"" 1 false | jq -e --argjson tip "$(btc getblockcount)" '$tip + 1 - .confirmations'; }
# until BLOCKS: the next block is so many blocks after the kickoff's.
until_block() {
  local left=$(($(kickoff_height) + $1 - 1 - $(btc getblockcount)))
  [ "$left" -le 0 ] || mine "$left"
}

# --- Lies

# coins SCRIPT_FILE: the confirmed coins with this script that no transaction in the mempool spends, the smallest first,
# as TXID:VOUT:SAT.
coins() {
  local found
  found=$(btc scantxoutset '"start"' "[\"raw($(cat "$1"))\"]" | jq -c '[.unspents[] | {txid, vout, amount}] | sort_by(.amount)')
  btc gettxspendingprevout "$(jq -c 'map({txid, vout})' <<<"$found")" | jq -r --argjson found "$found" '
    to_entries[] | select(.value.spendingtxid | not) | $found[.key] | "\(.txid):\(.vout):\(.amount * 100000000 | round)"'
}
coin_of() { coins "$1" | tail -n 1; }
# record ID [KEY_FILE]: an output with the record of a payout of an operator.
record() {
  local tag
  tag=$(python3 - "$(field "${2:-operator.json}" .xonly)" <<'END'
import hashlib, sys
tag = hashlib.sha256(b"pegkit/operator").digest()
print(hashlib.sha256(tag + tag + bytes.fromhex(sys.argv[1])).hexdigest()[:32])
END
)
  printf '0:6a19504b495403%08x%s' "$1" "$tag"
}
# claim ID PAYOUT_HEX HEIGHT < withdrawals > claim: of epoch 1, with the block at HEIGHT and those on top.
claim() {
  local height headers_json
  headers_json=$(for height in $(seq "$3" $(($3 + headers))); do
    btc getblockheader "$(btc getblockhash "$height")" false
  done | jq -cs .)
  jq -cs --argjson id "$1" --arg payout "$2" --argjson block "$(btc getblock "$(btc getblockhash "$3")" 1 | jq -c .tx)" \
    --argjson headers "$headers_json" '{epoch:1, id:$id, withdrawals:., payout:$payout, block:$block, headers:$headers}'
}
# withdrawals: all that were asked for, as `claim` takes them.
withdrawals() { jq -c '{id, amount_sat, script, deposit}' "$work/withdrawals.jsonl"; }
# The claim as it would be true of a payout in a block.
true_trace() { withdrawals | claim "$(field withdrawal.json .id)" "$1" "$2" | dishonest trace; }

# lie_kickoff TRACE_FILE: the kickoff of a trace, sent.
lie_kickoff() { send_raw "$(dishonest kickoff <"$1")" >lie.kickoff.txid; }
commitment_hex() { field "$work/commitment.1.json" .tx; }
# lie_part TRACE_FILE PART...: the asserts as hex, one a line.
lie_part() {
  local trace=$1
  shift
  dishonest assert "$(commitment_hex)" 12000 $(paste -d = <(printf '%s\n' "$@") <(coins operator.script | head -n $#)) <"$trace"
}
# lie_parts TRACE_FILE PART...: asserts, sent.
lie_parts() {
  [ $# -gt 1 ] || return 0
  lie_part "$@" | while read -r hex; do send_raw "$hex"; done >>lie.asserts
}
all_parts() { seq 0 $(($(parts) - 1)); }

# raw_of TXID HEIGHT: a confirmed transaction.
raw_of() { btc getrawtransaction "\"$1\"" false "$(btc getblockhash "$2")" | jq -r .; }
# pay_as OUTPUT...: a payout of the operator with these outputs, in the next block; sets payout_hex and payout_height.
pay_as() {
  payout_hex=$(dishonest pay operator.key "$(coin_of operator.script)" 300 "$@")
  send_raw "$payout_hex" >lie.payout.txid
  mine 1
  payout_height=$(btc getblockcount)
  mine "$headers"
}
# paid_honestly: the payout as it should be; sets payout_hex and payout_height.
paid_honestly() {
  pay
  mine 1
  payout_height=$(btc getblockcount)
  payout_hex=$(raw_of "$(field payout.json .txid)" "$payout_height")
  mine "$headers"
}

# --- Money

# settle [FOLDER...]: the scenario's books, with those of subfolders: of the blocks since everybody got coins, without those
# of other scenarios (from prepared_to, where that is set, to began_at).
settle() {
  local folder who graphs=() blocks
  blocks=${prepared_to:+$prepared_from-$prepared_to,$began_at-}
  blocks=${blocks:-$prepared_from-}$(btc getblockcount)
  for folder in . "$@"; do
    for who in operator challenger alice bob; do
      jq -n --arg script "$(cat "$folder/$who.script")" --arg who $who '{($script):$who}'
    done
  done | jq -s add >names.json
  for folder in . "$@"; do graphs+=("$folder/graph.json"); done
  "$root/tests/challenge/ledger.py" "$rpc_url" "$cookie" "$blocks" names.json "${graphs[@]}" >money.json
}
gain() { jq ".gain.$1" money.json; }
# fee KIND...: of all such transactions; of payouts, those of the operator.
fee() {
  jq --arg kinds "$*" '[.txs[] | select((.kind != "payout" or .gain.operator) and (.kind as $k | $kinds | split(" ") | index($k))) | .fee] |
    add // 0' money.json
}
count() { jq --arg kind "$1" '[.txs[] | select(.kind == $kind)] | length' money.json; }
expect_sat() { [ "$2" = "$3" ] || fail "$1: $2 sat instead of $3"; }
kickoff_output() { jq ".transactions.kickoff.outputs[$1].amount_sat" graph.json; }
locked() { jq '.transactions.lock.outputs[0].amount_sat' graph.json; }
unspent() { [ "$(btc gettxout "\"$1\"" "$2" true)" != null ]; }

# everybody_else: Alice and Bob have what they should whatever the operator did. PAID is 0 when Bob was not paid.
expect_users() {
  expect_sat "Alice" "$(gain alice)" $((-denomination - $(fee deposit)))
  expect_sat "Bob" "$(gain bob)" $(($1 * withdrawal))
}

# challenge_cost: what challenges gave from the challenger to the operator; the connector that they spend is its own.
challenge_cost() { echo $(($(count challenge) * (330 - challenge_fee))); }

# operator_won: the deposit and the bond are the operator's, every satoshi of it is accounted for.
operator_won() {
  settle
  expect_users 1
  local costs spent
  costs=$(fee stake lock payout kickoff assert own child take)
  spent=$(jq '.anchors + .left' money.json)
  expect_sat "burned" "$(jq .burned money.json)" 0
  expect_sat "the operator" "$(gain operator)" $((operator_fee - $(challenge_cost) - costs - spent))
  expect_sat "the challenger" "$(gain challenger)" $(($(challenge_cost) - $(fee challenge)))
  [ "$(count challenge)" = 1 ] || expect_sat "connectors left" "$(jq .left money.json)" $(($(parts) * 330))
  [ "$(count challenge)" = 0 ] || expect_sat "connectors left" "$(jq .left money.json)" 0
  unspent "$(txid_of lock)" 0 && fail "the deposit is still locked"
  return 0
}

# operator_lost KIND PAID: the bond went to the challenger by KIND (disprove or timeout), the deposit stays locked.
operator_lost() {
  settle
  expect_users "$2"
  local reward
  reward=$(($(kickoff_output 1) - burn - $(fee "$1")))
  [ "$1" = disprove ] || reward=$((reward + 330))
  [ "$(count "$1")" = 1 ] || fail "there are $(count "$1") transactions of kind $1"
  expect_sat "burned" "$(jq .burned money.json)" $burn
  expect_sat "the challenger" "$(gain challenger)" $((reward + $(challenge_cost) - $(fee challenge)))
  unspent "$(txid_of lock)" 0 || fail "the deposit is not locked any more"
  expect_code 7 take
}
