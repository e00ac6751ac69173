//! A service that is killed while it writes: this test program starts itself again as the other process.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::*;
use crate::cancel::Cancel;
use crate::index::Snapshot;

/// Where the other process writes.
const DATA: &str = "URBANSAFETY_TEST_EDIT";

#[derive(Debug)]
enum Refused {
    Error(Error),
    Wrong(Wrong),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Wrong> for Refused {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

/// The other process; nothing to do when the tests run it themselves.
#[test]
fn other_process() {
    let Ok(path) = std::env::var(DATA) else { return };
    let (snapshot, cancel) = (Snapshot::empty(), Cancel::default());
    let ask = Ask { snapshot: &snapshot, release: None, tier: Tier::Analyst, cancel: &cancel };
    for n in 1.. {
        let store = Store::open(Path::new(&path)).expect("opened");
        let mut changes = Changes::default();
        for (name, value) in [("name", format!("Club {n}")), ("type", "youth_centre".to_owned())] {
            changes.properties.insert(name.to_owned(), value.into());
        }
        match create::<Refused>(&store, &ask, Layer::Resources, "k1 unit", &changes) {
            Ok((table, _)) => println!("made {}", &table.ids().expect("ids")[0]),
            Err(Refused::Error(e)) => panic!("{e}"),
            Err(Refused::Wrong(w)) => panic!("{w:?}"),
        }
    }
}

#[test]
fn a_killed_service_loses_no_record_that_it_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("city.gpkg");
    drop(Store::open(&path).expect("a new file"));
    let mut known = BTreeSet::new();
    for round in 0..4_usize {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "edit::process_tests::other_process", "--nocapture"]).env(DATA, &path);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let made = |line: std::io::Result<String>| Some(line.ok()?.split_once("made ")?.1.to_owned());
        let wanted = known.len() + 1 + round * 7;
        while known.len() < wanted {
            known.extend(made(lines.next().expect("it goes on")));
        }
        // Killed at another moment each time.
        std::thread::sleep(Duration::from_micros(round as u64 * 1_731 % 9_000));
        child.kill().expect("killed");
        child.wait().expect("gone");
        known.extend(lines.filter_map(made));
        let store = Store::open(&path).expect("opens after kill -9");
        assert_eq!(store.check(), Ok(vec![]));
        let there: BTreeSet<_> = store.resources().expect("readable").iter().map(disclosure::told_id).collect();
        assert!(known.is_subset(&there), "{known:?} {there:?}");
        // At most the one that was written and not yet acknowledged is there beside them, each round.
        assert!(there.len() <= known.len() + round + 1, "{} {}", known.len(), there.len());
    }
    assert!(known.len() > 40, "{}", known.len());
}
