//! The walk through a payload: each value once, changed where it stands.

use std::borrow::Cow;

use super::path::Path;
use super::places::Place;
use super::rules::of_class;
use super::text::{self, Kind, Span};
use super::{FILTERED, Remark, Scrubbed, Scrubber, cookies, keys};
use crate::protocol::json::{Fields, Json};

/// Places that are described; a payload with more is described well enough.
const REMARKS_MAX: usize = 100;

/// `tokens` says whether there may be any.
pub(super) fn event(scrubber: &Scrubber, payload: &mut Json<'_>, tokens: bool) -> Scrubbed {
    let mut walk = Walk { scrubber, tokens, done: Scrubbed::default() };
    walk.value(payload, &Path::ROOT, Place::Event);
    walk.done
}

pub(super) fn prose(scrubber: &Scrubber, text: &mut String) -> bool {
    let spans = text::find(scrubber, text, Kind::Prose, true);
    let has_any = !spans.is_empty();
    if has_any {
        (*text, _) = text::replaced(text, &spans);
    }
    has_any
}

struct Walk<'s> {
    scrubber: &'s Scrubber,
    /// Whether tokens are looked for.
    tokens: bool,
    done: Scrubbed,
}

impl<'s> Walk<'s> {
    fn value(&mut self, value: &mut Json<'_>, at: &Path<'_>, place: Place) {
        match value {
            Json::String(text) => match place {
                Place::Fixed => {}
                Place::Source => self.text(text, at, Kind::Source),
                Place::Meta => self.text(text, at, Kind::Meta),
                _ => self.text(text, at, Kind::Prose),
            },
            Json::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let here = at.index(index);
                    match pair(item, place) {
                        Some((key, value)) => self.field(key, value, &here.index(1), place),
                        None => self.value(item, &here, place),
                    }
                }
            }
            Json::Object(fields) if place == Place::Message => self.message(fields, at),
            Json::Object(fields) => self.fields(fields, at, place),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    fn fields(&mut self, fields: &mut Fields<'_>, at: &Path<'_>, place: Place) {
        let named = named_value(fields, place);
        for (key, value) in fields.iter_mut() {
            match &named {
                Some((_, name)) if key == "value" => self.field(name, value, &at.key(key), place),
                // A name is no more secret than a key is.
                Some((by, _)) if key == *by => {}
                _ => self.field(key, value, &at.key(key), place),
            }
        }
    }

    fn field(&mut self, key: &str, value: &mut Json<'_>, at: &Path<'_>, place: Place) {
        let scrubber = self.scrubber;
        let below = place.below(key);
        if below == Place::Meta {
            return self.value(value, at, below);
        }
        if scrubber.rules.keeps(key, at) {
            return;
        }
        if place == Place::User && key == "ip_address" && !scrubber.keeps_addresses {
            return self.remove_address(value, at);
        }
        match scrubber.rules.takes_path(at).or_else(|| self.verdict(key, value, place)) {
            Some(rule) => self.blank(value, at, rule),
            None => self.value(value, at, below),
        }
    }

    /// The rule by which a field goes because of its name.
    fn verdict(&self, key: &str, value: &Json<'_>, place: Place) -> Option<&'s str> {
        if !place.names_count() {
            return None;
        }
        let own = self.scrubber.rules.takes_key(key);
        let class = || keys::class(key).filter(|class| self.scrubber.built_in || *class == keys::Class::Address);
        own.or_else(|| of_class(class().filter(|_| !is_working_directory(key, value))?, self.scrubber.keeps_addresses))
    }

    /// A template whose secret was filled in from the parameters loses them, too.
    fn message(&mut self, fields: &mut Fields<'_>, at: &Path<'_>) {
        let before = self.done.count;
        for (key, value) in fields.iter_mut() {
            self.field(key, value, &at.key(key), Place::Message);
        }
        if self.done.count > before
            && let Some(params) = fields.get_mut("params")
        {
            self.blank(params, &at.key("params"), "@password");
        }
    }

    fn text(&mut self, text: &mut Cow<'_, str>, at: &Path<'_>, kind: Kind) {
        let spans = text::find(self.scrubber, text, kind, self.tokens);
        if !spans.is_empty() {
            self.replace(text, &spans, at);
        }
    }

    fn replace(&mut self, text: &mut Cow<'_, str>, spans: &[Span<'_>], at: &Path<'_>) {
        let (left, ranges) = text::replaced(text, spans);
        let length = text.len();
        *text = Cow::Owned(left);
        for (span, range) in spans.iter().zip(ranges) {
            self.remark(at, span.rule, range, length);
        }
    }

    /// Replaces everything a value holds; flags stay, and what is nothing.
    fn blank(&mut self, value: &mut Json<'_>, at: &Path<'_>, rule: &str) {
        match value {
            Json::Null | Json::Bool(_) => {}
            Json::String(text) if text.is_empty() || text == FILTERED => {}
            Json::String(text) if rule == "@cookie" => {
                let mut spans = Vec::new();
                cookies::find(text, &self.scrubber.rules, &mut spans);
                if !spans.is_empty() {
                    self.replace(text, &spans, at);
                }
            }
            Json::String(_) | Json::Number(_) => {
                let length = value.as_str().map_or_else(|| value.to_string().len(), str::len);
                *value = Json::String(Cow::Borrowed(FILTERED));
                self.remark(at, rule, (0, FILTERED.len()), length);
            }
            Json::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let here = at.index(index);
                    match pair(item, Place::Free { pairs: true }) {
                        Some((key, value)) if !self.scrubber.rules.keeps_key(key) => {
                            self.blank(value, &here.index(1), rule);
                        }
                        Some(_) => {}
                        None => self.blank(item, &here, rule),
                    }
                }
            }
            Json::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    let here = at.key(key);
                    if !self.scrubber.rules.keeps(key, &here) {
                        self.blank(value, &here, rule);
                    }
                }
            }
        }
    }

    /// Null says that there shall be none. What asks for the address of the connection names none itself.
    fn remove_address(&mut self, value: &mut Json<'_>, at: &Path<'_>) {
        let length = value.as_str().map_or(0, str::len);
        if value.is_null() || value.as_str().is_some_and(|text| text.trim_start().starts_with("{{")) {
            return;
        }
        *value = Json::Null;
        self.note(Remark { path: at.segments(), rule: "@ip".to_owned(), range: (0, 0), length, is_removed: true });
    }

    fn remark(&mut self, at: &Path<'_>, rule: &str, range: (usize, usize), length: usize) {
        if self.done.count >= REMARKS_MAX {
            self.done.count += 1;
            return;
        }
        self.note(Remark { path: at.segments(), rule: rule.to_owned(), range, length, is_removed: false });
    }

    fn note(&mut self, remark: Remark) {
        self.done.count += 1;
        if self.done.remarks.len() < REMARKS_MAX {
            self.done.remarks.push(remark);
        }
    }
}

/// What shells call the directory they are in; the same name announces a password elsewhere.
fn is_working_directory(key: &str, value: &Json<'_>) -> bool {
    matches!(key, "PWD" | "OLDPWD") && value.as_str().is_some_and(|value| value.starts_with('/'))
}

/// `[key, value]` in a list of such, where lists of pairs are fields.
fn pair<'v, 'a>(item: &'v mut Json<'a>, place: Place) -> Option<(&'v str, &'v mut Json<'a>)> {
    if place != (Place::Free { pairs: true }) {
        return None;
    }
    let Json::Array(parts) = item else { return None };
    let [Json::String(key), value] = parts.as_mut_slice() else { return None };
    Some((key, value))
}

/// What `{"key": …, "value": …}` calls its value, where that is a field, behind the field that says so.
fn named_value(fields: &Fields<'_>, place: Place) -> Option<(&'static str, String)> {
    if place != (Place::Free { pairs: true }) || fields.len() > 3 || fields.get("value").is_none() {
        return None;
    }
    let by = if fields.get("key").is_some() { "key" } else { "name" };
    Some((by, fields.get(by)?.as_str()?.to_owned()))
}
