//! Who asks, and what they may see of each layer: by their tier, and by the agreement that their key is bound to.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use geodata::disclosure::Tier;
use geodata::policy::{Policy, Sight};
use geodata::store::agreements::{Agreement, Precision, State};
use geodata::store::keys::today;

use super::Entry;
use crate::http::problem::{Answer, Problem};

/// Longest purpose that is taken, in characters.
const MAX_PURPOSE: usize = 200;

/// Who asks, as the key proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What may be seen here: of the layer that the request is about, where it is about one.
    pub tier: Tier,
    /// The tier of the key, which an agreement may narrow.
    pub granted: Tier,
    /// Id of the key or issuer and subject of the token, for the log; `None` without one.
    pub key: Option<Arc<str>>,
    /// The stated purpose, from analyst tier on.
    pub purpose: Option<Arc<str>>,
    /// What the key is bound to.
    pub agreement: Option<Arc<Agreement>>,
}

impl Caller {
    /// Anyone, without a key.
    #[must_use]
    pub fn public() -> Self {
        Self { tier: Tier::Public, granted: Tier::Public, key: None, purpose: None, agreement: None }
    }

    /// Whoever a key or token was given to.
    ///
    /// # Errors
    /// 403 where the agreement has ended, 400 where a purpose is missing.
    pub(super) fn of(entry: Entry, headers: &HeaderMap) -> Answer<Self> {
        if let Some(agreement) = &entry.agreement {
            in_force(agreement)?;
        }
        let purpose = if entry.tier >= Tier::Analyst { Some(purpose(headers)?) } else { None };
        let (granted, agreement) = (entry.tier, entry.agreement);
        let mut caller = Self { tier: granted, granted, key: Some(entry.id), purpose, agreement };
        if caller.is_without_agreement() {
            caller.tier = Tier::Public;
        }
        Ok(caller)
    }

    /// Whether this is a partner's key without an agreement, which sees what the public sees.
    #[must_use]
    pub fn is_without_agreement(&self) -> bool {
        self.granted == Tier::Partner && self.agreement.is_none()
    }

    /// What may be seen of a layer: a key that is bound to an agreement sees the layers in it by its tier, and the others
    /// as anyone does.
    #[must_use]
    pub fn tier_for(&self, layer: &str) -> Tier {
        match &self.agreement {
            Some(agreement) if agreement.covers(layer) => self.granted,
            None if self.granted != Tier::Partner => self.granted,
            _ => Tier::Public,
        }
    }

    /// How exactly points may be seen; `None` where no agreement limits it.
    #[must_use]
    pub fn precision(&self) -> Option<Precision> {
        self.agreement.as_ref().map(|a| a.precision)
    }

    /// What may be seen of a layer under a policy: what its tier sees, and of points no more than the agreement allows.
    #[must_use]
    pub fn sight(&self, policy: &Policy, layer: &str) -> Sight {
        let sight = policy.sight(layer, self.tier_for(layer));
        // Where partners see counts or public places, an agreement on points changes nothing.
        if matches!(policy.sight(layer, Tier::Partner), Sight::Cube | Sight::Places) {
            return sight;
        }
        match self.precision() {
            Some(Precision::MaskedPoints) => sight.min(Sight::Masked),
            Some(Precision::Counts) => sight.min(Sight::Cube),
            None => sight,
        }
    }

    /// What answers depend on besides the question and the data: the tier and the precision of points.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{}|{}", self.tier.name(), self.precision().map_or("", Precision::name))
    }
}

/// Whether an agreement holds today.
fn in_force(agreement: &Agreement) -> Answer<()> {
    let detail = match agreement.state(today()) {
        State::Valid => return Ok(()),
        State::Expired => format!("the agreement of this key ended on {}", agreement.expires),
        State::Revoked => "the agreement of this key was revoked".to_owned(),
    };
    let problem = Problem::new(StatusCode::FORBIDDEN, detail);
    Err(Box::new(
        problem.hint("leave the key out for public answers, or ask the owner of the data for a new agreement"),
    ))
}

fn purpose(headers: &HeaderMap) -> Answer<Arc<str>> {
    let text = stated(headers);
    if text.is_empty() || text.chars().count() > MAX_PURPOSE {
        let bound = format!("1 to {MAX_PURPOSE} characters");
        let problem = Problem::parameter("Purpose", text, "this key needs a stated purpose", bound);
        return Err(Box::new(
            problem.hint("send a header such as Purpose: weekly review of street lighting; it is logged"),
        ));
    }
    Ok(Arc::from(text))
}

/// The purpose as it was stated, if it was.
pub(super) fn stated(headers: &HeaderMap) -> &str {
    headers.get("purpose").and_then(|v| v.to_str().ok()).map(str::trim).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(tier: Tier, precision: Option<Precision>) -> Caller {
        let agreement = precision.map(|precision| {
            Arc::new(Agreement {
                id: "a1".into(),
                parties: vec!["A".into()],
                layers: vec!["cells".into(), "incidents".into(), "areas".into()],
                precision,
                purpose: "p".into(),
                created: String::new(),
                expires: today(),
                revoked: None,
            })
        });
        let mut headers = HeaderMap::new();
        headers.insert("purpose", axum::http::HeaderValue::from_static("a test"));
        Caller::of(Entry { agreement, ..Entry::new("k1", tier) }, &headers).expect("valid")
    }

    #[test]
    fn an_agreement_opens_its_layers_and_bounds_their_points() {
        let policy = Policy::standard();
        let partner = caller(Tier::Partner, Some(Precision::MaskedPoints));
        assert_eq!((partner.tier_for("cells"), partner.tier_for("resources")), (Tier::Partner, Tier::Public));
        assert_eq!(partner.sight(policy, "incidents"), Sight::Masked);
        assert_eq!(partner.sight(policy, "areas"), policy.sight("areas", Tier::Partner));
        let counts = caller(Tier::Partner, Some(Precision::Counts));
        assert_eq!(counts.sight(policy, "incidents"), Sight::Cube);
        assert_ne!(counts.scope(), partner.scope());
        let nothing = caller(Tier::Partner, None);
        assert!(nothing.is_without_agreement() && nothing.tier == Tier::Public);
        assert_eq!((nothing.tier_for("cells"), nothing.granted), (Tier::Public, Tier::Partner));
        let bound = caller(Tier::Analyst, Some(Precision::MaskedPoints));
        assert_eq!((bound.tier_for("cells"), bound.tier_for("resources")), (Tier::Analyst, Tier::Public));
        assert_eq!(bound.sight(policy, "incidents"), Sight::Masked);
        assert_eq!(bound.sight(policy, "cells"), Sight::Exact);
        let free = caller(Tier::Analyst, None);
        assert_eq!(free.sight(policy, "incidents"), Sight::Exact);
        assert_eq!(free.tier_for("resources"), Tier::Analyst);
    }
}
