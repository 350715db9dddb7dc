//! Reads rules as people write them.

use super::path::PathPattern;
use super::{Matcher, Owner, Problem, Rule, Rules};
use crate::grouping::glob::Glob;
use crate::slug;

/// Each rule may be tried on an event; a project with more has its folders in the wrong places.
const RULES_MAX: usize = 200;
/// Longer lines are pasted by accident, bytes.
const LINE_BYTES_MAX: usize = 2_000;
/// Whoever has more owners has none.
const OWNERS_MAX: usize = 10;

pub(super) fn parse(text: &str) -> (Rules, Vec<Problem>) {
    let (mut rules, mut problems) = (Vec::new(), Vec::new());
    let lines = text.lines().map(str::trim).enumerate().map(|(at, line)| (at + 1, line));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    for (count, (line, text)) in lines.enumerate() {
        let read = if count < RULES_MAX { rule(text, line) } else { Err(format!("more than {RULES_MAX} rules")) };
        match read {
            Ok(rule) => rules.push(rule),
            Err(reason) => problems.push(Problem { line, reason }),
        }
    }
    (Rules { rules }, problems)
}

fn rule(text: &str, line: usize) -> Result<Rule, String> {
    if text.len() > LINE_BYTES_MAX {
        return Err(format!("longer than {LINE_BYTES_MAX} bytes"));
    }
    let (condition, owners) = words(text)?;
    if owners.is_empty() {
        return Err("names no owner: add a #team or the e-mail address of a member".to_owned());
    }
    if owners.len() > OWNERS_MAX {
        return Err(format!("has more than {OWNERS_MAX} owners"));
    }
    let matcher = matcher(&condition)?;
    let owners = owners.iter().map(|word| owner(word)).collect::<Result<_, _>>()?;
    Ok(Rule { line, condition, owners, matcher })
}

/// The condition and what follows it. Quotes keep blanks together and are not part of it.
fn words(text: &str) -> Result<(String, Vec<String>), String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for char in text.chars() {
        match char {
            '"' => quoted = !quoted,
            _ if !quoted && char.is_whitespace() => words.push(std::mem::take(&mut word)),
            _ => word.push(char),
        }
    }
    if quoted {
        return Err("a quote is not closed".to_owned());
    }
    words.push(word);
    let mut words = words.into_iter().filter(|word| !word.is_empty());
    let condition = words.next().ok_or("is empty")?;
    Ok((condition, words.collect()))
}

fn matcher(condition: &str) -> Result<Matcher, String> {
    let (field, pattern) = condition
        .split_once(':')
        .ok_or_else(|| format!("`{condition}` is not a condition like `path:src/checkout/**`"))?;
    if pattern.is_empty() {
        return Err(format!("nothing stands behind `{field}:`"));
    }
    let tag = |field: &str| field.strip_prefix("tags.").or_else(|| field.strip_prefix("tag.")).map(str::to_owned);
    match field {
        "path" => Ok(Matcher::Path(PathPattern::new(pattern))),
        "module" => Ok(Matcher::Module(Glob::new(pattern))),
        "url" => Ok(Matcher::Url(Glob::new(pattern))),
        "release" => Ok(Matcher::Release(Glob::new(pattern))),
        other => match tag(other).filter(|key| !key.is_empty()) {
            Some(key) => Ok(Matcher::Tag(key, Glob::new(pattern))),
            None => Err(format!("there is no field `{other}`: known are path, module, url, release and tags.NAME")),
        },
    }
}

fn owner(word: &str) -> Result<Owner, String> {
    let word = word.to_lowercase();
    match word.strip_prefix('#') {
        Some(team) if slug::is_slug(team) => Ok(Owner::Team(team.to_owned())),
        None if is_address(&word) => Ok(Owner::Member(word)),
        _ => Err(format!("`{word}` is neither a #team nor an e-mail address")),
    }
}

/// Whether it may be one; whose it is, if anybody's, is known elsewhere.
fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}
