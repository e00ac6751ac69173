//! What is held: sources, precision, columns that were dropped by name. Numbers, never a row.

use super::page::Page;
use crate::store::Account;

pub(super) fn held(page: &mut Page, account: &Account) {
    page.heading("What is held");
    page.say(
        "Recorded incidents with their category, time and place; areas, services and programmes. There is no name, birth \
         date, address or record of a suspect: columns that hold such things are dropped by their name before anything is kept.",
    );
    if account.sources.is_empty() {
        return page.missing("nothing was imported yet");
    }
    page.table(
        ["source", "title", "licence", "incidents", "imports", "last import"],
        account.sources.iter().map(|(id, held)| {
            let n: u64 = held.incidents.values().sum();
            let licence = if held.licence.is_empty() { "not stated" } else { &held.licence };
            let last = if held.last_import.is_empty() { "never finished" } else { &held.last_import };
            [
                format!("`{id}`"),
                held.title.clone(),
                licence.to_owned(),
                n.to_string(),
                held.imports.to_string(),
                last.to_owned(),
            ]
        }),
    );
    for (id, _) in account.sources.iter().filter(|(_, held)| held.licence.is_empty()) {
        page.missing(format!("the terms under which `{id}` may be used"));
    }
    page.say("How exactly place and time of incidents are known:");
    page.table(
        ["source", "place", "time", "incidents"],
        account.sources.iter().flat_map(|(id, held)| {
            held.incidents.iter().map(move |((place, time), n)| {
                [format!("`{id}`"), place.replace('_', " "), time.clone(), n.to_string()]
            })
        }),
    );
    page.say("Columns that were dropped by name, unread:");
    page.table(
        ["source", "columns"],
        account.sources.iter().map(|(id, held)| {
            let names: Vec<_> = held.dropped.iter().map(|name| format!("`{name}`")).collect();
            [format!("`{id}`"), if names.is_empty() { "none".into() } else { names.join(", ") }]
        }),
    );
    page.table(
        ["besides", "number"],
        [
            ("incidents with attributes of victims (sex, age in years, kind, injury)", account.victims),
            ("rows set aside because they could not be used (line, column, value, reason)", account.set_aside),
            ("areas", account.areas),
            ("services", account.resources),
            ("of these with a hidden location", account.hidden_resources),
            ("programmes", account.interventions),
        ]
        .map(|(what, n)| [what.to_owned(), n.to_string()]),
    );
}
