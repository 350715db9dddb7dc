//! The keys of the query language and what may stand behind them.

use std::str::FromStr;

use fieldfare_app::api::{IssueKind, Level, Priority};

use super::lexer::Value;
use super::term::{Assigned, Counter, Is, Linked, Moment, Seen, Term};
use super::{Hints, Range, Versions};

/// A key with a meaning of its own; every other key is a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Is,
    Kind,
    Level,
    Priority,
    Assigned,
    Linked,
    Release(Seen),
    Environment,
    Project,
    Issue,
    User,
    Has,
    Count(Counter),
    Time(Moment),
    Age,
}

/// What stands before a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Key(Key),
    /// A tag's, as it was written.
    Tag(String),
}

/// Every way to write a key, in lower case. The first of each is its name.
const NAMES: &[(&str, Key)] = &[
    ("is", Key::Is),
    ("kind", Key::Kind),
    ("level", Key::Level),
    ("priority", Key::Priority),
    ("assigned", Key::Assigned),
    ("assignee", Key::Assigned),
    ("linked", Key::Linked),
    ("release", Key::Release(Seen::In)),
    ("first_release", Key::Release(Seen::FirstIn)),
    ("firstrelease", Key::Release(Seen::FirstIn)),
    ("last_release", Key::Release(Seen::LastIn)),
    ("lastrelease", Key::Release(Seen::LastIn)),
    ("regressed_in", Key::Release(Seen::AgainIn)),
    ("environment", Key::Environment),
    ("env", Key::Environment),
    ("project", Key::Project),
    ("issue", Key::Issue),
    ("user", Key::User),
    ("user.id", Key::User),
    ("user.email", Key::User),
    ("user.name", Key::User),
    ("user.username", Key::User),
    ("user.ip", Key::User),
    ("has", Key::Has),
    ("events", Key::Count(Counter::Events)),
    ("timesseen", Key::Count(Counter::Events)),
    ("users", Key::Count(Counter::Users)),
    ("first_seen", Key::Time(Moment::FirstSeen)),
    ("firstseen", Key::Time(Moment::FirstSeen)),
    ("last_seen", Key::Time(Moment::LastSeen)),
    ("lastseen", Key::Time(Moment::LastSeen)),
    ("regressed", Key::Time(Moment::Regressed)),
    ("age", Key::Age),
];

impl Key {
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
    }

    /// The one name it is written under.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, key)| *key == self).map_or("", |(name, _)| name)
    }
}

/// The names of all keys.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(_, key)| key.name())
}

impl Name {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Key(key) => key.name(),
            Self::Tag(tag) => tag,
        }
    }
}

/// What a key and its value ask for: any of these. An item of a list that its key does not know is left out, a value alone
/// is searched as text; a hint says so.
pub(super) fn terms(name: &Name, value: Value, hints: &mut Hints) -> Vec<Term> {
    let items = match value {
        Value::One(value) => {
            let found = one(name, &value, hints);
            return found.unwrap_or_else(|wanted| vec![as_text(name, &value, &wanted, hints)]);
        }
        Value::List(items) => items,
    };
    let key = name.as_str();
    if items.is_empty() {
        hints.add(format!("The list of “{key}:” is empty and was ignored."));
    }
    let mut terms: Vec<Term> = Vec::with_capacity(items.len());
    for item in items {
        match one(name, &item, hints) {
            Ok(found) => terms.extend(found),
            Err(wanted) => hints.add(format!("“{item}” in the list of “{key}:” was ignored: {wanted}.")),
        }
    }
    terms
}

/// The terms of a value, or what would have been understood.
fn one(name: &Name, value: &str, hints: &mut Hints) -> Result<Vec<Term>, String> {
    let key = match name {
        Name::Key(key) => *key,
        Name::Tag(tag) => {
            warn_of_comparison(tag, value, hints);
            return Ok(vec![Term::Tag { key: tag.clone(), value: value.to_owned() }]);
        }
    };
    Ok(vec![match key {
        Key::Is => Term::Is(state(value).ok_or_else(states)?),
        Key::Kind => Term::Kind(named(value).ok_or_else(|| known(IssueKind::ALL, IssueKind::as_str))?),
        Key::Level => return levels(value).ok_or_else(|| known(Level::ALL, Level::as_str)),
        Key::Priority => return priorities(value).ok_or_else(|| known(Priority::ALL, Priority::as_str)),
        Key::Assigned => Term::Assigned(assigned(value)),
        Key::Linked => Term::Linked(linked(value).ok_or("it takes “incident” or the number of one, as #12")?),
        Key::Release(seen) => Term::Release(seen, Versions::parse(value)),
        Key::Environment => Term::Environment(value.to_owned()),
        Key::Project => Term::Project(value.to_owned()),
        Key::Issue => Term::Issue(short_id(value).ok_or("it takes a short id, as SHOP-12")?),
        Key::User => Term::User(value.to_owned()),
        Key::Has => Term::Has(value.to_lowercase()),
        Key::Count(counter) => Term::Count(counter, counts(value).ok_or("it takes a number, as >10 or 10..50")?),
        Key::Time(moment) => {
            Term::Time(moment, Range::of_times(value).ok_or("it takes a time, as -7d or >=2026-11-01")?)
        }
        Key::Age => Term::Age(Range::of_ages(value).ok_or("it takes a length of time, as <7d or >24h")?),
    }])
}

/// What was written, as text. Punctuation would be read as something else again, so that it makes a phrase of it.
fn as_text(name: &Name, value: &str, wanted: &str, hints: &mut Hints) -> Term {
    let key = name.as_str();
    hints.add(format!("“{key}:{value}” was searched as text: {wanted}."));
    let text = format!("{key}:{value}");
    if fieldfare_app::api::is_bare(value) { Term::Text(text) } else { Term::Phrase(text) }
}

fn state(value: &str) -> Option<Is> {
    let value = value.to_lowercase();
    Is::all().find(|is| is.as_str() == value)
}

/// One level, or all those that a comparison with one means.
fn levels(value: &str) -> Option<Vec<Term>> {
    let named = |word: &str| match word.to_lowercase().as_str() {
        "warn" => Some(Level::Warning),
        "critical" => Some(Level::Fatal),
        other => other.parse().ok(),
    };
    steps(value, Level::ALL, named).map(|levels| levels.into_iter().map(Term::Level).collect())
}

fn priorities(value: &str) -> Option<Vec<Term>> {
    steps(value, Priority::ALL, named).map(|steps| steps.into_iter().map(Term::Priority).collect())
}

/// Those of a few ordered words that a range of them means.
fn steps<T: Copy + PartialOrd>(value: &str, all: &[T], read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let keeps: Box<dyn Fn(T) -> bool> = match Range::parse(value, read)?.ordered() {
        Range::Is(at) => Box::new(move |step| step == at),
        Range::Above(at) => Box::new(move |step| step > at),
        Range::AtLeast(at) => Box::new(move |step| step >= at),
        Range::Below(at) => Box::new(move |step| step < at),
        Range::AtMost(at) => Box::new(move |step| step <= at),
        Range::Between(from, to) => Box::new(move |step| step >= from && step <= to),
    };
    let kept: Vec<T> = all.iter().copied().filter(|step| keeps(*step)).collect();
    (!kept.is_empty()).then_some(kept)
}

fn assigned(value: &str) -> Assigned {
    match value.to_lowercase().as_str() {
        "me" => Assigned::Me,
        "my_teams" | "my-teams" => Assigned::MyTeams,
        "nobody" | "none" | "no" => Assigned::Nobody,
        "anybody" | "anyone" | "any" => Assigned::Anybody,
        other => match other.strip_prefix('#').filter(|team| !team.is_empty()) {
            Some(team) => Assigned::Team(team.to_owned()),
            None => Assigned::Member(value.to_owned()),
        },
    }
}

fn linked(value: &str) -> Option<Linked> {
    match value.to_lowercase().as_str() {
        "incident" | "incidents" => Some(Linked::Incident),
        number => number.strip_prefix('#').unwrap_or(number).parse().ok().map(Linked::Number),
    }
}

/// `shop-12` as `SHOP-12`.
fn short_id(value: &str) -> Option<String> {
    let (slug, number) = value.rsplit_once('-')?;
    let number: i64 = number.parse().ok()?;
    let is_slug =
        !slug.is_empty() && slug.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'));
    is_slug.then(|| format!("{}-{number}", slug.to_uppercase()))
}

/// Numbers with `k` or `m` behind them are thousands and millions.
fn counts(value: &str) -> Option<Range<u64>> {
    let number = |text: &str| {
        let (digits, unit) = match text.to_ascii_lowercase() {
            text if text.ends_with('k') => (text[..text.len() - 1].to_owned(), 1_000),
            text if text.ends_with('m') => (text[..text.len() - 1].to_owned(), 1_000_000),
            text => (text, 1),
        };
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok()).flatten()?;
        // More than the tables could hold is as much as they can.
        Some(number.saturating_mul(unit).min(i64::MAX.unsigned_abs()))
    };
    Range::parse(value, number).map(Range::ordered)
}

/// Says that a tag is a text: `duration:>5` finds what is tagged `>5`.
fn warn_of_comparison(key: &str, value: &str, hints: &mut Hints) {
    if value.starts_with(['<', '>']) {
        hints
            .add(format!("“{key}” is a tag; tags are texts, so “{value}” was not compared but searched as it stands."));
    }
}

fn named<T: FromStr>(value: &str) -> Option<T> {
    value.to_lowercase().parse().ok()
}

fn states() -> String {
    format!("known are {}", Is::all().map(Is::as_str).collect::<Vec<_>>().join(", "))
}

fn known<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> String {
    format!("known are {}", all.iter().map(|one| word(*one)).collect::<Vec<_>>().join(", "))
}
