#!/usr/bin/env bash
# The programs against a bitcoind and a layer 2 that answer garbage, hang, close early, lie about every field, or are on
# another chain (tests/support/evil_node.py); two runs at once; and runs that are killed half-way. Every command must
# end soon with the exit code and one line of error that doc/ promises, and leave a data directory that works.
#
#   evil_node.sh BIN_DIR
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
PEGKIT_BIN=$(cd "$1" && pwd)
. "$root/tests/demo/lib.sh"
open_folder "$(mktemp -d)"
trap 'stop_all; rm -rf "$work"' EXIT
failed=0 count=0
fail() { echo "evil_node: $*"; failed=$((failed + 1)); }
must() { "$@" || { echo "evil_node: cannot set up: $*"; exit 1; }; }

# ---- A bridge on an honest node.
NODE=regtest-node
must start_bitcoin
contract=0x5FbDB2315678afecb367f032d93F642f64180aa3
python3 "$root/tests/support/evil_node.py" "$rpc_url" "$contract" >evil.url &
pids+=($!)
must wait_for 10 test -s evil.url
evil=$(<evil.url)
honest="--rpc-url $rpc_url --rpc-cookie-file $cookie --chain regtest"
for name in alice sequencer 0 1 2; do must keygen new --chain regtest --out $name.key >$name.json; done
jq -cs '{type:"pegkit/custody",version:1,policy:"subsets",threshold:2,keys:map(.public_key)}' [012].json |
  must build-taptree custody --chain regtest >custody.json
alice=$(jq -r .address alice.json)
must mine 2 "$alice"
must mine 2 "$(jq -r .address sequencer.json)"
must mine 1 "$(jq -r .address custody.json)"
must mine 101
jq -n --arg contract $contract '{type:"pegkit/params",version:1,chain:"regtest",magic:"504b4954",start_height:0,
  deposit_confirmations:3,refund_blocks:30,sweep_margin:1,payout_confirmations:3,fee_floor_sat_vb:1,fee_cap_sat_vb:100,fee_cap_sat:500000,
  l2:{chain_id:31337,contract:$contract,from_block:0,finality:2,epoch_blocks:4}}' >params.json
must peg-in address --params params.json --custody custody.json --chain regtest --recipient 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf \
  --refund-key "$(jq -r .xonly alice.json)" >deposit.json
must peg-in build --params params.json --deposit deposit.json --amount 200000 --key-file alice.key --datadir alice --fee-rate 2 --broadcast --yes $honest >/dev/null
must mine 5
must watch-chain init --params params.json --custody custody.json --datadir op $honest --quiet >/dev/null
must watch-chain watch --datadir op --chain regtest <deposit.json >/dev/null
state=$(printf '%064x' 7)
build="commit-state build --params params.json --key-file sequencer.key --fee-rate 2 --epoch 1 --state-root $state --unchecked"
must $build --datadir seq $honest >commitment.json
must peg-in prove --params params.json --deposit deposit.json $honest >proof.json
must peg-in prove --params params.json --deposit deposit.json --mint $honest >mint.json
for i in 0 1; do must musig-round nonce --custody custody.json --signers 0,1 --chain regtest --key-file $i.key --datadir d$i --quiet <mint.json; done >nonces
for i in 0 1; do must musig-round sign --custody custody.json --signers 0,1 --chain regtest --key-file $i.key --datadir d$i --quiet --params params.json --nonces nonces <mint.json; done >partials
must musig-round combine --custody custody.json --signers 0,1 --nonces nonces --partials partials <mint.json >signed-mint.json
must mine 25

# The commands that ask the node and the layer 2: the data directory that a run starts from ("-": none), and the
# command.
cat >commands <<END
op watch-chain run --once
- watch-chain init --params params.json --custody custody.json
- peg-in build --params params.json --deposit deposit.json --amount 100000 --key-file alice.key
- peg-in build --params params.json --deposit deposit.json --amount 100000 --from $alice --fee-rate 2
- peg-in refund --params params.json --deposit deposit.json --to $alice --key-file alice.key --fee-rate 2
. peg-in prove --params params.json --deposit deposit.json
2 peg-in mint --params params.json --key-file alice.key --dry-run signed-mint.json
op peg-out list
op peg-out batch --custody custody.json --signers 0,1 --fee-rate 2
op peg-out send --params params.json --yes --dry-run --input commitment.json
- $build
op commit-state send --params params.json --yes --dry-run --tx commitment.json
END

# attempt MODE DATADIR COMMAND...: sets code, text; the run must be short and say one line if it fails.
attempt() {
  local mode=$1 from=$2 options=(--chain regtest --rpc-timeout 2) began=$SECONDS
  shift 2
  count=$((count + 1))
  rm -rf data
  [ "$from" = 2 ] || options+=(--rpc-url "$evil/$mode" --rpc-cookie-file "$cookie")
  case "$1 $2" in "peg-in mint" | peg-out\ list | peg-out\ batch) options+=(--l2-url "$evil/$mode") ;; esac
  case $from in . | 2) ;; -) options+=(--datadir data) ;; *) cp -r "$from" data && options+=(--datadir data) ;; esac
  code=0
  timeout -s KILL 60 "$@" "${options[@]}" >out 2>err </dev/null || code=$?
  text=$(<err)
  what="$mode: $1 $2"
  [ $((SECONDS - began)) -le "${SLOW:-12}" ] || fail "$what: took $((SECONDS - began)) s"
  [ "$code" = 0 ] || [ "$code" = 1 ] || {
    [[ ${text%%$'\n'*} == "$1: error: "* ]] || fail "$what: exit $code, not an error's line: ${text:0:300}"
    [[ $text == "${text%%$'\n'*}" || $text == "${text%%$'\n'*}"$'\n'hint:\ * ]] || fail "$what: more than a line: ${text:0:300}"
    [[ ${#text} -lt 1500 ]] || fail "$what: an error of ${#text} characters"
    [ ! -s out ] || [ "$2" = run ] || fail "$what: exit $code and something on stdout"
  }
  [[ ${text//$'\n'/} != *[[:cntrl:]]* ]] || fail "$what: control characters on stderr"
  [[ $text != *"fault of this program"* ]] || fail "$what: a fault: $text"
}
# An honest node repairs every data directory that a lying node has spoiled.
usable() {
  [ -d data ] && [ "$1" = op ] || return 0
  watch-chain run --once --datadir data $honest >events 2>err || fail "$what: the data directory is not usable any more: $(<err)"
  watch-chain events --datadir data --chain regtest >events 2>err || fail "$what: the events are not readable any more: $(<err)"
  cmp -s events honest.events || fail "$what: other events afterwards: $(diff events honest.events | head -c 500)"
}
cp -r op data
must watch-chain run --once --datadir data $honest >/dev/null
watch-chain events --datadir data --chain regtest >honest.events
[ -s honest.events ] || fail "no events"

turn=0
only() { [ -z "${ONLY:-}" ] || [[ $* == *$ONLY* ]]; }
while read -r from command; do
  only "$command" || continue
  curl -s "$evil/log" >methods
  attempt none/none "$from" $command
  case $code in 0 | 4) ;; *) fail "with an honest node exit $code: $command: ${text:0:300}" ;; esac
  curl -s "$evil/log" >methods
  for mode in garbage html hang close short huge status/\*/401 status/\*/403 status/\*/500 status/\*/404 status/\*/302 id both notarray deep error; do
    [[ $mode == */* ]] || mode=$mode/\*
    [ "$from$mode" != "2notarray/*" ] || continue # it asks one thing at a time
    attempt "$mode" "$from" $command
    [ "$code" = 6 ] || fail "exit $code instead of 6: $what: ${text:0:200}"
  done
  usable "$from"
  if [ "$from" = 2 ] || [[ $command == *"peg-out list"* || $command == *"peg-out batch"* ]]; then
    attempt 'value/eth_chainId/"0x1"' "$from" $command
    [ "$code" = 7 ] || fail "exit $code instead of 7: $what: ${text:0:200}"
  fi
  if [ "$from" != 2 ]; then
    attempt 'value/getblockchaininfo/{"chain":"main","blocks":1,"headers":1}' "$from" $command
    [ "$code" = 7 ] || fail "exit $code instead of 7: $what: ${text:0:200}"
    usable "$from"
  fi
  # Each command meets every fourth lie about each method, shifted by command; ALL=1 runs them all.
  while read -r method; do
    for mode in garbage/$method close/$method value/$method/{'{}','[[]]','"x"',-1,1e400,'"00"',true} flip/$method float/$method negative/$method type/$method/{1,2,3,4,5,6,7}; do
      turn=$((turn + 1))
      [ -n "${ALL:-}" ] || ((turn % 4 == 0)) || continue
      attempt "$mode" "$from" $command
      case $code in 0 | 4 | 6) ;; 7) [[ $method == *hain* ]] || fail "exit 7: $what: ${text:0:200}" ;; *) fail "exit $code: $what: ${text:0:300}" ;; esac
    done
    usable "$from"
    last=$method
  done <methods
  attempt "hang/$last" "$from" $command
  # The last thing that init does is to show the status, which says in it that the node cannot be asked.
  [ "$code" = 6 ] || [[ $command == *init* && $(jq -r .node.error out) == *"in time"* ]] || fail "exit $code instead of 6: $what: ${text:0:200}"
done <commands

# ---- Two runs at once: the second does not wait.
rm -rf data
cp -r op data
watch-chain run --follow --datadir data $honest >out 2>err &
follower=$!
pids+=($follower)
wait_for 10 test -s out
for command in "watch-chain run --once" "peg-out list --l2-url $evil/none/none" "peg-out send --yes --input commitment.json" \
  "peg-out batch --custody custody.json --l2-url $evil/none/none" "commit-state send --yes --tx commitment.json" "watch-chain init --params params.json"; do
  code=0
  count=$((count + 1))
  timeout 5 $command --datadir data $honest >second 2>err </dev/null || code=$?
  [ "$code" = 5 ] || fail "exit $code instead of 5 while another run goes on: $command: $(<err)"
  [ ! -s second ] || fail "something on stdout: $command"
done
kill -TERM $follower
code=0
wait $follower || code=$?
case $code in 0 | 130) ;; *) fail "exit $code after a signal" ;; esac

# ---- A run killed at any moment and started again gives the same result.
killed() { # COMMAND...: killed after a while that differs each time
  "$@" >/dev/null 2>&1 </dev/null &
  local pid=$!
  sleep "0.0$((RANDOM % 9))$((RANDOM % 10))"
  kill -KILL $pid 2>/dev/null
  wait $pid 2>/dev/null
  count=$((count + 1))
}
for _ in 1 2 3 4; do
  rm -rf data
  cp -r op data
  for _ in 1 2 3 4; do killed watch-chain run --once --datadir data $honest; done
  what=killed usable op
done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  killed peg-out send --params params.json --yes --datadir data --input commitment.json $honest
done
peg-out send --params params.json --yes --datadir data --input commitment.json $honest >sent 2>err || fail "peg-out send after being killed: $(<err)"
txid=$(jq -r .txid commitment.json)
[ "$(jq -r .txid sent)" = "$txid" ] || fail "peg-out send sent $(<sent)"
[ "$(btc getrawmempool | jq -c .)" = "[\"$txid\"]" ] || fail "the mempool holds $(btc getrawmempool)"
mine 3
must watch-chain run --once --datadir data $honest >events
[ "$(jq -c 'select(.kind == "commitment") | .txid' events)" = "\"$txid\"" ] || fail "the commitment is not seen once: $(<events)"
peg-out send --params params.json --yes --datadir data --input commitment.json $honest >sent 2>err || fail "peg-out send once more: $(<err)"
[ "$(jq -c '[.already, .confirmations]' sent)" = "[true,3]" ] || fail "sent once more: $(<sent)"
echo "evil_node: $count cases, $failed failures ($SECONDS s)"
[ "$failed" = 0 ]
