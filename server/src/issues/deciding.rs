//! What a decision makes of an issue: its state, what ends it, and the words for both. Values in, values out.

use fieldfare_app::api::{ArchivedUntil, Decision, IssueKind, ResolvedIn, Status, Substatus, Timestamp};

use super::archive::counted;
use super::state::{Terms, how_archived, how_resolved};
use crate::clock::DAY_MS;
use crate::error::{Error, Result};
use crate::store::entities::release;

/// How many hexadecimal digits name a commit: fewer would name several, and no version control has more.
const COMMIT_DIGITS: std::ops::RangeInclusive<usize> = 7..=64;
/// How far away the end of an archive may be, ms: ten years. A year typed wrong is not forever by accident.
const ARCHIVED_FOR_MS_MAX: i64 = 3_653 * DAY_MS;

/// What a decision is taken on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) now: i64,
    pub(super) kind: IssueKind,
    /// Who decides.
    pub(super) by: &'a str,
    /// The latest release that is known.
    pub(super) latest: Option<&'a release::Model>,
    /// The release that was named, or that holds the commit.
    pub(super) named: Option<&'a release::Model>,
}

/// What becomes of the issue.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) status: Status,
    pub(super) substatus: Option<Substatus>,
    pub(super) terms: Terms,
    pub(super) reason: String,
    /// Without its subject.
    pub(super) what: String,
}

/// Decides.
///
/// # Errors
/// [`Error::Invalid`] when it needs a release and there is none, or when an archive would end before it began.
pub(super) fn decide(decision: &Decision, facts: Facts<'_>) -> Result<Outcome> {
    match decision {
        Decision::Resolve(resolved) => resolve(resolved, facts),
        Decision::Archive(until) => archive(until, facts),
        Decision::Answer if facts.kind == IssueKind::Feedback => {
            let words = (format!("Answered by {}", facts.by), "answered this".to_owned());
            Ok(outcome(Status::Answered, Terms::default(), words))
        }
        Decision::Answer => Err(Error::invalid("status", "can be answered for feedback only")),
        Decision::Unresolve => {
            let words = (format!("Reopened by {}", facts.by), "reopened this".to_owned());
            Ok(outcome(Status::Unresolved, Terms::default(), words))
        }
    }
}

fn resolve(resolved: &ResolvedIn, facts: Facts<'_>) -> Result<Outcome> {
    let latest = facts.latest.map(|release| release.version.as_str());
    let how = match resolved {
        ResolvedIn::Now => String::new(),
        ResolvedIn::Release(_) => {
            let missing = || Error::invalid("resolution", "needs a release, and there is none yet");
            format!(" in {}", facts.named.or(facts.latest).ok_or_else(missing)?.version)
        }
        ResolvedIn::NextRelease => {
            let after = latest.map(|version| format!(" after {version}")).unwrap_or_default();
            format!(" in the next release{after}")
        }
        ResolvedIn::Commit(sha) => in_commit(sha, facts.named.map(|release| release.version.as_str())),
    };
    let release = match resolved {
        ResolvedIn::Commit(_) => facts.named,
        _ => facts.named.or(facts.latest),
    };
    let terms = Terms {
        how: Some(how_resolved(resolved)),
        release_id: release.map(|release| release.id),
        commit_sha: if let ResolvedIn::Commit(sha) = resolved { Some(sha.clone()) } else { None },
        ..Terms::default()
    };
    let words = (format!("Resolved{how} by {}", facts.by), format!("resolved this{how}"));
    Ok(outcome(Status::Resolved, terms, words))
}

/// ` in commit 1a2b3c4d5e6f (2.5.0)`, once it is known where that is.
pub(super) fn in_commit(sha: &str, version: Option<&str>) -> String {
    let short = shortened(sha);
    match version {
        Some(version) => format!(" in commit {short} ({version})"),
        None => format!(" in commit {short}"),
    }
}

/// The first digits of a commit, which are enough to find it.
pub(super) fn shortened(sha: &str) -> &str {
    const SHOWN: usize = 12;
    sha.get(..SHOWN).unwrap_or(sha)
}

fn archive(until: &ArchivedUntil, facts: Facts<'_>) -> Result<Outcome> {
    let mut terms = Terms { how: Some(how_archived(until)), ..Terms::default() };
    let when = match until {
        ArchivedUntil::Forever => String::new(),
        ArchivedUntil::Escalating => " until it escalates".to_owned(),
        ArchivedUntil::Events(more) => {
            terms.more_events = Some(at_least_one("events", *more)?);
            format!(" until {}", counted(i64::from(*more), "event"))
        }
        ArchivedUntil::Users(more) => {
            terms.more_users = Some(at_least_one("users", *more)?);
            format!(" until {}", counted(i64::from(*more), "user"))
        }
        ArchivedUntil::Date(date) => {
            terms.due_at = Some(in_time(*date, facts.now)?);
            format!(" until {}", date.to_the_minute())
        }
    };
    let words = (format!("Archived by {}{when}", facts.by), format!("archived this{when}"));
    Ok(outcome(Status::Archived, terms, words))
}

fn at_least_one(field: &str, more: u32) -> Result<i64> {
    if more == 0 { Err(Error::invalid(field, "must be at least one more")) } else { Ok(i64::from(more)) }
}

fn in_time(date: Timestamp, now: i64) -> Result<i64> {
    match date.0 - now {
        ..=0 => Err(Error::invalid("date", format!("{} has passed already", date.to_the_minute()))),
        ARCHIVED_FOR_MS_MAX.. => Err(Error::invalid("date", "is more than ten years away")),
        _ => Ok(date.0),
    }
}

fn outcome(status: Status, terms: Terms, (reason, what): (String, String)) -> Outcome {
    let substatus = (status == Status::Unresolved).then_some(Substatus::Ongoing);
    Outcome { status, substatus, terms, reason, what }
}

/// A commit as it is kept, if it can be one.
///
/// # Errors
/// [`Error::Invalid`] for anything else.
pub(super) fn commit(text: &str) -> Result<String> {
    let text = text.trim();
    let is_one = COMMIT_DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (min, max) = (COMMIT_DIGITS.start(), COMMIT_DIGITS.end());
    let refused = || Error::invalid("commit", format!("is no commit: {min} to {max} hexadecimal digits"));
    is_one.then(|| text.to_ascii_lowercase()).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_395_723_000;

    fn release(version: &str) -> release::Model {
        release::Model {
            id: 7,
            project_id: 1,
            version: version.to_owned(),
            sort_key: None,
            first_seen: 0,
            last_seen: 0,
            released_at: None,
            archived_at: None,
        }
    }

    fn facts<'a>(latest: Option<&'a release::Model>, named: Option<&'a release::Model>) -> Facts<'a> {
        Facts { now: NOW, kind: IssueKind::Error, by: "Ada", latest, named }
    }

    #[test]
    fn every_decision_says_what_it_did() {
        use ArchivedUntil::{Date, Escalating, Events, Forever, Users};
        use Decision::{Archive, Resolve, Unresolve};
        use ResolvedIn::{Commit, NextRelease, Now, Release};
        let (latest, older) = (release("2.4.0"), release("2.3.0"));
        let sha = || "1a2b3c4d5e6f7890".to_owned();
        #[rustfmt::skip]
        let table = [
            (Resolve(Now),                               None,         "Resolved by Ada"),
            (Resolve(Release(None)),                     None,         "Resolved in 2.4.0 by Ada"),
            (Resolve(Release(Some("2.3.0".to_owned()))), Some(&older), "Resolved in 2.3.0 by Ada"),
            (Resolve(NextRelease),                       None,         "Resolved in the next release after 2.4.0 by Ada"),
            (Resolve(Commit(sha())),                     None,         "Resolved in commit 1a2b3c4d5e6f by Ada"),
            (Resolve(Commit(sha())),                     Some(&older), "Resolved in commit 1a2b3c4d5e6f (2.3.0) by Ada"),
            (Archive(Forever),                           None,         "Archived by Ada"),
            (Archive(Escalating),                        None,         "Archived by Ada until it escalates"),
            (Archive(Events(100)),                       None,         "Archived by Ada until 100 more events"),
            (Archive(Users(1)),                          None,         "Archived by Ada until 1 more user"),
            (Archive(Date(Timestamp(NOW + DAY_MS))),     None,         "Archived by Ada until 2026-11-24 01:02 UTC"),
            (Unresolve,                                  None,         "Reopened by Ada"),
        ];
        for (decision, named, reason) in table {
            assert_eq!(decide(&decision, facts(Some(&latest), named)).unwrap().reason, reason);
        }
        let outcome = decide(&Resolve(NextRelease), facts(None, None)).unwrap();
        assert_eq!((outcome.reason.as_str(), outcome.terms.release_id), ("Resolved in the next release by Ada", None));
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        use ArchivedUntil::{Date, Events, Users};
        for (decision, field) in [
            (Decision::Resolve(ResolvedIn::Release(None)), "resolution"),
            (Decision::Archive(Events(0)), "events"),
            (Decision::Archive(Users(0)), "users"),
            (Decision::Archive(Date(Timestamp(NOW))), "date"),
            (Decision::Archive(Date(Timestamp(NOW + 4_000 * DAY_MS))), "date"),
            (Decision::Answer, "status"),
        ] {
            let refused = decide(&decision, facts(None, None));
            assert!(matches!(&refused, Err(Error::Invalid { field: found, .. }) if found == field), "{refused:?}");
        }
        let written = Facts { kind: IssueKind::Feedback, ..facts(None, None) };
        assert_eq!(decide(&Decision::Answer, written).unwrap().status, Status::Answered);
    }

    #[test]
    fn a_commit_is_hexadecimal_and_long_enough() {
        for (text, expected) in
            [(" 1A2B3C4 ", Some("1a2b3c4")), ("1a2b3c", None), ("1a2b3c4g", None), ("", None), ("%1a2b3c4", None)]
        {
            assert_eq!(commit(text).ok().as_deref(), expected, "{text}");
        }
        assert!(commit(&"a".repeat(64)).is_ok() && commit(&"a".repeat(65)).is_err());
    }
}
