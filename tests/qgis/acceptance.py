"""What a planner does in QGIS: features, vector tiles and picture tiles of the service, on one map."""

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402

base, picture = sys.argv[1], sys.argv[2]
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
failed = []


def check(what, is_so, more=""):
    print(("ok      " if is_so else "FAILED  ") + what + (f" ({more})" if more else ""))
    if not is_so:
        failed.append(what)


# Features: the OGC API connection of the browser panel.
areas = QgsVectorLayer(f"url='{base}' typename='areas'", "areas", "OAPIF")
check("features of areas load", areas.isValid())
drawn = list(areas.getFeatures())
check("areas have features", len(drawn) > 0, f"{len(drawn)}")
check("areas are polygons", QgsWkbTypes.geometryType(areas.wkbType()) == QgsWkbTypes.PolygonGeometry)
resources = QgsVectorLayer(f"url='{base}' typename='resources'", "resources", "OAPIF")
kinds = {f["type"] for f in resources.getFeatures()}
check("resources have types", len(kinds) > 1, ", ".join(sorted(map(str, kinds)))[:80])
kind = sorted(map(str, kinds))[0]
some = list(resources.getFeatures(QgsFeatureRequest().setFilterExpression(f"\"type\" = '{kind}'")))
check("a filter selects resources", 0 < len(some) < resources.featureCount(), f"{len(some)} of {resources.featureCount()}")
extent = areas.extent()
half = QgsRectangle(extent.xMinimum(), extent.yMinimum(), extent.center().x(), extent.yMaximum())
part = list(areas.getFeatures(QgsFeatureRequest().setFilterRect(half)))
check("a box selects areas", 0 < len(part) <= len(drawn), f"{len(part)}")

# Vector tiles and picture tiles, by their addresses.
cells = QgsVectorTileLayer(f"type=xyz&url={base}/tiles/cells/{{z}}/{{x}}/{{y}}.mvt&zmin=8&zmax=16", "cells")
check("vector tiles load", cells.isValid())
style = QgsVectorTileBasicRendererStyle("cells", "cells", QgsWkbTypes.PolygonGeometry)
style.setSymbol(QgsFillSymbol.createSimple({"color": "255,140,0,90", "outline_color": "120,60,0"}))
style.setEnabled(True)
renderer = QgsVectorTileBasicRenderer()
renderer.setStyles([style])
cells.setRenderer(renderer)
density = QgsRasterLayer(f"type=xyz&url={base}/tiles/density/{{z}}/{{x}}/{{y}}.png&zmin=8&zmax=14", "density", "wms")
check("picture tiles load", density.isValid())


def render(layers, path):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(900, 700))
    transform = QgsCoordinateTransform(areas.crs(), settings.destinationCrs(), QgsProject.instance())
    settings.setExtent(transform.transformBoundingBox(extent))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(path)
    return image


def colours(image):
    step = 10
    pixels = {image.pixel(x, y) for x in range(0, image.width(), step) for y in range(0, image.height(), step)}
    return len(pixels)


for name, layers in {"density": [density], "cells": [cells], "areas": [areas]}.items():
    n = colours(render(layers, picture.replace(".png", f".{name}.png")))
    check(f"{name} alone draws something", n > 1, f"{n} colours")
outline = {"color": "0,0,0,0", "outline_color": "60,60,60", "outline_width": "0.5"}
areas.renderer().setSymbol(QgsFillSymbol.createSimple(outline))
check("the map draws", colours(render([resources, areas, cells, density], picture)) > 20)
print(f"qgis: {len(failed)} failed", flush=True)
# QGIS 3.22 falls over its own layers when Python takes them down: what it was asked is done.
os._exit(1 if failed else 0)
