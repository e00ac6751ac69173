#!/usr/bin/env bash
# QGIS as a client, without a window: features, vector tiles, picture tiles. Writes target/qgis/map.png to be looked at.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! python3 -c "import qgis.core" 2>/dev/null && ! /usr/bin/python3 -c "import qgis.core" 2>/dev/null; then
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends python3-qgis qgis-providers
fi
program="${URBANSAFETY_BIN:-target/debug/urbansafety}"
work="$(mktemp -d)"
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p target/qgis
"$program" demo --no-serve --incidents 20000 --seed 3 --data "$work/city.gpkg"
port=$((20000 + RANDOM % 20000))
"$program" serve --data "$work/city.gpkg" --listen "127.0.0.1:$port" 2>"$work/server.log" &
server=$!
for _ in $(seq 200); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.1; done
HOME="$work" /usr/bin/python3 tests/qgis/acceptance.py "http://127.0.0.1:$port" target/qgis/map.png
