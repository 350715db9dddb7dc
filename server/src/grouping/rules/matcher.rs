//! One condition of a rule: a field of the event and a pattern for it.

use super::super::glob::Glob;
use crate::protocol::event::{Event, Frame, Level};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matcher {
    pub(super) field: Field,
    pub(super) negated: bool,
    pub(super) pattern: Glob,
}

/// What of an event can be matched, and put into a fingerprint as `{{ type }}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Field {
    Type,
    Value,
    Message,
    Module,
    Function,
    Path,
    Package,
    Release,
    Environment,
    Level,
    Logger,
    Transaction,
    Sdk,
    Tag(String),
}

impl Field {
    /// The names in the second place are those other tools' rules use.
    pub(in super::super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "type" | "error.type" => Self::Type,
            "value" | "error.value" => Self::Value,
            "message" => Self::Message,
            "module" | "stack.module" => Self::Module,
            "function" | "stack.function" => Self::Function,
            "path" | "stack.abs_path" => Self::Path,
            "package" | "stack.package" => Self::Package,
            "release" => Self::Release,
            "environment" => Self::Environment,
            "level" => Self::Level,
            "logger" => Self::Logger,
            "transaction" => Self::Transaction,
            "sdk" => Self::Sdk,
            _ => Self::Tag(name.strip_prefix("tags.").or_else(|| name.strip_prefix("tag."))?.to_owned()),
        })
    }

    pub(super) fn is_of_frame(&self) -> bool {
        matches!(self, Self::Module | Self::Function | Self::Path | Self::Package)
    }

    /// The one value that stands for the event: of the exception raised last, of the frame nearest to the throw.
    pub(in super::super) fn value(&self, event: &Event) -> Option<String> {
        let mut value = None;
        self.any(event, |text| {
            value = Some(text.to_owned());
            true
        });
        value
    }

    /// Whether a value satisfies the condition; exceptions raised last and frames near the throw come first.
    fn any(&self, event: &Event, mut is: impl FnMut(&str) -> bool) -> bool {
        let mut exceptions = event.exceptions.iter().rev();
        let mut is_some = |value: &Option<String>| value.as_deref().is_some_and(&mut is);
        match self {
            Self::Type => exceptions.any(|exception| is_some(&exception.kind)),
            Self::Value => exceptions.any(|exception| is_some(&exception.value)),
            Self::Message => match &event.message {
                Some(message) => is(&message.formatted),
                None => exceptions.any(|exception| is_some(&exception.value)),
            },
            Self::Release => is_some(&event.release),
            Self::Environment => is_some(&event.environment),
            Self::Logger => is_some(&event.logger),
            Self::Transaction => is_some(&event.transaction),
            Self::Level => is(level(event.level)),
            Self::Sdk => event.sdk.as_ref().is_some_and(|sdk| is(&sdk.name)),
            Self::Tag(key) => event.tags.iter().any(|(name, value)| name == key && is(value)),
            Self::Module | Self::Function | Self::Path | Self::Package => {
                let on_threads = event.threads.iter().filter(|thread| thread.crashed || thread.current);
                let stacks =
                    exceptions.map(|exception| &exception.frames).chain(on_threads.map(|thread| &thread.frames));
                stacks.flat_map(|frames| frames.iter().rev()).any(|frame| self.of_frame(frame).is_some_and(&mut is))
            }
        }
    }

    fn of_frame<'f>(&self, frame: &'f Frame) -> Option<&'f str> {
        match self {
            Self::Module => frame.module.as_deref(),
            Self::Function => frame.function.as_deref(),
            Self::Path => frame.abs_path.as_deref().or(frame.filename.as_deref()),
            Self::Package => frame.package.as_deref(),
            _ => None,
        }
    }
}

impl Matcher {
    pub(super) fn matches(&self, event: &Event) -> bool {
        self.field.any(event, |value| self.pattern.matches(value)) != self.negated
    }

    pub(super) fn matches_frame(&self, frame: &Frame) -> bool {
        self.field.of_frame(frame).is_some_and(|value| self.pattern.matches(value)) != self.negated
    }
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
        Level::Fatal => "fatal",
    }
}
