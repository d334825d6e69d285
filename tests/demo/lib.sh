# Shared by the demo and the tests that need a whole bridge: starts a Bitcoin node and a layer 2 on free
# loopback ports and stops them at the end. To be sourced; needs $root (the project). open_folder comes first.
#
#   NODE=regtest-node (embedded) or bitcoind

NODE=${NODE:-regtest-node}
PATH=${PEGKIT_BIN:-$root/build/bin}:$PATH
deps=${PEGKIT_DEPS:-$root/build/deps}
anvil=$deps/l2/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil

# Output for the reader: numbered steps of $steps, notes within a step, and the reason for giving up.
step=0
say() { step=$((step + 1)); printf '%2d/%d  %s\n' "$step" "$steps" "$*"; }
note() { printf '       %s\n' "$*"; }
fail() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; exit 1; }

# open_folder FOLDER: from here on $work, empty and the current one. What a program keeps without --datadir stays in it
# too: two scripts may run at once, and the user's own ~/.pegkit is not touched.
open_folder() {
  rm -rf "$1"
  mkdir -p "$1"
  cd "$1"
  work=$PWD
  export HOME=$work
}

pids=()
stop_all() {
  for pid in "${pids[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null; done
  wait 2>/dev/null
}
trap stop_all EXIT

# Below the ports that the system gives to connections going out: one of those may be in use and answer nobody.
free_port() {
  local port
  while :; do
    port=$((10000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local left=$(($1 * 10))
  shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "timed out: $*" >&2; return 1; }
    sleep 0.1
  done
}

# btc METHOD [JSON PARAMETER...]: the result of a bitcoind RPC.
btc() {
  local method=$1 IFS=,
  shift
  curl -s --user "$(cat "$cookie")" -H 'content-type: application/json' \
    --data "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"$method\",\"params\":[$*]}" "$rpc_url" |
    jq 'if .error then (.error | tostring | halt_error(1)) else .result end'
}

# l2 METHOD [JSON PARAMETER...]: the result of an Ethereum RPC.
l2() {
  local method=$1 IFS=,
  shift
  curl -s -H 'content-type: application/json' \
    --data "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$method\",\"params\":[$*]}" "$l2_url" |
    jq 'if .error then (.error | tostring | halt_error(1)) else .result end'
}

start_bitcoin() {
  case $NODE in
    regtest-node)
      regtest-node run --memory --rpcport 0 --datadir "$work/node" >"$work/node.json" 2>"$work/node.log" &
      pids+=($!)
      wait_for 10 test -s "$work/node.json"
      rpc_url=$(jq -r .url "$work/node.json")
      cookie=$(jq -r .cookie_file "$work/node.json")
      ;;
    bitcoind)
      local port
      port=$(free_port)
      mkdir -p "$work/node"
      bitcoind -regtest -datadir="$work/node" -rpcport="$port" -listen=0 -server=1 -disablewallet=1 \
        -printtoconsole=0 >"$work/node.log" 2>&1 &
      pids+=($!)
      rpc_url=http://127.0.0.1:$port
      cookie=$work/node/regtest/.cookie
      wait_for 30 test -s "$cookie"
      ;;
    *)
      echo "NODE must be regtest-node or bitcoind" >&2
      exit 2
      ;;
  esac
  wait_for 30 btc getblockcount
}

# bitcoin is the layer 2's own coin; gas costs nothing here, so that balances stay whole satoshis.
start_layer2() {
  local port
  port=$(free_port)
  "$anvil" --port "$port" --chain-id 31337 --base-fee 0 --gas-price 0 --disable-min-priority-fee --silent >"$work/anvil.log" 2>&1 &
  pids+=($!)
  l2_url=http://127.0.0.1:$port
  wait_for 20 l2 eth_chainId
}

# Options that every program of the bridge shares.
write_config() {
  jq -n --arg rpc "$rpc_url" --arg cookie "$cookie" --arg l2 "$l2_url" \
    '{type:"pegkit/config",version:1,chain:"regtest","rpc-url":$rpc,"rpc-cookie-file":$cookie,"l2-url":$l2}' >"$work/config.json"
  export PEGKIT_CONFIG=$work/config.json
}

# mine COUNT [ADDRESS]: blocks whose reward nobody can spend (BIP341's point H as an output key) or the address can.
mine() { btc generatetoaddress "$1" "\"${2:-bcrt1p2zffkaxp5py4fdutfdsrt6t6tcrc5ks09rkfd428hlhf4n5q8tqq5az5cr}\"" >/dev/null; }

# sat AMOUNT: for people.
sat() { jq -rn --argjson n "$1" '"\($n / 100000000) BTC"'; }

# deploy CUSTODY DENOMINATION FEE: the bridge contract, its whole supply in it; prints its address. CUSTODY is the
# hex of internal key and merkle root; zeros as DENOMINATION and FEE are quorum mode.
deploy() {
  local arguments transaction address supply
  "$root/libcore/evm/contracts/compile" "$work/contracts" Bridge
  arguments=$1$(printf '%064x%064x' "$2" "$3")
  transaction=$(jq -c --arg from "$(l2 eth_accounts | jq -r '.[0]')" --arg args "$arguments" \
    '{from:$from,gasPrice:"0x0",data:(.bytecode+$args)}' "$work/contracts/Bridge.json")
  address=$(l2 eth_getTransactionReceipt "$(l2 eth_sendTransaction "$transaction")" | jq -r .contractAddress)
  supply=$(python3 -c 'print(hex(21_000_000 * 10**18))')
  l2 anvil_setBalance "\"$address\"" "\"$supply\"" >/dev/null
  printf '%s\n' "$address"
}

# sign CUSTODY KEYS "OPTIONS" SIGNER... < request > signed: both rounds between the signers' machines, each with
# its own key file and data directory.
sign() {
  local custody=$1 keys=$2 options=$3 request
  shift 3
  options="--custody $custody --params params.json $options"
  request=$(mktemp -p "$work" request.XXXXXX)
  cat >"$request"
  for i in "$@"; do
    musig-round nonce $options --key-file "$keys/$i.key" --datadir "$keys/$i" --quiet <"$request"
  done >"$request.nonces"
  for i in "$@"; do
    musig-round sign $options --key-file "$keys/$i.key" --datadir "$keys/$i" --quiet --nonces "$request.nonces" <"$request"
  done >"$request.partials"
  musig-round combine $options --nonces "$request.nonces" --partials "$request.partials" <"$request"
}

# balance EVM_ADDRESS: satoshis on the layer 2. coins_of SCRIPT: satoshis in the outputs with this script (hex).
balance() { l2 eth_getBalance "\"$1\"" '"latest"' | jq -r . | python3 -c 'print(int(input(), 16) // 10**10)'; }
coins_of() { btc scantxoutset '"start"' "[\"raw($1)\"]" | jq '[.unspents[].amount * 100000000 | round] | add // 0'; }
