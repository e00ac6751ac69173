//! Toronto: events in several rows, local midnight written in UTC, places that cannot be mapped.

use super::*;
use crate::model::{LocationPrecision, Quality, TimePrecision};

#[test]
fn toronto() {
    let (batch, sum) = portal("toronto");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (20, 14, 3));
    assert_eq!((left_out(&sum, "repeats"), sum.unmapped_category, sum.sentinel_points), (1, 1, 2));
    let event = by_key(&batch, "GO-20230001");
    assert_eq!((codes(event), event.profile.offences.len()), (vec!["020112", "040111"], 2));
    for (key, code, at) in [
        ("GO-20230001", "020112", "2023-03-12T23:00:00"),
        ("GO-20230002", "050211", "2023-07-01T00:00:00"),
        ("GO-20230003", "020111", "2023-03-12T02:00:00"),
        ("GO-20230005", "050222", "2023-03-13T14:00:00"),
        ("GO-20230006", "040121", "2023-03-13T14:00:00"),
        ("GO-20230007", "040112", "2023-03-13T14:00:00"),
        ("GO-20230008", "0509", "2023-03-13T14:00:00"),
        // Milliseconds since 1970, and UTC without a sign that it is.
        ("GO-20230009", "020111", "2023-03-13T01:00:00"),
        ("GO-20230010", "050231", "2023-03-13T14:00:00"),
    ] {
        let i = by_key(&batch, key);
        assert_eq!((codes(i)[0], when(i).as_str()), (code, at), "{key}");
        assert_eq!((i.profile.time_precision, i.time.seconds()), (TimePrecision::Hour, 3600), "{key}");
    }
    assert_eq!(by_key(&batch, "GO-20230011").profile.time_precision, TimePrecision::Day);
    let nowhere = by_key(&batch, "GO-20230004");
    assert!(nowhere.point.is_none() && nowhere.profile.quality.has(Quality::SENTINEL_POINT));
    assert_eq!((nowhere.recorded_area.as_deref(), codes(nowhere)), (None, vec!["0501", "0502"]));
    assert_eq!(event.recorded_area.as_deref(), Some("73"));
    let mercator = by_key(&batch, "GO-20230016");
    assert!(near(mercator.point, -79.367, 43.656, 100.0), "{:?}", mercator.point);
    assert_eq!(mercator.profile.location_precision, LocationPrecision::Intersection);
    assert!(batch.incidents.iter().any(|i| i.key.starts_with('h')), "a row without an event is one of its own");
    assert_eq!(
        set_aside(&batch),
        [
            (15, "OCC_DATE", "no time"),
            (16, "OCC_HOUR", "is not a time of day"),
            (18, "LONG_WGS84", "the place is outside the source's bounds")
        ]
    );
    assert!(batch.quarantine[2].hint.contains("swapped"));
    assert_eq!(sum.dropped_columns, ["OBJECTID"]);
}

#[test]
fn the_other_names_of_toronto() {
    let dir = tempfile::tempdir().unwrap();
    let older = "X,Y,Index_,event_unique_id,occurrencedate,reporteddate,premises_type,ucr_code,ucr_ext,offence,occurrencehour,MCI,Division,Hood_ID,Neighbourhood,Long,Lat\n\
        -8835093.9,5412448.0,1,GO-1,2014-01-01T05:00:00.000Z,2014-01-02T05:00:00.000Z,Outside,1430,100,Assault,7,Assault,D51,73,Moss Park,-79.367,43.656\n";
    let single = "EVENT_UNIQUE_ID,REPORT_DATE,OCC_DATE,OCC_HOUR,UCR_CODE,OFFENCE,CSI_CATEGORY,HOOD_158,LONG_WGS84,LAT_WGS84\n\
        GO-2,1388638800000,1388552400000,7,2142,Theft From Motor Vehicle Under,Theft From Motor Vehicle,73,-79.367,43.656\n";
    for (text, code) in [(older, "020112"), (single, "050222")] {
        let path = file(&dir, "x.csv", text);
        let source = Source::detect(&path).unwrap();
        assert_eq!(source.id, "toronto");
        let (batch, _) = try_load(&source, &path).unwrap();
        assert_eq!(
            (codes(&batch.incidents[0]), when(&batch.incidents[0]).as_str()),
            (vec![code], "2014-01-01T07:00:00")
        );
    }
}
