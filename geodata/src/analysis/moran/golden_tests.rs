//! Columbus and North Carolina, as the reference programs give them.

use std::collections::HashMap;
use std::path::PathBuf;

use super::{geary, general_g, global, local};
use crate::analysis::empirical_bayes;
use crate::analysis::gi_star;
use crate::analysis::golden_facts::SIDS;
use crate::analysis::golden_tests::{assert_close, columbus, columns, golden, numbers};
use crate::analysis::permutation::{Null, monte_carlo};
use crate::analysis::special::normal_two_sided;
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::testing::shared;

#[test]
fn columbus_local_moran() {
    let (crime, binary) = columbus();
    let weights = binary.row_standardised();
    let moran = local::univariate(&crime, &weights);
    // Facts of three units, so that the test holds without the reference.
    let facts = [
        (0, 0.736_818_490_608_356, 0.666_144_890_762_596, 0.937_807_651_035_261, "low_low"),
        (1, 0.528_777_013_265_967, 0.310_266_063_292_296, 0.985_659_120_261_526, "low_low"),
        (2, 0.093_850_741_661_600_1, 0.017_630_071_966_303_7, 0.718_418_912_504_628, "low_low"),
    ];
    let (z, quadrants) = (moran.z(), moran.quadrants());
    for (k, i, variance, score, quadrant) in facts {
        assert_close("facts", &[moran.i[k], moran.variance[k], z[k]], &[i, variance, score], 1e-9);
        assert_eq!(local::QUADRANTS[usize::from(quadrants[k])], quadrant);
    }
    let Some(table) = golden("columbus_local.csv") else { return };
    assert_close("I", &moran.i, &numbers(&table, "Ii"), 1e-9);
    assert_close("E", &moran.expected, &numbers(&table, "EIi_cond"), 1e-9);
    assert_close("Var", &moran.variance, &numbers(&table, "VIi_cond"), 1e-9);
    assert_close("Z", &z, &numbers(&table, "ZIi_cond"), 1e-9);
    let p: Vec<f64> = z.iter().map(|&z| normal_two_sided(z)).collect();
    assert_close("p", &p, &numbers(&table, "p2_cond"), 1e-9);
    let total = local::total_moments(&crime, &weights);
    assert_close("E", &total.iter().map(|m| m.0).collect::<Vec<_>>(), &numbers(&table, "EIi_rand"), 1e-9);
    assert_close("Var", &total.iter().map(|m| m.1).collect::<Vec<_>>(), &numbers(&table, "VIi_rand"), 1e-9);
    let scores: Vec<f64> = total.iter().zip(&moran.i).map(|(m, i)| (i - m.0) / m.1.sqrt()).collect();
    assert_close("Z", &scores, &numbers(&table, "ZIi_rand"), 1e-9);
    assert_close("C", &geary::local(&crime, &weights), &numbers(&table, "localC"), 1e-9);
    assert_close("Gi", &gi_star::z_without_self(&crime, &binary), &numbers(&table, "gi_z"), 1e-9);
    let names = ["High-High", "Low-Low", "High-Low", "Low-High"];
    for (q, want) in quadrants.iter().zip(&table["quad"]) {
        assert_eq!(names[usize::from(*q)], want);
    }
}

/// The same by the published list of neighbours, which lacks three pairs of the list above.
#[test]
fn columbus_by_the_published_neighbours() {
    let files: Option<Vec<PathBuf>> = ["data/reference/columbus_col.gal", "data/reference/columbus_expected_local.csv"]
        .map(shared)
        .into_iter()
        .collect();
    let Some([list, expected]) = files.as_deref() else { return };
    let text = std::fs::read_to_string(list).unwrap();
    let numbers_of = |line: &str| line.split_whitespace().map(|t| t.parse::<u32>().unwrap()).collect::<Vec<_>>();
    let lines: Vec<Vec<u32>> = text.lines().skip(1).map(numbers_of).collect();
    let pairs = lines.chunks(2).filter(|c| c.len() == 2).flat_map(|c| c[1].iter().map(|&j| (c[0][0] - 1, j - 1)));
    let weights = Weights::from_pairs(49, pairs);
    let (crime, _) = columbus();
    let moran = local::univariate(&crime, &weights.row_standardised());
    let table = columns(expected);
    assert_close("I", &moran.i, &numbers(&table, "Ii"), 1e-9);
    assert_close("E", &moran.expected, &numbers(&table, "EIi"), 1e-9);
    assert_close("Var", &moran.variance, &numbers(&table, "VarIi"), 1e-9);
    assert_close("Z", &moran.z(), &numbers(&table, "ZIi"), 1e-9);
    assert_close("Gi*", &gi_star::z(&crime, &weights.with_self()), &numbers(&table, "gistar_B"), 1e-9);
}

#[test]
fn columbus_permutation_is_that_of_the_neighbours_sum() {
    let (crime, weights) = columbus();
    let keys: Vec<u64> = (0..49).collect();
    let draws = 9_999;
    let run = |w: &Weights| monte_carlo(&crime, w, Null::Conditional, (draws, 7), &keys, &Cancel::default()).unwrap();
    // Rows divided by their sums are dealt the same hands, and a constant factor decides nothing.
    let tails = run(&weights.row_standardised());
    assert_eq!(tails, run(&weights));
    let Some(table) = golden("columbus_gstar_condperm_ref.csv") else { return };
    for (tail, want) in tails.iter().zip(numbers(&table, "p_two_sided")) {
        let half = want / 2.0;
        let se = 2.0 * (half * (1.0 - half) / f64::from(draws)).sqrt();
        assert!((tail.two_sided() - want).abs() <= 5.0 * se + 2.0 / f64::from(draws + 1));
    }
}

#[test]
fn columbus_global_statistics() {
    let (crime, binary) = columbus();
    let moran = global::moran(&crime, &binary.row_standardised());
    let c = geary::geary(&crime, &binary.row_standardised());
    let g = general_g::general_g(&crime, &binary);
    let got = [
        ("moranI_W", moran.value),
        ("moranE", moran.expected),
        ("moranVar_rand", moran.variance),
        ("moranZ_rand", moran.z()),
        ("moranVar_norm", moran.variance_normal),
        ("moranZ_norm", (moran.value - moran.expected) / moran.variance_normal.sqrt()),
        ("gearyC_W", c.value),
        ("gearyE", c.expected),
        ("gearyVar_rand", c.variance),
        ("generalG_B", g.value),
        ("generalG_E", g.expected),
        ("generalG_Var", g.variance),
        ("generalG_z", g.z()),
    ];
    let facts = [0.500_188_557_182_861, -0.020_833_333_333_333_3, 0.008_689_289_201_332_06, 5.589_382_674_744_5];
    assert_close("facts", &got.map(|g| g.1)[..4], &facts, 1e-9);
    assert!((g.z() - 4.638_150_931_985_43).abs() < 1e-9 && (c.value - 0.540_528_202_702_068).abs() < 1e-12);
    let Some(table) = golden("columbus_global.csv") else { return };
    let want: HashMap<&str, f64> = table["stat"].iter().map(String::as_str).zip(numbers(&table, "value")).collect();
    for (name, value) in got {
        assert!((value - want[name]).abs() <= 1e-9 * want[name].abs(), "{name}: {value} is not {}", want[name]);
    }
}

#[test]
fn north_carolina_local_empirical_bayes_and_its_index() {
    let Some(edges) = golden("sids2_edges_1based.csv") else { return };
    let pairs = numbers(&edges, "i").into_iter().zip(numbers(&edges, "j"));
    let weights = Weights::from_pairs(100, pairs.map(|(i, j)| (i as u32 - 1, j as u32 - 1)));
    let (deaths, births): (Vec<f64>, Vec<f64>) = SIDS.iter().copied().unzip();
    let rates = empirical_bayes::local(&deaths, &births, &weights);
    assert!((rates[0] - 0.000_992_227_550_851_662).abs() < 1e-12);
    let scores = empirical_bayes::standardised(&deaths, &births);
    assert!((scores[0] - -0.682_304_189_004_588).abs() < 1e-9);
    let index = global::moran(&scores, &weights.row_standardised());
    assert!((index.value - 0.271_402_966_962_865).abs() < 1e-9, "{}", index.value);
    let Some(table) = golden("sids2_eb.csv") else { return };
    let thousand = |v: &[f64]| v.iter().map(|x| x * 1000.0).collect::<Vec<_>>();
    assert_close("local", &thousand(&rates), &thousand(&numbers(&table, "eb_local")), 1e-9);
    assert_close("standardised", &scores, &numbers(&table, "ebz"), 1e-9);
}

/// Counties by the file's own borders, whose neighbours differ from those of the list above.
#[test]
fn north_carolina_by_borders() {
    let files: Option<Vec<PathBuf>> =
        ["data/reference/nc_sids.gpkg.gz", "data/reference/nc_sids_expected.csv"].map(shared).into_iter().collect();
    let Some([map, expected]) = files.as_deref() else { return };
    let found = crate::ingest::features(map, &Cancel::default()).unwrap();
    let polygons: Vec<geo_types::MultiPolygon<f64>> = found
        .rows
        .iter()
        .map(|(shape, _)| match shape {
            geo_types::Geometry::Polygon(p) => geo_types::MultiPolygon::new(vec![p.clone()]),
            geo_types::Geometry::MultiPolygon(m) => m.clone(),
            _ => panic!("a county is an area"),
        })
        .collect();
    let column = |name: &str| -> Vec<f64> {
        let at = found.columns.iter().position(|c| c == name).unwrap();
        found.rows.iter().map(|(_, values)| values[at].as_f64().unwrap()).collect()
    };
    let (deaths, births) = (column("SID74"), column("BIR74"));
    let weights = crate::analysis::weights::contiguity(&polygons, crate::analysis::weights::Contiguity::Queen, 1e-7);
    let table = columns(expected);
    let thousand = |v: &[f64]| v.iter().map(|x| x * 1000.0).collect::<Vec<_>>();
    let rates = empirical_bayes::local(&deaths, &births, &weights);
    assert_close("local", &thousand(&rates), &thousand(&numbers(&table, "eb_local")), 1e-9);
    let raw: Vec<f64> = deaths.iter().zip(&births).map(|(d, b)| d / b).collect();
    let z = gi_star::z(&raw, &weights.with_self());
    assert_close("Gi*", &z, &numbers(&table, "gistar_rate_B"), 1e-9);
}
