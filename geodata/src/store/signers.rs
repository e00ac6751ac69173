//! Whose signature lets a policy be looser than the default: public keys that whoever keeps the data file let in.

use rusqlite::params;
use serde::Serialize;

use super::Store;
use super::import::now;
use super::keys::MAX_NAME_BYTES;
use crate::error::{Error, Result};
use crate::policy::is_public_key;

/// Someone whose signature counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// Ed25519 public key, 64 hexadecimal digits.
    pub public_key: String,
    /// Who holds the secret.
    pub name: String,
    /// When the key was let in, UTC.
    pub added: String,
}

/// Lets a key in; one that is in already gets the new name.
///
/// # Errors
/// A key that is none, an empty or overlong name, a file that cannot be written.
pub fn add(store: &mut Store, public_key: &str, name: &str) -> Result<()> {
    let (public_key, name) = (public_key.trim().to_ascii_lowercase(), name.trim());
    if !is_public_key(&public_key) {
        return Err(Error::invalid(
            format!("{public_key:?} is no public key: 64 hexadecimal digits of an Ed25519 key are asked for"),
            "give what `urbansafety policy keygen` printed",
        ));
    }
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Err(Error::invalid(
            format!("the name of a signer has {} bytes, the bound is 1 to {MAX_NAME_BYTES}", name.len()),
            "name the person who answers for the policy",
        ));
    }
    let sql = "INSERT INTO policy_signers (public_key, name, added) VALUES (?1, ?2, ?3)
        ON CONFLICT (public_key) DO UPDATE SET name = ?2";
    store.conn.execute(sql, params![public_key, name, now()]).map_err(store.fault("writing a signer into"))?;
    Ok(())
}

/// Every signer, by when they were let in.
///
/// # Errors
/// The file cannot be read.
pub fn list(store: &Store) -> Result<Vec<Signer>> {
    let read = || {
        let sql = "SELECT public_key, name, added FROM policy_signers ORDER BY added, public_key";
        let mut statement = store.conn.prepare_cached(sql)?;
        let rows =
            statement.query_map([], |r| Ok(Signer { public_key: r.get(0)?, name: r.get(1)?, added: r.get(2)? }))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(store.fault("reading"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::new_store;
    use super::*;
    use crate::policy::{Policy, public_key, sign, verify};

    #[test]
    fn a_signer_who_is_let_in_may_sign_and_nobody_else() {
        let (_folder, mut store) = new_store();
        let policy = Policy::standard();
        let signed = sign(policy, &[7; 32], "A. Officer", "a study", "2026-11-26").expect("signed");
        let trusted = |store: &Store| -> Vec<String> {
            list(store).expect("readable").into_iter().map(|s| s.public_key).collect()
        };
        assert!(verify(policy, &signed, &trusted(&store)).is_err());
        for name in ["A. Officer", "A. B. Officer"] {
            add(&mut store, &public_key(&[7; 32]).to_uppercase(), name).expect("let in");
        }
        assert_eq!(verify(policy, &signed, &trusted(&store)), Ok(()));
        assert_eq!(list(&store).expect("readable")[0].name, "A. B. Officer");
        for (key, name) in [("12ab", "x"), (&"0".repeat(64), "x"), (&public_key(&[7; 32]), " ")] {
            assert!(add(&mut store, key, name).is_err(), "{key}");
        }
    }
}
