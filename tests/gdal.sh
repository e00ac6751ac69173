#!/usr/bin/env bash
# A GIS user's first hour with GDAL alone: the data file, a layer as GeoJSON, a vector tile.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v ogrinfo >/dev/null; then
  echo "gdal.sh: ogrinfo is missing"
  [ -n "${CI:-}" ] && exit 1
  exit 0
fi
program="${URBANSAFETY_BIN:-target/debug/urbansafety}"
work="$(mktemp -d)"
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

passed=0
check() { # check WHAT PATTERN FILE
  if grep -Eq -- "$2" "$3"; then
    passed=$((passed + 1))
  else
    echo "FAILED: $1: no line matches $2 in:" >&2
    head -40 "$3" >&2
    exit 1
  fi
}

"$program" demo --no-serve --incidents 20000 --seed 3 --data "$work/city.gpkg"

ogrinfo -ro -so -al "$work/city.gpkg" >"$work/info.txt" 2>&1
check "the data file has the incidents" "^Layer name: incidents" "$work/info.txt"
check "the incidents are all there" "^Feature Count: (19|20)[0-9]{3}" "$work/info.txt"
check "the data file has areas" "^Layer name: areas" "$work/info.txt"
check "the data file has resources" "^Layer name: resources" "$work/info.txt"
if grep -Eq "^(ERROR|Warning)" "$work/info.txt"; then
  echo "FAILED: GDAL complains about the data file:" >&2
  grep -E "^(ERROR|Warning)" "$work/info.txt" >&2
  exit 1
fi
ogr2ogr -f CSV "$work/few.csv" "$work/city.gpkg" incidents -limit 5
check "a copy of the incidents has their category" "iccs" "$work/few.csv"

"$program" analyse gi_star --data "$work/city.gpkg" -o "$work/hotspots.geojson"
ogrinfo -ro -so -al "$work/hotspots.geojson" >"$work/hotspots.txt" 2>&1
check "hotspots are polygons" "^Geometry: (Multi )?Polygon" "$work/hotspots.txt"
check "hotspots have a class" "^class: String" "$work/hotspots.txt"

port=$((20000 + RANDOM % 20000))
"$program" serve --data "$work/city.gpkg" --listen "127.0.0.1:$port" 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.1; done

curl -fsS "http://127.0.0.1:$port/collections/hotspots/items?limit=5000" -o "$work/served.geojson"
ogrinfo -ro -so -al "$work/served.geojson" >"$work/served.txt" 2>&1
check "served hotspots are polygons" "^Geometry: (Multi )?Polygon" "$work/served.txt"

# The tile in the middle of the city, at zoom 12.
curl -fsS "http://127.0.0.1:$port/tiles/cells.json" -o "$work/tilejson.json"
read -r z x y < <(python3 - "$work/tilejson.json" <<'PY'
import json, math, sys
w, s, e, n = json.load(open(sys.argv[1]))["bounds"]
lon, lat, z = (w + e) / 2, (s + n) / 2, 12
k = 2 ** z
print(z, int((lon + 180) / 360 * k), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * k))
PY
)
curl -fsS "http://127.0.0.1:$port/tiles/cells/$z/$x/$y.mvt" -o "$work/tile.mvt"
ogrinfo -ro -al -so -oo X="$x" -oo Y="$y" -oo Z="$z" "MVT:$work/tile.mvt" >"$work/tile.txt" 2>&1
check "the vector tile holds the layer" "^Layer name: cells" "$work/tile.txt"
check "the vector tile holds counts" "^count: Integer" "$work/tile.txt"
ogrinfo -ro "OAPIF:http://127.0.0.1:$port" >"$work/oapif.txt" 2>&1
check "GDAL finds the collections" "cells|hotspots" "$work/oapif.txt"

echo "gdal: $passed passed, 0 failed"
