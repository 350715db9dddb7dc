//! A project's own rules: what else to take out, and what to leave. One a line; `#` begins a comment:
//!
//! ```text
//! scrub key:internal_id
//! scrub path:extra.payload.*
//! scrub pattern:"ACME-[0-9]{6}"
//! keep key:session_mode
//! keep path:contexts.app.*
//! ```
//!
//! What is kept is kept, whatever else would take it. `*` stands for anything, dots too.

use regex::{Regex, RegexBuilder};

use super::path::Path;
use super::text::Span;
use super::{FILTERED, keys};
use crate::grouping::glob::Glob;

/// Rules of one project; each is asked at every field.
const RULES_MAX: usize = 100;
/// Longest line, bytes.
const LINE_BYTES_MAX: usize = 300;
/// Memory of one compiled pattern, bytes; what needs more is a mistake, and a slow one.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 1-based.
    pub line: usize,
    pub reason: String,
}

/// The rules of a project, ready to use; `Rules::default()` has none.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    keep_keys: Vec<Glob>,
    keep_paths: Vec<Glob>,
    scrub_keys: Vec<(Glob, String)>,
    scrub_paths: Vec<(Glob, String)>,
    patterns: Vec<(Regex, String)>,
}

impl Rules {
    /// Reads rules; a line that cannot be read is reported and does nothing.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let (mut rules, mut problems) = (Self::default(), Vec::new());
        let lines = text.lines().map(str::trim).enumerate();
        let said = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        for (count, (index, line)) in said.enumerate() {
            let outcome = if count < RULES_MAX {
                rules.add(line, index + 1)
            } else {
                Err(format!("only the first {RULES_MAX} rules are read"))
            };
            problems.extend(outcome.err().map(|reason| Problem { line: index + 1, reason }));
        }
        (rules, problems)
    }

    fn add(&mut self, line: &str, number: usize) -> Result<(), String> {
        if line.len() > LINE_BYTES_MAX {
            return Err(format!("longer than {LINE_BYTES_MAX} bytes"));
        }
        let usage = || "a rule is `scrub` or `keep`, then key:, path: or pattern: and what to look for".to_owned();
        let (verb, rest) = line.split_once(char::is_whitespace).ok_or_else(usage)?;
        let (kind, target) = rest.trim().split_once(':').ok_or_else(usage)?;
        let target = unquoted(target.trim());
        if target.is_empty() {
            return Err(format!("nothing stands behind {kind}:"));
        }
        match (verb, kind) {
            ("scrub", "key") => self.scrub_keys.push((Glob::new(target), line.to_owned())),
            ("scrub", "path") => self.scrub_paths.push((Glob::new(target), line.to_owned())),
            // Named by its line: a pattern may be the very secret it looks for.
            ("scrub", "pattern") => self.patterns.push((compiled(target)?, format!("scrub pattern, line {number}"))),
            ("keep", "key") => self.keep_keys.push(Glob::new(target)),
            ("keep", "path") => self.keep_paths.push(Glob::new(target)),
            ("keep", "pattern") => return Err("only keys and paths can be kept".to_owned()),
            _ => return Err(usage()),
        }
        Ok(())
    }

    /// Whether the fields of this name stay as they are.
    pub(super) fn keeps_key(&self, key: &str) -> bool {
        self.keep_keys.iter().any(|glob| glob.matches(key))
    }

    /// Whether the field at this place stays as it is.
    pub(super) fn keeps(&self, key: &str, at: &Path<'_>) -> bool {
        self.keeps_key(key) || (!self.keep_paths.is_empty() && any(&self.keep_paths, &at.segments().join(".")))
    }

    /// The rule that takes fields of this name out.
    pub(super) fn takes_key(&self, key: &str) -> Option<&str> {
        self.scrub_keys.iter().find(|(glob, _)| glob.matches(key)).map(|(_, line)| line.as_str())
    }

    /// The rule that takes the field at this place out.
    pub(super) fn takes_path(&self, at: &Path<'_>) -> Option<&str> {
        if self.scrub_paths.is_empty() {
            return None;
        }
        let path = at.segments().join(".");
        self.scrub_paths.iter().find(|(glob, _)| glob.matches(&path)).map(|(_, line)| line.as_str())
    }

    /// Finds what the project's patterns match.
    pub(super) fn find<'s>(&'s self, text: &str, found: &mut Vec<Span<'s>>) {
        for (pattern, line) in &self.patterns {
            let matches = pattern.find_iter(text).filter(|part| !part.is_empty());
            let new = matches.filter(|part| !stands_for_a_secret(text, part.range()));
            found.extend(new.map(|part| Span { from: part.start(), to: part.end(), rule: line }));
        }
    }
}

fn any(globs: &[Glob], text: &str) -> bool {
    globs.iter().any(|glob| glob.matches(text))
}

fn unquoted(target: &str) -> &str {
    target.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(target)
}

fn compiled(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!("not a pattern: {}", last.trim_start_matches("error: "))
        }
    })
}

/// Whether a match lies inside what stands for a secret already, and would replace it by itself.
fn stands_for_a_secret(text: &str, part: std::ops::Range<usize>) -> bool {
    let from = text.floor_char_boundary(part.start.saturating_sub(FILTERED.len()));
    let to = text.ceil_char_boundary((part.end + FILTERED.len()).min(text.len()));
    text[from..to].match_indices(FILTERED).any(|(at, _)| {
        let start = from + at;
        start <= part.start && part.end <= start + FILTERED.len()
    })
}

/// What the built-in rules say of a name, by the rule's name.
pub(super) fn of_class(class: keys::Class, keeps_addresses: bool) -> Option<&'static str> {
    match class {
        keys::Class::Credential => Some("@password"),
        keys::Class::Card => Some("@card"),
        keys::Class::Cookie => Some("@cookie"),
        keys::Class::Address => (!keeps_addresses).then_some("@ip"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_cannot_be_read_says_why() {
        let text = "# ours\n\nscrub key:internal_id\nscrub\nscrub pattern:\"[\"\nhide key:x\nkeep pattern:x\nkeep key:\n\
            scrub pattern:\"(\\w{1000}){1000}\"\nscrub value:x";
        let (rules, problems) = Rules::parse(text);
        assert_eq!(rules.takes_key("INTERNAL_ID"), Some("scrub key:internal_id"));
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [4, 5, 6, 7, 8, 9, 10]);
        assert!(problems[1].reason.contains("unclosed character class"), "{problems:?}");
        assert!(problems[5].reason.contains("too large"), "{problems:?}");
    }

    #[test]
    fn rules_are_bounded() {
        let (rules, problems) = Rules::parse(&"keep key:a\n".repeat(RULES_MAX + 2));
        assert_eq!((rules.keep_keys.len(), problems.len()), (RULES_MAX, 2));
        assert_eq!(Rules::parse(&format!("keep key:{}", "x".repeat(400))).1.len(), 1);
    }
}
