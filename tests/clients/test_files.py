"""Files for people who work with tables: DuckDB, pandas, PMTiles readers."""

import io
import subprocess

import duckdb
import mapbox_vector_tile
import pandas
import requests
from conftest import PROGRAM
from pmtiles.reader import MmapSource, Reader, all_tiles


def test_csv_names_its_units(service):
    answer = requests.get(f"{service.base}/collections/rates/items", params={"f": "csv", "limit": 1000}, timeout=60)
    frame = pandas.read_csv(io.BytesIO(answer.content))
    assert len(frame) > 0
    assert any("(" in name for name in frame.columns), list(frame.columns)


def test_ndjson_has_one_feature_a_line(service):
    answer = requests.get(f"{service.base}/collections/areas/items", params={"f": "ndjson", "limit": 1000}, timeout=60)
    frame = pandas.read_json(io.BytesIO(answer.content), lines=True)
    assert (frame["type"] == "Feature").all() and len(frame) > 0


def test_duckdb_reads_parquet_and_csv(service, tmp_path):
    counts = []
    for form in ("parquet", "csv"):
        answer = requests.get(f"{service.base}/collections/areas/items", params={"f": form, "limit": 1000}, timeout=60)
        path = tmp_path / f"areas.{form}"
        path.write_bytes(answer.content)
        counts.append(duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0])
    assert counts[0] == counts[1] > 0


def test_what_is_published_is_read_by_other_programs(city, tmp_path):
    out = tmp_path / "public"
    done = subprocess.run([PROGRAM, "publish", "--data", city, "--out", out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    archives = list(out.rglob("*.pmtiles"))
    assert archives
    for path in archives:
        with path.open("rb") as f:
            source = MmapSource(f)
            header = Reader(source).header()
            tiles = list(all_tiles(source))
            assert len(tiles) == header["addressed_tiles_count"] > 0, path
    for path in out.rglob("*.parquet"):
        assert duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0] > 0, path


def test_several_collections_in_one_tile(service):
    base = f"{service.base}/tiles/WebMercatorQuad"
    tileset = requests.get(base, timeout=30).json()
    limits = max(tileset["tileMatrixSetLimits"], key=lambda l: int(l["tileMatrix"]) == 10)
    z, row, col = limits["tileMatrix"], limits["minTileRow"], limits["minTileCol"]
    answer = requests.get(f"{base}/{z}/{row}/{col}", params={"collections": "cells,areas"}, timeout=60)
    assert answer.status_code in (200, 204), answer.text
    if answer.status_code == 200:
        assert set(mapbox_vector_tile.decode(answer.content)) <= {"cells", "areas"}
