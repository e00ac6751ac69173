//! The command line as a person uses it: exit codes, reports, the same file twice, answers in files.

use std::path::Path;
use std::process::{Command, Output};

const HEADER: &str = "ID,Case Number,Date,Block,IUCR,Primary Type,Description,Location Description,Arrest,Domestic,Beat,District,Ward,Community Area,FBI Code,X Coordinate,Y Coordinate,Updated On,Latitude,Longitude";

/// Rows in the portal's form: sixty robberies around one corner, four hundred all over the city, and one that cannot be used.
fn portal_csv() -> String {
    let mut text = format!("{HEADER}\n");
    let mut row = |id: u32, date: &str, lat: f64, lon: f64| {
        text += &format!(
            "{id},JB{id},{date},001XX N STATE ST,0320,ROBBERY,STRONGARM - NO WEAPON,STREET,false,false,0111,001,42,32,03,,,02/10/2018 03:50:01 PM,{lat:.6},{lon:.6}\n"
        );
    };
    for i in 0..60 {
        row(
            1000 + i,
            "06/15/2018 11:30:00 PM",
            41.8605 + f64::from(i % 6) * 0.0015,
            -87.6479 + f64::from(i / 6) * 0.0012,
        );
    }
    for i in 0..400 {
        row(2000 + i, "06/20/2018 01:05:00 PM", 41.80 + f64::from(i % 20) * 0.004, -87.70 + f64::from(i / 20) * 0.004);
    }
    row(3000, "the day before", 41.85, -87.65);
    text
}

pub fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_urbansafety")).current_dir(dir).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs, wants success, and gives standard output.
pub fn ok(dir: &Path, args: &[&str]) -> String {
    let out = run(dir, args);
    assert_eq!(out.status.code(), Some(0), "{args:?}: {}", text(&out.stderr));
    text(&out.stdout)
}

/// Runs, wants the exit code, and gives standard error.
pub fn fails(dir: &Path, code: i32, args: &[&str]) -> String {
    let out = run(dir, args);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {}", text(&out.stderr));
    text(&out.stderr)
}

pub fn city() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("crimes.csv"), portal_csv()).unwrap();
    dir
}

#[test]
fn every_verb_has_help_with_an_example() {
    let dir = tempfile::tempdir().unwrap();
    let verbs = [
        "demo",
        "import",
        "serve",
        "analyse",
        "keys",
        "release",
        "policy",
        "erase",
        "retention",
        "dpia",
        "redteam",
        "agreements",
        "audit",
        "publish",
        "report",
        "check",
        "sources",
        "methods",
        "vocabulary",
    ];
    for verb in verbs {
        let help = ok(dir.path(), &[verb, "--help"]);
        assert!(help.contains("Example"), "{verb}: {help}");
    }
    fails(dir.path(), 2, &["import"]);
    fails(dir.path(), 2, &["publish", "--data", "city.gpkg", "--out", "site", "--periods", "week"]);
    fails(dir.path(), 2, &["report", "--data", "city.gpkg"]);
    fails(dir.path(), 2, &["no-such-verb"]);
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let dir = city();
    let import = ["import", "--json", "--data", "city.gpkg", "crimes.csv"];
    let report = |args: &[&str]| serde_json::from_str::<serde_json::Value>(&ok(dir.path(), args)).unwrap();
    let first = report(&import);
    for (name, n) in
        [("read", 461), ("stored", 460), ("updated", 0), ("unchanged", 0), ("quarantined", 1), ("without_place", 0)]
    {
        assert_eq!(first[name], n, "{name}: {first}");
    }
    assert!(first["dropped_columns"].as_array().is_some_and(|c| c.iter().any(|c| c == "Block")), "{first}");
    let second = report(&import);
    assert_eq!((&second["stored"], &second["updated"], &second["unchanged"]), (&0.into(), &0.into(), &460.into()));
    assert!(ok(dir.path(), &["check", "--data", "city.gpkg"]).contains("no problem"));
}

#[test]
fn a_draft_of_a_source_imports_its_file_and_replaces_none() {
    let dir = city();
    let new = ["sources", "new", "crimes.csv", "-o", "draft.toml"];
    ok(dir.path(), &new);
    let import = ["import", "--json", "--data", "city.gpkg", "--source", "draft.toml", "crimes.csv"];
    let report: serde_json::Value = serde_json::from_str(&ok(dir.path(), &import)).unwrap();
    assert_eq!((&report["stored"], &report["without_place"]), (&460.into(), &0.into()), "{report}");
    assert!(fails(dir.path(), 1, &new).contains("never replaces a file"));
    assert_eq!(ok(dir.path(), &new[..3]), std::fs::read_to_string(dir.path().join("draft.toml")).unwrap());
    assert!(ok(dir.path(), &["sources", "new", "--help"]).contains("Example"));
    fails(dir.path(), 2, &["sources", "--json", "new", "crimes.csv"]);
}

#[test]
fn hotspots_find_the_corner_and_say_how() {
    let dir = city();
    ok(dir.path(), &["import", "--data", "city.gpkg", "crimes.csv"]);
    ok(
        dir.path(),
        &["analyse", "gi_star", "--data", "city.gpkg", "--grid", "square:500", "--category", "0401", "-o", "h.geojson"],
    );
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("h.geojson")).unwrap()).unwrap();
    let features = json["features"].as_array().unwrap();
    let hot: Vec<_> =
        features.iter().filter(|f| f["properties"]["class"].as_str().is_some_and(|c| c.starts_with("hot"))).collect();
    let incidents: u64 = hot.iter().filter_map(|f| f["properties"]["count"].as_u64()).sum();
    assert!(incidents >= 30 && hot.len() < features.len() / 10, "{} hot cells with {incidents} incidents", hot.len());
    assert_eq!(json["analysis"]["method"], "gi_star");
    assert_eq!(json["analysis"]["mask_n"], features.len());
    // The same question gives the same bytes.
    ok(
        dir.path(),
        &[
            "analyse",
            "gi_star",
            "--data",
            "city.gpkg",
            "--grid",
            "square:500",
            "--category",
            "0401",
            "-o",
            "again.geojson",
        ],
    );
    assert_eq!(
        std::fs::read(dir.path().join("h.geojson")).unwrap(),
        std::fs::read(dir.path().join("again.geojson")).unwrap()
    );
    ok(
        dir.path(),
        &[
            "analyse",
            "count",
            "--data",
            "city.gpkg",
            "--where",
            "category = '0401' AND weekdays = 'fri'",
            "-o",
            "c.csv",
        ],
    );
    assert!(std::fs::read_to_string(dir.path().join("c.csv")).unwrap().contains("count"));
    ok(dir.path(), &["analyse", "gi_star", "--data", "city.gpkg", "-o", "map.png"]);
    assert!(std::fs::read(dir.path().join("map.png")).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn the_log_is_set_by_its_own_variable_and_a_bad_value_is_said() {
    let dir = city();
    assert!(ok(dir.path(), &["serve", "--help"]).contains("URBANSAFETY_LOG"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_urbansafety"));
    let out = command.args(["methods"]).env("URBANSAFETY_LOG", "access=loud").output().unwrap();
    assert!(out.status.success() && text(&out.stderr).contains("access=loud"), "{}", text(&out.stderr));
}

#[test]
fn errors_say_what_to_do() {
    let dir = city();
    ok(dir.path(), &["import", "--data", "city.gpkg", "crimes.csv"]);
    let says = |args: &[&str], words: &[&str]| {
        let message = fails(dir.path(), 1, args);
        for word in words {
            assert!(message.contains(word), "{args:?}: {message}");
        }
        assert!(!message.contains("panicked"), "{message}");
    };
    says(&["analyse", "gi_star", "--data", "missing.gpkg"], &["missing.gpkg"]);
    says(&["analyse", "gi_sta", "--data", "city.gpkg"], &["gi_star"]);
    says(&["analyse", "gi_star", "--data", "city.gpkg", "--category", "99"], &["99"]);
    says(&["analyse", "gi_star", "--data", "city.gpkg", "--period", "2018-13"], &["2018-13"]);
    says(&["analyse", "gi_star", "--data", "city.gpkg", "--grid", "hex:3"], &["hex:3", "h3:RES"]);
    says(&["analyse", "gi_star", "--data", "city.gpkg", "--param", "nul=total"], &["null"]);
    says(&["analyse", "count", "--data", "city.gpkg", "-o", "x.docx"], &["docx", "geojson"]);
    says(&["publish", "--data", "city.gpkg", "--out", "site"], &["no protected release", "urbansafety release"]);
    says(&["report", "--data", "city.gpkg", "-o", "r.html"], &["no protected release"]);
    assert!(!dir.path().join("site").exists() && !dir.path().join("r.html").exists());
    says(&["import", "--data", "city.gpkg", "nowhere.csv"], &["nowhere.csv"]);
    says(&["import", "--data", "city.gpkg", "--complete", "crimes.csv", "crimes.csv"], &["--complete", "one file"]);
    std::fs::write(dir.path().join("junk.csv"), [0u8, 159, 146, 150, 10, 0, 1]).unwrap();
    says(&["import", "--data", "city.gpkg", "--source", "chicago", "junk.csv"], &["junk.csv"]);
    says(&["import", "--data", "crimes.csv", "crimes.csv"], &["crimes.csv"]);
    says(&["keys", "revoke", "--data", "city.gpkg", "12345678"], &["12345678"]);
}

#[test]
fn a_key_is_printed_once_and_only_its_hash_is_kept() {
    let dir = city();
    ok(dir.path(), &["import", "--data", "city.gpkg", "crimes.csv"]);
    let token = ok(dir.path(), &["keys", "create", "--data", "city.gpkg", "--name", "unit", "--tier", "analyst"]);
    let token = token.trim();
    assert!(token.starts_with("us_") && token.len() > 40 && !token.contains(char::is_whitespace), "{token}");
    let listed = ok(dir.path(), &["keys", "list", "--data", "city.gpkg", "--json"]);
    assert!(listed.contains("unit") && !listed.contains(&token[3..]));
    for name in ["city.gpkg", "city.gpkg-wal"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        assert!(!bytes.windows(token.len()).any(|w| w == token.as_bytes()), "{name} holds the token");
    }
    let keys: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let id = keys[0]["id"].as_str().unwrap();
    ok(dir.path(), &["keys", "revoke", "--data", "city.gpkg", id]);
    assert!(ok(dir.path(), &["keys", "list", "--data", "city.gpkg"]).contains("revoked"));
}

#[test]
fn an_officer_sets_a_policy_up_and_only_its_signed_form_is_good() {
    let dir = city();
    ok(dir.path(), &["import", "--data", "city.gpkg", "crimes.csv"]);
    let shown = ok(dir.path(), &["policy", "show", "--data", "city.gpkg"]);
    let own = |from: &str, to: &str| std::fs::write(dir.path().join("own.toml"), shown.replacen(from, to, 1)).unwrap();
    own("minimum_count = 5", "minimum_count = 8");
    assert!(ok(dir.path(), &["policy", "check", "own.toml"]).contains("needs no signature"));
    own("minimum_count = 5", "minimum_count = 1");
    assert!(fails(dir.path(), 1, &["policy", "check", "own.toml"]).contains("minimum_count is 1"));
    own("minimum_count = 5", "minimum_count = 3");
    let checked: serde_json::Value =
        serde_json::from_str(&ok(dir.path(), &["policy", "check", "own.toml", "--json"])).unwrap();
    assert_eq!((&checked["needs_signature"], &checked["signed"]), (&true.into(), &serde_json::Value::Null));

    let public = ok(dir.path(), &["policy", "keygen", "-o", "officer.key"]);
    let secret = std::fs::read(dir.path().join("officer.key")).unwrap();
    fails(dir.path(), 1, &["policy", "keygen", "-o", "officer.key"]);
    assert_eq!(std::fs::read(dir.path().join("officer.key")).unwrap(), secret, "a key is never written over");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join("officer.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    ok(dir.path(), &["policy", "trust", "--data", "city.gpkg", public.trim(), "--name", "A. Officer"]);
    fails(dir.path(), 1, &["policy", "trust", "--data", "none.gpkg", public.trim(), "--name", "A. Officer"]);
    assert!(!dir.path().join("none.gpkg").exists());
    let sign = |reason: &str| {
        run(
            dir.path(),
            &["policy", "sign", "own.toml", "--key", "officer.key", "--name", "A. Officer", "--reason", reason],
        )
    };
    assert_eq!(sign(" ").status.code(), Some(1));
    assert_eq!(sign("a study of one year").status.code(), Some(0));
    assert!(ok(dir.path(), &["policy", "check", "own.toml"]).contains("Signed by A. Officer"));
    own("minimum_count = 5", "minimum_count = 2");
    assert!(fails(dir.path(), 1, &["policy", "check", "own.toml"]).contains("changed since"));
    let dpia = ok(dir.path(), &["dpia", "--data", "city.gpkg"]);
    assert!(dpia.contains("A. Officer") && !dpia.contains(text(&secret).trim()));
}

#[test]
fn an_officer_erases_a_record_and_it_stays_out() {
    let dir = city();
    ok(dir.path(), &["import", "--data", "city.gpkg", "crimes.csv"]);
    let holds = |key: &str| {
        ["city.gpkg", "city.gpkg-wal"].iter().any(|name| {
            let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
            bytes.windows(key.len()).any(|w| w == key.as_bytes())
        })
    };
    std::fs::write(dir.path().join("keys.txt"), "2007\n\n 2008 \n").unwrap();
    let erase =
        ["erase", "--data", "city.gpkg", "--source", "chicago", "--reason", "request 17", "--keys-file", "keys.txt"];
    let looked = ok(dir.path(), &[&erase[..], &["--dry-run"]].concat());
    assert!(looked.contains("nothing was changed") && holds("2007"));
    let erased: serde_json::Value = serde_json::from_str(&ok(dir.path(), &[&erase[..], &["--json"]].concat())).unwrap();
    assert_eq!((&erased["records"], &erased["applied"]), (&2.into(), &true.into()), "{erased}");
    assert!(!holds("2007") && !holds("2008"));
    let again: serde_json::Value =
        serde_json::from_str(&ok(dir.path(), &["import", "--json", "--data", "city.gpkg", "crimes.csv"])).unwrap();
    assert_eq!((&again["unchanged"], &again["left_out"]["erased before"]), (&458.into(), &2.into()), "{again}");
    let unknown = fails(
        dir.path(),
        1,
        &["erase", "--data", "city.gpkg", "--source", "chicago", "--key", "999999", "--reason", "x"],
    );
    assert!(unknown.contains("nothing was erased"), "{unknown}");
    fails(dir.path(), 2, &["erase", "--data", "city.gpkg", "--source", "chicago", "--reason", "x"]);
    fails(dir.path(), 2, &["erase", "--data", "city.gpkg", "--key", "1", "--reason", "x"]);
    let due: serde_json::Value =
        serde_json::from_str(&ok(dir.path(), &["retention", "--data", "city.gpkg", "--json"])).unwrap();
    assert_eq!((&due["victims"], &due["applied"]), (&0.into(), &false.into()), "{due}");
    ok(dir.path(), &["retention", "--data", "city.gpkg", "--apply"]);
    assert!(ok(dir.path(), &["check", "--data", "city.gpkg"]).contains("no problem"));
}

#[test]
fn a_release_becomes_a_folder_that_replaces_only_itself() {
    let dir = city();
    ok(dir.path(), &["import", "--data", "city.gpkg", "crimes.csv"]);
    ok(dir.path(), &["release", "--data", "city.gpkg"]);
    let publish = ["publish", "--data", "city.gpkg", "--out", "site", "--json"];
    let first: serde_json::Value = serde_json::from_str(&ok(dir.path(), &publish)).unwrap();
    assert!(first["files"].as_array().is_some_and(|f| f.iter().any(|f| f["name"] == "cells.parquet")), "{first}");
    assert_eq!(first, serde_json::from_str::<serde_json::Value>(&ok(dir.path(), &publish)).unwrap());
    std::fs::write(dir.path().join("site/notes.txt"), "mine").unwrap();
    assert!(fails(dir.path(), 1, &publish).contains("notes.txt"));
    assert!(dir.path().join("site/notes.txt").exists() && dir.path().join("site/cells.csv").exists());
    ok(dir.path(), &["report", "--data", "city.gpkg", "--category", "0401", "-o", "r.html"]);
    assert!(std::fs::read_to_string(dir.path().join("r.html")).unwrap().starts_with("<!DOCTYPE html>"));
    ok(dir.path(), &["analyse", "count", "--data", "city.gpkg", "-o", "c.parquet"]);
    assert!(std::fs::read(dir.path().join("c.parquet")).unwrap().starts_with(b"PAR1"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_analysis_ends_with_one_sentence_and_no_file() {
    let dir = city();
    let dir = dir.path();
    ok(dir, &["import", "--data", "city.gpkg", "crimes.csv"]);
    let endless = ["inference=monte_carlo", "draws=999999", "seed=3"].map(|p| ["--param", p]).concat();
    let args =
        [&["analyse", "gi_star", "--data", "city.gpkg", "--grid", "square:100", "-o", "never.csv"], &endless[..]]
            .concat();
    let child = Command::new(env!("CARGO_BIN_EXE_urbansafety"))
        .current_dir(dir)
        .args(args)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Long enough for the program to listen, far shorter than the work.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let out = child.wait_with_output().unwrap();
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("gi_star was stopped before it was done; nothing was written"), "{said}");
    assert!(!dir.join("never.csv").exists());
}

#[test]
fn a_method_is_explained_with_bounds_defaults_and_an_example() {
    let dir = tempfile::tempdir().unwrap();
    let said = ok(dir.path(), &["methods", "gi_star"]);
    for part in [
        "When not:",
        "Reads:",
        "Who:",
        "Limits:",
        "draws = 9999",
        "a whole number from 99 to 999999",
        "urbansafety analyse gi_star",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let all: serde_json::Value = serde_json::from_str(&ok(dir.path(), &["methods", "gi_star", "--json"])).unwrap();
    assert_eq!((&all[0]["id"], &all[0]["least_tier"]), (&"gi_star".into(), &"public".into()));
    assert!(all[0]["question"].as_array().is_some_and(|q| q.iter().any(|i| i["name"] == "category")));
}
