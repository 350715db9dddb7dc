//! Reads rules as people write them.

use super::matcher::{Field, Matcher};
use super::{FingerprintRule, InAppRule, Problem, Rules};
use crate::grouping::families::Family;
use crate::grouping::glob::Glob;

/// Every rule is tried on every event; a project that needs more has a naming problem, not a grouping problem.
const RULES_MAX: usize = 200;

/// Longer lines are pasted by accident.
const LINE_BYTES_MAX: usize = 2_000;

pub(super) fn parse(text: &str) -> (Rules, Vec<Problem>) {
    let (mut rules, mut problems) = (Rules::default(), Vec::new());
    let lines = text.lines().map(str::trim).enumerate().map(|(at, line)| (at + 1, line));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    for (count, (line, text)) in lines.enumerate() {
        let read =
            if count < RULES_MAX { read(text, line, &mut rules) } else { Err(format!("more than {RULES_MAX} rules")) };
        problems.extend(read.err().map(|reason| Problem { line, reason }));
    }
    (rules, problems)
}

fn read(text: &str, line: usize, rules: &mut Rules) -> Result<(), String> {
    if text.len() > LINE_BYTES_MAX {
        return Err(format!("longer than {LINE_BYTES_MAX} bytes"));
    }
    let (conditions, result) = text.rsplit_once("->").ok_or("a rule is written `field:pattern -> fingerprint`")?;
    let conditions = split(conditions, char::is_whitespace);
    if conditions.is_empty() {
        return Err("nothing stands before the arrow".to_owned());
    }
    match result.trim() {
        "@off" => rules.families_off.push(family(&conditions)?),
        "@in-app" => rules.in_app.push(in_app_rule(&conditions, true)?),
        "@not-in-app" => rules.in_app.push(in_app_rule(&conditions, false)?),
        action if action.starts_with('@') => return Err(format!("`{action}` is none of @off, @in-app, @not-in-app")),
        fingerprint => rules.fingerprints.push(fingerprint_rule(&conditions, fingerprint, line)?),
    }
    Ok(())
}

fn family(conditions: &[String]) -> Result<Family, String> {
    let [condition] = conditions else { return Err("@off takes one `family:name`".to_owned()) };
    let name = condition.strip_prefix("family:").ok_or("@off takes one `family:name`")?;
    Family::ALL.into_iter().find(|family| family.name() == name).ok_or_else(|| format!("there is no family `{name}`"))
}

fn in_app_rule(conditions: &[String], in_app: bool) -> Result<InAppRule, String> {
    let matchers = matchers(conditions)?;
    if matchers.iter().all(|matcher| matcher.field.is_of_frame()) {
        return Ok(InAppRule { matchers, in_app });
    }
    Err("whose code a frame is depends on its module, function, path and package only".to_owned())
}

fn fingerprint_rule(conditions: &[String], fingerprint: &str, line: usize) -> Result<FingerprintRule, String> {
    let fingerprint = split(fingerprint, |char| char == ',');
    if fingerprint.is_empty() {
        return Err("nothing stands behind the arrow".to_owned());
    }
    Ok(FingerprintRule { matchers: matchers(conditions)?, fingerprint, line })
}

fn matchers(conditions: &[String]) -> Result<Vec<Matcher>, String> {
    conditions.iter().map(|condition| matcher(condition)).collect()
}

fn matcher(condition: &str) -> Result<Matcher, String> {
    let positive = condition.strip_prefix('!');
    let text = positive.unwrap_or(condition);
    let (name, pattern) = text.split_once(':').ok_or_else(|| format!("`{condition}` is not `field:pattern`"))?;
    let field = Field::named(name).ok_or_else(|| format!("there is no field `{name}`"))?;
    Ok(Matcher { field, negated: positive.is_some(), pattern: Glob::new(pattern) })
}

/// Pieces between separators; quotes keep a piece together and are not part of it.
fn split(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<String> {
    let (mut pieces, mut piece, mut quoted) = (Vec::new(), String::new(), false);
    for char in text.chars() {
        match char {
            '"' => quoted = !quoted,
            _ if !quoted && is_separator(char) => pieces.push(std::mem::take(&mut piece)),
            _ => piece.push(char),
        }
    }
    pieces.push(piece);
    pieces.into_iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}
