//! Releases as a whole: what is told, what stands from one release to the next, and what a file keeps.

use std::path::{Path, PathBuf};

use super::build::{LEVELS, Material, Sorter, build, sets};
use super::carry::{Before, Carried};
use super::cube::Kind;
use super::make::{Ground, SECRET};
use super::rows::{NOWHERE, Row, Rows};
use super::tree::Rules;
use super::*;
use crate::cancel::Cancel;
use crate::index::Snapshot;
use crate::policy::{DEFAULT_TEXT, public_key, sign};
use crate::store::{Secret, signers};

const TODAY: &str = "2026-11-26";

fn demo(incidents: u64) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("city.gpkg");
    let mut store = Store::open(&path).expect("a new file");
    crate::demo::generate(1, incidents, &mut store, &|_, _| ()).expect("the demo city");
    (folder, path)
}

fn try_release(path: &Path, policy: &Policy, options: Options) -> Result<Release> {
    let mut store = Store::open(path).expect("a file");
    let snapshot = Snapshot::build(&store).expect("an index");
    let options = Options { today: options.today.or(TODAY.parse().ok()), ..options };
    make(&mut store, &snapshot, policy, &options, &|_| (), &Cancel::default())
}

fn release(path: &Path) -> Release {
    try_release(path, Policy::standard(), Options::default()).expect("a release")
}

/// What a release of the file is built from.
fn material(path: &Path, each: &mut dyn FnMut(&Material<'_>)) {
    let mut store = Store::open(path).expect("a file");
    let snapshot = Snapshot::build(&store).expect("an index");
    let secret = store.secret(SECRET).expect("a secret");
    let mut rows = Rows::read(&store, &secret, &|_, _| false, &Cancel::default()).expect("rows");
    let policy = Policy::standard();
    let today = TODAY.parse().expect("a day");
    let ground = Ground::lay(&mut rows, &snapshot, policy, None, today, &Cancel::default()).expect("ground");
    each(&Material {
        rows: &rows,
        policy,
        secret: &secret,
        table: None,
        residents: ground.residents.as_ref(),
        cover: ground.cover,
        root: ground.root,
        months: ground.months,
        today: TODAY,
    });
}

#[test]
fn every_told_cell_keeps_every_rule_and_every_record_is_in_one() {
    let (_folder, path) = demo(20_000);
    material(&path, &mut |m| {
        for rules in [&m.policy.public, &m.policy.partner] {
            let cube = build(m, rules, None, &Cancel::default()).expect("a cube");
            let sorter = Sorter::new(m, rules, &cube.dims);
            let table = Perturbation::spread(rules.rounding_base);
            let (mut records, mut kept, mut cells) = (0, 0, 0);
            for kind in kinds(m, rules) {
                for (slice, rows) in sorter.slices(kind) {
                    let Some(rules) = sorter.rules(slice, &table) else {
                        assert!(!cube.slices.contains_key(&slice), "a slice that may not be told is told");
                        continue;
                    };
                    if cube.withheld.contains(&kind) {
                        assert!(!cube.slices.contains_key(&slice), "{kind:?} is left out and told");
                        continue;
                    }
                    let placed = &rows[..rows.partition_point(|&r| m.rows.position(r) != NOWHERE)];
                    let leaves = cube.leaves_of(slice);
                    let mut counted = 0;
                    for pair in leaves.windows(2) {
                        assert!(pair[0].node.end() <= pair[1].node.start(), "told cells overlap");
                    }
                    for leaf in leaves {
                        let inside = rules.inside(placed, leaf.node);
                        counted += inside.len();
                        cells += 1;
                        told(&rules, leaf, inside);
                        kept += if leaf.value == SUPPRESSED { 0 } else { inside.len() };
                    }
                    assert_eq!(counted, placed.len(), "some record is in no cell, or in two");
                    records += placed.len();
                }
            }
            assert!(cells > 10_000 && kept as f64 > 0.97 * records as f64, "{kept} of {records} in {cells} cells");
        }
    });
}

fn kinds(m: &Material<'_>, rules: &crate::policy::CubeRules) -> Vec<Kind> {
    let sets = sets(m, rules);
    let of = |attributes: u8| {
        LEVELS.flat_map(move |category_level| {
            rules.periods.iter().map(move |&period| Kind { period, category_level, attributes })
        })
    };
    sets.into_iter().flat_map(of).collect()
}

/// A told cell is large enough, mixed, has its residents, and a number near the true one; a withheld one is not.
fn told(rules: &Rules<'_>, leaf: &Leaf, inside: &[u32]) {
    let n = inside.len() as u32;
    assert!(n > 0 && leaf.node.level() <= rules.finest);
    if leaf.value == SUPPRESSED {
        assert!(!rules.is_safe(inside, leaf.node, 0), "a cell of {n} that may be told is withheld");
        return;
    }
    assert!(n >= rules.minimum, "{n} told below {}", rules.minimum);
    assert!(leaf.value.is_multiple_of(rules.base) && leaf.value >= rules.minimum);
    assert!(leaf.value.abs_diff(n) <= rules.table.largest(), "{} told of {n}", leaf.value);
    let mut places: Vec<u64> = inside.iter().map(|&r| rules.rows.position(r)).collect();
    let largest = places.chunk_by(|a, b| a == b).map(<[u64]>::len).max().unwrap_or(0);
    places.dedup();
    assert!(places.len() as u32 >= rules.least_places && largest as f64 <= rules.largest_share * f64::from(n));
    if let Some(residents) = rules.residents {
        assert!(residents.within(leaf.node)[0] >= rules.needed[0]);
    }
}

#[test]
fn the_same_file_gives_the_same_release_and_the_next_one_stands() {
    let (_folder, path) = demo(5_000);
    let (first, second) = (release(&path), release(&path));
    assert_eq!((first.document.number, second.document.number, second.document.follows), (1, 2, Some(1)));
    assert_eq!(first.document.input, second.document.input);
    assert_eq!(first.document.checksum, second.document.checksum, "nothing changed, so every byte stands");
    let store = Store::open_read(&path).expect("readable");
    let read = Release::read(&store, 1).expect("readable").expect("there");
    assert_eq!(read.document, first.document);
    assert_eq!(
        blob::pack(&[&read.public, &read.partner]).expect("packed"),
        blob::pack(&[&first.public, &first.partner]).expect("packed")
    );
    assert_eq!(Release::list(&store).expect("readable").len(), 2);
}

#[test]
fn a_number_stands_until_its_bound_and_never_lies_far_off() {
    // One slice, records added one by one at two places of one cell.
    let secret = Secret::of([9; 32]);
    let table = Perturbation::spread(5);
    let node = Node::holding(15, 0x1234_5678_9abc);
    let row = |k: u64| Row {
        position: node.start() + k % 2,
        profile: 0,
        months: (0, 0),
        hour: None,
        victims: 0,
        full_key: [(k * 89 % 256) as u8; 8],
        health: false,
    };
    let rows =
        Rows { rows: (0..400).map(row).collect(), extra: 0, victims: vec![], profiles: vec![], last_moment: None };
    let mut order: Vec<u32> = (0..400).collect();
    let (mut before, mut changes) = (vec![], 0);
    for n in 1..400usize {
        let rules = Rules {
            minimum: 5,
            minimum_health: 8,
            base: 5,
            finest: 15,
            least_places: 2,
            largest_share: 0.95,
            needed: [0.0; 2],
            residents: None,
            table: &table,
            rows: &rows,
        };
        let mut now: Vec<u32> = order[..n].to_vec();
        now.sort_by_key(|&r| rows.position(r));
        let carried = Carried { rules, secret: &secret, name: b"all" };
        let last = match before.as_slice() {
            [] => Before::Zero,
            leaves => Before::Told(leaves),
        };
        let mut after: Vec<Leaf> = vec![];
        carried.grow(&now, node, last, &mut after);
        let told = after.first().map_or(0, |l| l.value);
        match told {
            SUPPRESSED => assert!(n <= 10, "{n} is still withheld"),
            0 => assert!(n <= 5, "{n} is still told as none"),
            told => assert!((told as usize).abs_diff(n) <= 7 + 1 + 5, "{told} told of {n}"),
        }
        changes += u32::from(after != before);
        before = after;
    }
    order.reverse();
    assert!(changes > 5 && changes < 60, "{changes} of 399 additions changed the number");
}

#[test]
fn what_is_not_over_is_not_told() {
    let (_folder, path) = demo(5_000);
    let whole = release(&path).document.period.expect("months");
    let (_other, early) = demo(5_000);
    let options = Options { today: "2023-07-05".parse().ok(), ..Options::default() };
    let made = try_release(&early, Policy::standard(), options).expect("a release");
    let period = made.document.period.expect("months");
    // June ended five days before, and the lag is seven.
    assert_eq!((period.1.as_str(), made.document.not_yet_complete_from.as_deref()), ("2023-05", Some("2023-06")));
    assert_eq!(period.0, whole.0);
    let names: Vec<String> = made.public.dims.periods.iter().map(|p| p.name()).collect();
    assert!(names.contains(&"2023-Q1".into()) && !names.contains(&"2023-Q2".into()) && !names.contains(&"2023".into()));
}

#[test]
fn a_looser_policy_needs_a_signature_that_the_file_trusts_and_every_release_says_so() {
    let (_folder, path) = demo(2_000);
    let looser =
        Policy::read(&DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 3", 1)).expect("well-formed");
    let stricter =
        Policy::read(&DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 9", 1)).expect("well-formed");
    assert!(
        try_release(&path, &stricter, Options::default())
            .expect("no signature needed")
            .document
            .policy
            .looser
            .is_empty()
    );
    let refused = try_release(&path, &looser, Options::default()).err().expect("refused");
    assert!(refused.what.contains("minimum_count is 3 instead of 5"), "{refused}");
    let signed = sign(&looser, &[5; 32], "A. Officer", "a study", TODAY).expect("signed");
    let options = || Options { signed: Some(signed.clone()), ..Options::default() };
    assert!(try_release(&path, &looser, options()).is_err(), "nobody trusts the key");
    signers::add(&mut Store::open(&path).expect("open"), &public_key(&[5; 32]), "A. Officer").expect("let in");
    let made = try_release(&path, &looser, options()).expect("signed for");
    assert_eq!(made.document.policy.signed.as_ref().map(|s| s.reason.as_str()), Some("a study"));
    assert_eq!(made.document.policy.looser, ["public.minimum_count is 3 instead of 5"]);
    assert_eq!(made.document.follows, None, "another policy is another family of numbers");
}

#[test]
fn a_release_can_be_neither_changed_nor_removed_and_a_changed_byte_is_named() {
    let (_folder, path) = demo(2_000);
    let made = release(&path);
    let conn = rusqlite::Connection::open(&path).expect("SQLite");
    for sql in ["UPDATE releases SET made = '2000-01-01'", "DELETE FROM releases"] {
        let refused = conn.execute(sql, []).expect_err("refused").to_string();
        assert!(refused.contains("a release cannot be"), "{refused}");
    }
    conn.execute_batch("DROP TRIGGER releases_fixed; UPDATE releases SET cube = zeroblob(length(cube))")
        .expect("forced");
    let error = Release::newest(&Store::open_read(&path).expect("readable")).err().expect("named");
    assert!(error.what.contains(&format!("release {}", made.document.number)), "{error}");
}

#[test]
fn sensitive_records_are_told_by_quarter_for_many_residents_and_context_by_year() {
    let (_folder, path) = demo(20_000);
    let made = release(&path);
    let (cube, policy) = (&made.public, made.policy());
    let mut seen = (0, 0);
    for (slice, told) in &cube.slices {
        let period = cube.dims.periods[usize::from(slice.period)].kind;
        let cross = &cube.dims.crosses[usize::from(slice.cross)];
        let leaves = &cube.leaves[told.leaves.clone()];
        let least = leaves.iter().filter(|l| l.value != SUPPRESSED).map(|l| l.value).min().unwrap_or(u32::MAX);
        let is_sensitive = matches!(&cube.dims.categories[usize::from(slice.category)], dims::Category::Code(c)
            if policy.is_sensitive(crate::model::Code::parse(c).expect("a code")));
        if is_sensitive || cross.age == Some(0) {
            seen.0 += 1;
            assert!(policy.public.periods_sensitive.contains(&period) && least >= 10, "{slice:?}: {period:?} {least}");
        }
        if cross.context.as_ref().is_some_and(|c| c.0 == crate::model::ContextKind::Gang) {
            seen.1 += 1;
            assert!(policy.context.periods.contains(&period) && least >= 10, "{slice:?}: {period:?} {least}");
        }
    }
    assert!(seen.0 > 0 && seen.1 > 0, "{seen:?}");
}
