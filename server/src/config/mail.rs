//! How mail leaves.

use lettre::message::Mailbox;

use super::sources::{ConfigError, Sources};

/// Good for files and for a mail server on the same machine; others want a real address.
const DEFAULT_FROM: &str = "Fieldfare <fieldfare@localhost>";

/// The mail server and the sender.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// `smtp://…` or `smtps://…`. `None` means: mails are written to files.
    pub smtp_url: Option<String>,
    pub from: Mailbox,
}

impl Mail {
    pub(super) fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let smtp_url = sources.find("smtp_url");
        if let Some(found) = smtp_url
            && !["smtp://", "smtps://"].iter().any(|scheme| found.value.starts_with(scheme))
        {
            return Err(found.wrong("must begin with smtp:// or smtps://"));
        }
        let from = match sources.find("mail_from") {
            Some(found) => found.value.parse().map_err(|_| found.wrong("must be like Fieldfare <mail@example.org>"))?,
            None => DEFAULT_FROM.parse().expect("the default is a mailbox"),
        };
        Ok(Self { smtp_url: smtp_url.map(|found| found.value.clone()), from })
    }
}

/// Without the password that the URL may hold.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let smtp_url = self.smtp_url.as_ref().map(|_| "…");
        f.debug_struct("Mail").field("smtp_url", &smtp_url).field("from", &self.from).finish()
    }
}
