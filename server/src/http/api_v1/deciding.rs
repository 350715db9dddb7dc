//! A decision about an issue as JSON says it.

use fieldfare_app::api::{ApiError, ArchivedUntil, Decision, ResolvedIn, Status, read_date};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::{Error, Result};

/// In what an issue is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Resolution {
    /// From now on, in any release.
    Now,
    /// The release named beside it; without one, the latest known now.
    Release,
    /// Whatever release comes after those known now.
    NextRelease,
    /// The release that holds the commit named beside it, which may be yet to come.
    Commit,
}

/// What brings an archived issue back: one of these, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Until {
    /// It happens far more often than usual.
    #[serde(default)]
    escalating: bool,
    /// So many more events.
    events: Option<u32>,
    /// So many more users.
    users: Option<u32>,
    /// A day, which begins at midnight UTC, or a time: `2026-12-24` or `2026-12-24T09:00:00Z`.
    date: Option<String>,
}

/// What is to become of an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(super) struct Decided {
    status: Option<Status>,
    /// Only with the status `resolved`, which it implies.
    resolution: Option<Resolution>,
    /// The version it is resolved in; implies `resolution: release`.
    release: Option<String>,
    /// The commit it is resolved in, 7 to 64 hexadecimal digits; implies `resolution: commit`.
    commit: Option<String>,
    /// Only with the status `archived`, which it implies.
    archive: Option<Until>,
}

impl Decided {
    /// The decision, if there is one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it contradicts itself.
    pub(super) fn read(self) -> Result<Option<Decision>> {
        let resolved = resolved(self.resolution, self.release, self.commit)?;
        let decision = match (self.status, resolved, self.archive) {
            (None, None, None) => return Ok(None),
            (Some(Status::Resolved) | None, Some(resolved), None) => Decision::Resolve(resolved),
            (Some(Status::Resolved), None, None) => Decision::Resolve(ResolvedIn::Now),
            (Some(Status::Archived) | None, None, Some(until)) => Decision::Archive(until.read()?),
            (Some(Status::Archived), None, None) => Decision::Archive(ArchivedUntil::Forever),
            (Some(Status::Unresolved), None, None) => Decision::Unresolve,
            (Some(Status::Answered), None, None) => Decision::Answer,
            (_, Some(_), _) => return Err(Error::invalid("resolution", "goes only with the status resolved")),
            (_, None, Some(_)) => return Err(Error::invalid("archive", "goes only with the status archived")),
        };
        Ok(Some(decision))
    }
}

fn resolved(how: Option<Resolution>, release: Option<String>, commit: Option<String>) -> Result<Option<ResolvedIn>> {
    Ok(Some(match (how, release, commit) {
        (None, None, None) => return Ok(None),
        (Some(Resolution::Now), None, None) => ResolvedIn::Now,
        (Some(Resolution::NextRelease), None, None) => ResolvedIn::NextRelease,
        (Some(Resolution::Release) | None, release @ Some(_), None) | (Some(Resolution::Release), release, None) => {
            ResolvedIn::Release(release)
        }
        (Some(Resolution::Commit) | None, None, Some(commit)) => ResolvedIn::Commit(commit),
        (Some(Resolution::Commit), None, None) => return Err(Error::invalid("commit", "says which")),
        (_, Some(_), _) => return Err(Error::invalid("release", "goes only with the resolution release")),
        (_, None, Some(_)) => return Err(Error::invalid("commit", "goes only with the resolution commit")),
    }))
}

impl Until {
    fn read(self) -> Result<ArchivedUntil> {
        let Self { escalating, events, users, date } = self;
        match (escalating, events, users, date) {
            (false, None, None, None) => Ok(ArchivedUntil::Forever),
            (true, None, None, None) => Ok(ArchivedUntil::Escalating),
            (false, Some(events), None, None) => Ok(ArchivedUntil::Events(events)),
            (false, None, Some(users), None) => Ok(ArchivedUntil::Users(users)),
            (false, None, None, Some(date)) => Ok(ArchivedUntil::Date(day_or_time(&date)?)),
            _ => Err(Error::invalid("archive", "names more than one end")),
        }
    }
}

fn day_or_time(text: &str) -> Result<fieldfare_app::api::Timestamp> {
    read_date(text.trim()).map_err(|refused| match refused {
        ApiError::Invalid { field, reason } => Error::Invalid { field, reason },
        other => Error::Other(other.into()),
    })
}

#[cfg(test)]
mod tests {
    use fieldfare_app::api::Timestamp;

    use super::*;

    fn read(json: &str) -> Result<Option<Decision>> {
        serde_json::from_str::<Decided>(json).unwrap().read()
    }

    #[test]
    fn a_decision_is_read_however_much_of_it_is_said() {
        use ArchivedUntil::{Date, Escalating, Events, Forever, Users};
        use Decision::{Answer, Archive, Resolve, Unresolve};
        use ResolvedIn::{Commit, NextRelease, Now, Release};
        #[rustfmt::skip]
        let table = [
            (r#"{}"#,                                                       None),
            (r#"{"status": "resolved"}"#,                                   Some(Resolve(Now))),
            (r#"{"resolution": "next_release"}"#,                           Some(Resolve(NextRelease))),
            (r#"{"resolution": "release"}"#,                                Some(Resolve(Release(None)))),
            (r#"{"release": "2.4.0"}"#,                                     Some(Resolve(Release(Some("2.4.0".to_owned()))))),
            (r#"{"status": "resolved", "commit": "1a2b3c4"}"#,              Some(Resolve(Commit("1a2b3c4".to_owned())))),
            (r#"{"status": "archived"}"#,                                   Some(Archive(Forever))),
            (r#"{"archive": {}}"#,                                          Some(Archive(Forever))),
            (r#"{"archive": {"escalating": true}}"#,                        Some(Archive(Escalating))),
            (r#"{"status": "archived", "archive": {"events": 100}}"#,       Some(Archive(Events(100)))),
            (r#"{"archive": {"users": 10}}"#,                               Some(Archive(Users(10)))),
            (r#"{"archive": {"date": "1970-01-02"}}"#,                      Some(Archive(Date(Timestamp(86_400_000))))),
            (r#"{"status": "answered"}"#,                                   Some(Answer)),
            (r#"{"status": "unresolved"}"#,                                 Some(Unresolve)),
        ];
        for (json, expected) in table {
            assert_eq!(read(json).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn contradictions_are_refused_by_name() {
        for (json, field) in [
            (r#"{"status": "archived", "resolution": "now"}"#, "resolution"),
            (r#"{"status": "unresolved", "release": "2.4.0"}"#, "resolution"),
            (r#"{"resolution": "now", "release": "2.4.0"}"#, "release"),
            (r#"{"release": "2.4.0", "commit": "1a2b3c4"}"#, "release"),
            (r#"{"resolution": "next_release", "commit": "1a2b3c4"}"#, "commit"),
            (r#"{"resolution": "commit"}"#, "commit"),
            (r#"{"status": "resolved", "archive": {}}"#, "archive"),
            (r#"{"archive": {"events": 1, "users": 1}}"#, "archive"),
            (r#"{"archive": {"date": "soon"}}"#, "date"),
        ] {
            let refused = read(json);
            assert!(
                matches!(&refused, Err(Error::Invalid { field: found, .. }) if found == field),
                "{json}: {refused:?}"
            );
        }
    }
}
