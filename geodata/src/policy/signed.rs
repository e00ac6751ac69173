//! The signature that a looser policy needs: Ed25519 over the policy's hash, the reason and the signer's name.

use std::path::Path;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::read::Policy;
use crate::error::{Error, Result};

/// Who let a policy be looser than the default, why, and the proof. It stands in every answer of a release made under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Full hash of the policy that is signed.
    pub policy_hash: String,
    /// Who signs.
    pub signed_by: String,
    /// Why.
    pub reason: String,
    /// Day of the signature, YYYY-MM-DD.
    pub date: String,
    /// Ed25519 public key, hexadecimal.
    pub public_key: String,
    /// Ed25519 signature, hexadecimal.
    pub signature: String,
}

impl Override {
    /// Reads the file that `urbansafety policy sign` wrote. Whether it is good is for [`verify`] to say.
    ///
    /// # Errors
    /// The file cannot be read, or is no override.
    pub fn read(path: &Path) -> Result<Self> {
        let hint = "sign the policy again: `urbansafety policy sign`";
        let text = std::fs::read_to_string(path)
            .map_err(|e| Error::storage(format!("cannot read the override {}: {e}", path.display()), hint))?;
        toml::from_str(&text).map_err(|e| {
            Error::invalid(format!("{} is no override: {}", path.display(), e.to_string().trim_end()), hint)
        })
    }

    /// Its text, as a file holds it.
    #[must_use]
    pub fn text(&self) -> String {
        // A struct of texts is always writable.
        toml::to_string(self).unwrap_or_default()
    }

    fn message(&self) -> String {
        ["urbansafety policy override 1", &self.policy_hash, &self.signed_by, &self.reason, &self.date].join("\u{1f}")
    }
}

/// Signs a policy with a secret of 32 bytes.
///
/// # Errors
/// An empty name or reason.
pub fn sign(policy: &Policy, secret: &[u8; 32], signed_by: &str, reason: &str, date: &str) -> Result<Override> {
    if signed_by.trim().is_empty() || reason.trim().is_empty() {
        return Err(Error::invalid(
            "an override has neither name nor reason",
            "give --name with the person who answers for it, and --reason with why it is needed",
        ));
    }
    let key = SigningKey::from_bytes(secret);
    let mut signed = Override {
        policy_hash: policy.full_hash(),
        signed_by: signed_by.trim().to_owned(),
        reason: reason.trim().to_owned(),
        date: date.to_owned(),
        public_key: hex(key.verifying_key().as_bytes()),
        signature: String::new(),
    };
    signed.signature = hex(&key.sign(signed.message().as_bytes()).to_bytes());
    Ok(signed)
}

/// Public key of a secret, hexadecimal.
#[must_use]
pub fn public_key(secret: &[u8; 32]) -> String {
    hex(SigningKey::from_bytes(secret).verifying_key().as_bytes())
}

/// Whether a text is an Ed25519 public key that may be trusted: 64 hexadecimal digits in lower case of a key that is not weak.
#[must_use]
pub fn is_public_key(text: &str) -> bool {
    let key = bytes::<32>(text).and_then(|key| VerifyingKey::from_bytes(&key).ok());
    key.is_some_and(|key| !key.is_weak()) && text.bytes().all(|b| !b.is_ascii_uppercase())
}

/// Reads the secret that `urbansafety policy keygen` wrote: 64 hexadecimal digits.
///
/// # Errors
/// The file cannot be read, or holds something else; what it holds is not repeated.
pub fn read_secret(path: &Path) -> Result<[u8; 32]> {
    let hint = "give the file that `urbansafety policy keygen` wrote";
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::storage(format!("cannot read the key {}: {e}", path.display()), hint))?;
    bytes(text.trim())
        .ok_or_else(|| Error::invalid(format!("{} does not hold 64 hexadecimal digits", path.display()), hint))
}

/// Whether an override is for this policy and signed by one of the trusted keys (hexadecimal).
///
/// # Errors
/// Says which of it is not so.
pub fn verify(policy: &Policy, given: &Override, trusted: &[String]) -> Result<()> {
    let refused = |what: String| Err(Error::forbidden(what, "sign the policy as it is now: `urbansafety policy sign`"));
    if given.policy_hash != policy.full_hash() {
        return refused("the override was signed for another policy, or the policy was changed since".into());
    }
    if !trusted.contains(&given.public_key) {
        return Err(Error::forbidden(
            format!("the override is signed by a key that this data file does not trust ({})", given.public_key),
            "whoever keeps the data file lets a key in with `urbansafety policy trust --data FILE KEY`",
        ));
    }
    let parts = bytes::<32>(&given.public_key).zip(bytes::<64>(&given.signature));
    let key = parts.and_then(|(key, signature)| Some((VerifyingKey::from_bytes(&key).ok()?, signature)));
    let is_good = key.is_some_and(|(key, signature)| {
        key.verify(given.message().as_bytes(), &Signature::from_bytes(&signature)).is_ok()
    });
    if is_good { Ok(()) } else { refused("the override's signature is not good".into()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut out = [0; N];
    for (i, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::DEFAULT_TEXT;
    use super::*;

    #[test]
    fn a_signature_holds_for_its_policy_name_reason_and_key_alone() {
        let text = DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 4", 1);
        let policy = Policy::read(&text).expect("well-formed");
        let signed = sign(&policy, &[7; 32], "A. Officer", "a study of one year", "2026-11-26").expect("signed");
        let trusted = vec![public_key(&[7; 32])];
        assert_eq!(verify(&policy, &signed, &trusted), Ok(()));
        assert!(verify(Policy::standard(), &signed, &trusted).is_err());
        assert!(verify(&policy, &signed, &[public_key(&[8; 32])]).is_err());
        for change in [
            Override { reason: "another".into(), ..signed.clone() },
            Override { signed_by: "B. Officer".into(), ..signed.clone() },
            Override { signature: signed.signature.replacen(|c: char| c.is_ascii_digit(), "z", 1), ..signed.clone() },
            Override { signature: String::new(), ..signed.clone() },
        ] {
            assert!(verify(&policy, &change, &trusted).is_err());
        }
        assert!(sign(&policy, &[7; 32], " ", "x", "2026-11-26").is_err());
    }

    #[test]
    fn an_override_and_a_key_come_back_from_their_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("policy.signed.toml");
        let reason = "a \"study\"\nof one year";
        let signed = sign(Policy::standard(), &[9; 32], "A. Officer", reason, "2026-11-26").expect("signed");
        std::fs::write(&path, signed.text()).expect("written");
        assert_eq!(Override::read(&path), Ok(signed));
        std::fs::write(&path, "signed_by = 1").expect("written");
        assert!(Override::read(&path).is_err_and(|e| e.what.contains("policy.signed.toml")));
        assert!(Override::read(folder.path()).is_err());
        std::fs::write(&path, format!("{}\n", hex(&[0xa7; 32]))).expect("written");
        assert_eq!(read_secret(&path), Ok([0xa7; 32]));
        for broken in [hex(&[0xa7; 31]), "+".repeat(64)] {
            std::fs::write(&path, &broken).expect("written");
            assert!(read_secret(&path).is_err_and(|e| !e.to_string().contains(&broken)));
        }
        assert!(is_public_key(&public_key(&[1; 32])) && !is_public_key(&"0".repeat(64)));
    }
}
