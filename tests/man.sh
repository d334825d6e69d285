#!/usr/bin/env bash
# Fails when a program's man page and its option table disagree: every subcommand and every option must stand in
# the page, the page must name no option that the program does not have, and mandoc must find no fault in it.
#
#   man.sh BIN_DIR
set -euo pipefail
bin=$(cd "$1" && pwd)
cd "$(dirname "$0")/../man"
failed=0
fail() { echo "man: $*"; failed=1; }
for main in ../tools/*.cpp; do
  program=$(basename "$main" .cpp | tr _ -)
  page=$program.1
  [ -f "$page" ] || { fail "$page is missing"; continue; }
  faults=$(mandoc -T lint -W warning "$page" 2>&1 | grep -vE 'referenced manual not found' || true)
  [ -z "$faults" ] || fail "$faults"
  table=$("$bin/$program" --describe)
  for section in NAME SYNOPSIS DESCRIPTION "EXIT STATUS" FILES ENVIRONMENT EXAMPLES "SEE ALSO"; do
    grep -qE "^\.Sh \"?$section" "$page" || fail "$page has no section $section"
  done
  while read -r command; do
    grep -qE "^\.Ss .*\b$command\b|^\.It (Cm|Ic) $command\b" "$page" || fail "$page does not describe the subcommand $command"
    "$bin/$program" "$command" --help | grep -q '^Example:' || fail "$program $command --help shows no example"
  done < <(jq -r '.subcommands[].name' <<<"$table")
  options=$(jq -r '.subcommands[].options[] | select(.argument | not) | .name' <<<"$table" | sort -u)
  in_page=$(grep -oP '^\.It Fl Fl \K[a-z0-9-]+' "$page" | sort -u | sed 's/^/--/')
  while read -r option; do
    grep -qxF -- "$option" <<<"$in_page" || fail "$page does not describe $option"
  done <<<"$options"
  while read -r option; do
    case $option in --help | --version | --completion) continue ;; esac
    grep -qxF -- "$option" <<<"$options" || fail "$page describes $option, which $program does not have"
  done <<<"$in_page"
  first=$("$bin/$program" --help | head -n 1)
  [[ $first == "$program: "* ]] || fail "$program --help begins with '$first'"
done
[ "$failed" = 0 ] && echo "man: ok"
exit "$failed"
