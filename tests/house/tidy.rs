//! The house rules that a compiler does not hold: layering, file lengths, first lines.

use std::fs;
use std::path::{Path, PathBuf};

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Files below some folders with one of the extensions.
pub fn files(dirs: &[&str], extensions: &[&str]) -> Vec<PathBuf> {
    fn walk(dir: &Path, extensions: &[&str], out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["node_modules", "dist", "target", "out"].contains(&name.as_str()) {
                    walk(&path, extensions, out);
                }
            } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
                out.push(path);
            }
        }
    }
    let mut out = vec![];
    for dir in dirs {
        walk(&Path::new(ROOT).join(dir), extensions, &mut out);
    }
    assert!(!out.is_empty(), "no file in {dirs:?}");
    out.sort();
    out
}

/// A file's text.
pub fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Lines of a file without its inline test module.
fn lines_without_tests(source: &str) -> usize {
    source.lines().take_while(|l| l.trim() != "#[cfg(test)]").count()
}

#[test]
fn files_say_what_they_are_for_and_stay_short() {
    let mut lengths = vec![];
    for path in files(&["src", "geodata/src", "tiles/src"], &["rs"]) {
        let source = text(&path);
        assert!(source.starts_with("//! "), "{}: the first line is not `//! what the room is for`", path.display());
        assert!(source.lines().count() <= 500, "{}: longer than 500 lines", path.display());
        lengths.push(lines_without_tests(&source));
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median < 160, "median file length is {median} lines");
    for path in files(&["static/src", "tests/browser"], &["ts", "mjs"]) {
        let source = text(&path);
        assert!(
            source.starts_with("//") || source.starts_with("/**"),
            "{}: no first line that says what it is for",
            path.display()
        );
        assert!(source.lines().count() <= 500, "{}: longer than 500 lines", path.display());
    }
}

#[test]
fn data_flows_one_way() {
    let rules: &[(&str, &[&str])] = &[
        ("geodata/src", &["tiles::", "axum::", "tokio::", "urbansafety::"]),
        ("tiles/src", &["geodata::", "axum::", "tokio::", "urbansafety::"]),
        (
            "geodata/src/model",
            &["crate::ingest", "crate::store", "crate::index", "crate::cube", "crate::analysis", "crate::disclosure"],
        ),
        ("geodata/src/ingest", &["crate::index", "crate::cube", "crate::analysis", "crate::disclosure"]),
        ("geodata/src/cql", &["crate::store", "crate::index", "crate::cube", "crate::analysis", "crate::disclosure"]),
        ("geodata/src/store", &["crate::index", "crate::cube", "crate::analysis"]),
        ("geodata/src/index", &["crate::cube", "crate::analysis", "crate::disclosure"]),
        ("geodata/src/cube", &["crate::analysis", "crate::disclosure"]),
    ];
    for (dir, forbidden) in rules {
        for path in files(&[dir], &["rs"]) {
            let source = text(&path);
            let code: String =
                source.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            for name in *forbidden {
                // The benchmark's made-up city also measures grids; the list only shrinks.
                if path.ends_with("index/synthetic.rs") && *name == "crate::cube" {
                    continue;
                }
                assert!(!code.contains(name), "{} names {name}", path.display());
            }
        }
    }
}

#[test]
fn rows_stay_behind_the_border() {
    // Raw types must not be printable or serialisable by derivation.
    let raw = [
        ("geodata/src/model/incident.rs", "pub struct Incident "),
        ("geodata/src/table.rs", "pub struct Table "),
        ("geodata/src/table.rs", "pub enum Values "),
    ];
    for (file, declaration) in raw {
        let source = text(&Path::new(ROOT).join(file));
        let at = source.find(declaration).unwrap_or_else(|| panic!("{file}: {declaration:?} is gone"));
        let before = &source[..at];
        let attributes: Vec<_> =
            before.lines().rev().take_while(|l| l.starts_with("///") || l.starts_with("#[") || l.is_empty()).collect();
        for line in attributes.iter().filter(|l| l.starts_with("#[derive")) {
            assert!(!line.contains("Debug") && !line.contains("Serialize"), "{file}: {declaration}{line}");
        }
    }
}

#[test]
fn the_readme_names_every_layer_and_method() {
    let readme = text(&Path::new(ROOT).join("README.md"));
    let layers = urbansafety::layers::LAYERS.iter().map(|l| l.id.as_str());
    let methods = geodata::analysis::METHODS.iter().map(|m| m.id);
    for id in layers.chain(methods) {
        assert!(readme.contains(&format!("| `{id}` |")), "README.md has no row for {id}");
    }
}
