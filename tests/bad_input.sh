#!/usr/bin/env bash
# Throws hostile input at every program as a user would, on stdin, in files and in options. Each case must end with
# the exit code that doc/ gives for it, one line of error on stderr that names the program and the field, and nothing
# on stdout; with --json-errors that line is an object. Nothing may be left half written.
#
#   bad_input.sh BIN_DIR
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
bin=$(cd "$1" && pwd)
PATH=$bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work/home
umask 022
mkdir home
unset PEGKIT_CONFIG PEGKIT_JSON_ERRORS CREDENTIALS_DIRECTORY
failed=0 count=0
fail() { echo "bad_input: $*"; failed=$((failed + 1)); }
# Runs a set-up command that must succeed.
must() { "$@" || { echo "bad_input: cannot set up: $*"; exit 1; }; }

# check CODE WANTED INPUT COMMAND...: runs the command on the file INPUT, now and then with --json-errors too.
check() {
  local wanted_code=$1 wanted=$2 input=$3 code=0 text line
  shift 3
  count=$((count + 1))
  "$@" <"$input" >out 2>err || code=$?
  text=$(<err)
  line=${text%%$'\n'*}
  wrong() { fail "$1: $line: $command_line ($(head -c 150 "$input" | tr -c '[:print:]' '?'))"; }
  local command_line=$*
  [ "$code" = "$wanted_code" ] || { wrong "exit $code instead of $wanted_code"; return; }
  [ ! -s out ] || wrong "something on stdout"
  [[ $line == "$1: error: "* && ${#line} -lt 800 ]] || wrong "not an error's line"
  [[ $text == "$line" || $text == "$line"$'\n'hint:\ * ]] || wrong "more than an error on stderr"
  [[ ${text//$'\n'/} != *[[:cntrl:]]* ]] || wrong "control characters on stderr"
  [[ $line == *"$wanted"* ]] || wrong "'$wanted' is not named"
  [[ $text != *"fault of this program"* && $text != *terminate* && $text != *Sanitizer* ]] || wrong "a fault"
  ((count % 4 == 0)) || return
  code=0
  "$@" --json-errors <"$input" >out 2>err || code=$?
  [ "$code" = "$wanted_code" ] || wrong "exit $code instead of $wanted_code with --json-errors"
  printf '%s\t%s\n' "$(<err)" "${command_line//$'\t'/ }" >>json-errors
}

# ---- Documents of one bridge that are right.
example() { # TYPE: the first such document in doc/documents.md
  awk '/^```json$/ { inside = 1; text = ""; next } /^```$/ && inside { print text; inside = 0 } inside { text = text " " $0 }' \
    "$root/doc/documents.md" | jq -c --arg type "pegkit/$1" 'select(.type == $type)' 2>/dev/null | head -n 1
}
for type in params tree spv-proof mint messages keyagg psbt transaction; do
  must test -n "$(example $type)"
  example $type >$type.json
done
for i in 0 1 2; do must keygen new --out $i.key >$i.pub.json; done
cp 0.pub.json public-key.json
jq -cs '{type:"pegkit/custody",version:1,policy:"subsets",threshold:2,keys:map(.public_key)}' [012].pub.json |
  must build-taptree custody --chain regtest >custody.json
jq -c '{type:"pegkit/custody",version:1,policy:"checksigadd",threshold:2,keys,recovery:{keys:.keys[:2],threshold:1,blocks:1000}}' \
  custody.json >recovery.json
jq -c '{type:"pegkit/custody",version:1,policy:"musig",threshold:3,keys}' custody.json >musig.json
message=$(jq -r '.messages[0]' messages.json)
for i in 0 1; do
  must musig-round nonce --custody custody.json --signers 0,1 --chain regtest --key-file $i.key --datadir d$i --message "$message" --quiet
done >nonces
head -n 1 nonces >nonce.json
for i in 0 1; do
  must musig-round sign --custody custody.json --signers 0,1 --chain regtest --key-file $i.key --datadir d$i --message "$message" --nonces nonces --quiet
done >partials
head -n 1 partials >partial.json
must musig-round combine --custody custody.json --signers 0,1 --message "$message" --nonces nonces --partials partials >signature.json
must build-taptree deposit --recipient 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --refund-key "$(jq -r .xonly 0.pub.json)" \
  --params params.json --custody custody.json >deposit.json
echo '{"type":"pegkit/config","version":1,"chain":"regtest"}' >config.json

# ---- The readers of documents: document type, and command with @ for the file (without @: stdin). Nobody listens on
# port 1: a command must find a document's fault without a node.
node="--chain regtest --rpc-url http://127.0.0.1:1 --rpc-cookie-file 0.pub.json --rpc-timeout 1 --datadir data"
layer2="--chain regtest --l2-url http://127.0.0.1:1 --rpc-timeout 1"
person="--recipient 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --refund-key $(jq -r .xonly 0.pub.json)"
address=bcrt1p2zffkaxp5py4fdutfdsrt6t6tcrc5ks09rkfd428hlhf4n5q8tqq5az5cr
round="--custody custody.json --signers 0,1"
signer="--chain regtest --key-file 0.key --datadir rounds"
cat >readers <<END
custody build-taptree custody
custody build-taptree custody --leaves
recovery build-taptree custody --custody @
custody build-taptree leaf --index 0
custody build-taptree deposit $person --refund-blocks 10
params build-taptree deposit $person --params @ --custody custody.json
tree build-taptree tree --chain regtest
custody musig-round keyagg --custody @
keyagg musig-round keyagg --keys @
public-key musig-round keyagg --keys @
messages musig-round nonce $round $signer
psbt musig-round nonce $round $signer
mint musig-round nonce $round $signer
nonce musig-round sign $round $signer --message $message --nonces @
messages musig-round session $round $signer
nonce musig-round combine $round --message $message --nonces @ --partials partials
partial musig-round combine $round --message $message --nonces nonces --partials @
partial musig-round verify $round --message $message --nonces nonces @
signature musig-round verify $round --message $message @
params peg-in address --params @ --custody custody.json $person --chain regtest
custody peg-in address --params params.json --custody @ $person --chain regtest
deposit peg-in build --params params.json $node --amount 100000 --key-file 0.key --yes
deposit peg-in refund --params params.json $node --to $address --key-file 0.key --yes
deposit peg-in prove --params params.json ${node% --datadir*}
mint peg-in mint --params params.json $layer2 --key-file 0.key --yes
custody peg-in mint --params params.json $layer2 --key-file 0.key --yes --custody @ mint.json
psbt peg-out finalize
psbt peg-out send --params params.json $node --yes
transaction peg-out send --params params.json $node --yes
custody peg-out batch --params params.json $node --custody @
custody peg-out rotate --params params.json $node --custody custody.json --to @
custody peg-out announce --params params.json $layer2 --to @
signature peg-out announce --params params.json $layer2 --to custody.json --custody custody.json --path key --key-file 0.key --yes --signature @
params peg-out list $node --params @
transaction commit-state send --params params.json $node --yes
musig commit-state build --params params.json $node --key-file 0.key --custody @
params commit-state list $node --thread $message --params @
spv-proof verify-proof spv --chain regtest
params watch-chain init $node --params @
custody watch-chain init $node --params params.json --custody @
custody watch-chain watch --chain regtest --datadir data --params params.json
deposit watch-chain watch --chain regtest --datadir data --params params.json --input @
public-key watch-chain watch --chain regtest --datadir data --params params.json
0.key keygen pub --key-file @
0.key keygen passwd --decrypt --key-file @
END

# The ways to spoil a document: exit code, what the error must name, the text.
cat >spoil.jq <<'END'
. as $good
| [3, "", ""], [3, "", "   "], [3, "", "\u0001\u0002"], [3, "", "null"], [3, "", "[]"], [3, "", "7"], [3, "", "\"x\""],
  [3, "", (tojson | .[:length / 2 | floor])],
  [3, "", (tojson | .[:length - 1])],
  [3, "type", ("{\"type\":\"x\"," + tojson[1:])],
  [3, "version", (tojson | .[:length - 1] + ",\"version\":1}")],
  [3, "version", (tojson | sub("\"version\":1"; "\"version\":1.0"))],
  [3, "version", (tojson | sub("\"version\":1"; "\"version\":1e0"))],
  [3, "version", (.version = 2 | tojson)],
  [3, "version", (.version = "1" | tojson)],
  [3, "version", (del(.version) | tojson)],
  [3, "type", (.type = "pegkit/no-such" | tojson)],
  [3, "type", (.type = 1 | tojson)],
  [3, "surplus", (.surplus = 1 | tojson)],
  (keys_unsorted[] | select(. != "type" and . != "version") as $k
    | [3, $k, ($good | .[$k] = (if type == "object" and (.[$k] | type) == "object" then 7 else {} end) | tojson)],
      [3, $k, ($good | .[$k] = false | select($good[$k] | type != "boolean") | tojson)],
      (if $good[$k] | type == "number" then
         [3, $k, ($good | .[$k] = -1 | tojson)],
         [3, $k, ($good | .[$k] = "@" | tojson | sub("\"@\""; "1.5"))],
         [3, $k, ($good | .[$k] = "@" | tojson | sub("\"@\""; "99999999999999999999"))]
       elif $good[$k] | type == "string" then [3, $k, ($good | .[$k] = "\u001b[31mno\n" | tojson)]
       else empty end))
| "\(.[0])|\(.[1])|\(.[2] | gsub("\n"; " "))"
END
spoiled() { jq -r -f spoil.jq "$1"; }

run_on() { # CODE WANTED FILE COMMAND...: with the file for @, or on stdin
  local code=$1 wanted=$2 file=$3 words=() input=$3 word
  shift 3
  for word; do
    [ "$word" != @ ] || { word=$file input=/dev/null; }
    words+=("$word")
  done
  check "$code" "$wanted" "$input" "${words[@]}"
}

while read -r document command; do
  [ -f "$document" ] || document=$document.json
  # Without a fault the document passes: what is refused below is refused for its fault.
  words=() input=$document code=0
  cp "$document" whole.json && chmod 600 whole.json
  for word in $command; do [ "$word" != @ ] || { word=whole.json input=/dev/null; }; words+=("$word"); done
  timeout 20 "${words[@]}" <"$input" >out 2>err || code=$?
  case $code in 0 | 1 | 4 | 6 | 7) ;; *) fail "a right document is refused with $code: $command: $(<err)" ;; esac
  while IFS='|' read -r code wanted text; do
    # Nothing of a key file is quoted, since it may be the secret.
    [ "$document" != 0.key ] || wanted=
    # No nonces or partial signatures at all are a round that is not over.
    case $document:${text// /} in nonce.json: | partial.json:) [[ $command == *verify* ]] || code=4 ;; esac
    printf '%s\n' "$text" >bad.json && chmod 600 bad.json
    run_on "$code" "$wanted" bad.json $command
  done < <(spoiled "$document")
done <readers

# ---- Values that are no bridge's, and other networks' documents.
spoil() { # CODE WANTED DOCUMENT JQ-FILTER COMMAND...
  local code=$1 wanted=$2 document=$3 filter=$4
  shift 4
  jq -c "$filter" "$document" >bad.json || fail "jq $filter"
  run_on "$code" "$wanted" bad.json "$@"
}
bare='del(.address,.script_pubkey,.internal_key,.output_key,.merkle_root,.leaf_count,.descriptor)'
for off_curve in 020000000000000000000000000000000000000000000000000000000000000007 02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff; do
  spoil 3 'keys[1]' custody.json "$bare | .keys[1] = \"$off_curve\"" build-taptree custody
  jq -r '.keys[0]' custody.json >keys.txt
  echo $off_curve >>keys.txt
  check 3 "" /dev/null musig-round keyagg --keys keys.txt
  check 3 "" /dev/null peg-in address --params params.json --custody custody.json --recipient ${person:12:42} --refund-key $off_curve --chain regtest
done
for filter in '.keys[2] = .keys[0]' '.keys = []' '.keys[0] = .keys[0][:64]' '.keys[0] = .keys[0] + "00"' '.keys[0] = "04" + .keys[0][2:]' \
  '.keys[0] |= ascii_upcase + "zz"' '.keys[0] = null' '.keys[0] = 2' '.keys = .keys[0]' '.keys = (.keys | map([.]))'; do
  spoil 3 keys custody.json "$bare | $filter" build-taptree custody
done
for threshold in 0 4 -1 1.5 1e2 '"2"' null true 4294967298 18446744073709551618; do
  jq -c "$bare | .threshold = \"@\"" custody.json | sed "s/\"@\"/$threshold/" >bad.json
  check 3 threshold bad.json build-taptree custody
done
for recovery in '{keys:[],threshold:1,blocks:10}' '{keys:.keys,threshold:4,blocks:10}' '{keys:.keys,threshold:1,blocks:0}' '{keys:.keys,threshold:1,blocks:65536}' \
  '{keys:.keys,threshold:1}' '{keys:.keys,threshold:1,blocks:10,more:1}' '[]' '{keys:[.keys[0],.keys[0]],threshold:1,blocks:10}'; do
  spoil 3 recovery custody.json "$bare | .recovery = $recovery" build-taptree custody
done
spoil 3 output_key custody.json '.merkle_root = "00" * 32' build-taptree custody --leaves
spoil 3 merkle_root custody.json '.merkle_root = "00" * 32' build-taptree custody
spoil 3 address custody.json '.address = "bc1pn202yeugfa25nssxk2hv902kmxrnp7g9xt487u256n20jgahuwas6syxhp"' build-taptree custody

main_address=bc1pn202yeugfa25nssxk2hv902kmxrnp7g9xt487u256n20jgahuwas6syxhp
for amount in -1 0 1.5 1e8 2100000000000001 9223372036854775808 18446744073709551617 0x10 "" " 1" 1,000 ٣; do
  check 2 --amount deposit.json peg-in build --params params.json $node --amount "$amount" --key-file 0.key --yes
done
spoil 7 "" params.json '.chain = "main"' peg-in address --params @ --custody custody.json $person --chain regtest
spoil 7 "" params.json '.chain = "main"' watch-chain init $node --params @
spoil 7 "" params.json '.chain = "main"' peg-out list $node --params @
spoil 7 "" spv-proof.json '.chain = "main"' verify-proof spv --chain regtest
for wrong in "$main_address" 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 bcrt1qqqqq ""; do
  check 3 "" deposit.json peg-in refund --params params.json $node --to "$wrong" --key-file 0.key --yes
  check 3 "" deposit.json peg-in build --params params.json $node --amount 100000 --from "$wrong" --yes
done
for amount in -1 2100000000000001 1.5 '"100000"' 1e5; do
  jq -c '.amount_sat = "@"' mint.json | sed "s/\"@\"/$amount/" >bad.json
  check 3 amount_sat bad.json peg-in mint --params params.json $layer2 --key-file 0.key --yes
  jq -c '.outpoint = "91cab4caa0b1c42e30a1312a1674731a5ff4e9dfb35cb2c894812478e5ea9761:0" | .amount_sat = "@"' deposit.json | sed "s/\"@\"/$amount/" >bad.json
  check 3 amount_sat bad.json peg-in prove --params params.json ${node% --datadir*}
done
spoil 7 "" mint.json '.chain_id = 1 | del(.message)' peg-in mint --params params.json $layer2 --key-file 0.key --yes
for recipient in 0x7e 7E5F4552091A69125d5DfCb7b8C2659029395Bdf 0x7e5F4552091A69125d5DfCb7b8C2659029395Bdf "" 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdg; do
  code=3
  run_on $code "" /dev/null peg-in address --params params.json --custody custody.json --recipient "$recipient" --refund-key "$(jq -r .xonly 0.pub.json)" --chain regtest
done

# ---- Commands that take hex, base64 or words.
printf '\xff\xfe\x00\x01\x80binary' >binary
head -c 3000 /dev/urandom >noise
: >empty
echo "zz" >letters
jq -r .tx transaction.json | head -c 101 >cut.hex
while read -r command; do
  for input in empty binary noise letters cut.hex; do check 3 "" $input $command; done
done <<END
inspect tx --chain regtest
inspect address
inspect psbt --chain regtest
inspect verify
keygen import --out imported.key --chain regtest
peg-out finalize
verify-proof headers --chain regtest --first-height 0
END
[ ! -e imported.key ] || fail "keygen import left a key file behind"
for input in empty letters cut.hex; do check 3 "" $input inspect script; done # any bytes are a script
for input in binary noise letters cut.hex; do check 3 "" $input musig-round session $round $signer; done
for line in '{"tx":"00","prevouts":[],"index":0}' '{"tx":"'"$(jq -r .tx transaction.json)"'","prevouts":[],"index":0}' '{"tx":1}' '{"prevouts":[]}' '[' '{"tx":"'"$(jq -r .tx transaction.json)"'","prevouts":["00"],"index":-1}'; do
  echo "$line" >bad.json
  check 3 "" bad.json inspect verify
done

# ---- State proofs: read before node and data directory are asked.
jq -c --arg vk "$(printf 'not a key' | sha256sum | cut -c 1-64)" \
  '.proofs = {system:"groth16",verifying_key:$vk,program:("00" * 32)}' params.json >proofs.params.json
printf 'not a key' >not-a-key
jq -cn '{proof:("00" * 260),public_inputs:("00" * 64),vkey_hash:("00" * 32),vkey:"0x",zkm_version:"v1.2.5",mode:"groth16"}' >proof.json
offer="commit-state build --chain regtest --datadir proofs.data --key-file 0.key --params proofs.params.json --thread $message"
for input in empty binary noise letters brackets; do
  [ "$input" != brackets ] || head -c 100000 /dev/zero | tr '\0' '[' >brackets
  check 3 "" $input $offer --proof - --vk not-a-key
done
for case in 'proof|.proof = .proof[2:]' 'proof|.proof = "zz"' 'mode|.mode = "stark"' 'mode|del(.mode)' 'public_inputs|.public_inputs = "0"' \
  'vkey_hash|.vkey_hash = "00"' 'surplus|.surplus = 1'; do
  spoil 3 "${case%%|*}" proof.json "${case#*|}" $offer --proof - --vk not-a-key
done
check 3 "" proof.json $offer --proof - --vk not-a-key
check 7 verifying proof.json $offer --proof - --vk 0.pub.json
check 2 --vk proof.json $offer --proof -
for field in system verifying_key program; do
  spoil 3 "proofs.$field" proofs.params.json "del(.proofs.$field)" peg-out list $node --params @
done
spoil 3 proofs.root proofs.params.json '.proofs.root = 31' peg-out list $node --params @
spoil 3 proofs.root proofs.params.json '.proofs.root = 1048545' peg-out list $node --params @

# ---- Large and deep input. Memory stays bounded, and no depth crashes a program.
measured() { # runs a command; its peak memory in KiB goes to the file peak
  python3 -c 'import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
open("peak", "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)' "$@"
}
large() { # WHAT COMMAND...: 100 MB of it on stdin
  local what=$1 code=0
  shift
  count=$((count + 1))
  head -c 100000000 /dev/zero | tr '\0' "$what" | measured "$@" >out 2>err || code=$?
  [[ $code == 3 ]] || fail "exit $code instead of 3 on 100 MB of '$what': $*: $(head -c 300 err)"
  [[ $(wc -l <err) == 1 && $(head -c 40 err) == "$1: error: "* ]] || fail "not an error's line on 100 MB of '$what': $*: $(head -c 300 err)"
  [ ! -s out ] || fail "something on stdout: 100 MB of '$what': $*"
  [ "$(<peak)" -lt "${MAX_KIB:-600000}" ] || fail "$(<peak) KiB of memory on 100 MB of '$what': $*"
}
for command in "build-taptree custody" "inspect tx" "inspect verify" "verify-proof headers --chain regtest --first-height 0" "musig-round session $round $signer" "watch-chain watch --chain regtest --datadir data --params params.json"; do
  large '[' $command
  large 1 $command
done
for command in "keygen import --out imported.key" "peg-out finalize" "verify-proof spv --chain regtest" "peg-in prove --params params.json ${node% --datadir*}" "commit-state send --params params.json $node" "build-taptree tree"; do large 1 $command; done
head -c 60000000 /dev/zero | tr '\0' '[' >brackets
for command in "build-taptree custody" "build-taptree tree" "peg-out finalize" "verify-proof spv --chain regtest" "musig-round session $round $signer" "inspect verify" "peg-out send --params params.json $node"; do
  count=$((count + 1))
  code=0
  measured $command <brackets >out 2>err || code=$?
  [ "$code" = 3 ] || fail "exit $code instead of 3 on 60 MB of '[': $command: $(head -c 300 err)"
  [ "$(<peak)" -lt "${MAX_KIB:-600000}" ] || fail "$(<peak) KiB of memory on 60 MB of '[': $command"
done
rm brackets
for depth in 70 1000 100000; do
  printf '{"type":"pegkit/tree","version":1,"tree":%s"51"%s}' "$(head -c $depth /dev/zero | tr '\0' '[')" "$(head -c $depth /dev/zero | tr '\0' ']')" >bad.json
  check 3 "" bad.json build-taptree tree
done

# ---- Files and options.
check 3 no-such.json /dev/null build-taptree custody --custody no-such.json
check 3 "" /dev/null build-taptree custody --custody .
check 2 subcommand /dev/null keygen no-such
check 2 "" /dev/null peg-in address
for config in '{"type":"pegkit/config","version":1,"no-such":1}' '{"type":"pegkit/config","version":1,"keygen":{"new":{"no-such":1}}}' \
  '{"type":"pegkit/config","version":1,"chain":"moon"}' '{"type":"pegkit/config","version":1,"key":"a","key":"b"}' '{"type":"pegkit/config"' ''; do
  echo "$config" >bad.json
  check 2 "" /dev/null keygen pub --key-file 0.key --config bad.json
done
for program in build-taptree commit-state inspect keygen musig-round peg-in peg-out regtest-node verify-proof watch-chain; do
  "$program" --describe >table.json
  while read -r subcommand; do
    check 2 no-such /dev/null "$program" "$subcommand" --no-such-option
  done < <(jq -r '.subcommands[].name' table.json)
  while read -r subcommand option kind; do
    case $kind in
      number) for value in x -1 1.5 99999999999999999999; do check 2 "$option" /dev/null "$program" "$subcommand" "$option=$value"; done ;;
      choice) check 2 "$option" /dev/null "$program" "$subcommand" "$option=no-such" ;;
    esac
  done < <(jq -r '.subcommands[] | .name as $name | .options[] | select(.required or .argument | not)
    | "\($name) \(.name) \(if .choices != [] then "choice" elif .meta | test("^(N|SAT|BLOCKS|HEIGHT|SECONDS|PORT|SAT/VB|SAT/KVB)$") then "number" else "-" end)"' table.json)
done

# ---- Secrets.
umask 077
echo correct >right.pass
echo wrong >wrong.pass
must keygen new --out sealed.key --passphrase-file right.pass >/dev/null
cp 0.key shared.key
chmod 640 shared.key
check 7 shared.key /dev/null keygen pub --key-file shared.key
check 7 shared.key messages.json musig-round nonce $round --chain regtest --datadir rounds --key-file shared.key
chmod 644 right.pass
check 7 right.pass /dev/null keygen passwd --decrypt --key-file sealed.key --passphrase-file right.pass
chmod 600 right.pass
before=$(sha256sum 0.key)
check 7 0.key /dev/null keygen new --out 0.key
echo 0000000000000000000000000000000000000000000000000000000000000001 >one
check 7 0.key one keygen import --out 0.key
ln -s 0.key link.key
check 7 link.key /dev/null keygen new --out link.key
[ "$(sha256sum 0.key)" = "$before" ] || fail "a key file was overwritten"
check 3 "" /dev/null keygen new --out no-such-folder/0.key
before=$(sha256sum sealed.key)
check 3 passphrase /dev/null keygen passwd --decrypt --key-file sealed.key --passphrase-file wrong.pass
[ "$(sha256sum sealed.key)" = "$before" ] || fail "a wrong passphrase changed the key file"
for secret in 0000000000000000000000000000000000000000000000000000000000000000 \
  fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ; do
  echo $secret >bad.secret
  check 3 "" bad.secret keygen import --out imported.key --chain main
  ! grep -qi "$secret" err || fail "a secret stands in an error"
done
[ ! -e imported.key ] || fail "keygen import left a key file behind"
secret=$(jq -r .secret 0.key)
for key in 0.key sealed.key; do
  size=$(($(wc -c <$key) - 2))
  for length in $(seq 0 10 $size) $size; do
    head -c "$length" $key >cut.key
    check 3 "" /dev/null keygen pub --key-file cut.key
    ! grep -q "${secret:0:8}" err || fail "a secret stands in an error"
  done
done
check 3 "" messages.json musig-round nonce $round --chain regtest --datadir rounds --key-file cut.key

# ---- Afterwards.
left=$(find . -name '*.tmp' -o -name '*-journal')
[ -z "$left" ] || fail "left half written: $left"
while IFS=$'\t' read -r object what; do
  fail "with --json-errors: $object: $what"
done < <(jq -Rr 'split("\t") as $l | ($l[0] | try fromjson catch null) as $o
  | select(($o | type) != "object" or ($o.error.code | type) != "string" or ($o.error.message | type) != "string" or ($o | keys) != ["error"]) | "\($l[0])\t\($l[1])"' json-errors)
echo "bad_input: $count cases, $failed failures"
[ "$failed" = 0 ]
