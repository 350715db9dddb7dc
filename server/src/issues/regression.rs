//! Whether an arriving event reopens a resolved issue. Values in, values out.
//!
//! An event of an older release never reopens what was resolved in a newer one; the reason is kept with the answer, so
//! that the issue can say why it came back or why it did not.

use std::cmp::Ordering;

use crate::releases::order::{ReleaseOrder, compare, is_later};

/// How an issue was resolved; the column `issue_state.how`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolutionKind {
    /// From then on, wherever it runs.
    Now,
    /// Fixed in a release.
    Release,
    /// Fixed in whatever comes after a release.
    NextRelease,
    /// Fixed in the release that holds a commit.
    Commit,
}

/// The resolution in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution<'a> {
    pub kind: ResolutionKind,
    /// The release it is resolved in: for a commit the one that holds it, once there is one; for the other kinds the last
    /// release known when it was resolved.
    pub release: Option<ReleaseOrder<'a>>,
    pub resolved_at: i64,
}

/// What an arriving event brings to the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival<'a> {
    pub happened_at: i64,
    pub release: Option<ReleaseOrder<'a>>,
}

/// What becomes of the issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Regresses { reason: String },
    StaysResolved { reason: String },
}

impl ResolutionKind {
    /// Reads a stored kind back; anything unknown counts as [`ResolutionKind::Now`].
    pub fn from_stored(text: &str) -> Self {
        match text {
            "release" => Self::Release,
            "next_release" => Self::NextRelease,
            "commit" => Self::Commit,
            _ => Self::Now,
        }
    }
}

/// Decides whether an event reopens the issue it belongs to.
pub fn decide(resolution: Option<&Resolution<'_>>, arrival: &Arrival<'_>) -> Decision {
    let Some(resolution) = resolution else { return stays("nothing was resolved") };
    match resolution.kind {
        ResolutionKind::Now => after_now(resolution, arrival),
        ResolutionKind::Release => after_release(resolution, arrival),
        ResolutionKind::NextRelease => after_next_release(resolution, arrival),
        ResolutionKind::Commit if resolution.release.is_none() => stays("no release holds the commit yet"),
        ResolutionKind::Commit => after_release(resolution, arrival),
    }
}

fn after_now(resolution: &Resolution<'_>, arrival: &Arrival<'_>) -> Decision {
    if arrival.happened_at <= resolution.resolved_at {
        return stays("it happened before the issue was resolved");
    }
    match (resolution.release, arrival.release) {
        (Some(known), Some(seen)) if is_later(&known, &seen).is_some() => older(&seen, &known),
        (Some(known), Some(seen)) if is_later(&seen, &known).is_some() => later(&seen, &known),
        (_, Some(seen)) => regresses(format!("Seen in {} after it was resolved", seen.version)),
        (_, None) => regresses("Seen after it was resolved"),
    }
}

fn after_release(resolution: &Resolution<'_>, arrival: &Arrival<'_>) -> Decision {
    let (fixed, seen) = match (resolution.release, arrival.release) {
        (None, _) => return after_now(resolution, arrival),
        (Some(_), None) => return stays("the event names no release"),
        (Some(fixed), Some(seen)) => (fixed, seen),
    };
    match compare(&seen, &fixed).ordering {
        Ordering::Less => older(&seen, &fixed),
        Ordering::Greater => later(&seen, &fixed),
        Ordering::Equal if arrival.happened_at <= resolution.resolved_at => {
            stays("it happened before the issue was resolved")
        }
        Ordering::Equal => regresses(format!("Seen in {}, in which it was resolved", seen.version)),
    }
}

fn after_next_release(resolution: &Resolution<'_>, arrival: &Arrival<'_>) -> Decision {
    let Some(seen) = arrival.release else { return stays("the event names no release") };
    match resolution.release {
        Some(known) if is_later(&seen, &known).is_some() => later(&seen, &known),
        Some(known) => stays(format!("{} is not later than {}", seen.version, known.version)),
        None if arrival.happened_at > resolution.resolved_at => {
            regresses(format!("Seen in {}, the first release since it was resolved", seen.version))
        }
        None => stays("it happened before the issue was resolved"),
    }
}

fn later(seen: &ReleaseOrder<'_>, than: &ReleaseOrder<'_>) -> Decision {
    let compared = compare(seen, than).reason;
    regresses(format!("Seen in {}, which is later than {} ({compared})", seen.version, than.version))
}

fn older(seen: &ReleaseOrder<'_>, than: &ReleaseOrder<'_>) -> Decision {
    stays(format!("{} is older than {} ({})", seen.version, than.version, compare(seen, than).reason))
}

fn regresses(reason: impl Into<String>) -> Decision {
    Decision::Regresses { reason: reason.into() }
}

fn stays(reason: impl Into<String>) -> Decision {
    Decision::StaysResolved { reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::ResolutionKind::{Commit, NextRelease, Now, Release};
    use super::*;

    const RESOLVED_AT: i64 = 1_000;
    const BEFORE: i64 = 900;
    const AFTER: i64 = 1_100;

    fn release(version: &str) -> ReleaseOrder<'_> {
        ReleaseOrder { version, released_at: None, first_seen: 0 }
    }

    fn regresses(kind: ResolutionKind, in_force: &str, seen: &str, happened_at: i64) -> bool {
        let some = |version: &'static str| (!version.is_empty()).then(|| release(version));
        let (in_force, seen) = (some(in_force.to_owned().leak()), some(seen.to_owned().leak()));
        let resolution = Resolution { kind, release: in_force, resolved_at: RESOLVED_AT };
        matches!(decide(Some(&resolution), &Arrival { happened_at, release: seen }), Decision::Regresses { .. })
    }

    #[test]
    fn a_resolved_issue_reopens_only_when_the_fix_should_have_been_there() {
        #[rustfmt::skip]
        let table = [
            (Now,         "2.4.0", "2.4.0",     AFTER,  true),
            (Now,         "2.4.0", "2.4.0",     BEFORE, false),
            (Now,         "2.4.0", "2.5.0",     AFTER,  true),
            (Now,         "2.4.0", "2.3.9",     AFTER,  false),
            (Now,         "2.4.0", "",          AFTER,  true),
            (Now,         "",      "2.3.0",     AFTER,  true),
            (Now,         "",      "",          BEFORE, false),
            (Release,     "2.4.0", "2.4.0",     AFTER,  true),
            (Release,     "2.4.0", "2.4.0",     BEFORE, false),
            (Release,     "2.4.0", "2.4.1",     BEFORE, true),
            (Release,     "2.4.0", "2.4.0-rc1", AFTER,  false),
            (Release,     "2.4.0", "2.3.0",     AFTER,  false),
            (Release,     "2.4.0", "",          AFTER,  false),
            (Release,     "",      "2.4.0",     AFTER,  true),
            (NextRelease, "2.4.0", "2.4.0",     AFTER,  false),
            (NextRelease, "2.4.0", "2.3.0",     AFTER,  false),
            (NextRelease, "2.4.0", "2.4.1",     AFTER,  true),
            (NextRelease, "2.4.0", "",          AFTER,  false),
            (NextRelease, "",      "1.0.0",     AFTER,  true),
            (NextRelease, "",      "1.0.0",     BEFORE, false),
            (Commit,      "",      "9.0.0",     AFTER,  false),
            (Commit,      "",      "",          AFTER,  false),
            (Commit,      "2.4.0", "2.3.0",     AFTER,  false),
            (Commit,      "2.4.0", "2.4.0",     AFTER,  true),
            (Commit,      "2.4.0", "2.5.0",     BEFORE, true),
            (Commit,      "2.4.0", "",          AFTER,  false),
        ];
        for (kind, in_force, seen, happened_at, expected) in table {
            assert_eq!(
                regresses(kind, in_force, seen, happened_at),
                expected,
                "{kind:?} {in_force} {seen} {happened_at}"
            );
        }
    }

    #[test]
    fn the_reason_says_what_was_compared() {
        let resolution = Resolution { kind: Release, release: Some(release("2.4.0")), resolved_at: RESOLVED_AT };
        let arrival = Arrival { happened_at: AFTER, release: Some(release("2.4.1")) };
        let reason = "Seen in 2.4.1, which is later than 2.4.0 (2.4.1 > 2.4.0, semver)".to_owned();
        assert_eq!(decide(Some(&resolution), &arrival), Decision::Regresses { reason });
        assert!(matches!(decide(None, &arrival), Decision::StaysResolved { .. }));
    }
}
