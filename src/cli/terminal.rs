//! Standard output, progress and logs: answers go to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};

use geodata::{Error, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing_subscriber::EnvFilter;

/// Variable of the environment that says what is logged: a level, or levels by target.
const LOG: &str = "URBANSAFETY_LOG";
/// What is logged unless told.
const USUAL_LOG: &str = "info";

/// Logs go to standard error; [`LOG`] says what is logged. The variable of the libraries, `RUST_LOG`, is not read.
pub fn start_log() {
    let told = std::env::var(LOG).unwrap_or_default();
    let told = if told.trim().is_empty() { USUAL_LOG } else { told.trim() };
    let filter = EnvFilter::try_new(told).unwrap_or_else(|e| {
        eprintln!(
            "urbansafety: {LOG}={told:?} cannot be read ({e}); logging {USUAL_LOG}; use error, warn, info or debug"
        );
        EnvFilter::new(USUAL_LOG)
    });
    let writer = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (in tests) keeps the first log.
    let _already = writer.with_ansi(std::io::stderr().is_terminal()).try_init();
}

/// Prints a line; a reader that has gone away (`| head`) ends the program's output quietly.
pub fn print(text: &str) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::storage(format!("standard output cannot be written: {e}"), "check where it is redirected to"))
        }
        _ => Ok(()),
    }
}

/// A bar of bytes or rows on standard error, only where that is a terminal.
pub fn progress(unit_is_bytes: bool) -> ProgressBar {
    let bar = ProgressBar::no_length();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let template = if unit_is_bytes {
        "{msg} [{bar:40}] {bytes}/{total_bytes} {bytes_per_sec} {eta}"
    } else {
        "{msg} [{bar:40}] {human_pos}/{human_len} {per_sec} {eta}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}
