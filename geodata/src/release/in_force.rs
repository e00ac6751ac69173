//! The policy that holds for a city: the one that its newest release was made under.

use super::parse;
use crate::error::Result;
use crate::policy::Policy;
use crate::store::Store;

/// The policy of the newest release; `None` before the first, when the default holds.
///
/// # Errors
/// The file cannot be read, or the release's record cannot.
pub fn policy_in_force(store: &Store) -> Result<Option<Policy>> {
    let newest = store.release_documents()?.pop();
    newest.map(|text| parse(&text, store.newest_release()?.unwrap_or(0)).map(|kept| kept.policy_text)).transpose()
}
