//! What members decide about an issue, and the state it is in then.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::types::named;
use super::{ApiError, Timestamp};

named! {
    /// What to do with an issue; the value of the button pressed. Some need the field beside it.
    Triage {
        Resolve = "resolve",
        /// In the release of this version; without one, in the latest known now.
        ResolveInRelease = "resolve_in_release",
        /// In whatever release comes after those known now.
        ResolveInNextRelease = "resolve_in_next_release",
        /// In the release that holds this commit, which may be yet to come.
        ResolveInCommit = "resolve_in_commit",
        Archive = "archive",
        ArchiveUntilEscalating = "archive_until_escalating",
        /// Until so many more events have arrived.
        ArchiveUntilEvents = "archive_until_events",
        /// Until so many more users were hit.
        ArchiveUntilUsers = "archive_until_users",
        /// Until a day or a time.
        ArchiveUntilDate = "archive_until_date",
        /// Whoever wrote has been answered; for feedback.
        Answer = "answer",
        Unresolve = "unresolve",
    }
}

/// A decision with all it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Resolve(ResolvedIn),
    Archive(ArchivedUntil),
    Answer,
    Unresolve,
}

/// In what an issue is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedIn {
    /// From now on, in any release.
    Now,
    /// In the release of this version; without one, in the latest known now.
    Release(Option<String>),
    NextRelease,
    Commit(String),
}

/// What brings an archived issue back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchivedUntil {
    Forever,
    Escalating,
    /// So many more events.
    Events(u32),
    /// So many more users.
    Users(u32),
    Date(Timestamp),
}

impl Decision {
    /// What a button means with the field beside it.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when the field is not what the button needs.
    pub fn read(triage: Triage, with: &str) -> Result<Self, ApiError> {
        let with = with.trim();
        Ok(match triage {
            Triage::Resolve => Self::Resolve(ResolvedIn::Now),
            Triage::ResolveInRelease => Self::Resolve(ResolvedIn::Release((!with.is_empty()).then(|| with.to_owned()))),
            Triage::ResolveInNextRelease => Self::Resolve(ResolvedIn::NextRelease),
            Triage::ResolveInCommit => Self::Resolve(ResolvedIn::Commit(with.to_owned())),
            Triage::Archive => Self::Archive(ArchivedUntil::Forever),
            Triage::ArchiveUntilEscalating => Self::Archive(ArchivedUntil::Escalating),
            Triage::ArchiveUntilEvents => Self::Archive(ArchivedUntil::Events(count("events", with)?)),
            Triage::ArchiveUntilUsers => Self::Archive(ArchivedUntil::Users(count("users", with)?)),
            Triage::ArchiveUntilDate => Self::Archive(ArchivedUntil::Date(read_date(with)?)),
            Triage::Answer => Self::Answer,
            Triage::Unresolve => Self::Unresolve,
        })
    }
}

fn count(field: &str, text: &str) -> Result<u32, ApiError> {
    text.parse().map_err(|_| invalid(field, format!("“{text}” is not a whole number")))
}

/// A day, which begins at midnight UTC, or a time.
///
/// # Errors
/// [`ApiError::Invalid`] for anything else.
pub fn read_date(text: &str) -> Result<Timestamp, ApiError> {
    let unreadable = || invalid("date", format!("“{text}” is not a day, as in 2026-12-24"));
    Timestamp::read(text).ok_or_else(unreadable)
}

fn invalid(field: &str, reason: String) -> ApiError {
    ApiError::Invalid { field: field.to_owned(), reason }
}

/// The state an issue is in, beside its words: since when, by whom, and what ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IssueState {
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub since: Timestamp,
    /// The member who decided; `null` for Fieldfare itself.
    pub by: Option<String>,
    /// How it is resolved: `now`, `release`, `next_release`, `commit`; or until when it is archived: `forever`,
    /// `escalating`, `events`, `users`, `date`.
    pub how: Option<String>,
    /// The release it is resolved in, or the last one known when it was resolved.
    pub release: Option<String>,
    /// The commit it is resolved in.
    pub commit: Option<String>,
    /// When it ends by itself.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub until: Option<Timestamp>,
    /// Events or users an archived issue waits for.
    pub awaited: Option<u64>,
    /// And how many of them have come.
    pub arrived: Option<u64>,
}

/// `with` is what the button needs: a version, a commit, a number, a date.
#[server(prefix = "/fn", endpoint = "triage_issue")]
pub async fn triage_issue(short_id: String, triage: Triage, #[server(default)] with: String) -> Result<(), ApiError> {
    let decide =
        async |backend: crate::backend::Backend| backend.issues.triage(short_id, Decision::read(triage, &with)?).await;
    crate::backend::answer(decide).await
}

/// An empty `priority` is found by Fieldfare again.
#[server(prefix = "/fn", endpoint = "prioritise_issue")]
pub async fn prioritise_issue(short_id: String, #[server(default)] priority: String) -> Result<(), ApiError> {
    let decide =
        async |backend: crate::backend::Backend| backend.issues.prioritise(short_id, read_priority(&priority)?).await;
    crate::backend::answer(decide).await
}

#[cfg(feature = "ssr")]
fn read_priority(text: &str) -> Result<Option<super::Priority>, ApiError> {
    let known = |text: &str| text.parse().map_err(|()| invalid("priority", format!("“{text}” is none")));
    Some(text.trim()).filter(|text| !text.is_empty()).map(known).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_means_what_stands_beside_it() {
        use ArchivedUntil::{Date, Events, Forever};
        use Decision::{Archive, Resolve};
        #[rustfmt::skip]
        let table = [
            (Triage::Resolve,              "",           Resolve(ResolvedIn::Now)),
            (Triage::ResolveInRelease,     " ",          Resolve(ResolvedIn::Release(None))),
            (Triage::ResolveInRelease,     " 2.4.0 ",    Resolve(ResolvedIn::Release(Some("2.4.0".to_owned())))),
            (Triage::ResolveInCommit,      "1a2b3c4",    Resolve(ResolvedIn::Commit("1a2b3c4".to_owned()))),
            (Triage::Archive,              "12",         Archive(Forever)),
            (Triage::ArchiveUntilEvents,   " 100",       Archive(Events(100))),
            (Triage::ArchiveUntilUsers,    "5",          Archive(ArchivedUntil::Users(5))),
            (Triage::ArchiveUntilDate,     "1970-01-02", Archive(Date(Timestamp(86_400_000)))),
        ];
        for (triage, with, expected) in table {
            assert_eq!(Decision::read(triage, with), Ok(expected), "{triage} {with}");
        }
    }

    #[test]
    fn what_a_button_cannot_use_is_refused_by_name() {
        for (triage, with, expected) in [
            (Triage::ArchiveUntilEvents, "many", "events"),
            (Triage::ArchiveUntilUsers, "-1", "users"),
            (Triage::ArchiveUntilUsers, "", "users"),
            (Triage::ArchiveUntilDate, "tomorrow", "date"),
        ] {
            let refused = Decision::read(triage, with);
            assert!(matches!(&refused, Err(ApiError::Invalid { field, .. }) if field == expected), "{refused:?}");
        }
    }
}
