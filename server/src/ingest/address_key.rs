//! The secret of an installation that makes an address a name nobody can read an address from.
//!
//! Where a project does not store addresses and a client names no user, people are still told apart, by a keyed hash of
//! the address they came from. Without the key the few addresses there are could simply be tried.

use std::net::IpAddr;

use crate::error::Result;
use crate::store::{Store, secrets};

const SECRET: &str = "address_key";
/// Hexadecimal digits of a name: 64 bits tell all addresses of a project apart.
const NAME_DIGITS: usize = 16;

/// The key, ready to use.
#[derive(Clone, Copy, Default)]
pub struct AddressKey([u8; blake3::KEY_LEN]);

impl AddressKey {
    /// The key of this installation, made the first time it is asked for.
    ///
    /// # Errors
    /// When the database fails or the system has no randomness to give.
    pub async fn load(store: &Store) -> Result<Self> {
        Ok(Self(secrets::key(store, SECRET).await?))
    }

    /// What somebody at this address is called.
    pub fn name_of(&self, address: IpAddr) -> String {
        let hash = blake3::keyed_hash(&self.0, address.to_canonical().to_string().as_bytes());
        format!("anonymous-{}", &hash.to_hex()[..NAME_DIGITS])
    }
}

/// Never shown, not even in a log.
impl std::fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_name_under_one_key() {
        let name = |key: u8, address: &str| AddressKey([key; 32]).name_of(address.parse().unwrap());
        assert_eq!(name(1, "192.0.2.7"), name(1, "::ffff:192.0.2.7"));
        assert_ne!(name(1, "192.0.2.7"), name(2, "192.0.2.7"));
        assert_ne!(name(1, "192.0.2.7"), name(1, "192.0.2.8"));
        assert!(!name(1, "192.0.2.7").contains("192"));
    }
}
