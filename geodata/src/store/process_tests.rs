//! Several processes on one file, and processes that are killed: this test program starts itself again as the other one.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::fault_tests::closed_file;
use super::tests::new_store;
use super::*;
use crate::report::ImportReport;

/// What the other process does: the task and a path.
const TASK: &str = "URBANSAFETY_TEST_TASK";
const ROWS: u64 = 60_000;
const BATCH: u64 = 1_000;

/// The other process; nothing to do when the tests run it themselves.
#[test]
fn other_process() {
    let Ok(task) = std::env::var(TASK) else { return };
    let (verb, path) = task.split_once(' ').expect("a verb and a path");
    let path = Path::new(path);
    match verb {
        "import" => import(&mut Store::open(path).expect("opened"), "synthetic", true),
        "open" => println!("answer {}", Store::open(path).map_or_else(|e| e.to_string(), |_| "opened".to_owned())),
        "read" => {
            let answer = Store::open_read(path).and_then(|s| synthetic::scan(&s));
            println!("answer {}", answer.map_or_else(|e| e.to_string(), |n| n.to_string()));
        }
        "log" => {
            let log = audit::Log::new(path, |e| panic!("{e}"));
            for n in 1.. {
                let asked = format!("GET /collections/incidents/items?offset={n}");
                log.write(audit::Entry::now("k1 unit", crate::model::Tier::Analyst, asked)).expect("written");
                println!("entry {n}");
            }
        }
        _ => unreachable!("{verb}"),
    }
}

/// Imports the made-up rows in small batches, and says when one is acknowledged.
fn import(store: &mut Store, source: &str, is_loud: bool) {
    let profiles = synthetic::profiles();
    let mut import = store.begin_import(source, 1, "file.csv", 1).expect("begun");
    for first in (0..ROWS).step_by(BATCH as usize) {
        let rows: Vec<_> = (first..first + BATCH).map(|n| synthetic::incident(n, ROWS, 1, &profiles)).collect();
        import.incidents(&rows).expect("written");
        if is_loud {
            println!("batch");
        }
    }
    import.finish(&ImportReport::default()).expect("finished");
}

fn start(task: &str, path: &Path, user: Option<u32>) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--exact", "store::process_tests::other_process", "--nocapture"]);
    command.env(TASK, format!("{task} {}", path.display())).stdout(Stdio::piped()).stderr(Stdio::null());
    user.map(|id| command.uid(id).gid(id));
    command.spawn()
}

fn rows(store: &Store) -> u64 {
    synthetic::scan(store).expect("readable")
}

#[test]
fn a_killed_import_leaves_whole_batches_and_is_completed_by_the_next_one() {
    let (_whole_folder, mut whole) = new_store();
    import(&mut whole, "synthetic", false);
    let (_folder, path) = closed_file(0);
    let mut complete = 0;
    for round in 0..8_u64 {
        let mut child = start("import", &path, None).expect("started");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // Killed at another moment each time: so many batches after the last one known, and some microseconds.
        let wanted = 1 + round * 5;
        let mut acknowledged = 0;
        let mut count = |lines: &mut dyn Iterator<Item = std::io::Result<String>>| {
            acknowledged += lines.filter(|l| l.as_ref().is_ok_and(|l| l.ends_with("batch"))).count() as u64;
            acknowledged
        };
        let mut lines = lines;
        while count(&mut lines.by_ref().take(1)) < wanted {}
        std::thread::sleep(Duration::from_micros(round * 1_731 % 9_000));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let acknowledged = count(&mut lines);
        let store = Store::open(&path).expect("opens after kill -9");
        let problems = store.check().expect("readable");
        assert!(problems.iter().all(|p| p.contains("broken off")), "{problems:?}");
        let n = rows(&store);
        assert!(
            n.is_multiple_of(BATCH) && n >= acknowledged * BATCH && n >= complete,
            "{n} rows, {acknowledged} batches acknowledged"
        );
        complete = n;
    }
    let mut store = Store::open(&path).expect("opened");
    import(&mut store, "synthetic", false);
    assert_eq!((store.content_hash(), store.check()), (whole.content_hash(), Ok(vec![])));
}

#[test]
fn a_killed_service_loses_no_entry_of_the_access_log_that_it_acknowledged() {
    let (_folder, path) = closed_file(0);
    let mut acknowledged = 0;
    for round in 0..4_u64 {
        let mut child = start("log", &path, None).expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // Long enough that some rounds are killed after entries were carried over into the table.
        let until = std::time::Instant::now() + Duration::from_millis(10 + round * 450);
        let mut last = 0;
        let mut take = |line: std::io::Result<String>| {
            last = line.ok().and_then(|l| l.rsplit_once("entry ")?.1.parse().ok()).unwrap_or(last);
        };
        while std::time::Instant::now() < until {
            lines.by_ref().take(1).for_each(&mut take);
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        lines.for_each(&mut take);
        assert!(last > 0, "no entry was written");
        acknowledged += last;
        assert_eq!(audit::fold_leftovers(&path), Ok(vec![]));
        let store = Store::open_read(&path).expect("opened");
        let found = audit::verify(&store).expect("readable");
        // The one that was written and not yet acknowledged may be there.
        assert!(found.broken.is_none() && found.waiting == 0, "{found:?}");
        assert!((acknowledged..=acknowledged + round + 1).contains(&found.entries), "{acknowledged} {found:?}");
        acknowledged = found.entries;
    }
}

#[test]
fn readers_and_a_second_writer_see_whole_batches_only() {
    let (_folder, path) = closed_file(0);
    let mut child = start("import", &path, None).expect("started");
    std::thread::scope(|s| {
        let second = s.spawn(|| import(&mut Store::open(&path).expect("opened"), "second", false));
        let store = Store::open_read(&path).expect("opened");
        let mut last = (0, 0);
        while !second.is_finished() {
            let readers = store.readers(2).expect("readers");
            let now = (readers[0].generation().expect("readable"), rows(&readers[0]));
            assert_eq!(rows(&readers[1]), now.1, "two readers of one state differ");
            assert!(now.1.is_multiple_of(BATCH) && now >= last, "{now:?} after {last:?}");
            last = now;
        }
        second.join().expect("imported");
    });
    assert!(child.wait().expect("gone").success());
    let store = Store::open(&path).expect("opened");
    assert_eq!((rows(&store), store.check(), store.is_importing()), (2 * ROWS, Ok(vec![]), Ok(false)));
}

#[test]
fn what_may_not_be_written_can_be_read_and_says_why_it_cannot_be_written() {
    let (folder, path) = closed_file(3_000);
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions set");
    };
    // Permissions do not bind root: then the other process is nobody.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0);
    let ask = |task| {
        let child = start(task, &path, is_root.then_some(65_534)).ok()?.wait_with_output().ok()?;
        let text = String::from_utf8_lossy(&child.stdout).into_owned();
        text.split_once("answer ").map(|(_, answer)| answer.lines().next().unwrap_or_default().to_owned())
    };
    for (file, dir) in [(0o444, 0o555), (0o444, 0o777), (0o644, 0o555)] {
        mode(&path, file);
        mode(folder.path(), dir);
        let (Some(opened), Some(read)) = (ask("open"), ask("read")) else {
            mode(folder.path(), 0o755);
            println!("skipped: this test program cannot be started as another user");
            return;
        };
        mode(folder.path(), 0o755);
        assert!(
            opened.contains("may not be written") || opened.contains("cannot be opened"),
            "{file:o} {dir:o}: {opened}"
        );
        assert!(opened.contains("permission") || opened.contains("may write"), "{file:o} {dir:o}: {opened}");
        assert_eq!(read, "3000", "{file:o} {dir:o}");
    }
}

#[test]
fn a_full_disk_leaves_the_file_intact() {
    let folder = tempfile::tempdir().expect("a folder");
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(folder.path()).output();
    if !mount.is_ok_and(|m| m.status.success()) {
        println!("skipped: this user may not mount a small file system");
        return;
    }
    let path = folder.path().join("city.gpkg");
    let (mut done, mut error) = (0, None);
    for seed in 0..20 {
        let filled = Store::open(&path).and_then(|mut store| synthetic::fill(&mut store, (seed + 1) * 5_000, 1));
        match filled {
            Ok((stored, ..)) => done += stored,
            Err(e) => {
                error = Some(e);
                break;
            }
        }
    }
    let read = Store::open_read(&path).and_then(|s| Ok((synthetic::scan(&s)?, s.check()?)));
    std::fs::remove_file(&path).ok();
    Command::new("umount").arg(folder.path()).status().expect("unmounted");
    let error = error.expect("3 MB do not hold a million rows");
    assert!(error.what.contains("disk"), "{error}");
    let (rows, problems) = read.expect("readable on the full disk");
    assert!(rows >= done && problems.iter().all(|p| p.contains("broken off")), "{rows} {done} {problems:?}");
}

#[test]
fn a_full_disk_refuses_an_entry_of_the_access_log_and_takes_the_next_one_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(folder.path()).output();
    if !mount.is_ok_and(|m| m.status.success()) {
        println!("skipped: this user may not mount a small file system");
        return;
    }
    let log = audit::Log::new(&folder.path().join("city.gpkg"), |_| ());
    let entry = || audit::Entry::now("k1", crate::model::Tier::Partner, "GET /".repeat(200));
    let first = log.write(entry());
    let ballast = folder.path().join("ballast");
    let written = std::fs::write(&ballast, vec![0; 40 << 10]);
    let (mut written_entries, mut refused) = (1, None);
    while refused.is_none() && written_entries < 100 {
        match log.write(entry()) {
            Ok(()) => written_entries += 1,
            Err(e) => refused = Some(e),
        }
    }
    std::fs::remove_file(&ballast).ok();
    let last = log.write(entry());
    let files = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|f| f.path());
    let journal = files.into_iter().find(|p| p.to_string_lossy().contains("-audit-"));
    let lines = journal.and_then(|p| std::fs::read_to_string(p).ok()).map(|t| t.lines().count());
    drop(log);
    Command::new("umount").arg(folder.path()).status().expect("unmounted");
    assert!(first.is_ok() && written.is_ok() && last.is_ok(), "{first:?} {written:?} {last:?}");
    assert!(refused.is_some_and(|e| e.what.contains("access log")));
    assert_eq!(lines, Some(written_entries + 1));
}
