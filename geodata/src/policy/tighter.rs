//! Whether a policy is looser than another, rule by rule: a deployment may only tighten without a signature.

use super::read::Policy;
use super::rules::{CubeRules, PeriodKind};

/// Every rule in which `policy` lets through more than `other`, in sentences; empty where it is as strict or stricter.
#[must_use]
pub fn looser_than(policy: &Policy, other: &Policy) -> Vec<String> {
    let mut found = Found::default();
    for (tier, a, b) in [("public", &policy.public, &other.public), ("partner", &policy.partner, &other.partner)] {
        found.cube(tier, a, b);
    }
    let (a, b) = (&policy.sensitive, &other.sensitive);
    found.fewer("sensitive.categories", &a.categories, &b.categories);
    found.fewer("sensitive.contexts", &a.contexts, &b.contexts);
    found.fewer("sensitive.categories_as_points", &a.categories_as_points, &b.categories_as_points);
    found.when(b.minor_victims && !a.minor_victims, "sensitive.minor_victims is off");
    found.less("context.residents", policy.context.residents, other.context.residents);
    found.more_periods("context.periods", &policy.context.periods, &other.context.periods);
    found.less("hours.residents", policy.hours.residents, other.hours.residents);
    found.more_periods("hours.periods", &policy.hours.periods, &other.hours.periods);
    found.less("rates.least_denominator", policy.rates.least_denominator, other.rates.least_denominator);
    found.less("rates.unreliable_below", policy.rates.unreliable_below, other.rates.unreliable_below);
    found.less("health.withheld_below", policy.health.withheld_below, other.health.withheld_below);
    found.less("health.rounding_base", policy.health.rounding_base, other.health.rounding_base);
    let (a, b) = (&policy.masked_points, &other.masked_points);
    found.less("masked_points.addresses", a.addresses, b.addresses);
    found.less("masked_points.addresses_sensitive", a.addresses_sensitive, b.addresses_sensitive);
    found.less("masked_points.least_radius_m", a.least_radius_m, b.least_radius_m);
    found.less("masked_points.largest_radius_m", a.largest_radius_m, b.largest_radius_m);
    found.more("masked_points.decimals", a.decimals, b.decimals);
    let (a, b) = (&policy.retention, &other.retention);
    found.more("retention.victim_attributes_years", a.victim_attributes_years, b.victim_attributes_years);
    found.less("retention.access_log_years", a.access_log_years, b.access_log_years);
    found.more("retention.gang_context_months", a.gang_context_months, b.gang_context_months);
    for (id, rules) in &policy.layers {
        let before = other.layers.get(id);
        for tier in crate::model::Tier::ALL {
            let (now, then) = (rules.sight(tier), other.sight(id, tier));
            let text = format!("layers.{id} shows {} to {} tier instead of {}", now.name(), tier.name(), then.name());
            found.when(before.is_some() && now > then, &text);
        }
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn when(&mut self, is_looser: bool, words: &str) {
        if is_looser {
            self.0.push(words.to_owned());
        }
    }

    fn less<T: PartialOrd + std::fmt::Display>(&mut self, rule: &str, now: T, then: T) {
        let words = format!("{rule} is {now} instead of {then}");
        self.when(now < then, &words);
    }

    fn more<T: PartialOrd + std::fmt::Display>(&mut self, rule: &str, now: T, then: T) {
        let words = format!("{rule} is {now} instead of {then}");
        self.when(now > then, &words);
    }

    fn fewer(&mut self, rule: &str, now: &[String], then: &[String]) {
        for gone in then.iter().filter(|code| !now.iter().any(|c| code.starts_with(c.as_str()))) {
            self.0.push(format!("{rule} leaves out {gone}"));
        }
    }

    fn more_periods(&mut self, rule: &str, now: &[PeriodKind], then: &[PeriodKind]) {
        for period in now.iter().filter(|p| !then.contains(p)) {
            self.0.push(format!("{rule} has {period:?} besides").to_lowercase());
        }
    }

    fn cube(&mut self, tier: &str, now: &CubeRules, then: &CubeRules) {
        let rule = |name: &str| format!("{tier}.{name}");
        self.less(&rule("minimum_count"), now.minimum_count, then.minimum_count);
        self.less(&rule("minimum_sensitive"), now.minimum_sensitive, then.minimum_sensitive);
        self.less(&rule("rounding_base"), now.rounding_base, then.rounding_base);
        self.more(&rule("finest_level"), now.finest_level, then.finest_level);
        self.less(&rule("residents_to_draw"), now.residents_to_draw, then.residents_to_draw);
        self.less(&rule("households_to_draw"), now.households_to_draw, then.households_to_draw);
        self.less(&rule("residents_by_category"), now.residents_by_category, then.residents_by_category);
        self.less(&rule("residents_sensitive"), now.residents_sensitive, then.residents_sensitive);
        self.more_periods(&rule("periods"), &now.periods, &then.periods);
        self.more_periods(&rule("periods_sensitive"), &now.periods_sensitive, &then.periods_sensitive);
        self.more(&rule("category_level"), now.category_level, then.category_level);
        for set in now.crossed.iter().filter(|set| !then.crossed.contains(set)) {
            let names: Vec<_> = set.iter().map(|a| a.name()).collect();
            self.0.push(format!("{tier}.crossed has {} besides", names.join(" x ")));
        }
        self.less(&rule("lag_days"), now.lag_days, then.lag_days);
        self.less(&rule("least_places"), now.least_places, then.least_places);
        self.more(&rule("largest_place_share"), now.largest_place_share, then.largest_place_share);
        self.more(&rule("hidden_share"), now.hidden_share, then.hidden_share);
    }
}

#[cfg(test)]
mod tests {
    use super::super::DEFAULT_TEXT;
    use super::*;

    fn changed(from: &str, to: &str) -> Policy {
        let text = DEFAULT_TEXT.replacen(from, to, 1);
        assert_ne!(text, DEFAULT_TEXT, "{from}");
        Policy::read(&text).expect("well-formed")
    }

    #[test]
    fn every_number_of_the_default_is_compared() {
        // Each rule of the file, once made looser: none may pass unseen.
        for (from, to) in [
            ("minimum_count = 5", "minimum_count = 4"),
            ("minimum_sensitive = 10", "minimum_sensitive = 9"),
            ("rounding_base = 5", "rounding_base = 3"),
            ("finest_level = 17", "finest_level = 18"),
            ("residents_to_draw = 100", "residents_to_draw = 99"),
            ("households_to_draw = 40", "households_to_draw = 39"),
            ("residents_by_category = 1000", "residents_by_category = 1"),
            ("residents_sensitive = 5000", "residents_sensitive = 1"),
            ("periods_sensitive = [\"quarter\",", "periods_sensitive = [\"month\", \"quarter\","),
            ("crossed = [[\"sex\"]", "crossed = [[\"sex\", \"age\", \"hour\"], [\"sex\"]"),
            ("lag_days = 7", "lag_days = 6"),
            ("least_places = 2", "least_places = 1"),
            ("largest_place_share = 0.95", "largest_place_share = 0.99"),
            ("hidden_share = 0.5", "hidden_share = 0.6"),
            ("\"03\", ", ""),
            ("\"gang\", ", ""),
            ("minor_victims = true", "minor_victims = false"),
            ("categories_as_points = [\"0101\"]", "categories_as_points = []"),
            ("residents = 20000", "residents = 19999"),
            ("periods = [\"year\", \"all\"]", "periods = [\"month\", \"year\", \"all\"]"),
            ("least_denominator = 1000", "least_denominator = 10"),
            ("unreliable_below = 20", "unreliable_below = 2"),
            ("withheld_below = 8", "withheld_below = 7"),
            ("addresses = 20", "addresses = 19"),
            ("addresses_sensitive = 100", "addresses_sensitive = 99"),
            ("least_radius_m = 50", "least_radius_m = 50.0\n# the same\n"),
            ("largest_radius_m = 1000", "largest_radius_m = 900"),
            ("decimals = 3", "decimals = 4"),
            ("victim_attributes_years = 5", "victim_attributes_years = 6"),
            ("access_log_years = 2", "access_log_years = 1"),
            ("gang_context_months = 12", "gang_context_months = 13"),
            ("incidents = { public = \"nothing\"", "incidents = { public = \"cube\""),
        ] {
            let looser = looser_than(&changed(from, to), Policy::standard());
            let expected = usize::from(!to.contains("the same"));
            assert_eq!(looser.len(), expected, "{to}: {looser:?}");
        }
    }

    #[test]
    fn stricter_is_not_looser() {
        for (from, to) in [
            ("minimum_count = 5", "minimum_count = 9"),
            ("finest_level = 17", "finest_level = 15"),
            ("categories = [\"03\"", "categories = [\"01\", \"03\""),
            ("periods = [\"month\", ", "periods = ["),
            (
                "incidents = { public = \"nothing\", partner = \"masked\"",
                "incidents = { public = \"nothing\", partner = \"nothing\"",
            ),
        ] {
            assert_eq!(looser_than(&changed(from, to), Policy::standard()), Vec::<String>::new(), "{to}");
        }
    }
}
