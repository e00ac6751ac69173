//! What the pages say of a release: its rules in sentences, where help is found, where the data are from.

use geodata::release::Document;

use super::page::{Html, grouped};
use super::public::Public;

/// Which release under which policy, and what that means.
pub(super) fn rules(page: &mut Html, public: &Public) {
    let (document, rules) = (public.release().document(), &public.release().policy().public);
    page.paragraph(&format!(
        "Release {} of {}, made under the policy \"{}\" (version {}, hash {}).",
        document.number, document.made, document.policy.title, document.policy.version, document.policy.hash
    ));
    page.paragraph(
        "The numbers are counts of recorded incidents, protected so that no single record can be found in them, however many of them are compared:",
    );
    page.list([
        format!(
            "The number of every cell was changed a little by a secret and rounded to a multiple of {}. Numbers below {} are withheld; so are those below {} where the records are sensitive.",
            rules.rounding_base, rules.minimum_count, rules.minimum_sensitive
        ),
        format!(
            "Places are squares of a fixed grid, about {} m wide at the equator at the smallest and larger where few were recorded. Compare them by the number per square kilometre.",
            (40_075_016.7 / 2f64.powi(i32::from(rules.finest_level))).round()
        ),
        format!(
            "Totals are protected by themselves, so that parts may not add up to them. A month is told {} days after its end at the earliest.",
            rules.lag_days
        ),
        "Recorded incidents are what was reported and written down: more recording or more people give higher numbers too. They say nothing about anyone who lives in a place."
            .to_owned(),
    ]);
    if let Some(signed) = &document.policy.signed {
        page.paragraph(&format!(
            "This policy is looser than the default. {} signed for it on {}: {}",
            signed.signed_by, signed.date, signed.reason
        ));
    }
    page.list(&document.policy.looser);
}

/// What the release holds back, in sentences.
pub(super) fn withheld(document: &Document) -> Vec<String> {
    let mut said = vec![format!(
        "Over all its tables the release tells {} numbers and withholds {}, because they are small or could tell of a few records.",
        grouped(document.public.cells as u64),
        grouped(document.public.suppressed_cells as u64)
    )];
    if !document.public.left_out.is_empty() {
        said.push(format!(
            "Tables that would have hidden too much are left out: {}.",
            document.public.left_out.join("; ")
        ));
    }
    if let Some(month) = &document.not_yet_complete_from {
        said.push(format!("From {month} on the records are not yet complete."));
    }
    let few = |n: Option<u64>| n.map_or_else(|| "few (the number is withheld)".to_owned(), grouped);
    said.push(format!(
        "In the whole period, records without a usable place: {}; outside the study area: {}; with a category that has no ICCS code: {}.",
        few(document.without_place),
        few(document.outside),
        few(document.unmapped_category)
    ));
    said
}

/// Where help is found.
pub(super) fn help(page: &mut Html, document: &Document) {
    if document.helplines.is_empty() {
        return;
    }
    page.heading("Where help is found");
    for line in &document.helplines {
        let words = if line.words.is_empty() { String::new() } else { format!(": {}", line.words) };
        let phone = line.phone.as_ref().map_or_else(String::new, |p| format!(", telephone {p}"));
        page.line_with_address(&format!("{}{words}{phone}.", line.name), &line.url);
    }
}

/// Sources and their licences.
pub(super) fn sources(page: &mut Html, public: &Public) {
    page.heading("Sources and licences");
    let document = public.release().document();
    let mut named: Vec<String> = vec![];
    for s in &public.overview().sources {
        let kind = if s.kind.is_empty() { String::new() } else { format!(" ({})", s.kind) };
        let licence = if s.licence.is_empty() { "no licence is named" } else { &s.licence };
        let line = format!("{}{kind}: {licence}", s.title);
        if !named.contains(&line) {
            named.push(line);
        }
    }
    page.list(named);
    page.paragraph(&format!(
        "Made with urbansafety {} from the release whose checksum is {}.",
        document.program, document.checksum
    ));
}
