//! What admission hands to the writer: plain values, with everything computed that needs no database.

use std::sync::Arc;

use uuid::Uuid;

use crate::grouping::Hash;
use crate::issues::ownership::Assignment;
use crate::monitors::Watch;
use crate::protocol::check_in::CheckIn;
use crate::protocol::event::Event;
use crate::search::EventText;

/// Everything of one request that is to be kept or counted, for one project.
#[derive(Debug, Default)]
pub struct Parcel {
    pub project_id: i64,
    /// Unix milliseconds.
    pub received_at: i64,
    pub events: Vec<NewEvent>,
    pub feedback: Vec<NewFeedback>,
    pub attachments: Vec<NewAttachment>,
    pub sessions: Vec<SessionUpdate>,
    pub aggregates: Vec<SessionAggregate>,
    pub transactions: Vec<NewTransaction>,
    pub check_ins: Vec<NewCheckIn>,
    /// Asks which of the project's monitors are overdue, and says when there was somebody to hear them.
    pub watch: Option<Watch>,
    pub outcomes: Vec<Outcome>,
}

/// Where something happened, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    pub release: Option<String>,
    pub environment: Option<String>,
}

#[derive(Debug)]
pub struct NewEvent {
    pub event_id: Uuid,
    /// The data category it is counted in: `error`, or `security` for what a browser reported.
    pub category: &'static str,
    pub happened_at: i64,
    pub place: Place,
    pub level: String,
    pub title: String,
    pub culprit: Option<String>,
    pub priority: &'static str,
    /// The primary hash and others that lead to the same issue.
    pub hash: Hash,
    pub other_hashes: Vec<Hash>,
    /// What it would have had before the project's grouping changed, or before a source map was found: an issue known
    /// by one of them continues, but a new issue does not get them.
    pub former_hashes: Vec<Hash>,
    pub user_key: Option<String>,
    /// As its column holds it; empty unless it is stored.
    pub payload: Vec<u8>,
    /// Or only counted, as one of a flood of its issue.
    pub is_stored: bool,
    /// What is searched of it.
    pub text: EventText,
    /// Whom its issue is left to, if that is new.
    pub owner: Option<Arc<Assignment>>,
    /// What source maps may make something of; taken by `mapping`.
    pub script: Option<Box<Script>>,
}

/// An event of JavaScript before source maps were applied, and its JSON.
#[derive(Debug)]
pub struct Script {
    pub event: Event,
    pub json: Vec<u8>,
}

#[derive(Debug)]
pub struct NewFeedback {
    pub event_id: Uuid,
    pub created_at: i64,
    pub place: Place,
    pub message: String,
    pub title: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub kind: String,
    pub rating: Option<i32>,
    pub associated_event_id: Option<Uuid>,
    /// Leads to the issue of those who said the same.
    pub hash: Uuid,
    pub signature: u64,
    pub user_key: Option<String>,
    /// Whom its issue is left to, if that is new.
    pub owner: Option<Arc<Assignment>>,
    /// As its column holds it.
    pub payload: Vec<u8>,
}

#[derive(Debug)]
pub struct NewAttachment {
    pub event_id: Uuid,
    pub name: String,
    pub content_type: String,
    pub kind: String,
    pub bytes: i64,
    /// Name in the blob store, where the content already is.
    pub blob: String,
}

/// How a session stands. The later of two of one session wins, unless the earlier was final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionStatus {
    Ok,
    Exited,
    /// Met an unhandled error and went on.
    Unhandled,
    Crashed,
    Abnormal,
}

#[derive(Debug)]
pub struct SessionUpdate {
    pub sid: Uuid,
    pub place: Place,
    pub started: i64,
    pub status: SessionStatus,
    pub errors: i64,
    pub user_hash: Option<i64>,
}

/// Sessions that were counted by the client; the five kinds never overlap.
#[derive(Debug)]
pub struct SessionAggregate {
    pub place: Place,
    pub started: i64,
    pub user_hash: Option<i64>,
    pub healthy: i64,
    pub errored: i64,
    pub unhandled: i64,
    pub crashed: i64,
    pub abnormal: i64,
}

/// One request to the application, or one run of a task: how long it took and whether it failed.
#[derive(Debug)]
pub struct NewTransaction {
    pub place: Place,
    pub at: i64,
    /// With changing parts replaced.
    pub name: String,
    pub micros: u64,
    pub failed: bool,
}

#[derive(Debug)]
pub struct NewCheckIn {
    pub place: Place,
    pub at: i64,
    pub sent: CheckIn,
}

/// What became of something that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    Accepted,
    /// Accepted and counted, but not stored: one of a flood of its issue. Counted as accepted, too.
    Sampled,
    Dropped,
    /// An item type Fieldfare does not keep.
    Skipped,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub fate: Fate,
    /// A data category; for skipped ones the item type.
    pub category: String,
    /// Empty unless dropped.
    pub reason: String,
    pub quantity: i64,
}

impl Fate {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Sampled => "sampled",
            Self::Dropped => "dropped",
            Self::Skipped => "skipped",
        }
    }
}

impl SessionStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Exited => "exited",
            Self::Unhandled => "unhandled",
            Self::Crashed => "crashed",
            Self::Abnormal => "abnormal",
        }
    }

    /// The status a stored word means; what is not known met an error.
    pub fn from_stored(word: &str) -> Self {
        match word {
            "ok" => Self::Ok,
            "exited" => Self::Exited,
            "crashed" => Self::Crashed,
            "abnormal" => Self::Abnormal,
            _ => Self::Unhandled,
        }
    }

    /// Whether no later update can change it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Exited | Self::Crashed | Self::Abnormal)
    }
}
