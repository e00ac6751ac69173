//! The demo city's areas: 24 neighbourhoods in 6 districts, whose common borders have the same vertices, with residents.

use super::draw::Draw;
use super::layout::{CENTRE, HEIGHT_M, Spot, WIDTH_M, ring, river_y};
use crate::model::{Area, Denominator, Sex};

/// Neighbourhoods along the river and across it.
const COLUMNS: usize = 6;
const ROWS: usize = 4;
const COLUMN_M: f64 = WIDTH_M / COLUMNS as f64;
/// Distance of the vertices along a border.
const STEP_M: f64 = 500.0;
/// Age groups, their share of the residents in per mille.
const AGES: [((u8, u8), u64); 6] =
    [((0, 9), 90), ((10, 17), 80), ((18, 24), 90), ((25, 39), 220), ((40, 64), 330), ((65, 120), 190)];
/// Year of the population figures.
const YEAR: i16 = 2023;

const NEIGHBOURHOODS: [&str; COLUMNS * ROWS] = [
    "Lower Meadows",
    "Saltings",
    "South Quay",
    "Brickfields",
    "Orchard Hill",
    "Far Marsh", //
    "Millrace",
    "Ropewalk",
    "Station",
    "Bridge End",
    "Tanneries",
    "Weir", //
    "Ferry Road",
    "Old Harbour",
    "Market",
    "Minster",
    "Parkside",
    "Ironworks", //
    "Quarry",
    "North Heath",
    "Hospital Hill",
    "University",
    "Long Acre",
    "Windmill",
];
const DISTRICTS: [&str; 6] = ["South-West", "South", "South-East", "North-West", "Centre", "North-East"];

/// Name of the city.
pub(super) const CITY: &str = "Almery";

/// Border `k` across the river at `x` metres: the city's edge, a street, the river, a street, the city's edge.
fn border_y(k: usize, x: f64) -> f64 {
    match k {
        0 => 0.0,
        1 => 2_350.0,
        2 => river_y(x),
        3 => 7_350.0,
        _ => HEIGHT_M,
    }
}

/// Number of the neighbourhood in which a spot lies.
pub(super) fn neighbourhood_at(s: Spot) -> usize {
    let column = ((s.x / COLUMN_M).max(0.0) as usize).min(COLUMNS - 1);
    let row = (1..ROWS).take_while(|&k| s.y >= border_y(k, s.x)).count();
    row * COLUMNS + column
}

/// Id of a neighbourhood.
pub(super) fn neighbourhood_id(number: usize) -> String {
    format!("N{:02}", number + 1)
}

/// Middle of a neighbourhood.
pub(super) fn middle(number: usize) -> Spot {
    let (column, row) = (number % COLUMNS, number / COLUMNS);
    let x = (column as f64 + 0.5) * COLUMN_M;
    Spot { x, y: (border_y(row, x) + border_y(row + 1, x)) / 2.0 }
}

/// A block of neighbourhoods, columns and rows from and to (exclusive), with every vertex of those inside on its border.
fn outline(columns: (usize, usize), rows: (usize, usize)) -> Vec<Spot> {
    let steps = (COLUMN_M / STEP_M) as usize;
    let (first, last) = (columns.0 * steps, columns.1 * steps);
    let at = |k: usize, step: usize| {
        let x = step as f64 * STEP_M;
        Spot { x, y: border_y(k, x) }
    };
    let south = (first..last).map(|s| at(rows.0, s));
    let east = (rows.0..rows.1).map(|k| at(k, last));
    let north = (first + 1..=last).rev().map(|s| at(rows.1, s));
    let west = (rows.0 + 1..=rows.1).rev().map(|k| at(k, first));
    south.chain(east).chain(north).chain(west).collect()
}

/// Residents of every neighbourhood by sex (female, male) and age group.
pub(super) fn residents(seed: u64) -> Vec<[[u64; AGES.len()]; 2]> {
    let mut draw = Draw::new(seed, 1);
    let of = |number: usize, draw: &mut Draw| {
        let far = middle(number).distance_m(CENTRE) / 3_500.0;
        let all = 3_500.0 + 8_500.0 / (1.0 + far * far) * (0.7 + 0.6 * draw.unit());
        // Families live in the south-east, where the youth centre is missing.
        let is_young = number % COLUMNS >= 4 && number / COLUMNS == 0;
        let mut by_sex = [[0; AGES.len()]; 2];
        for (sex, by_age) in by_sex.iter_mut().enumerate() {
            for (((from, _), share), n) in AGES.into_iter().zip(by_age.iter_mut()) {
                let young = if is_young && from < 25 { 1.6 } else { 1.0 };
                let old_women = if sex == 0 && from >= 65 { 1.25 } else { 1.0 };
                *n = (all / 2.0 * share as f64 / 1000.0 * young * old_women * (0.92 + 0.16 * draw.unit())) as u64;
            }
        }
        by_sex
    };
    (0..NEIGHBOURHOODS.len()).map(|number| of(number, &mut draw)).collect()
}

/// Residents of 10 to 24 years.
pub(super) fn young(residents: &[[u64; AGES.len()]; 2]) -> u64 {
    residents.iter().map(|ages| ages[1] + ages[2]).sum()
}

fn denominators(of: &[[[u64; AGES.len()]; 2]]) -> Vec<Denominator> {
    let row = |kind: &str, sex, age, value: u64| Denominator {
        kind: kind.to_owned(),
        sex,
        age,
        year: Some(YEAR),
        value: value as f64,
        source: "demo register of residents".to_owned(),
    };
    let sum = |sex: usize, age: usize| of.iter().map(|n| n[sex][age]).sum::<u64>();
    let mut rows = Vec::new();
    let mut all = 0;
    for (s, sex) in [Sex::Female, Sex::Male].into_iter().enumerate() {
        let of_sex: u64 = (0..AGES.len()).map(|a| sum(s, a)).sum();
        all += of_sex;
        rows.push(row("residents", Some(sex), None, of_sex));
        rows.extend(AGES.iter().enumerate().map(|(a, (ages, _))| row("residents", Some(sex), Some(*ages), sum(s, a))));
    }
    rows.insert(0, row("residents", None, None, all));
    rows.push(row("households", None, None, all * 10 / 22));
    rows
}

/// The city, its districts and neighbourhoods.
pub(super) fn areas(seed: u64) -> Vec<Area> {
    let residents = residents(seed);
    let area = |collection: &str, level, (id, name): (String, &str), parent: Option<String>, outline, of: &[_]| Area {
        collection: collection.to_owned(),
        id,
        name: name.to_owned(),
        level,
        parent,
        valid_from: Some("2021-01-01".to_owned()),
        shape: ring(outline),
        denominators: denominators(of),
    };
    let whole = outline((0, COLUMNS), (0, ROWS));
    let mut areas = vec![area("city", 0, ("C1".to_owned(), CITY), None, whole, &residents)];
    let district_of = |number: usize| number / COLUMNS / 2 * 3 + number % COLUMNS / 2;
    for (d, name) in DISTRICTS.into_iter().enumerate() {
        let (column, row) = (d % 3 * 2, d / 3 * 2);
        let of: Vec<_> = (0..residents.len()).filter(|&n| district_of(n) == d).map(|n| residents[n]).collect();
        let shape = outline((column, column + 2), (row, row + 2));
        areas.push(area("districts", 1, (format!("D{}", d + 1), name), Some("C1".to_owned()), shape, &of));
    }
    for (n, name) in NEIGHBOURHOODS.into_iter().enumerate() {
        let (column, row) = (n % COLUMNS, n / COLUMNS);
        let parent = Some(format!("D{}", district_of(n) + 1));
        let shape = outline((column, column + 1), (row, row + 1));
        areas.push(area("neighbourhoods", 2, (neighbourhood_id(n), name), parent, shape, &residents[n..=n]));
    }
    areas
}
