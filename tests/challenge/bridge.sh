# One optimistic bridge on one machine, with a deposit, a signed graph and a withdrawal for every scenario. To be sourced
# after tests/demo/lib.sh; needs $work and $root.
#
# Three signers, a sequencer, and for every NAME a folder with an operator, a challenger, a depositor (alice) and one
# who is to be paid (bob). All money of a scenario moves between these four.

denomination=10000000 operator_fee=100000 bond=3000000 challenge_fee=200000 burn=1000000
withdrawal=$((denomination - operator_fee))
challenge_window=6 assert_window=14 final_window=22 reclaim_window=30
headers=1
epoch_blocks=200

# field FILE PATH: a field of a document.
field() { jq -er "$2" "$1"; }
# script_of FILE: of the address in a document.
script_of() { inspect address "$(field "$1" .address)" | jq -er .script; }
# send HEX: broadcast as it is; prints the txid.
send_raw() { btc sendrawtransaction "\"$1\"" | jq -r .; }
# refused HEX: the node's reason not to take it; fails when it would.
refused() { btc testmempoolaccept "[\"$1\"]" | jq -er '.[0] | if .allowed then halt_error else .["reject-reason"] end'; }

# start_bridge: node, layer 2, signers, sequencer, a bank.
start_bridge() {
  start_bitcoin
  start_layer2
  write_config
  mkdir -p signers
  for i in 0 1 2; do keygen new --out signers/$i.key >signers/$i.pub.json; done
  for who in bank sequencer relayer; do keygen new --chain regtest --out $who.key >$who.json; done
  script_of bank.json >bank.script
  keygen new --out sequencer.seed >sequencer.seed.json
  keygen ots --for sequencer --first-epoch 1 --epochs 8 --key-file sequencer.seed >sequencer.ots.json
  jq -s '{type:"pegkit/custody",version:1,policy:"musig",threshold:3,keys:map(.public_key)}' signers/*.pub.json |
    build-taptree custody --chain regtest >custody.json
  contract=$(deploy "$(jq -r '.internal_key + "0" * 64' custody.json)" $denomination $operator_fee)
  jq -n --arg contract "$contract" --arg key "$(field sequencer.json .xonly)" --arg ots "$(field sequencer.ots.json .hash)" \
    --argjson epoch_blocks $epoch_blocks --argjson denomination $denomination --argjson operator_fee $operator_fee \
    --argjson bond $bond --argjson challenge_fee $challenge_fee --argjson burn $burn --argjson headers $headers \
    --argjson windows "[$challenge_window, $assert_window, $final_window, $reclaim_window]" '{
    type:"pegkit/params", version:1, chain:"regtest", magic:"504b4954", start_height:1,
    deposit_confirmations:2, refund_blocks:250, sweep_margin:5, payout_confirmations:2,
    fee_floor_sat_vb:1, fee_cap_sat_vb:100, fee_cap_sat:1000000,
    l2:{chain_id:31337, contract:$contract, from_block:0, finality:2, epoch_blocks:$epoch_blocks},
    challenge:{denomination_sat:$denomination, operator_fee_sat:$operator_fee, bond_sat:$bond,
      challenge_fee_sat:$challenge_fee, burn_sat:$burn, fee_rate_sat_vb:2,
      challenge_window:$windows[0], assert_window:$windows[1], final_window:$windows[2], reclaim_window:$windows[3],
      headers:$headers, target:("7fffff" + "0" * 58),
      sequencer:{key:$key, ots:$ots, first_epoch:1, epochs:8}}}' >params.json
  commit-state address --params params.json --sequencer-keys sequencer.ots.json --datadir sequencer >thread.json
  bank_coin=$(mine_coin "$(field bank.json .address)")
  mine_coin "$(field sequencer.json .address)" >/dev/null
  mine_coin "$(field thread.json .address)" >/dev/null
  mine 100
}

# mine_coin ADDRESS: a block whose reward goes there; prints the coin as TXID:VOUT:SAT.
mine_coin() {
  local block
  block=$(btc generatetoaddress 1 "\"$1\"" | jq '.[0]')
  btc getblock "$block" 2 | jq -r '.tx[0] | "\(.txid):0:\(.vout[0].value * 100000000 | round)"'
}

# make_people FOLDER...: keys and coins of scenarios.
make_people() {
  local folder outputs=() raw
  for folder in "$@"; do
    mkdir -p "$folder"
    for who in operator challenger alice bob; do
      keygen new --chain regtest --out "$folder/$who.key" >"$folder/$who.json"
    done
    case $folder in
      */second) cp -f "${folder%/*}"/operator.{key,json} "$folder" ;;
      */rival) cp -f "${folder%/*}"/bob.{key,json} "$folder" ;;
    esac
    for who in operator challenger alice bob; do script_of "$folder/$who.json" >"$folder/$who.script"; done
    ln -s "$work/params.json" "$work/sequencer.ots.json" "$folder/"
    outputs+=("$((denomination + 100000)):$(cat "$folder/alice.script")")
    for i in 1 2 3; do outputs+=("20000000:$(cat "$folder/operator.script")"); done
    # For the parts of a claim. One operator has to make these coins itself.
    [ "$folder" = honest_challenged ] || for i in $(seq 24); do outputs+=("20000:$(cat "$folder/operator.script")"); done
    for i in 1 2 3; do outputs+=("5000000:$(cat "$folder/challenger.script")"); done
  done
  raw=$(dishonest pay bank.key "$bank_coin" 100000 "${outputs[@]}")
  bank_coin=$(btc decoderawtransaction "\"$raw\"" | jq -r '"\(.txid):\(.vout | length - 1):\(.vout[-1].value * 100000000 | round)"')
  send_raw "$raw" >/dev/null
  mine 1
}

# make_deposits FOLDER...: Alice of every one sends the denomination to an address of her own.
make_deposits() {
  local folder
  for folder in "$@"; do
    peg-in address --params params.json --custody custody.json --recipient "$(field "$folder/alice.json" .evm_address)" \
      --refund-key "$(field "$folder/alice.json" .public_key)" >"$folder/deposit.address.json"
    peg-in build --params params.json --deposit "$folder/deposit.address.json" --amount $denomination \
      --key-file "$folder/alice.key" --datadir "$folder/alice" --fee-rate 1 --broadcast --yes --quiet >"$folder/deposit.sent.json"
    jq .deposit "$folder/deposit.sent.json" >"$folder/deposit.json"
  done
}

# make_graph FOLDER: the operator's stake and graph for FOLDER/deposit.json, without the signers' signatures.
make_stake() {
  peg-out stake --params params.json --deposit "$1/deposit.json" --key-file "$1/operator.key" --datadir "$1/operator" \
    --fee-rate 1 --broadcast --yes --quiet >"$1/stake.json"
}
make_graph() {
  peg-out graph --params params.json --deposit "$1/deposit.json" --sequencer-keys sequencer.ots.json \
    --key-file "$1/operator.key" --datadir "$1/operator" >"$1/graph.unsigned.json"
}
# sign_graph FOLDER: all signers check and sign it, in two rounds.
sign_graph() {
  sign custody.json signers "--sequencer-keys sequencer.ots.json" 0 1 2 <"$1/graph.unsigned.json" >"$1/graph.json"
}
# lock_deposit FOLDER
lock_deposit() {
  peg-in lock --params params.json --graph "$1/graph.json" --sequencer-keys sequencer.ots.json \
    --key-file "$1/operator.key" --datadir "$1/operator" --fee-rate 1 --yes --quiet >"$1/lock.json"
}
# mint_deposit FOLDER: the signers mint what is locked.
mint_deposit() {
  peg-in prove --params params.json --deposit "$1/deposit.json" --mint --block "$deposit_block" \
    --lock "$(field "$1/lock.json" .txid)" >"$1/mint.json"
  sign custody.json signers "" 0 1 2 <"$1/mint.json" >"$1/mint.signed.json"
  peg-in mint --params params.json --custody custody.json --key-file relayer.key --yes --quiet "$1/mint.signed.json" >"$1/minted.json"
}
# ask FOLDER: Alice withdraws to Bob.
ask() {
  peg-out request --params params.json --key-file "$1/alice.key" --datadir "$1/alice" --to "$(field "$1/bob.json" .address)" \
    --yes --quiet >"$1/withdrawal.json"
  [ "$(field "$1/withdrawal.json" .deposit)" = "$(field "$1/deposit.json" .outpoint)" ] || fail "the withdrawal of another deposit"
}

# end_epoch N: the layer 2 goes on until epoch N is final.
end_epoch() {
  local at
  at=$(l2 eth_blockNumber | python3 -c 'import json,sys; print(int(json.load(sys.stdin), 16))')
  l2 anvil_mine "\"$(printf '0x%x' $(($1 * epoch_blocks + 3 - at)))\"" >/dev/null
}
# commit_epoch N: the sequencer signs its withdrawals root, once, and commits.
commit_epoch() {
  commit-state build --params params.json --sequencer-keys sequencer.ots.json --key-file sequencer.key \
    --ots-key-file sequencer.seed --datadir sequencer --fee-rate 1 --epoch "$1" ${thread:+--thread "$thread"} >"commitment.$1.json"
  commit-state send --params params.json --datadir sequencer --yes --quiet <"commitment.$1.json" >"commitment.$1.sent.json"
  thread=${thread:-$(field "commitment.$1.sent.json" .txid)}
  mine 1
}

# prepare NAME...: all of it. Besides its own folder `rivals` has one of another operator for the same deposit, and
# `two_deposits` one of another deposit to the same operator; `withheld` is left before the signers sign.
prepare() {
  local folder folders=() deposits=() signed=()
  for folder in "$@"; do
    folders+=("$folder")
    case $folder in
      rivals) folders+=(rivals/rival) ;;
      two_deposits) folders+=(two_deposits/second) ;;
    esac
  done
  for folder in "${folders[@]}"; do
    case $folder in */rival) ;; *) deposits+=("$folder") ;; esac
    case $folder in withheld) ;; *) signed+=("$folder") ;; esac
  done
  make_people "${folders[@]}"
  prepared_from=$(($(btc getblockcount) + 1))
  make_deposits "${deposits[@]}"
  mine 1
  deposit_block=$(btc getbestblockhash | jq -r .)
  for folder in "${folders[@]}"; do
    case $folder in */rival) cp "${folder%/*}/deposit.json" "$folder" ;; esac
    make_stake "$folder"
  done
  mine 2
  for folder in "${folders[@]}"; do make_graph "$folder"; done
  for folder in "${signed[@]}"; do
    sign_graph "$folder"
    lock_deposit "$folder"
  done
  mine 2
  for folder in "${signed[@]}"; do case $folder in */rival) ;; *) mint_deposit "$folder" ;; esac; done
  for folder in "${signed[@]}"; do
    case $folder in
      */rival) cp "${folder%/*}/withdrawal.json" "$folder" ;;
      *) ask "$folder" ;;
    esac
  done
  end_epoch 1
  commit_epoch 1
}
