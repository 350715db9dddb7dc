//! Small words shared by several nouns.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One page of a list. `next` is an opaque cursor, `None` on the last page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub data: Vec<T>,
    pub next: Option<String>,
}

/// Writes an enum whose variants have one name each, used in URLs, JSON, forms and the database alike.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    };
}

pub(super) use named;

named! {
    /// What an issue is a cluster of.
    IssueKind { Error = "error", Feedback = "feedback" }
}
named! {
    /// How bad an event says it is.
    Level { Debug = "debug", Info = "info", Warning = "warning", Error = "error", Fatal = "fatal" }
}
named! {
    /// Where an issue is in triage. Feedback can be answered as well.
    Status { Unresolved = "unresolved", Resolved = "resolved", Archived = "archived", Answered = "answered" }
}
named! {
    /// Why an unresolved issue is where it is.
    Substatus { New = "new", Ongoing = "ongoing", Escalating = "escalating", Regressed = "regressed" }
}
named! {
    /// How soon somebody should look.
    Priority { Low = "low", Medium = "medium", High = "high" }
}
named! {
    /// What a member may do; each role includes the ones after it.
    Role { Owner = "owner", Admin = "admin", Lead = "lead", Developer = "developer", Viewer = "viewer" }
}
named! {
    /// How much an incident hurts, worst first.
    Severity { Critical = "critical", Major = "major", Minor = "minor" }
}
named! {
    /// Where an incident is.
    IncidentStatus { Investigating = "investigating", Identified = "identified", Monitoring = "monitoring", Resolved = "resolved" }
}
named! {
    /// What a piece of feedback is, as its writer chose.
    FeedbackType { Bug = "bug", Idea = "idea", Question = "question", Praise = "praise", Other = "other" }
}
named! {
    /// What a search hit is.
    HitKind { Event = "event", Feedback = "feedback", Issue = "issue", Comment = "comment", Incident = "incident" }
}
named! {
    /// Order of the inbox.
    IssueSort { LastSeen = "last_seen", FirstSeen = "first_seen", Events = "events", Users = "users" }
}

named! {
    /// How one run of a job came out. `unknown` is said of what was expected while nobody could have heard of it.
    CheckInStatus {
        InProgress = "in_progress", Ok = "ok", Error = "error", Missed = "missed", Timeout = "timeout",
        Unknown = "unknown",
    }
}
named! {
    /// How a job is doing.
    MonitorState { Waiting = "waiting", Running = "running", Ok = "ok", Failing = "failing" }
}

impl Role {
    /// Whether this role includes `needed`.
    pub fn may(self, needed: Self) -> bool {
        self <= needed
    }
}
