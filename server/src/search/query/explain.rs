//! How a query was read, in words: `unresolved and (level is error or users more than 10)`.

use super::term::{Assigned, Counter, Is, Linked, Moment, Seen, Term};
use super::when::{Span, When};
use super::{Node, Query, Range, Versions};

impl Query {
    /// How it was read, in words; empty where it asks for nothing.
    pub fn in_words(&self) -> String {
        words(&self.tree, false)
    }
}

fn words(node: &Node<Term>, inside: bool) -> String {
    match node {
        Node::Term(term) => said(term).whole(),
        Node::Not(inner) => match &**inner {
            Node::Term(term) => said(term).negated(),
            other => format!("not {}", words(other, true)),
        },
        Node::All(inner) => grouped(joined(inner, " and "), inside),
        Node::Any(inner) => grouped(alike(inner).unwrap_or_else(|| joined(inner, " or ")), inside),
    }
}

fn joined(inner: &[Node<Term>], joint: &str) -> String {
    inner.iter().map(|node| words(node, true)).collect::<Vec<_>>().join(joint)
}

fn grouped(text: String, inside: bool) -> String {
    if inside { format!("({text})") } else { text }
}

/// `level is error or fatal`, where all say something of the same.
fn alike(inner: &[Node<Term>]) -> Option<String> {
    let said = inner.iter().map(|node| if let Node::Term(term) = node { Some(said(term)) } else { None });
    let said: Vec<Said> = said.collect::<Option<_>>()?;
    let subject = &said.first()?.subject;
    if subject.is_empty() || said.iter().any(|other| other.subject != *subject) {
        return None;
    }
    let objects: Vec<&str> = said.iter().map(|said| said.object.as_str()).collect();
    Some(format!("{subject} {}", objects.join(" or ")))
}

/// What a term says: of what, and what.
struct Said {
    subject: String,
    object: String,
}

impl Said {
    fn new(subject: impl Into<String>, object: impl Into<String>) -> Self {
        Self { subject: subject.into(), object: object.into() }
    }

    fn whole(&self) -> String {
        format!("{} {}", self.subject, self.object).trim_start().to_owned()
    }

    fn negated(&self) -> String {
        match self.subject.strip_suffix(" is") {
            Some(subject) => format!("{subject} is not {}", self.object),
            None => format!("not {}", self.whole()),
        }
    }
}

fn said(term: &Term) -> Said {
    let is = |what: &str, value: &str| Said::new(format!("{what} is"), value);
    match term {
        Term::Text(word) => Said::new("containing", format!("“{word}”")),
        Term::Phrase(phrase) => Said::new("containing exactly", format!("“{phrase}”")),
        Term::Is(Is::Linked) => Said::new("linked to", "an incident"),
        Term::Is(is) => Said::new("", is.as_str()),
        Term::Kind(kind) => is("kind", kind.as_str()),
        Term::Level(level) => is("level", level.as_str()),
        Term::Priority(priority) => is("priority", priority.as_str()),
        Term::Assigned(whom) => Said::new("assigned to", assigned(whom)),
        Term::Linked(Linked::Incident) => Said::new("linked to", "an incident"),
        Term::Linked(Linked::Number(number)) => Said::new("linked to", format!("incident #{number}")),
        Term::Release(seen, versions) => Said::new(seen_in(*seen), release(versions)),
        Term::Environment(name) => Said::new("seen in environment", name),
        Term::Project(slug) => is("project", slug),
        Term::Issue(id) => is("issue", id),
        Term::User(who) => is("user", who),
        Term::Has(what) => Said::new("has", what),
        Term::Tag { key, value } => is(key, value),
        Term::Count(counter, range) => Said::new(counted(*counter), count(*range)),
        Term::Time(moment, range) => Said::new(happened(*moment), time(*range)),
        Term::Age(range) => Said::new("age", age(*range)),
    }
}

fn assigned(whom: &Assigned) -> String {
    match whom {
        Assigned::Me => "you".to_owned(),
        Assigned::Nobody => "nobody".to_owned(),
        Assigned::Anybody => "somebody".to_owned(),
        Assigned::Member(who) => who.clone(),
        Assigned::MyTeams => "one of your teams".to_owned(),
        Assigned::Team(team) => format!("the team {team}"),
    }
}

fn seen_in(seen: Seen) -> &'static str {
    match seen {
        Seen::In => "seen in",
        Seen::FirstIn => "first seen in",
        Seen::LastIn => "last seen in",
        Seen::AgainIn => "came back in",
    }
}

fn release(versions: &Versions) -> String {
    match versions {
        Versions::Latest => "the latest release".to_owned(),
        Versions::Named(name) => format!("release {name}"),
        Versions::Exactly(name) => format!("exactly release {name}"),
        Versions::Compared(range) => match range {
            Range::Is(at) => format!("release {at}"),
            Range::Above(at) => format!("a release after {at}"),
            Range::AtLeast(at) => format!("release {at} or later"),
            Range::Below(at) => format!("a release before {at}"),
            Range::AtMost(at) => format!("release {at} or earlier"),
            Range::Between(from, to) => format!("releases {from} to {to}"),
        },
    }
}

fn counted(counter: Counter) -> &'static str {
    match counter {
        Counter::Events => "events",
        Counter::Users => "users",
    }
}

fn count(range: Range<u64>) -> String {
    match range {
        Range::Is(at) => format!("exactly {at}"),
        Range::Above(at) => format!("more than {at}"),
        Range::AtLeast(at) => format!("at least {at}"),
        Range::Below(at) => format!("less than {at}"),
        Range::AtMost(at) => format!("at most {at}"),
        Range::Between(from, to) => format!("from {from} to {to}"),
    }
}

fn happened(moment: Moment) -> &'static str {
    match moment {
        Moment::FirstSeen => "first seen",
        Moment::LastSeen => "last seen",
        Moment::Regressed => "came back",
    }
}

fn time(range: Range<When>) -> String {
    match range {
        Range::Is(When::Ago(span)) => format!("in the last {}", length(span)),
        Range::Is(at @ (When::Today | When::Yesterday)) => at.to_string(),
        Range::Is(at @ When::Day(_)) => format!("on {at}"),
        Range::Is(at) => format!("at {}", moment(at)),
        Range::Above(at) => format!("after {}", moment(at)),
        Range::AtLeast(at) => format!("since {}", moment(at)),
        Range::Below(When::Ago(span)) => format!("more than {} ago", length(span)),
        Range::Below(at) => format!("before {}", moment(at)),
        Range::AtMost(at) => format!("up to {}", moment(at)),
        Range::Between(from, to) => format!("from {} to {}", moment(from), moment(to)),
    }
}

fn moment(at: When) -> String {
    match at {
        When::Ago(span) => format!("{} ago", length(span)),
        When::Second(at) => format!("{} UTC", at.to_string().replace('T', " ")),
        other => other.to_string(),
    }
}

fn age(range: Range<Span>) -> String {
    match range.map(length) {
        Range::Is(at) | Range::AtMost(at) => format!("at most {at}"),
        Range::Above(at) => format!("more than {at}"),
        Range::AtLeast(at) => format!("at least {at}"),
        Range::Below(at) => format!("less than {at}"),
        Range::Between(from, to) => format!("from {from} to {to}"),
    }
}

fn length(span: Span) -> String {
    let (number, unit) = span.parts();
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}
