//! Passwords: how long, and how they are kept.

use std::sync::LazyLock;

use anyhow::anyhow;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Fewest characters of a password; longer matters more than stranger.
pub const PASSWORD_MIN: usize = 10;
/// Most bytes of a password: nobody types more, and hashing must not be made to work for nothing.
const PASSWORD_MAX_BYTES: usize = 1_000;
/// Hashes computed at once; each takes 19 MiB and a core for tens of milliseconds.
const HASHERS: usize = 2;

static SLOTS: Semaphore = Semaphore::const_new(HASHERS);
/// Checked when there is no such account, so that the answer takes as long as for a wrong password.
static DECOY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("a password nobody has").ok());

/// A password that was acceptable, as it is stored. Made before a transaction begins: it takes long.
#[derive(Clone, Debug)]
pub struct Password(String);

impl Password {
    /// `field` is where the person typed it.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub async fn new(field: &str, text: &str) -> Result<Self> {
        check(field, text)?;
        let text = text.to_owned();
        in_background(move || hash_now(&text)).await?.map(Self)
    }

    /// The text for the column.
    pub(super) fn into_hash(self) -> String {
        self.0
    }
}

fn check(field: &str, password: &str) -> Result<()> {
    if password.chars().count() < PASSWORD_MIN {
        return Err(Error::invalid(field, format!("must have at least {PASSWORD_MIN} characters")));
    }
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(Error::invalid(field, format!("must not be longer than {PASSWORD_MAX_BYTES} bytes")));
    }
    Ok(())
}

/// Whether the password is the one whose hash is stored. `None` stands for an account that does not exist: never
/// true, and takes as long.
pub(super) async fn matches(password: &str, stored: Option<&str>) -> Result<bool> {
    if password.len() > PASSWORD_MAX_BYTES {
        return Ok(false);
    }
    let (password, stored) = (password.to_owned(), stored.map(ToOwned::to_owned));
    in_background(move || {
        let is_right = |hash: &str| {
            let hash = PasswordHash::new(hash);
            hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        };
        let hash = stored.as_deref().or(DECOY.as_deref());
        let is_right = hash.is_some_and(is_right);
        is_right && stored.is_some()
    })
    .await
}

fn hash_now(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow!("hashing a password: {error}"))?.to_string())
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _slot = SLOTS.acquire().await.map_err(|_| Error::Unavailable)?;
    Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let stored = Password::new("password", "correct horse").await.unwrap().into_hash();
        assert!(matches("correct horse", Some(&stored)).await.unwrap());
        assert!(!matches("wrong horse", Some(&stored)).await.unwrap());
        assert!(!matches("a password nobody has", None).await.unwrap());
        assert!(!matches("correct horse", Some("not a hash")).await.unwrap());
    }

    #[test]
    fn short_passwords_are_refused() {
        assert!(check("password", "123456789").is_err());
        assert!(check("password", "1234567890").is_ok());
        assert!(check("password", &"x".repeat(2_000)).is_err());
    }
}
