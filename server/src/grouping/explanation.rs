//! Why an event is in its group, in a form a page can show: what contributed, what was left out, and the reason.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::hash::{Hash, Hasher};

/// Everything the grouping looked at. Stored as JSON once per hash, and made afresh for any one event on demand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// One sentence: "Grouped by exception type and 4 in-app frames."
    pub summary: String,
    /// In the order they were considered; those with `contributes` make the key.
    pub components: Vec<Component>,
    /// The frames are those of a minified bundle without a source map, so the key had to do without function names.
    #[serde(default)]
    pub unmapped: bool,
}

/// One thing the grouping looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    pub kind: Kind,
    /// As it entered the key; for what was left out, as the SDK sent it.
    pub value: String,
    pub contributes: bool,
    /// What the SDK sent, where normalising changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Why it was left out ("not in app"), or what chose it ("the release's rule 2").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'static, str>>,
}

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One part of a fingerprint set by a rule or by the client.
    Fingerprint,
    /// A built-in family, and what tells its members apart (a host, the functions of a recursion).
    Family,
    FamilyDetail,
    /// An exception's type.
    Type,
    Frame,
    /// A text, with its changing parts replaced by placeholders.
    Message,
    Logger,
    /// The bundle a minified stack trace points into.
    File,
    /// A content security policy's directive, and the origin it blocked.
    Directive,
    Origin,
    /// One distinct member of an exception group, as the hash of its own components.
    Member,
}

impl Component {
    pub(super) fn used(kind: Kind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into(), contributes: true, from: None, reason: None }
    }

    /// Contributes, and says what it was before normalising if that differs.
    pub(super) fn normalised(kind: Kind, value: String, from: &str) -> Self {
        let from = (value != from).then(|| shown(from));
        Self { kind, value, contributes: true, from, reason: None }
    }

    pub(super) fn left_out(kind: Kind, value: &str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, value: shown(value), contributes: false, from: None, reason: Some(reason.into()) }
    }

    pub(super) fn because(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

impl Kind {
    /// The name that enters the hash; it never changes, whatever the pages call it.
    const fn tag(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::Family => "family",
            Self::FamilyDetail => "family_detail",
            Self::Type => "type",
            Self::Frame => "frame",
            Self::Message => "message",
            Self::Logger => "logger",
            Self::File => "file",
            Self::Directive => "directive",
            Self::Origin => "origin",
            Self::Member => "member",
        }
    }
}

/// The key of what contributes.
pub(super) fn hash(domain: &str, components: &[Component]) -> Hash {
    let mut hasher = Hasher::new(domain);
    for component in components.iter().filter(|component| component.contributes) {
        hasher.add(component.kind.tag());
        hasher.add(&component.value);
    }
    hasher.finish()
}

/// How many components of one kind contribute.
pub(super) fn count(components: &[Component], kind: Kind) -> usize {
    components.iter().filter(|component| component.contributes && component.kind == kind).count()
}

/// An explanation is stored with every group; one runaway value must not weigh it down.
const SHOWN_CHARS_MAX: usize = 256;

fn shown(text: &str) -> String {
    clip(text, SHOWN_CHARS_MAX).to_owned()
}

/// The first `chars_max` characters.
pub(super) fn clip(text: &str, chars_max: usize) -> &str {
    if text.len() <= chars_max {
        return text;
    }
    text.char_indices().nth(chars_max).map_or(text, |(end, _)| &text[..end])
}
