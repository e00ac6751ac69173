//! Long work on the command line: a bar that shows how far it has come, and Ctrl-C that stops it in good order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use geodata::{Cancel, Error, Kind, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::terminal;

/// Work that is done sooner shows no bar.
const QUIET: Duration = Duration::from_secs(1);
/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);
/// Exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Runs work that takes long, with a bar on a terminal. Ctrl-C stops it; once more, or after the work, it ends the program.
///
/// # Errors
/// What the work answers; that it was stopped.
pub fn run<T>(name: &str, work: impl FnOnce(&Cancel) -> Result<T>) -> Result<T> {
    let cancel = Cancel::default();
    let working = Arc::new(AtomicBool::new(true));
    stop_on_interrupt(cancel.clone(), Arc::clone(&working));
    let (ended, end) = mpsc::channel::<()>();
    let bar = {
        let (name, cancel) = (name.to_owned(), cancel.clone());
        thread::spawn(move || watch(&name, &cancel, &end))
    };
    let done = work(&cancel);
    working.store(false, Ordering::Relaxed);
    drop(ended);
    let _ = bar.join();
    done.map_err(|e| match e.kind {
        Kind::Cancelled => {
            Error::new(e.kind, format!("{name} was stopped before it was done; nothing was written"), "")
        }
        _ => e,
    })
}

/// Draws the bar until the work has ended.
fn watch(name: &str, cancel: &Cancel, end: &mpsc::Receiver<()>) {
    let began = Instant::now();
    let mut bar: Option<ProgressBar> = None;
    let mut total = 0;
    while end.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        if began.elapsed() < QUIET {
            continue;
        }
        let bar = bar.get_or_insert_with(|| {
            terminal::progress(false).with_elapsed(began.elapsed()).with_message(name.to_owned())
        });
        match cancel.progress() {
            Some((done, all)) => {
                if all != total {
                    // A new part of the work, whose steps take another time.
                    total = all;
                    bar.set_style(style("{msg} [{bar:40}] {percent} %  {elapsed} gone, about {eta} left"));
                    bar.set_length(all);
                    bar.reset_eta();
                }
                bar.set_position(done);
            }
            None if total == 0 => bar.set_style(style("{msg} {spinner} {elapsed} gone")),
            None => {}
        }
        bar.tick();
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

/// Without a thread for it, Ctrl-C ends the program at once, as it does elsewhere.
fn stop_on_interrupt(cancel: Cancel, working: Arc<AtomicBool>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if !working.load(Ordering::Relaxed) || cancel.check().is_err() {
                    std::process::exit(INTERRUPTED);
                }
                cancel.stop();
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_gives_its_answer_and_a_stopped_one_says_so() {
        assert_eq!(run("count", |cancel| cancel.check().map(|()| 7)), Ok(7));
        let stopped = run("count", |cancel| {
            cancel.stop();
            cancel.check()
        });
        let error = stopped.expect_err("stopped");
        assert!(error.to_string().contains("count was stopped before it was done; nothing was written"), "{error}");
    }
}
