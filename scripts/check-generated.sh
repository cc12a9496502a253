#!/usr/bin/env bash
# Fails when a committed *_templ.go is not what its *.templ gives, or has lost its *.templ. It
# generates into a copy: a check changes no file that somebody may be editing.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

find internal e2e -name node_modules -prune -o \( -name '*.templ' -o -name '*_templ.go' \) -print | sort >"$copy/list"
grep '\.templ$' "$copy/list" >"$copy/sources" || exit 0

cp go.mod "$copy/"
tar -cf - -T "$copy/sources" | tar -xf - -C "$copy"
go tool -modfile=tools/go.mod templ generate -path "$copy" -log-level error >/dev/null

bad=0
while read -r file; do
  case $file in
    *.templ) made=${file%.templ}_templ.go ;;
    *) made=$file ;;
  esac
  if ! cmp -s "$copy/$made" "$root/$made"; then
    echo "$made is not what ${made%_templ.go}.templ gives: run \`make generate\` and commit the result" >&2
    bad=1
  fi
done < <(grep -E '\.templ$|_templ\.go$' "$copy/list")
exit $bad
