"""OWSLib: scripts of researchers, and QGIS' MetaSearch."""

from owslib.ogcapi.features import Features
from owslib.ogcapi.processes import Processes


def test_collections_items_and_queryables(service, collections):
    api = Features(service.base)
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in api.conformance()["conformsTo"]
    features = {name for name, found in collections.items() if found["itemType"] == "feature"}
    assert set(api.feature_collections()) == features
    page = api.collection_items("areas", limit=5)
    assert page["numberReturned"] == len(page["features"]) == 5 <= page["numberMatched"]
    one = api.collection_item("areas", page["features"][0]["id"])
    assert one["properties"] == page["features"][0]["properties"]
    assert "properties" in api.collection_queryables("areas")


def test_a_filter_in_words(service):
    api = Features(service.base)
    whole = api.collection_items("resources", limit=1000)
    kind = whole["features"][0]["properties"]["type"]
    part = api.collection_items("resources", limit=1000, filter=f"type = '{kind}'")
    assert 0 < part["numberMatched"] <= whole["numberMatched"]
    assert {f["properties"]["type"] for f in part["features"]} == {kind}


def test_processes(service):
    api = Processes(service.base)
    ids = {p["id"] for p in api.processes()}
    assert {"gi_star", "density", "near_repeat"} <= ids
    assert api.process("gi_star")["inputs"]
