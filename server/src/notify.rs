//! Mails to members: what the outbox owes, put into words when it is sent, and sent until it has arrived or has been
//! given up. Owns delivery and the texts; knows nothing of why something is owed, and never sends in a transaction.
//!
//! **How often a mail can arrive.** A row is claimed before it is sent and marked as delivered after. A row marked as
//! delivered is never sent again. If the process ends between the server's acceptance and the mark (or the acceptance
//! is never heard), the mail is sent once more when the claim has run out, under the same Message-ID, which lets the
//! receiving side drop the repetition.

mod backoff;
mod compose;
mod delivery;
mod letter;
mod mailer;
mod smtp;
mod state;
mod unsubscribe;

pub use delivery::{deliver_due, run};
pub use mailer::{MailSettings, Mailer};
pub use state::state;
pub use unsubscribe::{Ending, UnsubscribeKey};

#[cfg(test)]
mod tests;
