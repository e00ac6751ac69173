//! A record as a page tells it, put together from the index alone.

use std::sync::Arc;

use super::page::At;
use super::snapshot::Snapshot;
use crate::model::{Incident, Interval, LocalTime, LonLat, Profile};

/// Records whose details are looked for together.
const TOGETHER: usize = 128;

/// A record with what an analyst may see of it.
pub(crate) struct Record<'a> {
    /// Its number in the file.
    pub fid: i64,
    /// The source's own key.
    pub key: &'a str,
    /// What it shares with others.
    pub profile: &'a Arc<Profile>,
    /// When, as wide as it is known.
    pub time: Interval,
    /// Where, if it has a place.
    pub point: Option<LonLat>,
    /// The area as recorded.
    pub area: Option<&'a str>,
    /// How many victims.
    pub victims: u32,
}

impl<'a> Record<'a> {
    /// Of an incident of the file.
    pub(crate) fn of(fid: i64, incident: &'a Incident) -> Self {
        Self {
            fid,
            key: &incident.key,
            profile: &incident.profile,
            time: incident.time,
            point: incident.point,
            area: incident.recorded_area.as_deref(),
            victims: incident.victims.len() as u32,
        }
    }
}

impl Snapshot {
    /// Calls `each` with the records that are there, in the order asked for. A row that was not read from a file has none.
    pub(crate) fn records(&self, rows: &[(i64, At)], each: &mut dyn FnMut(&Record<'_>)) {
        for rows in rows.chunks(TOGETHER) {
            let spots: Vec<Spot> = rows.iter().filter_map(|&(fid, at)| self.spot(fid, at)).collect();
            let numbers: Vec<u32> = spots.iter().map(|spot| spot.number).collect();
            self.details.find(&numbers, |n, detail| {
                let (spot, Some(detail)) = (&spots[n], detail) else { return };
                let Some(profile) = self.profiles.get(&detail.profile) else { return };
                let time = match detail.time {
                    Some((from, to)) => Interval { from: LocalTime(from), to: LocalTime(to) },
                    None => spot.time,
                };
                let (key, area, victims) = (detail.key, detail.area, detail.victims);
                each(&Record { fid: spot.fid, key, profile, time, point: spot.point, area, victims });
            });
        }
    }

    fn spot(&self, fid: i64, at: At) -> Option<Spot> {
        let row = at.row as usize;
        let (times, point) = match self.segments.get(at.segment as usize) {
            Some(segment) => (&segment.times, segment.points.get(row).copied()),
            None => (&*self.unplaced, None),
        };
        Some(Spot { fid, number: *times.fid.get(row)?, point, time: self.interval(times, row) })
    }
}

/// What the columns of the index tell of a record.
struct Spot {
    fid: i64,
    number: u32,
    point: Option<LonLat>,
    time: Interval,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Cancel;
    use crate::index::load::{Loader, Row};
    use crate::index::snapshot::Contents;
    use crate::index::{Order, Query, details::Detail, test_profile};
    use crate::store::Store;

    #[test]
    fn a_page_tells_what_the_file_has() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
        crate::demo::generate(1, 5_000, &mut store, &|_, _| ()).expect("the demo city");
        let snapshot = Snapshot::build(&store).expect("an index");
        for order in [Order::default(), Order { by_time: Some(true), largest_id_first: true }] {
            let (found, matched) =
                snapshot.rows(&Query::default(), order, None, 10_000, &Cancel::default()).expect("rows");
            let fids: Vec<i64> = found.iter().map(|found| order.fid(found.0)).collect();
            let incidents = store.incidents_by_fid(&fids).expect("readable");
            assert_eq!((incidents.len(), matched), (5_000, 5_000));
            assert!(incidents.iter().any(|i| i.point.is_none()) && incidents.iter().any(|i| !i.victims.is_empty()));
            let mut told = 0;
            let rows: Vec<_> = found.iter().map(|found| (order.fid(found.0), found.1)).collect();
            snapshot.records(&rows, &mut |record| {
                let expected = Record::of(fids[told], &incidents[told]);
                assert_eq!((record.fid, record.key, record.area), (expected.fid, expected.key, expected.area));
                assert_eq!((record.time, record.point), (expected.time, expected.point));
                assert_eq!((record.profile, record.victims), (expected.profile, expected.victims));
                told += 1;
            });
            assert_eq!(told, 5_000);
        }
    }

    #[test]
    fn a_time_beyond_the_clock_is_told_as_it_was_recorded() {
        let contents = Contents { profiles: [(1, test_profile())].into(), ..Contents::default() };
        let time = |from: i64| Interval { from: LocalTime(from), to: LocalTime(from + 60) };
        let times = [time(-5_000_000_000), time(0), time(9_000_000_000)];
        let snapshot = Snapshot::load(contents, 1 << 18, |shared| {
            let mut loader = Loader::new(shared);
            for (fid, &time) in (0..).zip(&times) {
                loader.push(&Row { fid, profile: 1, time, point: None })?;
                loader.describe(fid, time, Detail { key: "k", profile: 1, area: None, victims: 0, time: None });
            }
            Ok(vec![loader])
        });
        let snapshot = snapshot.expect("builds");
        let mut told = vec![];
        let rows = [0, 1, 2].map(|row| (row.into(), At { segment: At::UNPLACED, row }));
        snapshot.records(&rows, &mut |record| told.push(record.time));
        assert_eq!(told, times);
    }
}
