//! Where randomness comes from: event ids, keys and tokens.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Bytes of entropy in a secret token; 256 bits cannot be guessed.
const TOKEN_BYTES: usize = 32;

/// A new random id, for what arrives without one.
#[expect(clippy::disallowed_methods, reason = "the one place that makes random ids")]
pub fn random_uuid() -> Uuid {
    Uuid::new_v4()
}

/// A new public key of a project: 32 lower-case hexadecimal digits, the shape every Sentry client expects.
pub fn public_key() -> String {
    random_uuid().simple().to_string()
}

/// A new secret, as 64 hexadecimal digits behind a prefix that secret scanners can recognise.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn token(prefix: &str) -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(prefix.to_owned(), |text, byte| format!("{text}{byte:02x}")))
}

/// What is stored of a token. Tokens have full entropy, so a fast hash is enough.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A stable 64-bit hash of a user's key, as the signed integer databases can hold.
pub fn user_hash(key: &str) -> i64 {
    let digest = blake3::hash(key.as_bytes());
    i64::from_le_bytes(digest.as_bytes()[..8].first_chunk().copied().unwrap_or_default())
}
