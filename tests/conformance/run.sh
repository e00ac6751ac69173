#!/usr/bin/env bash
# OGC's own suites for OGC API - Features and Tiles against the running demo city. Needs Java 17 and Maven; the reports go to
# target/conformance and stay out of git.
set -euo pipefail
cd "$(dirname "$0")/../.."
program="${URBANSAFETY_BIN:-target/debug/urbansafety}"
out="$PWD/target/conformance"
rm -rf "$out" && mkdir -p "$out"
for needed in java mvn python3; do
  command -v "$needed" >/dev/null || { echo "conformance: $needed is missing (Debian: openjdk-17-jdk-headless maven python3)" >&2; exit 1; }
done
if ! mvn -q -B -f tests/conformance/pom.xml dependency:resolve >"$out/maven.log" 2>&1; then
  echo "conformance: Maven could not fetch the suites (org.opengis.cite:ets-ogcapi-features10, ets-ogcapi-tiles10):" >&2
  grep -m1 ERROR "$out/maven.log" >&2
  exit 1
fi
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null' EXIT
"$program" demo --no-serve --incidents 20000 --seed 3 --data "$out/city.gpkg"
port=$((20000 + RANDOM % 20000))
"$program" serve --data "$out/city.gpkg" --listen "127.0.0.1:$port" 2>"$out/server.log" &
server=$!
for _ in $(seq 200); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.1; done

failed=0
for suite in features tiles; do
  # The suite for tiles is told what to ask for: the one tile of the first matrix of the dataset.
  cat >"$out/$suite.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">
<properties version="1.0">
  <entry key="iut">http://127.0.0.1:$port</entry>
  <entry key="noofcollections">-1</entry>
  <entry key="tilematrixsetdefinitionuri">http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad</entry>
  <entry key="urltemplatefortiles">http://127.0.0.1:$port/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}?f=mvt</entry>
  <entry key="tilematrix">0</entry>
  <entry key="mintilerow">0</entry>
  <entry key="maxtilerow">0</entry>
  <entry key="mintilecol">0</entry>
  <entry key="maxtilecol">0</entry>
</properties>
XML
  mvn -q -B -f tests/conformance/pom.xml exec:java -Dsuite="org.opengis.cite.ogcapi${suite}10" \
    -Dproperties.file="$out/$suite.xml" -Doutput="$out/$suite" >"$out/$suite.log" 2>&1 || true
  python3 - "$suite" "$out/$suite" <<'PY' || failed=1
import sys
from pathlib import Path
from xml.etree import ElementTree

suite, folder = sys.argv[1], Path(sys.argv[2])
reports = sorted(folder.rglob("testng-results.xml"))
if not reports:
    sys.exit(f"{suite}: no report; see {folder}.log")
root = ElementTree.parse(reports[-1]).getroot()
counts = {name: int(root.get(name, 0)) for name in ("passed", "failed", "skipped")}
for method in root.iter("test-method"):
    if method.get("status") == "FAIL" and method.get("is-config") != "true":
        message = method.find(".//message")
        print(f"FAILED {suite}: {method.get('signature', '').split('(')[0]}: {(message.text or '').strip() if message is not None else ''}"[:600])
print(f"{suite}: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
sys.exit(1 if counts["failed"] or not counts["passed"] else 0)
PY
done
exit "$failed"
