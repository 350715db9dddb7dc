//! What admission hands to the writer: plain values, with everything computed that needs no database.

use uuid::Uuid;

use crate::grouping::Hash;
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
    pub happened_at: i64,
    pub place: Place,
    pub level: String,
    pub title: String,
    pub culprit: Option<String>,
    pub priority: &'static str,
    /// The primary hash and others that lead to the same issue.
    pub hash: Hash,
    pub other_hashes: Vec<Hash>,
    pub user_key: Option<String>,
    /// As its column holds it.
    pub payload: Vec<u8>,
    /// What is searched of it.
    pub text: EventText,
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

/// What became of something that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    Accepted,
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
