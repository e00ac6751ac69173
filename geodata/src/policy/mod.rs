//! Who may see what, as one file: read, checked, hashed, explained, compared with the default.

mod explain;
mod read;
mod rules;
mod signed;
mod tighter;

pub use explain::explain;
pub use read::{DEFAULT_TEXT, Policy};
pub use rules::{
    Attribute, ContextRules, CubeRules, Health, Helpline, HourRules, LayerRules, MaskRules, PeriodKind, Rates,
    Retention, Sensitive, Sight,
};
pub use signed::{Override, is_public_key, public_key, read_secret, sign, verify};
pub use tighter::looser_than;
