//! Seattle: both generations of the header, offences gathered to reports, words for what is withheld.

use super::*;
use crate::model::{Quality, TimePrecision};

#[test]
fn seattle() {
    let (batch, sum) = portal("seattle");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (20, 11, 4));
    assert_eq!((left_out(&sum, "not a crime"), left_out(&sum, "repeats")), (2, 1));
    assert_eq!((sum.without_place, sum.sentinel_points, sum.unmapped_category), (2, 1, 1));
    let report = by_key(&batch, "2024-000001");
    assert_eq!((codes(report), when(report).as_str()), (vec!["020112", "0501", "0504"], "2024-03-10T02:30:00"));
    for (key, code) in [
        ("2024-000002", "03011"),
        ("2024-000006", "050222"),
        ("2024-000010", "0401"),
        ("2024-000011", "0101"),
        ("2024-000012", "07019"),
        ("2024-000017", "0509"),
    ] {
        assert_eq!(codes(by_key(&batch, key)), [code], "{key}");
    }
    let withheld = by_key(&batch, "2024-000002");
    assert!(withheld.point.is_none() && withheld.recorded_area.is_none());
    assert!(by_key(&batch, "2024-000006").profile.quality.has(Quality::SENTINEL_POINT));
    assert_eq!(by_key(&batch, "2024-000006").recorded_area, None);
    assert_eq!(by_key(&batch, "2024-000007").profile.time_precision, TimePrecision::Day);
    assert_eq!(report.recorded_area.as_deref(), Some("DOWNTOWN COMMERCIAL"));
    let shot = |key: &str| context(by_key(&batch, key), ContextKind::Firearm).map(|(value, _)| value);
    assert_eq!((shot("2024-000003"), shot("2024-000010")), (Some(ContextValue::Yes), Some(ContextValue::NotAssessed)));
    assert_eq!(
        set_aside(&batch).iter().map(|(line, column, _)| (*line, *column)).collect::<Vec<_>>(),
        [(12, "Offense Date"), (17, "Offense Date"), (18, "Offense Date"), (19, "Longitude")]
    );
    assert_eq!(sum.dropped_columns, ["Block Address"]);
}

#[test]
fn the_older_header_of_seattle() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(
        &dir,
        "older.csv",
        "Report Number,Offense ID,Offense Start DateTime,Offense End DateTime,Report DateTime,Group A B,Crime Against Category,Offense Parent Group,Offense,Offense Code,Precinct,Sector,Beat,MCPP,100 Block Address,Longitude,Latitude\n\
         2019-000001,12605873663,02/05/2019 10:10:00 AM,02/05/2019 11:30:00 AM,02/05/2019 11:40:00 AM,A,PROPERTY,LARCENY-THEFT,Theft From Motor Vehicle,23F,W,Q,Q1,MAGNOLIA,32XX BLOCK OF 23RD AVE W,-122.3850,47.6490\n\
         2019-000001,12605873664,02/05/2019 10:10:00 AM,02/05/2019 11:30:00 AM,02/05/2019 11:40:00 AM,A,PROPERTY,DESTRUCTION,Destruction/Damage/Vandalism of Property,290,W,Q,Q1,MAGNOLIA,32XX BLOCK OF 23RD AVE W,-122.3850,47.6490\n",
    );
    let source = Source::detect(&path).unwrap();
    assert_eq!(source.id, "seattle");
    let (batch, sum) = try_load(&source, &path).unwrap();
    let report = &batch.incidents[0];
    assert_eq!((batch.incidents.len(), codes(report)), (1, vec!["050222", "0504"]));
    assert_eq!((report.profile.time_precision, report.time.seconds()), (TimePrecision::Interval, 81 * 60));
    assert_eq!(report.recorded_area.as_deref(), Some("MAGNOLIA"));
    assert_eq!(sum.dropped_columns, ["100 Block Address"]);
}
