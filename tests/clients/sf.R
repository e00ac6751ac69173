# What a researcher does with R: the layers, one of them whole, areas in metres, a join. Its argument is the service's address.
suppressPackageStartupMessages(library(sf))
base <- commandArgs(trailingOnly = TRUE)[1]
layers <- st_layers(paste0("OAPIF:", base, "/"))$name
stopifnot(all(c("cells", "areas", "resources", "releases") %in% layers))

cells <- st_read(paste0("OAPIF:", base, "/"), layer = "cells", quiet = TRUE)
areas <- st_read(paste0(base, "/collections/areas/items?f=json&limit=1000"), quiet = TRUE)
stopifnot(is.numeric(cells$count), st_crs(cells) == st_crs(areas), all(st_is_valid(areas)))

packed <- st_read(paste0(base, "/collections/cells/items?f=fgb&limit=10000"), quiet = TRUE)
stopifnot(nrow(packed) == nrow(cells), sum(packed$count, na.rm = TRUE) == sum(cells$count, na.rm = TRUE))

mercator <- paste0(base, "/collections/areas/items?f=json&limit=1000&crs=http://www.opengis.net/def/crs/EPSG/0/3857")
metres <- st_set_crs(suppressWarnings(st_read(mercator, quiet = TRUE)), NA)
ours <- st_bbox(metres)
theirs <- st_bbox(st_transform(areas, 3857))
stopifnot(max(abs(ours - theirs)) < 0.1)

joined <- st_join(suppressWarnings(st_centroid(cells)), areas["name"])
stopifnot(any(!is.na(joined$name)))
cat(nrow(cells), "cells,", nrow(areas), "areas\n")
