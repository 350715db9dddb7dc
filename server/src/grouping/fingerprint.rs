//! Fingerprints people set: by a project's rule, else by the client. Everything else keeps the default.

use super::rules::{Field, Rules};
use crate::protocol::event::Event;

/// What stands for the key the content alone would have.
pub(super) const DEFAULT: &str = "{{ default }}";

/// Parts of a fingerprint read; more are a list somebody forgot to join.
const PARTS_MAX: usize = 32;

/// Characters of a part read.
const PART_CHARS_MAX: usize = 512;

/// Who decided.
pub(super) enum Source {
    /// The rule on this line.
    Rule(usize),
    Client,
    Content,
}

pub(super) struct Fingerprint {
    pub(super) source: Source,
    /// Variables replaced, all but `{{ default }}`, which is written in this one way.
    pub(super) parts: Vec<String>,
}

impl Fingerprint {
    pub(super) fn resolve(event: &Event, rules: &Rules) -> Self {
        if let Some(rule) = rules.fingerprint(event) {
            return Self { source: Source::Rule(rule.line), parts: expand_all(&rule.fingerprint, event) };
        }
        let parts = expand_all(&event.fingerprint, event);
        if parts.is_empty() || parts == [DEFAULT] {
            return Self { source: Source::Content, parts: vec![DEFAULT.to_owned()] };
        }
        Self { source: Source::Client, parts }
    }

    /// Whether what the content says has a part in the key.
    pub(super) fn has_default(&self) -> bool {
        self.parts.iter().any(|part| part.contains(DEFAULT))
    }
}

fn expand_all(parts: &[String], event: &Event) -> Vec<String> {
    parts.iter().take(PARTS_MAX).map(|part| expand(part, event)).collect()
}

/// Replaces `{{ name }}`; a variable nobody knows stays as it is written.
fn expand(part: &str, event: &Event) -> String {
    let mut rest = super::explanation::clip(part, PART_CHARS_MAX);
    let mut out = String::with_capacity(rest.len());
    while let Some((before, opened)) = rest.split_once("{{") {
        let Some((name, after)) = opened.split_once("}}") else { break };
        out.push_str(before);
        match variable(name.trim(), event) {
            Some(value) => out.push_str(super::explanation::clip(&value, PART_CHARS_MAX)),
            None => out.extend(["{{", name, "}}"]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn variable(name: &str, event: &Event) -> Option<String> {
    if name == "default" {
        return Some(DEFAULT.to_owned());
    }
    let value = Field::named(name)?.value(event);
    Some(value.unwrap_or_else(|| format!("<no {name}>")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::event::Exception;

    #[test]
    fn variables_are_replaced() {
        let exception = Exception { kind: Some("ValueError".into()), value: Some("no".into()), ..Exception::default() };
        let tags = vec![("tenant".to_owned(), "acme".to_owned())];
        let event = Event { exceptions: vec![exception], tags, transaction: Some("/pay".into()), ..Event::default() };
        for (part, expected) in [
            ("plain", "plain"),
            ("{{ type }}", "ValueError"),
            ("{{type}}-{{ value }}", "ValueError-no"),
            ("{{ error.type }}", "ValueError"),
            ("{{ tags.tenant }}", "acme"),
            ("{{ tags.nothing }}", "<no tags.nothing>"),
            ("{{ transaction }}", "/pay"),
            ("{{ logger }}", "<no logger>"),
            ("{{ level }}", "error"),
            ("{{ nonsense }}", "{{ nonsense }}"),
            ("{{default}}", DEFAULT),
            ("{{ open", "{{ open"),
        ] {
            assert_eq!(expand(part, &event), expected, "{part}");
        }
    }
}
