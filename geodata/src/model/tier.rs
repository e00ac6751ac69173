//! Who may see what: the four tiers.

use serde::{Deserialize, Serialize};

/// Who asks, as the service has proved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// T0: anyone.
    Public,
    /// T1: an organisation under an agreement.
    Partner,
    /// T2: a named analyst with a purpose.
    Analyst,
    /// T3: the data owner.
    Custodian,
}

impl Tier {
    /// All, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Public, Self::Partner, Self::Analyst, Self::Custodian];

    /// Name in keys and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Partner => "partner",
            Self::Analyst => "analyst",
            Self::Custodian => "custodian",
        }
    }

    /// Whether exact answers may be given.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self >= Self::Analyst
    }
}
