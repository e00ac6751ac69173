//! Reading a policy: every rule named, every bound checked, and a hash over what it says.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::rules::{
    ContextRules, CubeRules, Health, Helpline, HourRules, LayerRules, Layers, MaskRules, PeriodKind, Rates, Retention,
    Sensitive, Sight,
};
use crate::error::{Error, Result};
use crate::model::{Code, Tier};

/// The text of the default policy: where a city's own begins.
pub const DEFAULT_TEXT: &str = include_str!("default.toml");

/// Smallest cell that any policy may have: beyond, a cell is a house.
const FINEST_LEVEL: u8 = 19;
/// Attributes that may be crossed at once.
const MAX_CROSSED: usize = 3;
/// Digits of the hash that answers carry.
const HASH_DIGITS: usize = 16;

/// Who may see what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The author's own mark; a changed policy has another hash whatever stands here.
    pub version: String,
    /// Its name.
    pub title: String,
    /// T0.
    pub public: CubeRules,
    /// T1.
    pub partner: CubeRules,
    /// Records that need more care.
    pub sensitive: Sensitive,
    /// Gang and organised-crime context.
    pub context: ContextRules,
    /// Hour of day.
    pub hours: HourRules,
    /// Rates.
    pub rates: Rates,
    /// Counts from health services.
    pub health: Health,
    /// Points for partners.
    pub masked_points: MaskRules,
    /// How long things are kept.
    pub retention: Retention,
    /// What each tier sees of each layer.
    pub layers: Layers,
    /// Where help is found.
    #[serde(default, rename = "helpline")]
    pub helplines: Vec<Helpline>,
}

impl Policy {
    /// Reads a policy file's text.
    ///
    /// # Errors
    /// Names the rule, its value and its bound.
    pub fn read(text: &str) -> Result<Self> {
        let policy: Self = toml::from_str(text).map_err(|e| {
            Error::invalid(
                format!("the policy cannot be read: {}", e.to_string().trim_end()),
                "begin with the default: `urbansafety policy show > policy.toml`",
            )
        })?;
        policy.check()?;
        Ok(policy)
    }

    /// The default.
    #[must_use]
    pub fn standard() -> &'static Self {
        static STANDARD: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
        #[expect(clippy::expect_used, reason = "the embedded text does not change, and a test reads it")]
        STANDARD.get_or_init(|| Self::read(DEFAULT_TEXT).expect("the embedded policy is well-formed"))
    }

    /// SHA-256 over everything that it says, comments and order of lines left out, as 64 hexadecimal digits.
    #[must_use]
    pub fn full_hash(&self) -> String {
        // A struct of plain fields and an ordered map is always writable.
        let text = serde_json::to_string(self).unwrap_or_default();
        Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The first digits of the hash, as answers carry them.
    #[must_use]
    pub fn hash(&self) -> String {
        self.full_hash().chars().take(HASH_DIGITS).collect()
    }

    /// Rules of the cube that a tier below analyst is answered from.
    #[must_use]
    pub fn cube(&self, tier: Tier) -> &CubeRules {
        if tier >= Tier::Partner { &self.partner } else { &self.public }
    }

    /// What a tier sees of a layer; nothing of one that the policy does not name.
    #[must_use]
    pub fn sight(&self, layer: &str, tier: Tier) -> Sight {
        self.layers.get(layer).map_or(Sight::Nothing, |rules| rules.sight(tier))
    }

    /// Whether a category's records are sensitive.
    #[must_use]
    pub fn is_sensitive(&self, code: Code) -> bool {
        is_below(&self.sensitive.categories, code)
    }

    /// Whether a category's records have no exact point below analyst tier.
    #[must_use]
    pub fn is_sensitive_point(&self, code: Code) -> bool {
        self.is_sensitive(code) || is_below(&self.sensitive.categories_as_points, code)
    }

    fn check(&self) -> Result<()> {
        let bad = |rule: &str, value: String, bound: &str| {
            Err(Error::invalid(format!("policy: {rule} is {value}"), format!("the bound is {bound}")))
        };
        for (name, cube) in [("public", &self.public), ("partner", &self.partner)] {
            let rule = |field: &str| format!("{name}.{field}");
            if cube.minimum_count < 2 || cube.minimum_sensitive < cube.minimum_count {
                let value = format!("{} (sensitive {})", cube.minimum_count, cube.minimum_sensitive);
                return bad(&rule("minimum_count"), value, "2 or more, and no more than minimum_sensitive");
            }
            if !(1..=100).contains(&cube.rounding_base) {
                return bad(&rule("rounding_base"), cube.rounding_base.to_string(), "1 to 100");
            }
            if !(8..=FINEST_LEVEL).contains(&cube.finest_level) {
                let bound = format!("8 to {FINEST_LEVEL}: a cell beyond it is a house");
                return bad(&rule("finest_level"), cube.finest_level.to_string(), &bound);
            }
            if !(1..=2).contains(&cube.category_level) {
                return bad(&rule("category_level"), cube.category_level.to_string(), "1 or 2");
            }
            if !cube.periods.contains(&PeriodKind::All) || !cube.periods_sensitive.contains(&PeriodKind::All) {
                return bad(&rule("periods"), "without \"all\"".into(), "a list with \"all\" in it");
            }
            if let Some(set) = cube.crossed.iter().find(|s| s.is_empty() || s.len() > MAX_CROSSED) {
                let bound = format!("1 to {MAX_CROSSED} attributes at once");
                return bad(&rule("crossed"), format!("{} attributes at once", set.len()), &bound);
            }
            for (field, share) in
                [("largest_place_share", cube.largest_place_share), ("hidden_share", cube.hidden_share)]
            {
                if !(0.0..=1.0).contains(&share) {
                    return bad(&rule(field), share.to_string(), "0 to 1");
                }
            }
        }
        for text in self.sensitive.categories.iter().chain(&self.sensitive.categories_as_points) {
            Code::parse(text)?;
        }
        let mask = &self.masked_points;
        if !(mask.least_radius_m >= 50.0 && mask.least_radius_m <= mask.largest_radius_m) || mask.decimals > 4 {
            let value = format!("{} to {} m, {} decimals", mask.least_radius_m, mask.largest_radius_m, mask.decimals);
            return bad("masked_points", value, "50 m or more, rising, and at most 4 decimals");
        }
        for (id, rules) in &self.layers {
            self.check_layer(id, rules)?;
        }
        Ok(())
    }

    fn check_layer(&self, id: &str, rules: &LayerRules) -> Result<()> {
        // Below analyst tier nothing exact leaves, whatever a file says: this is no rule that can be signed away.
        if rules.public > Sight::Places || rules.partner > Sight::Masked {
            return Err(Error::invalid(
                format!(
                    "policy: layers.{id} shows {} to the public and {} to partners",
                    rules.public.name(),
                    rules.partner.name()
                ),
                "the public sees nothing, cube or places, and partners masked points at most",
            ));
        }
        Ok(())
    }
}

fn is_below(codes: &[String], code: Code) -> bool {
    codes.iter().any(|c| code.text().starts_with(c.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_well_formed_and_its_hash_follows_what_it_says() {
        let policy = Policy::read(DEFAULT_TEXT).expect("well-formed");
        assert_eq!(&policy, Policy::standard());
        let commented = format!("# a comment\n{DEFAULT_TEXT}");
        assert_eq!(Policy::read(&commented).expect("well-formed").full_hash(), policy.full_hash());
        let other = DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 7", 1);
        assert_ne!(Policy::read(&other).expect("well-formed").full_hash(), policy.full_hash());
        assert_eq!(policy.hash().len(), HASH_DIGITS);
    }

    #[test]
    fn a_rule_out_of_its_bound_is_named() {
        for (from, to, name) in [
            ("minimum_count = 5", "minimum_count = 1", "minimum_count"),
            ("finest_level = 17", "finest_level = 22", "finest_level"),
            ("crossed = [[\"sex\"]", "crossed = [[\"sex\", \"age\", \"hour\", \"sex\"]", "crossed"),
            ("\"02021\"", "\"9999\"", "9999"),
            ("least_radius_m = 50", "least_radius_m = 5", "masked_points"),
            ("incidents = { public = \"nothing\"", "incidents = { public = \"exact\"", "incidents"),
            ("partner = \"masked\"", "partner = \"exact\"", "incidents"),
            ("lag_days = 7", "lag_dais = 7", "lag_dais"),
        ] {
            let text = DEFAULT_TEXT.replacen(from, to, 1);
            assert_ne!(text, DEFAULT_TEXT, "{from}");
            let error = Policy::read(&text).expect_err(to);
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn what_is_not_named_is_not_seen() {
        let policy = Policy::standard();
        assert_eq!(policy.sight("something_new", Tier::Custodian), Sight::Nothing);
        assert_eq!(policy.sight("incidents", Tier::Public), Sight::Nothing);
        let code = |c: &str| Code::parse(c).expect("a code");
        assert!(
            policy.is_sensitive(code("0301"))
                && policy.is_sensitive(code("02021"))
                && !policy.is_sensitive(code("0201"))
        );
        assert!(policy.is_sensitive_point(code("0101")) && !policy.is_sensitive(code("0101")));
    }
}
