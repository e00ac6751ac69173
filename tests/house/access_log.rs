//! Agreements, keys and the access log on the command line, as the owner of the data uses them.

use super::cli::{city, fails, ok};

#[test]
fn what_the_owner_does_is_logged_and_one_byte_changed_is_found() {
    let dir = city();
    let dir = dir.path();
    ok(dir, &["import", "--data", "city.gpkg", "crimes.csv"]);
    let terms = ["--parties", "Health department, University", "--layers", "cells,incidents"];
    let rest = ["--precision", "masked_points", "--purpose", "street lighting", "--expires", "2999-12-31"];
    let create = [&["agreements", "create", "--data", "city.gpkg"][..], &terms, &rest].concat();
    let agreement = ok(dir, &create).trim().to_owned();
    let key = ["keys", "create", "--data", "city.gpkg", "--name", "Health department", "--tier", "partner"];
    let token = ok(dir, &[&key[..], &["--agreement", &agreement]].concat());
    assert!(token.starts_with("us_"));
    assert!(fails(dir, 1, &[&key[..], &["--agreement", "none"]].concat()).contains("no agreement \"none\""));
    let unknown = create.iter().map(|a| if *a == "cells,incidents" { "cells,people" } else { a }).collect::<Vec<_>>();
    assert!(fails(dir, 1, &unknown).contains("no layer \"people\""));
    let list = |verb: &str| ok(dir, &[verb, "list", "--data", "city.gpkg", "--json"]);
    let agreements: serde_json::Value = serde_json::from_str(&list("agreements")).unwrap();
    assert_eq!(agreements[0]["parties"], serde_json::json!(["Health department", "University"]));
    assert_eq!(
        (&agreements[0]["precision"], &agreements[0]["expires"]),
        (&"masked_points".into(), &"2999-12-31".into())
    );
    let keys: serde_json::Value = serde_json::from_str(&list("keys")).unwrap();
    // The key that was to be bound to nothing was not made.
    assert_eq!((keys[0]["agreement"].as_str(), keys.as_array().unwrap().len()), (Some(agreement.as_str()), 1));
    let analyse =
        ["analyse", "count", "--data", "city.gpkg", "--period", "2018-06", "--grid", "square:1000", "-o", "n.csv"];
    ok(dir, &analyse);
    ok(dir, &["agreements", "revoke", "--data", "city.gpkg", &agreement]);
    assert!(ok(dir, &["agreements", "list", "--data", "city.gpkg"]).contains("revoked"));
    let verified = ok(dir, &["audit", "verify", "--data", "city.gpkg"]);
    assert!(verified.contains("whole: 4 entries"), "{verified}");

    let csv = ok(dir, &["audit", "export", "--data", "city.gpkg"]);
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows[0].starts_with("seq,at,who,tier,purpose,asked,basis,status,rows"), "{}", rows[0]);
    assert!(rows[1].contains("command line,custodian,street lighting,") && rows[1].contains(&agreement), "{}", rows[1]);
    assert!(
        rows[3].contains("analyse count") && rows[3].contains("2018-06") && rows[3].contains("snapshot "),
        "{}",
        rows[3]
    );
    assert!(!csv.contains(token.trim()));
    ok(dir, &["audit", "export", "--data", "city.gpkg", "--format", "ndjson", "-o", "log.ndjson"]);
    let lines = std::fs::read_to_string(dir.join("log.ndjson")).unwrap();
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["seq"], last["hash"].as_str().unwrap().len()), (&4.into(), 64));
    let none = ok(dir, &["audit", "export", "--data", "city.gpkg", "--since", "2999-01-01"]);
    assert_eq!(none.lines().count(), 1);
    assert!(fails(dir, 1, &["audit", "export", "--data", "city.gpkg", "--since", "yesterday"]).contains("yesterday"));

    // Whatever is still in the write-ahead log goes into the file with the last connection.
    let path = dir.join("city.gpkg");
    let mut bytes = std::fs::read(&path).unwrap();
    let text = b"analyse count --period";
    let at = bytes.windows(text.len()).rposition(|w| w == text).expect("the entry is in the file");
    bytes[at + 2] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let broken = fails(dir, 1, &["audit", "verify", "--data", "city.gpkg"]);
    assert!(broken.contains("entry 3: its content or its hash was changed"), "{broken}");
    let found: serde_json::Value =
        serde_json::from_slice(&super::cli::run(dir, &["audit", "verify", "--data", "city.gpkg", "--json"]).stdout)
            .unwrap();
    assert_eq!((&found["broken"]["entry"], &found["broken"]["fault"]), (&3.into(), &"content".into()));
}
