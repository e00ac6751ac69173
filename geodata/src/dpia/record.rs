//! What was done: keys and agreements, the access log, erasures, releases, attacks that were tried.

use std::collections::BTreeMap;

use super::page::Page;
use crate::release::{CubeMark, Document};
use crate::store::{Account, Span};

pub(super) fn keys(page: &mut Page, account: &Account, day: &str) {
    page.heading("Keys and agreements");
    let is_past = |last: &String| last.as_str() < day;
    let live: Vec<_> =
        account.keys.iter().filter(|key| key.revoked.is_none() && !key.expires.as_ref().is_some_and(is_past)).collect();
    let mut tiers: BTreeMap<_, (u64, u64, Option<&String>)> = BTreeMap::new();
    for key in &live {
        let (n, endless, last) = tiers.entry(key.tier).or_default();
        *n += 1;
        *endless += u64::from(key.expires.is_none());
        *last = (*last).max(key.expires.as_ref());
    }
    page.say(&format!(
        "Keys that hold: {}; revoked or past their last day: {}.",
        live.len(),
        account.keys.len() - live.len()
    ));
    if !live.is_empty() {
        page.table(
            ["tier", "keys", "of these without a last day", "latest last day"],
            tiers.iter().map(|(tier, (n, endless, last))| {
                [tier.name().to_owned(), n.to_string(), endless.to_string(), last.map_or("-".into(), |l| (*l).clone())]
            }),
        );
    }
    let endless = live.iter().filter(|key| key.expires.is_none()).count();
    if endless > 0 {
        page.missing(format!("a last day for the keys that have none ({endless}): `urbansafety keys list` shows them"));
    }
    if account.agreements.is_empty() {
        page.say(&format!("Agreements with partners: none; revoked: {}.", account.revoked_agreements));
    } else {
        page.table(
            ["agreement", "last day", "state"],
            account.agreements.iter().map(|(id, expires)| {
                let state = if is_past(expires) { "expired" } else { "holds" };
                [id.clone(), expires.clone(), state.to_owned()]
            }),
        );
        page.say(&format!("Revoked: {}.", account.revoked_agreements));
    }
    let signers: Vec<_> = account.signers.iter().map(|s| format!("{} (since {})", s.name, s.added)).collect();
    let words = if signers.is_empty() {
        "nobody; a policy looser than the default cannot be used".into()
    } else {
        signers.join(", ")
    };
    page.say(&format!("Whose signature lets a policy be looser than the default: {words}."));
}

pub(super) fn log(page: &mut Page, account: &Account) {
    page.heading("The access log");
    page.say(
        "Every exact answer is logged with who asked, when, for which purpose and what; entries are chained by hashes.",
    );
    page.say(&span(&account.log, "Entries"));
    if let Some(cut) = &account.log_cut {
        page.say(&format!("Retention last took old entries on {cut}; the chain goes on from an anchor."));
    }
    if account.log.number == 0 {
        page.missing("entries of the access log: nothing was asked with a key yet, or the log is not kept");
    }
}

pub(super) fn erasures(page: &mut Page, account: &Account) {
    page.heading("Erasures");
    page.say(&span(&account.erasures, "Records erased"));
    page.say(
        "An erased record is in no part of the file, and later imports leave it out. Releases that were made before cannot \
         be changed: they keep the protected counts that it was part of.",
    );
}

fn span(span: &Span, what: &str) -> String {
    match (&span.first, &span.last) {
        (Some(first), Some(last)) => format!("{what}: {}, the first on {first}, the last on {last}.", span.number),
        _ => format!("{what}: none."),
    }
}

pub(super) fn releases(page: &mut Page, releases: &[Document]) {
    page.heading("Releases");
    if releases.is_empty() {
        return page.missing(
            "a release: the public sees an explanation and no numbers until `urbansafety release` has made one",
        );
    }
    let held = |cube: &CubeMark| format!("{} / {}", cube.cells, cube.suppressed_cells);
    page.table(
        ["release", "made", "months", "policy", "T0 numbers told / withheld", "T1 told / withheld", "checksum"],
        releases.iter().map(|d| {
            [
                d.number.to_string(),
                d.made.clone(),
                d.period.as_ref().map_or("none".to_owned(), |(first, last)| format!("{first} to {last}")),
                format!("`{}`", d.policy.hash),
                held(&d.public),
                held(&d.partner),
                format!("`{}`", d.checksum),
            ]
        }),
    );
    for (d, signed) in releases.iter().filter_map(|d| d.policy.signed.as_ref().map(|signed| (d, signed))) {
        page.say(&format!(
            "Release {} was made under a policy looser than the default, signed by {} on {}: {}.",
            d.number, signed.signed_by, signed.date, signed.reason
        ));
    }
    if releases.last().is_some_and(|d| d.residents.is_none()) {
        page.missing("residents: without them cells of the newest release have no least number of residents");
    }
    if releases.last().is_some_and(|d| d.study_area.is_none()) {
        page.missing("areas: without them zero cannot be told from not covered");
    }
}

pub(super) fn red_team(page: &mut Page, account: &Account, releases: &[Document]) {
    page.heading("Attacks that were tried");
    let Some(run) = &account.red_team else {
        return page.missing("a run of the attacks: `urbansafety redteam --data FILE`");
    };
    page.say(&format!(
        "On {} against release {}; records recovered: {} (expected: 0).",
        run.at, run.release, run.recovered
    ));
    if run.recovered > 0 {
        page.missing(format!(
            "an explanation of what the last attacks recovered ({}); withdraw the release's files first",
            run.recovered
        ));
    }
    if releases.last().is_some_and(|newest| i64::from(newest.number) != run.release) {
        page.missing("a run of the attacks against the newest release: `urbansafety redteam --data FILE`");
    }
}
