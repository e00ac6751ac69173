//! A data-protection impact assessment, written from the data file itself: what is held, who sees what, what was tried.

mod flows;
mod held;
mod page;
mod record;
mod rules;

use jiff::civil::Date;

use crate::error::Result;
use crate::policy::Policy;
use crate::release::{self, Release};
use crate::store::Store;
use page::Page;

/// The assessment of a file on a day, as Markdown. It holds no record, key or secret.
///
/// The policy is that of the newest release, or the default where there is none.
///
/// # Errors
/// The file cannot be read.
pub fn document(store: &mut Store, day: Date) -> Result<String> {
    let in_force = release::policy_in_force(store)?;
    let policy = in_force.as_ref().unwrap_or(Policy::standard());
    let due = store.retention(&policy.retention, day, false)?;
    let (account, releases) = (store.account()?, Release::list(store)?);
    let mut page = Page::default();
    held::held(&mut page, &account);
    flows::flows(&mut page);
    flows::legal_basis(&mut page);
    rules::tiers(&mut page, policy);
    rules::thresholds(&mut page, policy);
    rules::retention(&mut page, policy, &due);
    record::keys(&mut page, &account, &day.to_string());
    record::log(&mut page, &account);
    record::erasures(&mut page, &account);
    record::releases(&mut page, &releases);
    record::red_team(&mut page, &account, &releases);
    let (sections, missing) = page.finish();
    let name = store.path().file_name().unwrap_or_default().to_string_lossy();
    let mut text = format!(
        "# Data-protection impact assessment: {name}

Written on {day} by urbansafety {} from the data file (generation {}). It holds no record, key or secret. Numbers by source
are exact: it is a paper for the office, and is read again before it is published.

",
        env!("CARGO_PKG_VERSION"),
        account.generation
    );
    let mut first = Page::default();
    first.heading("What is missing");
    if missing.is_empty() {
        first.say("Nothing that the file itself can tell. What the city has to write is marked *To fill in*.");
    } else {
        first.say(&missing.iter().map(|m| format!("- {m}")).collect::<Vec<_>>().join("\n"));
    }
    first.heading("Who answers for it");
    first.left_to_city("controller, data-protection officer, who was consulted, day of the next review");
    first.left_to_city("why incidents are mapped, whom it helps, why less data would not do");
    text += &first.finish().0;
    text += sections.trim_end();
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests;
