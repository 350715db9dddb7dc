//! Problems every application has, which browsers and runtimes word in a dozen ways: one group each, out of the box.

mod overflow;
mod unreachable;

use serde::{Deserialize, Serialize};

use super::chain::Link;
use super::explanation::{Component, Kind};
use super::language::Language;
use super::rules::Rules;

/// A built-in family. A project may turn each of them off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A chunk or a dynamic import did not load, mostly after a deploy.
    ChunkLoad,
    /// The browser could not reach a server.
    Network,
    /// An error in a script of another origin, of which the browser says nothing.
    ScriptError,
    /// The harmless notice about observed sizes.
    ResizeObserver,
    /// The page as rendered by the server and by the browser differ.
    Hydration,
    OutOfMemory,
    /// Told apart by the functions that call each other.
    StackOverflow,
    /// Connections refused or timed out, told apart by host.
    Unreachable,
}

impl Family {
    pub const ALL: [Self; 8] = [
        Self::ChunkLoad,
        Self::Network,
        Self::ScriptError,
        Self::ResizeObserver,
        Self::Hydration,
        Self::OutOfMemory,
        Self::StackOverflow,
        Self::Unreachable,
    ];

    /// As rules and keys name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChunkLoad => "chunk_load",
            Self::Network => "network",
            Self::ScriptError => "script_error",
            Self::ResizeObserver => "resize_observer",
            Self::Hydration => "hydration",
            Self::OutOfMemory => "out_of_memory",
            Self::StackOverflow => "stack_overflow",
            Self::Unreachable => "unreachable",
        }
    }

    /// As pages name it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ChunkLoad => "a script chunk that did not load",
            Self::Network => "a request the browser could not make",
            Self::ScriptError => "an error in a script of another origin",
            Self::ResizeObserver => "a ResizeObserver notice",
            Self::Hydration => "a hydration mismatch",
            Self::OutOfMemory => "out of memory",
            Self::StackOverflow => "a stack overflow",
            Self::Unreachable => "a host that cannot be reached",
        }
    }
}

/// How a family is recognised: by the exception's type, or by what its text starts with or holds.
struct Sign {
    family: Family,
    /// None: any platform.
    language: Option<Language>,
    types: &'static [&'static str],
    starts: &'static [&'static str],
    holds: &'static [&'static str],
}

const SIGNS: [Sign; 7] = [
    Sign {
        family: Family::ChunkLoad,
        language: Some(Language::JavaScript),
        types: &["ChunkLoadError"],
        starts: &["Loading chunk ", "Loading CSS chunk ", "Unable to preload CSS for "],
        holds: &["dynamically imported module", "Importing a module script failed"],
    },
    Sign {
        family: Family::Network,
        language: Some(Language::JavaScript),
        types: &[],
        starts: &[
            "Failed to fetch",
            "Load failed",
            "NetworkError when attempting to fetch resource",
            "Network request failed",
            "Network Error",
            "The network connection was lost",
            "The Internet connection appears to be offline",
        ],
        holds: &[],
    },
    Sign {
        family: Family::ScriptError,
        language: Some(Language::JavaScript),
        types: &[],
        starts: &["Script error"],
        holds: &[],
    },
    Sign {
        family: Family::ResizeObserver,
        language: Some(Language::JavaScript),
        types: &[],
        starts: &["ResizeObserver loop "],
        holds: &[],
    },
    Sign {
        family: Family::Hydration,
        language: Some(Language::JavaScript),
        types: &[],
        starts: &[
            "Hydration failed",
            "Hydration completed but contains mismatches",
            "There was an error while hydrating",
        ],
        holds: &[
            "server rendered HTML",
            "server-rendered HTML",
            "Minified React error #418",
            "Minified React error #423",
            "Minified React error #425",
        ],
    },
    Sign {
        family: Family::OutOfMemory,
        language: None,
        types: &[
            "OutOfMemoryError",
            "java.lang.OutOfMemoryError",
            "MemoryError",
            "NoMemoryError",
            "System.OutOfMemoryException",
            "OutOfMemoryException",
        ],
        starts: &["Allowed memory size of "],
        holds: &["JavaScript heap out of memory"],
    },
    Sign {
        family: Family::StackOverflow,
        language: None,
        types: &[
            "StackOverflowError",
            "java.lang.StackOverflowError",
            "RecursionError",
            "SystemStackError",
            "StackOverflowException",
            "System.StackOverflowException",
        ],
        starts: &["Maximum call stack size exceeded", "too much recursion", "stack level too deep"],
        holds: &[],
    },
];

/// The family the cause of an event belongs to, with what tells its members apart.
pub(super) fn of_exception(cause: &Link, language: Language, rules: &Rules) -> Option<Vec<Component>> {
    let kind = cause.exception.kind.as_deref().unwrap_or_default();
    let value = cause.exception.value.as_deref().unwrap_or_default();
    match of_text(kind, value, language).filter(|family| rules.is_on(*family)) {
        Some(Family::StackOverflow) => {
            let cycle = overflow::cycle(&cause.stack);
            (!cycle.is_empty()).then(|| components(Family::StackOverflow, cycle))
        }
        Some(Family::Network) => Some(components(Family::Network, host_in_brackets(value))),
        Some(family) => Some(components(family, Vec::new())),
        None if rules.is_on(Family::Unreachable) => {
            let host = unreachable::host(kind, value, rules.version())?;
            Some(components(Family::Unreachable, vec![host]))
        }
        None => None,
    }
}

/// The same for an event that has a message only.
pub(super) fn of_message(text: &str, language: Language, rules: &Rules) -> Option<Vec<Component>> {
    let family =
        of_text("", text, language).filter(|family| rules.is_on(*family) && *family != Family::StackOverflow)?;
    Some(components(family, Vec::new()))
}

fn of_text(kind: &str, value: &str, language: Language) -> Option<Family> {
    // Browsers and their SDKs put these words before the message.
    let value = value.strip_prefix("Uncaught ").unwrap_or(value);
    let value = value.strip_prefix("TypeError: ").unwrap_or(value);
    let value = super::explanation::clip(value, TEXT_CHARS_MAX);
    let is = |sign: &&Sign| {
        sign.language.is_none_or(|only| only == language)
            && (sign.types.contains(&kind)
                || sign.starts.iter().any(|start| value.starts_with(start))
                || sign.holds.iter().any(|part| value.contains(part)))
    };
    SIGNS.iter().find(is).map(|sign| sign.family)
}

/// The words of a family stand at the front; a long text that mentions them is about something else.
const TEXT_CHARS_MAX: usize = 512;

/// Newer browser SDKs write `Failed to fetch (api.shop.example)`.
fn host_in_brackets(value: &str) -> Vec<String> {
    let host = value.rsplit_once(" (").and_then(|(_, rest)| rest.strip_suffix(')'));
    host.map(str::to_ascii_lowercase).into_iter().collect()
}

fn components(family: Family, details: Vec<String>) -> Vec<Component> {
    let details = details.into_iter().map(|detail| Component::used(Kind::FamilyDetail, detail));
    std::iter::once(Component::used(Kind::Family, family.name()).because(family.label())).chain(details).collect()
}
