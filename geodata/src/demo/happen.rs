//! What happens in the demo city: first what is put there on purpose, then the rest, as small drafts of incidents.

use super::draw::{Draw, Table};
use super::kinds::{self, Days, Hours, KINDS, PRECISIONS, kind};
use super::layout::{CENTRE, Spot, Street, streets};
use super::programme;
use super::time::{self, DAYS};
use crate::model::LocationPrecision;

/// An incident before it is written out.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// First second.
    pub from: i64,
    /// Length in seconds where it is an interval; 0: a minute.
    pub seconds: i64,
    /// Where, if anywhere.
    pub spot: Option<Spot>,
    /// Position in `KINDS`.
    pub kind: u8,
    /// How the place is given.
    pub precision: LocationPrecision,
    /// What else holds.
    pub mark: Mark,
    /// Random bits for whatever is drawn when it is written out.
    pub bits: u64,
}

/// What else holds of a draft.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    /// Nothing.
    Plain,
    /// Only the day is known: the source writes 00:00.
    Placeholder,
    /// In the source that gives months and snap points only.
    Monthly,
    /// On the stand-in point.
    StandIn,
    /// Gang context assessed: 0 yes, 1 no, 2 unknown.
    Gang(u8),
    /// By an intimate partner.
    Partner,
}

/// A place where incidents are put on purpose.
pub(super) struct Plan {
    /// Short name.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// Middle.
    pub centre: Spot,
    /// Metres.
    pub radius_m: f64,
    /// Source codes and their weights.
    pub kinds: &'static [(&'static str, u16)],
    /// When.
    pub hours: &'static Hours,
    /// On which days.
    pub days: &'static Days,
    /// Share of all incidents, in tenths of a per mille.
    pub share: u64,
}

/// The hotspot of near repeats.
pub(super) const NEAR_REPEATS: &str = "burglary_series";
/// Metres and days between a burglary and its follow-up, at most.
pub(super) const FOLLOW_UP: (f64, u32) = (250.0, 14);
/// Middle and radius of the gang-context cluster.
pub(super) const GANG: (Spot, f64) = (Spot { x: 9_600.0, y: 6_600.0 }, 300.0);

/// Every hotspot.
pub(super) const PLANS: [Plan; 6] = [
    Plan {
        id: "nightlife",
        title: "Bars and clubs around the market square, on weekend nights",
        centre: CENTRE,
        radius_m: 400.0,
        kinds: &[("A1", 50), ("A2", 18), ("R1", 12), ("T3", 20)],
        hours: &kinds::NIGHT,
        days: &kinds::WEEKEND,
        share: 450,
    },
    Plan {
        id: "shopping_street",
        title: "Shops along the high street, in opening hours",
        centre: Spot { x: 5_000.0, y: 6_500.0 },
        radius_m: 330.0,
        kinds: &[("T4", 80), ("T3", 20)],
        hours: &kinds::SHOPPING,
        days: &kinds::SHOP_DAYS,
        share: 300,
    },
    Plan {
        id: "station_parking",
        title: "Cars parked at the station",
        centre: Spot { x: 3_600.0, y: 3_700.0 },
        radius_m: 330.0,
        kinds: &[("T1", 75), ("T2", 10), ("D1", 15)],
        hours: &kinds::WORKING,
        days: &kinds::WEEKDAYS,
        share: 250,
    },
    Plan {
        id: NEAR_REPEATS,
        title: "Burglaries of dwellings that follow one another nearby",
        centre: Spot { x: 8_200.0, y: 2_400.0 },
        radius_m: 600.0,
        kinds: &[("B1", 1)],
        hours: &kinds::WORKING,
        days: &kinds::WEEKDAYS,
        share: 300,
    },
    Plan {
        id: "checks_at_the_bridge",
        title: "Police checks at the middle bridge: recorded because somebody looked",
        centre: Spot { x: 6_200.0, y: 4_000.0 },
        radius_m: 350.0,
        kinds: &[("P1", 70), ("P2", 30)],
        hours: &kinds::NIGHT,
        days: &kinds::WEEKEND,
        share: 200,
    },
    Plan {
        id: "way_from_school",
        title: "Robberies of pupils on the way home",
        centre: Spot { x: 2_600.0, y: 7_000.0 },
        radius_m: 330.0,
        kinds: &[("R1", 80), ("T3", 20)],
        hours: &kinds::AFTER_SCHOOL,
        days: &kinds::WEEKDAYS,
        share: 100,
    },
];

/// Shares of all incidents, in tenths of a per mille.
const GANG_SHARE: u64 = 40;
const PROGRAMME_SHARE: u64 = 150;
const MONTHLY_SHARE: u64 = 1_200;

/// Everything that happened, and what the truth needs to know of it.
pub(super) struct Happened {
    /// All of it, in no order.
    pub drafts: Vec<Draft>,
    /// Incidents put at each of [`PLANS`].
    pub put: [u64; PLANS.len()],
    /// Burglaries that followed another.
    pub follow_ups: u64,
}

/// Lets `incidents` happen.
pub(super) fn happen(seed: u64, incidents: u64) -> Happened {
    let all = streets();
    let free: Vec<Street> = all.iter().filter(|s| programme::is_outside(s)).copied().collect();
    let mut drafts: Vec<Draft> = Vec::with_capacity(incidents as usize);
    let (mut put, mut follow_ups) = ([0; PLANS.len()], 0);
    for (i, plan) in PLANS.iter().enumerate() {
        let n = incidents * plan.share / 10_000;
        let mut draw = Draw::new(seed, 10 + i as u64);
        let near = near(&free, plan.centre, plan.radius_m);
        if plan.id == NEAR_REPEATS {
            follow_ups = burglary_series(&mut draw, plan, &near, n, &mut drafts);
        } else {
            drafts.extend((0..n).map(|_| planned(&mut draw, plan, &near)));
        }
        put[i] = n;
    }
    gang(&mut Draw::new(seed, 30), &free, incidents * GANG_SHARE / 10_000, &mut drafts);
    programme::happen(&mut Draw::new(seed, 31), &all, incidents * PROGRAMME_SHARE / 10_000, &mut drafts);
    let mut draw = Draw::new(seed, 32);
    let streets = Weighted::new(&mut draw, free);
    for _ in 0..incidents * MONTHLY_SHARE / 10_000 {
        drafts.push(monthly(&mut draw, &streets));
    }
    let shares: Vec<u16> = KINDS.iter().map(|k| k.share).collect();
    let mut draw = Draw::new(seed, 33);
    while (drafts.len() as u64) < incidents {
        drafts.push(ordinary(&mut draw, &streets, &shares));
    }
    Happened { drafts, put, follow_ups }
}

/// The streets that lie wholly in a circle.
fn near(streets: &[Street], centre: Spot, radius_m: f64) -> Vec<Street> {
    // An address lies 8 m beside its street.
    let inside = |s: &Street| s.from.distance_m(centre).max(s.to.distance_m(centre)) < radius_m - 10.0;
    streets.iter().filter(|s| inside(s)).copied().collect()
}

/// One of a list; the market square where the list is empty.
fn one_of(draw: &mut Draw, streets: &[Street]) -> Street {
    let at = draw.below(streets.len() as u64) as usize;
    streets.get(at).copied().unwrap_or(Street { from: CENTRE, to: CENTRE })
}

/// A spot at a street, as the police's source gives it.
pub(super) fn spot(draw: &mut Draw, street: &Street) -> (Spot, LocationPrecision) {
    let (precision, _) = PRECISIONS[draw.weighted(&PRECISIONS.map(|(_, share)| share))];
    let spot = match precision {
        LocationPrecision::Exact => {
            let number = draw.below(20);
            let on = street.along((number / 2) as f64 / 10.0 + 0.05);
            let side = if number.is_multiple_of(2) { 8.0 } else { -8.0 };
            let is_along_x = street.from.y == street.to.y;
            if is_along_x { Spot { y: on.y + side, ..on } } else { Spot { x: on.x + side, ..on } }
        }
        LocationPrecision::Intersection => street.along(draw.below(2) as f64),
        _ => street.middle(),
    };
    (spot, precision)
}

fn planned(draw: &mut Draw, plan: &Plan, near: &[Street]) -> Draft {
    let weights: Vec<u16> = plan.kinds.iter().map(|(_, weight)| *weight).collect();
    let code = plan.kinds.get(draw.weighted(&weights)).map_or("", |(code, _)| *code);
    let street = one_of(draw, near);
    let (spot, precision) = spot(draw, &street);
    Draft {
        from: time::second(draw, plan.hours, plan.days),
        seconds: 0,
        spot: Some(spot),
        kind: kind(code),
        precision,
        mark: Mark::Plain,
        bits: draw.next(),
    }
}

/// Burglaries, four in ten of which are followed by another nearby within two weeks; returns the number of follow-ups.
fn burglary_series(draw: &mut Draw, plan: &Plan, near: &[Street], n: u64, drafts: &mut Vec<Draft>) -> u64 {
    let mut follow_ups = 0;
    let mut last = planned(draw, plan, near);
    for i in 0..n {
        let days = 1 + draw.below(u64::from(FOLLOW_UP.1) - 1) as i64;
        let next = planned(draw, plan, near);
        let from = last.from - last.from.rem_euclid(86_400) + days * 86_400 + next.from.rem_euclid(86_400);
        let is_follow_up = i > 0 && draw.per_mille(400) && from < time::BEGIN_S + DAYS * 86_400;
        last = if is_follow_up {
            follow_ups += 1;
            let close = |s: &Spot| last.spot.is_some_and(|before| before.distance_m(*s) <= FOLLOW_UP.0);
            // Most often in the next streets; at the same address where none is found quickly.
            let found = (0..40).map(|_| one_of(draw, near).middle()).find(close);
            let spot = if draw.per_mille(250) { last.spot } else { found.or(last.spot) };
            let precision = if spot == last.spot { last.precision } else { LocationPrecision::Block };
            Draft { from, spot, precision, ..next }
        } else {
            next
        };
        drafts.push(last);
    }
    follow_ups
}

fn gang(draw: &mut Draw, free: &[Street], n: u64, drafts: &mut Vec<Draft>) {
    let near = near(free, GANG.0, GANG.1);
    let codes = [("A2", 60), ("R1", 25), ("H2", 12), ("H1", 3)];
    for _ in 0..n {
        let code = codes[draw.weighted(&codes.map(|(_, weight)| weight))].0;
        let street = one_of(draw, &near);
        let (spot, precision) = spot(draw, &street);
        drafts.push(Draft {
            from: time::second(draw, &kinds::NIGHT, &kinds::WEEKEND),
            seconds: 0,
            spot: Some(spot),
            kind: kind(code),
            precision,
            mark: Mark::Gang(draw.weighted(&[75, 15, 10]) as u8),
            bits: draw.next(),
        });
    }
}

/// Streets to draw from: fuller ones in the middle of the city, and no two quite alike.
struct Weighted {
    streets: Vec<Street>,
    central: Table,
    homes: Table,
}

impl Weighted {
    fn new(draw: &mut Draw, streets: Vec<Street>) -> Self {
        let own: Vec<f64> = streets.iter().map(|_| 0.25 + 3.0 * draw.unit().powi(3)).collect();
        let around = |s: &Street, metres: f64| 1.0 / (1.0 + (s.middle().distance_m(CENTRE) / metres).powi(2));
        let weights = |metres: f64| Table::new(streets.iter().zip(&own).map(|(s, own)| own * around(s, metres)));
        let (central, homes) = (weights(2_500.0), weights(7_000.0));
        Self { streets, central, homes }
    }

    fn draw(&self, draw: &mut Draw, is_central: bool) -> Street {
        let table = if is_central { &self.central } else { &self.homes };
        self.streets.get(table.draw(draw)).copied().unwrap_or(Street { from: CENTRE, to: CENTRE })
    }
}

fn ordinary(draw: &mut Draw, streets: &Weighted, shares: &[u16]) -> Draft {
    let number = draw.weighted(shares);
    let kind = &KINDS[number];
    let mut from = time::second(draw, kind.hours, kind.days);
    let street = streets.draw(draw, kind.is_central);
    let (spot, precision) = spot(draw, &street);
    let mut draft = Draft {
        from,
        seconds: 0,
        spot: Some(spot),
        kind: number as u8,
        precision,
        mark: Mark::Plain,
        bits: draw.next(),
    };
    match draw.below(1000) {
        // Whatever else is unknown, some rows have no place and some the stand-in for it.
        0..15 => draft = Draft { spot: None, precision: LocationPrecision::None, ..draft },
        15..25 => {
            draft = Draft { spot: Some(STAND_IN), precision: LocationPrecision::Block, mark: Mark::StandIn, ..draft }
        }
        25..65 => draft.mark = Mark::Placeholder,
        65..165 if kind.code.starts_with('A') => draft.mark = Mark::Partner,
        65..465 if kind.code == "B1" => {
            // Found in the evening: it happened at some time of the day.
            from -= from.rem_euclid(3600);
            draft.from = from;
            draft.seconds = 3600 * (4 + draw.below(9) as i64);
        }
        _ => {}
    }
    draft
}

/// Where the police's system puts what has no address: the headquarters.
pub(super) const STAND_IN: Spot = Spot { x: 6_430.0, y: 6_150.0 };

fn monthly(draw: &mut Draw, streets: &Weighted) -> Draft {
    let code = ["V", "W", "Y"][draw.weighted(&[40, 35, 25])];
    let street = streets.draw(draw, code != "V");
    // Snap points are few: the corner nearest to a grid of 400 x 300 m.
    let snap = |v: f64, every: f64| (v / every).round() * every;
    let corner = Spot { x: snap(street.from.x, 400.0), y: snap(street.from.y, 300.0) };
    Draft {
        from: time::month_start(draw.below(time::MONTHS)),
        seconds: 0,
        spot: Some(if programme::is_far(corner) { corner } else { street.from }),
        kind: kind(code),
        precision: LocationPrecision::SnapPoint,
        mark: Mark::Monthly,
        bits: draw.next(),
    }
}
