//! The ten clusters that are published for the New York fever sample.

use super::*;
use crate::testing::shared;

/// Look, zip codes nearest first, first and last day of November 2001, cases, log likelihood ratio.
type Known = (Look, &'static str, u32, u32, u32, f64);
const CLUSTERS: [Known; 10] = [
    (Look::Prospective, "11418 11415 11419 11435 11416 11421 11451 11375 11417", 22, 24, 4, 3.845_418_371_1),
    (Look::Prospective, "11372", 24, 24, 2, 3.164_201_157_0),
    (Look::Prospective, "10472", 23, 24, 2, 2.137_258_871_9),
    (Look::Retrospective, "10454 10455 10451 10035 10037 10030 10029 10456", 8, 8, 5, 8.119_520_775_4),
    (Look::Retrospective, "11379 11374 11373", 10, 11, 4, 5.113_791_223_9),
    (Look::Retrospective, "11418 11415 11419 11435 11416 11421 11451 11375 11417", 22, 23, 4, 5.113_791_223_9),
    (Look::Retrospective, "11434", 16, 16, 2, 4.725_675_176_1),
    (Look::Retrospective, "10304 10301", 15, 15, 2, 4.725_675_176_1),
    (Look::Retrospective, "10460 10457 10462", 9, 9, 3, 4.696_100_328_4),
    (Look::Retrospective, "11210 11230 11226", 5, 5, 3, 3.658_474_154_6),
];
/// Of 9,999 replicates: location and scale of the Gumbel distribution, ratios at p = 0.05 and 0.01.
const NULLS: [(Look, f64, f64, f64, f64); 2] =
    [(Look::Prospective, 2.884, 0.685, 4.792, 5.888), (Look::Retrospective, 4.898, 0.647, 6.753, 7.920)];

fn rows(file: &str) -> Option<Vec<Vec<String>>> {
    let mut reader = csv::Reader::from_path(shared("golden")?.join(file)).unwrap();
    Some(reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect())
}

#[test]
fn the_ten_published_clusters_of_new_york() {
    let (Some(places), Some(cases)) = (rows("satscan_NYCfevergeo.csv"), rows("satscan_NYCfevercas.csv")) else {
        return;
    };
    let points: Vec<(f64, f64)> = places.iter().map(|r| (r[2].parse().unwrap(), r[1].parse().unwrap())).collect();
    let mut incidents = Vec::new();
    for row in &cases {
        let location = places.iter().position(|p| p[0] == row[0]).unwrap() as u32;
        let day: u32 = row[2].rsplit('/').next().unwrap().parse().unwrap();
        incidents.extend((0..row[1].parse().unwrap()).map(|_: u32| (location, day - 1)));
    }
    let setting = Setting { points: &points, metric: Metric::Sphere, steps: 24, incidents: &incidents };
    for (look, location, scale, at_05, at_01) in NULLS {
        let settings = Settings {
            look,
            max_radius_m: 3000.0,
            max_share: 0.5,
            min_steps: 1,
            max_steps: 7,
            min_cases: 2,
            max_clusters: if look == Look::Prospective { 3 } else { 7 },
            replicates: 9_999,
            seed: 1,
        };
        let found = scan(&setting, Model::SpaceTimePermutation, &settings, &Cancel::default()).unwrap();
        let known: Vec<&Known> = CLUSTERS.iter().filter(|c| c.0 == look).collect();
        assert_eq!(found.clusters.len(), known.len());
        for (cluster, known) in found.clusters.iter().zip(known) {
            let zips: Vec<&str> = cluster.locations.iter().map(|&l| places[l as usize][0].as_str()).collect();
            assert_eq!(zips.join(" "), known.1);
            assert_eq!((cluster.steps.clone(), cluster.cases), (known.2 - 1..known.3, known.4));
            assert!((cluster.log_likelihood_ratio - known.5).abs() < 1e-6, "{cluster:?}");
        }
        // Two sets of 9,999 draws differ by chance: four standard errors of a difference.
        let null = &found.null;
        assert!((null.gumbel_location - location).abs() < 4.0 * 1.5 * scale / 100.0, "{look:?} {null:?}");
        assert!((null.gumbel_scale - scale).abs() < 4.0 * 1.5 * scale / 100.0);
        assert!(
            (null.critical(0.05).unwrap() - at_05).abs() < 0.15 && (null.critical(0.01).unwrap() - at_01).abs() < 0.3
        );
        if let Some(table) = rows("stperm_nycfever.csv") {
            let table = table.iter().filter(|r| (r[0] == "prospective") == (look == Look::Prospective));
            for (cluster, row) in found.clusters.iter().zip(table) {
                let number = |i: usize| row[i].parse::<f64>().unwrap();
                assert!((cluster.radius_m / 1000.0 - number(4)).abs() < 1e-4, "{cluster:?}");
                assert!(
                    (cluster.expected - number(8)).abs() < 1e-9
                        && (cluster.log_likelihood_ratio - number(9)).abs() < 1e-6
                );
                let se = (2.0 * number(10) * (1.0 - number(10)) / 9_999.0).sqrt();
                assert!((cluster.p - number(10)).abs() < 4.0 * se + 2e-4, "{cluster:?}");
                assert!((cluster.p_gumbel - number(11)).abs() < 0.03, "{cluster:?}");
            }
        }
    }
}
