#!/usr/bin/env bash
# Brings what the tests (and with --bench the benchmark) need beyond Go and make.
# As root with apt-get it installs; otherwise it names what is missing and how to get it, and
# fails. It changes nothing when everything is there, and then takes well under a second.
set -euo pipefail
cd "$(dirname "$0")/.."

bench=false
case "${1:-}" in
  "") ;;
  --bench) bench=true ;;
  *) echo "usage: scripts/install.sh [--bench]" >&2; exit 2 ;;
esac

have() { command -v "$1" >/dev/null 2>&1; }

# One check per need; each says yes or no about the thing itself, not about a package name, so
# that a PostgreSQL or a browser from elsewhere is as good.
has_go() { have go && [ "$(printf '%s\n' go1.26 "$(go env GOVERSION)" | sort -V | head -n 1)" = go1.26 ]; }
has_compiler() { have gcc && echo 'int main(void){return 0;}' | gcc -x c -o /dev/null - >/dev/null 2>&1; }
has_postgres() {
  local dir
  for dir in /usr/lib/postgresql/*/bin; do
    [ -x "$dir/postgres" ] && [ "$(basename "$(dirname "$dir")")" -ge 15 ] && return 0
  done
  have postgres && [ "$(postgres --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')" -ge 15 ]
}
has_browser() { have chromium || have chromium-browser || have google-chrome; }
has_font() { have fc-list && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; }
has_npm() { have node && have npm; }
has_wrk() { have wrk; }

needs=(
  "compiler|gcc libc6-dev|a C compiler, for Go's race detector"
  "postgres|postgresql-15|a PostgreSQL server, version 15 or newer"
  "browser|chromium|Chromium, for the browser tests"
  "font|fontconfig fonts-wqy-microhei|a Chinese font, for the screenshots"
  "npm|nodejs npm|Node.js with npm, which brings axe-core"
)
if $bench; then needs+=("wrk|wrk|wrk, the load generator of the benchmark"); fi

packages=() missing=()
look() {
  packages=() missing=()
  local need name
  for need in "${needs[@]}"; do
    name=${need%%|*}
    "has_$name" && continue
    missing+=("${need##*|}")
    need=${need#*|}
    # shellcheck disable=SC2206 # one need may be several packages
    packages+=(${need%%|*})
  done
}

complain() {
  {
    echo "missing:"
    printf '  - %s\n' "${missing[@]}"
    echo "$1"
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages[*]}"
    echo "On another system, install the same programs with its own package manager."
  } >&2
  exit 1
}

if ! has_go; then
  echo "missing: Go 1.26 or newer (found: $(have go && go env GOVERSION || echo none)); it is not installed from here" >&2
  exit 1
fi

look
if [ ${#missing[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] && have apt-get || complain "On Debian or Ubuntu, an administrator brings them with"
  echo "installing: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq -o DPkg::Lock::Timeout=120 update
  # A newer Debian has a newer server under the plain name.
  if ! apt-cache show postgresql-15 >/dev/null 2>&1; then
    packages=("${packages[@]/postgresql-15/postgresql}")
  fi
  apt-get -qq -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "${packages[@]}" >/dev/null
  look
  [ ${#missing[@]} -eq 0 ] || complain "apt-get installed its packages, and this is still not usable; look at"
fi

# npm ci leaves a copy of the lock file inside: as long as it is not older, all is as locked.
if [ ! e2e/node_modules/.package-lock.json -nt e2e/package-lock.json ]; then
  (cd e2e && npm ci --silent)
  touch e2e/node_modules/.package-lock.json
fi
[ -s e2e/node_modules/axe-core/axe.min.js ] || {
  echo "missing: e2e/node_modules/axe-core/axe.min.js after npm ci; remove e2e/node_modules and try again" >&2
  exit 1
}
