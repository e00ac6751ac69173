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

# What is asked for in other formats and coordinate reference systems is what GDAL reads.
items="http://127.0.0.1:$port/collections/areas/items"
curl -fsS "$items?f=fgb&crs=http://www.opengis.net/def/crs/EPSG/0/3857" -o "$work/areas.fgb"
ogrinfo -ro -so -al "$work/areas.fgb" >"$work/fgb.txt" 2>&1
check "FlatGeobuf has polygons" "^Geometry: Multi Polygon" "$work/fgb.txt"
check "FlatGeobuf has its coordinate reference system" "Pseudo-Mercator" "$work/fgb.txt"
check "FlatGeobuf has names" "^name: String" "$work/fgb.txt"
count="$(sed -n 's/^Feature Count: //p' "$work/fgb.txt")"
curl -fsS "$items?f=geojson" -o "$work/areas.geojson"
ogrinfo -ro -so -al "$work/areas.geojson" >"$work/areas.txt" 2>&1
check "FlatGeobuf has every area" "^Feature Count: $count\$" "$work/areas.txt"
curl -fsS "$items?f=ndjson" -o "$work/areas.geojsonl"
ogrinfo -ro -so -al "$work/areas.geojsonl" >"$work/lines.txt" 2>&1
check "GeoJSON lines have every area" "^Feature Count: $count\$" "$work/lines.txt"
curl -fsS "$items?f=jsonfg&crs=http://www.opengis.net/def/crs/EPSG/0/3857" -o "$work/areas.json"
# GDAL knows JSON-FG since 3.8; before, it reads the GeoJSON in it.
ogrinfo -ro -so -al "$work/areas.json" >"$work/jsonfg.txt" 2>&1
check "JSON-FG has every area" "^Feature Count: $count\$" "$work/jsonfg.txt"
if ogrinfo --formats | grep -q JSONFG; then
  check "JSON-FG has its coordinate reference system" "Pseudo-Mercator" "$work/jsonfg.txt"
fi
if ogrinfo --formats | grep -q Parquet; then
  curl -fsS "$items?f=parquet&crs=http://www.opengis.net/def/crs/EPSG/0/3857" -o "$work/areas.parquet"
  ogrinfo -ro -so -al "$work/areas.parquet" >"$work/parquet.txt" 2>&1
  check "GeoParquet has its coordinate reference system" "Pseudo-Mercator" "$work/parquet.txt"
fi
token="$("$program" keys create --data "$work/city.gpkg" --name gdal --tier analyst)"
key=(-H "Authorization: Bearer $token" -H "Purpose: test")
curl -fsS "${key[@]}" "http://127.0.0.1:$port/collections/incidents/items?f=fgb&limit=500" -o "$work/incidents.fgb"
ogrinfo -ro -al "$work/incidents.fgb" >"$work/incidents.txt" 2>&1
check "FlatGeobuf has records with and without a place" "^Feature Count: 500" "$work/incidents.txt"
if grep -Eq "^ERROR" "$work/incidents.txt"; then
  echo "FAILED: GDAL complains about FlatGeobuf:" >&2
  grep -E "^ERROR" "$work/incidents.txt" | head >&2
  exit 1
fi

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
if grep -Eq "^ERROR" "$work/oapif.txt"; then
  echo "FAILED: GDAL complains about a collection:" >&2
  grep -E "^ERROR" "$work/oapif.txt" >&2
  exit 1
fi

echo "gdal: $passed passed, 0 failed"
