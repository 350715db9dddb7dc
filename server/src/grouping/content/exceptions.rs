//! Exceptions: the types of the chain and the frames of the cause, or its text where frames say nothing.

use super::super::chain::{Chain, Link};
use super::super::explanation;
use super::super::hash::Hash;
use super::super::stack::StackFrame;
use super::super::version::Version;
use super::super::{families, path};
use super::{Component, Content, Event, Kind, Language, Rules, Stack, count, family, frames_summary, nothing, text};

/// Longer type names are generated from values.
const TYPE_CHARS_MAX: usize = 128;

/// Frames whose names decide whether a JavaScript stack is minified: those that could contribute.
const NAMED_FRAMES_MAX: usize = 6;

/// Minifiers count through the alphabet; people name few functions this shortly.
const MINIFIED_NAME_CHARS_MAX: usize = 2;

pub(super) fn exceptions(event: &Event, rules: &Rules) -> Content {
    let (chain, members) = settle_groups(Chain::new(event, rules), rules.version());
    let Some(last) = chain.links.last() else { return Content::default() };
    let language = Language::of(&event.platform);
    if members.is_empty()
        && let Some(found) = families::of_exception(last, language, rules)
    {
        let exception = last.exception;
        return family(found, &[(Kind::Type, exception.kind.as_deref()), (Kind::Message, exception.value.as_deref())]);
    }
    let mut content = of_chain(&chain);
    if !members.is_empty() {
        add_members(members, &mut content);
    }
    content
}

/// An exception group with one distinct member becomes that member; others keep the hashes of theirs, sorted.
fn settle_groups<'e>(mut chain: Chain<'e>, version: Version) -> (Chain<'e>, Vec<Hash>) {
    loop {
        let mut members: Vec<Hash> = chain.members.iter().map(|member| member_hash(member, version)).collect();
        members.sort_unstable();
        members.dedup();
        if members.len() != 1 {
            return (chain, members);
        }
        chain = chain.adopt_only_member();
    }
}

fn member_hash(member: &Chain, version: Version) -> Hash {
    let mut content = of_chain(member);
    let mut members: Vec<Hash> = member.members.iter().map(|member| member_hash(member, version)).collect();
    members.sort_unstable();
    members.dedup();
    add_members(members, &mut content);
    explanation::hash(version.name(), &content.components)
}

fn add_members(members: Vec<Hash>, content: &mut Content) {
    let components = members.iter().map(|member| Component::used(Kind::Member, member.to_string()));
    let components: Vec<Component> = components.collect();
    if let Some(system) = &mut content.system {
        system.extend(components.iter().cloned());
    }
    content.summary = format!("{} and {} distinct members of an exception group", content.summary, components.len());
    content.components.extend(components);
}

fn of_chain(chain: &Chain) -> Content {
    let Some(cause) = chain.cause() else { return of_text(chain, Vec::new()) };
    let frames = cause.stack.components();
    if count(&frames, Kind::Frame) == 0 {
        return of_text(chain, frames);
    }
    match without_names(&cause.stack) {
        Some(reason) => of_file(chain, &cause.stack, frames, reason),
        None => of_frames(chain, &cause.stack, frames),
    }
}

fn of_frames(chain: &Chain, stack: &Stack, frames: Vec<Component>) -> Content {
    let types = types(chain, true);
    let nearest = frames.iter().find(|frame| frame.contributes).cloned();
    let system: Vec<Component> = types.iter().cloned().chain(stack.system()).collect();
    let coarse = types.iter().cloned().chain(nearest).collect();
    let summary = join(&types, &frames_summary(stack, &frames));
    let value = chain.links.last().and_then(|link| link.exception.value.as_deref()).filter(|value| !value.is_empty());
    let value = value.map(|value| Component::left_out(Kind::Message, value, "the frames say more"));
    let components = types.into_iter().chain(frames).chain(value).collect();
    Content { components, system: Some(system), coarse: Some(coarse), summary, unmapped: false }
}

/// What is left without names of functions: the text and the file, without its hash.
fn of_file(chain: &Chain, stack: &Stack, frames: Vec<Component>, reason: &'static str) -> Content {
    let file = stack.file();
    let mut content = of_text(chain, Vec::new());
    let types = content.components.iter().filter(|component| component.kind == Kind::Type).cloned();
    content.coarse = Some(types.chain(file.clone()).collect());
    content.components.extend(file);
    content.components.extend(frames.into_iter().map(|frame| match frame.contributes {
        true => Component { contributes: false, reason: Some(reason.into()), ..frame },
        false => frame,
    }));
    content.summary.push_str(", and the file; the functions do not count (");
    content.summary.push_str(reason);
    content.summary.push(')');
    content.unmapped = reason == MINIFIED;
    content
}

fn of_text(chain: &Chain, frames: Vec<Component>) -> Content {
    let types = types(chain, false);
    let value =
        chain.links.iter().rev().filter_map(|link| link.exception.value.as_deref()).find(|value| !value.is_empty());
    let summary = match value {
        Some(_) => join(&types, "the text with its changing parts replaced"),
        None => join(&types, "nothing else, as there is neither stack nor text"),
    };
    let version = chain.links.last().map(|link| link.stack.version).unwrap_or_default();
    let value = value.map(|value| said(value, version));
    let components = types.into_iter().chain(value).chain(frames).collect();
    Content { components, summary, ..Content::default() }
}

/// What an exception says, without what changes and without the accent of the engine that says it.
fn said(value: &str, version: Version) -> Component {
    match nothing::property(value).filter(|_| version >= Version::Ff2) {
        Some(property) => Component::normalised(Kind::Message, format!("no {property} of nothing"), value),
        None => text(value),
    }
}

/// One component a link: contributing, dropped, or the same as the one before.
fn types(chain: &Chain, has_frames: bool) -> Vec<Component> {
    let mut types: Vec<Component> = Vec::with_capacity(chain.links.len());
    for link in &chain.links {
        let Some(kind) = link.exception.kind.as_deref().map(str::trim).filter(|kind| !kind.is_empty()) else {
            continue;
        };
        let kind = explanation::clip(kind, TYPE_CHARS_MAX);
        let before = types.iter().rev().find(|before| before.contributes);
        let component = match reason(link, has_frames) {
            Some(reason) => Component::left_out(Kind::Type, kind, reason),
            None if before.is_some_and(|before| before.value == kind) => {
                Component::left_out(Kind::Type, kind, "the same type as the one around it")
            }
            None => Component::used(Kind::Type, kind),
        };
        types.push(component);
    }
    types
}

/// Why a type does not contribute.
fn reason(link: &Link, has_frames: bool) -> Option<&'static str> {
    let synthetic = link.exception.mechanism.as_ref().is_some_and(|mechanism| mechanism.synthetic);
    link.dropped.or((synthetic && has_frames).then_some("made up by the SDK"))
}

/// "exception type and 4 in-app frames"
fn join(types: &[Component], rest: &str) -> String {
    match count(types, Kind::Type) {
        0 => rest.to_owned(),
        1 => format!("exception type and {rest}"),
        types => format!("{types} exception types and {rest}"),
    }
}

const MINIFIED: &str = "minified, and no source map applied";
const NAMELESS: &str = "no function has a name";

/// Why the functions of a JavaScript stack say nothing, if so. Judged by names alone: columns, which would tell as
/// well, move with every build and must not move a key.
fn without_names(stack: &Stack) -> Option<&'static str> {
    let only_app = stack.has_in_app();
    let own = || {
        let frames = stack.frames.iter().filter(|frame| frame.machinery.is_none());
        frames.filter(|frame| !only_app || frame.outside.is_none()).take(NAMED_FRAMES_MAX)
    };
    if !own().all(|frame| frame.language == Language::JavaScript) {
        return None;
    }
    let is_bundled = |path: &str| {
        let is_page = stack.version >= Version::Ff2 && path::is_in_page(path);
        !is_page && path::is_bundled(path)
    };
    let bundled = own().filter(|frame| frame.path().is_some_and(is_bundled)).count();
    let names: Vec<String> = own().map(StackFrame::function).filter(|name| !name.is_empty()).collect();
    let short = names.iter().filter(|name| name.chars().count() <= MINIFIED_NAME_CHARS_MAX).count();
    match bundled * 2 > own().count() || !names.is_empty() && short * 2 >= names.len() {
        true => Some(MINIFIED),
        false => names.is_empty().then_some(NAMELESS),
    }
}
