"""GDAL 3.12 through pyogrio and geopandas: what QGIS and R's sf stand on too."""

import geopandas
import pyogrio
import pytest
import requests


def oapif(service, **options):
    return {"path_or_buffer": f"OAPIF:{service.base}", **options}


def test_every_collection_is_a_layer(service, collections):
    layers = {name for name, _ in pyogrio.list_layers(f"OAPIF:{service.base}")}
    assert set(collections) <= layers


@pytest.mark.parametrize("layer", ["cells", "areas", "resources"])
def test_a_layer_is_read_whole_through_its_pages(service, layer):
    frame = pyogrio.read_dataframe(f"OAPIF:{service.base}", layer=layer, use_arrow=False)
    told = requests.get(f"{service.base}/collections/{layer}/items", params={"limit": 1}, timeout=60).json()
    assert len(frame) == told["numberMatched"]
    assert frame.crs.to_authority() in {("OGC", "CRS84"), ("EPSG", "4326")}
    west, south, east, north = frame.total_bounds
    assert -180 <= west < east <= 180 and -90 <= south < north <= 90


def test_a_box_is_asked_of_the_server(service):
    whole = pyogrio.read_dataframe(f"OAPIF:{service.base}", layer="areas")
    west, south, east, north = whole.total_bounds
    half = (west, south, (west + east) / 2, north)
    part = pyogrio.read_dataframe(f"OAPIF:{service.base}", layer="areas", bbox=half)
    assert 0 < len(part) < len(whole)


def test_an_attribute_filter_of_gdal_is_heeded(service):
    whole = pyogrio.read_dataframe(f"OAPIF:{service.base}", layer="resources")
    kind = whole["type"].iloc[0]
    part = pyogrio.read_dataframe(f"OAPIF:{service.base}", layer="resources", where=f"type = '{kind}'")
    assert len(part) == (whole["type"] == kind).sum() > 0


def test_a_layer_in_web_mercator(service):
    url = f"{service.base}/collections/areas/items"
    crs = "http://www.opengis.net/def/crs/EPSG/0/3857"
    answer = requests.get(url, params={"crs": crs, "limit": 1000}, timeout=60)
    assert answer.headers["Content-Crs"] == f"<{crs}>"
    projected = geopandas.GeoDataFrame.from_features(answer.json()["features"], crs=3857)
    degrees = geopandas.read_file(f"{url}?limit=1000&f=geojson")
    ours, gdal = projected.total_bounds, degrees.to_crs(3857).total_bounds
    assert max(abs(ours - gdal)) < 0.1


@pytest.mark.parametrize("form", ["fgb", "parquet", "geojson"])
def test_files_of_a_layer_hold_the_same_rows(service, tmp_path, form):
    url = f"{service.base}/collections/areas/items"
    want = geopandas.read_file(f"{url}?limit=1000&f=geojson")
    answer = requests.get(url, params={"limit": 1000, "f": form}, timeout=60)
    assert answer.ok, answer.text
    path = tmp_path / f"areas.{form}"
    path.write_bytes(answer.content)
    got = geopandas.read_parquet(path) if form == "parquet" else geopandas.read_file(path)
    assert len(got) == len(want)
    assert sorted(got.geometry.area.round(12)) == sorted(want.geometry.area.round(12))
    assert got.crs is not None


def test_vector_tiles_of_a_layer(service):
    tilejson = requests.get(f"{service.base}/tiles/cells.json", timeout=30).json()
    west, south, east, north = tilejson["bounds"]
    import math

    z = 11
    lon, lat = (west + east) / 2, (south + north) / 2
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    url = tilejson["tiles"][0].format(z=z, x=x, y=y)
    frame = pyogrio.read_dataframe(f"MVT:/vsicurl/{url}", layer="cells")
    assert len(frame) > 0 and "count" in frame.columns
