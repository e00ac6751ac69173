"""Prints paths over a service's city: tiles of every zoom, boxes of items with filters, aggregates."""

import json
import math
import random
import sys
import urllib.request

base = sys.argv[1]
with urllib.request.urlopen(f"{base}/tiles/cells.json") as answer:
    west, south, east, north = json.load(answer)["bounds"]
random.seed(1)


def tile(z):
    lon, lat = random.uniform(west, east), random.uniform(south, north)
    k = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * k
    return f"{z}/{int((lon + 180) / 360 * k)}/{int(y)}"


def box():
    lon, lat = random.uniform(west, east), random.uniform(south, north)
    return f"{lon:.4f},{lat:.4f},{lon + 0.02:.4f},{lat + 0.02:.4f}"


filters = ["", "category=04", "datetime=2024", "category=0401&datetime=2024", "hours=18-23"]
paths = []
for _ in range(120):
    paths.append(f"/tiles/cells/{tile(random.randint(9, 15))}.mvt?{random.choice(filters)}")
    paths.append(f"/tiles/density/{tile(random.randint(9, 13))}.png?{random.choice(filters[:2])}")
for _ in range(60):
    paths.append(f"/collections/cells/items?limit=500&bbox={box()}&{random.choice(filters)}")
    paths.append(f"/collections/resources/items?limit=100&bbox={box()}")
paths += ["/aggregates?by=area", "/aggregates?by=year", "/aggregates?by=area,year&f=csv", "/aggregates?by=category"] * 5
random.shuffle(paths)
print("\n".join(p.rstrip("?&") for p in paths))
