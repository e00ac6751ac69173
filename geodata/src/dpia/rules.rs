//! What the policy says: tiers, thresholds, retention, and what is due.

use super::page::Page;
use crate::model::Tier;
use crate::policy::{CubeRules, PeriodKind, Policy, Sight, looser_than};
use crate::store::Due;

pub(super) fn tiers(page: &mut Page, policy: &Policy) {
    page.heading("Who sees what");
    page.say(&format!("Policy: {} (version {}, hash `{}`).", policy.title, policy.version, policy.hash()));
    let looser = looser_than(policy, Policy::standard());
    if !looser.is_empty() {
        let list: Vec<_> = looser.iter().map(|rule| format!("- {rule}")).collect();
        page.say(&format!(
            "It is looser than the default, which needs a signature and a reason:\n\n{}",
            list.join("\n")
        ));
    }
    page.table(
        ["layer", "T0 public", "T1 partner", "T2 analyst", "T3 custodian"],
        policy.layers.iter().map(|(id, rules)| {
            let [a, b, c, d] = Tier::ALL.map(|tier| sight(rules.sight(tier)).to_owned());
            [format!("`{id}`"), a, b, c, d]
        }),
    );
    let sensitive = &policy.sensitive;
    page.say(&format!(
        "Sensitive, and held to stricter thresholds: ICCS {}; context {}{}. No exact point below analyst tier: ICCS {}.",
        sensitive.categories.join(", "),
        sensitive.contexts.join(", "),
        if sensitive.minor_victims { "; any victim under 18" } else { "" },
        sensitive.categories_as_points.join(", "),
    ));
    if policy.helplines.is_empty() {
        page.missing("a help-line beside sensitive layers: the policy names none");
    }
}

fn sight(sight: Sight) -> &'static str {
    match sight {
        Sight::Nothing => "nothing",
        Sight::Cube => "protected counts",
        Sight::Places => "public places",
        Sight::Masked => "masked points, by agreement",
        Sight::Exact => "exact",
    }
}

pub(super) fn thresholds(page: &mut Page, policy: &Policy) {
    page.heading("Thresholds");
    let both =
        |what: &str, of: &dyn Fn(&CubeRules) -> String| [what.to_owned(), of(&policy.public), of(&policy.partner)];
    page.table(
        ["rule", "T0 public", "T1 partner"],
        [
            both("counts published: 0 and from", &|c| c.minimum_count.to_string()),
            both("the same, sensitive", &|c| c.minimum_sensitive.to_string()),
            both("rounded to", &|c| c.rounding_base.to_string()),
            both("smallest cell, quadkey level", &|c| c.finest_level.to_string()),
            both("residents to draw a cell", &|c| c.residents_to_draw.to_string()),
            both("households to draw a cell", &|c| c.households_to_draw.to_string()),
            both("residents to split by category", &|c| c.residents_by_category.to_string()),
            both("residents for sensitive records", &|c| c.residents_sensitive.to_string()),
            both("periods", &|c| periods(&c.periods)),
            both("periods, sensitive", &|c| periods(&c.periods_sensitive)),
            both("days after the end of a period", &|c| c.lag_days.to_string()),
            both("places in a cell, at least", &|c| c.least_places.to_string()),
            both("share of a cell that one place may hold", &|c| format!("{:.0} %", c.largest_place_share * 100.0)),
        ],
    );
    let mask = &policy.masked_points;
    page.say(&format!(
        "Rates divide by {} or more and are marked unreliable below {} incidents; areas are never ranked for the public. Counts \
         of health services below {} are withheld. Masked points lie in a ring of {} addresses ({} for sensitive records), \
         {} to {} m wide. Gang and organised-crime context: by {} in districts of {} residents or more, never as a hotspot \
         without a named definition.",
        policy.rates.least_denominator,
        policy.rates.unreliable_below,
        policy.health.withheld_below,
        mask.addresses,
        mask.addresses_sensitive,
        mask.least_radius_m,
        mask.largest_radius_m,
        periods(&policy.context.periods),
        policy.context.residents,
    ));
}

fn periods(kinds: &[PeriodKind]) -> String {
    let name = |kind: &PeriodKind| match kind {
        PeriodKind::Month => "month",
        PeriodKind::Quarter => "quarter",
        PeriodKind::Year => "year",
        PeriodKind::All => "whole period",
    };
    kinds.iter().map(name).collect::<Vec<_>>().join(", ")
}

pub(super) fn retention(page: &mut Page, policy: &Policy, due: &Due) {
    page.heading("How long things are kept");
    let kept = &policy.retention;
    page.table(
        ["what", "kept", "due now"],
        [
            [
                "attributes of victims".to_owned(),
                format!("{} years", kept.victim_attributes_years),
                format!("{} incidents before {}", due.victims, due.victims_before),
            ],
            [
                "access log".to_owned(),
                format!("{} years", kept.access_log_years),
                format!("{} entries before {}", due.access_log, due.access_log_before),
            ],
            [
                "gang and organised-crime context".to_owned(),
                format!("reviewed within {} months, or it counts as unknown", kept.gang_context_months),
                format!(
                    "{} incidents without a review date, {} past it",
                    due.contexts_without_date, due.contexts_past_date
                ),
            ],
        ],
    );
    if !due.is_empty() {
        page.missing("retention is due: `urbansafety retention --data FILE --apply`");
    }
    if due.contexts_past_date > 0 {
        page.missing(format!("a review of the context of {} incidents whose date is past", due.contexts_past_date));
    }
}
