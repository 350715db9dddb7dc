//! Which of an event's chained exceptions say what went wrong: the cause, and what wraps it with a meaning of its own.

use super::rules::Rules;
use super::stack::{Stack, StackFrame};
use crate::protocol::event::{Event, Exception, Frame};

/// Exceptions looked at; SDKs send 50 at most.
const CHAIN_MAX: usize = 64;

/// Exception groups inside exception groups are followed this far.
const DEPTH_MAX: usize = 4;

/// Carry another exception from one thread or caller to the next, and never a meaning of their own.
const CARRIERS: [&str; 11] = [
    "ExecutionException",
    "CompletionException",
    "InvocationTargetException",
    "UndeclaredThrowableException",
    "PrivilegedActionException",
    "TargetInvocationException",
    "AggregateException",
    "TaskException",
    "UnhandledRejection",
    "UnhandledPromiseRejectionWarning",
    "NestedServletException",
];

/// Types that say only "something failed": dropped where the code around them is the cause's own.
const GENERIC: [&str; 11] = [
    "Error",
    "Exception",
    "RuntimeException",
    "RuntimeError",
    "StandardError",
    "Throwable",
    "ServletException",
    "ApplicationException",
    "SystemException",
    "WrappedError",
    "ActionView::Template::Error",
];

/// Name spaces a type may be written with.
const NAMESPACES: [&str; 6] =
    ["java.lang.reflect.", "java.lang.", "java.util.concurrent.", "System.Reflection.", "System.", "builtins."];

/// One exception of the chain, with its stack and the reason it was dropped, if it was.
pub(super) struct Link<'e> {
    pub(super) exception: &'e Exception,
    pub(super) stack: Stack<'e>,
    pub(super) dropped: Option<&'static str>,
}

/// What an event's exceptions come to.
pub(super) struct Chain<'e> {
    /// From the one raised last to the cause.
    pub(super) links: Vec<Link<'e>>,
    /// The distinct members where the chain ends in an exception group; empty otherwise.
    pub(super) members: Vec<Chain<'e>>,
}

impl<'e> Chain<'e> {
    pub(super) fn new(event: &'e Event, rules: &Rules) -> Self {
        // The last one is the one raised last, and the root of every group.
        let outer_first: Vec<&Exception> = event.exceptions.iter().rev().take(CHAIN_MAX).collect();
        Self::of(&outer_first, event, rules, 0)
    }

    fn of(outer_first: &[&'e Exception], event: &'e Event, rules: &Rules, depth: usize) -> Self {
        let (own, families) = split_group(outer_first, depth);
        let mut links: Vec<Link> = own.iter().map(|exception| Link::new(exception, event, rules)).collect();
        let members = families.iter().map(|family| Self::of(family, event, rules, depth + 1)).collect();
        drop_wrappers(&mut links);
        Self { links, members }
    }

    /// The link whose frames stand for the chain: the cause, as far as it passed through the application.
    pub(super) fn cause(&self) -> Option<&Link<'e>> {
        let inner_first = || self.links.iter().rev();
        inner_first()
            .find(|link| link.stack.has_in_app())
            .or_else(|| inner_first().find(|link| link.stack.frames.iter().any(|frame| frame.machinery.is_none())))
    }

    /// The only member replaces the group around it: what was raised alone and what was raised in a group is one bug.
    pub(super) fn adopt_only_member(mut self) -> Self {
        let Some(member) = self.members.pop() else { return self };
        if let Some(group) = self.links.last_mut() {
            group.dropped = Some("exception group with one distinct member");
        }
        self.links.extend(member.links);
        self.members = member.members;
        self
    }
}

impl<'e> Link<'e> {
    fn new(exception: &'e Exception, event: &'e Event, rules: &Rules) -> Self {
        let frames = match exception.frames.as_slice() {
            // Some SDKs put the stack of the only exception on the thread that raised it.
            [] if event.exceptions.len() == 1 => thread_frames(event, exception.thread_id.as_deref()),
            frames => frames,
        };
        Self { exception, stack: Stack::new(frames, event, rules), dropped: None }
    }
}

/// The frames of the thread named, else of the one that crashed, else of the current one.
pub(super) fn thread_frames<'e>(event: &'e Event, id: Option<&str>) -> &'e [Frame] {
    let threads = || event.threads.iter().filter(|thread| !thread.frames.is_empty());
    let named = id.and_then(|id| threads().find(|thread| thread.id.as_deref() == Some(id)));
    let thread =
        named.or_else(|| threads().find(|thread| thread.crashed)).or_else(|| threads().find(|thread| thread.current));
    thread.map_or(&[], |thread| &thread.frames)
}

/// The exceptions down to the first group, and the family of each of the group's children.
fn split_group<'e>(outer_first: &[&'e Exception], depth: usize) -> (Vec<&'e Exception>, Vec<Vec<&'e Exception>>) {
    let group = outer_first.iter().position(|exception| is_group(exception)).filter(|_| depth < DEPTH_MAX);
    let split = group.and_then(|group| {
        let families = families(id(outer_first[group])?, &outer_first[group + 1..]);
        (!families.is_empty()).then(|| (outer_first[..=group].to_vec(), families))
    });
    split.unwrap_or_else(|| (outer_first.to_vec(), Vec::new()))
}

/// Each child of the group with everything below it. Parents come before their children; an exception belongs to one
/// family only, whatever its ids say, so that forged ids cannot multiply the work.
fn families<'e>(group: i64, inner: &[&'e Exception]) -> Vec<Vec<&'e Exception>> {
    let mut families: Vec<Vec<&Exception>> = Vec::new();
    for exception in inner {
        let parent = exception.mechanism.as_ref().and_then(|mechanism| mechanism.parent_id);
        let Some(parent) = parent else { continue };
        if parent == group {
            families.push(vec![exception]);
        } else if let Some(family) = families.iter_mut().find(|family| family.iter().any(|of| id(of) == Some(parent))) {
            family.push(exception);
        }
    }
    families
}

fn id(exception: &Exception) -> Option<i64> {
    exception.mechanism.as_ref().and_then(|mechanism| mechanism.exception_id)
}

fn is_group(exception: &Exception) -> bool {
    exception.mechanism.as_ref().is_some_and(|mechanism| mechanism.is_exception_group)
}

/// A wrapper is dropped so that a framework that wraps once more, or stops doing so, does not split an issue.
fn drop_wrappers(links: &mut [Link]) {
    for outer in 0..links.len().saturating_sub(1) {
        let (head, inner) = links.split_at_mut(outer + 1);
        let link = &mut head[outer];
        let kind = link.exception.kind.as_deref().unwrap_or_default();
        let kind = NAMESPACES.iter().find_map(|space| kind.strip_prefix(space)).unwrap_or(kind);
        if CARRIERS.contains(&kind) && !is_group(link.exception) {
            link.dropped = Some("wrapper");
        } else if GENERIC.contains(&kind) && !has_own_code(&link.stack, inner) {
            link.dropped = Some("generic wrapper raised where the cause had passed");
        }
    }
}

/// Whether the wrapper was raised by application code that the wrapped exceptions had not passed through.
fn has_own_code(stack: &Stack, inner: &[Link]) -> bool {
    let Some(raiser) = stack.nearest_in_app() else { return false };
    let passed = inner.iter().flat_map(|link| &link.stack.frames);
    !passed.into_iter().any(|frame| same_function(frame, raiser))
}

fn same_function(a: &StackFrame, b: &StackFrame) -> bool {
    let (one, other) = (a.frame, b.frame);
    one.function.is_some() && one.function == other.function && one.module == other.module && a.path() == b.path()
}
