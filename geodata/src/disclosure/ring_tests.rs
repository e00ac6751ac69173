//! Masks are even in every direction and over the ring, and the same for the same place.

use super::*;
use crate::policy::Policy;

const PLACES: u32 = 20_000;

fn rules() -> &'static MaskRules {
    &Policy::standard().masked_points
}

fn secret() -> Secret {
    Secret::of([7; 32])
}

/// Places of a city of 40 x 30 km at a latitude.
fn places(lat: f64) -> impl Iterator<Item = Place> {
    (0..PLACES).map(move |n| {
        let at = |k: f64| (f64::from(n) * k).fract();
        Place::from(LonLat::new(-87.9 + 0.5 * at(0.754_877_666), lat + 0.3 * at(0.569_840_291)).unwrap())
    })
}

/// Chi-square of counts against even ones.
fn chi_square(counts: &[u32]) -> f64 {
    let even = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
    counts.iter().map(|&n| (f64::from(n) - even).powi(2) / even).sum()
}

#[test]
fn draws_are_even_in_every_direction_and_over_the_ring() {
    let ring = Ring::of(Some(2000.0), rules());
    let (mut directions, mut areas) = ([0u32; 16], [0u32; 10]);
    for place in places(41.7) {
        let mac = secret().mac(&[b"test", &place.column.to_le_bytes(), &place.row.to_le_bytes()]);
        let [east, north] = ring.offset(unit(&mac[..8]), unit(&mac[8..16]));
        directions[((east.atan2(north) / TAU).rem_euclid(1.0) * 16.0) as usize] += 1;
        let squared = (east.hypot(north) / ring.radius_m).powi(2);
        areas[((squared - 0.25) / 2.0 * 10.0) as usize] += 1;
    }
    // 99.9 % of even draws stay below: 37.7 with 15 degrees of freedom, 27.9 with 9.
    assert!(chi_square(&directions) < 37.7, "{directions:?}");
    assert!(chi_square(&areas) < 27.9, "{areas:?}");
}

#[test]
fn what_is_told_is_still_even_and_never_near_the_truth() {
    for (lat, per_km2) in [(41.7, Some(5000.0)), (0.0, Some(200.0)), (64.0, None)] {
        let ring = Ring::of(per_km2, rules());
        let mut directions = [0u32; 16];
        let mut mean = [0.0; 2];
        for place in places(lat) {
            let centre = place.centre();
            let masked = place.masked(&secret(), "incidents", &ring, 3);
            let east = (masked.lon() - centre.lon()) * centre.lat().to_radians().cos();
            let north = masked.lat() - centre.lat();
            directions[((east.atan2(north) / TAU).rem_euclid(1.0) * 16.0) as usize] += 1;
            mean = [mean[0] + east * metres_a_degree(), mean[1] + north * metres_a_degree()];
            // From every corner of the cell, where true places may lie.
            let distance = masked.distance_m(centre);
            assert!(distance - place.reach_m() >= 25.0, "{distance}");
            assert!(distance + place.reach_m() <= ring.told_radius_m(place, 3), "{distance} {ring:?}");
            for v in [masked.lon(), masked.lat()] {
                assert!((v * 1000.0 - (v * 1000.0).round()).abs() < 1e-6, "{v}");
            }
        }
        let even = f64::from(PLACES) / 16.0;
        // Rounding to the grid leaves a trace in so small a ring, but no direction stands out.
        for n in directions {
            assert!((f64::from(n) / even - 1.0).abs() < 0.2, "{directions:?}");
        }
        let away = mean[0].hypot(mean[1]) / f64::from(PLACES);
        assert!(away < 0.03 * ring.radius_m, "the mean is off by {away} m");
    }
}

#[test]
fn a_ring_holds_the_addresses_asked_for_or_says_that_it_does_not() {
    let outside = |r: &Ring| r.radius_m * INNER < 50.0 - 1e-9 || r.radius_m * OUTER > 1000.0 + 1e-9;
    let mut last = f64::INFINITY;
    for per_km2 in [0.0, 0.5, 3.0, 14.0, 15.0, 80.0, 700.0, 5_000.0, 90_000.0] {
        let ring = Ring::of(Some(per_km2), rules());
        assert!(!outside(&ring), "{ring:?}");
        assert_eq!(ring.basis == Basis::Addresses, ring.addresses >= 20.0, "{ring:?}");
        assert!(ring.radius_m <= last, "more addresses never make a wider ring");
        last = ring.radius_m;
    }
    let unknown = Ring::of(None, rules());
    assert_eq!((unknown.basis, unknown.addresses.is_nan(), outside(&unknown)), (Basis::Unknown, true, false));
    assert_eq!(unknown.radius_m, Ring::of(Some(0.0), rules()).radius_m);
}

#[test]
fn one_place_has_one_mask_and_another_secret_another() {
    let ring = Ring::of(Some(2000.0), rules());
    let at = LonLat::new(-87.63, 41.88).unwrap();
    // A metre or two aside, as geocoders do.
    let again = LonLat::new(at.lon() + 1e-5, at.lat()).unwrap();
    let mask =
        |p: LonLat, secret: [u8; 32], ring: &Ring| Place::from(p).masked(&Secret::of(secret), "incidents", ring, 3);
    assert_eq!(mask(at, [7; 32], &ring), mask(again, [7; 32], &ring));
    assert_ne!(mask(at, [7; 32], &ring), mask(at, [8; 32], &ring));
}

#[test]
fn rings_of_two_sizes_around_a_place_do_not_lead_back_to_it() {
    // If both were drawn in one direction, the line through both, run back by the known radii, would end at the place.
    let (small, large) = (Ring::of(Some(2000.0), rules()), Ring::of(Some(100.0), rules()));
    let ratio = large.radius_m / small.radius_m;
    let mut near = 0;
    for place in places(41.7).take(500) {
        let [a, b] = [small, large].map(|r| place.masked(&secret(), "incidents", &r, 6));
        let back = |a: f64, b: f64| (ratio * a - b) / (ratio - 1.0);
        let guess = LonLat::new(back(a.lon(), b.lon()), back(a.lat(), b.lat())).unwrap();
        near += u32::from(guess.distance_m(place.centre()) < 25.0);
    }
    assert!(near < 25, "{near} of 500 places were found again");
}

#[test]
fn places_at_the_edge_of_the_world_have_masks_on_it() {
    for (lon, lat) in [(180.0, 0.0), (-180.0, 60.0), (10.0, 84.0), (0.0, -84.9)] {
        let place = Place::from(LonLat::new(lon, lat).unwrap());
        let masked = place.masked(&secret(), "incidents", &Ring::of(None, rules()), 3);
        assert!(masked.distance_m(place.centre()) < 1100.0, "{masked:?}");
    }
}
