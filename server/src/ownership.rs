//! Ownership rules: who looks after what, by where it broke.
//!
//! One rule a line; of those that match, the last one decides, so that a general line stands first and exceptions
//! below it. `#` at the beginning of a line begins a comment:
//!
//! ```text
//! path:src/**                #web
//! path:src/checkout/**       #payments ada@acme.com
//! url:*/cart/*               #payments
//! tags.browser:"Safari *"    bo@acme.com
//! ```
//!
//! The first owner of a rule is who an issue is assigned to; all of them are suggested.

mod parse;
mod path;
mod sample;

use std::fmt;

use path::PathPattern;
pub use sample::Sample;

use crate::grouping::glob::Glob;
use crate::protocol::event::{Event, Frame, Level};

/// The rules of a project, in the order they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    rules: Vec<Rule>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// From 1.
    pub line: usize,
    /// The condition as it is written: `path:src/checkout/**`.
    pub condition: String,
    pub owners: Vec<Owner>,
    matcher: Matcher,
}

/// Whom a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// By slug.
    Team(String),
    /// By e-mail address, in lower case.
    Member(String),
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    pub reason: String,
}

/// A rule that matches, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'a> {
    pub rule: &'a Rule,
    /// The value its pattern matches: `src/checkout/cart.py`.
    pub value: String,
}

/// What rules look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Files of the frames, nearest to the throw first.
    pub paths: Vec<&'a str>,
    pub modules: Vec<&'a str>,
    pub url: Option<&'a str>,
    pub release: Option<&'a str>,
    pub tags: Vec<(&'a str, &'a str)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Matcher {
    Path(PathPattern),
    Module(Glob),
    Url(Glob),
    Release(Glob),
    Tag(String, Glob),
}

impl Rules {
    /// Reads rules; a line that cannot be read is reported and does nothing.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        parse::parse(text)
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule that decides: the last that matches.
    pub fn deciding(&self, subject: &Subject<'_>) -> Option<Match<'_>> {
        self.rules.iter().rev().find_map(|rule| rule.matched(subject))
    }

    /// Every rule that matches, in order; the last one decides.
    pub fn matching(&self, subject: &Subject<'_>) -> Vec<Match<'_>> {
        self.rules.iter().filter_map(|rule| rule.matched(subject)).collect()
    }
}

impl Rule {
    fn matched(&self, subject: &Subject<'_>) -> Option<Match<'_>> {
        let value = self.matcher.matched(subject)?;
        Some(Match { rule: self, value: value.to_owned() })
    }
}

impl Matcher {
    /// The value that it matches.
    fn matched<'s>(&self, subject: &Subject<'s>) -> Option<&'s str> {
        let first = |values: &[&'s str], glob: &Glob| values.iter().copied().find(|value| glob.matches(value));
        match self {
            Self::Path(pattern) => subject.paths.iter().copied().find(|path| pattern.matches(path)),
            Self::Module(glob) => first(&subject.modules, glob),
            Self::Url(glob) => subject.url.filter(|url| glob.matches(url)),
            Self::Release(glob) => subject.release.filter(|release| glob.matches(release)),
            Self::Tag(key, glob) => {
                let of_key = subject.tags.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key));
                of_key.map(|(_, value)| *value).find(|value| glob.matches(value))
            }
        }
    }
}

impl<'a> Subject<'a> {
    /// What rules look at in an event. Of its frames those of the application count, or all where none is.
    pub fn of_event(event: &'a Event) -> Self {
        let frames = frames(event);
        let is_own = |frame: &&&Frame| frame.in_app == Some(true);
        let own: Vec<&Frame> = frames.iter().filter(is_own).copied().collect();
        let frames = if own.is_empty() { frames } else { own };
        Self {
            paths: frames
                .iter()
                .flat_map(|frame| [&frame.filename, &frame.abs_path])
                .flatten()
                .map(|it| &**it)
                .collect(),
            modules: frames.iter().filter_map(|frame| frame.module.as_deref()).collect(),
            url: event.request.as_ref().and_then(|request| request.url.as_deref()),
            release: event.release.as_deref(),
            tags: tags(event),
        }
    }
}

/// Of the exception raised last first, and there the frame nearest to the throw.
fn frames(event: &Event) -> Vec<&Frame> {
    let on_threads = event.threads.iter().filter(|thread| thread.crashed || thread.current);
    let stacks = event.exceptions.iter().rev().map(|exception| &exception.frames);
    stacks.chain(on_threads.map(|thread| &thread.frames)).flat_map(|frames| frames.iter().rev()).collect()
}

/// The tags, and what pages show like tags unless the client has sent one of that name.
fn tags(event: &Event) -> Vec<(&str, &str)> {
    let sent: Vec<(&str, &str)> = event.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
    let like_tags = [
        ("environment", event.environment.as_deref()),
        ("level", Some(level(event.level))),
        ("logger", event.logger.as_deref()),
        ("server_name", event.server_name.as_deref()),
        ("transaction", event.transaction.as_deref()),
    ];
    let missing = like_tags.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let missing: Vec<_> = missing.filter(|(key, _)| sent.iter().all(|(name, _)| name != key)).collect();
    [sent, missing].concat()
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

/// As it is written in a rule, and in the API.
impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Team(slug) => write!(f, "#{slug}"),
            Self::Member(email) => f.write_str(email),
        }
    }
}

#[cfg(test)]
mod tests;
