//! The key a group is found by, and the one way of making it.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Half of a SHA-256: short enough for a uuid column, long enough that two groups never meet by accident.
const HASH_BYTES: usize = 16;

/// The key of a group. Equal hashes mean one issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(Uuid);

impl Hash {
    /// The form it is stored in.
    pub const fn to_uuid(self) -> Uuid {
        self.0
    }

    /// The 16 bytes themselves.
    pub fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        self.0.as_bytes()
    }
}

impl From<Uuid> for Hash {
    fn from(stored: Uuid) -> Self {
        Self(stored)
    }
}

impl From<Hash> for Uuid {
    fn from(hash: Hash) -> Self {
        hash.0
    }
}

/// Thirty-two hexadecimal digits, without hyphens, so that nobody takes it for an event id.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// Gathers components into a [`Hash`].
pub(super) struct Hasher(Sha256);

impl Hasher {
    /// The domain keeps hashes of different makers and versions apart.
    pub(super) fn new(domain: &str) -> Self {
        let mut hasher = Self(Sha256::new());
        hasher.add(domain);
        hasher
    }

    /// Length first: without it `["ab", "c"]` and `["a", "bc"]` would be one group.
    pub(super) fn add(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part.as_bytes());
    }

    pub(super) fn finish(self) -> Hash {
        let digest: [u8; 32] = self.0.finalize().into();
        let mut bytes = [0; HASH_BYTES];
        bytes.copy_from_slice(&digest[..HASH_BYTES]);
        Hash(Uuid::from_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(parts: &[&str]) -> Hash {
        let mut hasher = Hasher::new("test");
        parts.iter().for_each(|part| hasher.add(part));
        hasher.finish()
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(hash_of(&["ab", "c"]), hash_of(&["a", "bc"]));
        assert_ne!(hash_of(&["a", ""]), hash_of(&["a"]));
    }

    #[test]
    fn a_hash_survives_the_uuid_column_and_json() {
        let hash = hash_of(&["a"]);
        assert_eq!(Hash::from(hash.to_uuid()), hash);
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
        assert_eq!(hash.to_string().len(), 32);
    }
}
