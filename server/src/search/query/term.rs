//! One condition, and who can answer it.

use fieldfare_app::api::{IssueKind, Level, Priority, Status, Substatus};

use super::range::Range;
use super::versions::Versions;
use super::when::{Span, When};

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// One free word.
    Text(String),
    /// Words in this order.
    Phrase(String),
    Is(Is),
    Kind(IssueKind),
    Level(Level),
    Priority(Priority),
    Assigned(Assigned),
    Linked(Linked),
    Release(Seen, Versions),
    /// A name; `*` stands for anything.
    Environment(String),
    /// A project's slug; `*` stands for anything.
    Project(String),
    /// A short id, in capitals.
    Issue(String),
    /// Id, e-mail address, name or address of an affected user or reporter; `*` stands for anything.
    User(String),
    /// A tag, or something else that may be there, as `screenshot`.
    Has(String),
    Tag {
        key: String,
        value: String,
    },
    Count(Counter, Range<u64>),
    Time(Moment, Range<When>),
    /// How long ago it was first seen.
    Age(Range<Span>),
}

/// A state, or another fact in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    Status(Status),
    Substatus(Substatus),
    Assigned,
    Unassigned,
    /// Linked to an incident.
    Linked,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// The viewer.
    Me,
    Nobody,
    Anybody,
    /// E-mail address or name; `*` stands for anything.
    Member(String),
    /// A team's name in lower case, without `#`.
    Team(String),
    /// Any team the viewer is in.
    MyTeams,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linked {
    /// To any incident.
    Incident,
    /// To the incident of this number.
    Number(i64),
}

/// In what way a release is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Seen in it at all.
    In,
    FirstIn,
    LastIn,
    /// Came back in it after it was resolved.
    AgainIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    Events,
    Users,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    FirstSeen,
    LastSeen,
    /// Came back after it was resolved.
    Regressed,
}

/// Who can answer a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Only the search index.
    Index,
    /// Only the tables.
    Tables,
    /// The index about a document, the tables about an issue.
    Both,
}

impl Is {
    /// Every state.
    pub fn all() -> impl Iterator<Item = Self> {
        let statuses = Status::ALL.iter().copied().map(Self::Status);
        let substatuses = Substatus::ALL.iter().copied().map(Self::Substatus);
        statuses.chain(substatuses).chain([Self::Assigned, Self::Unassigned, Self::Linked])
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status(status) => status.as_str(),
            Self::Substatus(substatus) => substatus.as_str(),
            Self::Assigned => "assigned",
            Self::Unassigned => "unassigned",
            Self::Linked => "linked",
        }
    }
}

/// What `has:` asks of the tables; everything else that may be there is in the index.
pub(super) const HAS_FEEDBACK: &str = "feedback";

impl Term {
    pub fn side(&self) -> Side {
        match self {
            Self::Has(what) if what == HAS_FEEDBACK => Side::Tables,
            Self::Text(_) | Self::Phrase(_) | Self::User(_) | Self::Has(_) | Self::Tag { .. } => Side::Index,
            Self::Kind(_) | Self::Level(_) | Self::Environment(_) | Self::Project(_) => Side::Both,
            Self::Release(seen, _) => {
                if *seen == Seen::In {
                    Side::Both
                } else {
                    Side::Tables
                }
            }
            Self::Is(_) | Self::Priority(_) | Self::Assigned(_) | Self::Linked(_) | Self::Issue(_) => Side::Tables,
            Self::Count(..) | Self::Time(..) | Self::Age(_) => Side::Tables,
        }
    }
}
