#!/usr/bin/env bash
# Completions are made by the programs themselves; this compares what stands in completions/ with what they
# would write now, or writes them (--write).
#
#   completions.sh [--write] BIN_DIR
set -euo pipefail
write=0
[ "$1" = --write ] && { write=1; shift; }
bin=$(cd "$1" && pwd)
cd "$(dirname "$0")/../completions"
failed=0
for main in ../tools/*.cpp; do
  program=$(basename "$main" .cpp | tr _ -)
  for shell in bash zsh fish; do
    case $shell in
      bash) file=bash/$program ;;
      zsh) file=zsh/_$program ;;
      fish) file=fish/$program.fish ;;
    esac
    mkdir -p "$shell"
    if [ "$write" = 1 ]; then
      "$bin/$program" --completion "$shell" >"$file"
    elif ! "$bin/$program" --completion "$shell" | cmp -s - "$file"; then
      echo "completions/$file differs from \`$program --completion $shell\` (make completions)"
      failed=1
    fi
  done
done
[ "$failed" = 0 ] && echo "completions: ok"
exit "$failed"
