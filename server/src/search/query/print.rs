//! A query in its canonical form: read again, it is the same.

use fieldfare_app::api::query_value;

use super::key::{Key, Name};
use super::lexer::tag_key;
use super::term::{Assigned, Linked, Term};
use super::{Node, Query};

/// In its canonical form.
impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&whole(&self.tree))
    }
}

/// Where a node stands, which decides whether it needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    InAny,
    InAll,
    InNot,
}

fn whole(tree: &Node<Term>) -> String {
    node(tree, Place::Top)
}

fn node(tree: &Node<Term>, place: Place) -> String {
    match tree {
        Node::Term(term) => text(term),
        Node::Not(inner) => negation(inner),
        Node::All(inner) => grouped(&joined(inner, " ", Place::InAll), place == Place::InNot),
        Node::Any(inner) => match list(inner) {
            Some(list) => list,
            None => grouped(&joined(inner, " OR ", Place::InAny), matches!(place, Place::InAll | Place::InNot)),
        },
    }
}

fn joined(inner: &[Node<Term>], joint: &str, place: Place) -> String {
    inner.iter().map(|each| node(each, place)).collect::<Vec<_>>().join(joint)
}

fn grouped(text: &str, needed: bool) -> String {
    if needed { format!("({text})") } else { text.to_owned() }
}

/// A sign counts only before what it can negate.
fn negation(inner: &Node<Term>) -> String {
    let inner = node(inner, Place::InNot);
    let takes_sign = inner.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '"' | '_' | '*' | '('));
    if takes_sign { format!("-{inner}") } else { format!("-({inner})") }
}

fn text(term: &Term) -> String {
    match pair(term) {
        Some((name, value)) => {
            let value = query_value(&value);
            format!("{}:{value}", name_text(&name, &value))
        }
        None => match term {
            Term::Text(word) => word.clone(),
            other => quoted(words(other)),
        },
    }
}

/// What a term without a key says.
fn words(term: &Term) -> &str {
    if let Term::Text(text) | Term::Phrase(text) = term { text } else { "" }
}

/// `release:[a,b]`, where all have one key.
fn list(inner: &[Node<Term>]) -> Option<String> {
    let of_term = |each: &Node<Term>| if let Node::Term(term) = each { pair(term) } else { None };
    let pairs: Vec<(Name, String)> = inner.iter().map(of_term).collect::<Option<_>>()?;
    let (name, _) = pairs.first()?;
    // An empty item would be none.
    if pairs.iter().any(|(other, value)| other != name || value.is_empty()) {
        return None;
    }
    let items = pairs.iter().map(|(_, value)| query_value(value)).collect::<Vec<_>>().join(",");
    let items = format!("[{items}]");
    Some(format!("{}:{items}", name_text(name, &items)))
}

fn name_text(name: &Name, value: &str) -> String {
    match name {
        Name::Key(key) => key.name().to_owned(),
        Name::Tag(tag) => tag_key(tag, value),
    }
}

/// Key and value of a term that has them.
fn pair(term: &Term) -> Option<(Name, String)> {
    let (key, value) = match term {
        Term::Text(_) | Term::Phrase(_) => return None,
        Term::Tag { key, value } => return Some((Name::Tag(key.clone()), value.clone())),
        Term::Is(is) => (Key::Is, is.as_str().to_owned()),
        Term::Kind(kind) => (Key::Kind, kind.to_string()),
        Term::Level(level) => (Key::Level, level.to_string()),
        Term::Priority(priority) => (Key::Priority, priority.to_string()),
        Term::Assigned(whom) => (Key::Assigned, assigned(whom)),
        Term::Linked(Linked::Incident) => (Key::Linked, "incident".to_owned()),
        Term::Linked(Linked::Number(number)) => (Key::Linked, format!("#{number}")),
        Term::Release(seen, versions) => (Key::Release(*seen), versions.to_string()),
        Term::Environment(name) => (Key::Environment, name.clone()),
        Term::Project(slug) => (Key::Project, slug.clone()),
        Term::Issue(id) => (Key::Issue, id.clone()),
        Term::User(who) => (Key::User, who.clone()),
        Term::Has(what) => (Key::Has, what.clone()),
        Term::Count(counter, range) => (Key::Count(*counter), range.to_string()),
        Term::Time(moment, range) => (Key::Time(*moment), range.to_string()),
        Term::Age(range) => (Key::Age, range.to_string()),
    };
    Some((Name::Key(key), value))
}

fn assigned(whom: &Assigned) -> String {
    match whom {
        Assigned::Me => "me".to_owned(),
        Assigned::Nobody => "nobody".to_owned(),
        Assigned::Anybody => "anybody".to_owned(),
        Assigned::Member(who) => who.clone(),
        Assigned::MyTeams => "my_teams".to_owned(),
        Assigned::Team(team) => format!("#{team}"),
    }
}

/// Always in quotation marks: a phrase of one plain word is a phrase.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
