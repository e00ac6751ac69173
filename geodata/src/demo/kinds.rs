//! What happens in the demo city: kinds with their codes, shares, hours and days.

use crate::model::{Discovery, LocationPrecision};

/// Weights of the hours of a day.
pub(super) type Hours = [u16; 24];
/// Weights of the days of a week, Monday first.
pub(super) type Days = [u16; 7];

/// Late evening and night.
pub(super) const NIGHT: Hours = [30, 28, 24, 9, 3, 1, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 3, 4, 5, 7, 12, 24, 30];
/// While people are at work.
pub(super) const WORKING: Hours = [1, 1, 1, 0, 0, 0, 1, 3, 8, 15, 18, 18, 16, 16, 17, 14, 9, 5, 3, 2, 2, 2, 1, 1];
/// While shops are open.
pub(super) const SHOPPING: Hours = [0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 12, 13, 12, 13, 14, 15, 14, 10, 3, 1, 0, 0, 0];
/// On the way home from school.
pub(super) const AFTER_SCHOOL: Hours = [0, 0, 0, 0, 0, 0, 0, 2, 1, 1, 1, 1, 2, 3, 9, 25, 25, 14, 5, 3, 2, 2, 1, 0];
/// Around the clock, fewer towards morning.
pub(super) const ALL_DAY: Hours = [8, 6, 5, 4, 2, 2, 2, 4, 6, 7, 8, 9, 10, 10, 10, 11, 12, 13, 13, 12, 12, 11, 10, 9];
/// When cars stand in the street.
pub(super) const PARKED: Hours = [12, 12, 11, 10, 7, 4, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 6, 8, 9, 10, 11, 12, 12];

/// No day is different.
pub(super) const ANY_DAY: Days = [1; 7];
/// Friday to Sunday.
pub(super) const WEEKEND: Days = [4, 4, 5, 8, 24, 32, 16];
/// Monday to Friday.
pub(super) const WEEKDAYS: Days = [10, 10, 10, 10, 10, 3, 2];
/// Shops are closed on Sundays.
pub(super) const SHOP_DAYS: Days = [9, 9, 9, 10, 14, 18, 1];

/// A kind of incident as the demo city's police record it.
pub(super) struct Kind {
    /// The source's code.
    pub code: &'static str,
    /// The source's words.
    pub text: &'static str,
    /// ICCS codes it may mean.
    pub iccs: &'static [&'static str],
    /// Share of the incidents that are not put anywhere on purpose, in tenths of a per mille.
    pub share: u16,
    /// Hours.
    pub hours: &'static Hours,
    /// Days.
    pub days: &'static Days,
    /// How it becomes known.
    pub discovery: Discovery,
    /// Whether there is a victim whose sex and age are recorded.
    pub has_person: bool,
    /// Whether it happens more where many people pass; else where they live.
    pub is_central: bool,
}

impl Kind {
    /// Violence whose gang context could be assessed.
    pub(super) fn is_violent(&self) -> bool {
        matches!(self.code, "A1" | "A2" | "R1" | "H1" | "H2")
    }
}

/// Position in [`KINDS`] of a source code; the last kind where there is none.
pub(super) fn kind(code: &str) -> u8 {
    KINDS.iter().position(|k| k.code == code).unwrap_or(KINDS.len() - 1) as u8
}

const fn of(code: &'static str, text: &'static str, iccs: &'static [&'static str], share: u16) -> Kind {
    Kind {
        code,
        text,
        iccs,
        share,
        hours: &ALL_DAY,
        days: &ANY_DAY,
        discovery: Discovery::Victim,
        has_person: false,
        is_central: false,
    }
}

/// Every kind. The last three are those of the monthly open-data source, which merges kinds.
pub(super) const KINDS: [Kind; 19] = [
    Kind { hours: &PARKED, ..of("T1", "Theft from vehicle", &["050222"], 1500) },
    Kind { hours: &PARKED, ..of("T2", "Theft of motor vehicle", &["050211"], 500) },
    Kind { has_person: true, is_central: true, ..of("T3", "Theft from person", &["050221"], 900) },
    Kind { hours: &SHOPPING, days: &SHOP_DAYS, is_central: true, ..of("T4", "Shoplifting", &["050231"], 900) },
    Kind { hours: &WORKING, days: &WEEKDAYS, ..of("B1", "Burglary of a dwelling", &["050121"], 900) },
    Kind { hours: &NIGHT, is_central: true, ..of("B2", "Burglary of business premises", &["05011"], 300) },
    Kind { days: &WEEKEND, has_person: true, is_central: true, ..of("A1", "Assault, minor", &["020112"], 1600) },
    Kind {
        hours: &NIGHT,
        days: &WEEKEND,
        has_person: true,
        is_central: true,
        ..of("A2", "Assault, serious", &["020111"], 500)
    },
    Kind {
        hours: &NIGHT,
        has_person: true,
        is_central: true,
        ..of("R1", "Robbery in a public place", &["040111"], 450)
    },
    Kind { hours: &PARKED, ..of("D1", "Damage to property", &["05042"], 1300) },
    Kind { discovery: Discovery::PoliceInitiated, is_central: true, ..of("P1", "Drug possession", &["060111"], 600) },
    Kind {
        discovery: Discovery::PoliceInitiated,
        hours: &NIGHT,
        is_central: true,
        ..of("P2", "Public order", &["0801"], 300)
    },
    Kind { hours: &NIGHT, has_person: true, ..of("S1", "Sexual assault", &["030121"], 120) },
    Kind { days: &WEEKEND, hours: &NIGHT, has_person: true, ..of("H2", "Attempted homicide", &["0102"], 12) },
    Kind { hours: &NIGHT, has_person: true, ..of("H1", "Homicide", &["0101"], 5) },
    of("O1", "Local ordinance", &[], 113),
    of("V", "Vehicle crime", &["050211", "050222"], 0),
    of("W", "Violence and sexual offences", &["0201", "0301"], 0),
    of("Y", "Anti-social behaviour", &[], 0),
];

/// How the police's own source gives a place, with its share in per mille.
pub(super) const PRECISIONS: [(LocationPrecision, u16); 3] =
    [(LocationPrecision::Block, 550), (LocationPrecision::Exact, 250), (LocationPrecision::Intersection, 200)];
