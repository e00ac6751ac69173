//! What is encoded is what is decoded: every tile here is read back by an independent reader.

use fast_mvt::{MvtFeature, MvtGeometry, MvtLayer, MvtReaderRef, MvtTile, MvtValue};
use geo_types::{MultiPolygon, Point, line_string, polygon};
use proptest::prelude::*;

use super::*;
use crate::coord::TileCoord;

const STATES: &[&str] = &["value", "zero", "suppressed"];

fn tile(z: u8, x: u32, y: u32) -> TileCoord {
    TileCoord::new(z, x, y).unwrap()
}

/// The one layer of a tile.
fn decode(layer: &Layer) -> MvtLayer {
    let bytes = encode(std::slice::from_ref(layer));
    let reader = MvtReaderRef::new(&bytes).unwrap();
    let mut layers = reader.layers();
    let layer = layers.next().unwrap().to_layer().unwrap();
    assert!(layers.next().is_none());
    layer
}

/// The tile as text, one line a feature: id, geometry, properties.
fn text(layer: &Layer) -> String {
    let layer = decode(layer);
    let mut out = format!("{} extent {}\n", layer.name, layer.extent);
    for feature in layer.features {
        let id = feature.id.map_or("-".to_owned(), |id| id.to_string());
        let properties: Vec<String> = feature
            .properties
            .iter()
            .map(|(key, value)| match value {
                MvtValue::String(v) => format!("{key}={v}"),
                MvtValue::UInt(v) => format!("{key}={v}"),
                MvtValue::Float(v) => format!("{key}={v}f"),
                MvtValue::Double(v) => format!("{key}={v}"),
                other => format!("{key}={other:?}"),
            })
            .collect();
        out += &format!("{id} {} {}\n", shape(&feature.geometry), properties.join(" "));
    }
    out
}

/// Coordinates as `x,y x,y`; rings in brackets, holes after a minus.
fn shape(geometry: &MvtGeometry) -> String {
    let path = |line: &geo_types::LineString<i32>| {
        line.0.iter().map(|c| format!("{},{}", c.x, c.y)).collect::<Vec<_>>().join(" ")
    };
    let area = |p: &geo_types::Polygon<i32>| {
        let holes: String = p.interiors().iter().map(|hole| format!(" -[{}]", path(hole))).collect();
        format!("[{}]{holes}", path(p.exterior()))
    };
    match geometry {
        MvtGeometry::Point(p) => format!("{},{}", p.x(), p.y()),
        MvtGeometry::LineString(line) => path(line),
        MvtGeometry::MultiLineString(lines) => lines.iter().map(path).collect::<Vec<_>>().join(" | "),
        MvtGeometry::Polygon(p) => area(p),
        MvtGeometry::MultiPolygon(many) => many.iter().map(area).collect::<Vec<_>>().join(" | "),
        other => format!("{other:?}"),
    }
}

#[test]
fn cells_read_back_as_they_were_put_in() {
    let layer = Features::new("cells")
        .ids(&[70, 1 << 40, 5])
        .column("count", Column::Count(&[12, 5_000_000, 12]))
        .column("z", Column::Number(&[0.5, f64::NAN, 1.0 / 3.0]))
        .column("state", Column::Class(STATES, &[0, 2, 200]))
        .column("note", Column::Text(&["".into(), "é".into(), "é".into()]))
        .cells(Lattice::new(tile(12, 1050, 1522), 14).unwrap(), &[0, 6, 15])
        .unwrap();
    let expected = "\
cells extent 4096
70 [0,0 1024,0 1024,1024 0,1024 0,0] count=12 z=0.5 state=value
1099511627776 [2048,1024 3072,1024 3072,2048 2048,2048 2048,1024] count=5000000 state=suppressed note=é
5 [3072,3072 4096,3072 4096,4096 3072,4096 3072,3072] count=12 z=0.3333333333333333 note=é
";
    assert_eq!(text(&layer), expected);
    assert_eq!(layer.features(), 3);
}

#[test]
fn what_a_row_does_not_tell_is_nowhere_in_the_tile() {
    let layer = |count: u32, z: f64| {
        Features::new("cells")
            .column_where("count", Column::Count(&[12, count, 0]), &[true, false, true])
            .column_where("z", Column::Number(&[0.5, z, 1.5]), &[true, false, true])
            .column("state", Column::Class(STATES, &[0, 2, 1]))
            .cells(Lattice::new(tile(12, 1050, 1522), 14).unwrap(), &[0, 6, 15])
            .unwrap()
    };
    let said = text(&layer(4_000_321, 1.0 / 3.0));
    assert!(said.contains("2048,1024] state=suppressed\n"), "{said}");
    assert!(said.contains("count=12 z=0.5f state=value") && said.contains("count=0 z=1.5f"), "{said}");
    assert_eq!(layer(4_000_321, 1.0 / 3.0).bytes, layer(3, 8.0).bytes, "no byte hangs on a value that is not told");
    let short = Features::new("c").column_where("a", Column::Count(&[1; 2]), &[true]);
    assert!(short.cells(Lattice::new(tile(12, 1050, 1522), 13).unwrap(), &[0, 1]).is_err());
}

#[test]
fn cells_say_the_same_as_another_encoder() {
    let lattice = Lattice::new(tile(12, 1050, 1522), 16).unwrap();
    let places: Vec<u32> = (0..256).collect();
    let ids: Vec<u64> = (0..256).map(|i| 1 << (i % 60)).collect();
    let counts: Vec<u32> = (0..256_u32).map(|i| i.pow(3) % 9973).collect();
    let z: Vec<f64> = (0..256).map(|i| if i % 7 == 0 { f64::INFINITY } else { f64::from(i) / 8.0 }).collect();
    let states: Vec<u8> = (0..256_u32).map(|i| (i % 3) as u8).collect();
    let features = Features::new("cells")
        .ids(&ids)
        .column("count", Column::Count(&counts))
        .column("again", Column::Count(&counts))
        .column("z", Column::Number(&z))
        .column("state", Column::Class(STATES, &states));
    let ours = decode(&features.cells(lattice, &places).unwrap());

    let mut theirs = MvtLayer::new("cells", fast_mvt::DEFAULT_EXTENT);
    for (i, place) in places.iter().enumerate() {
        let (x, y) = ((place % 16) as i32 * 256, (place / 16) as i32 * 256);
        let square = polygon![(x: x, y: y), (x: x + 256, y: y), (x: x + 256, y: y + 256), (x: x, y: y + 256)];
        let mut feature = MvtFeature::new(MvtGeometry::Polygon(square));
        feature.set_id(ids[i]);
        feature.add_tag("count", MvtValue::UInt(counts[i].into()));
        feature.add_tag("again", MvtValue::UInt(counts[i].into()));
        if z[i].is_finite() {
            feature.add_tag_float("z", z[i] as f32);
        }
        feature.add_tag_string("state", STATES[usize::from(states[i])]);
        theirs.add_feature(feature);
    }
    let mut tile = MvtTile::new();
    tile.add_layer(theirs);
    let bytes = tile.encode().unwrap();
    let theirs = MvtReaderRef::new(&bytes).unwrap().layers().next().unwrap().to_layer().unwrap();
    assert_eq!(ours, theirs);
}

#[test]
fn cells_larger_than_the_tile_reach_into_the_buffer_only_where_they_go_on() {
    let cell = |x, y| {
        let lattice = Lattice::new(tile(5, x, y), 3).unwrap();
        assert_eq!(lattice.side(), 1);
        text(&Features::new("c").cells(lattice, &[0]).unwrap()).lines().nth(1).unwrap().trim().to_owned()
    };
    assert_eq!(cell(8, 12), "- [0,0 4160,0 4160,4160 0,4160 0,0]");
    assert_eq!(cell(9, 14), "- [-64,-64 4160,-64 4160,4160 -64,4160 -64,-64]");
    assert_eq!(cell(11, 15), "- [-64,-64 4096,-64 4096,4096 -64,4096 -64,-64]");
    let same = Lattice::new(tile(5, 8, 12), 5).unwrap();
    assert!(text(&Features::new("c").cells(same, &[0]).unwrap()).contains("[0,0 4096,0 4096,4096 0,4096 0,0]"));
}

#[test]
fn lattices_have_bounds() {
    assert_eq!(Lattice::new(tile(0, 0, 0), 12).unwrap().side(), 4096);
    assert!(Lattice::new(tile(0, 0, 0), 13).is_err());
    assert!(Lattice::new(tile(24, 0, 0), 25).is_err());
    let lattice = Lattice::new(tile(1, 0, 0), 2).unwrap();
    assert_eq!(Features::new("c").cells(lattice, &[4]).unwrap_err().parameter, "place");
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let lattice = Lattice::new(tile(1, 0, 0), 2).unwrap();
    let try_with = |features: Features<'_>| features.cells(lattice, &[0, 1]).unwrap_err().to_string();
    assert!(try_with(Features::new("")).contains("name"));
    assert!(try_with(Features::new("c").ids(&[1])).contains("`id` of layer `c` must have one value for each of 2"));
    assert!(try_with(Features::new("c").column("count", Column::Count(&[1; 3]))).contains("`count`"));
    let twice = Features::new("c").column("a", Column::Count(&[1; 2])).column("a", Column::Count(&[1; 2]));
    assert!(try_with(twice).contains("\"a\""));
}

#[test]
fn a_point_is_in_exactly_one_tile() {
    let places = [
        Some(Point::new(0.0, 0.0)),
        Some(Point::new(-180.0, 85.2)),
        Some(Point::new(180.0, -90.0)),
        None,
        Some(Point::new(f64::NAN, 1.0)),
        Some(Point::new(-87.65, 41.85)),
    ];
    let counts = [1, 2, 3, 4, 5, 6];
    for z in [0, 1, 3] {
        let mut found = Vec::new();
        for x in 0..1 << z {
            for y in 0..1 << z {
                let layer =
                    Features::new("p").column("n", Column::Count(&counts)).points(tile(z, x, y), &places).unwrap();
                if !layer.is_empty() {
                    found.extend(decode(&layer).features.into_iter().map(|f| format!("{:?}", f.properties[0].1)));
                }
            }
        }
        found.sort();
        assert_eq!(found, ["UInt(1)", "UInt(2)", "UInt(3)", "UInt(6)"], "zoom {z}");
    }
    let layer = Features::new("p").points(tile(0, 0, 0), &places).unwrap();
    assert_eq!(text(&layer), "p extent 4096\n- 2048,2048 \n- 0,0 \n- 4095,4095 \n- 1050,1522 \n");
}

#[test]
fn polygons_are_clipped_and_wound_with_their_holes() {
    // A square around the middle of the world, drawn against the clock, with a hole drawn the same way.
    let shape = MultiPolygon(vec![polygon!(
        exterior: [(x: -90.0, y: -66.0), (x: 90.0, y: -66.0), (x: 90.0, y: 66.0), (x: -90.0, y: 66.0)],
        interiors: [[(x: -45.0, y: -40.0), (x: 45.0, y: -40.0), (x: 45.0, y: 40.0), (x: -45.0, y: 40.0)]],
    )]);
    let layer = Features::new("areas").ids(&[3]).polygons(tile(0, 0, 0), std::slice::from_ref(&shape)).unwrap();
    assert_eq!(
        text(&layer),
        "areas extent 4096\n3 [1024,3057 1024,1039 3072,1039 3072,3057 1024,3057] \
         -[1536,2545 2560,2545 2560,1551 1536,1551 1536,2545] \n"
    );
    // One level deeper the tile cuts it at its buffer, and the hole stays a hole.
    let layer = Features::new("areas").polygons(tile(1, 0, 0), &[shape]).unwrap();
    assert_eq!(
        text(&layer),
        "areas extent 4096\n- [2048,4160 2048,2077 4160,2077 4160,4160 2048,4160] \
         -[3072,4160 4160,4160 4160,3101 3072,3101 3072,4160] \n"
    );
}

#[test]
fn a_tile_inside_a_huge_polygon_is_full() {
    let world = MultiPolygon(vec![polygon![
        (x: -400.0, y: -1e9), (x: 400.0, y: -89.0), (x: 400.0, y: 1e300), (x: -400.0, y: 90.0)
    ]]);
    let layer = Features::new("a").polygons(tile(20, 5, 7), &[world]).unwrap();
    assert!(text(&layer).contains("- [-64,-64 4160,-64 4160,4160 -64,4160 -64,-64] \n"), "{}", text(&layer));
}

#[test]
fn areas_across_the_antimeridian_are_in_the_tiles_on_both_sides() {
    let fiji = MultiPolygon(vec![polygon![
        (x: 177.0, y: -19.0), (x: 183.0, y: -19.0), (x: 183.0, y: -16.0), (x: 177.0, y: -16.0)
    ]]);
    let outline = Outline::of_polygons(&fiji);
    let west = Features::new("a").outlines(tile(4, 0, 8), &[&outline]).unwrap();
    let east = Features::new("a").outlines(tile(4, 15, 8), &[&outline]).unwrap();
    assert!(text(&west).contains("[-64,3524 -64,2951 546,2951 546,3524 -64,3524]"), "{}", text(&west));
    assert!(text(&east).contains("[3550,3524 3550,2951 4160,2951 4160,3524 3550,3524]"), "{}", text(&east));
    assert!(Features::new("a").outlines(tile(4, 7, 8), &[&outline]).unwrap().is_empty());
}

#[test]
fn what_collapses_or_is_not_finite_is_left_out_with_its_row() {
    let speck = MultiPolygon(vec![polygon![(x: 1.0, y: 1.0), (x: 1.001, y: 1.0), (x: 1.0, y: 1.001)]]);
    let broken = MultiPolygon(vec![polygon![(x: f64::NAN, y: 1.0), (x: f64::INFINITY, y: 2.0), (x: 3.0, y: 4.0)]]);
    let empty = MultiPolygon::<f64>(vec![]);
    let good = MultiPolygon(vec![polygon![(x: 10.0, y: 0.0), (x: 20.0, y: 0.0), (x: 20.0, y: 10.0)]]);
    let counts = [1, 2, 3, 4];
    let layer = Features::new("a")
        .column("n", Column::Count(&counts))
        .polygons(tile(0, 0, 0), &[speck, broken, empty, good])
        .unwrap();
    assert_eq!(layer.features(), 1);
    assert!(text(&layer).ends_with("n=4\n"));
}

#[test]
fn lines_are_cut_into_the_pieces_that_are_inside() {
    let lines = geo_types::MultiLineString(vec![line_string![
        (x: -10.0, y: 0.0), (x: 10.0, y: 0.0), (x: 200.0, y: 0.0), (x: 200.0, y: 40.0), (x: 10.0, y: 40.0)
    ]]);
    let outline = Outline::of_lines(&lines);
    let layer = Features::new("streets").outlines(tile(3, 4, 3), &[outline]).unwrap();
    assert_eq!(text(&layer), "streets extent 4096\n- -64,4096 910,4096 4160,4096 | 4160,117 910,117 \n");
}

#[test]
fn empty_layers_are_left_out_of_the_tile() {
    let none = Features::new("a").points(tile(3, 0, 0), &[]).unwrap();
    let one = Features::new("b").points(tile(0, 0, 0), &[Some(Point::new(0.0, 0.0))]).unwrap();
    assert!(encode(std::slice::from_ref(&none)).is_empty());
    let bytes = encode(&[none, one]);
    let reader = MvtReaderRef::new(&bytes).unwrap();
    assert_eq!(reader.layers().map(|layer| layer.name().to_owned()).collect::<Vec<_>>(), ["b"]);
}

proptest! {
    #[test]
    fn any_polygon_becomes_rings_that_readers_take(
        rings in prop::collection::vec(prop::collection::vec((-200.0..200.0_f64, -95.0..95.0_f64), 0..12), 1..4),
        z in 0..4_u8,
        turn in 0..64_u32,
    ) {
        let at = tile(z, turn % (1 << z), turn / 8 % (1 << z));
        let mut lines = rings.into_iter().map(geo_types::LineString::from);
        let polygon = geo_types::Polygon::new(lines.next().unwrap(), lines.collect());
        let layer = Features::new("a").ids(&[9]).polygons(at, &[MultiPolygon(vec![polygon])]).unwrap();
        if layer.is_empty() {
            return Ok(());
        }
        let feature = &decode(&layer).features[0];
        let polygons = match &feature.geometry {
            MvtGeometry::Polygon(polygon) => vec![polygon.clone()],
            MvtGeometry::MultiPolygon(many) => many.0.clone(),
            other => panic!("{other:?}"),
        };
        // The reader sorts rings into exteriors and holes by their winding alone.
        prop_assert_eq!(feature.id, Some(9));
        for ring in polygons.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
            prop_assert!(ring.0.len() >= 4 && ring.0.first() == ring.0.last());
            prop_assert!(ring.0.iter().all(|c| (-BUFFER..=EXTENT + BUFFER).contains(&c.x)));
            prop_assert!(ring.0.iter().all(|c| (-BUFFER..=EXTENT + BUFFER).contains(&c.y)));
        }
        for polygon in &polygons {
            let area = |ring: &geo_types::LineString<i32>| clip::doubled_area(&ring.0[1..]);
            prop_assert!(area(polygon.exterior()) > 0 && polygon.interiors().iter().all(|hole| area(hole) < 0));
        }
    }
}
