//! A policy in sentences, for whoever answers for it.

use std::fmt::Write;

use super::read::Policy;
use super::rules::{CubeRules, PeriodKind, Sight};
use super::tighter::looser_than;
use crate::model::{Code, Tier};

/// What a policy means, as lines of plain text: what each tier sees, what is sensitive, how long things are kept, and
/// how it differs from the default.
#[must_use]
pub fn explain(policy: &Policy) -> String {
    let mut out = String::new();
    let mut say = |line: String| {
        let _ = writeln!(out, "{line}");
    };
    say(format!("{} (version {}, hash {})", policy.title, policy.version, policy.hash()));
    say(String::new());
    cube(&mut say, "Anyone, without a key (T0 public)", &policy.public);
    cube(&mut say, "A partner organisation under an agreement (T1 partner)", &policy.partner);
    say("Named analysts (T2) and the data's custodian (T3) see exact numbers; they state a purpose, and every access is logged.".into());
    say(String::new());
    let title = |code: &String| Code::parse(code).map_or_else(|_| code.clone(), |c| format!("{code} {}", c.title()));
    let list = |codes: &[String]| codes.iter().map(title).collect::<Vec<_>>().join("; ");
    say(format!("Sensitive are: {}.", list(&policy.sensitive.categories)));
    say(format!(
        "Sensitive are also records with a context of {}{}.",
        policy.sensitive.contexts.join(", "),
        if policy.sensitive.minor_victims { ", or with a victim under 18" } else { "" }
    ));
    say(format!(
        "No exact point below analyst tier, whatever an agreement says: {}.",
        list(&policy.sensitive.categories_as_points)
    ));
    say(format!(
        "Gang and organised-crime context is told by {}, each definition by itself, in districts of {} residents or more.",
        periods(&policy.context.periods),
        policy.context.residents
    ));
    say(format!(
        "The hour of day is told by {}, in cells of {} residents or more.",
        periods(&policy.hours.periods),
        policy.hours.residents
    ));
    say(format!(
        "Rates divide by {} or more, and are marked unreliable below {} incidents. Areas are never ranked for the public.",
        policy.rates.least_denominator, policy.rates.unreliable_below
    ));
    say(format!(
        "Counts from health services below {} are withheld, the others rounded to {}.",
        policy.health.withheld_below, policy.health.rounding_base
    ));
    let mask = &policy.masked_points;
    say(format!(
        "Masked points lie anywhere in a ring around the true place that holds {} addresses ({} for sensitive records), {} to {} m wide, the same for every record of the place, written with {} decimals.",
        mask.addresses, mask.addresses_sensitive, mask.least_radius_m, mask.largest_radius_m, mask.decimals
    ));
    let kept = &policy.retention;
    say(format!(
        "Victims' attributes are kept {} years, the access log {} years; a gang context counts as unknown unless it is reviewed within {} months.",
        kept.victim_attributes_years, kept.access_log_years, kept.gang_context_months
    ));
    say(String::new());
    for (id, rules) in &policy.layers {
        let sees = Tier::ALL.map(|t| format!("{} {}", t.name(), sight(rules.sight(t)))).join("; ");
        say(format!("Layer {id}: {sees}."));
    }
    say(String::new());
    let looser = looser_than(policy, Policy::standard());
    if policy.full_hash() == Policy::standard().full_hash() {
        say("This is the default policy.".into());
    } else if looser.is_empty() {
        say("It is nowhere looser than the default: it needs no signature.".into());
    } else {
        say("It is looser than the default and needs a signed override:".into());
        looser.iter().for_each(|rule| say(format!("  - {rule}")));
    }
    out
}

fn cube(say: &mut impl FnMut(String), who: &str, rules: &CubeRules) {
    say(format!("{who}:"));
    say(format!(
        "  sees counts of 0 and of {} or more ({} or more for sensitive records), changed a little by a secret and rounded to {}; smaller ones are withheld.",
        rules.minimum_count, rules.minimum_sensitive, rules.rounding_base
    ));
    say(format!(
        "  in cells of quadkey level {} at the finest ({}), larger where fewer were recorded; a cell has {} residents and {} households or more, {} residents where it is split by category, {} for sensitive records (where residents are imported).",
        rules.finest_level,
        size(rules.finest_level),
        rules.residents_to_draw,
        rules.households_to_draw,
        rules.residents_by_category,
        rules.residents_sensitive
    ));
    say(format!(
        "  by {}, sensitive records by {}; {} days after the end of the period at the earliest.",
        periods(&rules.periods),
        periods(&rules.periods_sensitive),
        rules.lag_days
    ));
    let crossed: Vec<String> =
        rules.crossed.iter().map(|set| set.iter().map(|a| a.name()).collect::<Vec<_>>().join(" x ")).collect();
    say(format!("  by ICCS category down to level {}, crossed with {}.", rules.category_level, crossed.join(", ")));
    say(format!(
        "  A published cell has {} places or more, and none of them more than {:.0} % of it; a table that would hide more than {:.0} % of its cells is coarsened.",
        rules.least_places,
        rules.largest_place_share * 100.0,
        rules.hidden_share * 100.0
    ));
    say(String::new());
}

fn periods(kinds: &[PeriodKind]) -> String {
    let names = kinds.iter().map(|k| match k {
        PeriodKind::Month => "month",
        PeriodKind::Quarter => "quarter",
        PeriodKind::Year => "year",
        PeriodKind::All => "the whole period",
    });
    names.collect::<Vec<_>>().join(", ")
}

fn sight(sight: Sight) -> &'static str {
    match sight {
        Sight::Nothing => "sees nothing",
        Sight::Cube => "protected counts",
        Sight::Places => "public places",
        Sight::Masked => "masked points under an agreement",
        Sight::Exact => "exact",
    }
}

fn size(level: u8) -> String {
    format!("about {:.0} m wide at the equator", 40_075_016.7 / 2f64.powi(i32::from(level)))
}

#[cfg(test)]
mod tests {
    use super::super::DEFAULT_TEXT;
    use super::*;

    #[test]
    fn an_explanation_names_what_is_looser_and_every_layer() {
        let text = explain(Policy::standard());
        assert!(text.contains("This is the default policy."), "{text}");
        for id in Policy::standard().layers.keys() {
            assert!(text.contains(&format!("Layer {id}:")), "{id}");
        }
        let looser = Policy::read(&DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 3", 1)).expect("read");
        assert!(explain(&looser).contains("public.minimum_count is 3 instead of 5"));
        let tighter = Policy::read(&DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 8", 1)).expect("read");
        assert!(explain(&tighter).contains("needs no signature"));
    }
}
