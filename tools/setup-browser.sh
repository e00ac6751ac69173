#!/usr/bin/env bash
# Installs what the browser tests need: Debian's Chromium, fonts, and the pinned npm packages.
# Where that is impossible it fails under CI=true and elsewhere says what is missing and ends well: the tests then skip.
set -euo pipefail
cd "$(dirname "$0")/.."

give_up() {
  echo "browser tests: $1" >&2
  [ "${CI:-}" = true ] && exit 1
  exit 0
}

missing=()
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/share/fonts/truetype/noto/NotoSans-Regular.*' >/dev/null || missing+=(fonts-noto-core)

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || give_up "install ${missing[*]} by hand (this script knows Debian and Ubuntu)"
  root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "no right to install ${missing[*]}"
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    give_up "apt-get could not install ${missing[*]}"
fi

command -v node >/dev/null || give_up "node is missing: install Node 20.19 or newer"
command -v npm >/dev/null || give_up "npm is missing: install Node 20.19 or newer with npm"
if [ ! -e static/node_modules/.package-lock.json ] || [ static/package-lock.json -nt static/node_modules/.package-lock.json ]; then
  (cd static && npm ci --no-audit --no-fund)
fi
