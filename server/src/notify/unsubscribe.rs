//! Links that end the mails they stand in. Whoever has one may do that and nothing else, signed in or not: it names the
//! member and what is to end, and nobody can make one without the installation's key.

use crate::error::Result;
use crate::jobs::outbox::{Owed, Switch};
use crate::store::{Store, secrets};

const SECRET: &str = "unsubscribe_key";

/// The key of an installation.
#[derive(Clone, Copy, Default)]
pub struct UnsubscribeKey([u8; blake3::KEY_LEN]);

/// Which mails end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Those about an issue.
    Issue(i64),
    /// Those of a kind.
    Kind(Switch),
}

impl Ending {
    /// What the link in a mail ends: what is followed issue by issue ends issue by issue.
    pub(super) fn of(owed: &Owed) -> Self {
        match (owed.switch(), owed.message.issue_id()) {
            (Switch::Followed, Some(issue_id)) => Self::Issue(issue_id),
            (switch, _) => Self::Kind(switch),
        }
    }

    fn written(self) -> String {
        match self {
            Self::Issue(id) => format!("issue-{id}"),
            Self::Kind(switch) => switch.as_str().to_owned(),
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text.strip_prefix("issue-") {
            Some(id) => id.parse().ok().map(Self::Issue),
            None => Switch::named(text).map(Self::Kind),
        }
    }
}

impl UnsubscribeKey {
    /// The key of this installation, made the first time it is asked for.
    ///
    /// # Errors
    /// When the database fails or the system has no randomness to give.
    pub async fn load(store: &Store) -> Result<Self> {
        Ok(Self(secrets::key(store, SECRET).await?))
    }

    /// What stands in the link for a member.
    pub fn token(&self, member_id: i64, ending: Ending) -> String {
        let what = format!("{member_id}.{}", ending.written());
        format!("{what}.{}", self.sign(&what).to_hex())
    }

    /// The member and what ends, of a token that we made.
    pub fn read(&self, token: &str) -> Option<(i64, Ending)> {
        let (what, signature) = token.rsplit_once('.')?;
        // Hashes compare in constant time.
        if blake3::Hash::from_hex(signature).ok()? != self.sign(what) {
            return None;
        }
        let (member_id, ending) = what.split_once('.')?;
        Some((member_id.parse().ok()?, Ending::read(ending)?))
    }

    fn sign(&self, what: &str) -> blake3::Hash {
        blake3::keyed_hash(&self.0, what.as_bytes())
    }
}

/// Never shown, not even in a log.
impl std::fmt::Debug for UnsubscribeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnsubscribeKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::outbox::Message;

    #[test]
    fn only_our_own_tokens_are_read() {
        let (ours, theirs) = (UnsubscribeKey([1; 32]), UnsubscribeKey([2; 32]));
        for ending in [Ending::Issue(12), Ending::Kind(Switch::NewIssue), Ending::Kind(Switch::Mention)] {
            let token = ours.token(7, ending);
            assert_eq!(ours.read(&token), Some((7, ending)));
            assert_eq!(theirs.read(&token), None);
            for broken in [
                token.replacen('7', "8", 1),
                token.replace("issue-12", "issue-13").replace("new_issue", "regression").replace("mention", "followed"),
                token[..token.len() - 1].to_owned(),
                token.replace('.', ""),
            ] {
                assert_eq!(ours.read(&broken), None, "{broken}");
            }
        }
        assert_eq!(ours.read(""), None);
        let made_up = format!("7.nonsense.{}", ours.sign("7.nonsense").to_hex());
        assert_eq!(ours.read(&made_up), None);
    }

    #[test]
    fn what_is_followed_ends_issue_by_issue() {
        let message = Message::Regression { issue_id: 12, regression_id: 1 };
        let owed = |because| Owed { message: message.clone(), because };
        assert_eq!(Ending::of(&owed(Some(Switch::Followed))), Ending::Issue(12));
        assert_eq!(Ending::of(&owed(None)), Ending::Kind(Switch::Regression));
    }
}
