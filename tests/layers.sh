#!/usr/bin/env bash
# Checks the architecture that libcore/layers.txt states: each folder of libcore includes only itself and the folders that
# its line names, headers do not include each other in a circle, each outside library is included by one module alone, and
# doc/architecture.md shows the same list.
#
#   layers.sh SOURCE_DIR [BIN_DIR]
set -euo pipefail
bin=${2:+$(cd "$2" && pwd)}
cd "$1/libcore"
failed=0
fail() { echo "layers: $*"; failed=1; }

# may[FOLDER]: the folders that it may include; the key `app/*` stands for every folder of app without a line of its own.
declare -A may
while IFS=: read -r folder neighbours; do
  may[$folder]="$folder$neighbours"
done < <(grep '^[a-z]' layers.txt)

allowed_for() {
  if [ -n "${may[$1]:-}" ]; then
    echo "${may[$1]}"
  elif [[ $1 == app/* ]]; then
    echo "${may[app/*]/app\/\*/$1}"
  fi
}

while read -r folder; do
  allowed=$(allowed_for "$folder")
  [ -n "$allowed" ] || { fail "libcore/$folder has no line in layers.txt"; continue; }
  while IFS=: read -r file included; do
    [ -f "$included" ] || { fail "$file includes $included, which does not exist"; continue; }
    [[ " $allowed " == *" $(dirname "$included") "* ]] || fail "$file includes $included"
  done < <(grep -HoP '^#include "\K[^"]+' "$folder"/*.?pp)
done < <(find . -name '*.?pp' -printf '%h\n' | sed 's|^\./||' | sort -u)

# Every line of layers.txt is a folder, and names lines above it.
seen=" "
while IFS=: read -r folder neighbours; do
  case $folder in
    'app/*') ;;
    *) [ -d "$folder" ] || fail "layers.txt names $folder, which is no folder" ;;
  esac
  for neighbour in $neighbours; do
    [[ $seen == *" $neighbour "* ]] || fail "layers.txt: $folder includes $neighbour, which stands below it"
  done
  seen+="$folder "
done < <(grep '^[a-z]' layers.txt)

# The headers form no circle: tsort names the members of one.
circle=$(grep -roP '^#include "\K[^"]+' --include='*.hpp' . | sed 's|^\./||; s|:| |' | tsort 2>&1 >/dev/null || true)
[ -z "$circle" ] || fail "headers include each other: $circle"

# The same list stands in doc/architecture.md, a row for each folder: | folder | may include | what it is |
table=$(sed -n '/^| folder | may include |/,/^$/p' ../doc/architecture.md | sed -n '3,$p' |
  awk -F'|' 'NF > 3 {gsub(/[` ]+/, " ", $2); gsub(/[` ]+/, " ", $3); print $2 ":" $3}' | sed 's/^ *//; s/ *: */: /; s/ *$//; s/: –$/:/')
[ "$table" = "$(grep '^[a-z]' layers.txt)" ] ||
  { fail "doc/architecture.md has another list than layers.txt:"; diff <(grep '^[a-z]' layers.txt) <(echo "$table") || true; }

only_in() {
  local pattern=$1 allowed=$2
  while read -r file; do
    [[ $file =~ $allowed ]] || fail "$file includes <$pattern>"
  done < <(grep -rlE "^#include [<\"]$pattern" . | sed 's|^\./||')
}
only_in 'curl/' '^net/[a-z_]+\.cpp$'
only_in 'httplib' '^net/[a-z_]+\.cpp$'
only_in 'sqlite3' '^store/database\.cpp$'
only_in 'CLI/' '^cli/parse_options\.cpp$'
only_in 'sodium' '^crypto/[a-z_0-9]+\.cpp$'
only_in 'openssl/' '^crypto/[a-z_0-9]+\.cpp$'
only_in 'secp256k1' '^crypto/[a-z_0-9]+\.(cpp|hpp)$'

# Programs that need no network do not load libcurl.
if [ -n "$bin" ]; then
  for program in keygen musig-round build-taptree verify-proof inspect regtest-node; do
    [ -x "$bin/$program" ] || { fail "$program was not built"; continue; }
    if ldd "$bin/$program" | grep -q libcurl; then fail "$program loads libcurl"; fi
  done
fi
[ "$failed" = 0 ] && echo "layers: ok"
exit "$failed"
