//! What is indexed of a thing, and the key it is indexed under.

use fieldfare_app::api::HitKind;
use tantivy::{TantivyDocument, Term};
use uuid::Uuid;

use super::fields::Fields;
use crate::store::changes::Change;

/// Longest text of one field that is indexed, bytes; what follows is repetition far more often than news.
const MAX_TEXT_BYTES: usize = 8 * 1024;
/// Longest exact term, bytes.
const MAX_EXACT_BYTES: usize = 200;

/// Names a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Event { project_id: i64, event_id: Uuid },
    Feedback(i64),
    Issue(i64),
    Comment(i64),
    Incident(i64),
}

/// What a document is, finer than what a hit is: an issue of feedback answers `kind:feedback`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Event = 0,
    Feedback = 1,
    ErrorIssue = 2,
    FeedbackIssue = 3,
    Incident = 4,
    Comment = 5,
}

/// Everything the index knows of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) key: Key,
    pub(super) kind: Kind,
    pub(super) project_id: i64,
    /// 0 for incidents, which belong to none.
    pub(super) issue_id: i64,
    pub(super) at: i64,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) rest: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) has: Vec<String>,
    pub(super) release: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) level: Option<String>,
}

impl From<Change> for Key {
    fn from(change: Change) -> Self {
        match change {
            Change::Event { project_id, event_id } => Self::Event { project_id, event_id },
            Change::Feedback { feedback_id, .. } => Self::Feedback(feedback_id),
            Change::Issue { issue_id, .. } => Self::Issue(issue_id),
            Change::Comment { comment_id, .. } => Self::Comment(comment_id),
            Change::Incident { incident_id } => Self::Incident(incident_id),
        }
    }
}

impl Key {
    /// The row a collector can name; events have none.
    fn subject(self) -> i64 {
        match self {
            Self::Event { .. } => 0,
            Self::Feedback(id) | Self::Issue(id) | Self::Comment(id) | Self::Incident(id) => id,
        }
    }

    fn to_bytes(self) -> Vec<u8> {
        let numbered = |letter: u8, id: i64| [&[letter][..], &id.to_be_bytes()].concat();
        match self {
            Self::Event { project_id, event_id } => [b"e", &project_id.to_be_bytes()[..], event_id.as_bytes()].concat(),
            Self::Feedback(id) => numbered(b'f', id),
            Self::Issue(id) => numbered(b'i', id),
            Self::Comment(id) => numbered(b'c', id),
            Self::Incident(id) => numbered(b'n', id),
        }
    }

    /// Reads a key back; `None` if the index holds something else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (letter, rest) = bytes.split_first()?;
        let (id, rest) = rest.split_first_chunk()?;
        let id = i64::from_be_bytes(*id);
        match letter {
            b'e' => Some(Self::Event { project_id: id, event_id: Uuid::from_slice(rest).ok()? }),
            b'f' => Some(Self::Feedback(id)),
            b'i' => Some(Self::Issue(id)),
            b'c' => Some(Self::Comment(id)),
            b'n' => Some(Self::Incident(id)),
            _ => None,
        }
    }

    /// The term that finds the one document of this key.
    pub(super) fn term(self, fields: &Fields) -> Term {
        Term::from_field_bytes(fields.key, &self.to_bytes())
    }

    pub(super) fn hit_kind(self) -> HitKind {
        match self {
            Self::Event { .. } => HitKind::Event,
            Self::Feedback(_) => HitKind::Feedback,
            Self::Issue(_) => HitKind::Issue,
            Self::Comment(_) => HitKind::Comment,
            Self::Incident(_) => HitKind::Incident,
        }
    }
}

impl Document {
    /// A document of which nothing is known yet but its place.
    pub(super) fn new(key: Key, kind: Kind, project_id: i64, issue_id: i64, at: i64) -> Self {
        Self {
            key,
            kind,
            project_id,
            issue_id,
            at,
            title: String::new(),
            body: String::new(),
            rest: Vec::new(),
            people: Vec::new(),
            tags: Vec::new(),
            has: Vec::new(),
            release: None,
            environment: None,
            level: None,
        }
    }

    /// Everything to be found by words that is neither title nor body.
    pub(super) fn rest_text(&self) -> String {
        let values = self.tags.iter().map(|(_, value)| value);
        let words = self.rest.iter().chain(&self.people).chain(values).chain(&self.release).chain(&self.environment);
        let mut text = String::new();
        for word in words {
            text.push_str(word);
            text.push('\n');
        }
        text
    }

    /// The document as the index takes it.
    pub(super) fn to_tantivy(&self, fields: &Fields) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_bytes(fields.key, &self.key.to_bytes());
        document.add_u64(fields.kind, self.kind as u64);
        document.add_i64(fields.project, self.project_id);
        document.add_i64(fields.group, self.group());
        document.add_i64(fields.subject, self.key.subject());
        document.add_i64(fields.at, self.at);
        document.add_text(fields.title, cut(&self.title, MAX_TEXT_BYTES));
        document.add_text(fields.body, cut(&self.body, MAX_TEXT_BYTES));
        document.add_text(fields.rest, cut(&self.rest_text(), MAX_TEXT_BYTES));
        self.add_exact(&mut document, fields);
        document
    }

    /// Hits of one group are shown as one.
    fn group(&self) -> i64 {
        if self.issue_id == 0 { -self.key.subject() } else { self.issue_id }
    }

    fn add_exact(&self, document: &mut TantivyDocument, fields: &Fields) {
        let mut add = |field, text: &str| document.add_text(field, cut(text, MAX_EXACT_BYTES));
        self.people.iter().for_each(|person| add(fields.people, person));
        self.has.iter().for_each(|has| add(fields.has, has));
        self.tags.iter().for_each(|(key, value)| add(fields.tag, &tag_term(key, value)));
        self.environment.iter().for_each(|name| add(fields.environment, name));
        self.level.iter().for_each(|level| add(fields.level, level));
        self.release.iter().flat_map(|version| names_of(version)).for_each(|name| add(fields.release, name));
    }
}

/// How a tag is written in the index.
pub(super) fn tag_term(key: &str, value: &str) -> String {
    format!("{key}={value}")
}

/// The names a release answers to: `shop@2.4.0` and, since people leave the package out, `2.4.0`.
fn names_of(version: &str) -> impl Iterator<Item = &str> {
    let short = version.rsplit_once('@').map(|(_, short)| short).filter(|short| !short.is_empty());
    std::iter::once(version).chain(short)
}

/// The beginning of a text, cut between characters.
pub(super) fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back() {
        let event = Key::Event { project_id: 3, event_id: Uuid::from_u128(7) };
        for key in [event, Key::Feedback(1), Key::Issue(i64::MAX), Key::Comment(9), Key::Incident(4)] {
            assert_eq!(Key::from_bytes(&key.to_bytes()), Some(key));
        }
        assert_eq!(Key::from_bytes(b"x"), None);
        assert_eq!(Key::from_bytes(b""), None);
    }
}
