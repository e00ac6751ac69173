#!/usr/bin/env bash
# A service under load: 64 connections for a minute while an import runs, ten thousand slow ones, and requests that are too large.
# Needs wrk and python3. Everything stays on 127.0.0.1.
set -euo pipefail
cd "$(dirname "$0")/../.."
program="${URBANSAFETY_BIN:-target/release/urbansafety}"
seconds="${SECONDS_OF_LOAD:-60}"
incidents="${INCIDENTS:-300000}"
work="$(mktemp -d)"
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
ulimit -n 40000 2>/dev/null || ulimit -n "$(ulimit -Hn)"

"$program" demo --no-serve --incidents "$incidents" --seed 3 --data "$work/city.gpkg"
# What is imported meanwhile: incidents of another source.
{
  echo "id,date,lon,lat,category"
  python3 - <<'PY'
import random
random.seed(5)
for i in range(200_000):
    print(f"n{i},2024-{1 + i % 12:02}-{1 + i % 28:02} {i % 24:02}:{i % 60:02},{random.uniform(2.0, 2.3):.5f},{random.uniform(48.8, 48.95):.5f},0401")
PY
} >"$work/more.csv"
port=$((20000 + RANDOM % 20000))
"$program" serve --data "$work/city.gpkg" --listen "127.0.0.1:$port" 2>"$work/server.log" &
server=$!
for _ in $(seq 300); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.1; done
base="http://127.0.0.1:$port"
python3 tests/load/paths.py "$base" >"$work/paths"
memory() { awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$server/status"; }
cpu() { awk '{print $14 + $15}' "/proc/$server/stat"; }

echo "before: $(memory) MiB"
(
  sleep 5
  "$program" import --data "$work/city.gpkg" --source generic-csv "$work/more.csv" >"$work/import.txt" 2>&1 && echo "import done" ||
    { echo "import FAILED"; cat "$work/import.txt"; }
) &
importer=$!
PATHS="$work/paths" wrk -t2 -c64 -d"${seconds}s" --timeout 30s --latency -s tests/load/mixed.lua "$base" | tee "$work/wrk.txt"
wait "$importer"
echo "after: $(memory) MiB"
curl -fsS "$base/readyz" >/dev/null
if grep -Eq '^status |errors status=[1-9]|connect=[1-9]|read=[1-9]|timeout=[1-9]' "$work/wrk.txt"; then
  echo "FAILED: answers under load were not all good"
  exit 1
fi
awk '/^p99_by_median/ {if ($2 > 20) {print "FAILED: p99 is more than 20 times the median"; exit 1}}' "$work/wrk.txt"

echo "ten thousand slow connections:"
python3 tests/load/slow.py 127.0.0.1 "$port" 10000 15
echo "after: $(memory) MiB"

echo "too large:"
refused() { # refused WHAT EXPECTED COMMAND...
  local what="$1" expected="$2" got
  shift 2
  got="$("$@" -s -o /dev/null -w '%{http_code}' --max-time 20 || true)"
  echo "  $what: $got"
  [[ " $expected " == *" $got "* ]] || { echo "FAILED: expected one of $expected"; exit 1; }
}
head -c 100000000 /dev/zero >"$work/body"
refused "a body of 100 MB" "413" curl -X POST -H 'Content-Type: application/json' --data-binary "@$work/body" "$base/processes/count/execution"
refused "an address of 100 kB" "414 431 400" curl "$base/collections/cells/items?category=$(printf '0%.0s' $(seq 100000))"
refused "a header of 100 kB" "431 400" curl -H "X-Long: $(printf 'a%.0s' $(seq 100000))" "$base/collections"
refused "a limit beyond the bound is cut" "200" curl "$base/collections/cells/items?limit=1000000000"
refused "a number that is none" "400" curl "$base/collections/cells/items?limit=1e99"
echo "load: passed"
