//! A box of degrees as whole numbers of the Mercator square: what most of its rows are asked, in half the memory of their
//! degrees and without a branch.

use super::block::Group;
use crate::model::{LonLat, LonLatBox, MercatorPoint};

/// Whole numbers that a place at an edge may be off: the northing of a place is rounded, and its logarithm may be, too.
const SLACK: u32 = 2;

/// Columns and rows of the Mercator square, both ends among them; the columns may reach around the antimeridian.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    x: u32,
    width: u32,
    y: u32,
    height: u32,
}

impl Window {
    /// The whole square.
    pub(crate) const ALL: Self = Self { x: 0, width: u32::MAX, y: 0, height: u32::MAX };

    /// Holds every place of the box, and some at its edge that are not.
    pub(crate) fn around(place: &LonLatBox) -> Self {
        let (from, to) = corners(place);
        let (west, east) = (from.x.saturating_sub(SLACK), to.x.saturating_add(SLACK));
        let (north, south) = (from.y.saturating_sub(SLACK), to.y.saturating_add(SLACK));
        // A box around nearly the whole Earth meets itself.
        let meets = place.west > place.east && west <= east;
        let (x, width) = if meets { (0, u32::MAX) } else { (west, east.wrapping_sub(west)) };
        Self { x, width, y: north, height: south - north }
    }

    /// Holds places of the box alone, all but those at its edge; `None` where the box is all edge.
    pub(crate) fn within(place: &LonLatBox) -> Option<Self> {
        let (from, to) = corners(place);
        let (west, east) = (from.x.checked_add(SLACK)?, to.x.checked_sub(SLACK)?);
        let (north, south) = (from.y.checked_add(SLACK)?, to.y.checked_sub(SLACK)?);
        let crosses = place.west > place.east;
        if north > south || (west > east) != crosses {
            return None;
        }
        Some(Self { x: west, width: east.wrapping_sub(west), y: north, height: south - north })
    }

    /// Whether it holds every row of a group.
    pub(crate) fn holds_all(self, group: &Group) -> bool {
        let fits = |from: u32, width: u32, min: u32, max: u32| {
            u64::from(min.wrapping_sub(from)) + u64::from(max - min) <= u64::from(width)
        };
        fits(self.x, self.width, group.min.0, group.max.0) && fits(self.y, self.height, group.min.1, group.max.1)
    }

    /// Whether it may hold a row of a group.
    pub(crate) fn touches(self, group: &Group) -> bool {
        let meet = |from: u32, width: u32, min: u32, max: u32| {
            min.wrapping_sub(from) <= width || from.wrapping_sub(min) <= max - min
        };
        meet(self.x, self.width, group.min.0, group.max.0) && meet(self.y, self.height, group.min.1, group.max.1)
    }

    #[inline]
    pub(crate) fn holds(self, x: u32, y: u32) -> bool {
        (x.wrapping_sub(self.x) <= self.width) & (y.wrapping_sub(self.y) <= self.height)
    }
}

/// The north-western and the south-eastern corner; a box from -180 to 180 degrees has all columns.
fn corners(place: &LonLatBox) -> (MercatorPoint, MercatorPoint) {
    let corner = |lon: f64, lat: f64| LonLat::new(lon, lat).map(MercatorPoint::from);
    let whole = (MercatorPoint { x: 0, y: 0 }, MercatorPoint { x: u32::MAX, y: u32::MAX });
    // A box has been checked when it was made.
    corner(place.west, place.north).ok().zip(corner(place.east, place.south).ok()).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers at and next to an edge, and any.
    fn near(edges: [f64; 2], bound: f64) -> impl Strategy<Value = f64> {
        let steps = prop::sample::select(vec![0.0, 1e-15, 1e-9, 5e-8, 8.4e-8, 2e-7, 1e-3]);
        let at = (prop::sample::select(edges.to_vec()), steps, any::<bool>())
            .prop_map(move |(edge, step, up)| if up { edge + step } else { edge - step });
        prop_oneof![at, -bound..=bound, prop::sample::select(vec![-bound, bound])]
            .prop_map(move |v| v.clamp(-bound, bound))
    }

    fn case() -> impl Strategy<Value = (LonLatBox, LonLat)> {
        let lons = prop::sample::select(vec![-180.0, -179.9999999, -87.6, 10.0, 10.00000005, 10.05, 179.9, 180.0]);
        let lats = prop::sample::select(vec![-90.0, -86.0, -33.9, 0.0, 45.0, 45.0000001, 45.05, 85.06, 90.0]);
        (lons.clone(), lons, lats.clone(), lats).prop_flat_map(|(west, east, a, b): (f64, f64, f64, f64)| {
            let place = LonLatBox { west, south: a.min(b), east, north: a.max(b) };
            (near([west, east], 180.0), near([place.south, place.north], 90.0))
                .prop_map(move |(lon, lat)| (place, LonLat::new(lon, lat).expect("within its bounds")))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn what_is_within_is_in_the_box_and_what_is_in_the_box_is_around((place, point) in case()) {
            let p = MercatorPoint::from(point);
            let (within, around) = (Window::within(&place), Window::around(&place));
            let is_within = within.is_some_and(|w| w.holds(p.x, p.y));
            prop_assert!(!is_within || place.contains(point), "{place:?} {point:?} {within:?}");
            prop_assert!(around.holds(p.x, p.y) || !place.contains(point), "{place:?} {point:?} {around:?}");
        }
    }

    proptest! {
        #[test]
        fn a_group_is_told_as_its_rows_are(
            (x, width, y, height) in (any::<u32>(), 0_u32..50, 0_u32..50, 0_u32..50),
            rows in prop::collection::vec((-60_i32..60, 0_u32..100), 1..5),
        ) {
            let window = Window { x, width, y, height };
            // A group does not reach around the antimeridian, so its columns stand in their order.
            let rows: Vec<(u32, u32)> =
                rows.into_iter().filter_map(|(dx, y)| Some((x.checked_add_signed(dx)?, y))).collect();
            prop_assume!(!rows.is_empty());
            let column = |least: bool| {
                let pick = |a: (u32, u32), b: &(u32, u32)| {
                    if least { (a.0.min(b.0), a.1.min(b.1)) } else { (a.0.max(b.0), a.1.max(b.1)) }
                };
                rows.iter().fold(rows[0], pick)
            };
            let group = Group { min: column(true), max: column(false), first_fid: 0 };
            let held = rows.iter().filter(|r| window.holds(r.0, r.1)).count();
            prop_assert!(!window.holds_all(&group) || held == rows.len());
            prop_assert!(window.touches(&group) || held == 0);
            if let [row] = rows[..] {
                prop_assert_eq!((window.holds_all(&group), window.touches(&group)), (held == 1, window.holds(row.0, row.1)));
            }
        }
    }

    #[test]
    fn most_of_a_box_is_within() {
        let place = LonLatBox { west: 10.0, south: 45.0, east: 10.05, north: 45.05 };
        let p = MercatorPoint::from(LonLat::new(10.000_001, 45.000_001).expect("valid"));
        assert!(Window::within(&place).is_some_and(|w| w.holds(p.x, p.y)));
        let p = MercatorPoint::from(LonLat::new(9.999_999, 45.02).expect("valid"));
        assert!(!Window::around(&place).holds(p.x, p.y));
        let line = LonLatBox { west: 10.0, south: 45.0, east: 10.0, north: 45.05 };
        assert!(Window::within(&line).is_none());
    }
}
