#!/usr/bin/env bash
# What a machine can say about the code without running it. Everything is looked at before it
# fails, so that one run shows all there is to mend.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()
check() {
  local name=$1
  shift
  "$@" || failed+=("$name")
}

formatted() {
  local files
  files=$(find . \( -name node_modules -o -name .git -o -name var \) -prune -o -name '*.go' -print | xargs gofmt -l)
  [ -z "$files" ] || { printf 'not formatted, run `make fmt`:\n%s\n' "$files" >&2; return 1; }
}

# What go.mod names is what the code imports, and all of it can be had.
tidy() {
  go mod tidy -diff >/dev/null 2>&1 || { go mod tidy -diff 2>&1 | head -n 40 >&2; echo 'go.mod is not tidy: run `go mod tidy`' >&2; return 1; }
}

# Without cgo, as the product is built: what these compile, the build of the product finds ready.
export CGO_ENABLED=0
check "gofmt" formatted
check "generated files" scripts/generate.sh --check
check "go.mod" tidy
check "go vet" go vet ./...
check "staticcheck" go tool -modfile=tools/go.mod staticcheck ./...

if [ ${#failed[@]} -gt 0 ]; then
  printf 'lint: %s failed\n' "${failed[@]}" >&2
  exit 1
fi
