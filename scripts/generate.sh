#!/usr/bin/env bash
# Writes each *_templ.go from its *.templ. One directory at a time, because templ puts file names
# relative to where it was started into what it writes: so it makes no difference whether one
# package or all were generated. With --check it writes nothing and fails when a committed file is
# not what its source gives, or has lost its source.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target=$root

sources() { find internal -name "$1" | sort; }
if [ "${1:-}" = --check ]; then
  target=$(mktemp -d)
  trap 'rm -rf "$target"' EXIT
  cp go.mod "$target/"
  sources '*.templ' | tar -cf - -T - | tar -xf - -C "$target"
fi

sources '*.templ' | xargs -r -n 1 dirname | uniq | while read -r dir; do
  go tool -modfile=tools/go.mod templ generate -path "$target/$dir" -log-level error >/dev/null
done
[ "$target" != "$root" ] || exit 0

bad=0
while read -r file; do
  cmp -s "$target/$file" "$root/$file" && continue
  echo "$file is not what ${file%_templ.go}.templ gives: run \`make generate\` and commit the result" >&2
  bad=1
done < <({ sources '*_templ.go'; sources '*.templ' | sed 's/\.templ$/_templ.go/'; } | sort -u)
exit $bad
