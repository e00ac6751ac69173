//! Coordinate systems in well-known text, as a `.prj` holds it: by the EPSG code in it, its datum, or what it says in numbers.

use super::planar::planar;

/// A keyword with what stands in its brackets.
pub(super) struct Node<'a> {
    pub name: &'a str,
    pub values: Vec<&'a str>,
    pub nodes: Vec<Node<'a>>,
}

/// Brackets within brackets; nobody means more.
const MAX_DEPTH: usize = 12;

/// The EPSG code of a well-known text; a note says where there is none.
pub(super) fn epsg(text: &str, notes: &mut Vec<String>) -> Option<u16> {
    let mut rest = text.trim_start();
    let Some(root) = node(&mut rest, 0) else {
        notes.push("the coordinate system is no well-known text; give format.epsg".into());
        return None;
    };
    // Of a system of map and height only the map counts.
    let map = if root.name.eq_ignore_ascii_case("COMPD_CS") || root.name.eq_ignore_ascii_case("COMPOUNDCRS") {
        root.nodes.into_iter().next().unwrap_or(Node { name: "", values: vec![], nodes: vec![] })
    } else {
        root
    };
    let is_planar = map.name.to_ascii_uppercase().starts_with("PROJ");
    let found = map.authority().or_else(|| if is_planar { planar(&map) } else { degrees(&map) });
    if found.is_none() {
        let name = super::shorten(map.values.first().unwrap_or(&"without a name"));
        notes.push(if is_planar {
            format!("the coordinate system {name} is not known; give format.epsg")
        } else {
            format!(
                "the degrees of {name} were taken for WGS 84, which may be off by up to some hundred metres on a map"
            )
        });
    }
    found
}

fn node<'a>(rest: &mut &'a str, depth: usize) -> Option<Node<'a>> {
    let open = rest.find(['[', '('])?;
    let name = rest[..open].trim();
    if depth > MAX_DEPTH || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    *rest = &rest[open + 1..];
    let mut out = Node { name, values: vec![], nodes: vec![] };
    loop {
        *rest = rest.trim_start_matches([',', ' ', '\t', '\r', '\n']);
        if let Some(after) = rest.strip_prefix([']', ')']) {
            *rest = after;
            return Some(out);
        }
        if let Some(after) = rest.strip_prefix('"') {
            let end = after.find('"')?;
            out.values.push(&after[..end]);
            *rest = &after[end + 1..];
            continue;
        }
        let end = rest.find(['[', '(', ',', ']', ')'])?;
        if rest[end..].starts_with(['[', '(']) {
            out.nodes.push(node(rest, depth + 1)?);
        } else {
            out.values.push(rest[..end].trim());
            *rest = &rest[end..];
        }
    }
}

impl<'a> Node<'a> {
    pub(super) fn child(&self, names: &[&str]) -> Option<&Node<'a>> {
        self.nodes.iter().find(|n| names.iter().any(|name| n.name.eq_ignore_ascii_case(name)))
    }

    /// The EPSG code that it gives itself.
    fn authority(&self) -> Option<u16> {
        let by = self.child(&["AUTHORITY", "ID"])?;
        let is_epsg = by.values.first().is_some_and(|v| v.eq_ignore_ascii_case("EPSG"));
        by.values.get(1).filter(|_| is_epsg)?.parse().ok()
    }

    pub(super) fn number(&self, at: usize) -> Option<f64> {
        self.values.get(at)?.parse().ok()
    }
}

/// Datums by a word in their name, with the code of their degrees.
const DATUMS: [(&str, u16); 12] = [
    ("wgs_1984", 4326),
    ("wgs84", 4326),
    ("world_geodetic_system_1984", 4326),
    ("north_american_1983", 4269),
    ("north_american_datum_1983", 4269),
    ("etrs_1989", 4258),
    ("european_terrestrial_reference_system_1989", 4258),
    ("sirgas_2000", 4674),
    ("sistema_de_referencia_geocentrico", 4674),
    ("magna", 4686),
    ("jgd_2011", 6668),
    ("gda_1994", 4283),
];

/// The code of degrees on the datum that a text names.
pub(super) fn degrees(geographic: &Node<'_>) -> Option<u16> {
    let datum = geographic.child(&["DATUM"])?.values.first()?.to_ascii_lowercase().replace([' ', '-'], "_");
    DATUMS.iter().find(|(word, _)| datum.contains(word)).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crs::Crs;

    /// A planar system as ESRI writes it: name of the datum, spheroid, projection, parameters, unit.
    fn esri(datum: &str, spheroid: &str, projection: &str, parameters: &[(&str, f64)], unit: f64) -> String {
        let list: String = parameters.iter().map(|(n, v)| format!("PARAMETER[\"{n}\",{v}],")).collect();
        format!(
            "PROJCS[\"A\",GEOGCS[\"G\",DATUM[\"{datum}\",SPHEROID[\"S\",{spheroid}]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],\n PROJECTION[\"{projection}\"],{list}UNIT[\"U\",{unit}]]"
        )
    }

    const GRS_80: &str = "6378137.0,298.257222101";
    const FOOT: f64 = 0.304_800_609_601_219_2;

    #[test]
    fn systems_of_esri_are_known_by_their_numbers() {
        let of = |text: &str| epsg(text, &mut vec![]);
        let transverse = |x: f64, y: f64, lon: f64, k: f64, lat: f64| {
            [
                ("False_Easting", x),
                ("False_Northing", y),
                ("Central_Meridian", lon),
                ("Scale_Factor", k),
                ("Latitude_Of_Origin", lat),
            ]
        };
        let tm = "Transverse_Mercator";
        let chicago = transverse(984_250.0, 0.0, -88.333_333_333_333_3, 0.999_975, 36.666_666_666_666_7);
        assert_eq!(of(&esri("D_North_American_1983", GRS_80, tm, &chicago, FOOT)), Some(3435));
        let vancouver = transverse(500_000.0, 0.0, -123.0, 0.9996, 0.0);
        assert_eq!(of(&esri("D_North_American_1983", GRS_80, tm, &vancouver, 1.0)), Some(26910));
        let wgs = "6378137.0,298.257223563";
        assert_eq!(of(&esri("D_WGS_1984", wgs, tm, &vancouver, 1.0)), Some(32610));
        let madrid = transverse(500_000.0, 0.0, -3.0, 0.9996, 0.0);
        // Several codes have these numbers, and give the same places.
        let found = of(&esri("D_ETRS_1989", GRS_80, tm, &madrid, 1.0)).unwrap();
        let place = |code| Crs::from_epsg(code).unwrap().to_lonlat(440_000.0, 4_475_000.0).unwrap();
        assert_eq!(place(found), place(25830));
        let bogota = transverse(1_000_000.0, 1_000_000.0, -74.077_507_916_666_7, 1.0, 4.596_200_416_666_67);
        assert_eq!(of(&esri("D_MAGNA", GRS_80, tm, &bogota, 1.0)), Some(3116));
        let britain = transverse(400_000.0, -100_000.0, -2.0, 0.999_601_271_7, 49.0);
        assert_eq!(of(&esri("D_OSGB_1936", "6377563.396,299.3249646", tm, &britain, 1.0)), Some(27700));
        let texas = [
            ("False_Easting", 1_968_500.0),
            ("False_Northing", 6_561_666.666_666_666),
            ("Central_Meridian", -98.5),
            ("Standard_Parallel_1", 32.133_333_333_333_33),
            ("Standard_Parallel_2", 33.966_666_666_666_67),
            ("Latitude_Of_Origin", 31.666_666_666_666_67),
        ];
        assert_eq!(of(&esri("D_North_American_1983", GRS_80, "Lambert_Conformal_Conic", &texas, FOOT)), Some(2276));
        assert_eq!(of(&esri("D_WGS_1984", wgs, "Mercator_Auxiliary_Sphere", &[], 1.0)), Some(3857));
    }

    #[test]
    fn a_code_in_the_text_counts_and_what_is_unknown_is_told() {
        let mut notes = vec![];
        assert_eq!(
            epsg("PROJCS[\"x\",GEOGCS[\"g\",AUTHORITY[\"EPSG\",\"4269\"]],AUTHORITY[\"EPSG\",\"3435\"]]", &mut notes),
            Some(3435)
        );
        assert_eq!(epsg("GEOGCRS[\"x\",ID[\"EPSG\",4674]]", &mut notes), Some(4674));
        assert_eq!(epsg("GEOGCS[\"x\",DATUM[\"D_WGS_1984\",SPHEROID[\"S\",1,2]]]", &mut notes), Some(4326));
        assert!(notes.is_empty());
        assert_eq!(epsg("GEOGCS[\"old\",DATUM[\"D_Old\"]]", &mut notes), None);
        assert_eq!(epsg("PROJCS[\"Mars\",GEOGCS[\"g\"]]", &mut notes), None);
        assert_eq!(epsg("", &mut notes), None);
        assert!(notes[0].contains("old") && notes[1].contains("Mars") && notes.len() == 3, "{notes:?}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[A-Z\\[\\]\",0-9é(. ]{0,200}") {
            let _ = epsg(&text, &mut vec![]);
        }
    }
}
