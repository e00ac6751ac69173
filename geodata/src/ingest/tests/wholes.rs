//! Counts that a portal publishes for areas as a whole: kept with the areas, never as incidents.

use super::*;

#[test]
fn bogota_has_counts_of_areas_and_no_points() {
    let path = fixture("portals/bogota-localidades.geojson");
    assert_eq!(Source::detect(&path).unwrap().id, "bogota-localidades");
    let (batch, sum) = load("bogota-localidades", &path);
    assert!(batch.incidents.is_empty());
    // 21 rows: one without a place of its own, one without a polygon, one count below zero, one that is no number.
    assert_eq!((sum.read, batch.areas.len(), sum.quarantined), (21, 17, 3));
    assert_eq!(sum.left_out["recorded without a place (SIN LOCALIZACION)"], 1);
    let reasons: Vec<&str> = batch.quarantine.iter().map(|q| q.reason.as_str()).collect();
    assert_eq!(reasons, ["is not a count", "is not a count", "no geometry"]);
    let of = |id: &str| {
        let area = batch.areas.iter().find(|a| a.id == id).unwrap();
        area.recorded().map(|(code, d)| (code, d.source.as_str(), d.year.unwrap(), d.value)).collect::<Vec<_>>()
    };
    assert_eq!(
        of("01"),
        [
            ("0101", "Homicidios", 2018, 11.0),
            ("0101", "Homicidios", 2019, 10.0),
            ("02", "Violencia intrafamiliar", 2018, 301.0),
            ("0502", "Hurto a personas", 2018, 1001.0),
            ("0502", "Hurto a personas", 2019, 1101.0),
            ("0502", "Hurto a comercio", 2018, 51.0),
        ]
    );
    // An empty cell is not told; a zero is.
    assert!(!of("04").iter().any(|(code, _, year, _)| (*code, *year) == ("0101", 2019)));
    assert!(of("05").contains(&("0101", "Homicidios", 2019, 0.0)));
    assert!(sum.notes.iter().any(|n| n.contains("no incidents")), "{:?}", sum.notes);
    // Nothing is divided by them.
    assert!(batch.areas[0].denominator("recorded:0101").is_none() && batch.areas[0].denominator("residents").is_none());
}

#[test]
fn a_column_without_a_year_is_named() {
    let text = "id='x'\ntitle='x'\nkind='areas'\n[area]\nrecorded = [{ columns = ['TOTAL'], category = 'x', code = '0101' }]\n";
    let e = Source::from_toml(text, "x.toml").unwrap_err();
    assert!(e.what.contains("TOTAL") && e.hint.contains("{yy}"), "{e}");
    let e = Source::from_toml(&text.replace("0101", "9999"), "x.toml").unwrap_err();
    assert!(e.what.contains("9999"), "{e}");
}
